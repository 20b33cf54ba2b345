// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A run over all images: table, classes, files, JSON.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "sw/cli/classes.hpp"
#include "sw/cli/images.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/outcome.hpp"
#include "sw/cli/show.hpp"
#include "sw/cli/tensor_files.hpp"
#include "sw/energy/rates.hpp"

namespace hb::cli {

/// What every step of a run needs.
struct RunContext {
  /// Throws hb::Error for a model, or files, that do not go together with the options.
  explicit RunContext(const Options& chosen);

  /// Whether the program's output tells classes: a network's, not a layer's.
  [[nodiscard]] bool has_classes() const;
  /// For messages: the model, and of several images which.
  [[nodiscard]] std::string who(std::size_t image) const;

  const Options& options;
  Show show;
  Model model;
  energy::Rates rates;
  Images images;
  Labels labels;
  TensorFiles files;
  std::optional<arch::Cycles> expected_cycles;  ///< of an image, where the formulas know
};

/// Called now and then with the cycles so far.
using ShowCycles = std::function<void(arch::Cycles)>;
/// Runs one image, without printing.
using RunImage = std::function<Outcome(std::size_t image, const ShowCycles& progress)>;

/// What all images came to.
struct BatchResult {
  Exit exit = Exit::kGood;            ///< of the first image that did not end well
  std::optional<std::size_t> failed;  ///< that image, where the machine is wrong
  Outcome first;                      ///< image 0
  Outcome failure;                    ///< that of `failed`
  Mismatches mismatches;              ///< all
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::uint64_t peak_rss_bytes = 0;
};

/// Runs all images, in processes if asked for; prints the table after the first, and for each what
/// is wrong with it or its class. The same program has the same cycles whatever its data; other
/// cycles are a mismatch.
[[nodiscard]] BatchResult run_batch(RunContext& context, const RunImage& run_image);

/// speed_text() of all images.
[[nodiscard]] std::string speed_of(const RunContext& context, const BatchResult& result);

/// If all is well, prints the accuracy and writes the tensors' files; writes the JSON.
void finish_batch(RunContext& context, const BatchResult& result, const char* engine);

}  // namespace hb::cli
