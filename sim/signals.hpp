// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The one list of signals at the machine's border: name and place of each field of arch::Outputs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/ports.hpp"

namespace hb::sim {

/// What a signal belongs to, and thus which command a difference in it concerns.
enum class Topic : std::uint8_t {
  kControl,
  kFetch,
  kLoadAddress,
  kLoadWrite,
  kStoreAddress,
  kStoreData,
  kFeed,
  kResidual,
  kOutput,
  kCopy,
  kPulse,
};

/// `words` 32-bit words from byte `offset` of the struct.
struct Signal {
  std::string name;
  std::size_t offset = 0;
  std::size_t words = 1;
  Topic topic = Topic::kControl;
};

/// Appends fields one behind the other, as they lie in the struct (which holds 32-bit words only).
class SignalList {
 public:
  SignalList& add(const std::string& name, Topic topic, std::size_t words = 1) {
    signals_.push_back({name, offset_, words, topic});
    offset_ += 4 * words;
    return *this;
  }
  void address(const std::string& name, Topic topic) {
    add(name + ".valid", topic).add(name + ".address", topic).add(name + ".beats", topic);
  }
  void word_write(const std::string& name, Topic topic, std::size_t word_bytes) {
    add(name + ".valid", topic).add(name + ".address", topic);
    add(name + ".mask", topic, (word_bytes + 31) / 32).add(name + ".data", topic, word_bytes / 4);
  }
  void pulse(const std::string& name) {
    add(name + ".valid", Topic::kPulse).add(name + ".index", Topic::kPulse);
  }
  [[nodiscard]] std::size_t bytes() const { return offset_; }
  [[nodiscard]] std::vector<Signal> take() { return std::move(signals_); }

 private:
  std::vector<Signal> signals_;
  std::size_t offset_ = 0;
};

/// All signals of arch::Outputs for a bus of `bus_bytes` and words of `word_bytes`, in the struct's
/// order. `struct_bytes` is the struct's size: the list must fill it.
[[nodiscard]] std::vector<Signal> list_signals(std::size_t bus_bytes, std::size_t word_bytes,
                                               std::size_t struct_bytes);

template <class Shape>
[[nodiscard]] std::vector<Signal> signals() {
  using Outputs = arch::Outputs<Shape>;
  static_assert(std::is_trivially_copyable_v<Outputs> && alignof(Outputs) == 4);
  return list_signals(Shape::kBusBytes, Shape::kWordBytes, sizeof(Outputs));
}

}  // namespace hb::sim
