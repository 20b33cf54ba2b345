// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The machines that this build can simulate, and machine files beyond them.
#pragma once

#include <string>
#include <vector>

#include "model/arch/machine.hpp"

namespace hb::cli {

/// The machines whose RTL is compiled in, in the order of the machine files.
[[nodiscard]] std::vector<arch::Machine> built_in_machines();

/// The names of those that every build has.
[[nodiscard]] std::vector<std::string> shipped_machines();

/// The built-in machine of that name, or the one machine of a file (a name that ends in .json).
/// Throws hb::Error for an unknown name and for a file without exactly one machine.
[[nodiscard]] arch::Machine find_machine(const std::string& preset);

/// The table that `halfbyte presets` prints.
[[nodiscard]] std::string machines_text(const std::vector<arch::Machine>& machines);
/// The same and all keys of a machine file, as CSV.
[[nodiscard]] std::string machines_csv(const std::vector<arch::Machine>& machines);

}  // namespace hb::cli
