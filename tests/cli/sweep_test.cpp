// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte sweep`: every point is what `estimate` says of the same options, and nothing is lost.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/networks.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/report_json.hpp"

namespace {

using hb::test::json_of;
using hb::test::Outcome;
using hb::test::Sandbox;
using hb::test::shipped;
using Json = nlohmann::json;

/// Two machines, tiny among them; the other one is called kOther.
const std::string kMachines =
    "machines:\n  - preset: tiny\n"
    "  - {rows: 8, columns: 4, bus_bytes: 16, activation_banks: 4, activation_bytes: 32768,\n"
    "     weight_bytes: 16384, parameter_tiles: 32}\n";
const std::string kOther = "r8c4_b16_n4_a32k_w16k_p32";

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Json sweep_of(const Sandbox& sandbox, const std::string& yaml,
              const std::vector<std::string>& more = {}) {
  sandbox.write("s.yaml", yaml);
  std::vector<std::string> arguments = {"sweep", "s.yaml", "-o", "out", "--quiet"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.out.empty());
  return Json::parse(sandbox.read("out/sweep.json"));
}

/// Exit code 2, one line with all of `parts`, nothing written.
void check_refused(const Sandbox& sandbox, const std::string& yaml,
                   const std::vector<std::string>& parts) {
  sandbox.write("s.yaml", yaml);
  const Outcome outcome = sandbox.halfbyte({"sweep", "s.yaml", "-o", "out"});
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.out.empty());
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(contains(outcome.err, part));
  }
  CHECK_FALSE(std::filesystem::exists(sandbox.path("out/sweep.json")));
  CHECK_FALSE(std::filesystem::exists(sandbox.path("out/sweep.csv")));
}

/// The same point by `halfbyte estimate`.
void check_estimate(const Sandbox& sandbox, const Json& point) {
  const bool ships = point.at("machine") == "tiny";
  std::vector<std::string> arguments = {
      "estimate",
      point.at("model"),
      "--preset",
      ships ? "tiny" : "out/machines/" + point.at("machine").get<std::string>() + ".json",
      "--contract",
      point.at("contract"),
      "--memory-latency",
      point.at("memory_latency").dump(),
      "--memory-bytes-per-cycle",
      point.at("memory_bytes_per_cycle").dump()};
  const bool built_in = contains(point.at("model"), "builtin:");
  if (built_in) arguments.insert(arguments.end(), {"--bits", point.at("bits")});
  for (const char* key : {"residual", "width"}) {
    if (!point.at(key).is_null()) {
      arguments.insert(arguments.end(), {"--" + std::string(key), point.at(key).dump()});
    }
  }
  const Json estimate = json_of(sandbox, arguments);
  const Json& total = estimate.at("total");
  CHECK(point.at("bits") == estimate.at("bits"));
  for (const char* key :
       {"macs", "cycles", "utilization", "energy_pj", "bytes_read", "bytes_written"}) {
    CAPTURE(key);
    CHECK(point.at(key) == total.at(key));
  }
  CHECK(point.at("energy_total_pj") == estimate.at("energy").at("total_pj"));
  CHECK(point.at("pj_per_mac") == estimate.at("energy").at("pj_per_mac"));
  CHECK(point.at("average_watts") == estimate.at("energy").at("average_watts"));
  CHECK(point.at("machine_keys") == estimate.at("energy").at("machine"));
}

}  // namespace

TEST_CASE("every point is what estimate says of the same machine, network, bits and memory") {
  const Sandbox sandbox;
  const Json sweep = sweep_of(
      sandbox, kMachines +
                   "networks:\n- builtin:resnet18\n- builtin:conv:24x9x7:20x3x2:p1x0x2x1\n" +
                   "- file: " + shipped("resnet8_w8_mostly-w4a4.onnx") +
                   "\nbits: [w4a8, mostly-w4a4, w4a4]\nresidual: [4, 8]\nwidth: 0.25\n"
                   "contract: [ort, tflite]\nmemory_latency: 60\nmemory_bytes_per_cycle: [8, 4]\n");
  // Per machine, memory and contract: resnet18 in 1 + 2 + 2 forms, the layer in 2, the file.
  CHECK(sweep.at("points").size() == 2 * 2 * 2 * (5 + 2 + 1));
  for (const Json& point : sweep.at("points")) {
    CAPTURE(point.dump());
    check_estimate(sandbox, point);
  }
  // A layer has no first and last layer.
  CHECK(sweep.at("refused").size() == 2 * 2 * 2);
  for (const Json& refused : sweep.at("refused")) {
    CHECK(refused.at("bits") == "mostly-w4a4");
    CHECK(contains(refused.at("reason"), "mostly-w4a4 given for a layer"));
  }
}

TEST_CASE("any number of threads writes the same bytes, and again") {
  const Sandbox sandbox;
  const std::string yaml = kMachines +
                           "networks: [builtin:resnet18, builtin:fc:300:20]\nbits: [w8a8, w4a4]\n"
                           "width: [0.1, 0.2, 0.3]\nmemory_latency: [10, 300]\n";
  std::vector<std::string> files;
  for (const char* jobs : {"1", "2", "7"}) {
    (void)sweep_of(sandbox, yaml, {"--jobs", jobs});
    files.push_back(sandbox.read("out/sweep.json") + sandbox.read("out/sweep.csv") +
                    sandbox.read("out/machines/" + kOther + ".json"));
  }
  (void)sweep_of(sandbox, yaml);
  files.push_back(sandbox.read("out/sweep.json") + sandbox.read("out/sweep.csv") +
                  sandbox.read("out/machines/" + kOther + ".json"));
  CHECK(files.front().size() > 10'000);
  for (const std::string& file : files) CHECK(file == files.front());
}

TEST_CASE("a network that does not fit a machine is refused there, and estimated elsewhere") {
  const Sandbox sandbox;
  const Json sweep = sweep_of(
      sandbox, kMachines +
                   "  - {rows: 4, columns: 4, bus_bytes: 8, activation_banks: 2, activation_bytes: "
                   "512, weight_bytes: 128, parameter_tiles: 2}\n"
                   "networks: [\"builtin:conv:512x14x14:64x3x3:p1\", \"builtin:fc:64:10\"]\n");
  REQUIRE(sweep.at("refused").size() == 1);
  const Json& refused = sweep.at("refused").at(0);
  CHECK(refused.at("machine") == "r4c4_b8_n2_a512_w128_p2");
  CHECK(refused.at("model") == "builtin:conv:512x14x14:64x3x3:p1");
  CHECK(contains(refused.at("reason"), "weight rows"));
  CHECK(sweep.at("sweep").at("points") == 5);
  CHECK(sweep.at("sweep").at("refused") == 1);
}

TEST_CASE("accuracy is the golden model's count, the same on every machine") {
  const Sandbox sandbox;
  const std::string network = shipped("resnet8_w16_w4a4.onnx");
  const Json sweep = sweep_of(sandbox, kMachines + "networks:\n- file: " + network +
                                           "\n  images: " + shipped("images.npy") + "\n  labels: " +
                                           shipped("labels.npy") + "\ncontract: [ort, tflite]\n");
  REQUIRE(sweep.at("points").size() == 4);
  for (const Json& point : sweep.at("points")) {
    const Json run = json_of(sandbox, {"run", network, "--on", "golden", "--preset", "tiny",
                                       "--contract", point.at("contract"), "--input",
                                       shipped("images.npy"), "--labels", shipped("labels.npy")});
    CHECK(point.at("accuracy").at("images") == 64);
    CHECK(point.at("accuracy").at("correct") == run.at("accuracy").at("correct"));
    CHECK(point.at("accuracy").at("low") < point.at("accuracy").at("high"));
    CHECK(contains(point.at("verify"), "--images 1"));
  }
}

TEST_CASE("the commands that a point prints are the point") {
  const Sandbox sandbox;
  const Json sweep = sweep_of(sandbox,
                              "machines:\n- preset: tiny\nnetworks: [builtin:resnet18]\n"
                              "bits: w4a4\nresidual: 4\nwidth: 0.05\n"
                              "memory_latency: 33\nmemory_bytes_per_cycle: 2\n");
  const Json& point = sweep.at("points").at(0);
  CHECK(point.at("build") == "make build");
  const std::string line = "cd '" + sandbox.path(".").string() + "' && " +
                           point.at("verify").get<std::string>() + " --quiet --json verify.json";
  REQUIRE(std::system(line.c_str()) == 0);
  const Json verified = Json::parse(sandbox.read("verify.json"));
  CHECK(verified.at("total").at("cycles") == point.at("cycles"));
  CHECK(verified.at("total").at("mismatches") == 0);
  CHECK(verified.at("total").at("energy_pj") == point.at("energy_pj"));
}

TEST_CASE("the terminal shows the best points, what was refused, and how fast it went") {
  const Sandbox sandbox;
  sandbox.write("s.yaml", kMachines +
                              "networks: [\"builtin:fc:64:10\"]\n"
                              "memory_bytes_per_cycle: [16, 8]\n");
  const Outcome outcome = sandbox.halfbyte({"sweep", "s.yaml", "-o", "out"});
  CHECK(outcome.exit_code == 0);
  for (const char* part : {"builtin:fc:64:10", "best", "refused:", "does not divide bus_bytes 8",
                           "3 points, 1 refused; ", "points per minute"}) {
    CHECK_MESSAGE(contains(outcome.out, part), part);
  }
}

TEST_CASE("another table of energy prices the points") {
  const Sandbox sandbox;
  const std::string yaml = kMachines + "networks: [\"builtin:fc:64:10\"]\n";
  const Json usual = sweep_of(sandbox, yaml);
  const std::string text = hb::test::shipped("../../config/energy_45nm.yaml");
  const Json same = sweep_of(sandbox, yaml, {"--energy", text});
  CHECK(same.at("points") == usual.at("points"));
  // The first entry, pe.mac_int8, at ten times its energy.
  std::string dear = sandbox.read(text);
  dear.replace(dear.find("energy: 3.85"), 12, "energy: 38.5");
  sandbox.write("dear.yaml", dear);
  const Json other = sweep_of(sandbox, yaml, {"--energy", "dear.yaml"});
  const auto mac = [](const Json& sweep) {
    return sweep.at("points").at(0).at("energy_pj").at("mac").get<double>();
  };
  CHECK(mac(other) > 5 * mac(usual));
  CHECK(mac(other) < 10 * mac(usual));  // idle PEs cost what they did
  const Outcome bad = sandbox.halfbyte({"sweep", "s.yaml", "-o", "out", "--energy", "s.yaml"});
  CHECK(bad.exit_code == 2);
  CHECK(contains(bad.err, "s.yaml, line "));
}

TEST_CASE("a sweep that cannot be is refused before any work, with file and line") {
  const Sandbox sandbox;
  const std::string fc = "networks: [\"builtin:fc:64:10\"]\n";
  check_refused(sandbox, kMachines + "networks:\n- builtin:resnet51\n",
                {"s.yaml, line 6: builtin:resnet51: no such network"});
  check_refused(sandbox, kMachines + "networks:\n- builtin:conv:1x2:3\n", {"s.yaml, line 6: "});
  check_refused(sandbox, kMachines + "networks:\n- file: gone.onnx\n",
                {"s.yaml, line 6: gone.onnx"});
  check_refused(sandbox,
                kMachines + "networks:\n- {file: " + shipped("resnet8_w8_w8a8.onnx") +
                    ", images: gone.npy, labels: " + shipped("labels.npy") + "}\n",
                {"s.yaml, line 6: gone.npy: no such file"});
  check_refused(sandbox,
                kMachines + "networks:\n- {file: " + shipped("resnet8_w8_w8a8.onnx") +
                    ", images: " + shipped("labels.npy") + ", labels: " + shipped("labels.npy") +
                    "}\n",
                {"labels.npy", "an array of [64]"});
  check_refused(sandbox, "machines:\n- preset: none\n" + fc, {"s.yaml, line 2: preset none"});
  check_refused(sandbox, "machines:\n- preset: tiny\n" + fc + "memory_bytes_per_cycle: 16\n",
                {"all 1 points are refused", "does not divide bus_bytes 8"});
  check_refused(sandbox, kMachines + fc + "bits: w3a3\n", {"s.yaml, line 6: bits: w3a3"});
  const Outcome gone = sandbox.halfbyte({"sweep", "gone.yaml", "-o", "out"});
  CHECK(gone.exit_code == 2);
  CHECK(contains(gone.err, "gone.yaml"));
  sandbox.write("s.yaml", kMachines + fc);
  sandbox.write("file", "");
  const Outcome file = sandbox.halfbyte({"sweep", "s.yaml", "-o", "file"});
  CHECK(file.exit_code == 2);
  CHECK(contains(file.err, "file: "));
  for (const std::vector<std::string>& usage :
       std::vector<std::vector<std::string>>{{"sweep", "s.yaml"},
                                             {"sweep", "-o", "out"},
                                             {"sweep", "s.yaml", "-o", "out", "--jobs", "0"}}) {
    CHECK(sandbox.halfbyte(usage).exit_code == 2);
  }
}
