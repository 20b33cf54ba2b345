// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "model/arch/error.hpp"
#include "sw/cli/activity.hpp"
#include "sw/cli/energy.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/output.hpp"
#include "sw/cli/workers.hpp"
#include "sw/reference/reference.hpp"

namespace hb::cli {

namespace {

/// One list after another, sums of all; unknown if one is.
std::optional<Mismatches> join(const std::vector<Outcome>& parts,
                               const std::vector<const arch::Program*>& programs) {
  Mismatches sum;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (!parts[i].mismatches) return std::nullopt;
    std::vector<std::uint64_t> layers = parts[i].mismatches->by_layer;
    layers.resize(programs[i]->layers.size());
    sum.by_layer.insert(sum.by_layer.end(), layers.begin(), layers.end());
    sum.total += parts[i].mismatches->total;
  }
  return sum;
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
  const std::vector<const arch::Program*> programs = context.programs();
  std::vector<report::Report> parts;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    const bool timed = i < result.timelines.size();
    parts.push_back(report::make_report(*programs[i], timed ? &result.timelines[i] : nullptr));
    if (timed) {
      report::add_energy(parts.back(), *programs[i], result.timelines[i], context.rates);
      report::add_activity(parts.back(), result.timelines[i]);
    }
  }
  report::Report report = report::join(parts, context.model.program.machine);
  report.first = context.options.layers ? context.options.layers->first : 1;
  if (!result.mismatches) {
    return report;
  }
  report.total.mismatches = result.mismatches->total;
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    report.layers[i].mismatches =
        i < result.mismatches->by_layer.size() ? result.mismatches->by_layer[i] : 0;
  }
  return report;
}

/// Of each tensor the values of the part that has it.
std::vector<std::string> tensors_of(std::vector<Outcome>& parts) {
  std::vector<std::string> tensors = std::move(parts.front().tensors);
  for (std::size_t part = 1; part < parts.size(); ++part) {
    for (std::size_t i = 0; i < tensors.size(); ++i) {
      if (tensors[i].empty()) tensors[i] = std::move(parts[part].tensors.at(i));
    }
  }
  return tensors;
}

/// Takes the outcomes in order.
class Taker {
 public:
  explicit Taker(RunContext& context) : context_(context) {}

  /// Of all parts of an image, in their order.
  void take(std::size_t image, std::vector<Outcome> parts) {
    check_cycles(image, parts.front());
    if (image == 0) {
      first(parts);
    }
    const std::optional<Mismatches> mismatches = join(parts, context_.programs());
    if (image == 0) {
      result_.mismatches = mismatches;
    } else if (mismatches && result_.mismatches) {
      add(*result_.mismatches, *mismatches);
    }
    for (std::size_t part = 0; part < parts.size(); ++part) {
      take_part({image, part, {}, nullptr}, parts[part]);
    }
    context_.files.add(tensors_of(parts));
  }

  [[nodiscard]] BatchResult& result() { return result_; }

 private:
  void first(const std::vector<Outcome>& parts) {
    result_.first = parts.front();
    result_.first.tensors.clear();
    for (const Outcome& part : parts) {
      if (part.timeline) result_.timelines.push_back(*part.timeline);
      result_.compared += part.compared;
      result_.memory_bytes += part.memory_bytes;
    }
    context_.show.table(report_of(context_, result_));
  }

  void take_part(const Piece& piece, const Outcome& outcome) {
    fmt::print(stderr, "{}", outcome.complaint);
    if (outcome.predicted) {
      context_.show.line(context_.labels.judge(piece.image, *outcome.predicted));
    }
    result_.cpu_seconds += outcome.cpu_seconds;
    result_.peak_rss_bytes = std::max(result_.peak_rss_bytes, outcome.peak_rss_bytes);
    if (outcome.wrong && !result_.failed) {
      result_.failed = piece;
      result_.failure = outcome;
      result_.failure.tensors.clear();
    }
    if (result_.exit == Exit::kGood) {
      result_.exit = outcome.exit;
    }
  }

  void check_cycles(std::size_t image, Outcome& outcome) const {
    if (image == 0 || outcome.exit != Exit::kGood || !outcome.timeline ||
        result_.timelines.empty() || outcome.timeline->total == result_.cycles()) {
      return;
    }
    outcome.exit = Exit::kMismatch;
    outcome.wrong = true;
    outcome.complaint +=
        fmt::format("halfbyte: {}: {} cycles (expected {}, as of image 0)\n",
                    context_.who(image, 0), outcome.timeline->total, result_.cycles());
  }

  RunContext& context_;
  BatchResult result_;
};

/// Without data where --jobs may cut a network of one image: data is made by part.
Model first_model(const Options& options) {
  const bool parts = wants_parts(options) && !has_several_images(options);
  return parts ? resolve_commands(options) : resolve_model(options);
}

/// Of an image, where the formulas know.
std::optional<arch::Cycles> expected_cycles(const RunContext& context) {
  arch::Cycles sum = 0;
  for (const Prediction& prediction : context.predictions) {
    if (!prediction.timeline) return std::nullopt;
    sum += prediction.timeline->total;
  }
  return sum;
}

/// How the pieces of work are numbered: all parts of an image, then the next image.
struct Pieces {
  std::size_t images;
  std::size_t parts;  ///< of each
  [[nodiscard]] std::size_t count() const { return images * parts; }
};

}  // namespace

RunContext::RunContext(const Options& chosen)
    : options(chosen),
      show(chosen),
      model(first_model(chosen)),
      rates(energy_rates(chosen, model.program.machine)),
      images(chosen, model),
      labels(chosen, images.in_files()),
      files(chosen, model.program) {
  check_activity(options, rates);
  if (!options.wave.empty() && images.count() > 1) {
    throw bad_input("--wave", fmt::format("waves of {} images", images.count()), "one: --images 1");
  }
  if (labels.there() && !has_classes()) {
    throw bad_input("--labels " + options.labels, "the first output is no vector",
                    "a network that tells classes");
  }
  if (wants_parts(options) && images.count() == 1 && can_cut(model)) {
    if (!options.wave.empty()) {
      throw bad_input("--wave", "waves of a network that --jobs cuts", "--jobs 1 with it");
    }
    parts = cut(model, options.jobs);
  } else if (model.graph && model.options.image == schedule::Image::kCommands) {
    model = resolve_model(options);  // it could not be cut
  }
  for (const arch::Program* program : programs()) predictions.push_back(predict(*program));
}

bool RunContext::has_classes() const {
  return !model.layer && !model.whole && is_vector(model.program);
}

bool RunContext::has_classes(const arch::Program& part) const {
  return has_classes() && is_vector(part) &&
         part.outputs.front().name == model.program.outputs.front().name;
}

std::string RunContext::who(std::size_t image, std::size_t part) const {
  std::string text = options.model;
  if (images.count() > 1) text += fmt::format(", image {}", image);
  if (!parts.empty()) {
    text += fmt::format(", layers {}-{}", parts[part].layers.first, parts[part].layers.last);
  }
  return text;
}

std::vector<const arch::Program*> RunContext::programs() const {
  std::vector<const arch::Program*> programs;
  for (const Part& part : parts) programs.push_back(&part.program);
  return programs.empty() ? std::vector<const arch::Program*>{&model.program} : programs;
}

Piece RunContext::piece(std::size_t image, std::size_t part) const {
  if (parts.empty()) {
    return {image, part, images.program(image), nullptr};
  }
  arch::Program program = compile_layers(model, parts[part].layers, schedule::Image::kWhole);
  return {image, part, images.program(std::move(program), image, tensors), &tensors};
}

arch::Cycles BatchResult::cycles() const {
  arch::Cycles sum = 0;
  for (const arch::Timeline& timeline : timelines) sum += timeline.total;
  return sum;
}

BatchResult run_batch(RunContext& context, const RunPiece& run_piece) {
  const auto wall = std::chrono::steady_clock::now();
  if (!context.images.origin().empty()) {
    context.show.line("input     " + context.images.origin());
  }
  if (!context.parts.empty()) {
    context.show.line("parts     " + parts_text(context.parts));
    context.tensors = reference::run(context.model.graph.value(), context.model.options.contract,
                                     context.images.graph_inputs(0));
  }
  Taker taker(context);
  const Pieces pieces = {context.images.count(), context.programs().size()};
  const bool here = std::min<std::size_t>(context.options.jobs, pieces.count()) <= 1;
  Progress progress(expected_cycles(context), pieces.images, context.options.quiet);
  SharedCounts cycles(pieces.count());
  std::size_t taken = 0;  // images
  const auto show_progress = [&] { progress.show(taken, cycles.sum(taken * pieces.parts)); };
  const Work work = [&](std::size_t index) {
    const ShowCycles show = [&](arch::Cycles now) {
      cycles.set(index, now);
      if (here) show_progress();
    };
    const Outcome outcome =
        run_piece(context.piece(index / pieces.parts, index % pieces.parts), show);
    if (outcome.timeline) cycles.set(index, outcome.timeline->total);
    return to_bytes(outcome);
  };
  std::vector<Outcome> done;  // parts of an image
  const Take take = [&](std::size_t, const std::string& bytes) {
    done.push_back(outcome_of(bytes));
    if (done.size() < pieces.parts) return;
    progress.clear();
    taker.take(taken++, std::move(done));
    done.clear();
    show_progress();
  };
  work_in_processes(pieces.count(), context.options.jobs, work, take, show_progress);
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
  return speed_text(images * result.cycles(), images * macs, result.cpu_seconds);
}

void finish_batch(RunContext& context, const BatchResult& result, const char* engine) {
  const std::size_t count = context.images.count();
  Finished finished{engine};
  finished.parts = context.programs().size();
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
  const report::Report report = report_of(context, result);
  context.show.document(context.model.program, report, finished);
  context.show.trace(context.programs(), result.timelines, report);
}

}  // namespace hb::cli
