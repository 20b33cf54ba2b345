#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""Trains one network of the family in float, then at each precision, and writes its integers.

Widths 8 and 16 are trained from random weights; 32 and 64 start from the float network of half the width.
The quantized networks are fine-tuned from the float one, batch normalization folded, towards its logits:
w8a8 from float, w4a8 and mostly-w4a4 from w8a8, w4a4 from mostly-w4a4. What exists is not trained again.
"""

import argparse
import pathlib
import time

import numpy as np
import torch
from torch.nn import functional as F

import generate
from network import FloatNetwork, QuantizedNetwork, pixels_to_float
from plan import PRECISIONS, WIDTHS, plan

BATCH = 64
VALIDATION = 2048  # images at the end of the training stream, never trained on
VISITS = {8: 110_000, 16: 110_000, 32: 40_000, 64: 18_000}
QUANTIZED_VISITS = {8: 36_000, 16: 36_000, 32: 12_000, 64: 6_000}
W8A8_VISITS = {8: 12_000, 16: 12_000, 32: 4_000, 64: 6_000}
WIDENED = (32, 64)
FLOAT_RATE = 0.2  # of stochastic gradient descent, at its peak; half for widened networks
NOISE = 0.2  # of the standard deviation of a tensor's weights
PARENT = {"w8a8": "float", "w4a8": "w8a8", "mostly-w4a4": "w8a8", "w4a4": "mostly-w4a4"}
RATE = {"w8a8": 3e-4, "w4a8": 1e-3, "mostly-w4a4": 1e-3, "w4a4": 1e-3}  # Adam's, at its peak


def images_in(work, stream, count):
    """The first images of a stream, uint8, and their labels, int64; drawn once, then kept in `work`."""
    images, labels = (torch.from_numpy(values) for values in generate.kept(work, stream, count))
    return images, labels.long()


def turned(x):
    """One of the square's eight symmetries: none of them changes a class."""
    choice = int(torch.randint(8, ()))
    x = torch.rot90(x, choice % 4, (2, 3))
    return (x.flip(3) if choice > 3 else x).contiguous(memory_format=torch.channels_last)


def batches(count, visits):
    """Index batches over `visits` images, in random order within each pass over `count` images."""
    left = visits // BATCH
    while left > 0:
        for batch in torch.randperm(count)[: count // BATCH * BATCH].split(BATCH)[:left]:
            yield batch
        left -= count // BATCH


def logits_of(network, images):
    network.eval()
    with torch.no_grad():
        return torch.cat([network(pixels_to_float(part)) for part in images.split(256)])


def accuracy(network, data):
    images, labels = data
    return (logits_of(network, images).argmax(1) == labels).float().mean().item()


def report(name, network, data, start):
    validation = tuple(part[-VALIDATION:] for part in data)
    percent = 100 * accuracy(network, validation)
    print(f"{name}: validation {percent:.1f} %, {time.time() - start:.0f} s", flush=True)


def train_float(network, data, visits, rate):
    images, labels = data
    count, steps = len(images) - VALIDATION, visits // BATCH
    optimizer = torch.optim.SGD(network.parameters(), rate, 0.9, weight_decay=5e-4, nesterov=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=0.15)
    network.train()
    for batch in batches(count, visits):
        loss = F.cross_entropy(network(turned(pixels_to_float(images[batch]))), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


def train_quantized(network, data, teacher, visits, rate):
    """Fine-tunes towards the float network's logits `teacher` [count, 10] and the labels."""
    images, labels = data
    with torch.no_grad():
        network(pixels_to_float(images[:512]), calibrate=True)
    network.train()
    optimizer = torch.optim.Adam(network.parameters(), rate)
    steps = visits // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=0.1)
    for batch in batches(len(teacher), visits):
        logits = network(pixels_to_float(images[batch]))
        soft = F.cross_entropy(logits, teacher[batch].softmax(1))
        loss = 0.7 * soft + 0.3 * F.cross_entropy(logits, labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()


def float_network(width):
    return FloatNetwork(plan(width, PRECISIONS["w8a8"])).to(memory_format=torch.channels_last)


def trained(path):
    if not path.exists():
        raise SystemExit(f"{path} is missing: train the network of half the width, same seed, first")
    return path


def widen(wide, narrow):
    """Gives `wide` the function of `narrow`, of half its channels: each channel twice, and noise."""
    source = narrow.state_dict()
    for name, target in wide.state_dict().items():
        value = source[name]
        repeats = [new // old for new, old in zip(target.shape, value.shape)]
        shared = repeats[1] if len(repeats) > 1 else 1  # the twins of an input channel share its weight
        value = value.repeat(repeats) / shared
        if value.dim() > 1:
            value += NOISE * value.std() * torch.randn_like(value)
        target.copy_(value)


def float_stage(folder, width, data, visits):
    """The folded float network and its logits on the training images."""
    path, start = folder / "float.pt", time.time()
    network = float_network(width)
    half = folder.with_name(folder.name.replace(f"w{width}", f"w{width // 2}")) / "float.pt"
    if path.exists():
        network.load_state_dict(torch.load(path))
    else:
        if width in WIDENED:
            narrow = float_network(width // 2)
            narrow.load_state_dict(torch.load(trained(half)))
            widen(network, narrow)
        train_float(network, data, visits, FLOAT_RATE / (2 if width in WIDENED else 1))
        report(f"{folder.name} float", network, data, start)
        torch.save(network.state_dict(), path)
    if not (folder / "teacher.pt").exists():
        torch.save(logits_of(network, data[0][:-VALIDATION]), folder / "teacher.pt")
    return network.folded(), torch.load(folder / "teacher.pt")


def quantized_stage(folder, steps, name, data, run):
    """Trains one precision from its parent's parameters; `run` is (parameters, teacher, visits)."""
    path, start = folder / f"{name}.pt", time.time()
    parameters, teacher, visits = run
    network = QuantizedNetwork(steps, parameters).to(memory_format=torch.channels_last)
    if path.exists():
        network.load_state_dict(torch.load(path))
    else:
        train_quantized(network, data, teacher, visits, RATE[name])
        report(f"{folder.name} {name}", network, data, start)
        np.savez(folder / f"{name}.npz", **network.integers())
        torch.save(network.state_dict(), path)
    return network.parameters_by_step()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, choices=WIDTHS, required=True, help="channels of the first stage")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--images", type=int, default=65536, help="training images to draw")
    parser.add_argument("--visits", type=int, help=f"images the float network is trained on: {VISITS}")
    parser.add_argument("--quantized-visits", type=int,
                        help=f"the same for each quantized network: w8a8 {W8A8_VISITS}, others {QUANTIZED_VISITS}")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/networks"))
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    folder = args.work / f"w{args.width}-s{args.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    data = images_in(args.work, 1 + args.seed, args.images)
    parameters = {}
    visits = args.visits or VISITS[args.width]
    parameters["float"], teacher = float_stage(folder, args.width, data, visits)
    for name, parent in PARENT.items():
        torch.manual_seed(args.seed)
        visits = (W8A8_VISITS if name == "w8a8" else QUANTIZED_VISITS)[args.width]
        run = (parameters[parent], teacher, args.quantized_visits or visits)
        parameters[name] = quantized_stage(folder, plan(args.width, PRECISIONS[name]), name, data, run)


if __name__ == "__main__":
    main()
