#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0
"""Draws the images that the shipped networks classify: textured shapes in clutter, 32x32 RGB, 10 classes.

A class is one of five shapes filled with one of two textures. Background, clutter and occluder wear the
same textures, so that neither colours nor texture alone tell the class. Image `index` of a `stream` is a
pure function of (stream, index): a counter-based generator is keyed by the stream and the image's chunk.
Pixels are computed by additions, products, roots and tables of rotations, hence the same everywhere.
"""

import argparse
import pathlib
import sys

import numpy as np

SIZE = 32
SHAPES = ("disc", "ring", "triangle", "square", "cross")
TEXTURES = ("striped", "dotted")
CLASSES = tuple(f"{texture} {shape}" for shape in SHAPES for texture in TEXTURES)
HELD_OUT = 0  # the stream of the accuracy table; training seed s draws from stream 1 + s
CHUNK = 256  # images per key of the counter-based generator

# Difficulty. `difficulty.py` and `evaluate.py` print what a linear classifier and the float networks reach.
RADIUS = (9.0, 12.5)  # pixels
SHIFT = 3.5  # of the centre, at most, pixels
STRETCH = (0.8, 1.25)  # ratio of the object's axes
BEND = 0.08  # displacement of the outline, in radii
PERIOD = (3.2, 6.0)  # of a texture, pixels
CONTRAST = (0.10, 0.30)  # of the object's texture
CLUTTER_CONTRAST = (0.02, 0.13)  # of every other texture
CLUTTER = 3  # small shapes behind the object
OCCLUDED = 0.5  # share of images with a bar across
NOISE = (0.02, 0.12)  # standard deviation of the pixel noise


def uniform(rng, bounds, *shape):
    low, high = bounds
    return (low + (high - low) * rng.random(shape, dtype=np.float32)).astype(np.float32)


def per_image(values):
    """[n] to [n, 1, 1], to broadcast over pixels."""
    return values[:, None, None]


def wave(t):
    """A smooth wave of period 1 between -1 and 1, by arithmetic only."""
    g = np.abs(2 * (t - np.floor(t)) - 1)
    return 2 * g * g * (3 - 2 * g) - 1


def rotate(rng, x, y):
    angle = rng.random(x.shape[0]) * 2 * np.pi
    c, s = (per_image(f(angle).astype(np.float32)) for f in (np.cos, np.sin))
    return c * x + s * y, c * y - s * x


def grid(n):
    """Pixel centres relative to the image's centre, in pixels: two arrays [n, 32, 32]."""
    axis = np.arange(SIZE, dtype=np.float32) - (SIZE - 1) / 2
    y, x = np.meshgrid(axis, axis, indexing="ij")
    return np.broadcast_to(x, (n, SIZE, SIZE)), np.broadcast_to(y, (n, SIZE, SIZE))


def placed(rng, shift, n):
    """A pixel grid moved by up to `shift` and turned."""
    x, y = grid(n)
    dx, dy = (per_image(uniform(rng, (-shift, shift), n)) for _ in range(2))
    return rotate(rng, x - dx, y - dy)


def texture(rng, kind):
    """[n, 32, 32] in -1..1: stripes where kind is 0, dots where it is 1."""
    u, v = placed(rng, SIZE / 2, len(kind))
    period = per_image(uniform(rng, PERIOD, len(kind)))
    a, b = wave(u / period), wave(v / period)
    return np.where(per_image(kind) == 0, a, np.clip(a + b, -1, 1))


def distance(shape, x, y):
    """Distance to the outline of the unit shape, negative inside, per image the shape numbered `shape`."""
    ax, ay = np.abs(x), np.abs(y)
    r = np.sqrt(x * x + y * y)
    slope = np.float32(0.8660254)
    outlines = (
        r - 1,
        np.abs(r - np.float32(0.76)) - np.float32(0.26),
        np.maximum(slope * ax + y / 2, -y) - np.float32(0.62),
        np.maximum(ax, ay) - np.float32(0.86),
        np.minimum(np.maximum(ax - 1, ay - np.float32(0.34)), np.maximum(ay - 1, ax - np.float32(0.34))),
    )
    return np.choose(per_image(shape), outlines)


def object_mask(rng, shape):
    """[n, 32, 32] in 0..1: the object, moved, turned, stretched and bent; its edge is one pixel soft."""
    n = len(shape)
    radius, stretch = per_image(uniform(rng, RADIUS, n)), per_image(np.sqrt(uniform(rng, STRETCH, n)))
    x, y = placed(rng, SHIFT, n)
    x, y = x / (radius * stretch), y * stretch / radius
    bend = [per_image(uniform(rng, (-BEND, BEND), n)) for _ in range(2)]
    phase = [per_image(uniform(rng, (0, 1), n)) for _ in range(2)]
    x, y = x + bend[0] * wave(y / 2 + phase[0]), y + bend[1] * wave(x / 2 + phase[1])
    x, y = rotate(rng, x, y)
    return np.clip(np.float32(0.5) - distance(shape, x, y) * radius, 0, 1)


def clutter_mask(rng, n):
    radius = per_image(uniform(rng, (2.0, 4.5), n))
    x, y = placed(rng, SIZE / 2, n)
    return np.clip(np.float32(0.5) - distance(rng.integers(0, len(SHAPES), n), x / radius, y / radius) * radius, 0, 1)


def bar_mask(rng, n):
    width = per_image(uniform(rng, (0.8, 2.2), n))
    x, _ = placed(rng, SIZE / 3, n)
    return np.clip(width - np.abs(x), 0, 1) * per_image(rng.random(n) < OCCLUDED)


def paint(rng, pixels, mask, kind, contrast=CLUTTER_CONTRAST):
    """Covers `pixels` [n, 3, 32, 32] with a random colour, textured, where mask is 1."""
    n = len(kind)
    colour = uniform(rng, (0.2, 0.8), n, 3, 1, 1)
    amplitude = uniform(rng, contrast, n, 1, 1, 1) * uniform(rng, (0.6, 1), n, 3, 1, 1)
    fill = colour + amplitude * texture(rng, kind)[:, None]
    return pixels + mask[:, None] * (fill - pixels)


def light(rng, pixels):
    """A random gradient of brightness, and noise: sums of four bytes, close to normal."""
    n = len(pixels)
    x, _ = placed(rng, 0.0, n)
    slope = per_image(uniform(rng, (0, 0.3 / SIZE), n))
    sigma = uniform(rng, NOISE, n, 1, 1, 1) / np.float32(147.8)  # deviation of the sum of four bytes
    noise = rng.integers(0, 256, (4, *pixels.shape), np.uint8).sum(0, dtype=np.int16) - np.int16(510)
    return pixels + (slope * x)[:, None] + sigma * noise


def draw_chunk(stream, chunk):
    """Images uint8 [256, 3, 32, 32] and labels uint8 [256] of one chunk."""
    rng = np.random.Generator(np.random.Philox(key=np.array([stream, chunk], np.uint64)))
    labels = rng.integers(0, len(CLASSES), CHUNK)
    pixels = paint(rng, np.zeros((CHUNK, 3, SIZE, SIZE), np.float32), np.ones((CHUNK, SIZE, SIZE), np.float32),
                   rng.integers(0, 2, CHUNK))
    for _ in range(CLUTTER):
        pixels = paint(rng, pixels, clutter_mask(rng, CHUNK), rng.integers(0, 2, CHUNK))
    pixels = paint(rng, pixels, object_mask(rng, labels // len(TEXTURES)), labels % len(TEXTURES), CONTRAST)
    pixels = paint(rng, pixels, bar_mask(rng, CHUNK), rng.integers(0, 2, CHUNK))
    codes = np.floor(light(rng, pixels) * 255 + np.float32(0.5))
    return np.clip(codes, 0, 255).astype(np.uint8), labels.astype(np.uint8)


def draw(stream, count):
    """The first `count` images of a stream: uint8 [count, 3, 32, 32], and their labels, uint8 [count]."""
    chunks = [draw_chunk(stream, chunk) for chunk in range(-(-count // CHUNK))]
    return tuple(np.concatenate(parts)[:count] for parts in zip(*chunks))


def balanced(labels, count):
    """Indices of the first `count` images whose classes take turns, so that counts differ by one at most."""
    order = [np.flatnonzero(labels == label) for label in range(len(CLASSES))]
    return np.array([order[i % len(CLASSES)][i // len(CLASSES)] for i in range(count)])


def shipped(count, stream=HELD_OUT):
    """The first images of a stream with balanced classes, and their labels."""
    images, labels = draw(stream, 2 * count + 10 * CHUNK)
    chosen = balanced(labels, count)
    return images[chosen], labels[chosen]


def kept(work, stream, count):
    """The first images of a stream, and their labels, as they come; drawn once, then kept in `work`."""
    paths = [work / f"{name}-{stream}-{count}.npy" for name in ("images", "labels")]
    if not paths[1].exists():
        work.mkdir(parents=True, exist_ok=True)
        for path, values in zip(paths, draw(stream, count)):
            np.save(path, values)
    return tuple(np.load(path) for path in paths)


def check_shipped(images, labels):
    """Raises unless the images that ship are among these, the first ones held out: as they were drawn then."""
    files = [np.load(pathlib.Path(__file__).with_name(f"{name}.npy")) for name in ("images", "labels")]
    chosen = balanced(labels, len(files[1]))
    if not all(np.array_equal(file, values[chosen]) for file, values in zip(files, (images, labels))):
        raise SystemExit("generate.py: images are not drawn as those that ship were (expected numpy's same generator)")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=64, help="images to write, classes balanced")
    parser.add_argument("--stream", type=int, default=HELD_OUT, help="0: held out; 1 + s: of training seed s")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).parent)
    parser.add_argument("--keep", type=pathlib.Path, metavar="FOLDER",
                        help="draw the first COUNT images as they come, if they are not there yet: FOLDER/images-STREAM-COUNT.npy")
    args = parser.parse_args()
    if args.keep:
        data = kept(args.keep, args.stream, args.count)
        if args.stream == HELD_OUT:
            check_shipped(*data)
        return
    for name, values in zip(("images", "labels"), shipped(args.count, args.stream)):
        np.save(args.out / f"{name}.npy", values)


if __name__ == "__main__":
    sys.exit(main())
