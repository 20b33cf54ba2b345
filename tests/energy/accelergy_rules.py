# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Do a run's exported files add up to the run's energy under Accelergy's rules?

The rules, written down here and nowhere else in this repository: the three files' top keys; names are
looked up without their brackets, and the index must be in the table's range; a count without arguments
takes the first entry of its action; energy is the sum of counts times entries, without the number of
instances. Where the command `accelergy` is installed, its own result is compared as well.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
LAYER = "builtin:conv:24x9x7:20x3x2:s2x1:p1x0x2x1:add"


def estimate_by_rules(folder):
    """Picojoules, by component."""
    table = yaml.safe_load((folder / "ERT.yaml").read_text())["ERT"]
    counts = yaml.safe_load((folder / "action_counts.yaml").read_text())["action_counts"]
    architecture = yaml.safe_load((folder / "architecture.yaml").read_text())["architecture"]
    assert table["version"] in (0.3, 0.4) and counts["version"] in (0.3, 0.4)
    assert architecture["version"] in (0.3, 0.4)
    system = architecture["subtree"][0]
    declared = {f"{system['name']}.{part['name']}" for part in system["local"]}
    entries = {}
    for component in table["tables"]:
        assert component["name"] in declared, f"{component['name']} is not in the architecture"
        name, last = split(component["name"])
        entries[name] = (last, component["actions"])
    energy = {}
    for component in counts["local"]:
        name, index = split(component["name"])
        last, actions = entries[name]
        assert index <= last, f"{component['name']} is out of range"
        energy[name] = 0.0
        for count in component["action_counts"]:
            assert isinstance(count["counts"], int) and count["counts"] >= 0
            first = next(action for action in actions if action["name"] == count["name"])
            assert isinstance(first["energy"], float) and first["arguments"] == {}
            energy[name] += count["counts"] * first["energy"]
    return energy


def figure(line, column):
    return int(line.split("|")[column].strip().replace(",", ""))


def check_areas(folder, machine):
    """ART.yaml has every component of ERT.yaml; its areas follow from docs/area.md and the memory's um2 per byte."""
    tables = yaml.safe_load((folder / "ART.yaml").read_text())["ART"]["tables"]
    names = [one["name"] for one in yaml.safe_load((folder / "ERT.yaml").read_text())["ERT"]["tables"]]
    assert [one["name"] for one in tables] == names
    areas = {split(one["name"])[0].split(".")[1]: one["area"] for one in tables}
    assert all(isinstance(area, float) and area >= 0 for area in areas.values())
    lines = (ROOT / "docs/area.md").read_text().splitlines()
    pe = figure(next(line for line in lines if line.startswith("| int8 and int4 (the machine's)")), 3)
    section = lines[lines.index("## 2. The chip"):lines.index("## 3. Prices")]
    chip = {line.split("`")[1]: figure(line, 2) for line in section if line.startswith("| `")}
    post = sum(gates for name, gates in chip.items() if name.startswith("compute.post_processor"))
    nand2, memory = 0.798, 16406 / 4096
    expected = {
        "pe": (pe - 3 * 32 * 6) * nand2,
        "operand_register": 32 * 6 * nand2,
        "accumulator_register": 32 * 6 * nand2,
        "post_processor": post / 4 * nand2,
        "pool": chip["compute.pool"] / 64 * nand2,
        "activation_buffer": machine["activation_bytes"] * memory,
        "weight_buffer": machine["weight_bytes"] * memory,
        "parameter_buffer": machine["parameter_tiles"] * 16 * machine["columns"] * memory,
        "bus": 0,
        "dram": 0,
    }
    assert areas.keys() == expected.keys()
    for name, area in expected.items():
        assert near(areas[name], area, 1e-9), (name, areas[name], area)


def split(name):
    """Name without brackets, and the highest index."""
    index = re.search(r"\[(?:\d+\.\.)?(\d+)\]", name)
    return re.sub(r"\[.*?\]", "", name), int(index.group(1)) if index else 0


def estimate_by_accelergy(folder):
    """Picojoules, by component, from the tool itself."""
    output = folder / "output"
    files = [str(folder / "ERT.yaml"), str(folder / "action_counts.yaml")]
    subprocess.run(
        ["accelergy", "-o", str(output), "-f", "energy_estimation", *files],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    result = yaml.safe_load((output / "energy_estimation.yaml").read_text())
    components = result["energy_estimation"]["components"]
    return {split(one["name"])[0]: one["energy"] for one in components}


def near(actual, expected, tolerance):
    return abs(actual - expected) <= tolerance * abs(expected)


def check(command, machine, bits, folder):
    report = folder / "run.json"
    base = [command, "estimate", LAYER, "--preset", machine, "--bits", bits, "--quiet"]
    subprocess.run([*base, "--json", str(report)], check=True)
    subprocess.run([command, "export", "accelergy", str(report), "-o", str(folder)], check=True)
    run = json.loads(report.read_text())
    expected = run["energy"]["total_pj"]
    assert near(sum(run["total"]["energy_pj"].values()), expected, 1e-12)
    rules = estimate_by_rules(folder)
    assert near(sum(rules.values()), expected, 1e-12), (sum(rules.values()), expected)
    if shutil.which("accelergy"):
        for name, energy in estimate_by_accelergy(folder).items():
            assert near(energy, rules[name], 1e-4), (name, energy, rules[name])
    check_areas(folder, run["energy"]["machine"])
    # The exported table is a table: it gives the same energy again.
    again = folder / "again.json"
    subprocess.run([*base, "--ert", str(folder / "ERT.yaml"), "--json", str(again)], check=True)
    assert json.loads(again.read_text())["total"]["energy_pj"] == run["total"]["energy_pj"]
    print(f"{machine} {bits}: {expected:.1f} pJ by the run and by Accelergy's rules")


def main():
    for machine in ("tiny", "base"):
        for bits in ("w8a8", "w4a8", "w4a4"):
            with tempfile.TemporaryDirectory() as folder:
                check(sys.argv[1], machine, bits, pathlib.Path(folder))
    if not shutil.which("accelergy"):
        print("accelergy is not installed: compared with its documented rules only")


main()
