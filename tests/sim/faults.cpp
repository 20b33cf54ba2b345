// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/sim/faults.hpp"

#include <algorithm>
#include <cstring>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"

namespace hb::test {
namespace {

using arch::ErrorCode;
using arch::Opcode;
using sim::Port;

constexpr std::uint32_t kSlaveError = 2;
constexpr std::uint32_t kDecodeError = 3;

/// Write responses of a segment: bursts end at 4 KB and after 256 beats.
std::uint64_t bursts(std::uint64_t address, std::uint64_t bytes, const arch::Machine& machine) {
  std::uint64_t count = 0;
  while (bytes > 0) {
    const std::uint64_t piece =
        std::min({bytes, 4096 - address % 4096, std::uint64_t{256} * machine.bus_bytes});
    address += piece;
    bytes -= piece;
    ++count;
  }
  return count;
}

/// Beats (write responses of a store) that a command means at a port.
std::uint64_t beats_of(const arch::Program& program, std::uint32_t index, Port port) {
  const arch::Machine& machine = program.machine;
  if (port == Port::kFetch) return arch::kCommandBytes / machine.bus_bytes;
  const arch::CommandWords words = program.command(index);
  const auto wanted = port == Port::kLoad ? Opcode::kLoad : Opcode::kStore;
  if (static_cast<Opcode>(arch::opcode_bits(words)) != wanted) return 0;
  const arch::Transfer transfer = arch::decode_transfer(words);
  const std::uint64_t row_bytes =
      transfer.buffer == arch::Buffer::kActivation ? machine.word_bytes() : machine.row_bytes();
  const std::uint64_t bytes = transfer.rows * row_bytes;
  if (port == Port::kLoad) return transfer.segments * bytes / machine.bus_bytes;
  std::uint64_t count = 0;
  for (std::uint64_t s = 0; s < transfer.segments; ++s) {
    count += bursts(transfer.memory_address + s * transfer.memory_stride, bytes, machine);
  }
  return count;
}

std::uint64_t random_beat(Random& random, std::uint64_t beats) {
  if (random.chance(15)) return 0;
  return random.chance(15) ? beats - 1 : random.below(beats);
}

void inject_at(Random& random, sim::BusFault fault, const arch::Program& program,
               sim::RunOptions& options, ExpectedErrors& expected) {
  std::uint64_t beats = 0;
  for (std::uint32_t i = 0; i < program.count; ++i) beats += beats_of(program, i, fault.port);
  if (beats == 0) return;
  fault.beat = random_beat(random, beats);
  options.faults.push_back(fault);
  std::uint32_t index = 0;
  for (std::uint64_t before = 0; before + beats_of(program, index, fault.port) <= fault.beat;) {
    before += beats_of(program, index++, fault.port);
  }
  constexpr ErrorCode kCodes[] = {ErrorCode::kFetchBus, ErrorCode::kLoadBus, ErrorCode::kStoreBus};
  expected.push_back({kCodes[static_cast<std::size_t>(fault.port)], index});
}

}  // namespace

std::string fault_name(FaultKind kind) {
  constexpr const char* kNames[kFaultKinds] = {
      "SLVERR at fetch", "DECERR at fetch", "SLVERR at load", "DECERR at load",
      "SLVERR at store", "DECERR at store", "two bus errors", "abort"};
  return kNames[static_cast<std::size_t>(kind)];
}

ExpectedErrors inject(Random& random, FaultKind kind, const arch::Program& program,
                      sim::RunOptions& options) {
  HB_ASSERT(kind != FaultKind::kAbort, "an abort is no fault of the bus");
  ExpectedErrors expected;
  if (kind == FaultKind::kTwoPorts) {
    const std::uint32_t without = random.below(sim::kPorts);
    for (std::uint32_t port = 0; port < sim::kPorts; ++port) {
      if (port == without) continue;
      const std::uint32_t response = random.chance(50) ? kSlaveError : kDecodeError;
      inject_at(random, {static_cast<Port>(port), 0, response}, program, options, expected);
    }
    return expected;
  }
  const auto number = static_cast<std::uint32_t>(kind);
  const std::uint32_t response = number % 2 == 0 ? kSlaveError : kDecodeError;
  inject_at(random, {static_cast<Port>(number / 2), 0, response}, program, options, expected);
  return expected;
}

ExpectedErrors inject_abort(Random& random, sim::Cycles cycles, sim::RunOptions& options) {
  options.abort = random.below(cycles);
  return {{ErrorCode::kAborted, 0}};
}

std::vector<std::uint8_t> memory_after_stop(const arch::Program& program,
                                            const arch::Timeline& run) {
  arch::Program started = program;
  const std::size_t size = program.memory.size();
  started.address = static_cast<std::uint32_t>(
      (std::max<std::size_t>(size, std::size_t{program.memory_limit} + 1) + 127) / 128 * 128);
  started.count = static_cast<std::uint32_t>(run.commands.size()) + 1;
  started.memory.resize(started.address + std::size_t{started.count} * arch::kCommandBytes);
  started.memory_limit = static_cast<std::uint32_t>(started.memory.size() - 1);
  std::uint8_t* to = started.memory.data() + started.address;
  for (const arch::CommandTimes& times : run.commands) {
    const arch::CommandWords words = program.command(times.index);
    std::memcpy(to, words.data(), arch::kCommandBytes);
    to += arch::kCommandBytes;
  }
  const arch::CommandWords end = arch::encode_end();
  std::memcpy(to, end.data(), arch::kCommandBytes);
  golden::Result result = golden::execute(started);
  HB_ASSERT(result.error == ErrorCode::kNone, "the commands that started end with {}",
            arch::name(result.error));
  result.memory.resize(size);
  return std::move(result.memory);
}

}  // namespace hb::test
