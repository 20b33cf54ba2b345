// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/golden/execute.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "model/arch/error.hpp"
#include "model/golden/conv.hpp"
#include "model/golden/pool.hpp"

namespace hb::golden {
namespace {

using arch::Common;
using arch::Engine;
using arch::ErrorCode;

constexpr std::uint32_t kTokenBits = 8;
constexpr std::uint32_t kTokenLimit = 255;

/// Token counters, by consumer and bit of its wait field.
class Tokens {
 public:
  /// Consumes the tokens that command `index` of `engine` waits for.
  void take(Engine engine, const Common& common, std::uint32_t index) {
    for (std::uint32_t bit = 0; bit < kTokenBits; ++bit) {
      if ((common.wait >> bit & 1) == 0) continue;
      std::uint32_t& count = counter(engine, bit);
      if (count == 0) {
        throw bad_input(fmt::format("command {} ({})", index, arch::name(engine)),
                        fmt::format("it waits for token {} from {}, which no earlier command gave",
                                    bit % 4, arch::name(arch::token_peer(engine, bit))),
                        "a program that can run one command at a time");
      }
      --count;
    }
  }

  /// Adds the tokens that a command of `engine` signals; false if a counter would pass its limit.
  [[nodiscard]] bool give(Engine engine, const Common& common) {
    bool fits = true;
    for (std::uint32_t bit = 0; bit < kTokenBits; ++bit) {
      if ((common.signal >> bit & 1) == 0) continue;
      std::uint32_t& count = counter(arch::token_peer(engine, bit), arch::peer_bit(engine, bit));
      fits = fits && count < kTokenLimit;
      ++count;
    }
    return fits;
  }

 private:
  std::uint32_t& counter(Engine engine, std::uint32_t bit) {
    return counters_[static_cast<std::size_t>(engine)][bit];
  }

  std::array<std::array<std::uint32_t, kTokenBits>, arch::kEngines> counters_{};
};

/// Copies memory to a buffer; bytes beyond the image are 0.
void load(const arch::Transfer& command, const std::vector<std::uint8_t>& memory,
          Buffers& buffers) {
  BufferBytes& buffer = buffers[command.buffer];
  std::vector<std::uint8_t> piece(std::size_t{command.rows} * buffer.row_bytes());
  for (std::uint64_t s = 0; s < command.segments; ++s) {
    const std::uint64_t from = command.memory_address + s * command.memory_stride;
    const std::uint64_t held = from < memory.size() ? memory.size() - from : 0;
    const std::size_t count = std::min<std::uint64_t>(held, piece.size());
    std::fill(piece.begin() + static_cast<std::ptrdiff_t>(count), piece.end(), std::uint8_t{0});
    std::copy_n(memory.begin() + static_cast<std::ptrdiff_t>(count != 0 ? from : 0), count,
                piece.begin());
    buffer.write(command.buffer_address + s * command.buffer_stride, 0, piece.data(), piece.size());
  }
}

/// Copies words of the activation buffer to memory, which grows as needed.
void store(const arch::Transfer& command, std::uint32_t index, Buffers& buffers,
           std::vector<std::uint8_t>& memory) {
  const BufferBytes& buffer = buffers[arch::Buffer::kActivation];
  const std::size_t count = std::size_t{command.rows} * buffer.row_bytes();
  for (std::uint64_t s = 0; s < command.segments; ++s) {
    const std::uint64_t row = command.buffer_address + s * command.buffer_stride;
    for (std::uint64_t r = row; r < row + command.rows; ++r) {
      buffers.note_read(index, arch::Buffer::kActivation, r);
    }
    const std::uint64_t to = command.memory_address + s * command.memory_stride;
    if (memory.size() < to + count) memory.resize(to + count, 0);
    std::copy_n(buffer.row(row), count, memory.begin() + static_cast<std::ptrdiff_t>(to));
  }
}

class Executor {
 public:
  explicit Executor(const arch::Program& program)
      : program_(program),
        buffers_(program.machine),
        result_{ErrorCode::kNone, 0, program.memory} {}

  /// Runs to the program's end or its first error.
  void run() {
    const ErrorCode doorbell = program_.check_doorbell();
    if (doorbell != ErrorCode::kNone) return stop(doorbell, 0);
    for (std::uint32_t index = 0; index < program_.count; ++index) {
      const arch::CommandWords words = program_.command(index);
      const ErrorCode error = arch::check(words, program_.machine, program_.memory_limit);
      if (error != ErrorCode::kNone) return stop(error, index);
      const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
      if (opcode == arch::Opcode::kEnd) return;
      const Common common = arch::decode_common(words);
      const Engine engine = arch::engine_of(opcode);
      tokens_.take(engine, common, index);
      run_command(opcode, words, index);
      if (!tokens_.give(engine, common)) return stop(ErrorCode::kTokenOverflow, index);
    }
    stop(ErrorCode::kTruncated, program_.count);
  }

  [[nodiscard]] const Buffers& buffers() const { return buffers_; }
  [[nodiscard]] Result take_result() { return std::move(result_); }

 private:
  void run_command(arch::Opcode opcode, const arch::CommandWords& words, std::uint32_t index) {
    if (opcode == arch::Opcode::kConv) {
      run_conv(program_.machine, arch::decode_conv(words), index, buffers_);
    } else if (opcode == arch::Opcode::kPool) {
      run_pool(arch::decode_pool(words), index, buffers_);
    } else if (opcode == arch::Opcode::kLoad) {
      load(arch::decode_transfer(words), result_.memory, buffers_);
    } else {
      store(arch::decode_transfer(words), index, buffers_, result_.memory);
    }
  }

  void stop(ErrorCode error, std::uint32_t index) {
    result_.error = error;
    result_.error_index = index;
  }

  const arch::Program& program_;
  Buffers buffers_;
  Tokens tokens_;
  Result result_;
};

}  // namespace

Result execute(const arch::Program& program, std::vector<Undefined>* undefined) {
  Executor executor(program);
  executor.run();
  if (undefined != nullptr) *undefined = executor.buffers().undefined();
  return executor.take_result();
}

}  // namespace hb::golden
