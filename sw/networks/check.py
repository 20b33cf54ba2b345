#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""Checks the shipped files: images drawn afresh, and three views of each network against each other.

Per network, on held-out images: the shipped QDQ file in ONNX Runtime against its integer operators (the
same codes but for values within rounding of a tie), and the fake-quantized PyTorch network against them.
"""

import argparse
import json
import pathlib
import sys

import numpy as np
import onnxruntime
import torch

import generate
from evaluate import IMAGES, integer_logits
from network import QuantizedNetwork
from plan import PRECISIONS, WIDTHS, has_weights, plan
from train import images_in, logits_of

SAMPLE = 1000  # images
TOLERANCE = 0.02  # share of the sample's classes that may differ between float arithmetic and integers


def shipped_logits(path, images):
    """Of the QDQ file. Without reuse of memory, with which ONNX Runtime 1.30 corrupted batches of 4-bit tensors."""
    options = onnxruntime.SessionOptions()
    options.enable_mem_reuse = options.enable_mem_pattern = options.enable_cpu_mem_arena = False
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(None, {"image": part})[0] for part in np.split(images, SAMPLE // 100)])


def fake_logits(path, steps, images):
    """Of the PyTorch network that was exported."""
    sizes = {step.name: (step.out_channels, step.in_channels) for step in steps if has_weights(step)}
    window = {step.name: [step.kernel] * 2 if step.op == "conv" else [] for step in steps}
    empty = {name: (torch.zeros(*size, *window[name]), torch.zeros(size[0])) for name, size in sizes.items()}
    network = QuantizedNetwork(steps, empty)
    network.load_state_dict(torch.load(path))
    return logits_of(network, torch.from_numpy(images)).numpy()


def compare(folder, files, network, images):
    """Shares of logit codes and of classes that differ from ONNX Runtime's integer operators."""
    width, precision = network
    source = folder / f"w{width}-s0"
    codes = integer_logits(source / f"{precision}.onnx", images).astype(int) - 128
    scale = np.load(source / f"{precision}.npz")["fc/scale"]
    views = {"qdq": shipped_logits(files / f"resnet8_w{width}_{precision}.onnx", images),
             "fake": fake_logits(source / f"{precision}.pt", plan(width, PRECISIONS[precision]), images)}
    result = {"width": width, "precision": precision}
    for view, logits in views.items():
        result[f"{view}_codes"] = float((np.rint(logits / scale) != codes).mean())
        result[f"{view}_classes"] = float((logits.argmax(1) != codes.argmax(1)).mean())
    return result


def fresh_images(files):
    """Whether images.npy and labels.npy are what the generator draws."""
    images, labels = (np.load(files / f"{name}.npy") for name in ("images", "labels"))
    drawn = generate.shipped(len(labels))
    return np.array_equal(images, drawn[0]) and np.array_equal(labels, drawn[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/networks"))
    parser.add_argument("--files", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    args = parser.parse_args()
    good = fresh_images(args.files)
    print(f"images: {'as drawn' if good else 'DIFFER from what generate.py draws'}")
    images = images_in(args.work, generate.HELD_OUT, IMAGES)[0][:SAMPLE].numpy()
    trained = [(width, precision) for width in WIDTHS for precision in PRECISIONS
               if (args.work / f"w{width}-s0" / f"{precision}.onnx").exists()]
    found = [compare(args.work, args.files, network, images) for network in trained]
    for record in found:
        good = good and max(record["qdq_classes"], record["fake_classes"]) <= TOLERANCE
        print(json.dumps(record))
    path = args.files / "accuracy.json"
    report = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(report | {"agreement": {"images": SAMPLE, "networks": found}}, indent=1) + "\n")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
