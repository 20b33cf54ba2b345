// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte verify`: RTL = SystemC in every cycle, bytes = golden model, cycles = formulas.
#include "sim/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sim/artefact.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/output.hpp"
#include "sw/cli/show.hpp"
#include "sw/cli/wave.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

constexpr const char* kFailures = "out";

/// The formulas' run, or why they claim nothing about this one.
struct Prediction {
  std::optional<arch::Timeline> timeline;
  std::string why_not;
};

Prediction predict(const arch::Program& program) {
  if (program.memory_model.stall_seed != 0) {
    return {std::nullopt, "the memory stalls at random"};
  }
  try {
    return {play_formulas(program), ""};
  } catch (const Error& error) {
    return {std::nullopt, error.what()};
  }
}

/// Position of the first element that differs; the shorter size if one list begins with the other.
template <class Item>
std::size_t first_difference(const std::vector<Item>& a, const std::vector<Item>& b) {
  const std::size_t size = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < size && a[i] == b[i]) {
    ++i;
  }
  return i;
}

/// What the formulas say otherwise than the machine; empty if nothing.
std::string compare(const arch::Timeline& formula, const arch::Timeline& machine) {
  if (!(formula.commands == machine.commands)) {
    const std::size_t i = first_difference(formula.commands, machine.commands);
    if (i >= formula.commands.size() || i >= machine.commands.size()) {
      return fmt::format("{} commands ran, by formula {}", machine.commands.size(),
                         formula.commands.size());
    }
    const arch::CommandTimes& seen = machine.commands[i];
    const arch::CommandTimes& said = formula.commands[i];
    return fmt::format("command {} starts in {} and retires in {}, by formula in {} and {}",
                       seen.index, seen.start, seen.retire, said.start, said.retire);
  }
  if (!(formula.causes == machine.causes)) {
    const std::size_t i = first_difference(formula.causes, machine.causes);
    const auto text = [i](const arch::Timeline& timeline) {
      return i < timeline.causes.size()
                 ? fmt::format("{} from cycle {}", arch::name(timeline.causes[i].cause),
                               timeline.causes[i].first)
                 : std::string("none");
    };
    return fmt::format("cause {} is {}, by formula {}", i, text(machine), text(formula));
  }
  if (formula.total != machine.total) {
    return fmt::format("{} cycles, by formula {}", machine.total, formula.total);
  }
  for (std::size_t i = 0; i < arch::kCounters; ++i) {
    if (formula.counters[i] != machine.counters[i]) {
      return fmt::format("counter {} is {}, by formula {}", i, machine.counters[i],
                         formula.counters[i]);
    }
  }
  return "";
}

report::Report report_of(const arch::Program& program, const sim::VerifyResult& result) {
  report::Report report = report::make_report(program, &result.run.timeline);
  if (result.run.divergence || result.run.hang) {
    return report;  // the memory was not compared
  }
  report.total.mismatches = result.mismatch ? result.mismatch->count : 0;
  for (report::Row& row : report.layers) {
    if (report.layers.size() == 1 || !result.mismatch) {
      row.mismatches = report.total.mismatches;
    }
  }
  return report;
}

void show_agreement(const Show& show, const sim::VerifyResult& result, const std::string& formula) {
  const arch::Timeline& timeline = result.run.timeline;
  show.line(
      fmt::format("lockstep  RTL = SystemC: every signal in each of {} cycles", timeline.total));
  show.line(
      fmt::format("golden    every byte of memory equal ({} bytes)", result.run.memory.size()));
  show.line("formula   " + formula);
  if (const std::optional<double> busy = compute_busy(timeline)) {
    show.line(fmt::format(
        "compute   busy in {:.2f} % of the cycles from its first command's start to the "
        "last one's retirement",
        100 * *busy));
  }
  show.line(speed_text(timeline.total, result.run.cpu_seconds));
}

}  // namespace

Exit verify(const Options& options) {
  Show show(options);
  const arch::Program program = resolve_model(options);
  const std::optional<sim::WaveOptions> wave = wave_options(options, program);
  golden::Result golden = blame(options.model, [&] { return golden::execute(program); });
  const Prediction prediction = predict(program);
  sim::RunOptions how = run_options(program, sim::View::kLockstep);
  how.wave = wave;
  const sim::VerifyResult result = [&] {
    Progress progress(prediction.timeline ? std::optional<arch::Cycles>(prediction.timeline->total)
                                          : std::nullopt,
                      options.quiet);
    how.progress = [&](arch::Cycles cycles) { progress.show(cycles); };
    return sim::judge(program, sim::run(program, how), std::move(golden));
  }();
  show.report(program, report_of(program, result), "lockstep",
              simulation_of(result.run.wall_seconds, result.run.cpu_seconds));
  if (result.run.wave) {
    show.line(wave_text(options, *result.run.wave));
  }

  std::string wrong = result.describe();
  if (result.good() && prediction.timeline) {
    wrong = compare(*prediction.timeline, result.run.timeline);
  }
  if (wrong.empty()) {
    show_agreement(show, result,
                   prediction.timeline ? "every start, retirement, cause and counter equal"
                                       : "not compared: " + prediction.why_not);
    return judge(options.model, {result.run.timeline.error, result.run.timeline.error_index});
  }
  while (wrong.back() == '\n') {
    wrong.pop_back();
  }
  fmt::print(stderr, "halfbyte: {}: {}\n", report::printable(options.model), wrong);
  const sim::Artefact artefact = sim::write_artefact(program, how, kFailures);
  fmt::print(stderr, "halfbyte: replay it with {}\n", artefact.command);
  if (result.run.divergence && !wave && !options.no_wave) {
    keep_waves(artefact, program, result.run, options.quiet);
  }
  return result.run.hang ? Exit::kStopped : Exit::kMismatch;
}

}  // namespace hb::cli
