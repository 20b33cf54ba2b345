// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/threads.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

#include "model/arch/error.hpp"

namespace hb::cli {

namespace {

constexpr std::chrono::milliseconds kWait(200);

/// Hands out the pieces in order, so that all before the first that throws are done whichever
/// thread has them.
class Pieces {
 public:
  explicit Pieces(std::size_t count) : count_(count), failed_(count) {}

  /// What a thread does.
  void run(const std::function<void(std::size_t)>& work) {
    for (std::size_t index = take(); index < count_; index = take()) {
      try {
        work(index);
        finish();
      } catch (...) {
        fail(index, std::current_exception());
      }
    }
    const std::lock_guard lock(mutex_);
    ++idle_;
    changed_.notify_all();
  }

  /// No other piece is begun.
  void stop() {
    const std::lock_guard lock(mutex_);
    next_ = count_;
  }

  /// Until `threads` threads have nothing to do any more.
  void watch(std::size_t threads, const std::function<void(std::size_t)>& wait) {
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, kWait, [&] { return idle_ == threads; })) {
      if (!wait) continue;
      const std::size_t done = done_;
      lock.unlock();
      wait(done);
      lock.lock();
    }
  }

  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }

 private:
  std::size_t take() {
    const std::lock_guard lock(mutex_);
    return next_ < count_ ? next_++ : count_;
  }
  void finish() {
    const std::lock_guard lock(mutex_);
    ++done_;
  }
  void fail(std::size_t index, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    next_ = count_;
    if (index < failed_) {
      failed_ = index;
      error_ = std::move(error);
    }
  }

  const std::size_t count_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
  std::size_t idle_ = 0;  ///< threads
  std::size_t failed_;    ///< the first piece that threw
  std::exception_ptr error_;
};

/// Threads that are waited for, however this scope ends.
class Threads {
 public:
  explicit Threads(Pieces& pieces) : pieces_(pieces) {}
  ~Threads() {
    pieces_.stop();
    for (std::thread& thread : threads_) thread.join();
  }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

  void start(const std::function<void(std::size_t)>& work) {
    try {
      threads_.emplace_back([this, &work] { pieces_.run(work); });
    } catch (const std::system_error&) {
      throw bad_input("--jobs", "no thread can be started", "fewer of them");
    }
  }

 private:
  Pieces& pieces_;
  std::vector<std::thread> threads_;
};

}  // namespace

void work_in_threads(std::size_t count, std::size_t jobs,
                     const std::function<void(std::size_t index)>& work,
                     const std::function<void(std::size_t done)>& wait) {
  Pieces pieces(count);
  const std::size_t wanted = std::min(jobs, count);
  {
    Threads threads(pieces);
    for (std::size_t i = 0; i < wanted; ++i) threads.start(work);
    pieces.watch(wanted, wait);
  }
  pieces.rethrow();
}

}  // namespace hb::cli
