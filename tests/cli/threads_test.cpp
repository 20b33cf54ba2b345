// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is every piece done once, and an error the first piece's, however many threads there are?
#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/cli/threads.hpp"

namespace {

using hb::cli::work_in_threads;

}  // namespace

TEST_CASE("every piece is done once, in any number of threads") {
  for (const std::size_t count : {0U, 1U, 5U, 1000U}) {
    for (const std::size_t jobs : {1U, 2U, 16U}) {
      std::vector<std::atomic<int>> done(count);
      work_in_threads(count, jobs, [&](std::size_t i) { ++done[i]; });
      for (const auto& times : done) CHECK(times == 1);
    }
  }
}

TEST_CASE("what the first piece of those that fail throws is thrown, and few others are begun") {
  for (const std::size_t jobs : {1U, 2U, 16U}) {
    std::atomic<std::size_t> begun = 0;
    const auto work = [&](std::size_t i) {
      ++begun;
      // Later pieces fail sooner.
      if (i == 20) std::this_thread::sleep_for(std::chrono::milliseconds(50));
      if (i >= 20) throw hb::Error(std::to_string(i));
    };
    CHECK_THROWS_WITH_AS(work_in_threads(1000, jobs, work), "20", hb::Error);
    CHECK(begun >= 21);
    CHECK(begun <= 20 + jobs);
  }
}

TEST_CASE("while it waits it says how many pieces are done") {
  std::vector<std::size_t> shown;
  std::atomic<bool> go = false;
  work_in_threads(
      3, 2,
      [&](std::size_t i) {
        while (i == 2 && !go) std::this_thread::yield();
      },
      [&](std::size_t done) {
        shown.push_back(done);
        go = done == 2;
      });
  REQUIRE_FALSE(shown.empty());
  CHECK(shown.back() == 2);
}
