// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a terminal show how far a simulation is, in whichever processes it runs?
#include <doctest/doctest.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

namespace {

struct Run {
  int exit_code = -1;
  std::string terminal;  ///< what it has shown
};

/// `halfbyte words...`, its standard error on a terminal.
Run run_on_terminal(std::vector<std::string> words) {
  words.insert(words.begin(), HB_COMMAND);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int screen = -1;
  int end = -1;
  REQUIRE(::openpty(&screen, &end, nullptr, nullptr, nullptr) == 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(screen);
    ::dup2(::open("/dev/null", O_RDWR), STDOUT_FILENO);
    ::dup2(end, STDERR_FILENO);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  ::close(end);
  REQUIRE(child > 0);
  Run run;
  char bytes[4096];
  for (ssize_t count = 0; (count = ::read(screen, bytes, sizeof bytes)) > 0;) {
    run.terminal.append(bytes, static_cast<std::size_t>(count));
  }
  ::close(screen);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  run.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return run;
}

/// The percentages, in order.
std::vector<int> percentages(const std::string& terminal) {
  const std::regex percentage("\\[[#.]+\\] +([0-9]+) %, [0-9.]+ of [0-9.]+ M cycles");
  std::vector<int> all;
  for (std::sregex_iterator match(terminal.begin(), terminal.end(), percentage), none;
       match != none; ++match) {
    all.push_back(std::stoi((*match)[1]));
  }
  return all;
}

}  // namespace

TEST_CASE("the share of cycles that is done grows, in one process and in several") {
  for (const char* jobs : {"1", "2"}) {
    CAPTURE(jobs);
    // Long enough for some of a session's reports, one each million cycles.
    const Run run = run_on_terminal(
        {"verify", "builtin:resnet18", "--width", "0.25", "--preset", "tiny", "--jobs", jobs});
    CAPTURE(run.terminal);
    CHECK(run.exit_code == 0);
    const std::vector<int> shown = percentages(run.terminal);
    REQUIRE(shown.size() > 1);
    CHECK(std::is_sorted(shown.begin(), shown.end()));
    CHECK(shown.back() > 0);
    CHECK(shown.back() <= 100);
  }
}
