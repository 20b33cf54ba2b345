// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A run on one machine, with the types of both sides in hand. Included by the generated source of
// each machine only.
#pragma once

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <string>

#include "model/arch/error.hpp"
#include "sim/artefact.hpp"
#include "sim/bench.hpp"
#include "sim/machines.hpp"
#include "sim/rtl_chip.hpp"
#include "sim/session.hpp"
#include "sim/stalls.hpp"
#include "sim/wave.hpp"

namespace hb::sim {

/// Wall and process time since construction.
class Stopwatch {
 public:
  [[nodiscard]] double wall() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - wall_).count();
  }
  [[nodiscard]] double cpu() const {
    return static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC;
  }

 private:
  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
  std::clock_t cpu_ = std::clock();
};

template <class Shape, class Rtl>
void run_rtl(Session<Shape>& session, Rtl& rtl) {
  while (!session.done()) {
    if constexpr (arch::kCountsToggles<Shape>) session.count(rtl.outputs(), rtl.toggles());
    session.step(rtl.outputs());
    rtl.step(session.inputs());
  }
}

template <class Shape, class Chip, class ChipInputs, class Rtl>
void run_with_systemc(Session<Shape>& session, Rtl* rtl,
                      std::optional<std::uint64_t> garbage_seed) {
  using SystemCBench = Bench<Shape, Chip, ChipInputs, Rtl>;
  claim_systemc(Shape::kName);
  static const auto bench = std::make_unique<SystemCBench>("bench");
  bench->run(session, rtl, garbage_seed);
}

template <class Shape, class Chip, class ChipInputs, class Rtl>
RunResult run_chips(Session<Shape>& session, Rtl* rtl, const RunOptions& options,
                    std::uint64_t garbage) {
  if (options.view == View::kRtl) {
    run_rtl(session, *rtl);
  } else {
    const auto seed = options.warm ? std::nullopt : std::optional(mix(2 * garbage + 1));
    run_with_systemc<Shape, Chip, ChipInputs>(session, rtl, seed);
  }
  if (rtl != nullptr) {
    if (rtl->violation() != nullptr) {
      session.violate(rtl->violation());
    }
  }
  RunResult result = session.finish();
  if constexpr (Rtl::kWaves) {
    result.wave = rtl->finish_wave();
  }
  return result;
}

/// `Model`: Verilator's class; `Wave`: NoWave, or FstWave if it has waves compiled in.
template <class Shape, class Chip, class ChipInputs, class Model, class Wave = NoWave>
RunResult run_on(const arch::Program& program, const RunOptions& options) {
  using Rtl = RtlChip<Shape, Model, Wave>;
  const Stopwatch stopwatch;
  const std::uint64_t garbage =
      options.garbage_seed != 0 ? options.garbage_seed : fingerprint(program, options.memory);
  Session<Shape> session(program, options);
  // Outlives the run for a warm one to follow. The last is never destroyed: Verilator's own globals
  // may go before it.
  static auto& rtl = *new std::unique_ptr<Rtl>();
  if (Rtl::kKeep && rtl != nullptr && options.view != View::kSystemC) {
    if (!options.warm) rtl->reset();
  } else if (!options.warm) {
    rtl.reset();
    rtl = options.view == View::kSystemC ? nullptr
                                         : std::make_unique<Rtl>(mix(2 * garbage), options.wave);
  }
  if constexpr (Rtl::kKeep) {
    [[maybe_unused]] static const int registered = std::atexit([] {
      if (rtl != nullptr) rtl->write_coverage();
    });
  }
  HB_ASSERT((rtl == nullptr) == (options.view == View::kSystemC), "warm run of another view");
  RunResult result;
  try {
    result = run_chips<Shape, Chip, ChipInputs>(session, rtl.get(), options, garbage);
  } catch (...) {
    // What it was writing is removed, and no warm run may follow.
    if constexpr (!Rtl::kKeep) rtl.reset();
    throw;
  }
  result.cpu_seconds = stopwatch.cpu();
  result.wall_seconds = stopwatch.wall();
  return result;
}

}  // namespace hb::sim
