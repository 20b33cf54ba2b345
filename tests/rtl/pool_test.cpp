// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_pool alone read, write and retire as docs/timing.md section 7 says, and are its words the
// maxima? Expected words come window by window from the strip.
#include <doctest/doctest.h>

#include <algorithm>

#include "Vpool_base.h"
#include "Vpool_tiny.h"
#include "model/arch/shapes.hpp"
#include "tests/rtl/pool_driver.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

struct Base {
  using Shape = arch::shapes::base;
  using Driver = PoolDriver<Vpool_base, Shape>;
};
struct Tiny {
  using Shape = arch::shapes::tiny;
  using Driver = PoolDriver<Vpool_tiny, Shape>;
};

/// A strip in memory and the command that pools it.
template <class Machine>
class Bench {
 public:
  using Shape = typename Machine::Shape;
  using Driver = typename Machine::Driver;
  using Word = typename Driver::Word;
  static constexpr std::int64_t kRows = Shape::kRows;

  explicit Bench(std::uint64_t seed) : driver(seed), random_(seed) {}

  /// Runs the command on random words; whether all accesses came as they should.
  bool right(const Pool& pool) {
    memory_.resize(pool.input_address + pool.channel_words * pool.input_plane +
                   pool.input_height * pool.input_width);
    for (Word& word : memory_) {
      for (std::uint8_t& byte : word) byte = static_cast<std::uint8_t>(random_.below(256));
    }
    PoolRun<Shape> wanted;
    const std::size_t steps = plan(pool, wanted);
    const PoolRun<Shape> done = driver.run(pool, steps, memory_);
    return done.reads == wanted.reads && done.writes == wanted.writes &&
           done.lasts == std::vector<std::size_t>{steps - 1} &&
           done.retirements == std::vector<std::size_t>{steps - 1 + Driver::kDrain} &&
           driver.shows_retirement_of(pool);
  }

  Driver driver;

 private:
  /// Every access in its cycle; returns the steps. Docs/timing.md: channel words, groups of R
  /// output rows, columns, rows.
  std::size_t plan(const Pool& pool, PoolRun<Shape>& wanted) const {
    const std::int64_t columns = (pool.output_width - 1) * pool.stride_x + pool.kernel_width;
    const std::int64_t rows = (kRows - 1) * pool.stride_y + pool.kernel_height;
    std::size_t step = 0;
    for (std::uint32_t cw = 0; cw < pool.channel_words; ++cw) {
      for (std::int64_t group = 0; group < pool.output_height; group += kRows) {
        for (std::int64_t x = 0; x < columns; ++x) {
          for (std::int64_t y = 0; y < rows; ++y, ++step) {
            const std::int64_t iy = group * pool.stride_y - pool.pad_top + y;
            if (inside(pool, iy, x - pool.pad_left)) {
              wanted.reads.push_back({step + 1, address(pool, cw, iy, x - pool.pad_left), {}});
            }
          }
          const std::int64_t left = x - (pool.kernel_width - 1);
          if (left < 0 || left % pool.stride_x != 0) continue;
          add_writes(pool, {cw, group, left / pool.stride_x}, step - 1, wanted);
        }
      }
    }
    return step;
  }

  struct Place {
    std::uint32_t channel_word;
    std::int64_t group, ox;
  };
  void add_writes(const Pool& pool, const Place& place, std::size_t last,
                  PoolRun<Shape>& wanted) const {
    for (std::int64_t r = 0; r < kRows && place.group + r < pool.output_height; ++r) {
      const std::int64_t oy = place.group + r;
      const auto pixel = static_cast<std::uint32_t>(oy * pool.output_width + place.ox);
      wanted.writes.push_back({last + 4 + static_cast<std::size_t>(r),
                               pool.output_address + place.channel_word * pool.output_plane + pixel,
                               maximum(pool, place.channel_word, oy, place.ox)});
    }
  }

  static bool inside(const Pool& pool, std::int64_t y, std::int64_t x) {
    return y >= 0 && y < pool.input_height && x >= 0 && x < pool.input_width;
  }
  static std::uint32_t address(const Pool& pool, std::uint32_t cw, std::int64_t y, std::int64_t x) {
    return pool.input_address + cw * pool.input_plane +
           static_cast<std::uint32_t>(y * pool.input_width + x);
  }

  [[nodiscard]] Word maximum(const Pool& pool, std::uint32_t cw, std::int64_t oy,
                             std::int64_t ox) const {
    std::array<std::int32_t, std::size_t{2} * Shape::kWordBytes> most{};
    most.fill(pool.int4 ? -8 : -128);
    for (std::int64_t ky = 0; ky < pool.kernel_height; ++ky) {
      for (std::int64_t kx = 0; kx < pool.kernel_width; ++kx) {
        const std::int64_t y = oy * pool.stride_y + ky - pool.pad_top;
        const std::int64_t x = ox * pool.stride_x + kx - pool.pad_left;
        if (!inside(pool, y, x)) continue;
        const Word& word = memory_[address(pool, cw, y, x)];
        for (std::size_t i = 0; i < most.size(); ++i) {
          most[i] = std::max(most[i], value(pool, word, i));
        }
      }
    }
    Word word{};
    for (std::size_t i = 0; i < word.size(); ++i) {
      word[i] = static_cast<std::uint8_t>(
          pool.int4 ? (most[2 * i] & 15) | (most[2 * i + 1] & 15) << 4 : most[i]);
    }
    return word;
  }

  /// Value i of a word: a byte, or a nibble, low ones first. The upper half of the bytes' range
  /// stands still.
  static std::int32_t value(const Pool& pool, const Word& word, std::size_t i) {
    if (!pool.int4) return i < word.size() ? static_cast<std::int8_t>(word[i]) : -128;
    const std::int32_t nibble = i % 2 != 0 ? word[i / 2] / 16 : word[i / 2] % 16;
    return nibble < 8 ? nibble : nibble - 16;
  }

  Random random_;
  typename Driver::Memory memory_;
};

/// A command over a strip of the given size; the output's size is any that touches it.
Pool pool_of(Random& random, std::uint32_t height, std::uint32_t width) {
  Pool pool;
  pool.int4 = random.chance(50);
  pool.input_height = height;
  pool.input_width = width;
  pool.input_address = random.below(50);
  pool.input_plane = height * width + random.below(3);
  pool.channel_words = random.pick(1, 3);
  pool.output_address = random.below(1000);
  pool.output_plane = 1000 + random.below(1000);
  pool.index = random.below(1U << arch::kIndexBits);
  pool.signals = random.below(256);
  return pool;
}

TEST_CASE_TEMPLATE("every kernel from 1 to 8, any stride and padding, in int8 and int4", Machine,
                   Base, Tiny) {
  Random random(1);
  Bench<Machine> bench(1);
  for (std::uint32_t kernel = 1; kernel <= 8; ++kernel) {
    for (std::uint32_t stride = 1; stride <= 3; ++stride) {
      for (const bool int4 : {false, true}) {
        CAPTURE(kernel);
        CAPTURE(stride);
        CAPTURE(int4);
        Pool pool = pool_of(random, 2 * Machine::Shape::kRows + 3, 11);
        pool.int4 = int4;
        pool.kernel_height = pool.kernel_width = kernel;
        pool.stride_y = pool.stride_x = stride;
        pool.pad_top = pool.pad_left = kernel / 2;
        pool.output_height = (pool.input_height + 2 * pool.pad_top - kernel) / stride + 1;
        pool.output_width = (pool.input_width + 2 * pool.pad_left - kernel) / stride + 1;
        CHECK(bench.right(pool));
      }
    }
  }
}

TEST_CASE_TEMPLATE("random strips, kernels and outputs, windows beside the strip too", Machine,
                   Base, Tiny) {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  Bench<Machine> bench(seed);
  std::size_t wrong = 0;
  for (int i = 0; i < 400; ++i) {
    Pool pool = pool_of(random, random.pick(1, 20), random.pick(1, 12));
    pool.kernel_height = random.chance(80) ? random.pick(1, 8) : random.pick(9, 20);
    pool.kernel_width = random.pick(1, 8);
    pool.stride_y = random.chance(80) ? random.pick(1, 3) : random.pick(4, 10);
    pool.stride_x = random.chance(80) ? random.pick(1, 3) : random.pick(4, 10);
    pool.pad_top = random.chance(40) ? 0 : random.below(10);
    pool.pad_left = random.chance(40) ? 0 : random.below(10);
    pool.output_height = random.pick(1, 2 * Machine::Shape::kRows + 2);
    pool.output_width = random.pick(1, 9);
    wrong += !bench.right(pool);
  }
  CHECK(wrong == 0);
}

TEST_CASE_TEMPLATE("groups of R output rows: one less than full, full, one more", Machine, Base,
                   Tiny) {
  Random random(3);
  Bench<Machine> bench(3);
  for (std::uint32_t groups = 1; groups <= 3; ++groups) {
    for (std::uint32_t more = 0; more < 3; ++more) {
      CAPTURE(groups);
      CAPTURE(more);
      Pool pool = pool_of(random, 80, 6);
      pool.kernel_height = pool.kernel_width = 3;
      pool.stride_y = pool.stride_x = 2;
      pool.pad_top = pool.pad_left = 1;
      pool.output_height = groups * Machine::Shape::kRows + more - 1;
      pool.output_width = 3;
      CHECK(bench.right(pool));
    }
  }
}

TEST_CASE_TEMPLATE("clear forgets a command that has not ended, whenever it comes", Machine, Base,
                   Tiny) {
  Random random(4);
  Bench<Machine> bench(4);
  Pool pool = pool_of(random, 9, 7);
  pool.kernel_height = pool.kernel_width = 3;
  pool.output_height = 7;
  pool.output_width = 5;
  for (std::size_t cycles = 1; cycles < 60; ++cycles) {
    CAPTURE(cycles);
    bench.driver.run_part(pool, cycles);
    CHECK(bench.right(pool));
  }
}

}  // namespace
}  // namespace hb::rtl_test
