// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/prefetch.hpp"

#include <algorithm>
#include <numeric>

#include "sw/schedule/played.hpp"

namespace hb::schedule {

std::vector<Command> prefetch(std::vector<Command> commands, const arch::Machine& machine,
                              const arch::MemoryTiming& memory) {
  const std::vector<arch::Cycles> starts = play(commands, machine, memory).starts;
  std::vector<std::uint32_t> order(commands.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return starts[a] < starts[b]; });
  std::vector<Command> result;
  result.reserve(commands.size());
  for (const std::uint32_t i : order) result.push_back(std::move(commands[i]));
  return result;
}

}  // namespace hb::schedule
