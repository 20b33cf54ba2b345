// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/show.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "sw/report/text.hpp"

namespace hb::cli {

report::Simulation simulation_of(double wall_seconds, double cpu_seconds) {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  constexpr std::uint64_t kKibibyte = 1024;
  return {wall_seconds, cpu_seconds, static_cast<std::uint64_t>(usage.ru_maxrss) * kKibibyte};
}

Show::Show(const Options& options) : options_(options) {
  if (!options.json.empty()) {
    json_.emplace(options.json);
  }
}

void Show::report(const arch::Program& program, const report::Report& report, const char* engine,
                  const std::optional<report::Simulation>& simulation) {
  line(report::to_text(report));
  if (json_) {
    const report::RunInfo info = {options_.model, program.machine.name, engine,
                                  report::contract_of(program), report::bits_of(program)};
    json_->write(report::to_json(report, info, simulation).dump(2) + "\n");
  }
}

void Show::line(const std::string& text) const {
  if (!options_.quiet) {
    fmt::print(options_.json == "-" ? stderr : stdout, "{}\n", text);
  }
}

Exit judge(const std::string& model, Ending ending) {
  if (ending.error == arch::ErrorCode::kNone) {
    return Exit::kGood;
  }
  fmt::print(stderr, "halfbyte: {}: the machine stopped with {} at command {}\n",
             report::printable(model), arch::name(ending.error), ending.index);
  return Exit::kStopped;
}

std::string speed_text(arch::Cycles cycles, double cpu_seconds) {
  return fmt::format("simulated in {:.2f} s of processor time: {:.2f} M cycles/s", cpu_seconds,
                     cpu_seconds > 0 ? static_cast<double>(cycles) / 1e6 / cpu_seconds : 0.0);
}

std::optional<double> compute_busy(const arch::Timeline& timeline) {
  std::optional<arch::Cycles> first;
  arch::Cycles last = 0;
  for (const arch::CommandTimes& command : timeline.commands) {
    if (command.engine == arch::Engine::kCompute) {
      first = std::min(first.value_or(command.start), command.start);
      last = std::max(last, command.retire);
    }
  }
  arch::Cycles busy = 0;
  for (std::size_t i = 0; i < timeline.causes.size(); ++i) {
    if (timeline.causes[i].cause == arch::Cause::kBusy) {
      const bool final = i + 1 == timeline.causes.size();
      busy += (final ? timeline.total : timeline.causes[i + 1].first) - timeline.causes[i].first;
    }
  }
  if (!first || last <= *first) {
    return std::nullopt;
  }
  return static_cast<double>(busy) / static_cast<double>(last - *first);
}

}  // namespace hb::cli
