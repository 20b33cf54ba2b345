// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are .npy files read and written as NumPy has them, and broken or hostile ones refused?
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/cli/networks.hpp"
#include "tests/cli/npy_file.hpp"
#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

/// 18 codes of operand a, and 18 of b.
const std::string kCodes = "\x80\x81\x90\xC0\xE0\xFE\xFF\1\2\3\4\5\6\7\x20\x40\x60\x7F";

/// Runs sum.onnx on a and b, both of 1 image, on the golden model.
Outcome run_sum(const Sandbox& sandbox, const std::string& file_of_a) {
  sandbox.write("a.npy", file_of_a);
  sandbox.write("b.npy", npy("|i1", {1, 2, 3, 3}, kCodes));
  return sandbox.halfbyte({"run", "sum.onnx", "--on", "golden", "--preset", "tiny", "--input",
                           "a=a.npy", "--input", "b=b.npy", "--output", "o"});
}

/// One line on standard error that names the file, exit code 2, and no file.
void check_refused(const Sandbox& sandbox, const std::string& bytes, const std::string& part) {
  const Outcome outcome = run_sum(sandbox, bytes);
  CAPTURE(outcome.err);
  CAPTURE(part);
  CHECK(outcome.exit_code == 2);
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  CHECK(outcome.err.find("a.npy: ") != std::string::npos);
  CHECK(outcome.err.find(part) != std::string::npos);
  CHECK(outcome.err.find("expected") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(sandbox.path("o/y.npy")));
}

TEST_CASE("every form of header that NumPy writes is read") {
  const Sandbox sandbox;
  write_sum_network(sandbox);
  REQUIRE(run_sum(sandbox, npy("|i1", {1, 2, 3, 3}, kCodes)).exit_code == 0);
  const std::string expected = sandbox.read("o/y.npy");
  CHECK(parse_npy(expected).shape == "(1, 2, 3, 3)");
  const std::string dictionary =
      "{'descr': '|i1', 'fortran_order': False, 'shape': (1, 2, 3, 3), }";
  std::string version2 = std::string("\x93NUMPY\2\0", 8);
  version2 += {static_cast<char>(dictionary.size() + 190), '\0', '\0', '\0'};
  version2 += dictionary + std::string(189, ' ') + "\n" + kCodes;
  std::string version3 = version2;
  version3[6] = 3;
  const std::vector<std::string> files = {
      npy("|i1", {2, 3, 3}, kCodes),  // one image
      version2,
      version3,
      npy_with("{'shape': (1,2,3,3), 'fortran_order': False, 'descr': '<i1'}", kCodes),
      npy_with("{\"descr\": \"|i1\",\n \"fortran_order\": False, \"shape\": (1, 2, 3, 3,)}\n",
               kCodes),
  };
  for (std::size_t i = 0; i < files.size(); ++i) {
    CAPTURE(i);
    std::filesystem::remove_all(sandbox.path("o"));
    const Outcome outcome = run_sum(sandbox, files[i]);
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 0);
    CHECK(sandbox.read("o/y.npy") == expected);
  }
}

TEST_CASE("a file cut off anywhere, or too long, is refused") {
  const Sandbox sandbox;
  write_sum_network(sandbox);
  const std::string whole = npy("|i1", {1, 2, 3, 3}, kCodes);
  for (const std::size_t size : {0, 3, 6, 8, 9, 10, 11, 40, 70, 73, 80}) {
    if (size >= whole.size()) continue;
    CAPTURE(size);
    check_refused(sandbox, whole.substr(0, size), "");
  }
  check_refused(sandbox, whole.substr(0, whole.size() - 1), "17 bytes of values");
  check_refused(sandbox, whole + "x", "19 bytes of values");
}

TEST_CASE("a header that lies about sizes is refused before any memory is taken") {
  const Sandbox sandbox;
  write_sum_network(sandbox);
  const std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
  const std::uint64_t half = std::uint64_t{1} << 32;
  check_refused(sandbox, npy("|i1", {most, 2, 3, 3}, kCodes), "18 bytes of values");
  check_refused(sandbox, npy("|i1", {half, half}, kCodes), "18 bytes of values");
  check_refused(sandbox, npy("<f4", {half / 4, half}, kCodes), "18 bytes of values");
  check_refused(sandbox, npy("|i1", {0, 2, 3, 3}, ""), "no images");
  check_refused(sandbox, npy("|i1", {0, most}, ""), "array of [0, ");
  check_refused(sandbox, npy("|i1", Shape(40, 1), "x"), "more than 32 dimensions");
  std::string header = npy("|i1", {1, 2, 3, 3}, kCodes);
  header[9] = '\xFF';
  check_refused(sandbox, header, "in its header");
  std::string version2 = std::string("\x93NUMPY\2\0\xFF\xFF\xFF\xFF", 12) + "{}";
  check_refused(sandbox, version2, "in its header");
}

TEST_CASE("a malformed header is refused") {
  const Sandbox sandbox;
  write_sum_network(sandbox);
  const auto with = [&](const std::string& header, const std::string& part) {
    check_refused(sandbox, npy_with(header, kCodes), part);
  };
  check_refused(sandbox, "PK\3\4 a zip archive is no .npy file", "not a .npy file");
  check_refused(sandbox, std::string("\x93NUMPY\x09\0\x10\0\0\0", 12), "version 9");
  with("", "malformed");
  with("{}", "malformed");
  with("{'descr': '|i1', 'shape': (18,)}", "malformed");
  with("{'descr': '|i1', 'fortran_order': False, 'shape': (18,)} more", "malformed");
  with("{'descr': '|i1', 'descr': '|i1', 'shape': (18,)}", "'descr' twice");
  with("{'descr': '|i1', 'fortran_order': False, 'shape': (18,), 'x': 1}", "key 'x'");
  with("{'descr': '|i1', 'fortran_order': 0, 'shape': (18,)}", "malformed");
  with("{'descr': '|i1', 'fortran_order': False, 'shape': (-18,)}", "malformed");
  with("{'descr': '|i1', 'fortran_order': False, 'shape': (,)}", "malformed");
  with("{'descr': '|i1', 'fortran_order': False, 'shape': (99999999999999999999,)}", "64 bits");
  with("{'descr': '|i1', 'fortran_order': False, 'shape': (18", "malformed");
  with("{'descr': '|i1", "malformed");
}

TEST_CASE("types and orders that are not taken are refused with what to do") {
  const Sandbox sandbox;
  write_sum_network(sandbox);
  const auto with = [&](const std::string& descr, std::size_t bytes, const std::string& part) {
    check_refused(sandbox, npy(descr, {1, 2, 3, 3}, std::string(18 * bytes, '\0')), part);
  };
  with("<f8", 8, "float64 values (expected int8 for input a: numpy's astype() converts)");
  with("<f4", 4, "float32 values (expected int8");
  with("|u1", 1, "uint8 values (expected int8");
  with("<i8", 8, "int64 values");
  with("<f2", 2, "float16 values");
  with(">i4", 4, "type '>i4'");
  with("|b1", 1, "type '|b1'");
  with("<c8", 8, "type '<c8'");
  with("<U1", 4, "type '<U1'");
  with("|O", 1, "type '|O'");
  check_refused(sandbox, npy_with("{'descr': [('x', '|i1')], 'fortran_order': False}", kCodes),
                "records");
  check_refused(sandbox,
                npy_with("{'descr': '|i1', 'fortran_order': True, 'shape': (1,2,3,3)}", kCodes),
                "Fortran");
}

TEST_CASE("the wrong shape is refused with the right one") {
  const Sandbox sandbox;
  write_sum_network(sandbox);
  check_refused(sandbox, npy("|i1", {1, 3, 2, 3}, kCodes), "[N, 2, 3, 3] or [2, 3, 3] for input a");
  check_refused(sandbox, npy("|i1", {18}, kCodes), "array of [18]");
  check_refused(sandbox, npy("|i1", {}, "x"), "array of []");
}

TEST_CASE("an addition's operands and result pass through files unchanged") {
  const Sandbox sandbox;
  write_sum_network(sandbox);
  const Outcome outcome = run_sum(sandbox, npy("|i1", {2, 3, 3}, kCodes));
  REQUIRE(outcome.exit_code == 0);
  const NpyFile y = parse_npy(sandbox.read("o/y.npy"));
  CHECK(y.descr == "|i1");
  REQUIRE(y.data.size() == kCodes.size());
  for (std::size_t i = 0; i < kCodes.size(); ++i) {
    // Dyadic scales: the runtime's three roundings are exact but for the last.
    const int a = static_cast<std::int8_t>(kCodes[i]);
    const double real = 0.5 * (a - 1) + 0.25 * (a - 2) + 3;
    const double code = std::clamp(std::nearbyint(real), -128.0, 127.0);
    CAPTURE(i);
    CHECK(static_cast<std::int8_t>(y.data[i]) == static_cast<int>(code));
  }
}

TEST_CASE("real images are quantized on the way in and scores are real on the way out") {
  const Sandbox sandbox;
  write_real_network(sandbox);
  std::vector<float> values;
  for (int i = 0; i < 100; ++i) values.push_back(0.25F * static_cast<float>(i * 37 % 600 - 300));
  sandbox.write("x.npy", npy("<f4", {2, 2, 5, 5}, raw(values)));
  REQUIRE(sandbox
              .halfbyte({"verify", "real.onnx", "--preset", "tiny", "--input", "x.npy", "--output",
                         "o", "--all-tensors"})
              .exit_code == 0);
  const NpyFile scores = parse_npy(sandbox.read("o/scores.npy"));
  const NpyFile codes = parse_npy(sandbox.read("o/y.npy"));
  CHECK(scores.descr == "<f4");
  CHECK(scores.shape == "(2, 3, 3, 3)");
  REQUIRE(codes.data.size() == 2 * 27);
  std::vector<float> expected;
  for (const char code : codes.data) {
    expected.push_back(2.0F * static_cast<float>(static_cast<std::int8_t>(code) + 5));
  }
  CHECK(scores.data == raw(expected));
}

TEST_CASE("a value that is no number is refused with its image and place") {
  const Sandbox sandbox;
  write_real_network(sandbox);
  std::vector<float> values(100, 1.0F);
  values[50 + 7] = std::nanf("");
  sandbox.write("x.npy", npy("<f4", {2, 2, 5, 5}, raw(values)));
  const Outcome outcome = sandbox.halfbyte(
      {"run", "real.onnx", "--preset", "tiny", "--input", "x.npy", "--output", "o"});
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.err.find("image 1: input image: value 7 is not a number") != std::string::npos);
  CHECK(std::filesystem::is_empty(sandbox.path("o")));
}

}  // namespace
}  // namespace hb::test
