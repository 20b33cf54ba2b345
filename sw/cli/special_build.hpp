// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Executables beside halfbyte that do more for one machine and cost speed or compile time for it
// (halfbyte_wave_NAME, halfbyte_activity_NAME). They are built when they are first needed.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "sw/cli/options.hpp"

namespace hb::cli {

struct SpecialBuild {
  std::string kind;   ///< "wave": halfbyte_wave_NAME
  std::string about;  ///< what it has, for people: "has waves of machine base compiled in"
};

/// Brings `machine`'s executable up to date, which takes no time if there is nothing to do, and
/// returns where it lies. Throws hb::Error if it cannot be built.
[[nodiscard]] std::filesystem::path bring_up(const SpecialBuild& special, std::string_view machine,
                                             bool quiet);

/// Becomes `machine`'s executable, with the same arguments. Throws hb::Error if that cannot be.
[[noreturn]] void become(const SpecialBuild& special, std::string_view machine,
                         const Options& options);

}  // namespace hb::cli
