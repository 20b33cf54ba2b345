// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/cli/npy_file.hpp"

#include <doctest/doctest.h>

#include <regex>

namespace hb::test {

std::string npy_with(const std::string& header, const std::string& data) {
  std::string bytes = "\x93NUMPY";
  bytes +=
      {'\1', '\0', static_cast<char>(header.size() & 0xFF), static_cast<char>(header.size() >> 8)};
  return bytes + header + data;
}

std::string npy(const std::string& descr, const Shape& dims, const std::string& data) {
  std::string shape;
  for (const std::uint64_t dim : dims) shape += std::to_string(dim) + ",";
  return npy_with(
      "{'descr': '" + descr + "', 'fortran_order': False, 'shape': (" + shape + "), }\n", data);
}

NpyFile parse_npy(const std::string& bytes) {
  REQUIRE(bytes.size() > 10);
  REQUIRE(bytes.substr(0, 8) == std::string("\x93NUMPY\1\0", 8));
  const std::size_t size =
      static_cast<std::uint8_t>(bytes[8]) + std::size_t{static_cast<std::uint8_t>(bytes[9])} * 256;
  CHECK((10 + size) % 64 == 0);
  REQUIRE(bytes.size() >= 10 + size);
  const std::string header = bytes.substr(10, size);
  CHECK(header.back() == '\n');
  const std::regex form(
      R"(\{'descr': '([^']*)', 'fortran_order': False, 'shape': (\([0-9, ]*\)), \} *\n)");
  std::smatch parts;
  CAPTURE(header);
  REQUIRE(std::regex_match(header, parts, form));
  return {parts[1], parts[2], bytes.substr(10 + size)};
}

}  // namespace hb::test
