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
/// The commands alone, as CSV with a column for each field; of an illegal command its error.
[[nodiscard]] std::string disassemble_csv(const arch::Program& program);

/// "load.0,1 store.2": every token in `bits` of `engine`'s wait or signal field.
[[nodiscard]] std::string token_names(arch::Engine engine, std::uint8_t bits);
/// float32 bits as the shortest decimal number that reads back as the same.
[[nodiscard]] std::string float_text(std::uint32_t bits);

}  // namespace hb::cli
