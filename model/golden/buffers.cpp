// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/buffers.hpp"

#include <algorithm>
#include <cstring>

namespace hb::golden {

BufferBytes::BufferBytes(std::uint32_t rows, std::uint32_t row_bytes)
    : row_bytes_(row_bytes),
      bytes_(std::size_t{rows} * row_bytes, kGarbage),
      written_(std::size_t{rows} * row_bytes, 0) {}

void BufferBytes::write(std::uint64_t row, std::uint32_t first, const std::uint8_t* data,
                        std::uint64_t count) {
  if (count == 0) return;
  const std::uint64_t start = row * row_bytes_ + first;
  std::memcpy(&bytes_[start], data, count);
  std::memset(&written_[start], 1, count);
}

bool BufferBytes::defined(std::uint64_t row, std::uint32_t first, std::uint32_t count) const {
  return std::memchr(&written_[row * row_bytes_ + first], 0, count) == nullptr;
}

Buffers::Buffers(const arch::Machine& machine)
    : buffers_{BufferBytes(machine.activation_words(), machine.word_bytes()),
               BufferBytes(machine.weight_rows(), machine.row_bytes()),
               BufferBytes(machine.parameter_rows(), machine.row_bytes())},
      array_sums_(std::size_t{machine.rows} * machine.columns, 0) {}

void Buffers::note_read(std::uint32_t command, arch::Buffer buffer, std::uint64_t row) {
  const BufferBytes& bytes = (*this)[buffer];
  if (!bytes.defined(row, 0, bytes.row_bytes())) note_undefined(command, buffer, row);
}

void Buffers::note_part_read(std::uint32_t command, std::uint64_t word, std::uint32_t first,
                             std::uint32_t count) {
  const auto buffer = arch::Buffer::kActivation;
  if (!(*this)[buffer].defined(word, first, count)) note_undefined(command, buffer, word);
}

void Buffers::note_undefined(std::uint32_t command, arch::Buffer buffer, std::uint64_t row) {
  const bool known = std::any_of(undefined_.rbegin(), undefined_.rend(), [&](const Undefined& u) {
    return u.command == command && u.buffer == buffer;
  });
  if (!known) undefined_.push_back({command, buffer, static_cast<std::uint32_t>(row)});
}

}  // namespace hb::golden
