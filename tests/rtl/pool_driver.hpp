// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Drives hb_pool as hb_sequencer and the activation buffer do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "model/arch/commands.hpp"
#include "sim/rtl_chip.hpp"
#include "tests/rtl/bits.hpp"
#include "tests/rtl/block.hpp"
#include "tests/support/random.hpp"

namespace hb::rtl_test {

/// A POOL (docs/commands.md section 4).
struct Pool {
  bool int4 = false;
  std::uint32_t input_address = 0, input_plane = 0, input_height = 1, input_width = 1;
  std::uint32_t kernel_height = 1, kernel_width = 1, stride_y = 1, stride_x = 1;
  std::uint32_t pad_top = 0, pad_left = 0, channel_words = 1;
  std::uint32_t output_height = 1, output_width = 1;
  std::uint32_t output_address = 0, output_plane = 0;
  std::uint32_t index = 0, signals = 0;
};

/// An access to the activation buffer in a cycle, counted from the command's first step.
template <class Shape>
struct PoolAccess {
  using Word = std::array<std::uint8_t, Shape::kWordBytes>;
  std::size_t cycle = 0;
  std::uint32_t address = 0;
  Word word{};  ///< written
  friend bool operator==(const PoolAccess& a, const PoolAccess& b) {
    return a.cycle == b.cycle && a.address == b.address && a.word == b.word;
  }
};

/// What a command did.
template <class Shape>
struct PoolRun {
  std::vector<PoolAccess<Shape>> reads, writes;
  std::vector<std::size_t> lasts;  ///< steps that last_o marked
  std::vector<std::size_t> retirements;
};

template <class Model, class Shape>
class PoolDriver {
 public:
  using Word = typename PoolAccess<Shape>::Word;
  using Memory = std::vector<Word>;
  static constexpr std::uint32_t kRows = Shape::kRows;
  static constexpr std::size_t kDrain = kRows + 3;
  static constexpr std::uint32_t kValid = 8 + arch::kIndexBits;  ///< of a pulse_t: its highest bit

  explicit PoolDriver(std::uint64_t seed) : random_(seed), pool_(seed) {
    apply(Pool{});
    pool_->clear_i = 0;
    pool_->rst_ni = 0;
    cycle(false, nullptr);
    pool_->rst_ni = 1;
  }

  /// `steps` steps without a gap, then cycles until the retirement; all reads meet `memory`.
  PoolRun<Shape> run(const Pool& pool, std::size_t steps, const Memory& memory) {
    apply(pool);
    PoolRun<Shape> done;
    const Word* word = nullptr;
    for (std::size_t t = 0; t < steps + kDrain; ++t) {
      note(t, done);
      const Word* next = nullptr;
      if (pool_->read_valid_o != 0) next = &memory.at(pool_->read_address_o);
      if (t < steps && shows_last()) done.lasts.push_back(t);
      cycle(t < steps, word);
      word = next;
    }
    return done;
  }

  /// The first `cycles` cycles of a command, then clear.
  void run_part(const Pool& pool, std::size_t cycles) {
    apply(pool);
    for (std::size_t t = 0; t < cycles; ++t) cycle(true, nullptr);
    pool_->clear_i = 1;
    cycle(random_.chance(50), nullptr);
    pool_->clear_i = 0;
  }

  /// The index and tokens that a retirement shows now.
  [[nodiscard]] bool shows_retirement_of(const Pool& pool) const {
    std::uint32_t pulse = 0;
    sim::get_port(pool_->retire_o, &pulse, 1);
    return (pulse & ((1U << kValid) - 1)) == (pool.index << 8 | pool.signals);
  }

 private:
  [[nodiscard]] bool shows_last() {
    pool_->eval();
    return pool_->last_o != 0;
  }

  void note(std::size_t t, PoolRun<Shape>& done) const {
    if (pool_->read_valid_o != 0) done.reads.push_back({t, pool_->read_address_o, {}});
    if (pool_->write_valid_o != 0) {
      done.writes.push_back({t, pool_->write_address_o, {}});
      std::array<std::uint32_t, kRows> words{};
      sim::get_port(pool_->write_data_o, words.data(), words.size());
      std::memcpy(done.writes.back().word.data(), words.data(), Shape::kWordBytes);
    }
    std::uint32_t pulse = 0;
    sim::get_port(pool_->retire_o, &pulse, 1);
    if ((pulse >> kValid & 1) != 0) done.retirements.push_back(t);
  }

  /// Read data is `word`, or garbage.
  void cycle(bool step, const Word* word) {
    pool_->step_i = step;
    std::array<std::uint32_t, kRows> words{};
    for (std::uint32_t& lane : words) lane = static_cast<std::uint32_t>(random_.next());
    if (word != nullptr) std::memcpy(words.data(), word->data(), word->size());
    sim::set_port(pool_->read_data_i, words.data(), words.size());
    pool_.clock();
  }

  void apply(const Pool& pool) {
    set_command(pool);
    pool_->origin_i = pool.input_address - pool.pad_top * pool.input_width - pool.pad_left;
    pool_->row_step_i = pool.stride_y * pool.input_width;
    pool_->columns_i = (pool.output_width - 1) * pool.stride_x + pool.kernel_width;
    pool_->rows_i = (kRows - 1) * pool.stride_y + pool.kernel_height;
    pool_->eval();
  }

  /// nest_t and place_t of rtl/hb_pkg.sv, last fields first.
  void set_command(const Pool& pool) {
    Bits<sizeof(pool_->nest_i) / 4> nest;
    nest.put(0, 32).put(pool.output_height * pool.output_width, 32).put(0, 16);
    nest.put(pool.channel_words, 16).put(pool.output_width, 16).put(pool.output_height, 16);
    nest.put(pool.pad_left, 8).put(pool.pad_top, 8).put(pool.stride_x, 8).put(pool.stride_y, 8);
    nest.put(pool.kernel_width, 8).put(pool.kernel_height, 8);
    nest.put(pool.input_width, 16).put(pool.input_height, 16);
    nest.put(pool.input_plane, 32).put(pool.input_address, 32);
    nest.put(pool.signals, 8).put(0, 8).put(pool.index, arch::kIndexBits);
    nest.put(0, 8).put(0, 3);                    // pad value; partial, repeat, narrow
    nest.put(pool.int4, 1).put(0, 1).put(1, 1);  // int4, fence, pool
    nest.to(pool_->nest_i);
    Bits<sizeof(pool_->place_i) / 4> place;
    place.put(0, 8).put(pool.output_plane, 32).put(pool.output_address, 32);
    place.to(pool_->place_i);
  }

  test::Random random_;
  Block<Model> pool_;
};

}  // namespace hb::rtl_test
