// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/energy/count.hpp"

#include <algorithm>

namespace hb::energy {

namespace {

/// A walk over one axis of a strip: `outer` steps of `stride`, each over `inner` positions.
struct Axis {
  std::uint64_t outer;
  std::uint64_t stride;
  std::uint64_t inner;
  std::uint64_t pad;
  std::uint64_t size;  ///< of the strip
};

/// Positions of the walk that lie inside of the strip.
std::uint64_t inside(const Axis& axis) {
  std::uint64_t count = 0;
  for (std::uint64_t step = 0; step < axis.outer; ++step) {
    // Of positions first .. first + inner - 1, counted with the padding in front: those in
    // pad .. pad + size - 1.
    const std::uint64_t first = step * axis.stride;
    const std::uint64_t low = std::max(first, axis.pad);
    const std::uint64_t high = std::min(first + axis.inner, axis.pad + axis.size);
    count += high > low ? high - low : 0;
  }
  return count;
}

/// Bytes of the activation buffer that a tensor's rows of codes write: `rows` for each tile.
std::uint64_t written(const arch::Machine& machine, const arch::Output& output, std::uint64_t tiles,
                      std::uint64_t rows) {
  const std::uint64_t parts = arch::parts_per_word(machine, output.precision);
  const std::uint64_t part_bytes = machine.word_bytes() / parts;
  const std::uint64_t last_part = (output.part + tiles - 1) % parts;  // it clears the word's rest
  return rows * ((tiles - 1) * part_bytes + machine.word_bytes() - last_part * part_bytes);
}

class Counter {
 public:
  Counter(const arch::Program& program, const arch::Timeline& timeline)
      : machine_(program.machine) {
    counts_.layers.resize(program.layers.size());
    for (const arch::CommandTimes& times : timeline.commands) {
      add_command(program.command(times.index), times);
    }
    end_run(kForever);
    add_fetch(timeline);
    for (const Counts& layer : counts_.layers) counts_.total += layer;
  }

  [[nodiscard]] RunCounts result() { return std::move(counts_); }

 private:
  static constexpr arch::Cycles kForever = ~arch::Cycles{0};

  [[nodiscard]] Counts& of(std::uint16_t layer) {
    return layer < counts_.layers.size() ? counts_.layers[layer] : counts_.total;
  }

  void add_command(const arch::CommandWords& words, const arch::CommandTimes& times) {
    const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
    add_memory(of(arch::decode_common(words).layer), arch::kCommandBytes, Action::kDramRead);
    if (opcode == arch::Opcode::kLoad) add_load(arch::decode_transfer(words));
    if (opcode == arch::Opcode::kStore) add_store(arch::decode_transfer(words));
    if (opcode == arch::Opcode::kPool) add_pool(arch::decode_pool(words));
    if (opcode == arch::Opcode::kConv) {
      const arch::Conv conv = arch::decode_conv(words);
      add_steps(conv, times.start);
      add_sums(conv);
    }
  }

  static void add_memory(Counts& counts, std::uint64_t bytes, Action direction) {
    counts[Action::kBusTransfer] += bytes;
    counts[direction] += bytes;
  }

  void add_load(const arch::Transfer& load) {
    const bool activation = load.buffer == arch::Buffer::kActivation;
    const std::uint64_t row_bytes = activation ? machine_.word_bytes() : machine_.row_bytes();
    const std::uint64_t bytes = std::uint64_t{load.rows} * load.segments * row_bytes;
    Counts& counts = of(load.common.layer);
    add_memory(counts, bytes, Action::kDramRead);
    counts[activation                             ? Action::kActivationWrite
           : load.buffer == arch::Buffer::kWeight ? Action::kWeightWrite
                                                  : Action::kParameterWrite] += bytes;
  }

  void add_store(const arch::Transfer& store) {
    const std::uint64_t words = std::uint64_t{store.rows} * store.segments;
    Counts& counts = of(store.common.layer);
    counts[Action::kActivationRead] += words;
    add_memory(counts, words * machine_.word_bytes(), Action::kDramWrite);
  }

  void add_pool(const arch::Pool& pool) {
    const std::uint64_t groups = (pool.output_height + machine_.rows - 1ULL) / machine_.rows;
    const std::uint64_t rows = inside({groups, std::uint64_t{machine_.rows} * pool.stride_y,
                                       pool.group_rows(machine_), pool.pad_top, pool.input_height});
    const std::uint64_t columns =
        inside({1, 0, pool.group_columns(), pool.pad_left, pool.input_width});
    const std::uint64_t reads = pool.channel_words * rows * columns;
    Counts& counts = of(pool.common.layer);
    counts[Action::kActivationRead] += reads;
    counts[Action::kMaximum] += reads * machine_.rows * machine_.word_bytes();
    counts[Action::kActivationWrite] += pool.channel_words * pool.pixels() * machine_.word_bytes();
  }

  /// The array moves from a word's entry on for R + C cycles, and the weight banks read from two
  /// cycles before that on (rtl/hb_array.sv: travel_q, step1_q, step2_q). So a gap between two
  /// CONVs costs its first R + C - 1, or R + C + 1, cycles: the earlier one's.
  void end_run(arch::Cycles next_step) {
    if (run_layer_ == nullptr) return;
    const std::uint64_t gap = next_step - run_end_;
    const std::uint64_t travel = machine_.rows + machine_.columns;
    add_moving(*run_layer_, std::min(gap, travel - 1));
    (*run_layer_)[Action::kPeIdle] += std::min(gap, travel - 1) * places();
    (*run_layer_)[Action::kWeightRead] += std::min(gap, travel + 1) * machine_.columns;
  }

  [[nodiscard]] std::uint64_t places() const {
    return std::uint64_t{machine_.rows} * machine_.columns;
  }

  /// Registers clocked in `cycles` in which the array moves: an operand, a weight and a sum per PE,
  /// and the weights that wait above the array.
  void add_moving(Counts& counts, std::uint64_t cycles) const {
    counts[Action::kOperandClock] += cycles * (2 * places() + machine_.columns);
    counts[Action::kAccumulatorClock] += cycles * places();
  }

  void add_steps(const arch::Conv& conv, arch::Cycles start) {
    end_run(start);
    const std::uint64_t row_tiles = (conv.pixels() + machine_.rows - 1) / machine_.rows;
    const std::uint64_t steps = conv.tiles * row_tiles * conv.tile_steps(machine_);
    const std::uint64_t words = conv.tile_steps(machine_) / machine_.rows;  // of a pixel
    const std::uint64_t pixel_steps = conv.tiles * conv.pixels() * words;
    Counts& counts = of(conv.common.layer);
    add_moving(counts, steps);
    counts[Action::kOperandClock] += steps * machine_.rows;  // the word that enters
    counts[conv.precision == arch::Precision::kInt4 ? Action::kMacInt4
           : conv.narrow_weights                    ? Action::kMacW4a8
                                                    : Action::kMacInt8] += pixel_steps * places();
    counts[Action::kPeIdle] += (steps - pixel_steps) * places();
    counts[Action::kWeightRead] += steps * machine_.columns;
    counts[Action::kActivationRead] +=
        std::uint64_t{conv.tiles} * conv.channel_words *
        inside({conv.output_height, conv.stride_y, conv.kernel_height, conv.pad_top,
                conv.input_height}) *
        inside(
            {conv.output_width, conv.stride_x, conv.kernel_width, conv.pad_left, conv.input_width});
    run_layer_ = &counts;
    run_end_ = start + steps;
  }

  /// What follows a tile: parameters (four words a lane), the column's and the deskew's registers,
  /// the post-processor's rows.
  void add_sums(const arch::Conv& conv) {
    const std::uint64_t row_tiles = (conv.pixels() + machine_.rows - 1) / machine_.rows;
    const std::uint64_t tiles = conv.tiles * row_tiles;
    Counts& counts = of(conv.common.layer);
    counts[Action::kParameterRead] += tiles * 4 * machine_.columns;
    if (conv.partial) return;
    const std::uint64_t rows = conv.tiles * conv.pixels();
    const Action quantize =
        conv.contract == arch::Contract::kTflite ? Action::kQuantizeTflite : Action::kQuantizeOrt;
    counts[Action::kAccumulatorClock] += 2 * tiles * places();
    counts[quantize] += rows * machine_.columns;
    counts[Action::kActivationWrite] += written(machine_, conv.output, conv.tiles, conv.pixels());
    if (conv.copy) {
      counts[quantize] += rows * machine_.columns;
      counts[Action::kActivationWrite] += written(machine_, *conv.copy, conv.tiles, conv.pixels());
    }
    if (conv.residual) {
      counts[Action::kAdd] += rows * machine_.columns;
      counts[Action::kActivationRead] += rows;
    }
  }

  /// Command bytes beyond those of started commands.
  void add_fetch(const arch::Timeline& timeline) {
    const std::uint64_t fetched = timeline.counters[arch::kCounterFetchBeats] * machine_.bus_bytes;
    const std::uint64_t known = timeline.commands.size() * arch::kCommandBytes;
    Counts& last = counts_.layers.empty() ? counts_.total : counts_.layers.back();
    add_memory(last, fetched > known ? fetched - known : 0, Action::kDramRead);
  }

  const arch::Machine& machine_;
  RunCounts counts_;
  Counts* run_layer_ = nullptr;  ///< of the last CONV
  arch::Cycles run_end_ = 0;     ///< the cycle after its last step
};

}  // namespace

RunCounts count_actions(const arch::Program& program, const arch::Timeline& timeline) {
  return Counter(program, timeline).result();
}

Counts leakage_of(const arch::Machine& machine, arch::Cycles cycles) {
  Counts counts;
  counts[Action::kPeLeak] = cycles * machine.rows * machine.columns;
  counts[Action::kActivationLeak] = cycles;
  counts[Action::kWeightLeak] = cycles;
  counts[Action::kParameterLeak] = cycles;
  counts[Action::kPostLeak] = cycles * machine.columns;
  return counts;
}

}  // namespace hb::energy
