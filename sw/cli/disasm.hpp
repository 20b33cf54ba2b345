// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A program's listing.
#pragma once

#include <string>

#include "model/arch/program.hpp"

namespace hb::cli {

/// Machine, tensors and layers, then every command with its fields; of an illegal command its error
/// and raw words.
[[nodiscard]] std::string disassemble(const arch::Program& program);

}  // namespace hb::cli
