// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Commands to be copied: what builds a point's machine and verifies the point on it.
#include <fmt/format.h>

#include <filesystem>
#include <string_view>

#include "model/arch/events.hpp"
#include "sw/sweep/sweep.hpp"

namespace hb::sweep {

namespace {

/// As a POSIX shell reads it back.
std::string quoted(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:-+,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string result = "'";
  for (const char letter : text) {
    result += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  }
  return result + "'";
}

}  // namespace

std::string machine_file(const std::string& folder, const arch::Machine& machine) {
  return (std::filesystem::path(folder) / "machines" / (machine.name + ".json")).string();
}

std::string machine_text(const arch::Machine& machine) {
  nlohmann::ordered_json sizes;
  for (const arch::MachineKey& key : arch::machine_keys()) sizes[key.name] = machine.*key.value;
  return nlohmann::ordered_json{{machine.name, sizes}}.dump(2) + "\n";
}

std::string build_command(const Sweep& sweep, const Setting& setting) {
  if (setting.shipped) return "make build";
  return fmt::format("make MACHINE={} build", quoted(machine_file(sweep.folder, setting.machine)));
}

std::string verify_command(const Sweep& sweep, const Point& point) {
  const Workload& workload = sweep.workload(point);
  const Setting& setting = sweep.setting(point);
  std::string line = fmt::format("{} verify {} --preset {}", quoted(sweep.command),
                                 quoted(workload.network.model), setting.machine.name);
  if (workload.bits) line += " --bits " + *workload.bits;
  if (workload.residual) line += " --residual " + *workload.residual;
  if (workload.width) line += fmt::format(" --width {}", *workload.width);
  line += " --contract " + workload.contract;
  line += fmt::format(" --memory-latency {} --memory-bytes-per-cycle {}", setting.memory_latency,
                      setting.memory_bytes_per_cycle);
  if (!workload.network.images.empty()) {
    line += fmt::format(" --input {} --labels {} --images 1", quoted(workload.network.images),
                        quoted(workload.network.labels));
  }
  return line;
}

}  // namespace hb::sweep
