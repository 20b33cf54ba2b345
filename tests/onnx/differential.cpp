// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Networks with a runtime's results (see case.hpp), held against the reference, against compiled
// programs on the golden model, or on the simulated machine; or against wrong formulas, which must
// show. Exit codes: 0 all equal, 1 a difference (a wrong formula that does not show), 2 a case or
// an argument that is no good.

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "model/arch/error.hpp"
#include "sim/hb_main.hpp"
#include "sw/compile/compile.hpp"
#include "tests/onnx/compare.hpp"
#include "tests/onnx/engines.hpp"
#include "tests/onnx/wrong_rules.hpp"
#include "tests/sim/machines.hpp"

namespace hb::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "--cases DIR [--on golden|reference|lockstep] [--preset NAME|rotate] [--first N] [--count N] "
    "[--wrong NAME|all [--within N]]";

struct Arguments {
  fs::path cases;
  std::string on = "golden";
  std::string preset = "rotate";
  std::uint64_t first = 0;
  std::uint64_t count = std::numeric_limits<std::uint64_t>::max();
  std::string wrong;         ///< a wrong formula instead of an engine
  std::uint64_t within = 0;  ///< networks in which it must show; 0: all
};

std::uint64_t number(const std::string& option, const std::string& text) {
  char* end = nullptr;
  const std::uint64_t value = std::strtoull(text.c_str(), &end, 0);
  if (text.empty() || *end != '\0') throw bad_input(option, text + " is no number", "a number");
  return value;
}

Arguments parse(int argc, char** argv) {
  Arguments arguments;
  for (int i = 1; i < argc; i += 2) {
    const std::string option = argv[i];
    if (i + 1 == argc) throw bad_input(option, "has no value", kUsage);
    const std::string value = argv[i + 1];
    if (option == "--cases") {
      arguments.cases = value;
    } else if (option == "--on") {
      arguments.on = value;
    } else if (option == "--preset") {
      arguments.preset = value;
    } else if (option == "--first") {
      arguments.first = number(option, value);
    } else if (option == "--count") {
      arguments.count = number(option, value);
    } else if (option == "--wrong") {
      arguments.wrong = value;
    } else if (option == "--within") {
      arguments.within = number(option, value);
    } else {
      throw bad_input(option, "is unknown", kUsage);
    }
  }
  if (arguments.cases.empty()) throw bad_input("--cases", "is missing", kUsage);
  if (arguments.on != "golden" && arguments.on != "reference" && arguments.on != "lockstep") {
    throw bad_input("--on", arguments.on, "golden, reference or lockstep");
  }
  return arguments;
}

/// The folders of the cases, in the order of their names.
std::vector<fs::path> list_cases(const Arguments& arguments) {
  std::vector<fs::path> all;
  if (fs::is_directory(arguments.cases)) {
    for (const auto& entry : fs::directory_iterator(arguments.cases)) {
      if (fs::exists(entry.path() / "model.onnx")) all.push_back(entry.path());
    }
  }
  std::sort(all.begin(), all.end());
  std::vector<fs::path> chosen;
  for (std::size_t i = arguments.first; i < all.size() && chosen.size() < arguments.count; ++i) {
    chosen.push_back(all[i]);
  }
  if (chosen.empty()) {
    throw bad_input(arguments.cases.string(), fmt::format("{} cases", all.size()),
                    fmt::format("more than {}", arguments.first));
  }
  return chosen;
}

struct Totals {
  std::uint64_t networks = 0;
  std::uint64_t bad = 0;     ///< networks with a difference
  std::uint64_t broken = 0;  ///< cases that cannot be read, compiled or run
  Compared compared;
};

/// Counts what one image came to; true if nothing is wrong. The first that is wrong is printed.
bool count(const Case& one, std::size_t image, const std::string& how, const Comparison& comparison,
           Totals& totals) {
  totals.compared.add(comparison.compared);
  if (comparison.wrong.empty()) return true;
  fmt::print("{}: image {}, {}: {}\n", one.name, image, how, comparison.wrong);
  return false;
}

bool reference_equals(const Case& one, Totals& totals) {
  for (std::size_t image = 0; image < one.images(); ++image) {
    const Arrays expected = one.expected_of(image);
    const Comparison comparison =
        compare(one.graph, expected, run_reference(one, image, arch::Contract::kOrt),
                all_tensors(one.graph, expected));
    if (!count(one, image, "reference", comparison, totals)) return false;
  }
  return true;
}

/// With and without fusion: all tensors, and those that survive it.
bool program_equals(const Case& one, const arch::Machine& machine, Engine engine, Totals& totals) {
  for (const bool fuse : {false, true}) {
    compile::Options options;
    options.fuse = fuse;
    const arch::Program program = compile::compile(one.graph, machine, options);
    const std::string how = fmt::format("{}, {}", machine.name, fuse ? "fused" : "not fused");
    for (std::size_t image = 0; image < one.images(); ++image) {
      const Arrays expected = one.expected_of(image);
      const Outcome outcome = run_program(program, one, image, engine);
      Comparison comparison;
      if (outcome.wrong.empty()) {
        comparison =
            compare(one.graph, expected, outcome.arrays,
                    fuse ? outputs(one.graph, expected) : all_tensors(one.graph, expected));
      } else {
        comparison.wrong = outcome.wrong;
      }
      if (!count(one, image, how, comparison, totals)) return false;
    }
  }
  return true;
}

void summarize(const Totals& totals, const std::string& engine) {
  const std::string broken =
      totals.broken == 0 ? "" : fmt::format("{} cases are no good, ", totals.broken);
  fmt::print("{} networks, {} tensors, {} bytes compared, {}{} differ ({})\n", totals.networks,
             totals.compared.tensors, totals.compared.bytes, broken, totals.compared.differing,
             engine);
}

int exit_code(const Totals& totals) {
  if (totals.broken != 0) return 2;
  return totals.bad == 0 ? 0 : 1;
}

/// Counts a case that `equals` compares; one that throws is no good, and the others go on.
template <class Equals>
void take(const fs::path& folder, Totals& totals, const Equals& equals) {
  try {
    totals.bad += equals(read_case(folder)) ? 0 : 1;
    ++totals.networks;
  } catch (const Error& error) {
    fmt::print("{}: {}\n", folder.filename().string(), error.what());
    ++totals.broken;
  }
}

/// Every case for which `mine(i)` on machines[i % size].
template <class Mine>
int run_programs(const Arguments& arguments, const std::vector<arch::Machine>& machines,
                 const std::string& label, const Mine& mine) {
  const Engine engine = arguments.on == "lockstep" ? Engine::kLockstep : Engine::kGolden;
  const std::vector<fs::path> cases = list_cases(arguments);
  Totals totals;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    if (!mine(i)) continue;
    const arch::Machine& machine = machines[i % machines.size()];
    take(cases[i], totals,
         [&](const Case& one) { return program_equals(one, machine, engine, totals); });
  }
  summarize(totals, fmt::format("{}, {}", arguments.on, label));
  return exit_code(totals);
}

int run_reference_cases(const Arguments& arguments) {
  Totals totals;
  for (const fs::path& folder : list_cases(arguments)) {
    take(folder, totals, [&](const Case& one) { return reference_equals(one, totals); });
  }
  summarize(totals, "reference, no machine");
  return exit_code(totals);
}

/// SystemC elaborates once per process, so in lockstep each machine has a process of its own.
template <class Work>
int in_child(const Work& work) {
  std::fflush(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    int code = 2;
    try {
      code = work();
    } catch (const Error& error) {
      fmt::print(stderr, "{}\n", error.what());
    }
    std::fflush(nullptr);
    _exit(code);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return child > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int run_rotated(const Arguments& arguments) {
  const std::vector<arch::Machine> machines = compiled_machines();
  if (arguments.on != "lockstep") {
    return run_programs(arguments, machines, "rotate", [](std::size_t) { return true; });
  }
  int worst = 0;
  for (std::size_t k = 0; k < machines.size(); ++k) {
    const int code = in_child([&] {
      return run_programs(arguments, machines, machines[k].name,
                          [&](std::size_t i) { return i % machines.size() == k; });
    });
    worst = std::max(worst, code);
  }
  return worst;
}

int run_cases(const Arguments& arguments) {
  if (arguments.on == "reference") return run_reference_cases(arguments);
  if (arguments.preset == "rotate") return run_rotated(arguments);
  for (const arch::Machine& machine : compiled_machines()) {
    if (machine.name != arguments.preset) continue;
    return run_programs(arguments, {machine}, machine.name, [](std::size_t) { return true; });
  }
  throw bad_input(arguments.preset, "is not compiled in", "rotate or a machine of this build");
}

bool shows(const Case& one, const reference::Rules& rules) {
  for (std::size_t image = 0; image < one.images(); ++image) {
    const Arrays expected = one.expected_of(image);
    const Arrays actual = run_reference(one, image, arch::Contract::kOrt, rules);
    if (compare(one.graph, expected, actual, {}).compared.differing != 0) return true;
  }
  return false;
}

/// The first cases in which each of the wrong formulas shows.
int run_wrong(const Arguments& arguments) {
  std::vector<WrongRules> wanted;
  for (WrongRules& wrong : wrong_rules()) {
    if (arguments.wrong == "all" || arguments.wrong == wrong.name) wanted.push_back(wrong);
  }
  if (wanted.empty()) throw bad_input("--wrong", arguments.wrong, "all or a wrong formula's name");
  std::vector<fs::path> cases = list_cases(arguments);
  if (arguments.within != 0 && arguments.within < cases.size()) cases.resize(arguments.within);
  std::vector<std::uint64_t> first(wanted.size()), shown(wanted.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case one = read_case(cases[i]);
    for (std::size_t w = 0; w < wanted.size(); ++w) {
      if (!shows(one, wanted[w].rules)) continue;
      if (shown[w]++ == 0) first[w] = i + 1;
    }
  }
  int code = 0;
  for (std::size_t w = 0; w < wanted.size(); ++w) {
    const std::string when =
        shown[w] == 0 ? "not caught"
                      : fmt::format("caught in network {} first, in {}", first[w], shown[w]);
    fmt::print("{}: {} of {} ({})\n", wanted[w].name, when, cases.size(), wanted[w].what);
    if (shown[w] == 0) code = 1;
  }
  return code;
}

}  // namespace
}  // namespace hb::test

int hb_main(int argc, char** argv) {
  try {
    const hb::test::Arguments arguments = hb::test::parse(argc, argv);
    return arguments.wrong.empty() ? hb::test::run_cases(arguments)
                                   : hb::test::run_wrong(arguments);
  } catch (const hb::Error& error) {
    fmt::print(stderr, "onnx_differential: {}\n", error.what());
    return 2;
  }
}
