// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a machine keeps from one command to the next: its three buffers as bytes, each byte with a
// mark whether the program has written it, and the sums that a partial CONV leaves in the array.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"

namespace hb::golden {

/// What a byte holds before its first write; any value would do.
inline constexpr std::uint8_t kGarbage = 0xA5;

/// One buffer: `rows` rows of `row_bytes` bytes. Rows and bytes given to its functions lie inside
/// it (checked by arch::check() before a command runs).
class BufferBytes {
 public:
  BufferBytes(std::uint32_t rows, std::uint32_t row_bytes);

  [[nodiscard]] std::uint32_t row_bytes() const { return row_bytes_; }
  [[nodiscard]] const std::uint8_t* row(std::uint64_t row) const {
    return &bytes_[row * row_bytes_];
  }

  /// Writes `count` bytes from byte `first` of `row` on; they may run over into the next rows.
  void write(std::uint64_t row, std::uint32_t first, const std::uint8_t* data, std::uint64_t count);

  /// Whether `count` bytes from byte `first` of `row` on were all written.
  [[nodiscard]] bool defined(std::uint64_t row, std::uint32_t first, std::uint32_t count) const;

 private:
  std::uint32_t row_bytes_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint8_t> written_;  ///< 1 per written byte
};

/// A row of which some byte was read before anything wrote it.
struct Undefined {
  std::uint32_t command = 0;  ///< index in the program
  arch::Buffer buffer = arch::Buffer::kActivation;
  std::uint32_t row = 0;
  [[nodiscard]] bool operator==(const Undefined& o) const {
    return command == o.command && buffer == o.buffer && row == o.row;
  }
};

/// All buffers of a machine, the array's sums and the undefined reads so far.
class Buffers {
 public:
  explicit Buffers(const arch::Machine& machine);

  [[nodiscard]] BufferBytes& operator[](arch::Buffer buffer) {
    return buffers_[static_cast<std::size_t>(buffer)];
  }
  [[nodiscard]] const BufferBytes& operator[](arch::Buffer buffer) const {
    return buffers_[static_cast<std::size_t>(buffer)];
  }

  /// Sums from which the next CONV's first tile starts, row by row of the array: R rows of C, at
  /// first 0.
  [[nodiscard]] std::vector<std::uint32_t>& array_sums() { return array_sums_; }

  /// Notes that `command` reads `row`. Of one command and buffer only the first undefined row is
  /// kept.
  void note_read(std::uint32_t command, arch::Buffer buffer, std::uint64_t row);

  /// The same of `count` bytes from byte `first` of an activation word on.
  void note_part_read(std::uint32_t command, std::uint64_t word, std::uint32_t first,
                      std::uint32_t count);

  [[nodiscard]] const std::vector<Undefined>& undefined() const { return undefined_; }

 private:
  void note_undefined(std::uint32_t command, arch::Buffer buffer, std::uint64_t row);

  std::array<BufferBytes, 3> buffers_;
  std::vector<std::uint32_t> array_sums_;
  std::vector<Undefined> undefined_;
};

}  // namespace hb::golden
