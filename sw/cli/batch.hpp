// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A run over all images: table, classes, files, JSON.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sw/cli/classes.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/images.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/outcome.hpp"
#include "sw/cli/parts.hpp"
#include "sw/cli/show.hpp"
#include "sw/cli/tensor_files.hpp"
#include "sw/energy/rates.hpp"

namespace hb::cli {

/// What is run in one piece: an image through the whole program, or through a part of it.
struct Piece {
  std::size_t image = 0;
  std::size_t part = 0;
  arch::Program program;  ///< with its data
  /// Where the network's tensors are known already: all of them. Lives as long as the context.
  const std::vector<arch::Tensor>* expected = nullptr;
};

/// What every step of a run needs.
struct RunContext {
  /// Throws hb::Error for a model, or files, that do not go together with the options.
  explicit RunContext(const Options& chosen);

  /// Whether the program's output tells classes: a network's, not a layer's.
  [[nodiscard]] bool has_classes() const;
  /// Whether the part writes that output.
  [[nodiscard]] bool has_classes(const arch::Program& part) const;
  /// For messages: the model, of several images which, and which part.
  [[nodiscard]] std::string who(std::size_t image, std::size_t part) const;
  /// What runs one after another: the program, or its parts; maybe without data.
  [[nodiscard]] std::vector<const arch::Program*> programs() const;
  [[nodiscard]] Piece piece(std::size_t image, std::size_t part) const;

  const Options& options;
  Show show;
  Model model;  ///< of a network that is cut commands alone
  energy::Rates rates;
  Images images;
  Labels labels;
  TensorFiles files;
  std::vector<Part> parts;  ///< of a network that is cut
  /// Of a network that is cut: every tensor of its one image, by its operators.
  std::vector<arch::Tensor> tensors;
  std::vector<Prediction> predictions;  ///< of programs()
};

/// Called now and then with the cycles so far.
using ShowCycles = std::function<void(arch::Cycles)>;
/// Runs a piece, without printing.
using RunPiece = std::function<Outcome(const Piece& piece, const ShowCycles& progress)>;

/// What all images came to.
struct BatchResult {
  Exit exit = Exit::kGood;      ///< of the first image that did not end well
  std::optional<Piece> failed;  ///< that piece, without its program, where the machine is wrong
  Outcome first;                ///< image 0, the first part's where there are parts
  std::vector<arch::Timeline>
      timelines;                   ///< of image 0: one, or one of each part; of a timed engine
  std::uint64_t compared = 0;      ///< as Outcome's, of image 0
  std::uint64_t memory_bytes = 0;  ///< likewise
  Outcome failure;                 ///< that of `failed`
  std::optional<Mismatches> mismatches;  ///< all
  double cpu_seconds = 0;
  double wall_seconds = 0;
  std::uint64_t peak_rss_bytes = 0;

  /// Of image 0; 0 of an untimed engine.
  [[nodiscard]] arch::Cycles cycles() const;
};

/// Runs all images, in processes if asked for; prints the table after the first, and for each what
/// is wrong with it or its class. The same program has the same cycles whatever its data; other
/// cycles are a mismatch. Where a network is cut, what a part leaves for others must be what these
/// were given; something else is a mismatch.
[[nodiscard]] BatchResult run_batch(RunContext& context, const RunPiece& run_piece);

/// speed_text() of all images.
[[nodiscard]] std::string speed_of(const RunContext& context, const BatchResult& result);

/// If all is well, prints the accuracy and writes the tensors' files; writes the JSON.
void finish_batch(RunContext& context, const BatchResult& result, const char* engine);

}  // namespace hb::cli
