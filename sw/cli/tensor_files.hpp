// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// --output: a folder of .npy files, one per tensor, [images, ...].
#pragma once

#include <list>
#include <string>
#include <vector>

#include "model/arch/file.hpp"
#include "model/arch/program.hpp"
#include "sw/cli/options.hpp"
#include "sw/compile/border.hpp"

namespace hb::cli {

class TensorFiles {
 public:
  /// Without --output no tensor. Makes the folder and sure that the files can be written; throws
  /// hb::Error otherwise.
  TensorFiles(const Options& options, const arch::Program& program);

  /// The tensors' values in `memory`, of the program or a part of it, as they lie there; of one
  /// that is not in the part none.
  [[nodiscard]] std::vector<std::string> values_in(const arch::Program& program,
                                                   const std::vector<std::uint8_t>& memory) const;
  /// Keeps those of the next image.
  void add(std::vector<std::string> values);
  /// Writes the files, each complete or not at all.
  void write();

  [[nodiscard]] std::size_t count() const { return places_.size(); }

 private:
  std::vector<arch::TensorPlace> places_;
  std::list<arch::OutputFile> files_;  ///< of each place
  std::vector<std::string> values_;    ///< of each place, all images
  std::uint64_t images_ = 0;
};

/// File names, without ending, for tensors of these names: what a file name should not hold becomes
/// "_", and names that would be the same are numbered.
[[nodiscard]] std::vector<std::string> file_names(const std::vector<std::string>& tensors);

}  // namespace hb::cli
