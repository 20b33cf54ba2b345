// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/draft.hpp"

#include <utility>

#include "tests/support/random_contract.hpp"

namespace hb::test {

using arch::Buffer;
using arch::Conv;
using arch::Transfer;

Draft::Draft(Random& random, const arch::Machine& machine)
    : random_(random),
      machine_(machine),
      activation_(machine.activation_words()),
      weight_(machine.weight_rows()),
      parameter_(machine.parameter_rows()),
      shifts_(machine.parameter_rows()),
      tiles_(std::min(machine.parameter_tiles, 16U)) {
  program_.machine = machine;
  fill_memory();
}

void Draft::fill_memory() {
  constexpr std::uint32_t kBorder = 4096;  // that bursts must not cross
  std::vector<std::uint8_t>& memory = program_.memory;
  parameters_ = kBorder - std::min(kBorder, tiles_ * 4 * machine_.row_bytes()) / 2;
  memory.resize(parameters_);
  for (const arch::Contract contract : {arch::Contract::kOrt, arch::Contract::kTflite}) {
    const auto bytes = random_parameter_tiles(random_, machine_, contract, tiles_);
    parameter_bytes_ = static_cast<std::uint32_t>(bytes.size());
    memory.insert(memory.end(), bytes.begin(), bytes.end());
  }
  append_unit_weights(arch::Precision::kInt8, false);
  append_unit_weights(arch::Precision::kInt8, true);
  append_unit_weights(arch::Precision::kInt4, false);
  const std::uint32_t largest = std::max(machine_.word_bytes(), machine_.row_bytes());
  data_ = static_cast<std::uint32_t>(memory.size());
  data_bytes_ = 4 * kMaxWords * largest;
  for (std::uint32_t i = 0; i < data_bytes_; ++i) {
    memory.push_back(static_cast<std::uint8_t>(random_.next()));
  }
}

void Draft::append_unit_weights(arch::Precision precision, bool narrow) {
  std::vector<std::uint8_t>& memory = program_.memory;
  const auto start = static_cast<std::uint32_t>(memory.size());
  unit_weights_[{precision, narrow}] = start;
  const bool int4 = precision == arch::Precision::kInt4;
  const std::uint32_t per_lane = int4 ? 8 : 4;        // channels of an operand's lane
  const std::uint32_t bits = int4 || narrow ? 4 : 8;  // of a weight
  const std::uint32_t per_column = 32 / bits;         // weights of a column in a row
  const std::uint32_t rows = machine_.rows * per_lane / per_column;
  const std::uint32_t tiles = arch::parts_per_word(machine_, precision);
  memory.resize(memory.size() + std::size_t{tiles} * rows * machine_.row_bytes());
  for (std::uint32_t channel = 0; channel < tiles * machine_.columns; ++channel) {
    const std::uint32_t row = channel / machine_.columns * rows + channel / per_column;
    const std::uint32_t bit = channel % per_column * bits;
    const std::size_t column = 4 * (channel % machine_.columns);
    memory[start + std::size_t{row} * machine_.row_bytes() + column + bit / 8] =
        static_cast<std::uint8_t>(1U << bit % 8);
  }
}

/// A random place of the data for pieces of `bytes`; sometimes they overlap or lie far apart.
void Draft::place_in_memory(Transfer& transfer, std::uint32_t bytes) {
  const std::uint32_t bus = machine_.bus_bytes;
  const std::uint32_t segments = transfer.segments;
  std::uint32_t stride = bytes + bus * (random_.chance(50) ? 0 : random_.below(9));
  if (random_.chance(25)) stride = bus * random_.below(bytes / bus);
  while ((segments - 1) * stride + bytes > data_bytes_) stride = stride / 2 / bus * bus;
  const std::uint32_t room = data_bytes_ - ((segments - 1) * stride + bytes);
  transfer.memory_stride = stride;
  transfer.memory_address = data_ + bus * random_.below(room / bus + 1);
}

Transfer Draft::load_of(Buffer buffer, const Shape& shape) const {
  Transfer transfer;
  transfer.common = tagged();
  transfer.buffer = buffer;
  transfer.buffer_address = shape.start;
  transfer.buffer_stride = shape.stride;
  transfer.rows = static_cast<std::uint16_t>(shape.length);
  transfer.segments = static_cast<std::uint16_t>(shape.count);
  return transfer;
}

void Draft::push_load(Buffer buffer, const Shape& shape) {
  Transfer transfer = load_of(buffer, shape);
  place_in_memory(transfer, shape.length * (buffer == Buffer::kActivation ? machine_.word_bytes()
                                                                          : machine_.row_bytes()));
  commands_.emplace_back(schedule::Load{transfer});
  defined(buffer).set(shape);
}

void Draft::push_parameters(arch::Contract contract, const Shape& shape) {
  const bool tflite = contract == arch::Contract::kTflite;
  Transfer transfer = load_of(Buffer::kParameter, shape);
  place_parameters(contract, transfer);
  commands_.emplace_back(schedule::Load{transfer});
  parameter_.set(shape);
  shifts_.set(shape, tflite);
}

/// Parameter rows keep their kind (row mod 4): biases from biases, scales from scales.
void Draft::place_parameters(arch::Contract contract, Transfer& transfer) {
  const std::uint32_t rows = parameter_bytes_ / machine_.row_bytes();
  const std::uint32_t kind = transfer.buffer_address % 4;
  const std::uint32_t most = (rows - kind - transfer.rows) / 4;
  const std::uint32_t first = random_.below(most + 1);
  std::uint32_t stride = transfer.buffer_stride / 4;
  if (transfer.segments > 1) {
    stride = std::min(stride, (most - first) / (transfer.segments - 1U));
  }
  transfer.memory_address = parameters_ + (4 * first + kind) * machine_.row_bytes() +
                            (contract == arch::Contract::kTflite ? parameter_bytes_ : 0);
  transfer.memory_stride = 4 * stride * machine_.row_bytes();
}

Defined& Draft::defined(Buffer buffer) {
  if (buffer == Buffer::kActivation) return activation_;
  return buffer == Buffer::kWeight ? weight_ : parameter_;
}

/// Somewhere in a buffer of `size`.
Shape Draft::random_shape(std::uint32_t size, std::uint32_t most, std::uint32_t unit) {
  Shape shape;
  shape.length = unit * random_.pick(1, std::min(most, size / 2) / unit);
  if (random_.chance(50)) {
    shape.count = random_.pick(2, 5);
    shape.length = std::max(unit, shape.length / shape.count / unit * unit);
    shape.stride = shape.length + unit * (random_.chance(40) ? 0 : random_.below(6));
    if (random_.chance(40)) shape.stride = unit * random_.below(shape.length / unit);
    while (shape.end() > size) shape.stride = shape.stride / 2 / unit * unit;
  }
  shape.start = unit * random_.below((size - shape.end()) / unit + 1);
  return shape;
}

void Draft::load_anything() {
  const std::uint32_t roll = random_.below(10);
  if (roll < 5) {
    push_load(Buffer::kActivation, random_shape(machine_.activation_words(), kMaxWords, 1));
  } else if (roll < 8) {
    push_load(Buffer::kWeight, random_shape(machine_.weight_rows(), kMaxWords, 1));
  } else {
    Shape shape = random_shape(machine_.parameter_rows(), 64, 4);
    if (shape.count > 1 || random_.chance(50)) {
      shape.stride = shape.count > 1 ? shape.stride : 0;
    } else {
      shape.start += random_.below(4);  // some rows of one tile
      shape.length = 4 - shape.start % 4;
    }
    push_parameters(random_.chance(50) ? arch::Contract::kOrt : arch::Contract::kTflite, shape);
  }
}

/// Words that hold something, often of an earlier result.
std::optional<Shape> Draft::find_defined() {
  for (int tries = 0; tries < 20; ++tries) {
    Shape shape = random_shape(machine_.activation_words(), kMaxWords / 4, 1);
    if (!results_.empty() && random_.chance(70)) {
      const Shape& result = results_[random_.below(results_.size())];
      shape.start = result.start + random_.below(result.length);
    }
    if (shape.end() <= machine_.activation_words() && activation_.all(shape)) return shape;
  }
  return std::nullopt;
}

void Draft::store_anything() {
  const std::optional<Shape> shape = find_defined();
  if (!shape) return;
  Transfer transfer = store_of(*shape);
  place_in_memory(transfer, shape->length * machine_.word_bytes());
  commands_.emplace_back(schedule::Store{transfer});
}

Transfer Draft::store_of(const Shape& shape) const {
  Transfer transfer;
  transfer.common = tagged();
  transfer.buffer_address = shape.start;
  transfer.buffer_stride = shape.stride;
  transfer.rows = static_cast<std::uint16_t>(shape.length);
  transfer.segments = static_cast<std::uint16_t>(shape.count);
  return transfer;
}

/// The latest outputs go to memory of their own behind the data.
void Draft::store_results() {
  const std::size_t first = results_.size() > 8 ? results_.size() - 8 : 0;
  std::vector<std::uint8_t>& memory = program_.memory;
  memory.resize((memory.size() + 127) / 128 * 128);
  const auto start = static_cast<std::uint32_t>(memory.size());
  for (std::size_t i = first; i < results_.size(); ++i) {
    const Shape& shape = results_[i];
    if (!activation_.all(shape)) continue;
    Transfer transfer = store_of(shape);
    transfer.memory_address = static_cast<std::uint32_t>(memory.size());
    transfer.memory_stride = shape.length * machine_.word_bytes();
    memory.resize(memory.size() + std::size_t{shape.count} * transfer.memory_stride);
    commands_.emplace_back(schedule::Store{transfer});
  }
  const auto words = [&](std::uint32_t from, std::size_t to) {
    return static_cast<std::uint32_t>(to - from) / machine_.word_bytes();
  };
  program_.outputs.push_back({"data", data_, 4 * machine_.rows, 1,
                              words(data_, data_ + data_bytes_), arch::Precision::kInt8});
  if (memory.size() > start) {
    program_.outputs.push_back({"results", start, 4 * machine_.rows, 1, words(start, memory.size()),
                                arch::Precision::kInt8});
  }
}

/// Loads what is not there yet: at once, or piece by piece.
void Draft::need(Buffer buffer, const Shape& shape) {
  if (defined(buffer).all(shape)) return;
  if (random_.chance(50) && shape.count * shape.length <= kMaxWords) {
    push_load(buffer, shape);
    return;
  }
  for (std::uint32_t i = 0; i < shape.count; ++i) {
    for (std::uint32_t from = 0; from < shape.length; from += 4 * kMaxWords) {
      const std::uint32_t length = std::min(4 * kMaxWords, shape.length - from);
      const Shape piece{shape.start + i * shape.stride + from, 0, 1, length};
      if (!defined(buffer).all(piece)) push_load(buffer, piece);
    }
  }
}

void Draft::need_parameters(arch::Contract contract, std::uint32_t tile, std::uint32_t tiles) {
  const Shape shape{4 * tile, 0, 1, 4 * tiles};
  const bool tflite = contract == arch::Contract::kTflite;
  if (parameter_.all(shape)) {
    if (tflite && (shifts_.all(shape) || random_.chance(16))) return;
    if (!tflite && shifts_.none(shape)) return;
  }
  push_parameters(contract, shape);
}

void Draft::load_unit_weights(arch::Precision precision, bool narrow, std::uint32_t row) {
  const std::uint32_t rows = machine_.rows / (narrow ? 2 : 1);
  const Shape shape{row, 0, 1, arch::parts_per_word(machine_, precision) * rows};
  Transfer transfer = load_of(Buffer::kWeight, shape);
  transfer.memory_address = unit_weights_.at({precision, narrow});
  commands_.emplace_back(schedule::Load{transfer});
  weight_.set(shape);
}

Shape Draft::residual_of(const Conv& conv) const {
  arch::Output place;
  place.precision = conv.residual->precision;
  place.address = conv.residual->address;
  place.plane = conv.residual->plane;
  place.part = conv.residual->part;
  return shape_of(conv, place);
}

Shape Draft::shape_of(const Conv& conv, const arch::Output& output) const {
  const std::uint32_t parts = arch::parts_per_word(machine_, output.precision);
  return {output.address, output.plane, (output.part + conv.tiles - 1U) / parts + 1,
          static_cast<std::uint32_t>(conv.pixels())};
}

/// Words below the first part keep what they held.
void Draft::written(const Conv& conv, const arch::Output& output) {
  Shape shape = shape_of(conv, output);
  if (output.part != 0) {
    const Shape first{shape.start, 0, 1, shape.length};
    if (!activation_.all(first)) {
      if (shape.count == 1) return;
      shape.start += shape.stride;
      --shape.count;
    }
  }
  activation_.set(shape);
  results_.push_back(shape);
}

void Draft::add(Conv conv) {
  conv.common = tagged();
  commands_.emplace_back(conv);
  if (conv.partial) return;
  written(conv, conv.output);
  if (conv.copy) written(conv, *conv.copy);
}

void Draft::add(arch::Pool pool) {
  pool.common = tagged();
  commands_.emplace_back(pool);
  const Shape shape{pool.output_address, pool.output_plane, pool.channel_words,
                    static_cast<std::uint32_t>(pool.pixels())};
  activation_.set(shape);
  results_.push_back(shape);
}

arch::Program Draft::finish(std::vector<arch::LayerInfo> layers) {
  store_results();
  program_.layers = std::move(layers);
  schedule::link(program_, std::move(commands_));
  return std::move(program_);
}

}  // namespace hb::test
