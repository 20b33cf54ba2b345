// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Watches start and retire pulses, buffer writes and causes: makes the Timeline, and knows where in
// the program each engine is. The tags are the harness's own; the machine does not carry them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/arch/events.hpp"
#include "model/arch/ports.hpp"
#include "model/arch/program.hpp"
#include "sim/divergence.hpp"
#include "sim/memory.hpp"
#include "sim/signals.hpp"
#include "sim/violations.hpp"

namespace hb::sim {

/// Makes the Timeline (docs/timing.md: cycle 0 is the first in which `running` is visible).
class Recorder {
 public:
  explicit Recorder(Violations& violations);

  /// What is visible in harness cycle t.
  template <class Outputs>
  void step(Cycles t, const Outputs& outputs) {
    if (outputs.running != 0) {
      running_ = true;
      cycle_ = total_++;
    } else if (running_) {
      running_ = false;
      cycle_ = total_;
    }
    for (std::uint32_t e = 0; e < arch::kEngines; ++e) {
      if (outputs.start[e].valid != 0) {
        start(t, e, outputs.start[e].index);
      }
      if (outputs.retire[e].valid != 0) {
        retire(t, e, outputs.retire[e].index);
      }
    }
    if (outputs.cause_valid != 0) {
      cause(outputs.cause);
    }
  }

  [[nodiscard]] bool running() const { return running_; }
  /// Of the run; after it, its total.
  [[nodiscard]] Cycles cycle() const { return cycle_; }
  [[nodiscard]] const std::array<std::uint64_t, arch::kEngines>& retired() const {
    return retired_;
  }
  [[nodiscard]] const std::array<Cycles, arch::kCauses>& causes() const { return cause_cycles_; }
  /// Running cycles seen, thus the number of the next one.
  [[nodiscard]] Cycles total() const { return total_; }
  /// Commands that started and have not retired.
  [[nodiscard]] std::size_t open() const {
    return open_[0].size() + open_[1].size() + open_[2].size();
  }

  /// Commands in program order, causes, total; the rest is for the caller to fill.
  [[nodiscard]] arch::Timeline timeline() const;

 private:
  using Open =
      Ring<std::uint32_t, 64>;  ///< positions in `commands_` of commands that have not retired

  void start(Cycles t, std::uint32_t engine, std::uint32_t index);
  void retire(Cycles t, std::uint32_t engine, std::uint32_t index);
  void cause(std::uint32_t value);

  Violations& violations_;
  std::vector<arch::CommandTimes> commands_;  ///< in the order of their starts
  std::array<Open, arch::kEngines> open_;
  std::array<std::uint64_t, arch::kEngines> retired_{};
  std::vector<arch::CauseSpan> causes_;
  std::array<Cycles, arch::kCauses> cause_cycles_{};
  Cycles cause_count_ = 0;
  Cycles cycle_ = 0;
  Cycles total_ = 0;
  bool running_ = false;
};

/// Follows the commands in the engines, to say which of them a signal belongs to.
class Tags {
 public:
  explicit Tags(const arch::Program& program) : program_(program) {}

  /// What is visible in run cycle `cycle`, and whether a store beat is taken in it. Call place()
  /// for this cycle before.
  template <class Outputs>
  void step(Cycles cycle, const Outputs& outputs, bool store_beat) {
    if (outputs.residual_read.valid != 0) {
      residuals_.count();
    }
    if (outputs.output_write.valid != 0) {
      outputs_.count();
    }
    if (outputs.copy_write.valid != 0) {
      copies_.count();
    }
    if (store_beat) {
      beats_.count();
    }
    for (std::uint32_t e = 0; e < arch::kEngines; ++e) {
      if (outputs.start[e].valid != 0) {
        start(cycle, e, outputs.start[e].index);
      }
      if (outputs.retire[e].valid != 0) {
        retire(e);
      }
    }
  }

  /// Where `topic` is in run cycle `cycle`. `byte`: the first differing byte of a word, with `high`
  /// if only its high nibble differs; none for other fields.
  struct Query {
    Topic topic = Topic::kControl;
    Cycles cycle = 0;
    std::optional<std::uint32_t> byte;
    bool high = false;
  };
  [[nodiscard]] Place place(const Query& query) const;

  /// Of a command in the program, with its layer.
  [[nodiscard]] Place command(std::uint32_t index) const;

 private:
  struct Nest {
    std::uint32_t index = 0;
    arch::Conv conv;                 ///< of a CONV
    std::optional<arch::Pool> pool;  ///< of a POOL
    Cycles start = 0;
  };
  /// A command and how many writes (or store beats) it makes.
  struct Share {
    Nest nest;
    std::uint64_t total = 0;
  };
  /// Writes of commands in order, counted.
  struct Writes {
    std::uint64_t done = 0;    ///< of the command at the front
    Ring<Share, 64> commands;  ///< with writes still to come
    void add(const Nest& nest, std::uint64_t total) {
      if (total != 0 && !commands.full()) {
        commands.push({nest, total});
      }
    }
    void count() {
      if (!commands.empty() && ++done == commands.front().total) {
        done = 0;
        commands.pop();
      }
    }
  };
  using Open = Ring<std::uint32_t, 64>;

  void start(Cycles cycle, std::uint32_t engine, std::uint32_t index);
  void start_compute(Cycles cycle, std::uint32_t index);
  void retire(std::uint32_t engine);
  [[nodiscard]] Place engine_place(arch::Engine engine, bool newest) const;
  [[nodiscard]] Place feed_place(const Query& query) const;
  [[nodiscard]] Place row_place(const Writes& writes) const;
  [[nodiscard]] Place pool_place(const Writes& writes) const;
  [[nodiscard]] Place write_place(const Writes& writes, const Query& query, bool copy) const;

  const arch::Program& program_;
  std::array<Open, arch::kEngines> open_;
  Nest issuing_;  ///< the last compute command that started
  bool issued_ = false;
  Writes residuals_;  ///< reads of them
  Writes outputs_;
  Writes copies_;
  Writes beats_;
};

}  // namespace hb::sim
