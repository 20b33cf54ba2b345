// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The timed engines, with the memory that the program asks for.
#pragma once

#include <optional>
#include <string>

#include "model/arch/error.hpp"
#include "model/arch/program.hpp"
#include "sim/options.hpp"

namespace hb::cli {

/// A program that stops or hangs the machine, found out by an engine that reports it as hb::Error.
class ProgramError : public Error {
 public:
  using Error::Error;
};

/// `work()`; an hb::Error that it throws is the fault of `model` and becomes a ProgramError that
/// names it.
template <class Work>
[[nodiscard]] auto blame(const std::string& model, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    throw ProgramError(fmt::format("{}: {}", model, error.what()));
  }
}

/// Every cycle of `program` by formula. Precondition: its memory does not stall at random. Throws
/// hb::Error for a program that is not legal as a whole.
[[nodiscard]] arch::Timeline play_formulas(const arch::Program& program);

/// The formulas' run, or why they claim nothing about this one.
struct Prediction {
  std::optional<arch::Timeline> timeline;
  std::string why_not;
};

/// play_formulas() of any program.
[[nodiscard]] Prediction predict(const arch::Program& program);

/// Options of a simulation of `program`.
[[nodiscard]] sim::RunOptions run_options(const arch::Program& program, sim::View view);

}  // namespace hb::cli
