// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Pieces of a buffer that are filled round and round, and what still lies in them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/arch/machine.hpp"

namespace hb::schedule {

/// Consecutive rows (or words, or tiles) of a buffer.
struct Region {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  [[nodiscard]] bool operator==(const Region& o) const {
    return begin == o.begin && size == o.size;
  }
};

/// The activation buffer during a layer. Output and copy never share a bank, nor do input and
/// residual; where the machine has banks enough, no two do.
struct ActivationSplit {
  Region input;
  Region output;
  Region copy;      ///< empty without a second copy
  Region residual;  ///< empty without a residual
};

/// Gives the first `input_banks` (1 .. most_input_banks()) to the input, and shares the rest among
/// the others, all alike, what is over to the output.
[[nodiscard]] ActivationSplit split_activation(const arch::Machine& machine,
                                               std::uint32_t input_banks, bool copy,
                                               bool residual = false);
/// The most banks that split_activation() can give to the input: one is left for each of the
/// others, but on a machine of two banks they share one.
[[nodiscard]] std::uint32_t most_input_banks(const arch::Machine& machine, bool copy,
                                             bool residual = false);

/// A ring of items in a region: a new one goes behind the latest and pushes out what it overlaps.
class Ring {
 public:
  explicit Ring(Region region = {}) : region_(region) {}

  [[nodiscard]] const Region& region() const { return region_; }
  /// Where item `key` still lies, if it does.
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t key) const;
  /// Makes room for `size` units (at most the region's) and returns their start.
  std::uint32_t place(std::uint64_t key, std::uint32_t size);
  /// Goes back to the region's begin unless `size` units fit behind the latest item, so that items
  /// of that total lie together.
  void make_room(std::uint64_t size);

 private:
  struct Item {
    std::uint64_t key;
    std::uint32_t begin;
    std::uint32_t end;
  };
  Region region_;
  std::uint32_t used_ = 0;
  std::vector<Item> items_;
};

}  // namespace hb::schedule
