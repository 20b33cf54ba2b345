// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/random_program.hpp"

#include <array>
#include <vector>

#include "model/arch/error.hpp"
#include "tests/support/random_network.hpp"

namespace hb::test {
namespace {

using arch::Engine;
using arch::kEngines;

/// A command of one engine: where its w0 lies, and its engine.
struct Head {
  std::size_t offset;
  Engine engine;
};

std::vector<Head> heads(const arch::Program& program) {
  std::vector<Head> list;
  for (std::uint32_t i = 0; i + 1 < program.count; ++i) {
    const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(program.command(i)));
    list.push_back(
        {program.address + std::size_t{i} * arch::kCommandBytes, arch::engine_of(opcode)});
  }
  return list;
}

/// Lowest bit of `peer`'s four in a token field of `engine`.
std::uint32_t field_of(Engine engine, Engine peer) {
  return arch::token_peer(engine, 0) == peer ? 0 : 4;
}

constexpr std::size_t kWaitByte = 1;
constexpr std::size_t kSignalByte = 2;

/// Bytes of the field in which `engine`'s commands use colour 0 of `peer`, in program order.
std::vector<std::size_t> users(const arch::Program& program, const std::vector<Head>& list,
                               Engine engine, Engine peer, std::size_t byte) {
  std::vector<std::size_t> result;
  for (const Head& head : list) {
    if (head.engine != engine) continue;
    const std::size_t at = head.offset + byte;
    if ((program.memory[at] >> field_of(engine, peer) & 1) != 0) result.push_back(at);
  }
  return result;
}

}  // namespace

void recolour_tokens(Random& random, arch::Program& program) {
  const std::vector<Head> list = heads(program);
  for (std::size_t from = 0; from < kEngines; ++from) {
    for (std::size_t to = 0; to < kEngines; ++to) {
      if (from == to) continue;
      const auto producer = static_cast<Engine>(from);
      const auto consumer = static_cast<Engine>(to);
      const auto givers = users(program, list, producer, consumer, kSignalByte);
      const auto takers = users(program, list, consumer, producer, kWaitByte);
      HB_ASSERT(givers.size() == takers.size(), "{} tokens given, {} taken", givers.size(),
                takers.size());
      // One engine's commands retire in order, so the nth token given is the nth taken.
      for (std::size_t n = 0; n < givers.size(); ++n) {
        const std::uint32_t colour = random.below(4);
        const auto move = [&](std::size_t at, std::uint32_t bit) {
          std::uint8_t& field = program.memory[at];
          field = static_cast<std::uint8_t>((field & ~(1U << bit)) | 1U << (bit + colour));
        };
        move(givers[n], field_of(producer, consumer));
        move(takers[n], field_of(consumer, producer));
      }
    }
  }
}

arch::Program random_program(std::uint64_t seed, const arch::Machine& machine, Coverage& coverage) {
  Random random(seed);
  const std::uint32_t roll = random.below(100);
  const char* kind = "program of commands";
  arch::Program program;
  if (roll < 30) {
    kind = "program of convolutions";
    program = compile(random_network(random, machine, coverage), machine);
  } else if (roll < 50) {
    kind = "program of layers";
    program = random_layers(random, machine, coverage);
  } else {
    program = random_commands(random, machine);
  }
  if (random.chance(50)) recolour_tokens(random, program);
  coverage.hit(kind);
  coverage.add(program);
  return program;
}

}  // namespace hb::test
