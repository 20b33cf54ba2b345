// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a struct needs to be the value of an sc_signal.
#pragma once

#include <cstring>
#include <ostream>
#include <string>
#include <type_traits>

namespace sc_core {
class sc_trace_file;
}

namespace hb::cycle {

/// Base of a signal's struct. Equality only saves updates, so bytes are compared, padding too: a
/// difference there costs an update and nothing else.
template <class Derived>
struct Bundle {
  friend bool operator==(const Derived& a, const Derived& b) {
    static_assert(std::is_trivially_copyable_v<Derived>);
    return std::memcmp(&a, &b, sizeof(Derived)) == 0;
  }
  friend std::ostream& operator<<(std::ostream& out, const Derived& value) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(&value);
    constexpr const char* kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < sizeof(Derived); ++i) {
      out << kDigits[bytes[i] >> 4] << kDigits[bytes[i] & 15];
    }
    return out;
  }
  /// Signals are compared by the harness, not traced.
  friend void sc_trace(sc_core::sc_trace_file*, const Derived&, const std::string&) {}
};

}  // namespace hb::cycle
