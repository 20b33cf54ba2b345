// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The first difference between the two sides, and where in the program it lies.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/arch/events.hpp"

namespace hb::sim {

/// Where in the program something happens; what cannot be said is left open.
struct Place {
  std::optional<std::uint32_t> command;  ///< index in the program
  std::optional<std::uint16_t> layer;
  std::optional<std::uint64_t> tile;    ///< output-channel tile
  std::optional<std::uint64_t> pixel;   ///< output pixel of the command
  std::optional<std::uint32_t> row;     ///< row of the array; of a load: buffer row
  std::optional<std::uint32_t> column;  ///< column of the array
};

struct Divergence {
  arch::Cycles cycle = 0;  ///< of the run, or since reset when not `running`
  bool running = true;     ///< the machine was running
  std::string signal;  ///< with the word's number where it has several, e.g. "output_write.data[3]"
  std::string expected;  ///< SystemC, hexadecimal
  std::string actual;    ///< RTL
  Place place;

  /// One line for people.
  [[nodiscard]] std::string describe() const;
};

/// "command 3, layer 0, tile 1, ...", whatever is known.
[[nodiscard]] std::string describe(const Place& place);

}  // namespace hb::sim
