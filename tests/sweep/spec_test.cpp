// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a sweep's file read as docs/sweep.md says, and everything else refused with its line?
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/sweep/spec.hpp"

namespace {

using hb::sweep::parse_spec;
using hb::sweep::Spec;

const std::string kMachines = "machines:\n  - preset: base\n";
const std::string kNetworks = "networks:\n  - builtin:resnet50\n";
const std::string kBoth = kMachines + kNetworks;  // four lines

/// A machine with every key, that of `line` replaced by it; key k is in line k + 2.
std::string machine_with(const std::string& key, const std::string& line) {
  std::string text = "machines:\n";
  bool first = true;
  for (const char* sound :
       {"rows: 8", "columns: 8", "bus_bytes: 16", "activation_banks: 8", "activation_bytes: 65536",
        "weight_bytes: 32768", "parameter_tiles: 64"}) {
    const bool hit = std::string(sound).rfind(key + ":", 0) == 0;
    text += (first ? "  - " : "    ") + (hit ? line : sound) + "\n";
    first = false;
  }
  return text + kNetworks;
}

std::string refusal(const std::string& text) {
  try {
    (void)parse_spec(text, "dir/s.yaml");
  } catch (const hb::Error& error) {
    return error.what();
  }
  return "accepted";
}

void check_refused(const std::string& text, const std::string& message) {
  CAPTURE(text);
  CHECK(refusal(text) == message);
}

}  // namespace

TEST_CASE("a value is a list of one; what is not said is empty or the default") {
  const Spec spec = parse_spec(machine_with("rows", "rows: [8, 16]") + "bits: w4a8\n", "s.yaml");
  CHECK(spec.file == "s.yaml");
  REQUIRE(spec.machines.size() == 1);
  CHECK(spec.machines[0].preset.empty());
  CHECK(spec.machines[0].where == "s.yaml, line 2");
  REQUIRE(spec.machines[0].values.size() == 7);
  CHECK(spec.machines[0].values[0] == std::vector<std::uint32_t>{8, 16});
  CHECK(spec.machines[0].values[6] == std::vector<std::uint32_t>{64});
  CHECK(spec.networks.at(0).built_in());
  CHECK(spec.bits == std::vector<std::string>{"w4a8"});
  CHECK(spec.contract == std::vector<std::string>{"ort"});
  CHECK(spec.residual.empty());
  CHECK(spec.width.empty());
  CHECK(spec.memory_latency.empty());
  CHECK(spec.memory_bytes_per_cycle.empty());
}

TEST_CASE("files are found from the sweep's folder, wherever the command runs") {
  const Spec spec = parse_spec(
      "machines:\n- preset: sub/m.json\n- preset: tiny\nnetworks:\n"
      "- {file: a.onnx, images: ../x.npy, labels: /y.npy}\n- file: b.onnx\n",
      "dir/s.yaml");
  CHECK(spec.machines.at(0).preset == "dir/sub/m.json");
  CHECK(spec.machines.at(1).preset == "tiny");
  CHECK(spec.networks.at(0).model == "dir/a.onnx");
  CHECK(spec.networks.at(0).images == "x.npy");
  CHECK(spec.networks.at(0).labels == "/y.npy");
  CHECK(spec.networks.at(0).where == "dir/s.yaml, line 5");
  CHECK(spec.networks.at(1).model == "dir/b.onnx");
  CHECK(spec.networks.at(1).images.empty());
}

TEST_CASE("every list of the form is read") {
  const Spec spec = parse_spec(kBoth +
                                   "bits: [w8a8, w4a8, w4a4, mostly-w4a4]\nresidual: [8, 4]\n"
                                   "width: [0.5, 1, 2e0]\ncontract: [tflite, ort]\n"
                                   "memory_latency: [1, 300]\nmemory_bytes_per_cycle: 16\n",
                               "s.yaml");
  CHECK(spec.bits == std::vector<std::string>{"w8a8", "w4a8", "w4a4", "mostly-w4a4"});
  CHECK(spec.residual == std::vector<std::string>{"8", "4"});
  CHECK(spec.width == std::vector<float>{0.5F, 1.0F, 2.0F});
  CHECK(spec.contract == std::vector<std::string>{"tflite", "ort"});
  CHECK(spec.memory_latency == std::vector<std::uint32_t>{1, 300});
  CHECK(spec.memory_bytes_per_cycle == std::vector<std::uint32_t>{16});
}

TEST_CASE("unknown, missing and repeated keys are refused with their line") {
  check_refused(kBoth + "bit: w8a8\n",
                "dir/s.yaml, line 5: sweep: unknown key bit (expected machines, networks, bits, "
                "residual, width, contract, memory_latency, memory_bytes_per_cycle)");
  CHECK(refusal(kMachines).find("line 1: sweep: key networks is missing") != std::string::npos);
  CHECK(refusal(kNetworks).find("line 1: sweep: key machines is missing") != std::string::npos);
  CHECK(refusal(kBoth + kNetworks).find("line 5: key networks twice") != std::string::npos);
  CHECK(refusal(machine_with("rows", "row: 8")).find("line 2: machine: unknown key row") !=
        std::string::npos);
  CHECK(
      refusal(machine_with("columns", "# none")).find("line 2: machine: key columns is missing") !=
      std::string::npos);
  CHECK(refusal("machines:\n- preset: base\n  rows: 8\n" + kNetworks)
            .find("line 3: machine: unknown key rows (expected preset)") != std::string::npos);
  CHECK(refusal(kMachines + "networks:\n- {file: a.onnx, image: x.npy}\n")
            .find("line 4: network: unknown key image") != std::string::npos);
}

TEST_CASE("values of a wrong type or out of range are refused with their line and what may be") {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {kBoth + "bits: w2a8\n", "line 5: bits: w2a8 (expected w8a8, w4a8, w4a4, mostly-w4a4)"},
      {kBoth + "bits: [w8a8, {a: b}]\n",
       "line 5: bits: a map (expected w8a8, w4a8, w4a4, mostly-w4a4)"},
      {kBoth + "bits: []\n", "line 5: bits: 0 values (expected 1 to 1000)"},
      {kBoth + "bits:\n", "line 5: bits: nothing (expected a value, or a list of them)"},
      {kBoth + "bits: [w8a8,\n  w8a8]\n", "line 6: bits: w8a8 twice (expected every value once)"},
      {kBoth + "bits: w4a4\nresidual: 6\n", "line 6: residual: 6 (expected 8, 4)"},
      {kBoth + "width: -1\n", "line 5: width: -1 (expected a number above 0, e.g. 0.5)"},
      {kBoth + "width: 0\n", "line 5: width: 0 (expected a number above 0, e.g. 0.5)"},
      {kBoth + "width: wide\n", "line 5: width: wide (expected a number above 0, e.g. 0.5)"},
      {kBoth + "width: .inf\n", "line 5: width: .inf (expected a number above 0, e.g. 0.5)"},
      {kBoth + "contract: onnx\n", "line 5: contract: onnx (expected ort, tflite)"},
      {kBoth + "memory_latency: 0\n", "line 5: memory_latency: 0 (expected an integer from 1 to "},
      {kBoth + "memory_latency: 1.5\n", "line 5: memory_latency: 1.5 (expected an integer from "},
      {kBoth + "memory_latency: \"8\"\n", "line 5: memory_latency: 8 (expected an integer from "},
      {kBoth + "memory_bytes_per_cycle: [8, -8]\n",
       "line 5: memory_bytes_per_cycle: -8 (expected an integer from 1 to 4294967295)"},
      {kBoth + "memory_bytes_per_cycle: 99999999999999999999\n",
       "line 5: memory_bytes_per_cycle: 99999999999999999999 (expected an integer from 1 to "},
      {machine_with("rows", "rows: 12"), "line 2: rows: 12 (expected a power of two, 2..32)"},
      {machine_with("rows", "rows: [8, 64]"),
       "line 2: rows: 64 (expected an integer from 2 to 32)"},
      {machine_with("columns", "columns: x"), "line 3: columns: x (expected an integer from 4 to "},
      {machine_with("bus_bytes", "bus_bytes: [8, 8]"), "line 4: bus_bytes: 8 twice"},
      {machine_with("weight_bytes", "weight_bytes: 0"), "line 7: weight_bytes: 0 (expected an "},
      {"machines: base\n" + kNetworks, "line 1: machines: base (expected a list of 1 to 1000"},
      {"machines: []\n" + kNetworks, "line 1: machines: 0 items (expected a list of 1 to 1000"},
      {"machines:\n- base\n" + kNetworks, "line 2: machines: base (expected a map: preset, or "},
      {"machines:\n- preset: []\n" + kNetworks, "line 2: machine: preset is no text"},
      {kMachines + "networks:\n- resnet50\n", "line 4: networks: resnet50 (expected builtin:..."},
      {kMachines + "networks:\n- []\n", "line 4: networks: a list (expected builtin:..."},
      {kMachines + "networks:\n- {file: a, images: b}\n",
       "line 4: network: images or labels alone (expected both, for its accuracy, or neither)"},
      {kMachines + "networks:\n- file: a.onnx\nbits: w8a8\n",
       "line 5: bits given, and every network is a file"},
      {kMachines + "networks:\n- file: a.onnx\nwidth: 2\n",
       "line 5: width given, and every network is a file"},
      {kBoth + "residual: 4\n", "line 5: residual given for 8-bit activations"},
      {"[1, 2]\n", "line 1: sweep is no map"},
      {"{", "YAML or JSON"},
      {"", "0 YAML documents (expected one)"},
      {kBoth + "---\n" + kBoth, "2 YAML documents (expected one)"},
  };
  for (const auto& [text, message] : cases) {
    CAPTURE(text);
    const std::string actual = refusal(text);
    CAPTURE(actual);
    CHECK(actual.rfind("dir/s.yaml", 0) == 0);
    CHECK(actual.find(message) != std::string::npos);
    CHECK(actual.find('\n') == std::string::npos);
  }
}
