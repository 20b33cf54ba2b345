// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A run on one machine, with the types of both sides in hand. Included by the generated source of
// each machine only.
#pragma once

#include <chrono>
#include <ctime>
#include <memory>
#include <string>

#include "sim/artefact.hpp"
#include "sim/bench.hpp"
#include "sim/machines.hpp"
#include "sim/rtl_chip.hpp"
#include "sim/session.hpp"
#include "sim/stalls.hpp"

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
    session.step(rtl.outputs());
    rtl.step(session.inputs());
  }
}

template <class Shape, class Chip, class ChipInputs, class Rtl>
void run_with_systemc(Session<Shape>& session, Rtl* rtl, std::uint64_t garbage_seed) {
  using SystemCBench = Bench<Shape, Chip, ChipInputs, Rtl>;
  claim_systemc(Shape::kName);
  static const auto bench = std::make_unique<SystemCBench>("bench");
  bench->run(session, rtl, garbage_seed);
}

template <class Shape, class Chip, class ChipInputs, class Model>
RunResult run_on(const arch::Program& program, const RunOptions& options) {
  using Rtl = RtlChip<Shape, Model>;
  const Stopwatch stopwatch;
  const std::uint64_t garbage =
      options.garbage_seed != 0 ? options.garbage_seed : fingerprint(program, options.memory);
  Session<Shape> session(program, options);
  std::unique_ptr<Rtl> rtl;
  if (options.view != View::kSystemC) {
    rtl = std::make_unique<Rtl>(mix(2 * garbage));
  }
  if (options.view == View::kRtl) {
    run_rtl(session, *rtl);
  } else {
    run_with_systemc<Shape, Chip, ChipInputs>(session, rtl.get(), mix(2 * garbage + 1));
  }
  if (rtl) {
    if (rtl->violation() != nullptr) {
      session.violate(rtl->violation());
    }
    rtl->write_coverage();
  }
  RunResult result = session.finish();
  result.cpu_seconds = stopwatch.cpu();
  result.wall_seconds = stopwatch.wall();
  return result;
}

}  // namespace hb::sim
