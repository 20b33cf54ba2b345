// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a command reads and writes, as exact sets of words, rows and bytes.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "model/arch/machine.hpp"
#include "sw/schedule/command.hpp"

namespace hb::schedule {

/// `count` pieces of `length` consecutive units, `stride` apart. Pieces never touch: make_pieces()
/// joins those that would.
struct Pieces {
  std::uint64_t start = 0;
  std::uint64_t stride = 1;
  std::uint64_t count = 1;
  std::uint64_t length = 0;
};

/// One past the last unit.
[[nodiscard]] inline std::uint64_t end_of(const Pieces& pieces) {
  return pieces.start + (pieces.count - 1) * pieces.stride + pieces.length;
}

[[nodiscard]] Pieces make_pieces(std::uint64_t start, std::uint64_t stride, std::uint64_t count,
                                 std::uint64_t length);
/// Whether the two have a unit in common. Exact.
[[nodiscard]] bool overlap(const Pieces& a, const Pieces& b);

enum class Space : std::uint8_t { kActivation, kWeight, kParameter, kMemory };
/// The readers and writers of activation words within compute, which meet at a bank's ports in
/// their own ways; every other access is `kOther`.
enum class Role : std::uint8_t { kOther, kInput, kResidual, kOutput, kCopy };

struct Access {
  Space space = Space::kActivation;
  bool write = false;
  Role role = Role::kOther;
  Pieces pieces;
  std::uint32_t banks = 0;  ///< bit per activation bank it uses; 0 elsewhere
};

/// The accesses of a command: at most those of a CONV with everything.
class AccessList {
 public:
  AccessList(std::initializer_list<Access> list) {
    for (const Access& access : list) push_back(access);
  }
  void push_back(const Access& access) { items_.at(count_++) = access; }
  [[nodiscard]] const Access* begin() const { return items_.data(); }
  [[nodiscard]] const Access* end() const { return items_.data() + count_; }

 private:
  std::array<Access, 6> items_;
  std::size_t count_ = 0;
};

/// Activation bank of a word: banks are consecutive pieces of the buffer.
[[nodiscard]] inline std::uint32_t bank_of(const arch::Machine& machine, std::uint64_t word) {
  return static_cast<std::uint32_t>(word / machine.bank_words());
}

/// Every access of `command`; a CONV with `partial` writes nothing and has no parameters. Throws
/// hb::Error for a CONV or POOL that reads words it writes, and for a CONV of which output and
/// copy, or input and residual, share a bank.
[[nodiscard]] AccessList accesses(const Command& command, const arch::Machine& machine);

/// Whether commands of *different engines* with these accesses must be ordered.
[[nodiscard]] bool conflict(const Access& a, const Access& b);
[[nodiscard]] bool conflict(const AccessList& a, const AccessList& b);
/// Whether a CONV with access `later` must start after an earlier CONV with access `earlier` has
/// retired. (A POOL runs alone anyway.)
[[nodiscard]] bool needs_fence(const Access& earlier, const Access& later);

}  // namespace hb::schedule
