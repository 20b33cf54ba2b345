// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte run` and `halfbyte estimate`: one engine, its table.
#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sim/run.hpp"
#include "sw/cli/activity.hpp"
#include "sw/cli/batch.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/energy.hpp"
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
void keep_results(const RunContext& context, const Piece& piece,
                  const std::vector<std::uint8_t>& memory, Outcome& outcome) {
  const bool whole = outcome.exit == Exit::kGood;
  outcome.tensors = whole ? context.files.values_in(piece.program, memory)
                          : std::vector<std::string>(context.files.count());
  if (whole && context.has_classes(piece.program)) {
    outcome.predicted = predicted_class(piece.program, memory);
  }
  outcome.peak_rss_bytes = peak_rss_bytes();
}

Outcome run_golden(const RunContext& context, const Piece& piece) {
  const auto wall = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  const std::string who = context.who(piece.image, piece.part);
  const golden::Result result = blame(who, [&] { return golden::execute(piece.program); });
  Outcome outcome;
  outcome.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  outcome.cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  outcome.exit = judge(who, {result.error, result.error_index}, outcome.complaint);
  keep_results(context, piece, result.memory, outcome);
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

/// A mismatch if a part leaves something else than the next one was given.
void check_handover(const RunContext& context, const Piece& piece,
                    const std::vector<std::uint8_t>& memory, Outcome& outcome) {
  if (context.parts.empty() || outcome.exit != Exit::kGood) {
    return;
  }
  const std::string difference =
      handover_difference(context.model, context.parts, piece.part, context.tensors, memory);
  if (!difference.empty()) {
    outcome.exit = Exit::kMismatch;
    outcome.complaint += fmt::format(
        "halfbyte: {}: {}\n", report::printable(context.who(piece.image, piece.part)), difference);
  }
}

Outcome run_simulated(const RunContext& context, const Piece& piece, sim::RunOptions how) {
  how.garbage_seed = run_options(piece.program, how.view).garbage_seed;
  sim::RunResult result = sim::run(piece.program, how);
  Outcome outcome;
  outcome.exit = judge_run(context.who(piece.image, piece.part), result, outcome);
  check_handover(context, piece, result.memory, outcome);
  keep_results(context, piece, result.memory, outcome);
  outcome.timeline = std::move(result.timeline);
  outcome.cpu_seconds = result.cpu_seconds;
  outcome.wall_seconds = result.wall_seconds;
  outcome.wave = result.wave;
  return outcome;
}

Exit run_with_golden(RunContext& context) {
  const BatchResult result = run_batch(
      context, [&](const Piece& piece, const ShowCycles&) { return run_golden(context, piece); });
  finish_batch(context, result, "golden");
  return result.exit;
}

/// The programs of an estimate: the model's, or its parts'.
struct Estimated {
  std::vector<const arch::Program*> programs;
  std::vector<arch::Timeline> timelines;
};

Estimated play(const Options& options, const Model& model, const std::vector<Part>& parts) {
  Estimated result;
  for (const Part& part : parts) result.programs.push_back(&part.program);
  if (parts.empty()) result.programs.push_back(&model.program);
  for (const arch::Program* program : result.programs) {
    result.timelines.push_back(blame(options.model, [&] { return play_formulas(*program); }));
  }
  return result;
}

/// Says which error the first part that has one stops with.
Exit judge_parts(const std::string& who, const std::vector<arch::Timeline>& timelines) {
  std::string complaint;
  Exit exit = Exit::kGood;
  for (std::size_t i = 0; exit == Exit::kGood && i < timelines.size(); ++i) {
    exit = judge(who, {timelines[i].error, timelines[i].error_index}, complaint);
  }
  fmt::print(stderr, "{}", complaint);
  return exit;
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
  const bool activity = counts_activity(options, program);
  const BatchResult result =
      run_batch(context, [&](const Piece& piece, const ShowCycles& progress) {
        sim::RunOptions how = run_options(program, engine.view);
        how.wave = wave;
        how.activity = activity;
        how.progress = progress;
        return run_simulated(context, piece, how);
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
  const energy::Rates rates = energy_rates(options, program.machine);
  std::vector<Part> parts;
  if (wants_parts(options) && can_cut(model)) {
    refuse_extras(options);
    parts = cut(model, options.jobs);
    show.line("parts     " + parts_text(parts));
  }
  const Estimated estimated = play(options, model, parts);
  std::vector<report::Report> reports;
  for (std::size_t i = 0; i < estimated.programs.size(); ++i) {
    const arch::Timeline& timeline = estimated.timelines[i];
    reports.push_back(report::make_report(*estimated.programs[i], &timeline));
    report::add_energy(reports.back(), *estimated.programs[i], timeline, rates);
  }
  report::Report report = report::join(reports, program.machine);
  report.first = options.layers ? options.layers->first : 1;
  show.table(report);
  Finished finished{"formula"};
  finished.parts = reports.size();
  add_extras(options, model, estimated.timelines.front(), report, show, finished);
  show.document(program, report, finished);
  show.trace(estimated.programs, estimated.timelines, report);
  return judge_parts(options.model, estimated.timelines);
}

}  // namespace hb::cli
