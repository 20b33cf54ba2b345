// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/pool.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "sw/map/layout.hpp"
#include "sw/schedule/estimate.hpp"
#include "sw/schedule/played.hpp"
#include "sw/schedule/tiling.hpp"
#include "sw/schedule/transfers.hpp"

namespace hb::schedule {
namespace {

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

std::uint32_t words_of(const PoolLayer& layer, const arch::Machine& machine) {
  return map::channel_words(machine, layer.precision, layer.input_channels);
}

/// POOL's fields but for the places in the buffer.
arch::Pool window_of(const PoolLayer& layer, const Strip& strip, std::uint32_t channel_words) {
  arch::Pool pool;
  pool.precision = layer.precision;
  pool.input_plane = strip.height * strip.width;
  pool.input_height = static_cast<std::uint16_t>(strip.height);
  pool.input_width = static_cast<std::uint16_t>(strip.width);
  pool.kernel_height = static_cast<std::uint8_t>(layer.kernel_height);
  pool.kernel_width = static_cast<std::uint8_t>(layer.kernel_width);
  pool.stride_y = static_cast<std::uint8_t>(layer.stride_y);
  pool.stride_x = static_cast<std::uint8_t>(layer.stride_x);
  pool.pad_top = static_cast<std::uint8_t>(strip.pad_top);
  pool.pad_left = static_cast<std::uint8_t>(strip.pad_left);
  pool.channel_words = static_cast<std::uint16_t>(channel_words);
  pool.output_height = static_cast<std::uint16_t>(strip.rows);
  pool.output_width = static_cast<std::uint16_t>(strip.columns);
  pool.output_plane = strip.rows * strip.columns;
  return pool;
}

class Chooser {
 public:
  Chooser(const PoolLayer& layer, const arch::Machine& machine, const arch::MemoryTiming& memory)
      : layer_(layer), machine_(machine), memory_(memory), words_(words_of(layer, machine)) {}

  PoolTiling run() {
    for (std::uint32_t columns = layer_.output_width();; columns = (columns + 1) / 2) {
      for (std::uint32_t banks = 1; banks <= most_input_banks(machine_, false); ++banks) {
        for (std::uint32_t words = 1; words <= words_; words *= 2) {
          try_rows({words, 1, columns, banks});
        }
        try_rows({words_, 1, columns, banks});
      }
      if (!ways_.empty() || columns == 1) break;
    }
    if (ways_.empty()) refuse();
    return ways_.best([&](const PoolTiling& tiling) { return commands_of(tiling); }, machine_,
                      memory_);
  }

 private:
  /// Groups of R output rows take the same steps however few rows the last has.
  void try_rows(PoolTiling tiling) {
    for (tiling.rows = 1; fits(layer_, tiling, machine_);) {
      ways_.offer(tiling, estimate(tiling));
      if (tiling.rows == layer_.output_height()) return;
      const std::uint32_t next =
          tiling.rows < machine_.rows ? tiling.rows + 1 : tiling.rows + machine_.rows;
      tiling.rows = std::min(next, layer_.output_height());
    }
  }

  [[nodiscard]] std::uint64_t estimate(const PoolTiling& tiling) const {
    const std::uint64_t strips = ceil_div(layer_.output_height(), tiling.rows) *
                                 ceil_div(layer_.output_width(), tiling.columns);
    const std::uint64_t pieces = strips * ceil_div(words_, tiling.channel_words);
    const std::uint64_t word = word_cycles(machine_, memory_);
    const std::uint64_t input =
        strip_plane(layer_, tiling.rows, tiling.columns) * tiling.channel_words * word;
    const std::uint64_t output =
        std::uint64_t{tiling.rows} * tiling.columns * tiling.channel_words * word;
    Strip strip;
    strip.rows = tiling.rows;
    strip.columns = tiling.columns;
    const arch::Pool pool = window_of(layer_, strip, tiling.channel_words);
    const ActivationSplit split = split_activation(machine_, tiling.input_banks, false);
    std::uint64_t exposed = input + output;
    if (2 * input > split.input.size * word) exposed += pieces * input;
    if (2 * output > split.output.size * word) exposed += pieces * output;
    return exposed + std::max({pieces * input, pieces * output,
                               pieces * (pool.steps(machine_) + machine_.rows + 4),
                               pieces * 3 * kFetchCycles});
  }

  /// The layer by itself, its data in places of their own.
  [[nodiscard]] std::vector<Command> commands_of(const PoolTiling& tiling) const {
    Placeholder places;
    const std::uint64_t word_bytes = std::uint64_t{words_} * machine_.word_bytes();
    TensorPlaces at;
    at.input = places.take(word_bytes * layer_.input_height * layer_.input_width);
    at.output = places.take(word_bytes * layer_.output_height() * layer_.output_width());
    BufferState buffers(machine_);
    std::vector<Command> commands;
    PoolEmitter(machine_, buffers, commands).emit(layer_, tiling, at);
    return commands;
  }

  [[noreturn]] void refuse() const {
    throw bad_input(
        layer_.name,
        fmt::format("needs {} activation words for one output pixel's window",
                    strip_plane(layer_, 1, 1)),
        fmt::format("at most {} in banks of {}",
                    machine_.activation_words() - machine_.bank_words(), machine_.bank_words()));
  }

  const PoolLayer& layer_;
  const arch::Machine& machine_;
  const arch::MemoryTiming& memory_;
  std::uint32_t words_;
  Shortlist<PoolTiling> ways_;
};

}  // namespace

bool fits(const PoolLayer& layer, const PoolTiling& tiling, const arch::Machine& machine) {
  if (tiling.rows < 1 || tiling.columns < 1 || tiling.channel_words < 1 ||
      tiling.channel_words > words_of(layer, machine) || tiling.input_banks < 1 ||
      tiling.input_banks > most_input_banks(machine, false)) {
    return false;
  }
  const ActivationSplit split = split_activation(machine, tiling.input_banks, false);
  const std::uint64_t plane = strip_plane(layer, tiling.rows, tiling.columns);
  const std::uint64_t pixels = std::uint64_t{tiling.rows} * tiling.columns;
  return plane <= kFieldMax && pixels <= kFieldMax &&
         plane * tiling.channel_words <= split.input.size &&
         pixels * tiling.channel_words <= split.output.size;
}

PoolTiling choose_tiling(const PoolLayer& layer, const arch::Machine& machine,
                         const arch::MemoryTiming& memory) {
  check_layer(layer, machine);
  return Chooser(layer, machine, memory).run();
}

void PoolEmitter::emit(const PoolLayer& layer, const PoolTiling& tiling,
                       const TensorPlaces& places) {
  check_layer(layer, machine_);
  if (!fits(layer, tiling, machine_)) {
    throw bad_input(
        layer.name,
        fmt::format("strips of {}x{}x{}", tiling.channel_words, tiling.rows, tiling.columns),
        "strips that fit the activation buffer");
  }
  buffers_.split(split_activation(machine_, tiling.input_banks, false));
  Mover mover(machine_, commands_, places.tag);
  const std::uint32_t all = words_of(layer, machine_);
  const auto image = [&](std::uint32_t address, std::uint32_t word, std::uint32_t height,
                         std::uint32_t width) {
    return Image{address + word * height * width * machine_.word_bytes(), height, width};
  };
  std::uint64_t key = std::uint64_t{places.tag} << 48;
  for (std::uint32_t word = 0; word < all; word += tiling.channel_words) {
    const std::uint32_t words = std::min(tiling.channel_words, all - word);
    for (const Strip& strip : strips_of(layer, tiling.rows, tiling.columns)) {
      arch::Pool pool = window_of(layer, strip, words);
      pool.common.layer = places.tag;
      pool.input_address = buffers_.input.place(key, pool.input_plane * words);
      pool.output_address = buffers_.output.place(key++, pool.output_plane * words);
      mover.load(image(places.input, word, layer.input_height, layer.input_width),
                 {strip.iy, strip.ix, strip.height, strip.width, words}, pool.input_address);
      commands_.emplace_back(pool);
      mover.store(image(places.output, word, layer.output_height(), layer.output_width()),
                  {strip.oy, strip.ox, strip.rows, strip.columns, words}, pool.output_address);
    }
  }
}

}  // namespace hb::schedule
