// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How large a component of the machine is.
#pragma once

#include <string_view>

#include "model/arch/machine.hpp"

namespace hb::energy {

/// Square micrometres at 45 nm of one instance of `component` (as in ActionInfo): gate equivalents
/// of docs/area.md times a NAND2's area; of buffers, bytes times a memory's (docs/energy.md section
/// 5). 0 of what is not on the chip, and of wires.
[[nodiscard]] double area_um2(std::string_view component, const arch::Machine& machine);

}  // namespace hb::energy
