// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a run that is killed leave only whole files under their names, and nothing in the way of the
// next one?
#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "tests/cli/networks.hpp"
#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

using Arguments = std::vector<std::string>;
using Clock = std::chrono::steady_clock;
using Files = std::map<std::string, std::string>;
using Json = nlohmann::json;
using Microseconds = std::chrono::microseconds;

constexpr const char* kReport = "r.json";

/// How the network is run.
struct Kind {
  const char* images;
  const char* jobs;
};

/// In one process, images in two, and one image's network cut in two.
constexpr Kind kKinds[] = {{"2", "1"}, {"2", "2"}, {"1", "2"}};

Arguments arguments(const Kind& kind) {
  return {"run",          shipped("resnet8_w8_w8a8.onnx"),
          "--preset",     "tiny",
          "--input",      shipped("images.npy"),
          "--images",     kind.images,
          "--output",     "o",
          "--json",       kReport,
          "--jobs",       kind.jobs,
          "--all-tensors"};
}

struct Killed {
  bool killed = false;  ///< it had not ended before
  pid_t group = -1;     ///< its own process group
};

/// `halfbyte arguments...` in the sandbox, killed after `patience` unless it has ended.
Killed run_and_kill(const Sandbox& sandbox, Arguments words, Microseconds patience) {
  words.insert(words.begin(), HB_COMMAND);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string folder = sandbox.path("").string();
  const pid_t child = ::fork();
  if (child == 0) {
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    if (::setpgid(0, 0) == 0 && ::chdir(folder.c_str()) == 0) ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  REQUIRE(child > 0);
  std::this_thread::sleep_for(patience);
  ::kill(child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) REQUIRE(errno == EINTR);
  if (WIFEXITED(status)) CHECK(WEXITSTATUS(status) == 0);
  return {WIFSIGNALED(status), child};
}

/// Waits until no process of the group is left; false if that takes more than ten seconds.
bool group_ends(pid_t group) {
  for (int i = 0; i < 1000; ++i) {
    if (::kill(-group, 0) != 0 && errno == ESRCH) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

/// Of the folder and what is in it: relative name, bytes. The report without what each run measures
/// anew.
Files files_in(const Sandbox& sandbox) {
  Files files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(sandbox.path(""))) {
    const std::string name =
        std::filesystem::relative(entry.path(), sandbox.path("")).generic_string();
    if (entry.is_regular_file() && name != "stdout" && name != "stderr") {
      files[name] = sandbox.read(name);
    }
  }
  if (files.count(kReport) != 0) {
    Json report = Json::parse(files[kReport]);
    CHECK(report.erase("simulation") == 1);
    files[kReport] = report.dump();
  }
  return files;
}

bool is_temporary(const std::string& name) {
  return name.size() > 4 && name.substr(name.size() - 4) == ".tmp";
}

/// The files under their own names, each of which must be as in `good`.
std::size_t check_whole(const Files& files, const Files& good) {
  std::size_t whole = 0;
  for (const auto& [name, bytes] : files) {
    CAPTURE(name);
    if (is_temporary(name)) {
      CHECK(good.count(name) == 0);
      continue;
    }
    REQUIRE(good.count(name) == 1);
    CHECK(bytes == good.at(name));
    ++whole;
  }
  return whole;
}

void good_run(const Sandbox& sandbox, const Kind& kind) {
  const Outcome outcome = sandbox.halfbyte(arguments(kind));
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
}

/// A whole run: what it leaves, and how long the shortest of three takes.
struct Good {
  Files files;
  std::uint64_t microseconds;
};

Good measure(const Kind& kind) {
  Good good{{}, ~std::uint64_t{0}};
  for (int i = 0; i < 3; ++i) {
    const Sandbox sandbox;
    const Clock::time_point begin = Clock::now();
    good_run(sandbox, kind);
    const auto duration = std::chrono::duration_cast<Microseconds>(Clock::now() - begin);
    good.microseconds = std::min(good.microseconds, static_cast<std::uint64_t>(duration.count()));
    good.files = files_in(sandbox);
  }
  REQUIRE(good.files.size() > 10);
  return good;
}

/// Of runs that were to be killed: how many were, and what these left.
struct Count {
  int killed = 0;
  int unfinished = 0;
  int leftovers = 0;
};

/// Kills a run after `patience`, looks at what it leaves, and runs it again.
void kill_one(const Kind& kind, const Good& good, Microseconds patience, Count& count) {
  const Sandbox sandbox;
  const Killed run = run_and_kill(sandbox, arguments(kind), patience);
  CHECK(group_ends(run.group));
  const Files files = files_in(sandbox);
  const std::size_t whole = check_whole(files, good.files);
  count.killed += run.killed ? 1 : 0;
  count.unfinished += whole < good.files.size() ? 1 : 0;
  count.leftovers += files.size() > whole ? 1 : 0;
  CHECK((run.killed || whole == good.files.size()));
  good_run(sandbox, kind);
  CHECK(check_whole(files_in(sandbox), good.files) == good.files.size());
}

TEST_CASE(
    "a run killed at any moment leaves whole files only, no process, and the next run works") {
  std::mt19937_64 random(1);
  Count all;
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.images);
    CAPTURE(kind.jobs);
    const Good good = measure(kind);
    Count count;
    for (int round = 0; round < 8; ++round) {
      CAPTURE(round);
      // Every second one near the end, where the files get their names.
      const std::uint64_t first = round % 2 == 0 ? 0U : good.microseconds * 8 / 10;
      const std::uint64_t span = good.microseconds * 11 / 10 - first;
      kill_one(kind, good, Microseconds(first + random() % span), count);
    }
    CHECK(count.killed > 0);
    CHECK(count.unfinished > 0);
    all.killed += count.killed;
    all.unfinished += count.unfinished;
    all.leftovers += count.leftovers;
  }
  MESSAGE("killed ", all.killed, ", without all files ", all.unfinished, ", with temporary ones ",
          all.leftovers);
  CHECK(all.killed > 4);
  CHECK(all.unfinished > 4);
  CHECK(all.leftovers > 0);
}

}  // namespace
}  // namespace hb::test
