// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What running one image came to, and its form between processes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/events.hpp"
#include "sim/run.hpp"
#include "sw/cli/commands.hpp"

namespace hb::cli {

/// Codes that differ, of what was compared.
struct Mismatches {
  std::vector<std::uint64_t> by_layer;  ///< of the tensors that the layer writes
  std::uint64_t total = 0;              ///< also bytes outside of tensors
};

/// Of a sim::Divergence.
struct DivergencePlace {
  arch::Cycles cycle = 0;
  bool running = true;
};

struct Outcome {
  Exit exit = Exit::kGood;
  bool wrong = false;                      ///< the machine is, or the golden model, or the formulas
  std::string complaint;                   ///< lines for standard error, each ended
  std::optional<arch::Timeline> timeline;  ///< of a timed engine
  std::vector<std::string> tensors;  ///< values of TensorFiles' tensors, as they lie in memory
  std::optional<std::uint32_t> predicted;  ///< class; of an output that is a vector
  std::optional<Mismatches> mismatches;    ///< where something was compared
  std::uint64_t compared = 0;      ///< tensors that were held against the network's operators
  std::uint64_t memory_bytes = 0;  ///< after the run
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::uint64_t peak_rss_bytes = 0;
  std::optional<DivergencePlace> divergence;
  std::optional<sim::WaveRange> wave;
};

[[nodiscard]] std::string to_bytes(const Outcome& outcome);
/// Precondition: `bytes` are to_bytes()'s, of this executable.
[[nodiscard]] Outcome outcome_of(const std::string& bytes);

}  // namespace hb::cli
