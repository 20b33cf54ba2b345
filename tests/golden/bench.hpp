// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Single commands on a machine whose buffers hold given bytes: what do they leave there?
#pragma once

#include <vector>

#include "model/golden/execute.hpp"
#include "tests/golden/layout.hpp"
#include "tests/support/random.hpp"

namespace hb::test {

/// Puts bytes in buffers, runs commands, returns words of the activation buffer.
class Bench {
 public:
  explicit Bench(const arch::Machine& machine) : machine_(machine), assembly_(machine, 64) {}

  void put(arch::Buffer buffer, std::uint32_t row, const Bytes& bytes) {
    assembly_.load(buffer, assembly_.place(bytes), row, bytes.size());
  }
  template <class Command>
  void run(const Command& command) {
    assembly_.add(arch::encode(command));
  }
  /// Executes all so far; `words` words from `address` on.
  [[nodiscard]] Bytes read(std::uint32_t address, std::uint32_t words) {
    arch::Transfer store;
    store.memory_address = assembly_.place(Bytes(std::size_t{words} * machine_.word_bytes(), 0x5A));
    store.buffer_address = address;
    store.rows = static_cast<std::uint16_t>(words);
    assembly_.add(arch::encode_store(store));
    assembly_.add(arch::encode_end());
    result_ = golden::execute(assembly_.finish(), &undefined_);
    const auto begin = result_.memory.begin() + store.memory_address;
    return {begin, begin + static_cast<std::ptrdiff_t>(words * machine_.word_bytes())};
  }
  [[nodiscard]] const golden::Result& result() const { return result_; }
  [[nodiscard]] const std::vector<golden::Undefined>& undefined() const { return undefined_; }

 private:
  arch::Machine machine_;
  Assembly assembly_;
  golden::Result result_;
  std::vector<golden::Undefined> undefined_;
};

[[nodiscard]] inline Bytes random_bytes(Random& random, std::size_t count) {
  Bytes bytes(count);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random.below(256));
  return bytes;
}

}  // namespace hb::test
