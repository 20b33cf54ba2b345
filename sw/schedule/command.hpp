// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Decoded commands as the schedule handles them, before they become words.
#pragma once

#include <variant>

#include "model/arch/commands.hpp"

namespace hb::schedule {

struct Load {
  arch::Transfer transfer;
};
struct Store {
  arch::Transfer transfer;
};
using Command = std::variant<Load, Store, arch::Conv, arch::Pool>;

[[nodiscard]] arch::Engine engine_of(const Command& command);
[[nodiscard]] arch::Common& common(Command& command);
[[nodiscard]] const arch::Common& common(const Command& command);
[[nodiscard]] arch::CommandWords encode(const Command& command);

}  // namespace hb::schedule
