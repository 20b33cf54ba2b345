// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/support/conv_bins.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace hb::test {
namespace {

using arch::Contract;
using arch::Conv;
using arch::Residual;

using Names = std::vector<std::string>;

const Names kModes{"int8", "narrow", "int4"};
const Names kPrecisions{"int8", "int4"};
const Names kSums{"ort", "ort, residual second", "ort, residual first", "tflite",
                  "tflite, residual"};
const Names kOffsets{"0", "8", "128", "other"};

std::size_t sum_class(const Conv& conv) {
  if (conv.contract == Contract::kTflite) return conv.residual ? 4 : 3;
  if (!conv.residual) return 0;
  return conv.residual->first ? 2 : 1;
}

const char* copy_class(const Conv& conv) {
  if (!conv.copy) return "no copy";
  return conv.copy_source == arch::CopySource::kCode ? "copy from code" : "copy from accumulator";
}

const char* contract_name(Contract contract) {
  return contract == Contract::kTflite ? "tflite" : "ort";
}

const std::string& offset_class(std::int16_t offset) {
  if (offset == 0) return kOffsets[0];
  if (std::abs(offset) == 8) return kOffsets[1];
  return kOffsets[std::abs(offset) == arch::kMostOffset ? 2 : 3];
}

std::uint32_t exponent(std::uint32_t bits) { return bits >> 23 & 0xFF; }
bool power_of_two(std::uint32_t bits) { return (bits & 0x7FFFFF) == 0; }

void ort_bins(const Residual& residual, Names& hits) {
  const auto hit_if = [&](bool condition, const char* name) {
    if (condition) hits.emplace_back(name);
  };
  const std::uint32_t sum = exponent(residual.sum_scale);
  const std::uint32_t other = exponent(residual.residual_scale);
  const std::uint32_t term = exponent(residual.term);
  hit_if(power_of_two(residual.sum_scale) && power_of_two(residual.residual_scale),
         "ort: scales are powers of two");
  hit_if(sum > other + 36, "ort: residual far below the sum");
  hit_if(other > sum + 36, "ort: residual far above the sum");
  hit_if(residual.term == 0, "ort: no term");
  hit_if(residual.term >> 31 != 0, "ort: negative term");
  hit_if(term != 0 && term + 36 < sum && term + 36 < other, "ort: term far below the products");
  hit_if(term > sum + 36 && term > other + 36, "ort: term far above the products");
}

void tflite_bins(const Residual& residual, Names& hits) {
  const auto hit_if = [&](bool condition, const char* name) {
    if (condition) hits.emplace_back(name);
  };
  const bool no_shift =
      residual.sum_shift == 0 || residual.residual_shift == 0 || residual.output_shift == 0;
  hit_if(no_shift, "tflite: a shift of 0");
  hit_if(residual.sum_shift > 8 || residual.residual_shift > 8, "tflite: shift of more than 8");
  hit_if(residual.output_shift > 24, "tflite: output shift of more than 24");
  hit_if(residual.sum_scale == 0 || residual.residual_scale == 0, "tflite: multiplier 0");
  hit_if(residual.sum_shift != residual.residual_shift, "tflite: different shifts");
}

void residual_bins(const arch::Machine& machine, const Conv& conv, Names& hits) {
  const Residual& residual = *conv.residual;
  hits.push_back(fmt::format("{} residual to {}, {}", arch::name(residual.precision),
                             arch::name(conv.output.precision), contract_name(conv.contract)));
  hits.push_back(fmt::format("residual offset {}", offset_class(residual.residual_offset)));
  hits.push_back(fmt::format("sum offset {}", offset_class(residual.sum_offset)));
  if (residual.part != 0) hits.emplace_back("residual part not 0");
  const std::uint32_t parts = arch::parts_per_word(machine, residual.precision);
  if (residual.part + conv.tiles > parts) hits.emplace_back("residual in several words");
  if (residual.sum_low > -128 || residual.sum_high < 127) hits.emplace_back("sum is clamped");
  if (conv.contract == Contract::kOrt) {
    ort_bins(residual, hits);
  } else {
    tflite_bins(residual, hits);
  }
}

void operand_bins(const Conv& conv, Names& hits) {
  const std::uint32_t positions = std::uint32_t{conv.kernel_height} * conv.kernel_width;
  const bool nothing_else = conv.input_height == 1 && conv.input_width == 1 && positions == 1;
  if (nothing_else && conv.pixels() == 1 && conv.channel_words > 1) {
    hits.push_back(fmt::format("fully connected, {}", mode_name(conv)));
  }
  if (!conv.repeat) return;
  hits.push_back(fmt::format("repeat, {}", mode_name(conv)));
  hits.emplace_back(positions == 1 ? "repeat, one position" : "repeat, a window");
  if (conv.kernel_height == 1 && conv.kernel_width == conv.input_width && conv.pad_left == 0 &&
      conv.input_height > 1 && conv.output_height == conv.input_height) {
    hits.emplace_back("repeat, channel words as image rows");
  }
}

}  // namespace

const char* mode_name(const Conv& conv) {
  if (conv.precision == arch::Precision::kInt4) return "int4";
  return conv.narrow_weights ? "narrow" : "int8";
}

Names conv_bin_names() {
  Names names;
  for (const std::string& mode : kModes) {
    for (const std::string& sum : kSums) {
      names.push_back(fmt::format("{}, {}, no copy", mode, sum));
      names.push_back(fmt::format("{}, {}, copy from code", mode, sum));
      if (sum.find("residual") == std::string::npos) {
        names.push_back(fmt::format("{}, {}, copy from accumulator", mode, sum));
      }
    }
    names.push_back(fmt::format("partial, {}", mode));
    names.push_back(fmt::format("repeat, {}", mode));
    names.push_back(fmt::format("fully connected, {}", mode));
  }
  for (const std::string& residual : kPrecisions) {
    for (const std::string& output : kPrecisions) {
      for (const char* contract : {"ort", "tflite"}) {
        names.push_back(fmt::format("{} residual to {}, {}", residual, output, contract));
      }
    }
  }
  for (const char* what : {"residual offset", "sum offset", "copy offset"}) {
    for (const std::string& offset : kOffsets) names.push_back(fmt::format("{} {}", what, offset));
  }
  for (const char* name :
       {"residual part not 0", "residual in several words", "sum is clamped",
        "ort: scales are powers of two", "ort: residual far below the sum",
        "ort: residual far above the sum", "ort: no term", "ort: negative term",
        "ort: term far below the products", "ort: term far above the products",
        "tflite: a shift of 0", "tflite: shift of more than 8",
        "tflite: output shift of more than 24", "tflite: multiplier 0", "tflite: different shifts",
        "repeat, one position", "repeat, a window", "repeat, channel words as image rows"}) {
    names.emplace_back(name);
  }
  return names;
}

Names conv_bins(const arch::Machine& machine, const Conv& conv) {
  Names hits;
  operand_bins(conv, hits);
  if (conv.partial) {
    hits.push_back(fmt::format("partial, {}", mode_name(conv)));
    return hits;
  }
  hits.push_back(
      fmt::format("{}, {}, {}", mode_name(conv), kSums[sum_class(conv)], copy_class(conv)));
  if (conv.copy && conv.copy_source == arch::CopySource::kCode) {
    hits.push_back(fmt::format("copy offset {}", offset_class(conv.copy_offset)));
  }
  if (conv.residual) residual_bins(machine, conv, hits);
  return hits;
}

Names lane_bin_names() {
  return {
      "lane: multiplier 0",     "lane: ignored bit of a multiplier", "lane: right shift 0",
      "lane: right shift 1..8", "lane: right shift 9..24",           "lane: right shift 25..31",
      "lane: left shift",       "lane: copy's left shift",           "lane: ignored shift bits"};
}

Names lane_bins(std::uint32_t multiplier, std::uint32_t shifts) {
  Names hits;
  const auto hit_if = [&](bool condition, std::size_t bin) {
    if (condition) hits.push_back(lane_bin_names()[bin]);
  };
  const std::uint32_t right = shifts & 31;
  hit_if(multiplier << 1 == 0, 0);
  hit_if(multiplier >> 31 != 0, 1);
  hit_if(right == 0, 2);
  hit_if(right >= 1 && right <= 8, 3);
  hit_if(right >= 9 && right <= 24, 4);
  hit_if(right >= 25, 5);
  hit_if((shifts >> 8 & 31) != 0, 6);
  hit_if((shifts >> 24 & 31) != 0, 7);
  hit_if((shifts & 0xE0E0E0E0) != 0, 8);
  return hits;
}

}  // namespace hb::test
