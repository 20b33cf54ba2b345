// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte run` and `halfbyte estimate`: one engine, its table.
#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sim/run.hpp"
#include "sw/cli/batch.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/extras.hpp"
#include "sw/cli/wave.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

struct SimulatedEngine {
  const char* name;
  sim::View view;
};

SimulatedEngine simulated(Engine engine) {
  switch (engine) {
    case Engine::kRtl:
      return {"rtl", sim::View::kRtl};
    case Engine::kSystemC:
      return {"systemc", sim::View::kSystemC};
    default:
      return {"lockstep", sim::View::kLockstep};
  }
}

/// What of the memory after a good run is wanted.
void keep_results(const RunContext& context, const std::vector<std::uint8_t>& memory,
                  Outcome& outcome) {
  const bool whole = outcome.exit == Exit::kGood;
  outcome.tensors =
      whole ? context.files.values_in(memory) : std::vector<std::string>(context.files.count());
  if (whole && context.has_classes()) {
    outcome.predicted = predicted_class(context.model.program, memory);
  }
  outcome.peak_rss_bytes = peak_rss_bytes();
}

Outcome run_golden(const RunContext& context, std::size_t image) {
  const arch::Program program = context.images.program(image);
  const auto wall = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  const std::string who = context.who(image);
  const golden::Result result = blame(who, [&] { return golden::execute(program); });
  Outcome outcome;
  outcome.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  outcome.cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  outcome.exit = judge(who, {result.error, result.error_index}, outcome.complaint);
  keep_results(context, result.memory, outcome);
  return outcome;
}

/// What is wrong with a run.
Exit judge_run(const std::string& who, const sim::RunResult& result, Outcome& outcome) {
  const auto complain = [&](const std::string& what) {
    outcome.complaint += fmt::format("halfbyte: {}: {}\n", report::printable(who), what);
  };
  for (const std::string& violation : result.violations) {
    complain(violation);
  }
  if (result.divergence) {
    complain("RTL and SystemC differ: " + result.divergence->describe());
    return Exit::kMismatch;
  }
  if (result.hang) {
    complain("the machine hangs\n" + *result.hang);
    return Exit::kStopped;
  }
  return result.violations.empty()
             ? judge(who, {result.timeline.error, result.timeline.error_index}, outcome.complaint)
             : Exit::kMismatch;
}

Outcome run_simulated(const RunContext& context, std::size_t image, sim::RunOptions how) {
  const arch::Program program = context.images.program(image);
  how.garbage_seed = run_options(program, how.view).garbage_seed;
  sim::RunResult result = sim::run(program, how);
  Outcome outcome;
  outcome.exit = judge_run(context.who(image), result, outcome);
  keep_results(context, result.memory, outcome);
  outcome.timeline = std::move(result.timeline);
  outcome.cpu_seconds = result.cpu_seconds;
  outcome.wall_seconds = result.wall_seconds;
  outcome.wave = result.wave;
  return outcome;
}

Exit run_with_golden(RunContext& context) {
  const BatchResult result = run_batch(
      context, [&](std::size_t image, const ShowCycles&) { return run_golden(context, image); });
  finish_batch(context, result, "golden");
  return result.exit;
}

}  // namespace

Exit run(const Options& options) {
  RunContext context(options);
  const arch::Program& program = context.model.program;
  const std::optional<sim::WaveOptions> wave = wave_options(options, program);
  if (options.engine == Engine::kGolden) {
    return run_with_golden(context);
  }
  const SimulatedEngine engine = simulated(options.engine);
  const BatchResult result = run_batch(context, [&](std::size_t image, const ShowCycles& progress) {
    sim::RunOptions how = run_options(program, engine.view);
    how.wave = wave;
    how.progress = progress;
    return run_simulated(context, image, how);
  });
  finish_batch(context, result, engine.name);
  if (result.first.wave) {
    context.show.line(wave_text(options, *result.first.wave));
  }
  context.show.line(speed_of(context, result));
  return result.exit;
}

Exit estimate(const Options& options) {
  Show show(options);
  const Model model = resolve_model(options);
  const arch::Program& program = model.program;
  if (program.memory_model.stall_seed != 0) {
    throw bad_input(options.model, "estimate with a memory that stalls at random",
                    "--stall-seed 0");
  }
  show_notes(options, model);
  const arch::Timeline timeline = blame(options.model, [&] { return play_formulas(program); });
  report::Report report = report::make_report(program, &timeline);
  report.first = options.layers ? options.layers->first : 1;
  show.table(report);
  Finished finished{"formula"};
  add_extras(options, model, timeline, report, show, finished);
  show.json(program, report, finished);
  std::string complaint;
  const Exit exit = judge(options.model, {timeline.error, timeline.error_index}, complaint);
  fmt::print(stderr, "{}", complaint);
  return exit;
}

}  // namespace hb::cli
