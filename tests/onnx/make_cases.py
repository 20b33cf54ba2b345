# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Random quantized networks with ONNX Runtime as oracle, for onnx_differential (docs/verification.md).

Network k of a seed is a function of both. Prints what the networks hold; a kind of network that never came up is an error.
"""

from __future__ import annotations

import argparse
import collections
import concurrent.futures
import functools
import os
import pathlib
import shutil
import sys

import numpy as np
import onnxruntime

import choose
import features
from cases import save_network
from shapes import make_network

RUNTIME = "1.30.0"


def make_case(seed: int, output: pathlib.Path, index: int) -> tuple[set[str], features.Values]:
    network = make_network(seed, index)
    expected = save_network(network, np.random.default_rng([seed, index, 1]), output / f"n{index:05}")
    ranges = {tensor.name: (tensor.low, tensor.high) for tensor in network.written()}
    return network.features, features.Values.of(network, ranges, expected)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--output", type=pathlib.Path, required=True, help="folder of the cases; what it held is removed")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0, help="index of the first network")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    return parser.parse_args()


def main() -> int:
    args = arguments()
    if onnxruntime.__version__ != RUNTIME:
        print(f"make_cases: onnxruntime {onnxruntime.__version__} (expected {RUNTIME}: it is the oracle)", file=sys.stderr)
        return 2
    if not choose.has_vnni():
        print("make_cases: no VNNI here: all weights stay within -64..63, where the runtime's kernels are exact")
    shutil.rmtree(args.output, ignore_errors=True)
    args.output.mkdir(parents=True)
    counts: collections.Counter[str] = collections.Counter()
    values = features.Values()
    work = functools.partial(make_case, args.seed, args.output)
    with concurrent.futures.ProcessPoolExecutor(args.jobs) as pool:
        for found, more in pool.map(work, range(args.first, args.first + args.count), chunksize=4):
            counts.update(found)
            values += more
    lost = features.report(counts, values, args.count)
    if lost:
        print(f"make_cases: no network has: {', '.join(lost)} (expected some in {args.count})", file=sys.stderr)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
