// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/edge_commands.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace hb::test {
namespace {

using arch::CommandWords;
using arch::Contract;
using arch::Conv;
using arch::ErrorCode;
using arch::Machine;
using arch::Pool;
using arch::Precision;
using arch::Residual;

constexpr std::uint32_t kOne = 0x3F800000;  ///< 1.0

/// `conv` without what the rules are about.
Conv plain(Conv conv) {
  conv.narrow_weights = conv.repeat = conv.partial = false;
  conv.contract = Contract::kOrt;
  conv.copy.reset();
  conv.copy_source = arch::CopySource::kAccumulator;
  conv.copy_offset = 0;
  conv.residual.reset();
  return conv;
}

Conv with_copy(Conv conv, arch::CopySource source) {
  conv.copy = conv.output;
  conv.copy_source = source;
  return conv;
}

Conv with_residual(Conv conv, Contract contract) {
  conv.contract = contract;
  Residual residual;
  residual.sum_low = -128;
  residual.sum_high = 127;
  residual.sum_scale = residual.residual_scale = kOne;
  residual.term = contract == Contract::kTflite ? kOne : 0;
  conv.residual = residual;
  return conv;
}

Conv partial(Conv conv) {
  conv.partial = true;
  conv.tiles = conv.output_height = conv.output_width = 1;
  conv.parameter_address = 0;
  conv.output = {};
  return conv;
}

/// A POOL of one whole channel word of `conv`'s input, to where `conv` writes.
Pool pool_of(const Conv& conv) {
  Pool pool;
  pool.input_address = conv.input_address;
  pool.input_height = conv.input_height;
  pool.input_width = conv.input_width;
  pool.output_address = conv.output.address;
  return pool;
}

class Edges {
 public:
  Edges(const Machine& machine, const Conv& conv) : machine_(machine), conv_(plain(conv)) {
    if (conv_.weight_address + conv_.tiles * conv_.tile_weight_rows(machine) >
        machine.weight_rows()) {  // without narrow weights or `repeat`
      conv_.weight_address = 0;
      conv_.tiles = conv_.channel_words = conv_.kernel_height = conv_.kernel_width = 1;
    }
  }

  std::vector<EdgeCommand> list() {
    reserved();
    reserved_in_partial();
    reserved_in_pool();
    formats();
    sizes();
    ranges();
    quantization();
    ort_scales();
    tflite_scales();
    return std::move(list_);
  }

 private:
  void add(ErrorCode code, const std::string& name, const CommandWords& words) {
    list_.push_back({name, code, words});
  }
  template <class Command>
  void add(ErrorCode code, const std::string& name, const Command& command) {
    add(code, name, arch::encode(command));
  }
  /// `command` with `value` or-ed into one word.
  template <class Command>
  void add_bits(ErrorCode code, const Command& command, std::uint32_t word, std::uint32_t value) {
    CommandWords words = arch::encode(command);
    words[word] |= value;
    add(code, fmt::format("w{} with {:#x}", word, value), words);
  }
  /// `conv` after `change`.
  template <class Command, class Change>
  void add_changed(ErrorCode code, const std::string& name, Command command, Change change) {
    change(command);
    add(code, name, command);
  }

  [[nodiscard]] Conv ort() const { return with_residual(conv_, Contract::kOrt); }
  [[nodiscard]] Conv tflite() const { return with_residual(conv_, Contract::kTflite); }
  [[nodiscard]] Conv copied(arch::CopySource source) const { return with_copy(conv_, source); }

  void reserved() {
    constexpr auto kCode = ErrorCode::kReservedField;
    for (const std::uint32_t word : {28, 29, 30, 31}) add_bits(kCode, conv_, word, 1U << word);
    for (const std::uint32_t bit : {13, 15, 22, 31}) add_bits(kCode, conv_, 2, 1U << bit);
    for (const std::uint32_t bit : {17, 18}) add_bits(kCode, conv_, 2, 1U << bit);  // no residual
    for (const std::uint32_t bit : {6, 9}) add_bits(kCode, conv_, 2, 1U << bit);    // no copy
    for (const std::uint32_t word : {19, 20, 22, 23, 24, 25, 26, 27}) {
      add_bits(kCode, conv_, word, 1);
    }
    add_bits(kCode, conv_, 21, 1);
    add_bits(kCode, copied(arch::CopySource::kAccumulator), 21, 1);
    add_bits(kCode, copied(arch::CopySource::kCode), 21, 1U << 16);
    add_bits(kCode, tflite(), 2, 1U << 17);
    add_bits(kCode, ort(), 27, 1);
    add_bits(kCode, tflite(), 27, 1U << 24);
    add_bits(ErrorCode::kNone, tflite(), 27, 0x1F1F1F);
  }

  void reserved_in_partial() {
    constexpr auto kCode = ErrorCode::kReservedField;
    add(ErrorCode::kNone, "partial", partial(conv_));
    add_changed(ErrorCode::kNone, "partial of R pixels", partial(conv_),
                [&](Conv& c) { c.output_width = static_cast<std::uint16_t>(machine_.rows); });
    for (const std::uint32_t bit : {4, 8, 16}) add_bits(kCode, partial(conv_), 2, 1U << bit);
    for (const std::uint32_t word : {11, 12, 13, 14, 17, 24, 27}) {
      add_bits(kCode, partial(conv_), word, 1);
    }
  }

  void reserved_in_pool() {
    constexpr auto kCode = ErrorCode::kReservedField;
    const Pool pool = pool_of(conv_);
    add(ErrorCode::kNone, "POOL", pool);
    add_changed(ErrorCode::kNone, "POOL with fence", pool, [](Pool& p) { p.common.fence = true; });
    for (const std::uint32_t bit : {2, 4, 8, 10, 21}) add_bits(kCode, pool, 2, 1U << bit);
    add_bits(kCode, pool, 0, 1U << 25);
    add_bits(kCode, pool, 7, 1U << 16);
    add_bits(kCode, pool, 8, 1U << 16);
    for (const std::uint32_t word : {10, 11, 14, 15, 17, 22, 27, 31})
      add_bits(kCode, pool, word, 1);
  }

  void formats() {
    constexpr auto kCode = ErrorCode::kIllegalFormat;
    for (const std::uint32_t contract : {2, 3, 4, 7}) {
      add_bits(kCode, conv_, 2, contract << 10);
      add_bits(kCode, partial(conv_), 2, contract << 10);
    }
    CommandWords words = arch::encode(conv_);
    words[2] = (words[2] & ~0xFU) | 0x1;
    add(kCode, "int8 weights, int4 activations", words);
    words[2] = (words[2] & ~0xFU) | 0x8;
    add(kCode, "ternary weights", words);
    for (const std::uint32_t bits : {2, 3}) add_bits(kCode, ort(), 2, bits << 18);
    Conv both = with_copy(ort(), arch::CopySource::kAccumulator);
    add(kCode, "residual and copy of the accumulator", both);
    both.copy_source = arch::CopySource::kCode;
    add(ErrorCode::kNone, "residual and copy of the code", both);
    for (const std::uint32_t bits : {2, 3}) add_bits(kCode, pool_of(conv_), 2, bits);
  }

  void sizes() {
    constexpr auto kCode = ErrorCode::kIllegalSize;
    add_changed(kCode, "partial with two tiles", partial(conv_), [](Conv& c) { c.tiles = 2; });
    add_changed(kCode, "partial of R + 1 pixels", partial(conv_),
                [&](Conv& c) { c.output_width = static_cast<std::uint16_t>(machine_.rows + 1); });
    for (const Precision precision : {Precision::kInt8, Precision::kInt4}) {
      const auto parts = static_cast<std::uint8_t>(arch::parts_per_word(machine_, precision));
      Conv conv = ort();
      conv.residual->precision = precision;
      conv.residual->part = parts;
      add(kCode, "residual part past the word", conv);
      conv.residual->part = static_cast<std::uint8_t>(parts - 1);
      add(ErrorCode::kNone, "residual part, the word's last", conv);
    }
    const Pool pool = pool_of(conv_);
    for (const std::uint32_t mask : {0xFFU, 0xFF00U, 0xFF0000U, 0xFF000000U}) {
      CommandWords words = arch::encode(pool);
      words[6] &= ~mask;
      add(kCode, "POOL with a kernel or stride of 0", words);
    }
    for (const std::uint32_t word : {5, 8, 9}) {
      CommandWords words = arch::encode(pool);
      words[word] &= 0xFFFF0000;
      add(kCode, "POOL with a size of 0", words);
    }
    const auto widen = [&](std::uint8_t width) {
      return [width](Pool& p) { p.kernel_width = width; };
    };
    add_changed(kCode, "POOL kernel 9 wide", pool, widen(9));
    add_changed(ErrorCode::kNone, "POOL kernel 8 wide", pool, widen(8));
    add_changed(ErrorCode::kNone, "POOL kernel 255 high", pool,
                [](Pool& p) { p.kernel_height = 255; });
  }

  /// Addresses that fit exactly, and one more.
  void ranges() {
    constexpr auto kCode = ErrorCode::kBufferRange;
    const auto pixels = static_cast<std::uint32_t>(conv_.pixels());
    Conv conv = ort();
    conv.residual->address = machine_.activation_words() - pixels;
    add(ErrorCode::kNone, "residual at the buffer's end", conv);
    ++conv.residual->address;
    add(kCode, "residual past the buffer's end", conv);
    conv.residual->address = 0xFFFFFFFF;
    add(kCode, "residual far past the buffer's end", conv);
    for (const bool narrow : {false, true}) weight_ranges(narrow);
    const Pool pool = pool_of(conv_);
    const std::uint32_t image = std::uint32_t{pool.input_height} * pool.input_width;
    const auto move_input = [&](std::uint32_t by) {
      return [this, image, by](Pool& p) {
        p.input_address = machine_.activation_words() - image + by;
      };
    };
    const auto move_output = [&](std::uint32_t by) {
      return [this, by](Pool& p) { p.output_address = machine_.activation_words() - 1 + by; };
    };
    add_changed(ErrorCode::kNone, "POOL input at the end", pool, move_input(0));
    add_changed(kCode, "POOL input past the end", pool, move_input(1));
    add_changed(ErrorCode::kNone, "POOL output at the end", pool, move_output(0));
    add_changed(kCode, "POOL output past the end", pool, move_output(1));
    add_changed(kCode, "POOL output plane past the end", pool, [this](Pool& p) {
      p.channel_words = 2;
      p.output_plane = machine_.activation_words();
    });
  }

  /// W weight rows of one tile, with and without `repeat`.
  void weight_ranges(bool narrow) {
    for (const bool repeat : {false, true}) {
      Conv conv = partial(conv_);
      conv.precision = narrow ? Precision::kInt8 : conv.precision;
      conv.narrow_weights = narrow;
      conv.repeat = repeat;
      conv.weight_address =
          machine_.weight_rows() - static_cast<std::uint32_t>(conv.tile_weight_rows(machine_));
      const std::string name =
          fmt::format("weights{}{}", narrow ? ", narrow" : "", repeat ? ", repeat" : "");
      add(ErrorCode::kNone, name + " at the end", conv);
      ++conv.weight_address;
      add(ErrorCode::kBufferRange, name + " past the end", conv);
    }
  }

  void quantization() {
    constexpr auto kCode = ErrorCode::kIllegalQuantization;
    add_changed(kCode, "sum low over sum high", ort(), [](Conv& c) {
      c.residual->sum_low = 5;
      c.residual->sum_high = 4;
    });
    add_changed(ErrorCode::kNone, "sum low is sum high", ort(),
                [](Conv& c) { c.residual->sum_low = c.residual->sum_high = -128; });
    for (const int value : {-128, 128, -129, 129, -32768, 32767}) {
      const auto offset = static_cast<std::int16_t>(value);
      const auto code = offset < -128 || offset > 128 ? kCode : ErrorCode::kNone;
      const std::string name = fmt::format("offset {}", offset);
      for (const Conv& conv : {ort(), tflite()}) {
        add_changed(code, "sum " + name, conv, [&](Conv& c) { c.residual->sum_offset = offset; });
        add_changed(code, "residual " + name, conv,
                    [&](Conv& c) { c.residual->residual_offset = offset; });
      }
      add_changed(code, "copy " + name, copied(arch::CopySource::kCode),
                  [&](Conv& c) { c.copy_offset = offset; });
    }
  }

  void ort_scales() {
    const auto scale = [&](ErrorCode code, std::uint32_t bits) {
      const std::string name = fmt::format("scale {:#x}", bits);
      add_changed(code, "sum " + name, ort(), [&](Conv& c) { c.residual->sum_scale = bits; });
      add_changed(code, "residual " + name, ort(),
                  [&](Conv& c) { c.residual->residual_scale = bits; });
    };
    const auto term = [&](ErrorCode code, std::uint32_t bits) {
      add_changed(code, fmt::format("term {:#x}", bits), ort(),
                  [&](Conv& c) { c.residual->term = bits; });
    };
    constexpr auto kCode = ErrorCode::kIllegalQuantization;
    for (const std::uint32_t mantissa : {0U, 0x7FFFFFU}) {
      for (const std::uint32_t exponent : {64U, 190U}) {
        scale(ErrorCode::kNone, exponent << 23 | mantissa);
        scale(kCode, 1U << 31 | exponent << 23 | mantissa);
      }
      for (const std::uint32_t exponent : {0U, 63U, 191U, 255U}) {
        scale(kCode, exponent << 23 | mantissa);
      }
      for (const std::uint32_t sign : {0U, 1U << 31}) {
        for (const std::uint32_t exponent : {32U, 222U}) {
          term(ErrorCode::kNone, sign | exponent << 23 | mantissa);
        }
        for (const std::uint32_t exponent : {31U, 223U, 255U}) {
          term(kCode, sign | exponent << 23 | mantissa);
        }
      }
    }
    term(ErrorCode::kNone, 0);
    term(kCode, 1U << 31);
    term(kCode, 1);
  }

  void tflite_scales() {
    constexpr auto kCode = ErrorCode::kIllegalQuantization;
    for (const std::uint32_t word : {24, 25, 26}) {
      add_bits(ErrorCode::kNone, tflite(), word, 0x7FFFFFFF);
      add_bits(kCode, tflite(), word, 1U << 31);
      CommandWords words = arch::encode(tflite());
      words[word] = 0;
      add(ErrorCode::kNone, fmt::format("multiplier 0 in w{}", word), words);
    }
    for (const std::uint32_t byte : {0, 1, 2}) {
      for (const std::uint32_t shift : {32, 128, 255}) {
        add_bits(kCode, tflite(), 27, shift << (8 * byte));
      }
    }
  }

  const Machine& machine_;
  Conv conv_;
  std::vector<EdgeCommand> list_;
};

}  // namespace

std::vector<EdgeCommand> edge_commands(const Machine& machine, const Conv& conv) {
  return Edges(machine, conv).list();
}

}  // namespace hb::test
