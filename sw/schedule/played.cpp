// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/played.hpp"

#include "sw/cost/timing.hpp"
#include "sw/schedule/hazards.hpp"

namespace hb::schedule {

arch::Cycles played_cycles(std::vector<Command> commands, const arch::Machine& machine) {
  assign_tokens(commands, machine);
  std::vector<arch::CommandWords> words;
  words.reserve(commands.size() + 1);
  for (const Command& command : commands) words.push_back(encode(command));
  words.push_back(arch::encode_end());
  return cost::play(words, machine, {}).total;
}

}  // namespace hb::schedule
