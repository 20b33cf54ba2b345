// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The images that a run works on: from .npy files, random, or what the program holds.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/tensor.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/npy.hpp"
#include "sw/cli/options.hpp"

namespace hb::cli {

/// Whether a network's run is one of several images, as the options and the first file's dims say.
/// Throws hb::Error for a file that is no array.
[[nodiscard]] bool has_several_images(const Options& options);

class Images {
 public:
  /// `model` must live as long as this. Throws hb::Error naming file or input when files do not
  /// hold the model's inputs, all of them, all of one number of images.
  Images(const Options& options, const Model& model);

  [[nodiscard]] std::size_t count() const { return count_; }
  /// How many the files hold, of which the first count() are taken.
  [[nodiscard]] std::size_t in_files() const { return in_files_; }
  /// For people: where they come from; empty where that is files.
  [[nodiscard]] const std::string& origin() const { return origin_; }

  /// The program with image `index` in its inputs. Throws hb::Error for values that are no codes
  /// or numbers.
  [[nodiscard]] arch::Program program(std::size_t index) const;
  /// `part`, layers of the model's network, with image `index` in it. What they read of other
  /// layers is in `tensors`: all of the graph, as reference::run() gives them.
  [[nodiscard]] arch::Program program(arch::Program part, std::size_t index,
                                      const std::vector<arch::Tensor>& tensors) const;
  /// What reference::run() takes for image `index`. Precondition: the model has a graph.
  [[nodiscard]] std::vector<arch::Tensor> graph_inputs(std::size_t index) const;

 private:
  void read_files(const Options& options);
  void make_random(const Options& options);
  void add_file(const std::string& name, const std::string& file);
  /// The program whose inputs the images are.
  [[nodiscard]] const arch::Program& outer() const;
  [[nodiscard]] compile::Array array(const std::string& name, std::size_t index) const;
  /// `program`'s memory with the image in it.
  [[nodiscard]] std::vector<std::uint8_t> memory(std::size_t index) const;
  void set_slice_inputs(std::size_t index, std::vector<std::uint8_t>& memory) const;
  /// The image as input `name` of some of the network's layers; empty if it is no input of the
  /// network.
  [[nodiscard]] std::optional<compile::Array> image_input(const std::string& name,
                                                          std::size_t index,
                                                          const arch::Border& border) const;
  [[nodiscard]] compile::Array slice_input(const std::string& name, std::size_t index,
                                           const std::vector<std::uint8_t>& whole) const;

  const Model& model_;
  std::map<std::string, Npy> files_;              ///< by input
  std::map<std::string, compile::Array> random_;  ///< by input
  std::size_t count_ = 1;
  std::size_t in_files_ = 1;
  std::string origin_;
};

}  // namespace hb::cli
