// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The JSON header of a program file: everything but the memory image.
#pragma once

#include <string>

#include "model/arch/program.hpp"

namespace hb::arch {

/// Throws hb::Error naming `where`, the file, for names that are no UTF-8.
[[nodiscard]] std::string header_of(const Program& program, const std::string& where);

/// The program of that header, its memory empty. Throws hb::Error naming `where` for anything that
/// is not the header of a consistent program.
[[nodiscard]] Program read_header(const std::string& text, const std::string& where);

}  // namespace hb::arch
