// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// When each unit of the machine worked, and for which command: from the stream of events and the
// program alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/program.hpp"

namespace hb::report {

/// What works beside the others. POOL's steps are the array's here, as they take the same issue
/// point, and its writes the post-processor's, whose port they use.
enum class Unit : std::uint8_t { kLoad, kArray, kPostProcessor, kStore };
inline constexpr std::size_t kUnits = 4;

/// "load", "array", "post_processor" or "store".
[[nodiscard]] std::string_view name(Unit unit);

/// Cycles start .. end - 1, in which a unit worked for one command (docs/reports.md, section 2).
struct Span {
  std::uint32_t command = 0;         ///< index in its program
  std::optional<std::size_t> layer;  ///< position in Report::layers; none: a tag without a row
  arch::Cycles start = 0;
  std::optional<arch::Cycles> end;  ///< none: the run ended before
};

/// By Unit, in the order of the program: starts never decrease. Spans of one unit may overlap: a
/// LOAD's bursts are asked for while the previous one's beats arrive, but they end in this order.
using Spans = std::array<std::vector<Span>, kUnits>;

/// Of the commands that started. Terms of docs/timing.md: LOAD and STORE work from `start` to
/// `retire`; the array works a CONV's or POOL's steps; the post-processor from row 0 of a CONV's
/// first tile, or a POOL's first write, to `retire`. A partial CONV leaves it out.
[[nodiscard]] Spans spans_of(const arch::Program& program, const arch::Timeline& timeline);

/// What ran before a part of a network.
struct Before {
  std::size_t layers = 0;
  arch::Cycles cycles = 0;
};

/// Adds the spans of a part that began after that.
void append(Spans& spans, const Spans& part, const Before& before);

}  // namespace hb::report
