// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The seed of a test run.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace hb::test {

/// HB_SEED if set, else a fresh seed. Tests print it.
[[nodiscard]] inline std::uint64_t run_seed() {
  const char* given = std::getenv("HB_SEED");
  if (given != nullptr) return std::strtoull(given, nullptr, 0);
  std::random_device device;
  return device();
}

}  // namespace hb::test
