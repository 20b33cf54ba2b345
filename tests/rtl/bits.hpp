// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A port that is a packed struct.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "sim/rtl_chip.hpp"

namespace hb::rtl_test {

/// Up to 32 * Words bits, filled from bit 0 on: the struct's last field comes first.
template <std::size_t Words>
class Bits {
 public:
  /// The low `width` bits of `value`, 1 to 32; negative ones in two's complement.
  template <class Value>
  Bits& put(Value value, std::uint32_t width) {
    const auto bits = static_cast<std::uint32_t>(value);
    const std::uint64_t field = width < 32 ? bits & ((1U << width) - 1) : bits;
    const std::uint64_t placed = field << (used_ % 32);
    words_[used_ / 32] |= static_cast<std::uint32_t>(placed);
    if (placed >> 32 != 0) words_[used_ / 32 + 1] |= static_cast<std::uint32_t>(placed >> 32);
    used_ += width;
    return *this;
  }

  template <class Port>
  void to(Port& port) const {
    sim::set_port(port, words_.data(), words_.size());
  }

 private:
  std::array<std::uint32_t, Words> words_{};
  std::size_t used_ = 0;
};

}  // namespace hb::rtl_test
