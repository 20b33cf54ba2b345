// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/coverage.hpp"

#include <algorithm>

#include "model/arch/error.hpp"
#include "tests/support/conv_bins.hpp"
#include "tests/support/order_bins.hpp"
#include "tests/support/pairs.hpp"
#include "tests/support/pool_bins.hpp"

namespace hb::test {
namespace {

const std::string kInsideWord = "transfer that starts inside a memory word";

std::vector<std::string> bin_names() {
  std::vector<std::string> names{"program of convolutions",
                                 "program of layers",
                                 "layer: convolution",
                                 "layer: convolution with a residual",
                                 "layer: max pooling",
                                 "layer: global average",
                                 "layer: requantization",
                                 "layer: fully connected",
                                 "program of commands",
                                 "several strips",
                                 "column strips",
                                 "several groups",
                                 "groups inside a word",
                                 "blocks outer",
                                 "weights larger than the buffer",
                                 "parameters larger than the buffer",
                                 "tensor larger than the buffer",
                                 "input channels end inside a word",
                                 "output channels end inside a word",
                                 "output channels end inside a tile"};
  for (const char* from : {"int8", "int4"}) {
    for (const char* to : {"int8", "int4"}) {
      names.push_back(fmt::format("{} to {}", from, to));
      for (const char* copy : {"int8", "int4"}) {
        for (const char* source : {"accumulator", "code"}) {
          names.push_back(fmt::format("{} to {}, copy {} from {}", from, to, copy, source));
        }
      }
    }
  }
  for (const char* axis : {"height", "width"}) {
    for (int k = 1; k <= 7; ++k) names.push_back(fmt::format("kernel {} {}", axis, k));
    for (int s = 1; s <= 3; ++s) names.push_back(fmt::format("stride of {} {}", axis, s));
    names.push_back(fmt::format("odd {}", axis));
  }
  for (const char* name : {"pad top",
                           "pad left",
                           "pad bottom",
                           "pad right",
                           "no pad",
                           "asymmetric pads",
                           "pad value not 0",
                           "partial pixel tile",
                           "one pixel",
                           "several channel words",
                           "several tiles",
                           "output in several words",
                           "part not 0",
                           "copy part not 0",
                           "last tile clears the rest of its word",
                           "no rest of the word to clear",
                           "clamp inside the range",
                           "zero point not 0",
                           "loose input planes",
                           "overlapping input planes",
                           "loose output planes",
                           "fence",
                           "no fence"}) {
    names.push_back(name);
  }
  for (const char* what : {"activation load", "weight load", "parameter load", "store"}) {
    names.push_back(what);
    for (const char* how : {"several segments", "overlapping segments", "cut at 4 KB"}) {
      names.push_back(fmt::format("{}, {}", what, how));
    }
  }
  names.push_back(kInsideWord);
  for (const char* from : {"load", "compute", "store"}) {
    for (const char* to : {"load", "compute", "store"}) {
      if (from != to) names.push_back(fmt::format("token from {} to {}", from, to));
    }
  }
  for (int c = 0; c < 4; ++c) names.push_back(fmt::format("token colour {}", c));
  names.push_back("wait for both other engines");
  for (const char* mode : {"int8", "int4"}) {
    for (const char* strips : {"one strip", "several strips"}) {
      names.push_back(fmt::format("{}, {}", mode, strips));
    }
  }
  for (auto more :
       {pair_names(), conv_bin_names(), lane_bin_names(), pool_bin_names(), OrderBins::names()}) {
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

const char* source_name(arch::CopySource source) {
  return source == arch::CopySource::kCode ? "code" : "accumulator";
}

}  // namespace

Coverage::Coverage(const std::vector<std::string>& more) {
  for (std::string& name : bin_names()) bins_.push_back({std::move(name), 0});
  for (const std::string& name : more) bins_.push_back({name, 0});
}

void Coverage::hit(const std::string& name) {
  const auto bin =
      std::find_if(bins_.begin(), bins_.end(), [&](const Bin& b) { return b.name == name; });
  HB_ASSERT(bin != bins_.end(), "no bin '{}'", name);
  ++bin->count;
}

void Coverage::hit_all(const std::vector<std::string>& names) {
  for (const std::string& name : names) hit(name);
}

void Coverage::merge(const Coverage& other) {
  for (std::size_t i = 0; i < bins_.size(); ++i) bins_[i].count += other.bins_[i].count;
}

std::uint64_t Coverage::count(const std::string& name) const {
  for (const Bin& bin : bins_) {
    if (bin.name == name) return bin.count;
  }
  return 0;
}

std::vector<std::string> Coverage::empty_bins() const {
  std::vector<std::string> names;
  for (const Bin& bin : bins_) {
    if (bin.count == 0) names.push_back(bin.name);
  }
  return names;
}

std::vector<std::string> Coverage::empty_bins(const arch::Machine& machine) const {
  std::vector<std::string> empty = empty_bins();
  if (machine.bus_bytes == machine.word_bytes()) {
    empty.erase(std::remove(empty.begin(), empty.end(), kInsideWord), empty.end());
  }
  return empty;
}

std::string Coverage::table() const {
  constexpr std::size_t kColumns = 3;
  const std::size_t lines = (bins_.size() + kColumns - 1) / kColumns;
  std::string text;
  for (std::size_t line = 0; line < lines; ++line) {
    std::string row;
    for (std::size_t i = line; i < bins_.size(); i += lines) {
      row += fmt::format("{:>6}  {:<41}", bins_[i].count, bins_[i].name);
    }
    text += row.substr(0, row.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

void Coverage::add(const arch::Program& program) {
  OrderBins order(program.machine);
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const arch::CommandWords words = program.command(i);
    const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
    hit_all(order.next(words));
    if (opcode == arch::Opcode::kEnd) return;
    add_tokens(arch::engine_of(opcode), arch::decode_common(words));
    if (opcode == arch::Opcode::kConv) {
      add_conv(program, arch::decode_conv(words));
    } else if (opcode == arch::Opcode::kPool) {
      hit_all(pool_bins(program.machine, arch::decode_pool(words)));
    } else {
      const arch::Transfer transfer = arch::decode_transfer(words);
      add_transfer(program.machine, transfer, opcode == arch::Opcode::kLoad);
      if (transfer.buffer == arch::Buffer::kParameter) add_lanes(program, transfer);
    }
  }
}

/// Whole tiles that a LOAD of parameters takes from the program's image.
void Coverage::add_lanes(const arch::Program& program, const arch::Transfer& load) {
  const std::uint32_t row_bytes = program.machine.row_bytes();
  if (load.buffer_address % 4 != 0 || load.rows % 4 != 0) return;
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;) {
      value = value << 8 | (at + i < program.memory.size() ? program.memory[at + i] : 0U);
    }
    return value;
  };
  for (std::uint32_t row = 0; row < load.rows; row += 4) {
    const std::size_t tile = load.memory_address + std::size_t{row} * row_bytes;
    const std::uint32_t column = row % row_bytes;  // one lane of each tile will do
    hit_all(lane_bins(word(tile + row_bytes + column), word(tile + 2 * row_bytes + column)));
  }
}

void Coverage::add_tokens(arch::Engine engine, const arch::Common& common) {
  hit_if((common.wait & 0xF) != 0 && (common.wait & 0xF0) != 0, "wait for both other engines");
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((common.wait >> bit & 1) == 0) continue;
    hit(fmt::format("token from {} to {}", arch::name(arch::token_peer(engine, bit)),
                    arch::name(engine)));
    hit(fmt::format("token colour {}", bit % 4));
  }
}

void Coverage::add_transfer(const arch::Machine& machine, const arch::Transfer& transfer,
                            bool load) {
  constexpr const char* kBuffers[] = {"activation", "weight", "parameter"};
  const std::string what =
      load ? fmt::format("{} load", kBuffers[static_cast<unsigned>(transfer.buffer)]) : "store";
  const bool words = transfer.buffer == arch::Buffer::kActivation;
  const std::uint32_t row_bytes = words ? machine.word_bytes() : machine.row_bytes();
  const std::uint32_t bytes = transfer.rows * row_bytes;
  const bool many = transfer.segments > 1;
  bool cut = false;
  for (std::uint32_t s = 0; s < transfer.segments; ++s) {
    const std::uint32_t begin = transfer.memory_address + s * transfer.memory_stride;
    cut = cut || begin / 4096 != (begin + bytes - 1) / 4096;
  }
  hit(what);
  hit_if(many, what + ", several segments");
  hit_if(many && (transfer.memory_stride < bytes || transfer.buffer_stride < transfer.rows),
         what + ", overlapping segments");
  hit_if(cut, what + ", cut at 4 KB");
  hit_if(transfer.memory_address % machine.word_bytes() != 0, kInsideWord);
}

void Coverage::add_conv(const arch::Program& program, const arch::Conv& conv) {
  const arch::Machine& machine = program.machine;
  hit_all(conv_bins(machine, conv));
  if (!conv.partial) add_output(machine, conv);
  hit_if(conv.kernel_height <= 7, fmt::format("kernel height {}", conv.kernel_height));
  hit_if(conv.kernel_width <= 7, fmt::format("kernel width {}", conv.kernel_width));
  hit_if(conv.stride_y <= 3, fmt::format("stride of height {}", conv.stride_y));
  hit_if(conv.stride_x <= 3, fmt::format("stride of width {}", conv.stride_x));
  hit_if(conv.output_height % 2 == 1, "odd height");
  hit_if(conv.output_width % 2 == 1, "odd width");
  const bool bottom = pad_after(conv.output_height, conv.stride_y, conv.kernel_height, conv.pad_top,
                                conv.input_height) != 0;
  const bool right = pad_after(conv.output_width, conv.stride_x, conv.kernel_width, conv.pad_left,
                               conv.input_width) != 0;
  const bool padded = conv.pad_top != 0 || conv.pad_left != 0 || bottom || right;
  hit_if(conv.pad_top != 0, "pad top");
  hit_if(conv.pad_left != 0, "pad left");
  hit_if(bottom, "pad bottom");
  hit_if(right, "pad right");
  hit_if(!padded, "no pad");
  hit_if((conv.pad_top != 0) != bottom || (conv.pad_left != 0) != right, "asymmetric pads");
  hit_if(padded && conv.pad_value != 0, "pad value not 0");
  hit_if(conv.pixels() % machine.rows != 0, "partial pixel tile");
  hit_if(conv.pixels() == 1, "one pixel");
  hit_if(conv.channel_words > 1, "several channel words");
  hit_if(conv.tiles > 1, "several tiles");
  const std::uint32_t image = std::uint32_t{conv.input_height} * conv.input_width;
  hit_if(conv.channel_words > 1 && conv.input_plane > image, "loose input planes");
  hit_if(conv.channel_words > 1 && conv.input_plane < image, "overlapping input planes");
  hit(conv.common.fence ? "fence" : "no fence");
  hit_all(pairs_of(machine, conv));
}

void Coverage::add_output(const arch::Machine& machine, const arch::Conv& conv) {
  const std::string formats =
      fmt::format("{} to {}", arch::name(conv.precision), arch::name(conv.output.precision));
  hit(formats);
  if (conv.copy) {
    hit(fmt::format("{}, copy {} from {}", formats, arch::name(conv.copy->precision),
                    source_name(conv.copy_source)));
    hit_if(conv.copy->part != 0, "copy part not 0");
  }
  const std::uint32_t parts = arch::parts_per_word(machine, conv.output.precision);
  hit_if(conv.output.part + conv.tiles > parts, "output in several words");
  hit_if(conv.output.part != 0, "part not 0");
  const bool full = (conv.output.part + conv.tiles) % parts == 0;
  hit(full ? "no rest of the word to clear" : "last tile clears the rest of its word");
  const int low = conv.output.precision == arch::Precision::kInt4 ? -8 : -128;
  hit_if(conv.output.low > low || conv.output.high < -low - 1, "clamp inside the range");
  hit_if(conv.output.zero_point != 0, "zero point not 0");
  hit_if(conv.output.plane > conv.pixels(), "loose output planes");
}

}  // namespace hb::test
