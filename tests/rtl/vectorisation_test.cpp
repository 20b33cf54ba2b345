// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does g++ still vectorise the loops that simulation speed rests on? Looks at the machine code, so
// that a busy machine cannot change the answer. A loop is known by an instruction that its source
// asks for; counts are what g++ makes of it without unrolling, or less.
#include <doctest/doctest.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

/// A loop and the 256-bit instruction that shows it vectorised.
struct Loop {
  std::string_view name;
  std::string_view instruction;
  int at_least;
};

using Code = std::vector<std::string>;  // lines of objdump

Code disassemble(const std::string& file) {
  const std::string command = "'" HB_OBJDUMP "' -d --no-show-raw-insn '" + file + "'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  REQUIRE(pipe != nullptr);
  Code lines;
  std::array<char, 1024> line{};
  while (std::fgets(line.data(), line.size(), pipe.get()) != nullptr)
    lines.emplace_back(line.data());
  REQUIRE(lines.size() > 100);
  return lines;
}

int count(const Code& code, std::string_view instruction) {
  int found = 0;
  for (const std::string& line : code) {
    found += line.find(instruction) != std::string::npos && line.find("%ymm") != std::string::npos;
  }
  return found;
}

bool vectorised(const Code& code, const Loop& loop) {
  return count(code, loop.instruction) >= loop.at_least;
}

constexpr std::string_view kMultiply = "vpmulld";
constexpr std::array<Loop, 3> kArray{{
    {"products: four multiplications in each mode", kMultiply, 8},
    {"int8 products: field 31:24 of both operands", "vpsrld $0x18,", 2},
    {"int4 products: field 15:12 of both operands", "vpsrld $0xc,", 2},
}};
constexpr std::array<Loop, 3> kLanes{{
    {"product of significands: four 12-bit limbs", kMultiply, 4},
    {"int32 to float32: shift by 16", "vpslld $0x10,", 1},
    {"rounding: shift by 14", "vpsrld $0xe,", 1},
}};
constexpr std::array<Loop, 3> kAdd{{
    {"products of 32 bits to 64", "vpmuludq", 8},
    {"normalising: shifts of 64 bits", "vpsllq $0x10,", 2},
    {"64 bits to 24: shift by 40", "vpsrlq $0x28,", 2},
}};
constexpr std::array<Loop, 1> kSums{{{"eight sums of a block of pixels", "vpmaddwd", 8}}};

/// Why machine code shows nothing in this build; empty if it does.
const std::string kSkipped = HB_SKIPPED;

bool skipped() {
  if (kSkipped.empty()) return false;
  MESSAGE("skipped: ", kSkipped);
  return true;
}

template <std::size_t Count>
void check_vectorised(const std::string& file, const std::array<Loop, Count>& loops,
                      bool expected) {
  const Code code = disassemble(file);
  for (const Loop& loop : loops) {
    CAPTURE(file);
    CAPTURE(std::string(loop.name));
    CAPTURE(std::string(loop.instruction));
    CAPTURE(count(code, loop.instruction));
    CHECK(vectorised(code, loop) == expected);
  }
}

TEST_CASE("the array's products are vectorised in both modes") {
  if (skipped()) return;
  check_vectorised(HB_ARRAY, kArray, true);
}

TEST_CASE("the lanes' requantization is vectorised") {
  if (skipped()) return;
  check_vectorised(HB_LANES, kLanes, true);
}

TEST_CASE("the residual's addition is vectorised") {
  if (skipped()) return;
  check_vectorised(HB_ADD, kAdd, true);
}

TEST_CASE("the whole machine has about as many vector multiplications as its two blocks alone") {
  if (skipped()) return;
  const int blocks =
      count(disassemble(HB_ARRAY), kMultiply) + count(disassemble(HB_LANES), kMultiply);
  // Losing one of the array's modes would lose a third.
  CHECK(4 * count(disassemble(HB_CHIP), kMultiply) >= 3 * blocks);
}

TEST_CASE("the golden model's sums are vectorised") {
  if (skipped()) return;
  check_vectorised(HB_SUMS, kSums, true);
}

TEST_CASE("each of these checks fails on the same source without vectorisation") {
  if (skipped()) return;
  check_vectorised(HB_SCALAR_ARRAY, kArray, false);
  check_vectorised(HB_SCALAR_LANES, kLanes, false);
  check_vectorised(HB_SCALAR_ADD, kAdd, false);
  check_vectorised(HB_SCALAR_SUMS, kSums, false);
}

}  // namespace
