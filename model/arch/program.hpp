// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A compiled program: memory image with the commands in it, what its tensors are, and its file form
// (.hbp).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/arch/border.hpp"
#include "model/arch/commands.hpp"
#include "model/arch/events.hpp"

namespace hb::arch {

/// Where a tensor lies in memory and what its bytes mean ([channel word][y][x] words,
/// docs/commands.md section 5).
struct TensorPlace {
  std::string name;
  std::uint32_t address = 0;  ///< bytes
  std::uint32_t channels = 0;
  std::uint32_t height = 0;
  std::uint32_t width = 0;
  Precision precision = Precision::kInt8;
  std::optional<Border> border{};        ///< without one: int8 codes as they are stored, [C][H][W]
  std::optional<std::uint16_t> layer{};  ///< the layer that writes it; none of an input
};

/// A row of the per-layer table; layer tag = position in the list.
struct LayerInfo {
  std::string name;
  std::string op;     ///< "conv"
  std::string shape;  ///< for people, e.g. "128x28x28 3x3/1 -> 128x28x28"
  Precision precision = Precision::kInt8;
  std::uint64_t macs = 0;
};

/// How the memory stalls: 0 never (deterministic); otherwise the seed of the stall pattern.
struct MemoryModelOptions {
  MemoryTiming timing;
  std::uint64_t stall_seed = 0;
};

struct Program {
  Machine machine;
  std::uint32_t address = 0;       ///< of command 0 in `memory`
  std::uint32_t count = 0;         ///< commands, END included; at most kMostCommands
  std::uint32_t memory_limit = 0;  ///< last byte address the program may touch
  std::vector<std::uint8_t>
      memory;  ///< initial image, from address 0; at most memory_limit + 1 bytes
  std::vector<TensorPlace> inputs;  ///< several may have one name: the same array, stored twice
  std::vector<TensorPlace> outputs;
  std::vector<TensorPlace> tensors;  ///< all others that the program writes
  std::vector<LayerInfo> layers;
  MemoryModelOptions memory_model;  ///< what a failure was found with; a replay uses it

  /// Command `index`'s words as they lie in memory; zeros where the image ends.
  [[nodiscard]] CommandWords command(std::uint32_t index) const;
  /// The error with which the doorbell refuses `address` or `count`, kNone if it takes them.
  [[nodiscard]] ErrorCode check_doorbell() const;
};

/// Writes as OutputFile (file.hpp) does. Throws hb::Error if it cannot.
void write_program(const Program& program, const std::filesystem::path& file);

/// Throws hb::Error naming `file` for anything that is not a whole, consistent program file.
[[nodiscard]] Program read_program(const std::filesystem::path& file);

}  // namespace hb::arch
