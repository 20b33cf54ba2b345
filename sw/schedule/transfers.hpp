// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Pieces of tensors, weights and parameters between memory and buffers, as LOADs and STOREs.
#pragma once

#include <cstdint>
#include <vector>

#include "model/arch/machine.hpp"
#include "sw/schedule/command.hpp"
#include "sw/schedule/regions.hpp"

namespace hb::schedule {

/// Largest size that a 16-bit field of a command holds.
inline constexpr std::uint32_t kFieldMax = 0xFFFF;

/// A tensor in memory, from some channel word on: `height` x `width` words each.
struct Image {
  std::uint32_t address = 0;  ///< bytes
  std::uint32_t height = 1;
  std::uint32_t width = 1;
};

/// A piece of an image, one channel word after the other in the buffer.
struct Window {
  std::uint32_t y = 0;
  std::uint32_t x = 0;
  std::uint32_t rows = 1;
  std::uint32_t columns = 1;
  std::uint32_t channel_words = 1;
  [[nodiscard]] std::uint32_t plane() const { return rows * columns; }
};

/// Every `step`-th word of a list in memory, side by side in the buffer.
struct Spread {
  std::uint32_t address = 0;  ///< bytes, of the first
  std::uint32_t step = 1;     ///< words
  std::uint32_t count = 1;
};

/// Appends one layer's transfers to a list, without tokens.
class Mover {
 public:
  Mover(const arch::Machine& machine, std::vector<Command>& commands, std::uint16_t layer)
      : machine_(machine), commands_(commands), layer_(layer) {}

  /// Rows that follow one another in memory, to a weight or parameter buffer.
  void load_rows(arch::Buffer buffer, std::uint32_t address, Region rows);
  /// A window to words `start` ..; a LOAD per channel word where it is narrower than the image.
  void load(const Image& image, const Window& window, std::uint32_t start);
  /// The other way.
  void store(const Image& image, const Window& window, std::uint32_t start);
  void store(const Spread& spread, std::uint32_t start);

 private:
  [[nodiscard]] std::vector<arch::Transfer> transfers(const Image& image, const Window& window,
                                                      std::uint32_t start) const;
  void push_load(arch::Transfer transfer, arch::Buffer buffer);
  void push_store(arch::Transfer transfer);

  const arch::Machine& machine_;
  std::vector<Command>& commands_;
  std::uint16_t layer_;
};

}  // namespace hb::schedule
