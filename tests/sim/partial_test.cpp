// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do partial sums hold nothing but their own pixels' products? Random chains keep their number of
// pixels; here a CONV of more pixels takes the sums.

#include <doctest/doctest.h>

#include <vector>

#include "sim/verify.hpp"
#include "tests/sim/machines.hpp"
#include "tests/sim/small_programs.hpp"

namespace hb::test {
namespace {

const arch::Machine kMachine = chosen_machine();

/// whole_layer() whose first tile takes the sums of the first `pixels` pixels of an image row.
arch::Program after_partial(std::uint16_t pixels, std::uint8_t pad_value) {
  std::vector<arch::CommandWords> commands = whole_layer(kMachine);
  arch::Conv partial = conv_words();
  partial.common.signal = 0;
  partial.partial = true;
  partial.output = {};
  partial.output_height = 1;
  partial.output_width = pixels;
  partial.pad_value = pad_value;
  arch::Conv conv = conv_words();
  conv.common.wait = 0;
  commands[3] = arch::encode(conv);
  commands.insert(commands.begin() + 3, arch::encode(partial));
  arch::Program program = make_program(kMachine, commands);
  write_parameters(program);
  return program;
}

TEST_CASE("a row of the array without a pixel adds no padding to partial sums") {
  for (std::uint16_t pixels = 1; pixels <= 4; ++pixels) {
    CAPTURE(pixels);
    const sim::VerifyResult none = sim::verify(after_partial(pixels, 0), with_memory(20));
    const sim::VerifyResult some = sim::verify(after_partial(pixels, 0x53), with_memory(20));
    CHECK(none.describe() == "");
    CHECK(some.describe() == "");
    // Only the commands differ: no position is outside the strip.
    CHECK(std::vector(none.run.memory.begin() + kSource, none.run.memory.end()) ==
          std::vector(some.run.memory.begin() + kSource, some.run.memory.end()));
  }
}

}  // namespace
}  // namespace hb::test
