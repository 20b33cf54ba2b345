// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/show.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/cli/report_options.hpp"
#include "sw/report/csv.hpp"
#include "sw/report/text.hpp"
#include "sw/report/trace.hpp"

namespace hb::cli {

namespace {

/// From the first compute command's start to the last one's retirement.
arch::Cycles compute_span(const arch::Timeline& timeline) {
  std::optional<arch::Cycles> first;
  arch::Cycles last = 0;
  for (const arch::CommandTimes& command : timeline.commands) {
    if (command.engine == arch::Engine::kCompute) {
      first = std::min(first.value_or(command.start), command.start);
      last = std::max(last, command.retire);
    }
  }
  return first && last > *first ? last - *first : 0;
}

}  // namespace

std::uint64_t peak_rss_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr std::uint64_t kKibibyte = 1024;
  return static_cast<std::uint64_t>(usage.ru_maxrss) * kKibibyte;
}

Show::Show(const Options& options) : options_(options) {
  if (!options.json.empty()) {
    json_.emplace(options.json);
  }
  if (!options.csv.empty()) csv_.emplace(options.csv);
  if (!options.trace.empty()) trace_.emplace(options.trace);
}

void Show::table(const report::Report& report) const { line(report::to_text(report)); }

void Show::document(const arch::Program& program, const report::Report& report,
                    const Finished& run) {
  if (json_ || csv_) {
    const report::RunInfo info = {
        options_.model,           program.machine.name, run.engine, report::contract_of(program),
        report::bits_of(program), run.accuracy,         run.parts,  command_line(options_),
        program.memory_model};
    nlohmann::ordered_json document = report::to_json(report, info, run.simulation);
    if (run.add) run.add(document);
    if (csv_) csv_->write(report::to_csv(document));
    if (json_) json_->write(report::dump(std::move(document)));
  }
}

void Show::trace(const std::vector<const arch::Program*>& programs,
                 const std::vector<arch::Timeline>& timelines, const report::Report& report) {
  if (!trace_) return;
  HB_ASSERT(programs.size() == timelines.size(), "{} programs, {} timelines", programs.size(),
            timelines.size());
  report::Run run{options_.model, {}, report};
  for (std::size_t i = 0; i < programs.size(); ++i) {
    run.parts.push_back({programs[i], &timelines[i]});
  }
  trace_->write(report::to_trace(run));
}

void Show::line(const std::string& text) const {
  if (!options_.quiet) {
    fmt::print(output_is_taken(options_) ? stderr : stdout, "{}\n", text);
  }
}

Exit judge(const std::string& who, Ending ending, std::string& complaint) {
  if (ending.error == arch::ErrorCode::kNone) {
    return Exit::kGood;
  }
  complaint += fmt::format("halfbyte: {}: the machine stopped with {} at command {}\n",
                           report::printable(who), arch::name(ending.error), ending.index);
  return Exit::kStopped;
}

std::string speed_text(arch::Cycles cycles, std::uint64_t macs, double cpu_seconds) {
  const auto rate = [&](std::uint64_t count, double unit) {
    return cpu_seconds > 0 ? static_cast<double>(count) / unit / cpu_seconds : 0.0;
  };
  return fmt::format("simulated in {:.2f} s of processor time: {:.2f} M cycles/s, {:.2f} GMAC/s",
                     cpu_seconds, rate(cycles, 1e6), rate(macs, 1e9));
}

std::optional<double> compute_busy(const std::vector<arch::Timeline>& timelines) {
  arch::Cycles busy = 0;
  arch::Cycles span = 0;
  for (const arch::Timeline& timeline : timelines) {
    span += compute_span(timeline);
    for (std::size_t i = 0; i < timeline.causes.size(); ++i) {
      if (timeline.causes[i].cause == arch::Cause::kBusy) {
        const bool final = i + 1 == timeline.causes.size();
        busy += (final ? timeline.total : timeline.causes[i + 1].first) - timeline.causes[i].first;
      }
    }
  }
  return span > 0 ? std::optional(static_cast<double>(busy) / static_cast<double>(span))
                  : std::nullopt;
}

}  // namespace hb::cli
