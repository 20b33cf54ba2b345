// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/sim/cases.hpp"

#include <fmt/format.h>

#include "sim/stalls.hpp"
#include "sw/cost/timing.hpp"
#include "tests/support/random_program.hpp"

namespace hb::test {
namespace {

constexpr std::uint64_t kEvery = 12;
constexpr std::uint32_t kIllegalCodes = 9;  ///< 1 .. TRUNCATED

/// Memory for a seed: short and long latencies, several widths; half of the time with stalls.
sim::RunOptions options_for(std::uint64_t seed) {
  const std::uint64_t hash = sim::mix(seed + 0x6D656D6F7279U);
  const auto latency = static_cast<std::uint32_t>(hash >> 8 & 0xFFU);
  sim::RunOptions options;
  options.view = sim::View::kLockstep;
  options.memory.timing.latency = 1 + (hash % 4 == 0 ? latency % 4 : latency % 150);
  options.memory.timing.cycles_per_beat = (hash >> 2) % 2 == 0 ? 1 : 1U << ((hash >> 3) % 3);
  options.memory.stall_seed = (hash >> 5) % 2 == 0 ? 0 : hash | 1U;
  return options;
}

bool stalls(const sim::RunOptions& options) { return options.memory.stall_seed != 0; }
const char* stalls_name(bool with) { return with ? "stalls" : "no stalls"; }

const char* latency_class(std::uint32_t latency) {
  if (latency == 1) return "latency 1";
  if (latency <= 10) return "latency 2 to 10";
  return latency <= 50 ? "latency 11 to 50" : "latency 51 and more";
}

std::string illegal_name(arch::ErrorCode code) {
  return fmt::format("illegal: {}", arch::name(code));
}

/// What a program's commands may show that is worth a bin with stalls and one without.
const std::vector<std::string> kWithStalls{"int8, no copy",
                                           "int8, copy from accumulator",
                                           "int8, copy from code",
                                           "int4, no copy",
                                           "int4, copy from accumulator",
                                           "int4, copy from code",
                                           "fence",
                                           "no fence",
                                           "residual part not 0",
                                           "POOL int8",
                                           "POOL int4",
                                           "chain of 2 and one",
                                           "mode change"};

/// Kinds and stalls go round as the seeds do.
void add_fault(Random& random, std::uint64_t number, Case& one) {
  const auto kind = static_cast<FaultKind>(number % kFaultKinds);
  const bool with_stalls = number / kFaultKinds % 2 == 1;
  one.options.memory.stall_seed = with_stalls ? random.next() | 1 : 0;
  if (kind == FaultKind::kAbort) {
    // Stalls only make a run longer, but for latencies that may be half as long.
    const sim::Cycles cycles = formula(one.program, one.options).total / 3 + 1;
    one.expected = inject_abort(random, cycles, one.options);
  } else {
    one.expected = inject(random, kind, one.program, one.options);
  }
  one.name = fmt::format("{}, {}", fault_name(kind), stalls_name(with_stalls));
}

}  // namespace

std::vector<std::string> case_bins() {
  std::vector<std::string> names;
  for (const bool with : {false, true}) {
    for (const std::string& name : kWithStalls) {
      names.push_back(fmt::format("{}, {}", stalls_name(with), name));
    }
    for (std::uint32_t kind = 0; kind < kFaultKinds; ++kind) {
      names.push_back(
          fmt::format("{}, {}", fault_name(static_cast<FaultKind>(kind)), stalls_name(with)));
    }
  }
  for (const std::uint32_t latency : {1U, 2U, 11U, 51U}) names.emplace_back(latency_class(latency));
  for (std::uint32_t code = 1; code <= kIllegalCodes; ++code) {
    names.push_back(illegal_name(static_cast<arch::ErrorCode>(code)));
  }
  for (const char* what : {"illegal command", "bus error", "abort"}) {
    names.push_back(fmt::format("a program runs after: {}", what));
  }
  return names;
}

Case case_of(std::uint64_t seed, const arch::Machine& machine, Coverage& total) {
  Coverage coverage(case_bins());
  Case one{random_program(seed, machine, coverage), options_for(seed), {}, {}};
  Random random(sim::mix(seed));
  switch (seed % kEvery) {
    case 0: {
      const auto code = static_cast<arch::ErrorCode>(1 + seed / kEvery % kIllegalCodes);
      one.expected = {make_illegal(random, code, one.program)};
      one.name = illegal_name(code);
      return one;
    }
    case 4:
    case 8:
      add_fault(random, seed / 4 - seed / kEvery, one);
      if (!one.expected.empty()) return one;
      break;
    default:
      break;
  }
  for (const std::string& name : kWithStalls) {
    if (coverage.count(name) == 0) continue;
    coverage.hit(fmt::format("{}, {}", stalls_name(stalls(one.options)), name));
  }
  coverage.hit(latency_class(one.options.memory.timing.latency));
  total.merge(coverage);
  return one;
}

void count_error(const Case& one, bool recovered, Coverage& coverage) {
  coverage.hit(one.name);
  if (!recovered) return;
  const arch::ErrorCode code = one.expected[0].code;
  const char* what = code == arch::ErrorCode::kAborted ? "abort" : "bus error";
  if (code <= arch::ErrorCode::kTruncated) what = "illegal command";
  coverage.hit(fmt::format("a program runs after: {}", what));
}

arch::Program follower_of(std::uint64_t seed, const arch::Machine& machine) {
  Random random(sim::mix(seed) ^ 0x666F6C6C6F77U);
  return random_commands(random, machine);
}

arch::Timeline formula(const arch::Program& program, const sim::RunOptions& options) {
  std::vector<arch::CommandWords> commands;
  for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
  return cost::play(commands, program.machine, options.memory.timing);
}

}  // namespace hb::test
