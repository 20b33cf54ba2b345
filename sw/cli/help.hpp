// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What `halfbyte --help` teaches beyond the list of commands.
#pragma once

namespace hb::cli {

inline constexpr const char* kAbout =
    "Halfbyte: an int4/int8 systolic-array accelerator, simulated to the bit and the cycle.";

inline constexpr const char* kFooter = R"(
MODEL is one of
  FILE.onnx                        a quantized network (QLinear or QDQ form)
  FILE.hbp                         a compiled program (halfbyte compile writes one)
  FILE.csv                         a topology of SCALE-Sim (estimate only; --cfg FILE.cfg)
  builtin:resnet18                 a network with random weights, 224x224, 1000 classes; also
                                   29, 34, 50, 101, 152, 200; options --bits, --width, --residual
  builtin:resnet50/layer2.0.conv2  a layer of a real network (others: layer1.0.conv2,
                                   layer1.0.conv3, layer3.1.conv2, layer4.1.conv2)
  builtin:conv:CINxHxW:COUTxKHxKW[:sS|:sYxX][:pP|:pTOPxLEFTxBOTTOMxRIGHT][:add|:add-first]
                                   any convolution: s is the stride, p the padding; add adds a
                                   tensor to its output (add-first: as the first operand)
  builtin:maxpool:CxHxW:KHxKW[:sS|:sYxX][:pP|:pTOPxLEFTxBOTTOMxRIGHT]
  builtin:avgpool:CxHxW            global average
  builtin:fc:CIN:COUT              fully connected
  builtin:requantize:CxHxW         int8 to int4, or with --bits w4a4 int4 to int8
Built-in models make weights and input from --seed: same seed, same bytes. Images and labels are
NumPy's .npy files: images [N, C, H, W] or [C, H, W] of the network's own type (int8, uint8 or
float32), labels [N] integers. A network runs without --input, too: on random codes.

Examples
  halfbyte verify sw/networks/resnet8_w16_mostly-w4a4.onnx --preset edge
      --input sw/networks/images.npy --labels sw/networks/labels.npy --images 4
      a trained network on 4 images: RTL and SystemC in lockstep, every tensor against
      the network's operators, every byte against the golden model, every cycle against
      the formulas; prints classes, accuracy and the table of layers
  halfbyte run net.onnx --input images.npy --output results --all-tensors --jobs 2
      every tensor as results/NAME.npy, computed by the RTL, in two processes
  halfbyte verify builtin:resnet50 --jobs 2
      one image, its network cut into two parts of layers that run at the same time. Each
      starts and ends with the machine idle, so cycles are those of the cut network: the
      sum of its parts, as estimate --jobs 2 has them. What a part leaves for others is
      checked to be what they started from
  halfbyte run net.onnx --input images.npy --labels labels.npy --on golden
      accuracy, fast and without cycles
  halfbyte verify net.onnx --layers 3-5 --wave layers.fst --wave-cycles 100:300
      rows 3 to 5 of the table alone, with waves of 201 cycles, every array included
  halfbyte estimate builtin:resnet50 --bits mostly-w4a4 --memory-latency 300
      the cycles of every layer by formula
  halfbyte estimate builtin:resnet50 --bits mostly-w4a4 --residual 4 --cost-models
      beside them what the layers cost by the papers' linear and quadratic models
  halfbyte verify builtin:resnet50/layer2.0.conv2 --bits w4a4
      one layer; --bits w8a8 (default), w4a8 or w4a4
  halfbyte verify builtin:conv:24x15x17:40x3x5:s2x1:p1x2x0x2 --preset tiny --stall-seed 7
      odd sizes, asymmetric padding, a memory that stalls at random
  halfbyte verify builtin:conv:64x14x14:64x1x1:add --bits w4a8 --contract tflite
      int4 weights for int8 activations, a residual, TFLite's rounding
  halfbyte run builtin:resnet50/layer3.1.conv2 --preset edge --json edge.json
      the RTL alone, faster; the same table as JSON
  halfbyte verify net.onnx --jobs 2 --trace trace.json
      when load, array, post-processor and store worked, and for what, to look at on
      ui.perfetto.dev (docs/reports.md); estimate writes the same without running
  halfbyte estimate net.onnx --energy mine.yaml
      cycles, and energy by your own table (docs/energy.md); --ert takes an Accelergy one
  halfbyte run net.onnx --input image.npy --activity
      counts the bits that toggle, and prints energy from them beside energy from counts:
      what zeros, small values and sparsity save (docs/energy.md)
  halfbyte export accelergy run.json -o accelergy
      a run (--json run.json) as Accelergy's architecture, ERT and action counts
  halfbyte compile net.onnx --input image.npy -o net.hbp
  halfbyte disasm net.hbp
      the program that the machine runs (the first image in it), and its listing
  halfbyte estimate Resnet50.csv --cfg scale.cfg --bits w4a4 --scalesim out
      SCALE-Sim's topology and configuration in, its reports out
  halfbyte sweep config/sweep.yaml -o sweep
      machines x networks x precisions from one file (docs/sweep.md), by formula, on all cores:
      sweep.csv, sweep.json with the command that builds and verifies each point, and the
      Pareto-optimal points
  halfbyte card net.onnx --input images.npy --labels labels.npy -o card.md
  halfbyte card --diff a.onnx b.onnx
      a quantization card: bits, quantizers, accumulators, saturation, accuracy, cycles, and what
      each choice costs; what two networks (or cards, A.json) differ in
  halfbyte estimate builtin:resnet50 --json w8a8.json
  halfbyte estimate builtin:resnet50 --bits mostly-w4a4 --json w4a4.json
  halfbyte report w8a8.json w4a4.json -o report.html
      one page for a browser, offline: both runs layer by layer, cycles by cause, energy,
      roofline, timeline; cards (card --json) and sweeps go into it as well
  halfbyte estimate net.onnx --csv layers.csv
      the tables as CSV, every figure of a layer in one line; run, verify, presets and disasm
      have --csv, too
  halfbyte presets
      the machines that are built in

Exit codes: 0 good, 1 mismatch, 2 bad input or usage, 3 the program stops the machine
with an error or hangs it, whichever engine found that out.)";

}  // namespace hb::cli
