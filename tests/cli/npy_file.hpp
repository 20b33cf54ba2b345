// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// .npy files as tests write and read them, apart from the command's own code.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace hb::test {

using Shape = std::vector<std::uint64_t>;

/// A version 1 file with this header dictionary.
[[nodiscard]] std::string npy_with(const std::string& header, const std::string& data);

/// `descr`: "|i1", "<f4", ...
[[nodiscard]] std::string npy(const std::string& descr, const Shape& dims, const std::string& data);

template <class Value>
[[nodiscard]] std::string raw(const std::vector<Value>& values) {
  std::string bytes(values.size() * sizeof(Value), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

/// What a file of version 1 holds.
struct NpyFile {
  std::string descr;
  std::string shape;  ///< "(2, 3)"
  std::string data;
};
/// Checks that the header has NumPy's own form: keys in order, aligned to 64 bytes, ended by a
/// newline.
[[nodiscard]] NpyFile parse_npy(const std::string& bytes);

}  // namespace hb::test
