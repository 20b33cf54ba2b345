// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/process.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "model/arch/error.hpp"

namespace hb::cli {

namespace {

constexpr int kCannotStart = 127;

std::vector<char*> argument_list(std::vector<std::string>& arguments) {
  std::vector<char*> list;
  for (std::string& argument : arguments) {
    list.push_back(argument.data());
  }
  list.push_back(nullptr);
  return list;
}

/// In the child: redirects and starts the program, or ends the child.
[[noreturn]] void start(char* const* list, ChildOutput output, const char* file) {
  int descriptor = STDERR_FILENO;
  if (output == ChildOutput::kFile) {
    descriptor = ::open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  }
  if (descriptor >= 0 && ::dup2(descriptor, STDOUT_FILENO) >= 0 &&
      ::dup2(descriptor, STDERR_FILENO) >= 0) {
    ::execvp(list[0], list);
  }
  ::_exit(kCannotStart);
}

}  // namespace

int run_process(const std::vector<std::string>& arguments, ChildOutput output,
                const std::filesystem::path& file) {
  std::vector<std::string> copy = arguments;
  const std::vector<char*> list = argument_list(copy);
  std::fflush(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    start(list.data(), output, file.c_str());
  }
  int status = 0;
  while (child > 0 && ::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) {
      return -1;
    }
  }
  const bool ended = child > 0 && WIFEXITED(status) && WEXITSTATUS(status) != kCannotStart;
  return ended ? WEXITSTATUS(status) : -1;
}

void become(const std::vector<std::string>& arguments) {
  std::vector<std::string> copy = arguments;
  const std::vector<char*> list = argument_list(copy);
  std::fflush(nullptr);
  ::execv(list[0], list.data());
}

ProcessLock::ProcessLock(const std::filesystem::path& file)
    : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    throw bad_input(file.string(), "cannot be written", "the folder of this build, with room");
  }
  while (::flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
  }
}

ProcessLock::~ProcessLock() { ::close(descriptor_); }

}  // namespace hb::cli
