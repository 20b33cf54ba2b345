// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The command line, read and checked as far as it can be without opening files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sw/compile/compile.hpp"

namespace hb::cli {

enum class Action : std::uint8_t {
  kPresets,
  kRun,
  kVerify,
  kEstimate,
  kCompile,
  kDisasm,
  kCard,
  kExport,
  kReport,
  kSweep
};
enum class Engine : std::uint8_t { kRtl, kSystemC, kGolden, kLockstep };

/// Empty where the user said nothing: the default, or a program file's own value, holds then.
struct Options {
  Action action = Action::kPresets;
  std::string model;
  std::optional<std::string> preset;     ///< name or file
  std::optional<arch::Machine> machine;  ///< in its place: one of a sweep
  std::optional<std::string> bits;       ///< "w8a8", "w4a8", "w4a4" or "mostly-w4a4"
  std::optional<std::string> contract;   ///< "ort" or "tflite"
  std::optional<std::string> residual;   ///< "4" or "8"
  std::optional<float> width;            ///< factor of a built-in network's block filters
  std::optional<std::uint64_t> seed;
  std::optional<compile::LayerRange> layers;
  bool no_fuse = false;
  std::optional<std::uint32_t> memory_latency;
  std::optional<std::uint32_t> memory_bytes_per_cycle;
  std::optional<std::uint64_t> stall_seed;
  Engine engine = Engine::kRtl;
  std::vector<std::string> inputs;      ///< "X.npy" or "NAME=X.npy"
  std::string labels;                   ///< file; empty: none
  std::optional<std::uint64_t> images;  ///< how many of the file's
  std::uint32_t jobs = 1;               ///< processes; of one image also parts
  std::string output;  ///< of compile a file, of run, export and sweep a folder; empty: none
  bool all_tensors = false;
  std::string json;    ///< empty: none
  std::string trace;   ///< file; empty: none
  std::string csv;     ///< file; empty: none
  std::string energy;  ///< table of energy; empty: the built-in one
  std::string ert;     ///< Accelergy's energy reference table in its place; empty: none
  bool quiet = false;
  std::string wave;                  ///< file; empty: none
  std::string wave_cycles;           ///< "A:B" or "A:"; empty: all
  std::vector<std::string> diff;     ///< of card: two models or cards; empty: one model
  std::string cfg;                   ///< of estimate, with a topology: its .cfg; empty: none
  std::string scalesim;              ///< of estimate: a folder for SCALE-Sim's reports
  bool cost_models = false;          ///< of estimate: the papers' beside the cycles
  bool activity = false;             ///< count toggled bits
  bool no_wave = false;              ///< of verify: none after a divergence either
  std::vector<std::string> reports;  ///< of report: files of --json, of cards and of sweeps
  std::string chart_library;         ///< of report: the file of Chart.js; empty: the installed one
  std::vector<std::string> arguments;  ///< the whole command line
};

/// "3-7", or "3" for that layer alone. Empty if `text` is neither, or begins with 0 or backwards.
[[nodiscard]] std::optional<compile::LayerRange> parse_layers(const std::string& text);

/// The command line as a shell takes it, without the program's folder: "halfbyte run 'a b.onnx'".
/// The options in `without`, of one value each, are left out.
[[nodiscard]] std::string command_line(const Options& options,
                                       const std::vector<std::string>& without = {});

/// What the command line asks for; empty when it was answered already (--help, --version). Throws
/// hb::Error for wrong usage.
[[nodiscard]] std::optional<Options> parse_options(int argc, const char* const* argv);

}  // namespace hb::cli
