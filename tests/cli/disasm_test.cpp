// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does the listing show every field of a command, in lines that fit a terminal?
#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "tests/cli/process.hpp"

namespace {

using hb::test::Outcome;
using hb::test::Sandbox;
namespace arch = hb::arch;

/// What `halfbyte disasm` prints of `commands` and END on machine `tiny`.
std::string listing(std::vector<arch::CommandWords> commands) {
  arch::Program program;
  program.machine = arch::read_machines("config/machines.json").front();
  commands.push_back(arch::encode_end());
  for (const arch::CommandWords& words : commands) {
    for (const std::uint32_t word : words) {
      for (std::uint32_t byte = 0; byte < 4; ++byte) {
        program.memory.push_back(static_cast<std::uint8_t>(word >> 8 * byte));
      }
    }
  }
  program.count = static_cast<std::uint32_t>(commands.size());
  program.memory_limit = 0xFFFFF;
  const Sandbox sandbox;
  arch::write_program(program, sandbox.path("p.hbp"));
  const Outcome outcome = sandbox.halfbyte({"disasm", "p.hbp"});
  REQUIRE(outcome.exit_code == 0);
  return outcome.out;
}

void check_shows(const std::string& text, const std::vector<std::string>& parts) {
  CAPTURE(text);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(text.find(part) != std::string::npos);
  }
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) CHECK(line.size() <= 100);
}

/// Two of four parts of a word and a residual in bank 1, every code int8.
arch::Conv add() {
  arch::Conv conv;
  conv.common = {0xFF, 0xE9, true, 65535};
  conv.input_height = conv.input_width = 1;
  conv.kernel_height = conv.kernel_width = 255;
  conv.stride_y = conv.stride_x = 255;
  conv.pad_top = conv.pad_left = 254;
  conv.pad_value = 0x80;
  conv.repeat = true;
  conv.tiles = 2;
  conv.output_height = 7;
  conv.output_width = 30;
  conv.output = {arch::Precision::kInt8, 2048, 210, 1, -128, 127, -128};
  conv.residual.emplace();
  arch::Residual& residual = *conv.residual;
  residual.address = 512;
  residual.plane = 211;
  residual.part = 3;
  residual.sum_low = -100;
  residual.sum_high = 101;
  residual.sum_zero_point = -102;
  residual.sum_offset = -127;
  residual.residual_offset = 128;
  residual.sum_scale = 0x3F000000;
  residual.residual_scale = 0x20123457;
  residual.term = 0xA0123457;
  return conv;
}

}  // namespace

TEST_CASE("an addition is listed in its operands' order, with the numbers as they read back") {
  arch::Conv conv = add();
  const std::string second = listing({encode(conv)});
  check_shows(second, {"wait load.0,1,2,3 store.0,1,2,3", "signal load.0,3 store.1,2,3", "fence",
                       "1x1 -> 7x30  kernel 255x255 stride 255x255 pad 254,254 value 0x80",
                       "int8  ort", "repeat", "sum clamp -100..101 zero point -102 offset -127",
                       "residual int8 word 512 plane 211 part 3 offset 128",
                       "output int8 word 2048 plane 210 part 1  clamp -128..127 zero point -128",
                       "add fma(sum, 0.5, fma(residual, 1.2383999e-19, -1.2383999e-19))"});
  conv.residual->first = true;
  check_shows(listing({encode(conv)}),
              {"add fma(residual, 1.2383999e-19, fma(sum, 0.5, -1.2383999e-19))"});
}

TEST_CASE("a tflite addition, its copy and narrow weights are listed") {
  arch::Conv conv = add();
  conv.contract = arch::Contract::kTflite;
  conv.narrow_weights = true;
  conv.copy = arch::Output{arch::Precision::kInt4, 3072, 9, 7, -8, 7, -8};
  conv.copy_source = arch::CopySource::kCode;
  conv.copy_offset = -128;
  conv.residual->term = 0x7FFFFFFF;
  conv.residual->sum_shift = 29;
  conv.residual->residual_shift = 30;
  conv.residual->output_shift = 31;
  conv.residual->residual_scale = 5;
  check_shows(listing({encode(conv)}),
              {"int8 x int4  tflite",
               "add sum * 1056964608 >> 29 + residual * 5 >> 30, then * 2147483647 >> 31",
               "copy int4 word 3072 plane 9 part 7  clamp -8..7 zero point -8",
               "copy of the code, offset -128"});
}

TEST_CASE(
    "a partial sum is listed without an output, a copy of the accumulator without an offset") {
  arch::Conv conv = add();
  conv.residual.reset();
  conv.copy = arch::Output{arch::Precision::kInt8, 3072, 9, 0, -8, 7, -8};
  check_shows(listing({encode(conv)}), {"copy of the accumulator\n"});
  conv.copy.reset();
  conv.output = {};
  conv.tiles = conv.output_height = 1;
  conv.output_width = 4;
  conv.partial = true;
  const std::string text = listing({encode(conv)});
  check_shows(text, {"1 tiles  repeat  partial", "input word 0 plane 0  1 channel words"});
  CHECK(text.find("output") == std::string::npos);
  CHECK(text.find("parameter") == std::string::npos);
}

TEST_CASE("a POOL is listed with its window, and one that is too wide as illegal") {
  arch::Pool pool;
  pool.precision = arch::Precision::kInt4;
  pool.kernel_height = 3;
  pool.kernel_width = 8;
  pool.stride_y = 2;
  pool.pad_left = 1;
  pool.input_height = 20;
  pool.input_width = 30;
  pool.input_plane = 600;
  pool.channel_words = 2;
  pool.output_height = 9;
  pool.output_width = 23;
  pool.output_address = 2048;
  pool.output_plane = 207;
  check_shows(listing({encode(pool)}),
              {"POOL ", "int4  20x30 -> 9x23  kernel 3x8 stride 2x1 pad 0,1\n",
               "input word 0 plane 600  2 channel words\n", "output word 2048 plane 207\n"});
  pool.kernel_width = 9;
  check_shows(listing({encode(pool)}), {"illegal: ILLEGAL_SIZE"});
}
