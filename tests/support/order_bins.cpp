// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/order_bins.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "tests/support/conv_bins.hpp"

namespace hb::test {

using arch::Conv;
using arch::Pool;

OrderBins::OrderBins(const arch::Machine& machine)
    : machine_(machine), writers_(machine.activation_words(), Writer::kNobody) {}

std::vector<std::string> OrderBins::names() {
  std::vector<std::string> list{"mode change",
                                "weights change, activations stay int8",
                                "POOL after CONV",
                                "POOL after POOL",
                                "CONV after POOL",
                                "POOL between both modes",
                                "POOL reads what a CONV wrote",
                                "POOL reads what a POOL wrote",
                                "CONV reads what a CONV wrote",
                                "CONV reads what a POOL wrote",
                                "residual was loaded",
                                "residual is a CONV's",
                                "residual is a POOL's",
                                "residual in a bank of its own",
                                "residual in the output's bank",
                                "chain: mode changes inside",
                                "chain: POOL inside",
                                "chain: sums for the first of several tiles",
                                "chain: sums that nothing takes"};
  for (int links = 1; links <= 3; ++links)
    list.push_back(fmt::format("chain of {} and one", links));
  for (const char* end : {"int8", "narrow", "int4", "residual", "copy", "ort", "tflite"}) {
    list.push_back(fmt::format("chain ends with {}", end));
  }
  return list;
}

std::vector<std::string> OrderBins::next(const arch::CommandWords& words) {
  hits_.clear();
  switch (static_cast<arch::Opcode>(arch::opcode_bits(words))) {
    case arch::Opcode::kConv:
      add_conv(arch::decode_conv(words));
      break;
    case arch::Opcode::kPool:
      add_pool(arch::decode_pool(words));
      break;
    case arch::Opcode::kLoad: {
      const arch::Transfer load = arch::decode_transfer(words);
      if (load.buffer == arch::Buffer::kActivation) {
        note(Writer::kLoad, {load.buffer_address, load.buffer_stride, load.segments, load.rows});
      }
      break;
    }
    case arch::Opcode::kEnd:
      hit_if(links_ != 0, "chain: sums that nothing takes");
      break;
    case arch::Opcode::kStore:
      break;
  }
  return std::move(hits_);
}

void OrderBins::note(Writer writer, const Words& words) {
  for (std::uint32_t i = 0; i < words.count; ++i) {
    const auto from = writers_.begin() + words.start + i * words.stride;
    std::fill(from, from + words.length, writer);
  }
}

OrderBins::Words OrderBins::words_of(const Conv& conv, const arch::Output& output) const {
  const std::uint32_t parts = arch::parts_per_word(machine_, output.precision);
  return {output.address, output.plane, (output.part + conv.tiles - 1U) / parts + 1,
          static_cast<std::uint32_t>(conv.pixels())};
}

std::uint32_t OrderBins::banks_of(const Words& words) const {
  std::uint32_t banks = 0;
  for (std::uint32_t i = 0; i < words.count; ++i) {
    const std::uint32_t first = words.start + i * words.stride;
    for (std::uint32_t word = first; word < first + words.length; ++word) {
      banks |= 1U << word / machine_.bank_words();
    }
  }
  return banks;
}

void OrderBins::add_conv(const Conv& conv) {
  const bool mode = conv_ && conv_->precision != conv.precision;
  hit_if(mode, "mode change");
  hit_if(conv_ && !mode && conv_->narrow_weights != conv.narrow_weights,
         "weights change, activations stay int8");
  hit_if(pool_last_, "CONV after POOL");
  hit_if(mode && pool_since_, "POOL between both modes");
  hit_if(writers_[conv.input_address] == Writer::kConv, "CONV reads what a CONV wrote");
  hit_if(writers_[conv.input_address] == Writer::kPool, "CONV reads what a POOL wrote");
  if (conv.residual) add_residual(conv);
  add_sums(conv);
  if (!conv.partial) {
    note(Writer::kConv, words_of(conv, conv.output));
    if (conv.copy) note(Writer::kConv, words_of(conv, *conv.copy));
  }
  conv_ = conv;
  pool_since_ = pool_last_ = false;
}

void OrderBins::add_residual(const Conv& conv) {
  const Writer writer = writers_[conv.residual->address];
  hit_if(writer == Writer::kLoad, "residual was loaded");
  hit_if(writer == Writer::kConv, "residual is a CONV's");
  hit_if(writer == Writer::kPool, "residual is a POOL's");
  arch::Output place;
  place.precision = conv.residual->precision;
  place.address = conv.residual->address;
  place.plane = conv.residual->plane;
  place.part = conv.residual->part;
  const std::uint32_t banks = banks_of(words_of(conv, place));
  std::uint32_t others = banks_of(words_of(conv, conv.output));
  hit_if((banks & others) != 0, "residual in the output's bank");
  if (conv.copy) others |= banks_of(words_of(conv, *conv.copy));
  hit_if((banks & others) == 0, "residual in a bank of its own");
}

void OrderBins::add_sums(const Conv& conv) {
  if (links_ != 0) {
    hit_if(conv_->precision != conv.precision, "chain: mode changes inside");
    hit_if(pool_since_, "chain: POOL inside");
  }
  if (conv.partial) {
    ++links_;
    return;
  }
  if (links_ == 0) return;
  hits_.push_back(fmt::format("chain of {} and one", std::min(links_, 3U)));
  hits_.push_back(fmt::format("chain ends with {}", mode_name(conv)));
  hit_if(conv.tiles > 1 || conv.pixels() > machine_.rows,
         "chain: sums for the first of several tiles");
  hit_if(conv.residual.has_value(), "chain ends with residual");
  hit_if(conv.copy.has_value(), "chain ends with copy");
  hit_if(conv.contract == arch::Contract::kOrt, "chain ends with ort");
  hit_if(conv.contract == arch::Contract::kTflite, "chain ends with tflite");
  links_ = 0;
}

void OrderBins::add_pool(const Pool& pool) {
  hit_if(conv_ && !pool_since_, "POOL after CONV");
  hit_if(pool_last_, "POOL after POOL");
  hit_if(writers_[pool.input_address] == Writer::kConv, "POOL reads what a CONV wrote");
  hit_if(writers_[pool.input_address] == Writer::kPool, "POOL reads what a POOL wrote");
  note(Writer::kPool, {pool.output_address, pool.output_plane, pool.channel_words,
                       static_cast<std::uint32_t>(pool.pixels())});
  pool_since_ = pool_last_ = true;
}

}  // namespace hb::test
