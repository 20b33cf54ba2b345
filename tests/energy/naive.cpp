// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/energy/naive.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::energy::test {

namespace {

using arch::Opcode;

/// A step of a CONV in its cycle.
struct Step {
  std::size_t layer = 0;
  bool there = false;
};

class Naive {
 public:
  Naive(const arch::Program& program, const arch::Timeline& timeline)
      : program_(program),
        machine_(program.machine),
        counts_(program.layers.size() + 1),
        steps_(timeline.total + 1) {
    for (const arch::CommandTimes& times : timeline.commands) command(times);
    for (std::uint64_t beat = 0; beat < timeline.counters[arch::kCounterFetchBeats]; ++beat) {
      fetched_ += machine_.bus_bytes;
    }
    const std::size_t last = program.layers.empty() ? 0 : program.layers.size() - 1;
    move(counts_[last], fetched_ - started_ * arch::kCommandBytes, Action::kDramRead);
    array(timeline.total);
    spread();
    HB_ASSERT(moved_ == 0 && read_ == 0, "{} cycles of movement, {} of reads", moved_, read_);
  }

  [[nodiscard]] std::vector<Counts> result() { return counts_; }

 private:
  [[nodiscard]] std::size_t place(std::uint16_t layer) const {
    return std::min<std::size_t>(layer, counts_.size() - 1);
  }

  static void move(Counts& counts, std::uint64_t bytes, Action direction) {
    for (std::uint64_t byte = 0; byte < bytes; ++byte) {
      ++counts[Action::kBusTransfer];
      ++counts[direction];
    }
  }

  void command(const arch::CommandTimes& times) {
    const arch::CommandWords words = program_.command(times.index);
    const std::size_t layer = place(arch::decode_common(words).layer);
    ++started_;
    move(counts_[layer], arch::kCommandBytes, Action::kDramRead);
    switch (static_cast<Opcode>(arch::opcode_bits(words))) {
      case Opcode::kLoad:
        return load(arch::decode_transfer(words), counts_[layer]);
      case Opcode::kStore:
        return store(arch::decode_transfer(words), counts_[layer]);
      case Opcode::kPool:
        return pool(arch::decode_pool(words), counts_[layer]);
      default:
        return conv(arch::decode_conv(words), layer, times.start);
    }
  }

  void load(const arch::Transfer& load, Counts& counts) {
    for (std::uint32_t row = 0; row < std::uint32_t{load.rows} * load.segments; ++row) {
      if (load.buffer == arch::Buffer::kActivation) {
        counts[Action::kActivationWrite] += 4 * machine_.rows;
        move(counts, 4 * machine_.rows, Action::kDramRead);
        continue;
      }
      counts[load.buffer == arch::Buffer::kWeight ? Action::kWeightWrite
                                                  : Action::kParameterWrite] +=
          4 * machine_.columns;
      move(counts, 4 * machine_.columns, Action::kDramRead);
    }
  }

  void store(const arch::Transfer& store, Counts& counts) {
    for (std::uint32_t row = 0; row < std::uint32_t{store.rows} * store.segments; ++row) {
      ++counts[Action::kActivationRead];
      move(counts, 4 * machine_.rows, Action::kDramWrite);
    }
  }

  void pool(const arch::Pool& pool, Counts& counts) {
    const std::int64_t rows = machine_.rows;
    const std::int64_t height = (rows - 1) * pool.stride_y + pool.kernel_height;
    const std::int64_t width = (pool.output_width - 1) * pool.stride_x + pool.kernel_width;
    for (std::int64_t word = 0; word < pool.channel_words; ++word) {
      for (std::int64_t group = 0; group * rows < pool.output_height; ++group) {
        for (std::int64_t x = 0; x < width; ++x) {
          for (std::int64_t y = 0; y < height; ++y) {
            const std::int64_t iy = group * rows * pool.stride_y - pool.pad_top + y;
            const std::int64_t ix = x - pool.pad_left;
            if (iy < 0 || iy >= pool.input_height || ix < 0 || ix >= pool.input_width) continue;
            ++counts[Action::kActivationRead];
            for (std::int64_t r = 0; r < rows; ++r) counts[Action::kMaximum] += 4 * machine_.rows;
          }
        }
      }
      for (std::int64_t q = 0; q < pool.output_height * pool.output_width; ++q) {
        counts[Action::kActivationWrite] += 4 * machine_.rows;
      }
    }
  }

  void conv(const arch::Conv& conv, std::size_t layer, arch::Cycles start) {
    arch::Cycles now = start;
    const std::uint64_t pixels = std::uint64_t{conv.output_height} * conv.output_width;
    for (std::uint32_t n = 0; n < conv.tiles; ++n) {
      for (std::uint64_t p = 0; p * machine_.rows < pixels; ++p) {
        for (std::uint32_t word = 0; word < conv.channel_words; ++word) {
          for (std::uint32_t ky = 0; ky < conv.kernel_height; ++ky) {
            for (std::uint32_t kx = 0; kx < conv.kernel_width; ++kx) {
              for (std::uint32_t r = 0; r < machine_.rows; ++r) {
                step(conv, layer, p * machine_.rows + r, ky, kx);
                steps_[now++] = {layer, true};
              }
            }
          }
        }
        tile(conv, counts_[layer], n, p);
      }
    }
  }

  /// One pixel's operand word meets the C columns, lane by lane.
  void step(const arch::Conv& conv, std::size_t layer, std::uint64_t q, std::uint32_t ky,
            std::uint32_t kx) {
    Counts& counts = counts_[layer];
    const bool exists = q < std::uint64_t{conv.output_height} * conv.output_width;
    for (std::uint32_t lane = 0; lane < machine_.rows; ++lane) {
      ++counts[Action::kOperandClock];
      for (std::uint32_t c = 0; exists && c < machine_.columns; ++c) {
        ++counts[conv.precision == arch::Precision::kInt4 ? Action::kMacInt4
                 : conv.narrow_weights                    ? Action::kMacW4a8
                                                          : Action::kMacInt8];
        --counts[Action::kPeIdle];  // spread() takes every PE of a moving cycle for idle
      }
    }
    const std::int64_t iy =
        static_cast<std::int64_t>(q / conv.output_width) * conv.stride_y + ky - conv.pad_top;
    const std::int64_t ix =
        static_cast<std::int64_t>(q % conv.output_width) * conv.stride_x + kx - conv.pad_left;
    if (exists && iy >= 0 && iy < conv.input_height && ix >= 0 && ix < conv.input_width) {
      ++counts[Action::kActivationRead];
    }
  }

  void tile(const arch::Conv& conv, Counts& counts, std::uint32_t n, std::uint64_t p) {
    counts[Action::kParameterRead] += 4 * machine_.columns;
    if (conv.partial) return;
    for (std::uint32_t r = 0; r < machine_.rows; ++r) {
      counts[Action::kAccumulatorClock] += 2 * machine_.columns;
      const std::uint64_t q = p * machine_.rows + r;
      if (q >= std::uint64_t{conv.output_height} * conv.output_width) continue;
      row(conv, counts, n);
    }
  }

  void row(const arch::Conv& conv, Counts& counts, std::uint32_t n) {
    const Action quantize =
        conv.contract == arch::Contract::kOrt ? Action::kQuantizeOrt : Action::kQuantizeTflite;
    const bool last = n + 1 == conv.tiles;
    counts[quantize] += machine_.columns;
    counts[Action::kActivationWrite] += written(conv.output, n, last);
    if (conv.copy) {
      counts[quantize] += machine_.columns;
      counts[Action::kActivationWrite] += written(*conv.copy, n, last);
    }
    if (conv.residual) {
      counts[Action::kAdd] += machine_.columns;
      ++counts[Action::kActivationRead];
    }
  }

  /// Bytes of a word that tile n's row writes, byte by byte.
  [[nodiscard]] std::uint64_t written(const arch::Output& output, std::uint32_t n,
                                      bool last) const {
    const bool int4 = output.precision == arch::Precision::kInt4;
    const std::uint32_t part_bytes = int4 ? machine_.columns / 2 : machine_.columns;
    const std::uint32_t part = (output.part + n) % (4 * machine_.rows / part_bytes);
    std::uint64_t bytes = 0;
    for (std::uint32_t byte = 0; byte < 4 * machine_.rows; ++byte) {
      const bool inside = byte / part_bytes == part;
      bytes += inside || (last && byte / part_bytes > part) ? 1 : 0;
    }
    return bytes;
  }

  /// The array's own registers, cycle by cycle: what hb_array's always_ff does at the end of each.
  void array(arch::Cycles total) {
    std::uint64_t travel = 0;
    bool word = false;  // word_valid_i: a step two cycles ago
    bool step1 = false;
    bool step2 = false;
    for (arch::Cycles now = 0; now < total; ++now) {
      moved_ += travel != 0 ? 1 : 0;
      read_ += travel != 0 || step1 || step2 ? 1 : 0;
      word = step2;
      travel = word ? machine_.rows + machine_.columns : travel - (travel != 0 ? 1 : 0);
      step2 = step1;
      step1 = steps_[now].there;
    }
  }

  /// Gives each of those cycles to a step: its own, and the ones after it without a step.
  void spread() {
    const std::uint64_t places = std::uint64_t{machine_.rows} * machine_.columns;
    const std::uint64_t travel = machine_.rows + machine_.columns;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (!steps_[i].there) continue;
      std::uint64_t gap = 0;
      while (i + 1 + gap < steps_.size() && !steps_[i + 1 + gap].there && gap < travel + 1) ++gap;
      const std::uint64_t moves = 1 + std::min(gap, travel - 1);
      Counts& counts = counts_[steps_[i].layer];
      counts[Action::kOperandClock] += moves * (2 * places + machine_.columns);
      counts[Action::kAccumulatorClock] += moves * places;
      counts[Action::kPeIdle] += moves * places;
      counts[Action::kWeightRead] += (1 + gap) * machine_.columns;
      moved_ -= moves;
      read_ -= 1 + gap;
    }
  }

  const arch::Program& program_;
  const arch::Machine& machine_;
  std::vector<Counts> counts_;
  std::vector<Step> steps_;  ///< by cycle
  std::uint64_t moved_ = 0;  ///< cycles in which the array moves, less those that a step bears
  std::uint64_t read_ = 0;   ///< the same of the weight banks' reads
  std::uint64_t started_ = 0;
  std::uint64_t fetched_ = 0;
};

}  // namespace

std::vector<Counts> naive_counts(const arch::Program& program, const arch::Timeline& timeline) {
  return Naive(program, timeline).result();
}

}  // namespace hb::energy::test
