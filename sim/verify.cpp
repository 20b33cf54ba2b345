// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/verify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "model/arch/commands.hpp"

namespace hb::sim {
namespace {

bool needs_time(arch::ErrorCode code) { return code >= arch::ErrorCode::kFetchBus; }

std::uint8_t byte_at(const std::vector<std::uint8_t>& memory, std::size_t address) {
  return address < memory.size() ? memory[address] : std::uint8_t{0};
}

/// Calls `visit(first, last)` for each piece of memory that a STORE writes.
template <class Visit>
void for_each_piece(const arch::Program& program, std::uint32_t index, Visit visit) {
  const arch::Transfer store = arch::decode_transfer(program.command(index));
  for (std::uint64_t s = 0; s < store.segments; ++s) {
    const std::uint64_t first = store.memory_address + s * store.memory_stride;
    visit(first, first + std::uint64_t{store.rows} * program.machine.word_bytes());
  }
}

/// What a byte must be after an error.
enum class Fate : std::uint8_t { kUntouched, kStored, kUnknown };

/// By byte: stored by a store that started, and not overwritten by one that did not.
std::vector<Fate> fates(const arch::Program& program, const arch::Timeline& timeline,
                        std::size_t size) {
  std::vector<Fate> fate(size, Fate::kUntouched);
  std::size_t next = 0;
  for (std::uint32_t index = 0; index < program.count; ++index) {
    const bool started = next < timeline.commands.size() && timeline.commands[next].index == index;
    next += started ? 1 : 0;
    const arch::CommandWords words = program.command(index);
    if (arch::opcode_bits(words) != static_cast<std::uint8_t>(arch::Opcode::kStore) ||
        arch::check(words, program.machine, program.memory_limit) != arch::ErrorCode::kNone) {
      continue;
    }
    for_each_piece(program, index, [&](std::uint64_t first, std::uint64_t last) {
      for (std::uint64_t i = first; i < std::min<std::uint64_t>(last, size); ++i) {
        fate[i] = started ? Fate::kStored : (fate[i] == Fate::kStored ? Fate::kUnknown : fate[i]);
      }
    });
  }
  return fate;
}

/// The golden memory, where a stopped run left it: bytes that cannot be judged are as the run has
/// them.
std::vector<std::uint8_t> expected_after_error(const arch::Program& program, const RunResult& run,
                                               const golden::Result& golden) {
  const std::size_t size = std::max(golden.memory.size(), run.memory.size());
  const std::vector<Fate> fate = fates(program, run.timeline, size);
  std::vector<std::uint8_t> expected(size);
  for (std::size_t i = 0; i < size; ++i) {
    const std::vector<std::uint8_t>& source =
        fate[i] == Fate::kUntouched ? program.memory
                                    : (fate[i] == Fate::kStored ? golden.memory : run.memory);
    expected[i] = byte_at(source, i);
  }
  return expected;
}

std::string tensor_place(const arch::Machine& machine, const arch::TensorPlace& tensor,
                         std::uint64_t offset) {
  const std::uint64_t word = offset / machine.word_bytes();
  const std::uint64_t byte = offset % machine.word_bytes();
  const std::uint64_t plane = std::uint64_t{tensor.height} * tensor.width;
  const std::uint64_t per_byte = tensor.precision == arch::Precision::kInt4 ? 2 : 1;
  const std::uint64_t channel = (word / plane * machine.word_bytes() + byte) * per_byte;
  return fmt::format("tensor {}: channel {}, y {}, x {}", tensor.name, channel,
                     word % plane / tensor.width, word % tensor.width);
}

std::string find_place(const arch::Program& program, std::uint64_t address) {
  for (const auto* tensors : {&program.outputs, &program.inputs}) {
    for (const arch::TensorPlace& tensor : *tensors) {
      const std::uint64_t channels =
          program.machine.word_bytes() * (tensor.precision == arch::Precision::kInt4 ? 2U : 1U);
      const std::uint64_t words =
          (tensor.channels + channels - 1) / channels * tensor.height * tensor.width;
      const std::uint64_t size = words * program.machine.word_bytes();
      if (address >= tensor.address && address < tensor.address + size) {
        return tensor_place(program.machine, tensor, address - tensor.address);
      }
    }
  }
  return {};
}

std::optional<MemoryMismatch> compare_memory(const arch::Program& program,
                                             const std::vector<std::uint8_t>& expected,
                                             const std::vector<std::uint8_t>& actual) {
  if (expected == actual) {
    return std::nullopt;
  }
  std::optional<MemoryMismatch> mismatch;
  for (std::size_t i = 0; i < std::max(expected.size(), actual.size()); ++i) {
    if (byte_at(expected, i) == byte_at(actual, i)) {
      continue;
    }
    if (!mismatch) {
      mismatch = MemoryMismatch{static_cast<std::uint32_t>(i), byte_at(expected, i),
                                byte_at(actual, i), find_place(program, i), 0};
    }
    ++mismatch->count;
  }
  return mismatch;
}

std::optional<std::string> compare_errors(const arch::Timeline& timeline,
                                          const golden::Result& golden) {
  if (needs_time(timeline.error) ||
      (timeline.error == golden.error && timeline.error_index == golden.error_index)) {
    return std::nullopt;
  }
  return fmt::format("error {} at command {} (golden model: {} at command {})",
                     arch::name(timeline.error), timeline.error_index, arch::name(golden.error),
                     golden.error_index);
}

}  // namespace

std::string MemoryMismatch::describe() const {
  return fmt::format("memory at {:#x}: golden {:#04x}, machine {:#04x}{}{} ({} bytes differ)",
                     address, expected, actual, place.empty() ? "" : "; ", place, count);
}

std::string VerifyResult::describe() const {
  std::string text;
  const auto line = [&text](const std::string& what) { text += what + "\n"; };
  if (run.divergence) {
    line(run.divergence->describe());
  }
  if (run.hang) {
    line(*run.hang);
  }
  for (const std::string& violation : run.violations) {
    line(violation);
  }
  if (wrong_error) {
    line(*wrong_error);
  }
  if (mismatch) {
    line(mismatch->describe());
  }
  return text;
}

VerifyResult judge(const arch::Program& program, RunResult run, golden::Result golden) {
  VerifyResult result;
  if (!run.divergence && !run.hang) {
    result.wrong_error = compare_errors(run.timeline, golden);
    const bool whole = run.timeline.error == arch::ErrorCode::kNone;
    result.mismatch = compare_memory(
        program, whole ? golden.memory : expected_after_error(program, run, golden), run.memory);
  }
  result.run = std::move(run);
  result.golden = std::move(golden);
  return result;
}

VerifyResult verify(const arch::Program& program, const RunOptions& options) {
  golden::Result golden = golden::execute(program);
  return judge(program, run(program, options), std::move(golden));
}

}  // namespace hb::sim
