// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The per-layer table as people read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "sw/report/report.hpp"

namespace hb::report {

/// At most 100 columns wide; "-" for what is not known. A second table has the bytes that passed
/// the memory's ports and, of a timed run, the share of every cause; a third one
/// energy, where it is known; a fourth one toggled bits, where they were counted.
[[nodiscard]] std::string to_text(const Report& report);

/// 1234567 -> "1,234,567".
[[nodiscard]] std::string grouped(std::uint64_t value);

/// The end of a name, in at most `columns` columns: in a network that tells one from the other.
[[nodiscard]] std::string shorten_name(const std::string& name, std::size_t columns);

/// `text` as a POSIX shell reads it back.
[[nodiscard]] std::string shell_word(const std::string& text);

/// `text` with control characters as \xNN: a name from a file must not drive the terminal.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace hb::report
