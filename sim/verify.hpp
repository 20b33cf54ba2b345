// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A run held against the golden model: its error, and every byte of the memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/arch/program.hpp"
#include "model/golden/execute.hpp"
#include "sim/run.hpp"

namespace hb::sim {

/// The first byte of the memory that is not what the golden model says.
struct MemoryMismatch {
  std::uint32_t address = 0;
  std::uint8_t expected = 0;
  std::uint8_t actual = 0;
  std::string place;        ///< "tensor conv1: channel 3, y 0, x 5", or empty
  std::uint64_t count = 0;  ///< of differing bytes, this one included

  [[nodiscard]] std::string describe() const;
};

struct VerifyResult {
  RunResult run;
  golden::Result golden;
  std::optional<MemoryMismatch> mismatch;
  std::optional<std::string>
      wrong_error;  ///< the run ended with another error than the golden model

  [[nodiscard]] bool good() const { return run.good() && !mismatch && !wrong_error; }
  /// One line for each thing that is wrong; empty if nothing is.
  [[nodiscard]] std::string describe() const;
};

/// Runs `program` by `options.view` and by the golden model. Errors that need time (bus errors,
/// token overflow, bank conflict, abort) have no golden counterpart: they are in `run.timeline` for
/// the caller to judge. After any error the memory must hold exactly the stores that started; bytes
/// that a later store would have overwritten are left out.
///
/// Throws hb::Error as run() and golden::execute() do.
[[nodiscard]] VerifyResult verify(const arch::Program& program, const RunOptions& options);

/// Compares a finished run with the golden model's result.
[[nodiscard]] VerifyResult judge(const arch::Program& program, RunResult run,
                                 golden::Result golden);

}  // namespace hb::sim
