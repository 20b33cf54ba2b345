// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/workers.hpp"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <list>
#include <memory>
#include <numeric>

#include "model/arch/error.hpp"
#include "sw/cli/engines.hpp"

namespace hb::cli {

namespace {

/// What a message of a child holds.
enum class Kind : char { kResult, kError, kProgramError, kOther };

constexpr std::size_t kLengthBytes = 8;
constexpr int kWaitMilliseconds = 200;

bool write_all(int descriptor, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::write(descriptor, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno != EINTR) {
      return false;
    }
    done += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  return true;
}

bool read_all(int descriptor, std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t count = ::read(descriptor, bytes.data() + done, bytes.size() - done);
    if (count == 0 || (count < 0 && errno != EINTR)) {
      return false;
    }
    done += count > 0 ? static_cast<std::size_t>(count) : 0;
  }
  return true;
}

bool send(int descriptor, Kind kind, const std::string& text) {
  std::string length(kLengthBytes, '\0');
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    length[i] = static_cast<char>(text.size() >> (8 * i));
  }
  return write_all(descriptor, length + static_cast<char>(kind)) && write_all(descriptor, text);
}

/// In a child: it ends when its parent does, however that ends.
void die_with(pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) {
    ::_exit(0);  // it ended before that
  }
}

/// A piece in a child; false if nobody reads any more.
bool work_and_send(int descriptor, const Work& work, std::size_t index) {
  try {
    return send(descriptor, Kind::kResult, work(index));
  } catch (const ProgramError& error) {
    (void)send(descriptor, Kind::kProgramError, error.what());
  } catch (const Error& error) {
    (void)send(descriptor, Kind::kError, error.what());
  } catch (const std::exception& error) {
    (void)send(descriptor, Kind::kOther, error.what());
  }
  return false;
}

/// What to say of a child that ended with `status`, waitpid()'s, and left work undone.
Error undone(int status) {
  if (!WIFSIGNALED(status)) {
    return bad_input("--jobs",
                     fmt::format("a process exited with status {} before its work was done",
                                 WEXITSTATUS(status)),
                     "all to do their work");
  }
  const int signal = WTERMSIG(status);
  return bad_input("--jobs",
                   fmt::format("a process was ended by signal {} ({})", signal, strsignal(signal)),
                   signal == SIGKILL ? "all to do their work: fewer of them if memory ran out"
                                     : "all to do their work");
}

/// A child process that does pieces first, first + step, ... below count.
class Worker {
 public:
  struct Pieces {
    std::size_t first;
    std::size_t step;
    std::size_t count;
  };

  Worker(const Pieces& pieces, const Work& work) {
    int ends[2];
    const pid_t parent = ::getpid();
    std::fflush(nullptr);
    if (::pipe(ends) != 0 || (child_ = ::fork()) < 0) {
      throw bad_input("--jobs", "no process can be started", "fewer of them");
    }
    if (child_ == 0) {
      ::close(ends[0]);
      die_with(parent);
      for (std::size_t i = pieces.first; i < pieces.count; i += pieces.step) {
        if (!work_and_send(ends[1], work, i)) {
          break;
        }
      }
      std::fflush(nullptr);
      ::_exit(0);
    }
    ::close(ends[1]);
    descriptor_ = ends[0];
  }
  ~Worker() {
    ::close(descriptor_);
    if (child_ > 0) {
      ::kill(child_, SIGKILL);  // it has sent everything, or nobody wants it any more
      (void)wait();
    }
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// Whether there is something to receive, after a short wait at most.
  [[nodiscard]] bool ready() const {
    pollfd event{descriptor_, POLLIN, 0};
    return ::poll(&event, 1, kWaitMilliseconds) > 0;
  }

  /// The next piece's result. Throws what the piece threw.
  [[nodiscard]] std::string receive() {
    std::string head(kLengthBytes + 1, '\0');
    std::string text;
    bool whole = read_all(descriptor_, head);
    if (whole) {
      std::uint64_t size = 0;
      for (std::size_t i = kLengthBytes; i > 0; --i) {
        size = size << 8 | static_cast<std::uint8_t>(head[i - 1]);
      }
      text.resize(size);
      whole = read_all(descriptor_, text);
    }
    if (!whole) {
      throw undone(wait());
    }
    switch (static_cast<Kind>(head.back())) {
      case Kind::kResult:
        return text;
      case Kind::kProgramError:
        throw ProgramError(text);
      case Kind::kError:
        throw Error(text);
      case Kind::kOther:
        break;
    }
    throw std::runtime_error(text);
  }

 private:
  /// For its end, once: waitpid()'s status.
  int wait() {
    int status = 0;
    while (::waitpid(child_, &status, 0) < 0 && errno == EINTR) {
    }
    child_ = -1;
    return status;
  }

  pid_t child_ = -1;  ///< none: it has been waited for
  int descriptor_ = -1;
};

}  // namespace

SharedCounts::SharedCounts(std::size_t count) : count_(count) {
  void* const memory = ::mmap(nullptr, count * sizeof(Count), PROT_READ | PROT_WRITE,
                              MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    throw bad_input("--jobs", "no memory to share", "fewer pieces of work");
  }
  counts_ = static_cast<Count*>(memory);
  std::uninitialized_value_construct_n(counts_, count);
}

SharedCounts::~SharedCounts() { ::munmap(counts_, count_ * sizeof(Count)); }

std::uint64_t SharedCounts::sum(std::size_t first) const {
  return std::accumulate(counts_ + first, counts_ + count_, std::uint64_t{0});
}

void work_in_processes(std::size_t count, std::size_t jobs, const Work& work, const Take& take,
                       const Wait& wait) {
  const std::size_t processes = std::min(jobs, count);
  if (processes <= 1) {
    for (std::size_t i = 0; i < count; ++i) {
      take(i, work(i));
    }
    return;
  }
  std::list<Worker> workers;
  for (std::size_t i = 0; i < processes; ++i) {
    workers.emplace_back(Worker::Pieces{i, processes, count}, work);
  }
  auto next = workers.begin();
  for (std::size_t i = 0; i < count; ++i) {
    while (!next->ready()) {
      if (wait) wait();
    }
    take(i, next->receive());
    next = std::next(next) == workers.end() ? workers.begin() : std::next(next);
  }
}

}  // namespace hb::cli
