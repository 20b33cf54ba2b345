// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A chip with clock, memory and an AXI4-Lite host, for tests that look at one machine alone.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <systemc>
#include <vector>

#include "model/arch/error.hpp"
#include "model/arch/program.hpp"
#include "model/cycle/chip.hpp"
#include "tests/cycle/memory.hpp"

namespace hb::cycle::test {

/// The machine of this executable: SystemC elaborates once per process, so there is one per
/// machine.
using Shape = arch::shapes::HB_TEST_MACHINE;

[[nodiscard]] arch::Machine machine();

/// One access and its answer.
struct Access {
  bool write = false;
  std::uint32_t address = 0;
  std::uint32_t data = 0;
  std::uint32_t resp = 0;
  std::uint64_t asked = 0;     ///< cycle (since reset) in which valid was first visible
  std::uint64_t accepted = 0;  ///< of the handshake
  std::uint64_t answered = 0;  ///< in which the answer became visible
};

/// What happened in one run, counted from cycle 0 of the run.
struct Trace {
  std::vector<arch::CommandTimes> commands;  ///< in order of start
  std::vector<arch::Cause> causes;           ///< by cycle
  std::uint64_t total = 0;
  std::vector<std::uint64_t> fetches, load_writes, feed_reads, store_reads, residual_reads;
  std::vector<std::uint64_t> outputs, copies;
  std::vector<std::uint32_t> feed_addresses, residual_addresses, output_addresses;
  std::uint32_t narrow_outputs = 0;  ///< output writes whose mask is not full

  [[nodiscard]] const arch::CommandTimes& of(std::uint32_t index) const;
};

class Bench : public sc_core::sc_module {
 public:
  using Outputs = arch::Outputs<Shape>;

  Image image;
  arch::MemoryTiming timing;
  ReadPort fetch_port, load_port;
  WritePort store_port;
  Trace trace;
  bool record = true;

  explicit Bench(const sc_core::sc_module_name& name);

  /// Resets machine and memory.
  void reset();
  /// One AXI4-Lite access, to its answer.
  Access access(Access request);
  std::uint32_t read(std::uint32_t address);
  void write(std::uint32_t address, std::uint32_t data);
  /// Runs `count` cycles.
  void cycles(std::uint64_t count);
  /// Sets up and rings the doorbell; runs until `running` has fallen. Fails after `limit` cycles.
  void run(const arch::Program& program, std::uint64_t limit = 1000000);
  /// Sets up and rings the doorbell, no more.
  void ring(const arch::Program& program);
  void finish(std::uint64_t limit);

  [[nodiscard]] std::uint64_t now() const { return now_; }
  [[nodiscard]] const Outputs& outputs() const { return out_; }
  [[nodiscard]] std::string describe() const { return chip_.describe(); }
  void scramble(std::uint64_t seed) { chip_.scramble(seed); }

 private:
  void tick();
  void follow();
  void follow_commands(std::uint64_t t);
  void follow_words(std::uint64_t t);

  sc_core::sc_clock clock_;
  sc_core::sc_signal<InputsOf<Shape>> inputs_;
  Chip<Shape> chip_;
  InputsOf<Shape> in_{};
  Outputs out_{};
  std::uint64_t now_ = 0;   ///< cycles since reset
  std::uint64_t zero_ = 0;  ///< cycle 0 of the run, in cycles since reset
  bool ran_ = false;        ///< running was visible one cycle ago
};

/// The bench of this process.
[[nodiscard]] Bench& bench();

}  // namespace hb::cycle::test
