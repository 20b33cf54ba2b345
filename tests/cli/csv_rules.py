# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Does --csv hold what --json, the machine file and the listing hold, as a reader of CSV sees it?"""

import csv
import io
import json
import pathlib
import re
import subprocess
import sys
import tempfile

LAYER = "builtin:conv:24x9x7:20x3x2:s2x1:p1x0x2x1:add"
NETWORK = "sw/networks/resnet8_w8_mostly-w4a4.onnx"
RUNS = [
    ["estimate", LAYER],
    ["estimate", NETWORK, "--cost-models"],
    ["estimate", NETWORK, "--layers", "3-6"],
    ["run", LAYER, "--on", "golden"],
    ["run", LAYER, "--on", "systemc"],
    ["verify", NETWORK, "--jobs", "2"],
    ["run", LAYER, "--activity"],
]
MODELS = [
    [LAYER],
    [LAYER, "--contract", "tflite", "--bits", "w4a8"],
    [LAYER + "-first", "--bits", "w4a4"],
    ["builtin:maxpool:16x12x12:3x3:s2:p1"],
    ["builtin:conv:1024x3x3:4x3x3:p1"],  # on tiny with partial sums
    [NETWORK],
]


def halfbyte(*arguments):
    return subprocess.run([sys.argv[1], *arguments], check=True, capture_output=True, text=True).stdout


def read(text):
    """Records by column; every record has every column once."""
    assert "\r" not in text and text.endswith("\n")
    rows = list(csv.reader(io.StringIO(text), strict=True))
    assert len(set(rows[0])) == len(rows[0]) and all(len(row) == len(rows[0]) for row in rows)
    return [dict(zip(rows[0], row)) for row in rows[1:]]


def flat(row, prefix=""):
    """A JSON object's figures by path."""
    figures = {}
    for key, value in row.items():
        if isinstance(value, dict):
            figures.update(flat(value, f"{prefix}{key}."))
        else:
            figures[prefix + key] = value
    return figures


def same(field, value):
    if value is None:
        return field == ""
    return field == value if isinstance(value, str) else float(field) == value


def check_run(folder, arguments):
    """Every figure of the JSON but the actions is in the CSV, and what is not there is empty."""
    files = ["--json", str(folder / "run.json"), "--csv", str(folder / "run.csv"), "--preset", "tiny", "--quiet"]
    assert halfbyte(*arguments, *files) == ""
    report = json.loads((folder / "run.json").read_text())
    records = read((folder / "run.csv").read_text())
    rows = [flat(row) for row in [*report["layers"], {"name": "total", **report["total"]}]]
    assert len(records) == len(rows)
    for record, row in zip(records, rows):
        for path, value in row.items():
            if path.split(".")[0] == "actions" or (value is None and path in ("cycles_by_cause", "cost_models", "activity")):
                continue
            assert same(record[path], value), (arguments, path, record[path], value)
        for path, field in record.items():
            assert field == "" or path in row, (arguments, path, field)
    return list(records[0])


def check_runs(folder):
    columns = [check_run(folder, arguments) for arguments in RUNS]
    optional = ("cost_models.linear", "activity.ratio")  # only runs that ask for them have them, one each here
    plain = [each for each in columns if not any(one in each for one in optional)]
    assert len(plain) == len(RUNS) - len(optional) and all(each == plain[0] for each in plain)
    text = halfbyte("estimate", LAYER, "--csv", "-")
    assert read(text)[-1]["name"] == "total"


def check_presets():
    machines = json.loads(pathlib.Path("config/machines.json").read_text())
    records = {record.pop("preset"): record for record in read(halfbyte("presets", "--csv", "-"))}
    for name, machine in machines.items():
        record = records[name]
        assert {key: int(record[key]) for key in machine} == machine
        assert int(record["macs_per_cycle_int8"]) == 4 * machine["rows"] * machine["columns"]
        assert int(record["macs_per_cycle_int4"]) == 8 * machine["rows"] * machine["columns"]


def check_command(record, text):
    """A command's fields against its lines in the listing, a few of which the listing words alike."""
    words = text.split()
    assert words[0] == record["index"] and words[1] == record["opcode"], text
    if record["opcode"] == "END":
        assert set(record.values()) == {record["index"], "END", ""}
        return
    assert f"layer {record['layer']}" in text
    for key in ("wait", "signal"):
        found = re.search(key + r"((?: (?:load|compute|store)\.[\d,]+)+)", text)
        assert record[key] == (found.group(1).strip() if found else ""), text
    if record["opcode"] in ("LOAD", "STORE"):
        assert f"memory 0x{int(record['memory_address']):08x}  {record['buffer']} row {record['buffer_address']} " in text
        assert f"  {record['rows']} rows" in text
        assert (f"x {record['segments']} segments, memory +{record['memory_stride']}, buffer +{record['buffer_stride']}"
                in text) == (int(record["segments"]) > 1)
        return
    window = "{input_height}x{input_width} -> {output_height}x{output_width}  kernel {kernel_height}x{kernel_width} stride "
    assert (window + "{stride_y}x{stride_x} pad {pad_top},{pad_left}").format(**record) in text
    assert "input word {input_address} plane {input_plane}  {channel_words} channel words".format(**record) in text
    if record["opcode"] == "POOL":
        assert "output word {output_address} plane {output_plane}".format(**record) in text
        return
    narrow = record["activation_precision"] != record["weight_precision"]
    assert f"{record['activation_precision']}{' x int4' if narrow else ''}  {record['contract']}  " in text
    assert "weight row {weight_address}".format(**record) in text and "{tiles} tiles".format(**record) in text
    assert ("partial" in text) == (record["partial"] == "1") == (record["output_address"] == "")
    for what in ("output", "copy"):
        line = what + " {0}_precision word {0}_address plane {0}_plane part {0}_part  clamp {0}_low..{0}_high zero point {0}_zero_point"
        line = re.sub(r"\{0\}_\w+?(?=[ .]|$)", lambda name: record[name.group().replace("{0}", what)], line)
        assert (line in text) == (record[what + "_address"] != ""), (line, text)
    if record["residual_address"]:
        assert ("residual {residual_precision} word {residual_address} plane {residual_plane} part {residual_part} "
                "offset {residual_offset}").format(**record) in text
        assert "sum clamp {sum_low}..{sum_high} zero point {sum_zero_point} offset {sum_offset}".format(**record) in text
        assert (record["contract"] == "ort") == (record["sum_shift"] == record["residual_shift"] == record["output_shift"] == "")
        if record["contract"] == "tflite":
            addition = "add sum * {sum_scale} >> {sum_shift} + residual * {residual_scale} >> {residual_shift}, then * "
            assert (addition + "{sum_term} >> {output_shift}").format(**record) in text
            return
        operands = ["sum, {sum_scale}".format(**record), "residual, {residual_scale}".format(**record)]
        if record["residual_first"] == "1":
            operands.reverse()
        assert f"add fma({operands[0]}, fma({operands[1]}, {record['sum_term']}))" in text


def check_listing(model):
    listing = re.split(r"\n(?= {0,5}\d+  )", halfbyte("disasm", *model, "--preset", "tiny"))[1:]
    records = read(halfbyte("disasm", *model, "--preset", "tiny", "--csv", "-"))
    assert len(listing) == len(records) > 1
    for record, text in zip(records, listing):
        check_command(record, text)
    return {record["opcode"] for record in records}, sum(record.get("copy_address", "") != "" for record in records)


def main():
    with tempfile.TemporaryDirectory() as folder:
        check_runs(pathlib.Path(folder))
    check_presets()
    found = [check_listing(model) for model in MODELS]
    assert set().union(*(opcodes for opcodes, _ in found)) == {"LOAD", "STORE", "CONV", "POOL", "END"}
    print(f"{len(RUNS)} runs, {len(MODELS)} listings, {sum(copies for _, copies in found)} CONVs with a copy")


if __name__ == "__main__":
    main()
