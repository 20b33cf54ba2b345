// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// First-in first-out stores: Fifo inside a module, CommandQueue between modules.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <systemc>
#include <variant>

#include "model/arch/commands.hpp"
#include "model/arch/error.hpp"

namespace hb::cycle {

/// At most `Depth` elements; changes at once.
template <class T, std::size_t Depth>
class Fifo {
 public:
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] bool full() const { return size_ == Depth; }
  [[nodiscard]] T& front() { return items_[first_]; }
  [[nodiscard]] const T& front() const { return items_[first_]; }
  void push(const T& item) {
    HB_ASSERT(!full(), "push into a full fifo of {}", Depth);
    items_[(first_ + size_) % Depth] = item;
    ++size_;
  }
  void pop() {
    HB_ASSERT(!empty(), "pop from an empty fifo of {}", Depth);
    first_ = (first_ + 1) % Depth;
    --size_;
  }
  void clear() { size_ = 0; }

 private:
  std::array<T, Depth> items_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

/// What the compute queue holds.
using ComputeCommand = std::variant<arch::Conv, arch::Pool>;

[[nodiscard]] inline const arch::Common& common_of(const ComputeCommand& command) {
  return std::visit([](const auto& either) -> const arch::Common& { return either.common; },
                    command);
}

/// A command (arch::Transfer or ComputeCommand) with its index in the program.
template <class T>
struct Indexed {
  T command;
  std::uint32_t index = 0;
};

/// The queue between dispatch and one engine: a push or pop is visible from the next cycle.
template <class T, std::size_t Depth>
class CommandQueue : public sc_core::sc_prim_channel {
 public:
  explicit CommandQueue(const char* name) : sc_core::sc_prim_channel(name) {}

  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] bool full() const { return items_.full(); }
  [[nodiscard]] const Indexed<T>& front() const { return items_.front(); }
  void push(const Indexed<T>& item) {
    pushed_ = item;
    push_ = true;
    request_update();
  }
  void pop() {
    pop_ = true;
    request_update();
  }
  void clear() {
    clear_ = true;
    request_update();
  }

 protected:
  void update() override {
    if (pop_) items_.pop();
    if (push_) items_.push(pushed_);
    if (clear_) items_.clear();
    push_ = pop_ = clear_ = false;
  }

 private:
  Fifo<Indexed<T>, Depth> items_;
  Indexed<T> pushed_{};
  bool push_ = false;
  bool pop_ = false;
  bool clear_ = false;
};

// Named constants of docs/timing.md section 1.
inline constexpr std::uint32_t kFetchDepth = 4;
inline constexpr std::uint32_t kSlots = 4;
inline constexpr std::uint32_t kBursts = 16;
inline constexpr std::uint32_t kStoreWords = 4;

using LoadQueue = CommandQueue<arch::Transfer, 8>;
using ComputeQueue = CommandQueue<ComputeCommand, 4>;
using StoreQueue = CommandQueue<arch::Transfer, 8>;

}  // namespace hb::cycle
