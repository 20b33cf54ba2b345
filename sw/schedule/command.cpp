// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/command.hpp"

namespace hb::schedule {
namespace {

arch::Common& common_of(Load& command) { return command.transfer.common; }
arch::Common& common_of(Store& command) { return command.transfer.common; }
arch::Common& common_of(arch::Conv& command) { return command.common; }
arch::Common& common_of(arch::Pool& command) { return command.common; }

arch::CommandWords encode_one(const Load& command) { return arch::encode_load(command.transfer); }
arch::CommandWords encode_one(const Store& command) { return arch::encode_store(command.transfer); }
arch::CommandWords encode_one(const arch::Conv& command) { return arch::encode(command); }
arch::CommandWords encode_one(const arch::Pool& command) { return arch::encode(command); }

}  // namespace

arch::Engine engine_of(const Command& command) {
  if (std::holds_alternative<Load>(command)) return arch::Engine::kLoad;
  if (std::holds_alternative<Store>(command)) return arch::Engine::kStore;
  return arch::Engine::kCompute;
}

arch::Common& common(Command& command) {
  return std::visit([](auto& one) -> arch::Common& { return common_of(one); }, command);
}

const arch::Common& common(const Command& command) { return common(const_cast<Command&>(command)); }

arch::CommandWords encode(const Command& command) {
  return std::visit([](const auto& one) { return encode_one(one); }, command);
}

}  // namespace hb::schedule
