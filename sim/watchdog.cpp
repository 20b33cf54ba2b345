// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/watchdog.hpp"

#include <fmt/format.h>

#include "model/arch/commands.hpp"

namespace hb::sim {
namespace {

std::string missing_tokens(arch::Engine engine, std::uint32_t tokens) {
  std::string text;
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((tokens >> bit & 1U) != 0) {
      text += fmt::format("{}token {} from {}", text.empty() ? "" : ", ", bit % 4,
                          arch::name(arch::token_peer(engine, bit)));
    }
  }
  return text;
}

std::string engine_state(const arch::Program& program, arch::Engine engine, std::uint32_t state) {
  const std::uint32_t tokens = state & 0xFFU;
  const bool head = (state >> 8 & 1U) != 0;
  const bool working = (state >> 9 & 1U) != 0;
  const std::uint32_t index = state >> arch::kStateIndex;
  std::string text = fmt::format("  {}: {}", arch::name(engine), working ? "working, " : "idle, ");
  if (!head) {
    return text + "no command waits\n";
  }
  text += fmt::format("command {} (layer {}) waits for ", index,
                      arch::decode_common(program.command(index)).layer);
  return text + (tokens == 0 ? "the engine" : missing_tokens(engine, tokens)) + "\n";
}

}  // namespace

std::string describe_hang(const arch::Program& program, Cycles patience,
                          const std::optional<EngineStates>& states) {
  std::string text = fmt::format("no progress for {} cycles\n", patience);
  if (!states) {
    return text + "  the machine's registers do not answer\n";
  }
  for (std::uint32_t e = 0; e < arch::kEngines; ++e) {
    text += engine_state(program, static_cast<arch::Engine>(e), (*states)[e]);
  }
  const std::uint32_t fetch = (*states)[3];
  const bool ended = (fetch & 1U) != 0;
  const bool blocked = (fetch & 2U) != 0;
  return text + fmt::format("  fetch: {}, next command {}\n",
                            ended     ? "ended"
                            : blocked ? "a command waits for a full queue"
                                      : "waits for a command",
                            fetch >> arch::kStateIndex);
}

}  // namespace hb::sim
