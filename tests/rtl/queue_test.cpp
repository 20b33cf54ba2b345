// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_queue keep everything in order?
#include <doctest/doctest.h>

#include <deque>
#include <vector>

#include "Vqueue.h"
#include "tests/rtl/block.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

constexpr std::size_t kDepth = 4;

/// A queue and what must be in it.
class Bench {
 public:
  explicit Bench(std::uint64_t seed) : queue_(seed) {
    queue_->push_i = queue_->pop_i = queue_->clear_i = 0;
    queue_->rst_ni = 0;
    queue_.clock();
    queue_->rst_ni = 1;
  }

  [[nodiscard]] bool full() const { return entries_.size() == kDepth; }
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

  /// Whether valid_o, full_o and data_o show what is in the queue.
  [[nodiscard]] bool right() const {
    if ((queue_->valid_o != 0) != !empty() || (queue_->full_o != 0) != full()) return false;
    return empty() || queue_->data_o == entries_.front();
  }

  void clock(bool push, bool pop, bool clear, std::uint32_t data) {
    queue_->push_i = push;
    queue_->pop_i = pop;
    queue_->clear_i = clear;
    queue_->data_i = data;
    queue_.clock();
    if (pop) entries_.pop_front();
    if (push) entries_.push_back(data);
    if (clear) entries_.clear();
  }

 private:
  Block<Vqueue> queue_;
  std::deque<std::uint32_t> entries_;
};

TEST_CASE("random pushes, pops and clears lose, repeat and reorder nothing") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  Bench bench(seed);
  std::size_t wrong = 0;
  std::vector<int> cycles_at(kDepth + 1, 0);
  for (int i = 0; i < 1000000; ++i) {
    wrong += !bench.right();
    ++cycles_at[bench.size()];
    const std::uint32_t busy = i / 1000 % 2 == 0 ? 70 : 30;  // fuller, then emptier
    const bool pop = !bench.empty() && random.chance(100 - busy);
    const bool push = (!bench.full() || pop) && random.chance(busy);
    bench.clock(push, pop, random.chance(1), static_cast<std::uint32_t>(random.next()));
  }
  CHECK(wrong == 0);
  for (const int cycles : cycles_at) CHECK(cycles > 1000);
}

TEST_CASE("an entry pushed into an empty queue is visible one cycle later") {
  Bench bench(1);
  CHECK(bench.right());
  bench.clock(true, false, false, 42);
  CHECK_FALSE(bench.empty());
  CHECK(bench.right());
}

TEST_CASE("a full queue takes a push in the cycle of a pop") {
  Bench bench(2);
  for (std::uint32_t i = 0; i < kDepth; ++i) bench.clock(true, false, false, i);
  for (std::uint32_t i = kDepth; i < 20; ++i) {
    CHECK(bench.full());
    CHECK(bench.right());
    bench.clock(true, true, false, i);
  }
  for (std::size_t i = 0; i < kDepth; ++i) {
    CHECK(bench.right());
    bench.clock(false, true, false, 0);
  }
  CHECK(bench.empty());
  CHECK(bench.right());
}

}  // namespace
}  // namespace hb::rtl_test
