// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random programs in lockstep, against the golden model and, on deterministic memory, against the
// formulas; some are illegal and must stop alike everywhere. One process per machine, because
// SystemC elaborates once.

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "model/arch/error.hpp"
#include "sim/artefact.hpp"
#include "sim/hb_main.hpp"
#include "sim/stalls.hpp"
#include "sim/verify.hpp"
#include "sw/cost/timing.hpp"
#include "tests/sim/machines.hpp"
#include "tests/sim/timelines.hpp"
#include "tests/support/coverage.hpp"
#include "tests/support/illegal_command.hpp"
#include "tests/support/random_program.hpp"
#include "tests/support/seed.hpp"

namespace hb::test {
namespace {

struct Arguments {
  std::string machine;  ///< empty: all, one process each
  std::uint64_t seed = 0;
  std::uint64_t programs = 300;  ///< for each machine
  bool need_all_bins = true;
};

std::uint64_t number(const std::string& option, const char* text) {
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text, &end, 0);
  if (*text == '\0' || *end != '\0') {
    throw bad_input(option, fmt::format("{} is no number", text), "a number");
  }
  return value;
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  arguments.seed = run_seed();
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    if (i + 1 == argc) {
      throw bad_input(option, "has no value", "--machine, --seed or --seeds with a value");
    }
    if (option == "--machine") {
      arguments.machine = argv[i + 1];
    } else if (option == "--seed") {
      arguments.seed = number(option, argv[i + 1]);
    } else if (option == "--seeds") {
      arguments.programs = number(option, argv[i + 1]);
    } else {
      throw bad_input(option, "is unknown", "--machine, --seed or --seeds");
    }
  }
  // Fewer programs, as in a replay of one seed, need not hit everything.
  arguments.need_all_bins = arguments.programs >= Arguments{}.programs;
  return arguments;
}

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

std::string formula_difference(const arch::Program& program, const sim::RunOptions& options,
                               const arch::Timeline& run) {
  std::vector<arch::CommandWords> commands;
  for (std::uint32_t i = 0; i < program.count; ++i) {
    commands.push_back(program.command(i));
  }
  return timeline_difference(cost::play(commands, program.machine, options.memory.timing), run);
}

const char* stalls_name(bool stalls) { return stalls ? "stalls" : "no stalls"; }

const char* latency_class(std::uint32_t latency) {
  if (latency == 1) return "latency 1";
  if (latency <= 10) return "latency 2 to 10";
  return latency <= 50 ? "latency 11 to 50" : "latency 51 and more";
}

std::string illegal_name(arch::ErrorCode code) {
  return fmt::format("illegal: {}", arch::name(code));
}

constexpr std::uint32_t kIllegalCodes = 9;  ///< 1 .. TRUNCATED

/// What a program's commands may show that is worth a bin with stalls and one without.
const std::vector<std::string> kWithStalls{"int8, no copy",
                                           "int8, copy from accumulator",
                                           "int8, copy from code",
                                           "int4, no copy",
                                           "int4, copy from accumulator",
                                           "int4, copy from code",
                                           "fence",
                                           "no fence"};

/// Bins that need more than the commands of a legal program.
std::vector<std::string> more_bins() {
  std::vector<std::string> names;
  for (const bool stalls : {false, true}) {
    for (const std::string& name : kWithStalls) {
      names.push_back(fmt::format("{}, {}", stalls_name(stalls), name));
    }
  }
  for (const std::uint32_t latency : {1U, 2U, 11U, 51U}) names.emplace_back(latency_class(latency));
  for (std::uint32_t code = 1; code <= kIllegalCodes; ++code) {
    names.push_back(illegal_name(static_cast<arch::ErrorCode>(code)));
  }
  return names;
}

/// One seed's program and how it must end.
struct Case {
  arch::Program program;
  ExpectedError expected;
};

/// One program in 12 is illegal, with each code equally often; what it does not run hits no bin.
Case case_of(std::uint64_t seed, const arch::Machine& machine, const sim::RunOptions& options,
             Coverage& total) {
  constexpr std::uint64_t kEvery = 12;
  Coverage coverage(more_bins());
  Case one{random_program(seed, machine, coverage), {}};
  if (seed % kEvery == 0) {
    const auto code = static_cast<arch::ErrorCode>(1 + seed / kEvery % kIllegalCodes);
    Random random(sim::mix(seed));
    one.expected = make_illegal(random, code, one.program);
    total.hit(illegal_name(code));
    return one;
  }
  for (const std::string& name : kWithStalls) {
    if (coverage.count(name) == 0) continue;
    coverage.hit(fmt::format("{}, {}", stalls_name(options.memory.stall_seed != 0), name));
  }
  coverage.hit(latency_class(options.memory.timing.latency));
  total.merge(coverage);
  return one;
}

/// What all programs of a machine came to.
struct Totals {
  Coverage coverage{more_bins()};
  arch::Cycles cycles = 0;
  std::uint64_t stalled = 0;   ///< programs on memory with stalls
  std::uint64_t formulas = 0;  ///< programs whose timeline equals the formulas'
  std::uint64_t illegal = 0;   ///< programs that stopped with the error they must stop with
};

std::string error_difference(const ExpectedError& expected, const arch::Timeline& run) {
  if (run.error == expected.code && run.error_index == expected.index) return {};
  return fmt::format("error {} at command {}, expected {} at command {}\n", arch::name(run.error),
                     run.error_index, arch::name(expected.code), expected.index);
}

/// What is wrong with the program of `seed`; empty if nothing is.
std::string run_seed_once(std::uint64_t seed, const arch::Machine& machine, Totals& totals) {
  const sim::RunOptions options = options_for(seed);
  const auto [program, expected] = case_of(seed, machine, options, totals.coverage);
  const sim::VerifyResult result = sim::verify(program, options);
  const bool stalls = options.memory.stall_seed != 0;
  const bool illegal = expected.code != arch::ErrorCode::kNone;
  totals.cycles += result.run.timeline.total;
  totals.stalled += stalls ? 1 : 0;
  totals.illegal += illegal ? 1 : 0;
  std::string wrong = result.describe() + error_difference(expected, result.run.timeline);
  if (result.good() && wrong.empty() && !stalls && !illegal) {
    wrong += formula_difference(program, options, result.run.timeline);
    ++totals.formulas;
  }
  if (!wrong.empty()) {
    const sim::Artefact artefact =
        sim::write_artefact(program, options, std::filesystem::temp_directory_path() / "halfbyte");
    wrong += fmt::format("\nlatency {}, cycles per beat {}, stall seed {}; replay: {}\n",
                         options.memory.timing.latency, options.memory.timing.cycles_per_beat,
                         options.memory.stall_seed, artefact.command);
  }
  return wrong;
}

/// 0 if all programs agree and every bin was hit.
int run_machine(const arch::Machine& machine, const Arguments& arguments) {
  Totals totals;
  for (std::uint64_t i = 0; i < arguments.programs; ++i) {
    const std::uint64_t seed = arguments.seed + i;
    const std::string wrong = run_seed_once(seed, machine, totals);
    if (!wrong.empty()) {
      fmt::print("{}: seed {}\n{}", machine.name, seed, wrong);
      return 1;
    }
  }
  fmt::print(
      "{}: {} programs from seed {}, {} cycles: RTL = SystemC in every cycle, memory = golden; "
      "{} with stalls, {} equal to the formulas, {} stopped by the error they hold\n{}",
      machine.name, arguments.programs, arguments.seed, totals.cycles, totals.stalled,
      totals.formulas, totals.illegal, totals.coverage.table());
  const std::vector<std::string> empty = totals.coverage.empty_bins(machine);
  for (const std::string& bin : empty) {
    fmt::print("{}: nothing hit {}\n", machine.name, bin);
  }
  return arguments.need_all_bins && !empty.empty() ? 1 : 0;
}

int run_in_child(const arch::Machine& machine, const Arguments& arguments) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    const int result = run_machine(machine, arguments);
    std::fflush(nullptr);
    _exit(result);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int run_all(const Arguments& arguments) {
  int failed = 0;
  bool known = false;
  for (const arch::Machine& machine : compiled_machines()) {
    if (arguments.machine.empty()) {
      failed |= run_in_child(machine, arguments);
    } else if (arguments.machine == machine.name) {
      failed = run_machine(machine, arguments);
    }
    known = known || arguments.machine.empty() || arguments.machine == machine.name;
  }
  if (!known) {
    throw bad_input(arguments.machine, "is not compiled in", "a machine of this build");
  }
  return failed;
}

}  // namespace
}  // namespace hb::test

int hb_main(int argc, char** argv) {
  try {
    return hb::test::run_all(hb::test::parse(argc, argv));
  } catch (const hb::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
