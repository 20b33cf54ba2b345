// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "model/arch/error.hpp"
#include "sw/cli/energy.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/output.hpp"
#include "sw/cli/workers.hpp"

namespace hb::cli {

namespace {

/// Of a legal program on memory that does not stall.
std::optional<arch::Cycles> cycles_by_formula(const arch::Program& program) {
  if (program.memory_model.stall_seed != 0) {
    return std::nullopt;
  }
  try {
    return play_formulas(program).total;
  } catch (const Error&) {
    return std::nullopt;  // the machine will say what is wrong with it
  }
}

void add(Mismatches& sum, const Mismatches& more) {
  sum.by_layer.resize(std::max(sum.by_layer.size(), more.by_layer.size()));
  for (std::size_t i = 0; i < more.by_layer.size(); ++i) {
    sum.by_layer[i] += more.by_layer[i];
  }
  sum.total += more.total;
}

/// The report of the first image, with the mismatches of all.
report::Report report_of(const RunContext& context, const BatchResult& result) {
  report::Report report = report::make_report(
      context.model.program, result.first.timeline ? &*result.first.timeline : nullptr);
  report.first = context.options.layers ? context.options.layers->first : 1;
  if (result.first.timeline) {
    report::add_energy(report, context.model.program, *result.first.timeline, context.rates);
  }
  if (!result.first.mismatches) {
    return report;
  }
  report.total.mismatches = result.mismatches.total;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    report.layers[i].mismatches =
        i < result.mismatches.by_layer.size() ? result.mismatches.by_layer[i] : 0;
  }
  return report;
}

/// Takes the outcomes in order.
class Taker {
 public:
  explicit Taker(RunContext& context) : context_(context) {}

  void take(std::size_t image, Outcome outcome) {
    check_cycles(image, outcome);
    if (image == 0) {
      first(outcome);
    }
    fmt::print(stderr, "{}", outcome.complaint);
    if (outcome.predicted) {
      context_.show.line(context_.labels.judge(image, *outcome.predicted));
    }
    result_.cpu_seconds += outcome.cpu_seconds;
    result_.peak_rss_bytes = std::max(result_.peak_rss_bytes, outcome.peak_rss_bytes);
    if (outcome.mismatches) {
      add(result_.mismatches, *outcome.mismatches);
    }
    context_.files.add(std::move(outcome.tensors));
    outcome.tensors.clear();
    if (outcome.wrong && !result_.failed) {
      result_.failed = image;
      result_.failure = outcome;
    }
    if (result_.exit == Exit::kGood) {
      result_.exit = outcome.exit;
    }
  }

  [[nodiscard]] BatchResult& result() { return result_; }

 private:
  void first(const Outcome& outcome) {
    result_.first = outcome;
    result_.first.tensors.clear();
    context_.show.table(report_of(context_, result_));
  }

  void check_cycles(std::size_t image, Outcome& outcome) const {
    if (image == 0 || outcome.exit != Exit::kGood || !outcome.timeline || !result_.first.timeline ||
        outcome.timeline->total == result_.first.timeline->total) {
      return;
    }
    outcome.exit = Exit::kMismatch;
    outcome.wrong = true;
    outcome.complaint +=
        fmt::format("halfbyte: {}: {} cycles (expected {}, as of image 0)\n", context_.who(image),
                    outcome.timeline->total, result_.first.timeline->total);
  }

  RunContext& context_;
  BatchResult result_;
};

}  // namespace

RunContext::RunContext(const Options& chosen)
    : options(chosen),
      show(chosen),
      model(resolve_model(chosen)),
      rates(energy_rates(chosen, model.program.machine)),
      images(chosen, model),
      labels(chosen, images.in_files()),
      files(chosen, model.program),
      expected_cycles(cycles_by_formula(model.program)) {
  if (!options.wave.empty() && images.count() > 1) {
    throw bad_input("--wave", fmt::format("waves of {} images", images.count()), "one: --images 1");
  }
  if (labels.there() && !has_classes()) {
    throw bad_input("--labels " + options.labels, "the first output is no vector",
                    "a network that tells classes");
  }
}

bool RunContext::has_classes() const {
  return !model.layer && !model.whole && is_vector(model.program);
}

std::string RunContext::who(std::size_t image) const {
  return images.count() == 1 ? options.model : fmt::format("{}, image {}", options.model, image);
}

BatchResult run_batch(RunContext& context, const RunImage& run_image) {
  const auto wall = std::chrono::steady_clock::now();
  if (!context.images.origin().empty()) {
    context.show.line("input     " + context.images.origin());
  }
  Taker taker(context);
  const std::size_t count = context.images.count();
  const bool here = std::min<std::size_t>(context.options.jobs, count) <= 1;
  Progress progress(context.expected_cycles, count, context.options.quiet);
  const Work work = [&](std::size_t image) {
    const ShowCycles show = [&](arch::Cycles cycles) {
      if (here) progress.show(image, cycles);
    };
    return to_bytes(run_image(image, show));
  };
  work_in_processes(count, context.options.jobs, work, [&](std::size_t image, std::string bytes) {
    progress.clear();
    taker.take(image, outcome_of(bytes));
    progress.show(image + 1, 0);
  });
  BatchResult result = std::move(taker.result());
  result.wall_seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - wall).count();
  return result;
}

std::string speed_of(const RunContext& context, const BatchResult& result) {
  std::uint64_t macs = 0;
  for (const arch::LayerInfo& layer : context.model.program.layers) {
    macs += layer.macs;
  }
  const std::uint64_t images = context.images.count();
  const arch::Cycles cycles = result.first.timeline ? result.first.timeline->total : 0;
  return speed_text(images * cycles, images * macs, result.cpu_seconds);
}

void finish_batch(RunContext& context, const BatchResult& result, const char* engine) {
  const std::size_t count = context.images.count();
  Finished finished{engine};
  if (context.labels.there() && result.exit == Exit::kGood) {
    const auto percent =
        100 * static_cast<double>(context.labels.correct()) / static_cast<double>(count);
    context.show.line(fmt::format("accuracy  {} of {} images ({:.1f} %)", context.labels.correct(),
                                  count, percent));
    finished.accuracy = report::Accuracy{count, context.labels.correct()};
  }
  if (result.exit == Exit::kGood && context.files.count() > 0) {
    context.files.write();
    context.show.line(fmt::format("output    {} tensors of {} images in {}", context.files.count(),
                                  count, context.options.output));
  }
  finished.simulation =
      report::Simulation{result.wall_seconds, result.cpu_seconds, result.peak_rss_bytes, count};
  context.show.json(context.model.program, report_of(context, result), finished);
}

}  // namespace hb::cli
