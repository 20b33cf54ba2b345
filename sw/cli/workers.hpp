// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Pieces of work in several processes: each simulated machine has one of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace hb::cli {

/// Does piece `index` and returns its result, in bytes.
using Work = std::function<std::string(std::size_t index)>;
/// Receives the results, in order of their index.
using Take = std::function<void(std::size_t index, std::string result)>;

/// Called a few times a second while a result is waited for.
using Wait = std::function<void()>;

/// Counts, 0 at first, that this process shares with those it starts later.
class SharedCounts {
 public:
  /// Throws hb::Error without memory for them.
  explicit SharedCounts(std::size_t count);
  ~SharedCounts();
  SharedCounts(const SharedCounts&) = delete;
  SharedCounts& operator=(const SharedCounts&) = delete;

  void set(std::size_t index, std::uint64_t value) { counts_[index] = value; }
  /// Of those from `first` on.
  [[nodiscard]] std::uint64_t sum(std::size_t first) const;

 private:
  using Count = std::atomic<std::uint64_t>;
  static_assert(Count::is_always_lock_free, "a lock would not be shared");

  std::size_t count_;
  Count* counts_ = nullptr;
};

/// Pieces 0 .. count - 1 in at most `jobs` processes; with one in this process. What a piece throws
/// is thrown here when its turn comes: hb::Error and ProgramError as they are. Throws hb::Error for
/// a process that ended before its work was done, and says how. Call before SystemC is elaborated.
void work_in_processes(std::size_t count, std::size_t jobs, const Work& work, const Take& take,
                       const Wait& wait = {});

}  // namespace hb::cli
