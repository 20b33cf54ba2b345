// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte run` and `halfbyte estimate`: one engine, its table.
#include <fmt/format.h>

#include <chrono>
#include <ctime>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sim/run.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/output.hpp"
#include "sw/cli/show.hpp"
#include "sw/cli/wave.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

Exit run_golden(const Options& options, const arch::Program& program, Show& show) {
  const auto wall = std::chrono::steady_clock::now();
  const std::clock_t cpu = std::clock();
  const golden::Result result = blame(options.model, [&] { return golden::execute(program); });
  const double wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  show.report(program, report::make_report(program, nullptr), "golden",
              simulation_of(wall_seconds, cpu_seconds));
  return judge(options.model, {result.error, result.error_index});
}

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

/// Of a legal program on memory that does not stall.
std::optional<arch::Cycles> expected_cycles(const arch::Program& program) {
  if (program.memory_model.stall_seed != 0) {
    return std::nullopt;
  }
  try {
    return play_formulas(program).total;
  } catch (const Error&) {
    return std::nullopt;  // the machine will say what is wrong with it
  }
}

/// Says on standard error what is wrong with a run.
Exit judge_run(const std::string& model, const sim::RunResult& result) {
  for (const std::string& violation : result.violations) {
    fmt::print(stderr, "halfbyte: {}: {}\n", report::printable(model), violation);
  }
  if (result.divergence) {
    fmt::print(stderr, "halfbyte: RTL and SystemC differ: {}\n", result.divergence->describe());
    return Exit::kMismatch;
  }
  if (result.hang) {
    fmt::print(stderr, "halfbyte: {}: the machine hangs\n{}\n", report::printable(model),
               *result.hang);
    return Exit::kStopped;
  }
  return result.violations.empty()
             ? judge(model, {result.timeline.error, result.timeline.error_index})
             : Exit::kMismatch;
}

}  // namespace

Exit run(const Options& options) {
  Show show(options);
  const arch::Program program = resolve_model(options);
  const std::optional<sim::WaveOptions> wave = wave_options(options, program);
  if (options.engine == Engine::kGolden) {
    return run_golden(options, program, show);
  }
  const SimulatedEngine engine = simulated(options.engine);
  sim::RunOptions how = run_options(program, engine.view);
  how.wave = wave;
  const sim::RunResult result = [&] {
    Progress progress(expected_cycles(program), options.quiet);
    how.progress = [&](arch::Cycles cycles) { progress.show(cycles); };
    return sim::run(program, how);
  }();
  show.report(program, report::make_report(program, &result.timeline), engine.name,
              simulation_of(result.wall_seconds, result.cpu_seconds));
  show.line(speed_text(result.timeline.total, result.cpu_seconds));
  if (result.wave) {
    show.line(wave_text(options, *result.wave));
  }
  return judge_run(options.model, result);
}

Exit estimate(const Options& options) {
  Show show(options);
  const arch::Program program = resolve_model(options);
  if (program.memory_model.stall_seed != 0) {
    throw bad_input(options.model, "estimate with a memory that stalls at random",
                    "--stall-seed 0");
  }
  const arch::Timeline timeline = blame(options.model, [&] { return play_formulas(program); });
  show.report(program, report::make_report(program, &timeline), "formula", std::nullopt);
  return judge(options.model, {timeline.error, timeline.error_index});
}

}  // namespace hb::cli
