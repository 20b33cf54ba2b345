// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Commands to be copied: what builds a point's machine and verifies the point on it.
#include <fmt/format.h>

#include <filesystem>

#include "model/arch/events.hpp"
#include "sw/report/text.hpp"
#include "sw/sweep/sweep.hpp"

namespace hb::sweep {

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
  return fmt::format("make MACHINE={} build",
                     report::shell_word(machine_file(sweep.folder, setting.machine)));
}

std::string verify_command(const Sweep& sweep, const Point& point) {
  const Workload& workload = sweep.workload(point);
  const Setting& setting = sweep.setting(point);
  std::string line = fmt::format("{} verify {} --preset {}", report::shell_word(sweep.command),
                                 report::shell_word(workload.network.model), setting.machine.name);
  if (workload.bits) line += " --bits " + *workload.bits;
  if (workload.residual) line += " --residual " + *workload.residual;
  if (workload.width) line += fmt::format(" --width {}", *workload.width);
  line += " --contract " + workload.contract;
  line += fmt::format(" --memory-latency {} --memory-bytes-per-cycle {}", setting.memory_latency,
                      setting.memory_bytes_per_cycle);
  if (!workload.network.images.empty()) {
    line += fmt::format(" --input {} --labels {} --images 1",
                        report::shell_word(workload.network.images),
                        report::shell_word(workload.network.labels));
  }
  return line;
}

}  // namespace hb::sweep
