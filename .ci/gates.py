# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Cell libraries and gates, for .ci/area-report and .ci/area-check."""

import json
import re
import sys

CELL = re.compile(r'\bcell\s*\(\s*"?([^\s")]+)"?\s*\)\s*\{')
AREA = re.compile(r"\barea\s*:\s*([-+.\deE]+)\s*;")


def modules(path):
    """The modules of a file of Yosys's write_json."""
    with open(path, encoding="utf-8") as file:
        return json.load(file)["modules"]


def flip_flop(module):
    return any(re.match(r"\$_\w*DFF\w*_$", cell["type"]) for cell in module["cells"].values())


class Evaluation:
    """Values of nets, each a number whose bit i belongs to pattern i. State is what flip-flops hold; all have one clock."""

    def __init__(self, module):
        gates, self.flip_flops = [], []
        for name, cell in module["cells"].items():
            kind = cell["type"].strip("$_")
            if kind in ("DFF_P", "DFF_N"):
                self.flip_flops.append((cell["connections"]["Q"][0], cell["connections"]["D"][0]))
            elif kind in ("AND", "OR", "XOR", "NOT", "BUF", "MUX"):
                ports = cell["connections"]
                gates.append((kind, *(ports[p][0] for p in "YABS" if p in ports)))
            else:
                sys.exit(f"area: {name} is a {cell['type']} (expected gates and flip-flops)")
        known = {q for q, _ in self.flip_flops} | {"0", "1", "x"}
        for port in module["ports"].values():
            if port["direction"] == "input":
                known.update(port["bits"])
        self.gates = sort(gates, known)
        self.nets = {}

    def state(self, value):
        """Gives every flip-flop the value that `value` returns."""
        for q, _ in self.flip_flops:
            self.nets[q] = value()

    def settle(self, mask):
        """Computes all nets from inputs and state, both already in `nets`."""
        nets = self.nets
        nets.update({"0": 0, "1": mask, "x": 0})
        for kind, y, a, *rest in self.gates:
            if kind == "AND":
                nets[y] = nets[a] & nets[rest[0]]
            elif kind == "OR":
                nets[y] = nets[a] | nets[rest[0]]
            elif kind == "XOR":
                nets[y] = nets[a] ^ nets[rest[0]]
            elif kind == "NOT":
                nets[y] = nets[a] ^ mask
            elif kind == "BUF":
                nets[y] = nets[a]
            else:
                nets[y] = nets[a] ^ ((nets[a] ^ nets[rest[0]]) & nets[rest[1]])

    def edge(self):
        self.nets.update([(q, self.nets[d]) for q, d in self.flip_flops])


def sort(gates, known):
    """Gates in the order of the data flow."""
    waiting, users, ready = {}, {}, []
    for gate in gates:
        missing = {net for net in gate[2:] if net not in known}
        waiting[gate[1]] = len(missing)
        for net in missing:
            users.setdefault(net, []).append(gate)
        if not missing:
            ready.append(gate)
    for gate in ready:  # grows
        for user in users.get(gate[1], []):
            waiting[user[1]] -= 1
            if waiting[user[1]] == 0:
                ready.append(user)
    if len(ready) != len(gates):
        sys.exit("area: gates without a driver or in a loop (expected neither)")
    return ready


def computes(module, table):
    """A cell without state, one output and two inputs with this truth table (bit 2 b + a)."""
    ports = module["ports"].values()
    inputs = [p["bits"][0] for p in ports if p["direction"] == "input"]
    outputs = [p["bits"][0] for p in ports if p["direction"] == "output"]
    if len(inputs) != 2 or len(outputs) != 1 or not module["cells"] or flip_flop(module):
        return False
    if any(not re.match(r"\$_(AND|OR|XOR|NOT)_$", cell["type"]) for cell in module["cells"].values()):
        return False
    evaluation = Evaluation(module)
    evaluation.nets.update(zip(inputs, (0b1010, 0b1100)))
    evaluation.settle(0b1111)
    return evaluation.nets.get(outputs[0]) == table


class Library:
    """Areas of a Liberty file's cells, with the gates that Yosys read there."""

    def __init__(self, path, modules_path):
        with open(path, encoding="utf-8", errors="replace") as file:
            text = re.sub(r"/\*.*?\*/", " ", file.read(), flags=re.DOTALL)
        self.areas = {}
        heads = list(CELL.finditer(text))
        for head, after in zip(heads, heads[1:] + [None]):
            area = AREA.search(text, head.end(), after.start() if after else len(text))
            if area:
                self.areas[head.group(1)] = float(area.group(1))
        self.cells = {name: cell for name, cell in modules(modules_path).items() if self.areas.get(name, 0) > 0}
        self.flip_flops = {name for name, cell in self.cells.items() if flip_flop(cell)}
        nands = [self.areas[name] for name, cell in self.cells.items() if computes(cell, 0b0111)]
        self.nand2 = min(nands, default=0)

    def complaint(self):
        """What this library lacks, or nothing."""
        if not self.cells:
            return "no cell with an area (expected cells with `area`)"
        if not self.nand2:
            return "no NAND with two inputs (expected one: gate equivalents are areas over its area)"
        if not self.flip_flops:
            return "no D flip-flop (expected a cell with `ff`)"
        for what, kind in (("inverter", "$_NOT_"), ("buffer", None)):
            if not any(one_input(cell, kind) for cell in self.cells.values()):
                return f"no {what} (expected one: mapping needs it)"
        return None


def one_input(module, kind):
    """An inverter ($_NOT_) or a buffer (no gate but $_BUF_)."""
    ports = module["ports"].values()
    directions = sorted(p["direction"] for p in ports)
    kinds = [cell["type"] for cell in module["cells"].values() if cell["type"] != "$_BUF_"]
    return directions == ["input", "output"] and kinds == ([kind] if kind else [])
