// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte verify`: RTL = SystemC in every cycle, bytes = golden model, cycles = formulas.
#include "sim/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sim/artefact.hpp"
#include "sim/verify.hpp"
#include "sw/cli/batch.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/compare.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/wave.hpp"
#include "sw/reference/reference.hpp"
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

/// One image, in all views.
class Verifier {
 public:
  Verifier(const RunContext& context, const Prediction& prediction, const sim::RunOptions& how)
      : context_(context), prediction_(prediction), how_(how) {}

  [[nodiscard]] Outcome operator()(std::size_t image, const ShowCycles& progress) {
    const arch::Program program = context_.images.program(image);
    outcome_.mismatches.emplace();
    golden::Result golden = blame(context_.who(image), [&] { return golden::execute(program); });
    if (context_.model.graph && golden.error == arch::ErrorCode::kNone) {
      compare_reference(image, golden.memory);
    }
    how_.progress = progress;
    how_.garbage_seed = run_options(program, how_.view).garbage_seed;
    sim::VerifyResult result = sim::judge(program, sim::run(program, how_), std::move(golden));
    compare_machine(result);
    finish(image, result);
    return std::move(outcome_);
  }

 private:
  void add(const Comparison& comparison) {
    std::vector<std::uint64_t>& by_layer = outcome_.mismatches->by_layer;
    by_layer.resize(comparison.by_layer.size());
    for (std::size_t i = 0; i < by_layer.size(); ++i) by_layer[i] += comparison.by_layer[i];
    outcome_.mismatches->total += comparison.total;
  }

  /// The golden model's tensors against the network's operators.
  void compare_reference(std::size_t image, const std::vector<std::uint8_t>& memory) {
    const graph::Graph& graph = *context_.model.graph;
    const Comparison comparison = compare_with_graph(
        context_.model.program, graph,
        reference::run(graph, context_.model.contract, context_.images.graph_inputs(image)),
        memory);
    add(comparison);
    outcome_.compared = comparison.tensors;
    if (comparison.total > 0) {
      wrong_ +=
          fmt::format("the golden model differs from the network's operators in {} codes; {}\n",
                      comparison.total, comparison.first);
    }
  }

  /// The machine's tensors against the golden model's.
  void compare_machine(const sim::VerifyResult& result) {
    wrong_ += result.describe();
    if (result.mismatch && result.run.timeline.error == arch::ErrorCode::kNone) {
      const Comparison comparison =
          compare_memories(context_.model.program, result.golden.memory, result.run.memory);
      add(comparison);
      outcome_.mismatches->total += comparison.total == 0 ? result.mismatch->count : 0;
      if (!comparison.first.empty()) wrong_ += "the machine's " + comparison.first + "\n";
    } else if (result.mismatch) {
      outcome_.mismatches->total += result.mismatch->count;
    }
    if (result.good() && prediction_.timeline) {
      const std::string formula = compare(*prediction_.timeline, result.run.timeline);
      wrong_ += formula.empty() ? "" : formula + "\n";
    }
  }

  void finish(std::size_t image, sim::VerifyResult& result) {
    const sim::RunResult& run = result.run;
    const bool whole = wrong_.empty() && run.timeline.error == arch::ErrorCode::kNone;
    outcome_.tensors.resize(context_.files.count());
    if (whole) {
      outcome_.tensors = context_.files.values_in(run.memory);
      if (context_.has_classes()) {
        outcome_.predicted = predicted_class(context_.model.program, run.memory);
      }
    }
    outcome_.memory_bytes = run.memory.size();
    outcome_.cpu_seconds = run.cpu_seconds;
    outcome_.wave = run.wave;
    outcome_.peak_rss_bytes = peak_rss_bytes();
    if (run.divergence) {
      outcome_.divergence = DivergencePlace{run.divergence->cycle, run.divergence->running};
    }
    if (run.divergence || run.hang) {
      outcome_.mismatches.reset();  // the memory was not compared
    }
    if (wrong_.empty()) {
      outcome_.exit = judge(context_.who(image), {run.timeline.error, run.timeline.error_index},
                            outcome_.complaint);
    } else {
      outcome_.wrong = true;
      outcome_.exit = run.hang ? Exit::kStopped : Exit::kMismatch;
      outcome_.complaint =
          fmt::format("halfbyte: {}: {}", report::printable(context_.who(image)), wrong_);
    }
    outcome_.timeline = std::move(result.run.timeline);
  }

  const RunContext& context_;
  const Prediction& prediction_;
  sim::RunOptions how_;
  Outcome outcome_;
  std::string wrong_;  ///< lines
};

void show_agreement(const RunContext& context, const BatchResult& result,
                    const Prediction& prediction) {
  const arch::Timeline& timeline = *result.first.timeline;
  const Show& show = context.show;
  const std::size_t count = context.images.count();
  const std::string images = count > 1 ? fmt::format(", in each of {} images", count) : "";
  if (context.model.graph) {
    show.line(
        fmt::format("network   golden model = operators from first principles: every code of "
                    "{} tensors{}",
                    result.first.compared, images));
  } else if (!context.model.layer) {
    show.line("network   not compared: a compiled program does not say what it must compute");
  }
  show.line(fmt::format("lockstep  RTL = SystemC: every signal in each of {} cycles{}",
                        timeline.total, images));
  show.line(fmt::format("golden    every byte of memory equal ({} bytes){}",
                        result.first.memory_bytes, images));
  show.line("formula   " + (prediction.timeline
                                ? "every start, retirement, cause and counter equal" + images
                                : "not compared: " + prediction.why_not));
  if (const std::optional<double> busy = compute_busy(timeline)) {
    show.line(fmt::format(
        "compute   busy in {:.2f} % of the cycles from its first command's start to the "
        "last one's retirement",
        100 * *busy));
  }
  show.line(speed_of(context, result));
}

/// Leaves what replays the failure.
void keep_failure(const RunContext& context, const BatchResult& result,
                  const sim::RunOptions& how) {
  const arch::Program program = context.images.program(*result.failed);
  const sim::Artefact artefact = sim::write_artefact(program, how, kFailures);
  fmt::print(stderr, "halfbyte: replay it with {}\n", artefact.command);
  if (!result.failure.divergence || how.wave || context.options.no_wave) {
    return;
  }
  sim::RunResult run;
  run.timeline.total = result.failure.timeline->total;
  run.divergence.emplace();
  run.divergence->cycle = result.failure.divergence->cycle;
  run.divergence->running = result.failure.divergence->running;
  keep_waves(artefact, program, run, context.options.quiet);
}

}  // namespace

Exit verify(const Options& options) {
  RunContext context(options);
  const arch::Program& program = context.model.program;
  sim::RunOptions how = run_options(program, sim::View::kLockstep);
  how.wave = wave_options(options, program);
  const Prediction prediction = predict(program);
  const BatchResult result = run_batch(context, [&](std::size_t image, const ShowCycles& progress) {
    return Verifier(context, prediction, how)(image, progress);
  });
  finish_batch(context, result, "lockstep");
  if (result.first.wave) {
    context.show.line(wave_text(options, *result.first.wave));
  }
  if (result.failed) {
    keep_failure(context, result, how);
  } else {
    show_agreement(context, result, prediction);
  }
  return result.exit;
}

}  // namespace hb::cli
