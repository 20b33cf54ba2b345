// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte verify`: RTL = SystemC in every cycle, bytes = golden model, cycles = formulas.
#include "sim/verify.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sim/artefact.hpp"
#include "sw/cli/activity.hpp"
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

/// One piece, in all views.
class Verifier {
 public:
  Verifier(const RunContext& context, const Piece& piece)
      : context_(context), piece_(piece), who_(context.who(piece.image, piece.part)) {}

  [[nodiscard]] Outcome run(sim::RunOptions how) {
    const arch::Program& program = piece_.program;
    outcome_.mismatches.emplace();
    golden::Result golden = blame(who_, [&] { return golden::execute(program); });
    if (context_.model.graph && golden.error == arch::ErrorCode::kNone) {
      compare_reference(golden.memory);
    }
    how.garbage_seed = run_options(program, how.view).garbage_seed;
    sim::VerifyResult result = sim::judge(program, sim::run(program, how), std::move(golden));
    compare_machine(result);
    finish(result);
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
  void compare_reference(const std::vector<std::uint8_t>& memory) {
    const graph::Graph& graph = *context_.model.graph;
    const auto tensors = [&] {
      return reference::run(graph, context_.model.options.contract,
                            context_.images.graph_inputs(piece_.image));
    };
    const Comparison comparison = compare_with_graph(
        piece_.program, graph, piece_.expected != nullptr ? *piece_.expected : tensors(), memory);
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
          compare_memories(piece_.program, result.golden.memory, result.run.memory);
      add(comparison);
      outcome_.mismatches->total += comparison.total == 0 ? result.mismatch->count : 0;
      if (!comparison.first.empty()) wrong_ += "the machine's " + comparison.first + "\n";
    } else if (result.mismatch) {
      outcome_.mismatches->total += result.mismatch->count;
    }
    const std::optional<arch::Timeline>& formulas = context_.predictions.at(piece_.part).timeline;
    if (result.good() && formulas) {
      const std::string formula = compare(*formulas, result.run.timeline);
      wrong_ += formula.empty() ? "" : formula + "\n";
    }
    if (result.good() && !context_.parts.empty()) {
      const std::string difference = handover_difference(
          context_.model, context_.parts, piece_.part, context_.tensors, result.run.memory);
      wrong_ += difference.empty() ? "" : "handed over: " + difference + "\n";
    }
  }

  void finish(sim::VerifyResult& result) {
    const sim::RunResult& run = result.run;
    const bool whole = wrong_.empty() && run.timeline.error == arch::ErrorCode::kNone;
    outcome_.tensors.resize(context_.files.count());
    if (whole) {
      outcome_.tensors = context_.files.values_in(piece_.program, run.memory);
      if (context_.has_classes(piece_.program)) {
        outcome_.predicted = predicted_class(piece_.program, run.memory);
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
      outcome_.exit =
          judge(who_, {run.timeline.error, run.timeline.error_index}, outcome_.complaint);
    } else {
      outcome_.wrong = true;
      outcome_.exit = run.hang ? Exit::kStopped : Exit::kMismatch;
      outcome_.complaint = fmt::format("halfbyte: {}: {}", report::printable(who_), wrong_);
    }
    outcome_.timeline = std::move(result.run.timeline);
  }

  const RunContext& context_;
  const Piece& piece_;
  std::string who_;
  Outcome outcome_;
  std::string wrong_;  ///< lines
};

/// How the formulas agree: with all parts, or why not.
std::string formula_text(const RunContext& context, const std::string& images) {
  for (std::size_t part = 0; part < context.predictions.size(); ++part) {
    const Prediction& prediction = context.predictions[part];
    if (!prediction.timeline) {
      const std::string where = context.parts.empty() ? "" : context.who(0, part) + ": ";
      return "not compared: " + report::printable(where + prediction.why_not);
    }
  }
  return "every start, retirement, cause and counter equal" + images;
}

void show_agreement(const RunContext& context, const BatchResult& result) {
  const Show& show = context.show;
  const std::size_t count = context.images.count();
  const std::string images = count > 1 ? fmt::format(", in each of {} images", count) : "";
  if (context.model.graph) {
    show.line(
        fmt::format("network   golden model = operators from first principles: every code of "
                    "{} tensors{}",
                    result.compared, images));
  } else if (!context.model.layer) {
    show.line("network   not compared: a compiled program does not say what it must compute");
  }
  show.line(fmt::format("lockstep  RTL = SystemC: every signal in each of {} cycles{}",
                        result.cycles(), images));
  show.line(fmt::format("golden    every byte of memory equal ({} bytes){}", result.memory_bytes,
                        images));
  if (!context.parts.empty()) {
    show.line("handover  what each part leaves for others is what they were given: every code");
  }
  show.line("formula   " + formula_text(context, images));
  if (const std::optional<double> busy = compute_busy(result.timelines)) {
    show.line(fmt::format(
        "compute   busy in {:.2f} % of the cycles from its first command's start to the "
        "last one's retirement{}",
        100 * *busy, context.parts.empty() ? "" : ", in all parts together"));
  }
  show.line(speed_of(context, result));
}

/// Leaves what replays the failure.
void keep_failure(const RunContext& context, const BatchResult& result,
                  const sim::RunOptions& how) {
  const arch::Program program = context.piece(result.failed->image, result.failed->part).program;
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
  how.activity = counts_activity(options, program);
  const BatchResult result =
      run_batch(context, [&](const Piece& piece, const ShowCycles& progress) {
        sim::RunOptions with_progress = how;
        with_progress.progress = progress;
        return Verifier(context, piece).run(with_progress);
      });
  finish_batch(context, result, "lockstep");
  if (result.first.wave) {
    context.show.line(wave_text(options, *result.first.wave));
  }
  if (result.failed) {
    keep_failure(context, result, how);
  } else {
    show_agreement(context, result);
  }
  return result.exit;
}

}  // namespace hb::cli
