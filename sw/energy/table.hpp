// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Energy tables: our own form (docs/energy.md section 3) and Accelergy's energy reference tables.
#pragma once

#include <filesystem>
#include <string>

#include "sw/energy/rates.hpp"

namespace hb::energy {

/// Text of config/energy_45nm.yaml, as it was when this was built.
[[nodiscard]] const char* default_table_text();

/// Rates by the table in `text`; `origin` names it in errors. Throws hb::Error, with the entry and
/// its line, for anything but one entry of the right unit for every action.
[[nodiscard]] Rates read_table(const std::string& text, const std::string& origin,
                               const arch::Machine& machine);

/// Rates by an Accelergy energy reference table (version 0.3 or 0.4): components by the last part
/// of their names, energy in pJ per action as docs/energy.md counts them on this machine. Throws
/// hb::Error as read_table().
[[nodiscard]] Rates read_ert(const std::string& text, const std::string& origin);

/// The files' rates; the default's with an empty name.
[[nodiscard]] Rates read_table_file(const std::string& file, const arch::Machine& machine);
[[nodiscard]] Rates read_ert_file(const std::string& file);

}  // namespace hb::energy
