// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/timing/cases.hpp"

#include <algorithm>
#include <filesystem>

#include "model/arch/error.hpp"
#include "sim/run.hpp"
#include "sw/cli/engines.hpp"
#include "sw/cli/images.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/options.hpp"
#include "sw/report/json.hpp"

namespace hb::test {

namespace {

using Words = std::vector<std::string>;

constexpr const char* kShipped = "sw/networks";

cli::Options options_of(const char* action, const Network& network, const std::string& preset,
                        const Memory& memory) {
  Words words = {"halfbyte", action};
  words.insert(words.end(), network.arguments.begin(), network.arguments.end());
  for (const std::string& word :
       {std::string("--preset"), preset, std::string("--memory-bytes-per-cycle"),
        std::to_string(memory.bytes_per_cycle), std::string("--memory-latency"),
        std::to_string(memory.latency)}) {
    words.push_back(word);
  }
  std::vector<const char*> argv;
  for (const std::string& word : words) argv.push_back(word.c_str());
  return cli::parse_options(static_cast<int>(argv.size()), argv.data()).value();
}

/// A run of one engine, which must find nothing wrong with itself.
arch::Timeline simulate(const arch::Program& program, sim::View view) {
  sim::RunResult result = sim::run(program, cli::run_options(program, view));
  if (!result.good()) {
    throw Error(result.hang ? *result.hang
                            : "the run is no good (expected no violation of the bus protocol)");
  }
  return std::move(result.timeline);
}

Words shipped_files() {
  Words files;
  for (const auto& entry : std::filesystem::directory_iterator(kShipped)) {
    if (entry.path().extension() == ".onnx") files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<Network> fast_networks(const std::string& preset) {
  std::vector<Network> networks;
  for (const char* bits : {"w8a8", "w4a8", "mostly-w4a4", "w4a4"}) {
    networks.push_back(network_of(std::string(kShipped) + "/resnet8_w8_" + bits + ".onnx"));
  }
  Words large = {"builtin:resnet18", "--bits", "mostly-w4a4", "--residual", "4"};
  const std::string width = preset == "base" ? "1" : preset == "tiny" ? "0.125" : "0.25";
  large.insert(large.end(), {"--width", width});
  networks.push_back({"resnet18, width " + width, large});
  return networks;
}

}  // namespace

Network network_of(const std::string& file) {
  const std::filesystem::path path(file);
  const std::string stem = path.stem().string();
  return {stem == "model" ? path.parent_path().filename().string() : stem, {file}};
}

std::vector<Network> networks_for(const std::string& preset, bool fast) {
  if (fast) {
    return fast_networks(preset);
  }
  std::vector<Network> networks;
  for (const char* name : {"resnet18", "resnet50"}) {
    if (preset != "edge" && preset != "base") continue;  // tiny would take minutes for each
    const std::string model = std::string("builtin:") + name;
    for (const char* bits : {"w8a8", "w4a8", "mostly-w4a4"}) {
      networks.push_back({name, {model, "--bits", bits}});
    }
    networks.push_back(
        {std::string(name) + ", residual 4", {model, "--bits", "mostly-w4a4", "--residual", "4"}});
  }
  for (const std::string& file : shipped_files()) networks.push_back(network_of(file));
  return networks;
}

std::vector<Memory> memories_for(const arch::Machine& machine) {
  const std::uint32_t bus = machine.bus_bytes;
  return {{bus, 100}, {bus / 4, 100}, {bus, 400}};
}

Result run_case(const Network& network, const std::string& preset, const Memory& memory) {
  const arch::Program commands =
      cli::resolve_model(options_of("estimate", network, preset, memory)).program;
  const View formula("formula", commands, cli::play_formulas(commands));
  const cli::Options options = options_of("run", network, preset, memory);
  const cli::Model model = cli::resolve_model(options);
  const arch::Program program = cli::Images(options, model).program(0);
  const std::vector<View> simulated = {
      View("SystemC", program, simulate(program, sim::View::kSystemC)),
      View("RTL", program, simulate(program, sim::View::kRtl))};
  return {compare(formula, simulated), report::bits_of(program)};
}

}  // namespace hb::test
