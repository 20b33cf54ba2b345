# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Is --trace what Chrome's trace event format says, the same from every engine, and true to --json?

The format's rules, written down here and nowhere else in this repository: an object with a list
traceEvents; every event has a phase, integer process and thread, a name and a time; complete events (X) a
duration; spans of a thread do not overlap; metadata (M) names every process and thread that is used;
counters (C) hold numbers.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile

LAYER = "builtin:conv:24x9x7:20x3x2:s2x1:p1x0x2x1:add"
DEEP = "builtin:conv:1024x3x3:4x3x3:p1"  # on tiny in chains of partial sums, which pass the post-processor by
POOL = "builtin:maxpool:16x12x12:3x3:s2:p1"
NETWORK = "sw/networks/resnet8_w8_mostly-w4a4.onnx"
ENGINES = [["estimate"], ["run", "--on", "rtl"], ["run", "--on", "systemc"], ["run", "--on", "lockstep"], ["verify"]]
UNITS = {"load": "load", "array": "array", "post-processor": "post_processor", "store": "store"}


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def check_events(trace):
    """Rules that need no knowledge of the machine."""
    assert set(trace) == {"displayTimeUnit", "otherData", "traceEvents"}
    assert trace["displayTimeUnit"] in ("ms", "ns")
    process = set()
    threads = {}
    for event in trace["traceEvents"]:
        assert event["ph"] in ("M", "X", "C"), event
        assert is_integer(event["pid"]) and is_integer(event["tid"]) and is_integer(event["ts"]), event
        assert isinstance(event["name"], str) and event["name"], event
        assert isinstance(event["args"], dict), event
        assert ("dur" in event) == (event["ph"] == "X"), event
        if event["ph"] == "M" and event["name"] == "process_name":
            assert event["args"]["name"]
            process.add(event["pid"])
        if event["ph"] == "M" and event["name"] == "thread_name":
            assert (event["pid"], event["tid"]) not in threads
            threads[event["pid"], event["tid"]] = event["args"]["name"]
        if event["ph"] == "C":
            assert all(isinstance(value, (int, float)) and value >= 0 for value in event["args"].values())
    return process, threads


def check_spans(trace, threads):
    """Spans by thread's name; in order, none inside of another."""
    spans = collections.defaultdict(list)
    for event in trace["traceEvents"]:
        if event["ph"] != "X":
            continue
        assert is_integer(event["dur"])
        thread = spans[threads[event["pid"], event["tid"]]]
        if thread:
            assert event["ts"] >= thread[-1]["ts"] + thread[-1]["dur"], (thread[-1], event)
        thread.append(event)
    return spans


def integral(trace, name):
    """A counter, summed up over its cycles."""
    events = [event for event in trace["traceEvents"] if event["ph"] == "C" and event["name"] == name]
    assert all(len(event["args"]) == 1 for event in events)
    assert [event["ts"] for event in events] == sorted({event["ts"] for event in events})
    values = [next(iter(event["args"].values())) for event in events]
    assert values[-1] == 0
    return sum(value * (b["ts"] - a["ts"]) for value, a, b in zip(values, events, events[1:]))


def check_against_report(trace, spans, report):
    cycles = report["total"]["cycles"]
    assert trace["otherData"]["cycles"] == cycles
    assert max(span["ts"] + span["dur"] for thread in spans.values() for span in thread) == cycles
    layers = spans["layers"]
    assert [span["name"] for span in layers] == [layer["name"] for layer in report["layers"]]
    assert [span["dur"] for span in layers] == [layer["cycles"] for layer in report["layers"]]
    assert [span["args"]["layer"] for span in layers] == [layer["index"] for layer in report["layers"]]
    causes = collections.Counter()
    for span in spans["cycle causes"]:
        causes[span["name"].lower()] += span["dur"]
    assert causes == {key: value for key, value in report["total"]["cycles_by_cause"].items() if value}
    names = {layer["index"]: layer["name"] for layer in report["layers"]}
    for thread, unit in UNITS.items():
        columns = report["timeline"][unit]
        args = [span["args"] for span in spans.get(thread, [])]
        assert [each.get("layer") for each in args] == columns["layer"], unit
        assert [each["start"] for each in args] == columns["start"], unit
        assert [each["end"] for each in args] == columns["end"], unit
        for span in spans.get(thread, []):
            assert span["name"] == names[span["args"]["layer"]]
            assert span["ts"] >= span["args"]["start"] and span["ts"] + span["dur"] == span["args"]["end"]
    steps = sum(span["args"]["steps"] for span in spans["array"])
    assert steps == sum(span["dur"] for span in spans["array"]) == report["total"]["cycles_by_cause"]["busy"]
    for thread, key in (("load", "bytes_read"), ("store", "bytes_written")):
        moved = sum(span["args"]["bytes"] for span in spans.get(thread, []))
        assert moved == report["total"][key]
        assert abs(integral(trace, thread) - moved) <= 0.001 * cycles + 1
    assert abs(integral(trace, "array busy") / 100 - steps) <= 0.001 * cycles + 1


def run(halfbyte, folder, arguments):
    """The bytes of the trace, and the report."""
    files = ["--trace", str(folder / "trace.json"), "--json", str(folder / "run.json")]
    subprocess.run([halfbyte, *arguments, "--quiet", *files], check=True)
    return (folder / "trace.json").read_bytes(), json.loads((folder / "run.json").read_text())


def check(halfbyte, folder, model, options, engines):
    first = None
    for engine in engines:
        text, report = run(halfbyte, folder, [*engine, model, "--preset", "tiny", *options])
        if first is None:
            first = text
            trace = json.loads(text)
            process, threads = check_events(trace)
            assert process == {event["pid"] for event in trace["traceEvents"]} and len(process) == 1
            spans = check_spans(trace, threads)
            check_against_report(trace, spans, report)
            parts = {span["args"].get("part", 1) for span in spans["array"]}
            assert parts == set(range(1, report["parts"] + 1))
            if model == DEEP:
                assert len(spans["array"]) > len(spans["post-processor"])
            print(f"{model} {' '.join(options)}: {len(trace['traceEvents'])} events, {len(text)} bytes")
        assert text == first, f"{model}: {engine} differs from {engines[0]}"


def main():
    halfbyte = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for model in (LAYER, DEEP, POOL):
            check(halfbyte, folder, model, [], ENGINES)
        check(halfbyte, folder, LAYER, ["--bits", "w4a4", "--memory-latency", "333"], ENGINES)
        check(halfbyte, folder, LAYER, ["--stall-seed", "5"], ENGINES[1:])
        check(halfbyte, folder, NETWORK, [], [ENGINES[0], ENGINES[1], ENGINES[4]])
        check(halfbyte, folder, NETWORK, ["--jobs", "3"], [ENGINES[0], ENGINES[1], ENGINES[4]])
        check(halfbyte, folder, NETWORK, ["--layers", "3-6"], [ENGINES[0], ENGINES[4]])


if __name__ == "__main__":
    main()
