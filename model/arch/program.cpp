// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The .hbp file, little-endian: 8 bytes magic, u32 version, u32 header bytes, u64 memory bytes,
// header (JSON), memory image, u64 FNV-1a of everything before it.
#include "model/arch/program.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "model/arch/program_header.hpp"

namespace hb::arch {

namespace {

constexpr std::string_view kMagic = "HALFBYTE";
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kPrefixBytes = 24;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::string_view kExpected = "a whole Halfbyte program file";

void append_integer(std::string& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes.push_back(static_cast<char>(value >> (8 * i)));
  }
}

std::uint64_t integer_at(const std::string& bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[offset + i])} << (8 * i);
  }
  return value;
}

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001B3;
  }
  return hash;
}

/// Header text and memory image of a file whose frame holds.
struct Parts {
  std::string_view header;
  std::string_view memory;
};

Parts split(const std::string& bytes, const std::string& where) {
  if (bytes.compare(0, kMagic.size(), kMagic) != 0) {
    throw bad_input(where, "not a program file", kExpected);
  }
  if (bytes.size() < kPrefixBytes + kChecksumBytes) {
    throw bad_input(where, fmt::format("cut off after {} bytes", bytes.size()), kExpected);
  }
  const std::uint64_t version = integer_at(bytes, 8, 4);
  if (version != kVersion) {
    throw bad_input(where, fmt::format("version {}", version), fmt::format("{}", kVersion));
  }
  const std::uint64_t header_bytes = integer_at(bytes, 12, 4);
  const std::uint64_t memory_bytes = integer_at(bytes, 16, 8);
  const std::uint64_t content = bytes.size() - kPrefixBytes - kChecksumBytes;
  if (header_bytes > content || memory_bytes != content - header_bytes) {
    throw bad_input(where, fmt::format("{} bytes, cut off or too long", bytes.size()), kExpected);
  }
  const std::string_view all = bytes;
  const std::size_t end = bytes.size() - kChecksumBytes;
  if (checksum(all.substr(0, end)) != integer_at(bytes, end, kChecksumBytes)) {
    throw bad_input(where, "checksum differs, the file is damaged", kExpected);
  }
  return {all.substr(kPrefixBytes, header_bytes),
          all.substr(kPrefixBytes + header_bytes, memory_bytes)};
}

void require_memory_below_limit(const Program& program, const std::string& where) {
  if (program.memory.size() > std::uint64_t{program.memory_limit} + 1) {
    throw bad_input(
        where, fmt::format("a memory image of {} bytes", program.memory.size()),
        fmt::format("at most memory_limit + 1 = {}", std::uint64_t{program.memory_limit} + 1));
  }
}

}  // namespace

CommandWords Program::command(std::uint32_t index) const {
  CommandWords words{};
  const std::uint64_t first = address + std::uint64_t{index} * kCommandBytes;
  std::array<std::uint8_t, kCommandBytes> bytes{};
  if (first < memory.size()) {
    std::copy_n(memory.begin() + static_cast<std::ptrdiff_t>(first),
                std::min<std::uint64_t>(kCommandBytes, memory.size() - first), bytes.begin());
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    words[i] = std::uint32_t{bytes[4 * i]} | std::uint32_t{bytes[4 * i + 1]} << 8 |
               std::uint32_t{bytes[4 * i + 2]} << 16 | std::uint32_t{bytes[4 * i + 3]} << 24;
  }
  return words;
}

ErrorCode Program::check_doorbell() const {
  if (address % kCommandBytes != 0) {
    return ErrorCode::kAlignment;
  }
  const std::uint64_t end = address + std::uint64_t{count} * kCommandBytes;
  return end > std::uint64_t{memory_limit} + 1 ? ErrorCode::kMemoryRange : ErrorCode::kNone;
}

void write_program(const Program& program, const std::filesystem::path& file) {
  require_memory_below_limit(program, file.string());
  const std::string header = header_of(program, file.string());
  std::string bytes;
  bytes.reserve(kPrefixBytes + header.size() + program.memory.size() + kChecksumBytes);
  bytes += kMagic;
  append_integer(bytes, kVersion, 4);
  append_integer(bytes, header.size(), 4);
  append_integer(bytes, program.memory.size(), 8);
  bytes += header;
  bytes.append(program.memory.begin(), program.memory.end());
  append_integer(bytes, checksum(bytes), kChecksumBytes);
  OutputFile(file.string()).write(bytes);
}

Program read_program(const std::filesystem::path& file) {
  const std::string where = file.string();
  const std::string bytes = read_file(file, kExpected);
  const Parts parts = split(bytes, where);
  Program program = read_header(std::string(parts.header), where);
  program.memory.assign(parts.memory.begin(), parts.memory.end());
  require_memory_below_limit(program, where);
  return program;
}

}  // namespace hb::arch
