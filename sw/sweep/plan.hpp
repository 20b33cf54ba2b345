// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The points of a sweep: every workload on every setting, and what cannot be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sw/sweep/spec.hpp"

namespace hb::sweep {

/// A network in one form: what `halfbyte estimate` is told about it.
struct Workload {
  Network network;
  std::optional<std::string> bits;      ///< of a built-in model
  std::optional<std::string> residual;  ///< of a built-in network with 4-bit activations
  std::optional<float> width;           ///< of a built-in network
  std::string contract;
};

/// A machine and its memory.
struct Setting {
  arch::Machine machine;
  bool shipped = false;  ///< it is in every build; otherwise it has a file of its own
  std::uint32_t memory_latency = 0;
  std::uint32_t memory_bytes_per_cycle = 0;
};

/// Points that cannot be, and why. What is empty stands for all.
struct Refused {
  std::optional<arch::Machine> machine;
  std::optional<std::uint32_t> memory_latency;
  std::optional<std::uint32_t> memory_bytes_per_cycle;
  std::optional<Workload> workload;
  std::uint64_t points = 1;  ///< how many of the product
  std::string reason;
};

struct Plan {
  std::vector<Workload> workloads;
  std::vector<Setting> settings;
  std::vector<Refused> refused;

  /// Points that are there to be estimated: all workloads on all settings.
  [[nodiscard]] std::size_t count() const { return workloads.size() * settings.size(); }
  /// Of point `index`: those of one workload lie together.
  [[nodiscard]] const Workload& workload(std::size_t index) const {
    return workloads.at(index / settings.size());
  }
  [[nodiscard]] const Setting& setting(std::size_t index) const {
    return settings.at(index % settings.size());
  }
};

/// The machines that presets name.
struct Presets {
  std::vector<arch::Machine> built_in;  ///< all of this build
  std::vector<std::string> shipped;     ///< names of those that every build has
};

/// "r8c32_b32_n8_a1m_w512k_p64", of the machine's sizes: other sizes, another name.
[[nodiscard]] std::string name_of(const arch::Machine& machine);

/// "base 100/32": what tells a setting from the others, for people.
[[nodiscard]] std::string name_of(const Setting& setting);

/// Machines that cannot be, that are there twice, or whose bus the memory does not divide are
/// refused. A machine equal to a shipped one is that one. Throws hb::Error for an unknown preset,
/// for two machines of one name and for more than kMostPoints.
[[nodiscard]] Plan make_plan(const Spec& spec, const Presets& presets);

inline constexpr std::uint64_t kMostPoints = 100'000;

}  // namespace hb::sweep
