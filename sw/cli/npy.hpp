// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Arrays in NumPy's .npy files: format versions 1 to 3, C order, little-endian.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sw/compile/border.hpp"

namespace hb::cli {

/// A file as it was read: every dimension, and the values as they lie in it.
struct Npy {
  std::string file;
  std::vector<std::uint64_t> dims;  ///< product * value_bytes is the size of `data`
  char kind = 'i';                  ///< 'i' signed, 'u' unsigned, 'f' floating point
  std::uint32_t value_bytes = 1;    ///< 1, 2, 4 or 8
  std::string data;

  /// NumPy's name of the type: "int8".
  [[nodiscard]] std::string type() const;
};

/// Throws hb::Error naming the file for anything but a whole array of numbers in C order. Sizes are
/// held against the file's before any memory is taken.
[[nodiscard]] Npy read_npy(const std::string& file);

/// Values first .. first + count - 1, count the product of `dims`. Throws hb::Error naming the file
/// unless they are int8, uint8 or float32.
[[nodiscard]] compile::Array array_of(const Npy& npy, std::uint64_t first,
                                      const std::vector<std::uint32_t>& dims);

/// All values. Throws hb::Error naming the file unless they are integers of one dimension.
[[nodiscard]] std::vector<std::int64_t> integers_of(const Npy& npy);

/// The bytes of a file; `data` are the array's values as they lie in memory.
[[nodiscard]] std::string npy_bytes(const std::vector<std::uint64_t>& dims, arch::ElementType type,
                                    const std::string& data);

/// The values as they lie in memory.
[[nodiscard]] std::string bytes_of(const compile::Values& values);

}  // namespace hb::cli
