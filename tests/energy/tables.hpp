// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Texts with one thing changed, and what is said of them.
#pragma once

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "model/arch/error.hpp"
#include "model/arch/machine.hpp"

namespace hb::energy::test {

[[nodiscard]] inline arch::Machine tiny() {
  for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
    if (machine.name == "tiny") return machine;
  }
  FAIL("no machine tiny");
  return {};
}

/// `text` with the first `from` behind the first `entry` changed to `to`.
[[nodiscard]] inline std::string changed(std::string text, const std::string& entry,
                                         const std::string& from, const std::string& to) {
  const std::size_t begin = text.find(entry);
  REQUIRE(begin != std::string::npos);
  const std::size_t place = text.find(from, begin);
  REQUIRE(place != std::string::npos);
  return text.replace(place, from.size(), to);
}

/// Number of the line that `part` begins in.
[[nodiscard]] inline long line_of(const std::string& text, const std::string& part) {
  const std::size_t place = text.find(part);
  REQUIRE(place != std::string::npos);
  return 1 + std::count(text.begin(), text.begin() + static_cast<long>(place), '\n');
}

/// What `work()` throws as hb::Error; "" if nothing.
template <class Work>
[[nodiscard]] std::string message_of(Work work) {
  try {
    static_cast<void>(work());
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace hb::energy::test
