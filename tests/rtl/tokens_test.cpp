// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do hb_tokens' counters follow the table of docs/commands.md section 1 and docs/timing.md section
// 4?
#include <doctest/doctest.h>

#include <array>

#include "Vtokens.h"
#include "Vtokens_hb_pkg.h"
#include "tests/rtl/block.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

constexpr std::size_t kLoad = 0, kCompute = 1, kStore = 2;
constexpr std::uint32_t kIndex = Vtokens_hb_pkg::IndexBits;

/// The two other engines in the order load, compute, store: bits 3:0 and bits 7:4 of a field.
constexpr std::array<std::array<std::size_t, 2>, 3> kOthers{
    {{kCompute, kStore}, {kLoad, kStore}, {kLoad, kCompute}}};

struct Pulse {
  bool valid = false;
  std::uint32_t index = 0;
  std::uint32_t tokens = 0;
};
using Pulses = std::array<Pulse, 3>;

struct Error {
  bool valid = false;
  std::uint32_t index = 0;
};

/// Counters by producer, consumer and number.
class Model {
 public:
  /// To the next cycle; the first engine whose retirement passes 255 is the error.
  void clock(const Pulses& starts, const Pulses& retires) {
    error_ = {};
    for (std::size_t producer = 0; producer < 3; ++producer) {
      for (std::size_t bit = 0; bit < 8; ++bit) {
        const std::size_t consumer = kOthers[producer][bit / 4], token = bit % 4;
        const bool given = named(retires[producer], bit);
        const bool taken = named(starts[consumer], wait_bit(producer, consumer, token));
        int& count = counts_[producer][consumer][token];
        count += int{given} - int{taken};
        if (count <= 255) continue;
        count = 255;
        ++overflows;
        if (!error_.valid) error_ = {true, retires[producer].index};
      }
    }
  }
  void clear() {
    counts_ = {};
    error_ = {};
  }

  /// The tokens that `consumer` finds, as its wait field names them.
  [[nodiscard]] std::uint32_t present(std::size_t consumer) const {
    std::uint32_t bits = 0;
    for (std::size_t bit = 0; bit < 8; ++bit) {
      if (counts_[kOthers[consumer][bit / 4]][consumer][bit % 4] > 0) bits |= 1U << bit;
    }
    return bits;
  }
  [[nodiscard]] const Error& error() const { return error_; }

  int overflows = 0;

 private:
  static bool named(const Pulse& pulse, std::size_t bit) {
    return pulse.valid && (pulse.tokens >> bit & 1) != 0;
  }
  static std::size_t wait_bit(std::size_t producer, std::size_t consumer, std::size_t token) {
    return token + (kOthers[consumer][0] == producer ? 0 : 4);
  }

  std::array<std::array<std::array<int, 4>, 3>, 3> counts_{};
  Error error_;
};

/// hb_tokens and its model.
class Bench {
 public:
  explicit Bench(std::uint64_t seed) : tokens_(seed) {
    apply({}, {});
    tokens_->clear_i = 0;
    tokens_->rst_ni = 0;
    tokens_.clock();
    tokens_->rst_ni = 1;
  }

  [[nodiscard]] bool right() const {
    for (std::size_t engine = 0; engine < 3; ++engine) {
      if (tokens_->present_o[engine] != model.present(engine)) return false;
    }
    const std::uint32_t error = tokens_->error_o;  // valid, code, index
    if ((error >> (4 + kIndex) != 0) != model.error().valid) return false;
    if (!model.error().valid) return true;
    return (error >> kIndex & 0xF) == Vtokens_hb_pkg::ErrTokenOverflow &&
           (error & ((1U << kIndex) - 1)) == model.error().index;
  }

  void clock(const Pulses& starts, const Pulses& retires) {
    apply(starts, retires);
    tokens_.clock();
    model.clock(starts, retires);
  }
  void clear() {
    apply({}, {});
    tokens_->clear_i = 1;
    tokens_.clock();
    tokens_->clear_i = 0;
    model.clear();
  }

  Model model;

 private:
  void apply(const Pulses& starts, const Pulses& retires) {
    for (std::size_t engine = 0; engine < 3; ++engine) {
      tokens_->start_i[engine] = bits_of(starts[engine]);
      tokens_->retire_i[engine] = bits_of(retires[engine]);
    }
  }
  static std::uint32_t bits_of(const Pulse& pulse) {
    return (pulse.valid ? 1U << (8 + kIndex) : 0U) | pulse.index << 8 | pulse.tokens;
  }

  Block<Vtokens> tokens_;
};

/// A pulse in `percent` of the cycles, with tokens among `allowed`; without a valid, garbage.
Pulse random_pulse(Random& random, std::uint32_t percent, std::uint32_t allowed) {
  return {random.chance(percent), random.below(1U << kIndex), random.below(256) & allowed};
}

TEST_CASE("random starts and retirements count as the tables say, overflows included") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  Bench bench(seed);
  std::size_t wrong = 0;
  int starved = 0;
  for (int i = 0; i < 1000000; ++i) {
    wrong += !bench.right();
    const bool fills = i / 3000 % 2 == 0;  // to 255 and beyond, then down to nothing
    Pulses starts, retires;
    for (std::size_t engine = 0; engine < 3; ++engine) {
      const std::uint32_t present = bench.model.present(engine);
      starved += present == 0;
      // A start takes tokens that it sees.
      starts[engine] = random_pulse(random, fills ? 30 : 60, present);
      retires[engine] = random_pulse(random, fills ? 60 : 30, 0xFF);
    }
    bench.clock(starts, retires);
    if (random.below(100000) == 0) bench.clear();
  }
  CHECK(wrong == 0);
  CHECK(bench.model.overflows > 1000);
  CHECK(starved > 1000);
}

TEST_CASE("every token of every pair: the 256th overflows, 255 can be taken, the 256th not") {
  for (std::size_t producer = 0; producer < 3; ++producer) {
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      CAPTURE(producer);
      CAPTURE(bit);
      Bench bench(1);
      const std::size_t consumer = kOthers[producer][bit / 4];
      const std::uint32_t half = kOthers[consumer][0] == producer ? 0 : 4;
      Pulses give, take;
      give[producer] = {true, 0xC1234, 1U << bit};
      take[consumer] = {true, 99, 1U << (bit % 4 + half)};
      for (int i = 0; i < 255; ++i) bench.clock({}, give);
      CHECK(bench.right());
      CHECK_FALSE(bench.model.error().valid);
      bench.clock(take, give);  // both at 255: no overflow
      CHECK(bench.right());
      CHECK_FALSE(bench.model.error().valid);
      bench.clock({}, give);
      CHECK(bench.right());
      CHECK(bench.model.error().valid);
      CHECK(bench.model.error().index == 0xC1234);
      for (int i = 0; i < 255; ++i) {
        CHECK(bench.model.present(consumer) == take[consumer].tokens);
        bench.clock(take, {});
        CHECK(bench.right());
      }
      CHECK(bench.model.present(consumer) == 0);
    }
  }
}

TEST_CASE("of several overflows in a cycle the first engine's is the error") {
  Bench bench(2);
  Pulses give;
  for (std::size_t engine = 0; engine < 3; ++engine) {
    give[engine] = {true, 100 + static_cast<std::uint32_t>(engine), 0xFF};
  }
  for (int i = 0; i < 256; ++i) bench.clock({}, give);
  CHECK(bench.right());
  CHECK(bench.model.error().index == 100);
  give[kLoad].valid = false;
  bench.clock({}, give);
  CHECK(bench.right());
  CHECK(bench.model.error().index == 101);
  give[kCompute].valid = false;
  bench.clock({}, give);
  CHECK(bench.right());
  CHECK(bench.model.error().index == 102);
}

}  // namespace
}  // namespace hb::rtl_test
