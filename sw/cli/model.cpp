// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/model.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>

#include "model/arch/error.hpp"
#include "sw/cli/layer_spec.hpp"
#include "sw/cli/list_text.hpp"
#include "sw/cli/machines.hpp"
#include "sw/cli/random_layer.hpp"
#include "sw/cli/topology.hpp"
#include "sw/compile/compile.hpp"
#include "sw/graph/resnet.hpp"
#include "sw/import/onnx.hpp"

namespace hb::cli {

namespace {

constexpr const char* kDefaultPreset = "base";
constexpr std::uint64_t kDefaultSeed = 1;

/// Options that not every kind of model takes.
enum Given : std::uint32_t {
  kPreset = 1,
  kBits = 2,
  kContract = 4,
  kSeed = 8,
  kLayers = 16,
  kNoFuse = 32,
  kWidth = 64,
  kResidual = 128,
};

struct GivenOption {
  Given bit;
  const char* name;
  bool given;
};

/// Refuses those given that are not in `taken`; `kind` says what the model is.
void check_given(const Options& options, std::uint32_t taken, const char* kind,
                 const char* expected) {
  const GivenOption all[] = {{kPreset, "--preset", options.preset.has_value()},
                             {kBits, "--bits", options.bits.has_value()},
                             {kContract, "--contract", options.contract.has_value()},
                             {kSeed, "--seed", options.seed.has_value()},
                             {kLayers, "--layers", options.layers.has_value()},
                             {kNoFuse, "--no-fuse", options.no_fuse},
                             {kWidth, "--width", options.width.has_value()},
                             {kResidual, "--residual", options.residual.has_value()}};
  for (const GivenOption& option : all) {
    if (option.given && (taken & option.bit) == 0) {
      throw bad_input(options.model, fmt::format("{} given for {}", option.name, kind), expected);
    }
  }
}

/// Whether the commands alone are needed.
bool timing_only(const Options& options) {
  return options.action == Action::kEstimate || options.action == Action::kCard;
}

arch::Machine machine_of(const Options& options) {
  if (options.machine) return *options.machine;
  return find_machine(options.preset.value_or(kDefaultPreset));
}

arch::Contract contract_of(const Options& options) {
  return options.contract == "tflite" ? arch::Contract::kTflite : arch::Contract::kOrt;
}

LayerFormat format_of(const Options& options) {
  const std::string bits = options.bits.value_or("w8a8");
  if (bits == "mostly-w4a4") {
    throw bad_input(options.model, "--bits mostly-w4a4 given for a layer", "w8a8, w4a8 or w4a4");
  }
  LayerFormat format;
  if (bits == "w4a4") format.activations = arch::Precision::kInt4;
  if (bits != "w8a8") format.weights = arch::Precision::kInt4;
  format.contract = contract_of(options);
  return format;
}

std::uint32_t cycles_per_beat(const arch::Machine& machine, std::uint32_t bytes_per_cycle) {
  if (machine.bus_bytes % bytes_per_cycle != 0) {
    throw bad_input(fmt::format("--memory-bytes-per-cycle {}", bytes_per_cycle),
                    fmt::format("does not divide the bus of machine {}", machine.name),
                    fmt::format("a divisor of {}", machine.bus_bytes));
  }
  return machine.bus_bytes / bytes_per_cycle;
}

/// `timing` but for what the command line says.
arch::MemoryTiming memory_of(const Options& options, const arch::Machine& machine,
                             arch::MemoryTiming timing) {
  if (options.memory_bytes_per_cycle) {
    timing.cycles_per_beat = cycles_per_beat(machine, *options.memory_bytes_per_cycle);
  }
  timing.latency = options.memory_latency.value_or(timing.latency);
  return timing;
}

Model built_in_layer(const Options& options, schedule::Image image) {
  check_given(options, kPreset | kBits | kContract | kSeed, "a built-in layer",
              "this option with a network");
  const BuiltinLayer layer = parse_layer(options.model, format_of(options));
  Model model;
  const arch::Machine machine = machine_of(options);
  model.program = random_layer_program(
      layer, machine,
      {options.seed.value_or(kDefaultSeed), image, memory_of(options, machine, {})});
  model.own_data = true;
  model.layer = true;
  return model;
}

compile::Options compile_options(const Options& options, const arch::Machine& machine,
                                 schedule::Image image) {
  compile::Options how;
  how.contract = contract_of(options);
  how.fuse = !options.no_fuse;
  how.image = image;
  how.memory = memory_of(options, machine, {});
  return how;
}

/// As compile::compile(); errors name the model.
arch::Program compiled(const Options& options, const graph::Graph& graph,
                       const arch::Machine& machine, const compile::Options& how) {
  try {
    return compile::compile(graph, machine, how);
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", options.model, error.what()));
  }
}

Model network(const Options& options, schedule::Image image, graph::Graph graph) {
  const arch::Machine machine = machine_of(options);
  compile::Options how = compile_options(options, machine, image);
  Model model;
  if (options.layers && !timing_only(options)) {
    model.whole = compiled(options, graph, machine, how);
  }
  how.layers = options.layers;
  model.program = compiled(options, graph, machine, how);
  model.options = how;
  model.graph = std::move(graph);
  return model;
}

/// The depth of "builtin:resnet50"; empty of a layer's name.
std::optional<std::uint32_t> resnet_depth(const std::string& model) {
  constexpr std::string_view kBegin = "builtin:resnet";
  if (model.compare(0, kBegin.size(), kBegin) != 0) {
    return std::nullopt;
  }
  std::uint32_t depth = 0;
  const char* const end = model.data() + model.size();
  const auto [last, error] = std::from_chars(model.data() + kBegin.size(), end, depth);
  if (error != std::errc() || last != end) {
    return std::nullopt;
  }
  const std::vector<std::uint32_t>& known = graph::resnet_depths();
  if (std::find(known.begin(), known.end(), depth) == known.end()) {
    throw bad_input(model, "no such network",
                    fmt::format("builtin:resnet{}", list_text(known, "|")));
  }
  return depth;
}

graph::Bits bits_of(const std::string& text) {
  if (text == "w4a8") return graph::Bits::kW4A8;
  if (text == "w4a4") return graph::Bits::kW4A4;
  return text == "mostly-w4a4" ? graph::Bits::kMostlyW4A4 : graph::Bits::kW8A8;
}

graph::Graph built_in_graph(const Options& options, std::uint32_t depth) {
  graph::ResnetOptions how;
  how.depth = depth;
  how.width = options.width.value_or(1.0F);
  how.bits = bits_of(options.bits.value_or("w8a8"));
  how.residual = options.residual == "4" ? arch::Precision::kInt4 : arch::Precision::kInt8;
  how.contract = contract_of(options);
  how.seed = options.seed.value_or(kDefaultSeed);
  const bool small = how.bits == graph::Bits::kW4A4 || how.bits == graph::Bits::kMostlyW4A4;
  if (options.residual && !small) {
    throw bad_input(options.model, "--residual given for 8-bit activations",
                    "--bits w4a4 or mostly-w4a4 with it");
  }
  return graph::make_resnet(how);
}

/// Whether the file begins as program files do, or is at least named like one.
bool is_program(const std::string& file) {
  constexpr std::string_view kMagic = "HALFBYTE";
  std::string begin(kMagic.size(), '\0');
  if (std::filesystem::is_regular_file(file)) {
    std::ifstream(file, std::ios::binary).read(begin.data(), kMagic.size());
  }
  return begin == kMagic || std::filesystem::path(file).extension() == ".hbp";
}

Model program_file(const Options& options) {
  check_given(options, 0, "a compiled program", "this option when it is compiled");
  Model model;
  model.program = arch::read_program(options.model);
  model.own_data = true;
  return model;
}

graph::Graph onnx_graph(const Options& options) {
  check_given(options, kPreset | kContract | kSeed | kLayers | kNoFuse, "an ONNX file",
              "none: its precisions and widths are its own");
  if (options.seed && !options.inputs.empty()) {
    throw bad_input(options.model, "--seed and --input given, and nothing is random",
                    "one of them");
  }
  return import::read_onnx(options.model);
}

schedule::Image wanted_image(const Options& options) {
  return timing_only(options) ? schedule::Image::kCommands : schedule::Image::kWhole;
}

/// Layers as shapes, for timing.
Model topology_file(const Options& options) {
  check_given(options, kPreset | kBits | kContract, "a topology", "this option with a network");
  if (options.action != Action::kEstimate) {
    throw bad_input(options.model, "a topology, which has shapes alone", "estimate with it");
  }
  const LayerFormat format = format_of(options);
  const arch::Machine machine = machine_of(options);
  TopologyModel topology =
      read_topology(options, machine, {format.activations, format.weights, format.contract},
                    memory_of(options, machine, {}));
  Model model;
  model.program = std::move(topology.program);
  model.notes = std::move(topology.notes);
  model.options.contract = format.contract;
  return model;
}

Model resolve_kind(const Options& options, schedule::Image image) {
  if (is_topology(options.model)) return topology_file(options);
  if (!options.cfg.empty()) {
    throw bad_input("--cfg " + options.cfg, "given without a topology", "FILE.csv with it");
  }
  if (options.model.rfind("builtin:", 0) == 0) {
    const std::optional<std::uint32_t> depth = resnet_depth(options.model);
    return depth ? network(options, image, built_in_graph(options, *depth))
                 : built_in_layer(options, wanted_image(options));
  }
  return is_program(options.model) ? program_file(options)
                                   : network(options, image, onnx_graph(options));
}

/// Gives inputs that lie in memory as they are outside the border that says so.
void add_borders(arch::Program& program) {
  for (arch::TensorPlace& place : program.inputs) {
    if (!place.border) {
      const std::int32_t low = place.precision == arch::Precision::kInt4 ? -8 : -128;
      place.border.emplace();
      place.border->dims = {place.channels, place.height, place.width};
      place.border->low = low;
      place.border->high = -low - 1;
    }
  }
}

void set_memory(const Options& options, arch::Program& program) {
  arch::MemoryModelOptions& memory = program.memory_model;
  memory.timing = memory_of(options, program.machine, memory.timing);
  memory.stall_seed = options.stall_seed.value_or(memory.stall_seed);
}

Model resolve(const Options& options, schedule::Image image) {
  Model model = resolve_kind(options, image);
  add_borders(model.program);
  set_memory(options, model.program);
  return model;
}

}  // namespace

Model resolve_model(const Options& options) { return resolve(options, wanted_image(options)); }

Model resolve_commands(const Options& options) {
  return resolve(options, schedule::Image::kCommands);
}

std::optional<graph::Graph> resolve_graph(const Options& options) {
  if (options.model.rfind("builtin:", 0) != 0) return onnx_graph(options);
  if (const std::optional<std::uint32_t> depth = resnet_depth(options.model)) {
    return built_in_graph(options, *depth);
  }
  (void)parse_layer(options.model, format_of(options));  // whether it is one
  return std::nullopt;
}

arch::Program timing_program(const Options& options, const graph::Graph* graph) {
  constexpr auto kImage = schedule::Image::kCommands;
  if (graph == nullptr) return resolve(options, kImage).program;
  const arch::Machine machine = machine_of(options);
  arch::Program program =
      compiled(options, *graph, machine, compile_options(options, machine, kImage));
  set_memory(options, program);
  return program;
}

arch::Program compile_layers(const Model& model, const compile::LayerRange& layers,
                             schedule::Image image) {
  compile::Options how = model.options;
  how.layers = layers;
  how.image = image;
  arch::Program program = compile::compile(model.graph.value(), model.program.machine, how);
  add_borders(program);
  program.memory_model = model.program.memory_model;
  return program;
}

}  // namespace hb::cli
