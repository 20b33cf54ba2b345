#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""Writes trained networks as ONNX files: QDQ form to ship, ONNX Runtime's integer form beside the training."""

import argparse
import pathlib

import numpy as np
import onnx

import qdq
import qoperator
from plan import PRECISIONS, WIDTHS, plan


def export(work, out, network, seed):
    """Exports `network` (width, precision) if it is trained; returns whether it is."""
    width, precision = network
    source = work / f"w{width}-s{seed}" / f"{precision}.npz"
    if not source.exists():
        return False
    steps, name = plan(width, PRECISIONS[precision]), f"resnet8_w{width}_{precision}"
    integers = dict(np.load(source))
    onnx.save(qoperator.build(steps, integers, name), source.with_suffix(".onnx"))
    if out is not None:
        model = qdq.build(steps, integers, name)
        onnx.checker.check_model(model, full_check=True)
        onnx.save(model, out / f"{name}.onnx")
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=0, help="whose networks ship")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("build/networks"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    args = parser.parse_args()
    for width in WIDTHS:
        for precision in PRECISIONS:
            done = export(args.work, args.out, (width, precision), args.seed)
            print(f"w{width} {precision}: {'written' if done else 'not trained'}")


if __name__ == "__main__":
    main()
