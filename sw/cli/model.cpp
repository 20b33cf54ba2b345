// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/model.hpp"

#include <string>

#include "model/arch/error.hpp"
#include "sw/cli/layer_spec.hpp"
#include "sw/cli/machines.hpp"
#include "sw/cli/random_layer.hpp"

namespace hb::cli {

namespace {

constexpr const char* kDefaultPreset = "base";
constexpr std::uint64_t kDefaultSeed = 1;

/// A program's machine, precisions and data are its own.
void refuse(const Options& options, bool given, const char* option) {
  if (given) {
    throw bad_input(options.model, fmt::format("{} given for a compiled program", option),
                    "this option with builtin: models only");
  }
}

LayerFormat format_of(const Options& options) {
  const std::string bits = options.bits.value_or("w8a8");
  LayerFormat format;
  if (bits == "w4a4") format.activations = arch::Precision::kInt4;
  if (bits != "w8a8") format.weights = arch::Precision::kInt4;
  if (options.contract == "tflite") format.contract = arch::Contract::kTflite;
  return format;
}

arch::Program resolve_program(const Options& options) {
  if (options.model.rfind("builtin:", 0) == 0) {
    const BuiltinLayer layer = parse_layer(options.model, format_of(options));
    const bool timing_only = options.action == Action::kEstimate;
    const arch::Machine& machine = find_machine(options.preset.value_or(kDefaultPreset));
    return random_layer_program(layer, machine, options.seed.value_or(kDefaultSeed),
                                timing_only ? schedule::Image::kCommands : schedule::Image::kWhole);
  }
  refuse(options, options.preset.has_value(), "--preset");
  refuse(options, options.bits.has_value(), "--bits");
  refuse(options, options.contract.has_value(), "--contract");
  refuse(options, options.seed.has_value(), "--seed");
  return arch::read_program(options.model);
}

std::uint32_t cycles_per_beat(const arch::Machine& machine, std::uint32_t bytes_per_cycle) {
  if (machine.bus_bytes % bytes_per_cycle != 0) {
    throw bad_input(fmt::format("--memory-bytes-per-cycle {}", bytes_per_cycle),
                    fmt::format("does not divide the bus of machine {}", machine.name),
                    fmt::format("a divisor of {}", machine.bus_bytes));
  }
  return machine.bus_bytes / bytes_per_cycle;
}

}  // namespace

arch::Program resolve_model(const Options& options) {
  arch::Program program = resolve_program(options);
  arch::MemoryModelOptions& memory = program.memory_model;
  if (options.memory_bytes_per_cycle) {
    memory.timing.cycles_per_beat =
        cycles_per_beat(program.machine, *options.memory_bytes_per_cycle);
  }
  memory.timing.latency = options.memory_latency.value_or(memory.timing.latency);
  memory.stall_seed = options.stall_seed.value_or(memory.stall_seed);
  return program;
}

}  // namespace hb::cli
