// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Random programs in lockstep, against the golden model and, on deterministic memory, against the
// formulas. Some are illegal, or meet an error of the bus or an abort: they must stop alike
// everywhere, and the machine must then run another program as if nothing had happened. One process
// per machine, because SystemC elaborates once.

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
#include "sim/verify.hpp"
#include "tests/sim/cases.hpp"
#include "tests/sim/faults.hpp"
#include "tests/sim/machines.hpp"
#include "tests/sim/timelines.hpp"
#include "tests/support/coverage.hpp"
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

/// What all programs of a machine came to.
struct Totals {
  Coverage coverage{case_bins()};
  arch::Cycles cycles = 0;
  std::uint64_t stalled = 0;    ///< programs on memory with stalls
  std::uint64_t formulas = 0;   ///< programs whose timeline equals the formulas'
  std::uint64_t stopped = 0;    ///< programs that stopped with the error they must stop with
  std::uint64_t followers = 0;  ///< programs that then ran on the same machine without a reset
};

std::string error_difference(const ExpectedErrors& expected, const arch::Timeline& run) {
  if (expected.empty() && run.error == arch::ErrorCode::kNone) return {};
  std::string wanted = expected.empty() ? "none" : "";
  for (const ExpectedError& error : expected) {
    if (run.error == error.code && run.error_index == error.index) return {};
    wanted += fmt::format("{}{} at command {}", wanted.empty() ? "" : " or ",
                          arch::name(error.code), error.index);
  }
  return fmt::format("error {} at command {}, expected {}\n", arch::name(run.error),
                     run.error_index, wanted);
}

/// A stopped machine takes another program without a reset, and runs it like a fresh one: every
/// byte, every cycle.
std::string run_follower(std::uint64_t seed, const Case& one, Totals& totals) {
  const arch::Program program = follower_of(seed, one.program.machine);
  sim::RunOptions options = one.options;
  options.faults.clear();
  options.abort.reset();
  options.warm = true;
  const sim::VerifyResult warm = sim::verify(program, options);
  totals.cycles += warm.run.timeline.total;
  ++totals.followers;
  std::string wrong = warm.describe() + error_difference({}, warm.run.timeline);
  if (!wrong.empty()) return "the program after it: " + wrong;
  if (options.memory.stall_seed == 0) {
    wrong = timeline_difference(formula(program, options), warm.run.timeline);
  } else {
    options.warm = false;
    options.view = sim::View::kRtl;
    wrong = timeline_difference(sim::run(program, options).timeline, warm.run.timeline);
  }
  return wrong.empty() ? wrong : "the program after it, and alone: " + wrong;
}

std::string check_stopped(std::uint64_t seed, const Case& one, const sim::RunResult& run,
                          Totals& totals) {
  if (run.memory != memory_after_stop(one.program, run.timeline)) {
    return "the memory does not hold exactly the stores that started\n";
  }
  ++totals.stopped;
  std::string wrong = run_follower(seed, one, totals);
  count_error(one, wrong.empty(), totals.coverage);
  return wrong;
}

/// What is wrong with the program of `seed`; empty if nothing is.
std::string run_seed_once(std::uint64_t seed, const arch::Machine& machine, Totals& totals) {
  const Case one = case_of(seed, machine, totals.coverage);
  const sim::RunOptions& options = one.options;
  const sim::VerifyResult result = sim::verify(one.program, options);
  const bool stalls = options.memory.stall_seed != 0;
  totals.cycles += result.run.timeline.total;
  totals.stalled += stalls ? 1 : 0;
  std::string wrong = result.describe() + error_difference(one.expected, result.run.timeline);
  if (wrong.empty() && !one.expected.empty()) {
    wrong = check_stopped(seed, one, result.run, totals);
  } else if (wrong.empty() && !stalls) {
    wrong = timeline_difference(formula(one.program, options), result.run.timeline);
    ++totals.formulas;
  }
  if (!wrong.empty()) {
    const sim::Artefact artefact = sim::write_artefact(
        one.program, options, std::filesystem::temp_directory_path() / "halfbyte");
    wrong += fmt::format("\nlatency {}, cycles per beat {}, stall seed {}{}; replay: {}\n",
                         options.memory.timing.latency, options.memory.timing.cycles_per_beat,
                         options.memory.stall_seed,
                         one.name.empty() ? "" : fmt::format(", {}", one.name), artefact.command);
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
      "{} with stalls, {} equal to the formulas, {} stopped by an error, {} then run on the same "
      "machine\n{}",
      machine.name, arguments.programs, arguments.seed, totals.cycles, totals.stalled,
      totals.formulas, totals.stopped, totals.followers, totals.coverage.table());
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
