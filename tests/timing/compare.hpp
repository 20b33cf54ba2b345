// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Formula, SystemC and RTL of one run, figure by figure.
#pragma once

#include <cstdint>
#include <string>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"
#include "sw/report/report.hpp"

namespace hb::test {

/// What one view says of a run.
struct View {
  /// Of the program as this view had it.
  View(std::string view, const arch::Program& program, arch::Timeline events);

  std::string name;  ///< for messages
  arch::Timeline timeline;
  report::Report report;
};

struct Agreement {
  arch::Cycles cycles = 0;      ///< in total, of the first view
  std::uint64_t layers = 0;     ///< of the first view
  std::uint64_t commands = 0;   ///< of the first view
  std::uint64_t compared = 0;   ///< figures, each of one view with the same of another
  std::uint64_t different = 0;  ///< of those, and figures that only one of the two has
  std::string first;            ///< the first difference; empty if there is none
};

/// Compares every layer's and the total's cycles and cycles by cause, every command's start and
/// retirement, every cycle's cause and every counter of `others` with those of `first`. A run
/// without cycles, layers or commands, or that ended with an error, is a difference: nothing was
/// compared.
[[nodiscard]] Agreement compare(const View& first, const std::vector<View>& others);

}  // namespace hb::test
