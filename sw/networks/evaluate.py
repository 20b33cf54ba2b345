#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""Measures every trained network on 10,000 held-out images, writes accuracy.json, prints its tables.

Quantized networks run as ONNX Runtime's integer operators, float ones in PyTorch. Results are kept beside
the training, keyed by the network's bytes: only new ones are measured.
"""

import argparse
import hashlib
import json
import math
import pathlib
import statistics

import numpy as np
import onnxruntime
import torch

import generate
from export import export
from network import FloatNetwork
from plan import PRECISIONS, WIDTHS, plan
from train import images_in, logits_of

IMAGES = 10_000
KINDS = ("float", *PRECISIONS)
Z95 = 1.959964  # standard normal quantile of a two-sided 95 % interval


def wilson(correct, total):
    """Wilson's 95 % score interval of a share, as fractions."""
    share, spread = correct / total, Z95 * Z95 / total
    centre = (share + spread / 2) / (1 + spread)
    half = math.sqrt(share * (1 - share) * spread + spread * spread / 4) / (1 + spread)
    return centre - half, centre + half


def integer_logits(path, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"image": part})[0] for part in np.split(images, 100)])


def float_logits(path, width, images):
    network = FloatNetwork(plan(width, PRECISIONS["w8a8"])).to(memory_format=torch.channels_last)
    network.load_state_dict(torch.load(path))
    return logits_of(network, torch.from_numpy(images)).numpy()


def measure(folder, network, data):
    """Correct answers among the held-out images, from the store if these bytes were measured before."""
    width, precision = network
    path = folder / ("float.pt" if precision == "float" else f"{precision}.onnx")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    store = folder / "correct.json"
    known = json.loads(store.read_text()) if store.exists() else {}
    if digest not in known:
        logits = float_logits(path, width, data[0]) if precision == "float" else integer_logits(path, data[0])
        known[digest] = int((logits.argmax(1) == data[1]).sum())
        store.write_text(json.dumps(known, indent=1))
    return known[digest]


def records(work, data):
    """One record per trained network."""
    result = []
    for width in WIDTHS:
        for folder in sorted(work.glob(f"w{width}-s*")):
            seed = int(folder.name.rpartition("s")[2])
            for precision in KINDS:
                network = (width, precision)
                floating = precision == "float" and (folder / "float.pt").exists()
                if floating or (precision != "float" and export(work, None, network, seed)):
                    correct = measure(folder, network, data)
                    result.append({"width": width, "precision": precision, "seed": seed, "correct": correct})
    return result


def cell(found):
    """Seed 0 with its interval, then the mean over all seeds if there are others: percent."""
    shipped = [record["correct"] for record in found if record["seed"] == 0]
    low, high = wilson(shipped[0], IMAGES)
    text = f"{100 * shipped[0] / IMAGES:.2f} ({100 * low:.1f} to {100 * high:.1f})"
    if len(found) == 1:
        return text
    mean = statistics.mean(record["correct"] for record in found)
    return f"{text}; {100 * mean / IMAGES:.2f} of {len(found)}"


def table(results):
    """The accuracy table in Markdown."""
    lines = ["| channels | " + " | ".join(KINDS) + " |", "|---" * (len(KINDS) + 1) + "|"]
    for width in WIDTHS:
        of_width = [record for record in results if record["width"] == width]
        cells = [[record for record in of_width if record["precision"] == kind] for kind in KINDS]
        if any(cells):
            lines.append(f"| {width} | " + " | ".join(cell(found) if found else "" for found in cells) + " |")
    return "\n".join(lines)


def losses(results):
    """Mean loss of each precision against the float network of the same seed, in points, in Markdown."""
    correct = {(r["width"], r["precision"], r["seed"]): r["correct"] for r in results}
    lines = ["| channels | " + " | ".join(PRECISIONS) + " |", "|---" * (len(PRECISIONS) + 1) + "|"]
    for width in sorted({record["width"] for record in results}):
        cells = []
        for kind in PRECISIONS:
            seeds = [s for w, p, s in correct if (w, p) == (width, kind)]
            lost = [100 * (correct[width, "float", s] - correct[width, kind, s]) / IMAGES for s in seeds]
            cells.append(f"{statistics.mean(lost):.2f}" if lost else "")
        lines.append(f"| {width} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/networks"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    images, labels = images_in(args.work, generate.HELD_OUT, IMAGES)
    results = records(args.work, (images.numpy(), labels.numpy()))
    path = args.out / "accuracy.json"
    report = json.loads(path.read_text()) if path.exists() else {}
    report |= {"held_out_images": IMAGES, "networks": results}
    path.write_text(json.dumps(report, indent=1) + "\n")
    print(table(results), losses(results), sep="\n\n")


if __name__ == "__main__":
    main()
