// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/activity.hpp"

#include <fmt/format.h>

namespace hb::sim {

std::optional<Divergence> compare(const ToggleSides& sides, const Recorder& recorder,
                                  const Tags& tags) {
  if (sides.expected == sides.actual) return std::nullopt;
  std::size_t i = 0;
  while (sides.expected.bits[i] == sides.actual.bits[i]) ++i;
  Divergence divergence;
  divergence.running = recorder.running();
  divergence.cycle = recorder.running() ? recorder.total() : sides.t;
  divergence.signal =
      fmt::format("toggled bits of {} up to the cycle before", name(static_cast<arch::Toggle>(i)));
  divergence.expected = fmt::format("{}", sides.expected.bits[i]);
  divergence.actual = fmt::format("{}", sides.actual.bits[i]);
  divergence.place = tags.place({Topic::kFeed, recorder.total(), std::nullopt, false});
  return divergence;
}

ActivityLog::Group ActivityLog::group_of(arch::Toggle toggle) {
  switch (toggle) {
    case arch::Toggle::kActivationLoad:
    case arch::Toggle::kWeightLoad:
    case arch::Toggle::kParameterLoad:
      return Group::kLoad;
    case arch::Toggle::kResidualRead:
    case arch::Toggle::kParameterRead:
    case arch::Toggle::kOutputWrite:
      return Group::kPost;
    case arch::Toggle::kStoreRead:
      return Group::kStore;
    default:
      return Group::kArray;
  }
}

void ActivityLog::begin(const arch::Toggles& now) {
  started_ = true;
  begin_ = cut_ = now;
}

void ActivityLog::start(arch::Engine engine, std::uint32_t index, const arch::Toggles& now) {
  if (engine != arch::Engine::kCompute) return;
  std::optional<std::uint32_t>& command = command_[static_cast<std::size_t>(Group::kArray)];
  cut(Group::kArray, command.value_or(index), now);
  command = index;
}

void ActivityLog::retire(arch::Engine engine, std::uint32_t index, const arch::Toggles& now) {
  constexpr std::array<Group, arch::kEngines> kGroupOf = {Group::kLoad, Group::kPost,
                                                          Group::kStore};
  const Group group = kGroupOf[static_cast<std::size_t>(engine)];
  cut(group, index, now);
  command_[static_cast<std::size_t>(group)] = index;
}

void ActivityLog::cut(Group group, std::uint32_t index, const arch::Toggles& now) {
  const std::uint16_t layer = arch::decode_common(program_.command(index)).layer;
  for (std::size_t i = 0; i < arch::kToggles; ++i) {
    if (group_of(static_cast<arch::Toggle>(i)) != group) continue;
    if (layer < layers_.size()) layers_[layer].bits[i] += now.bits[i] - cut_.bits[i];
    cut_.bits[i] = now.bits[i];
  }
}

arch::RunToggles ActivityLog::finish() {
  for (std::size_t group = 0; group < kGroups; ++group) {
    if (command_[group]) cut(static_cast<Group>(group), *command_[group], last_);
  }
  arch::RunToggles toggles{layers_, {}};
  for (std::size_t i = 0; i < arch::kToggles; ++i) {
    toggles.total.bits[i] = last_.bits[i] - begin_.bits[i];
  }
  return toggles;
}

}  // namespace hb::sim
