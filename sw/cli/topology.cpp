// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/topology.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "sw/scalesim/config.hpp"
#include "sw/scalesim/reports.hpp"

namespace hb::cli {

namespace {

/// The largest divisor of the bus's width that is at most `bytes`, at least 1.
std::uint32_t divisor_below(std::uint32_t bus_bytes, std::uint64_t bytes) {
  std::uint32_t best = 1;
  for (std::uint32_t divisor = 1; divisor <= bus_bytes; ++divisor) {
    if (bus_bytes % divisor == 0 && divisor <= bytes) best = divisor;
  }
  return best;
}

std::string array_note(const std::string& file, const scalesim::Config& config,
                       const arch::Machine& machine) {
  return fmt::format(
      "{}: an array of {}x{} ({}), {} MAC per cycle; estimated on {}: {}x{}x4 (os), {} MAC per "
      "cycle at int8, {} at int4",
      file, config.rows, config.columns, config.dataflow,
      std::uint64_t{config.rows} * config.columns, machine.name, machine.rows, machine.columns,
      report::macs_per_cycle(machine, arch::Precision::kInt8),
      report::macs_per_cycle(machine, arch::Precision::kInt4));
}

/// Takes the file's bandwidth where the command line has none.
void apply_config(const Options& options, const arch::Machine& machine,
                  const scalesim::Format& format, arch::MemoryTiming& memory,
                  std::vector<std::string>& notes) {
  const scalesim::Config config = scalesim::parse_config(
      arch::read_file(options.cfg, "a SCALE-Sim configuration"), options.cfg);
  notes.push_back(array_note(options.cfg, config, machine));
  if (!config.bandwidth || options.memory_bytes_per_cycle) return;
  const std::uint64_t bits = format.activations == arch::Precision::kInt4 ? 4 : 8;
  const std::uint32_t bytes = divisor_below(machine.bus_bytes, *config.bandwidth * bits / 8);
  memory.cycles_per_beat = machine.bus_bytes / bytes;
  notes.push_back(fmt::format("{}: {} words of {} bits per cycle; the memory has {} bytes",
                              options.cfg, *config.bandwidth, bits, bytes));
}

}  // namespace

bool is_topology(const std::string& file) {
  return std::filesystem::path(file).extension() == ".csv";
}

TopologyModel read_topology(const Options& options, const arch::Machine& machine,
                            const scalesim::Format& format, arch::MemoryTiming memory) {
  TopologyModel model;
  const scalesim::Topology topology = scalesim::parse_topology(
      arch::read_file(options.model, "a SCALE-Sim topology"), options.model);
  if (!options.cfg.empty()) apply_config(options, machine, format, memory, model.notes);
  if (const auto warning = scalesim::padding_warning(topology)) model.notes.push_back(*warning);
  model.program = scalesim::make_program(topology, machine, format, memory);
  model.program.memory_model.timing = memory;
  return model;
}

void write_scalesim(const Options& options, const arch::Program& program,
                    const arch::Timeline& timeline, const report::Report& report) {
  if (options.scalesim.empty()) return;
  std::error_code error;
  std::filesystem::create_directories(options.scalesim, error);
  const std::filesystem::path folder = options.scalesim;
  if (error || !std::filesystem::is_directory(folder)) {
    throw bad_input("--scalesim " + options.scalesim, "cannot be made",
                    "a folder, or the name of a new one");
  }
  const scalesim::Run run{program, timeline, report};
  arch::OutputFile compute((folder / "COMPUTE_REPORT.csv").string());
  arch::OutputFile bandwidth((folder / "BANDWIDTH_REPORT.csv").string());
  compute.write(scalesim::compute_report(run));
  bandwidth.write(scalesim::bandwidth_report(run));
}

}  // namespace hb::cli
