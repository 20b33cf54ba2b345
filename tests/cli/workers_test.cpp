// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does work in processes come back whole and in order, whatever happens to a process?
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "sw/cli/engines.hpp"
#include "sw/cli/outcome.hpp"
#include "sw/cli/workers.hpp"

namespace hb::cli {
namespace {

struct Taken {
  std::vector<std::size_t> order;
  std::vector<std::string> results;
};

Taken run(std::size_t count, std::size_t jobs, const Work& work) {
  Taken taken;
  work_in_processes(count, jobs, work, [&](std::size_t index, std::string result) {
    taken.order.push_back(index);
    taken.results.push_back(std::move(result));
  });
  return taken;
}

bool children_are_left() { return ::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD; }

TEST_CASE("results come in order, larger than a pipe, from as many processes as asked for") {
  for (const std::size_t jobs : {1, 2, 3, 7, 50}) {
    CAPTURE(jobs);
    const Taken taken = run(7, jobs, [](std::size_t index) {
      return std::to_string(::getpid()) + "/" + std::string(100'000 * index, 'x');
    });
    REQUIRE(taken.results.size() == 7);
    std::set<std::string> processes;
    for (std::size_t i = 0; i < 7; ++i) {
      CHECK(taken.order[i] == i);
      const std::size_t slash = taken.results[i].find('/');
      processes.insert(taken.results[i].substr(0, slash));
      CHECK(taken.results[i].size() == slash + 1 + 100'000 * i);
    }
    CHECK(processes.size() == std::min<std::size_t>(jobs, 7));
    CHECK((processes.count(std::to_string(::getpid())) == 1) == (jobs == 1));
    CHECK_FALSE(children_are_left());
  }
}

TEST_CASE("what a piece throws arrives as what it was, after the pieces before it") {
  for (const std::size_t jobs : {1, 2, 4}) {
    CAPTURE(jobs);
    std::size_t taken = 0;
    const auto with = [&](const Work& work) {
      taken = 0;
      work_in_processes(4, jobs, work, [&](std::size_t, const std::string&) { ++taken; });
    };
    const auto at_2 = [](auto error) {
      return [error](std::size_t index) {
        if (index == 2) throw error;
        return std::string("fine");
      };
    };
    CHECK_THROWS_WITH_AS(with(at_2(Error("bad"))), "bad", Error);
    CHECK(taken == 2);
    CHECK_THROWS_WITH_AS(with(at_2(ProgramError("stopped"))), "stopped", ProgramError);
    CHECK_THROWS_WITH_AS(with(at_2(std::runtime_error("other"))), "other", std::runtime_error);
    CHECK_FALSE(children_are_left());
  }
}

TEST_CASE("while a result is waited for, what the processes count is seen") {
  SharedCounts counts(4);
  CHECK(counts.sum(0) == 0);
  std::uint64_t seen = 0;
  const Work work = [&](std::size_t index) {
    counts.set(index, 10 * (index + 1));
    // The first result comes when the waiting has seen all counts, or after ten seconds.
    for (int i = 0; index == 0 && counts.sum(3) == 0 && i < 10'000; ++i) ::usleep(1000);
    return std::string("fine");
  };
  work_in_processes(
      3, 3, work, [](std::size_t, const std::string&) {},
      [&] {
        seen = counts.sum(0);
        counts.set(3, counts.sum(0) >= 60 ? 1 : 0);
      });
  CHECK(seen >= 60);
  CHECK(counts.sum(1) == 20 + 30 + 1);
}

TEST_CASE("a process that ends early is an error that says how it ended, not a hang") {
  const auto error_of = [](auto end) -> std::string {
    try {
      (void)run(4, 2, [&](std::size_t index) {
        if (index == 1) end();
        return std::string("fine");
      });
    } catch (const Error& error) {
      return error.what();
    }
    return "no error";
  };
  CHECK(error_of([] { ::kill(::getpid(), SIGKILL); }) ==
        "--jobs: a process was ended by signal 9 (Killed) (expected all to do their work: fewer of "
        "them if memory ran out)");
  CHECK(error_of([] { ::kill(::getpid(), SIGTERM); }) ==
        "--jobs: a process was ended by signal 15 (Terminated) (expected all to do their work)");
  CHECK(error_of([] { ::_exit(3); }) ==
        "--jobs: a process exited with status 3 before its work was done (expected all to do their "
        "work)");
  CHECK_FALSE(children_are_left());
}

TEST_CASE("an outcome is the same on the other side") {
  Outcome outcome;
  outcome.exit = Exit::kStopped;
  outcome.wrong = true;
  outcome.complaint = "two\nlines\n";
  outcome.timeline.emplace();
  outcome.timeline->commands = {{1, arch::Engine::kStore, 2, 3}, {4, arch::Engine::kLoad, 5, 6}};
  outcome.timeline->causes = {{7, arch::Cause::kDrain}};
  outcome.timeline->total = 8;
  outcome.timeline->error = arch::ErrorCode::kTruncated;
  outcome.timeline->error_index = 9;
  outcome.timeline->counters[3] = 10;
  outcome.tensors = {"", std::string("\0x", 2)};
  outcome.predicted = 11;
  outcome.mismatches = Mismatches{{12, 13}, 14};
  outcome.compared = 15;
  outcome.memory_bytes = 16;
  outcome.cpu_seconds = 17.5;
  outcome.wall_seconds = 18.5;
  outcome.peak_rss_bytes = 19;
  outcome.divergence = DivergencePlace{20, false};
  outcome.wave = sim::WaveRange{21, 22};
  const std::string bytes = to_bytes(outcome);
  const Outcome read = outcome_of(bytes);
  CHECK(to_bytes(read) == bytes);
  CHECK(read.exit == outcome.exit);
  CHECK(read.wrong);
  CHECK(read.complaint == outcome.complaint);
  CHECK(read.timeline.value().commands == outcome.timeline->commands);
  CHECK(read.timeline->causes == outcome.timeline->causes);
  CHECK(read.timeline->total == 8);
  CHECK(read.timeline->error == arch::ErrorCode::kTruncated);
  CHECK(read.timeline->counters == outcome.timeline->counters);
  CHECK(read.tensors == outcome.tensors);
  CHECK(read.predicted == 11U);
  CHECK(read.mismatches.value().by_layer == outcome.mismatches->by_layer);
  CHECK(read.mismatches->total == 14);
  CHECK(read.divergence.value().cycle == 20);
  CHECK_FALSE(read.divergence->running);
  CHECK(read.wave.value().last == 22);
  CHECK_FALSE(outcome_of(to_bytes(Outcome{})).timeline);
}

}  // namespace
}  // namespace hb::cli
