// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Borders in the header of a program file.
#pragma once

#include <string>

#include "model/arch/json.hpp"
#include "model/arch/program.hpp"

namespace hb::arch {

[[nodiscard]] Json to_json(const Border& border);

/// The border that `object` holds. Throws hb::Error, `where` (the file) first, for anything that
/// to_json() does not write.
[[nodiscard]] Border read_border(const Json& object, const std::string& where);

/// Throws hb::Error unless `place.border` describes the tensor at `place`: as many values, codes
/// that its precision holds, and a lowering whose windows are its channels and begin inside of the
/// image. Precondition: there is one.
void check_border(const TensorPlace& place, const std::string& where);

}  // namespace hb::arch
