// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/compare.hpp"

#include <fmt/format.h>

#include <string_view>

#include "model/arch/error.hpp"

namespace hb::sim {
namespace {

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// Narrows a place down to the byte, where the words that differ are a word's data or mask.
void narrow(const Signal& signal, std::uint32_t word, std::uint32_t difference,
            Tags::Query& query) {
  const auto lowest_bit = static_cast<std::uint32_t>(__builtin_ctz(difference));
  if (ends_with(signal.name, "_write.data")) {
    query.byte = 4 * word + lowest_bit / 8;
    query.high = (difference >> (lowest_bit / 8 * 8) & 0x0FU) == 0;
  } else if (ends_with(signal.name, "_write.mask")) {
    query.byte = 32 * word + lowest_bit;
  }
}

/// Value of the field called `name`, its first word, among a cycle's words.
std::uint32_t value_of(const std::vector<Signal>& signals, std::string_view name,
                       const std::uint32_t* words) {
  for (const Signal& signal : signals) {
    if (signal.name == name) {
      return words[signal.offset / 4];
    }
  }
  HB_ASSERT(false, "no signal {}", name);
}

Place find_place(const std::vector<Signal>& signals, const Signal& signal, const Sides& sides,
                 const Tags::Query& query, const Tags& tags) {
  if (signal.topic == Topic::kPulse) {
    const std::string pulse = signal.name.substr(0, signal.name.rfind('.'));
    const bool on_expected = value_of(signals, pulse + ".valid", sides.expected) != 0;
    return tags.command(
        value_of(signals, pulse + ".index", on_expected ? sides.expected : sides.actual));
  }
  Place place = tags.place(query);
  if (signal.topic == Topic::kLoadWrite && place.command) {
    const bool on_expected = value_of(signals, "load_write.valid", sides.expected) != 0;
    place.row = value_of(signals, "load_write.row", on_expected ? sides.expected : sides.actual);
  }
  return place;
}

}  // namespace

Divergence locate(const std::vector<Signal>& signals, const Sides& sides, const Recorder& recorder,
                  const Tags& tags) {
  for (const Signal& signal : signals) {
    for (std::uint32_t word = 0; word < signal.words; ++word) {
      const std::uint32_t expected = sides.expected[signal.offset / 4 + word];
      const std::uint32_t actual = sides.actual[signal.offset / 4 + word];
      if (expected == actual) {
        continue;
      }
      Divergence divergence;
      divergence.running = value_of(signals, "running", sides.expected) != 0;
      divergence.cycle = divergence.running ? recorder.total() : sides.t;
      divergence.signal = signal.words > 1 ? fmt::format("{}[{}]", signal.name, word) : signal.name;
      divergence.expected = fmt::format("{:#x}", expected);
      divergence.actual = fmt::format("{:#x}", actual);
      Tags::Query query{signal.topic, recorder.total(), std::nullopt, false};
      narrow(signal, word, expected ^ actual, query);
      divergence.place = find_place(signals, signal, sides, query, tags);
      return divergence;
    }
  }
  HB_ASSERT(false, "sides differ in no signal");
}

}  // namespace hb::sim
