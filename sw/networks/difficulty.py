#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""Measures how hard the task is: a linear classifier, and the float network quantized without training."""

import argparse
import json
import pathlib

import torch
from torch import nn
from torch.nn import functional as F

import generate
from evaluate import IMAGES
from network import FRACTIONS, QuantizedNetwork, pixels_to_float
from plan import PRECISIONS, plan
from train import accuracy, float_stage, images_in

PASSES = 5
RATES = (1e-4, 1e-3)  # Adam's; the better result counts
LEAST_ERROR, LARGEST = "least squared error", "largest value"


class Linear(nn.Module):
    def __init__(self):
        super().__init__()
        self.map = nn.Linear(3 * generate.SIZE**2, len(generate.CLASSES))

    def forward(self, x):
        return self.map(x.flatten(1))


def linear(data, held_out, rate):
    """Accuracy of a linear classifier of the pixels, trained on the same images as the networks."""
    images, labels = data
    network = Linear()
    optimizer = torch.optim.Adam(network.parameters(), rate, weight_decay=1e-4)
    for _ in range(PASSES):
        for batch in torch.randperm(len(images)).split(256):
            loss = F.cross_entropy(network(pixels_to_float(images[batch])), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return accuracy(network, held_out)


def post_training(parameters, width, data, held_out):
    """Accuracy of w4a4 by rounding the float network, per rule for the scales."""
    images, _ = data
    result = {}
    for rule, fractions in ((LARGEST, (1.0,)), (LEAST_ERROR, FRACTIONS)):
        network = QuantizedNetwork(plan(width, PRECISIONS["w4a4"]), parameters, fractions)
        with torch.no_grad():
            network(pixels_to_float(images[:512]), calibrate=True)
        result[rule] = accuracy(network, held_out)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--images", type=int, default=65536, help="training images, as given to train.py")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/networks"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    data, held_out = images_in(args.work, 1, args.images), images_in(args.work, generate.HELD_OUT, IMAGES)
    folder = args.work / f"w{args.width}-s0"
    if not (folder / "float.pt").exists():
        parser.error(f"{folder} holds no trained network: run train.py --width {args.width} first")
    parameters, _ = float_stage(folder, args.width, data, 0)
    result = {"linear": max(linear(data, held_out, rate) for rate in RATES),
              "post_training_w4a4": post_training(parameters, args.width, data, held_out)}
    path = args.out / "accuracy.json"
    report = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps(report | {"difficulty": result}, indent=1) + "\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
