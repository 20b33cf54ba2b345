// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What differs between a run and the timing formulas, in words.
#pragma once

#include <string>

#include "model/arch/events.hpp"

namespace hb::test {

/// The first difference of two timelines: command, cause or total; empty if there is none. Counters
/// are compared where `formula` has any.
[[nodiscard]] std::string timeline_difference(const arch::Timeline& formula,
                                              const arch::Timeline& run);

}  // namespace hb::test
