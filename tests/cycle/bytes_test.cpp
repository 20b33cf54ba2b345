// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do the bytes agree with the golden model, whatever the buffers held before?
#include <doctest/doctest.h>

#include <vector>

#include "model/golden/execute.hpp"
#include "tests/cycle/programs.hpp"

namespace hb::cycle::test {
namespace {

/// First address at which the machine's memory differs from the golden model's, or the size.
std::size_t first_difference(const Image& image, const Image& golden) {
  std::size_t at = 0;
  while (at < image.size() && at < golden.size() && image[at] == golden[at]) ++at;
  return at;
}

TEST_CASE("one hundred random convolutions write the golden bytes") {
  Bench& b = bench();
  b.timing = {5, 1};
  b.reset();
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    const arch::Program program = layer(random_conv(random), seed);
    std::vector<golden::Undefined> undefined;
    const golden::Result expected = golden::execute(program, &undefined);
    REQUIRE(expected.error == arch::ErrorCode::kNone);
    b.scramble(seed);
    b.run(program);
    REQUIRE(b.read(0x0C) == 2);
    REQUIRE(undefined.empty());
    REQUIRE(first_difference(b.image, expected.memory) == expected.memory.size());
  }
}

}  // namespace
}  // namespace hb::cycle::test
