// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do hostile files end in an error or a graph, soon, whatever they hold?

#include <doctest/doctest.h>

#include "tests/import/compare.hpp"
#include "tests/import/model.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace hb::test {
namespace {

constexpr int kMutations = 4000;

std::string mutated(std::string bytes, Random& random) {
  for (std::uint32_t changes = random.pick(1, 4); changes > 0; --changes) {
    const std::size_t at = random.below(bytes.size());
    switch (random.below(4)) {
      case 0:
        bytes[at] = static_cast<char>(random.below(256));
        break;
      case 1:
        bytes[at] = static_cast<char>(bytes[at] ^ 1 << random.below(8));
        break;
      case 2:
        bytes.erase(at, random.pick(1, 8));
        break;
      default:
        bytes.insert(at, bytes.substr(random.below(bytes.size()), random.pick(1, 40)));
    }
    if (bytes.empty()) bytes = "x";
  }
  return bytes;
}

TEST_CASE("mutated files are errors or graphs, and nothing else") {
  const std::uint64_t seed = run_seed();
  MESSAGE("HB_SEED=" << seed);
  Random random(seed);
  const std::vector<std::string> files{integer_conv().bytes(), qdq_conv().bytes()};
  int good = 0;
  for (int i = 0; i < kMutations; ++i) {
    const std::string error = error_of(mutated(files[random.below(files.size())], random));
    good += error.empty() ? 1 : 0;
  }
  CHECK(good > 0);
  CHECK(good < kMutations);
}

TEST_CASE("a chain of 100,000 nodes is read without recursion") {
  Model model = integer_conv();
  std::string last = "y";
  for (int i = 0; i < 100000; ++i) {
    const std::string made = "v" + std::to_string(i);
    model.node("Identity", {last}, {made});
    last = made;
  }
  model.output(last);
  CHECK(model.read().aliases.size() == 100000);
}

TEST_CASE("100,000 nodes of one name get names of their own in time") {
  Model model = integer_conv();
  for (int i = 0; i < 100000; ++i) {
    const std::string made = "r" + std::to_string(i);
    model.node("Relu", {"y"}, {made}).set_name("relu");
    model.output(made);
  }
  CHECK(model.read().nodes.size() == 100001);
}

TEST_CASE("one result quantized in more ways than any tool writes is refused") {
  Model model = qdq_conv();
  for (int i = 1; i <= 64; ++i) {
    const std::string name = "q" + std::to_string(i);
    model.quantization(name, static_cast<float>(i), 1);
    model.quantize("y_real", name, name);
    model.output(name);
  }
  CHECK(contains(model.error(), "one value quantized in more than 64 ways"));
}

TEST_CASE("a large constant that many nodes use is refused before memory runs out") {
  Model model;
  constexpr int kEntries = 1 << 15;
  model.input("x", {1, 1, 1, 1});
  model.quantization("x", 0.5F, 0);
  model.reals("scales", std::vector<float>(kEntries, 1.0F));
  model.codes("w", kInt8, std::vector<std::int64_t>(kEntries, 1), {kEntries, 1, 1, 1});
  model.dequantize("x", "x_real", "x");
  for (int i = 0; i < 300; ++i) {
    const std::string made = "w" + std::to_string(i);
    set(model.node("DequantizeLinear", {"w", "scales"}, {made}), "axis", std::int64_t{0});
    model.node("Conv", {"x_real", made}, {"y" + std::to_string(i)});
    model.output("y" + std::to_string(i));
  }
  CHECK(contains(model.error(), "constants used so often"));
}

TEST_CASE("a message of many refusals ends") {
  Model model = integer_conv();
  for (int i = 0; i < 1500; ++i) {
    const std::string made = "s" + std::to_string(i);
    model.node("Sin", {"y"}, {made});
    model.output(made);
  }
  const std::string error = model.error();
  CHECK(contains(error, "\n  and 500 more"));
  CHECK(error.find("'Sin_s1000'") == std::string::npos);
}

}  // namespace
}  // namespace hb::test
