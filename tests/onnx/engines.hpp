// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The views of a network: its operators one by one, and a compiled program on the golden model or
// on the simulated machine.
#pragma once

#include <cstdint>
#include <string>

#include "model/arch/machine.hpp"
#include "model/arch/program.hpp"
#include "sw/reference/rules.hpp"
#include "tests/onnx/case.hpp"

namespace hb::test {

/// What of `one`'s expected names the reference computes from an image: all.
[[nodiscard]] Arrays run_reference(const Case& one, std::size_t image, arch::Contract contract,
                                   const reference::Rules& rules = reference::right_rules());

enum class Engine : std::uint8_t {
  kGolden,
  kLockstep,  ///< RTL and SystemC, held against each other, the golden model and the formulas
};

struct Outcome {
  Arrays arrays;      ///< every tensor that is in memory after the run, by all of its names
  std::string wrong;  ///< why the run is no good: views that differ, an error; else empty
};

/// Runs `program`, compiled from `one`'s graph, on an image.
[[nodiscard]] Outcome run_program(const arch::Program& program, const Case& one, std::size_t image,
                                  Engine engine);

}  // namespace hb::test
