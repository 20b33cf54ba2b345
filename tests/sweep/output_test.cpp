// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do the files and the table say what came out, whatever the names hold?
#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "model/arch/machine.hpp"
#include "sw/sweep/sweep.hpp"

namespace {

using hb::arch::Machine;
using hb::sweep::Point;
using hb::sweep::Sweep;
using Json = nlohmann::ordered_json;

const Machine kSmall = {"r4c8_b8_n8_a64k_w32k_p64", 4, 8, 8, 8, 65536, 32768, 64};
const Machine kBase = {"base", 8, 32, 32, 8, 1048576, 524288, 64};
const std::string kFile = "nets/it's, \"odd\".onnx";

struct Cost {
  std::uint64_t cycles;
  double picojoules;
  std::uint64_t correct;
};

/// Two networks with images on two machines; `costs` by point.
Sweep sweep_of(const std::vector<Cost>& costs) {
  Sweep sweep;
  sweep.file = "s.yaml";
  sweep.folder = "out";
  sweep.command = "build/halfbyte";
  sweep.energy_table = "table";
  for (const std::string& model : {kFile, std::string("b.onnx")}) {
    sweep.plan.workloads.push_back(
        {{"s.yaml, line 1", model, "x.npy", "y.npy"}, {}, {}, {}, "ort"});
  }
  sweep.plan.settings = {{kSmall, false, 100, 8}, {kBase, true, 300, 16}};
  for (std::size_t i = 0; i < costs.size(); ++i) {
    Point point;
    point.index = i;
    point.bits = "w8a8";
    point.total.layer.macs = 1000;
    point.total.cycles = costs[i].cycles;
    point.total.energy_pj = hb::energy::PartEnergy{costs[i].picojoules, 1, 2, 3, 4, 5};
    point.accuracy = hb::sweep::Accuracy{100, costs[i].correct};
    sweep.points.push_back(point);
  }
  mark_optimal(sweep);
  return sweep;
}

/// A reader of CSV by RFC 4180, of one text.
std::vector<std::vector<std::string>> read_csv(const std::string& text) {
  std::vector<std::vector<std::string>> lines(1, std::vector<std::string>(1));
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      lines.back().back() += text[i++];
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (!quoted && text[i] == ',') {
      lines.back().emplace_back();
    } else if (!quoted && text[i] == '\n') {
      lines.emplace_back(1);
    } else {
      lines.back().back() += text[i];
    }
  }
  lines.pop_back();  // behind the last line's end
  return lines;
}

}  // namespace

TEST_CASE("a workload's machines are held against each other, accuracies on one machine") {
  // Points: network 0 on small and base, network 1 on small and base.
  const Sweep sweep = sweep_of({{900, 50, 80}, {300, 90, 80}, {800, 60, 85}, {400, 70, 85}});
  const auto& points = sweep.points;
  CHECK(points[0].optimal.energy);
  CHECK(points[1].optimal.energy);
  CHECK(points[0].optimal.size);
  CHECK(points[1].optimal.size);
  // On small, network 1 is more right in fewer cycles, but costs more energy.
  CHECK(points[0].optimal.accuracy_cycles == false);
  CHECK(points[2].optimal.accuracy_cycles == true);
  CHECK(points[0].optimal.accuracy_energy == true);
  CHECK(points[2].optimal.accuracy_energy == true);
  // On base, network 1 is slower and costs less.
  CHECK(points[1].optimal.accuracy_cycles == true);
  CHECK(points[3].optimal.accuracy_cycles == true);
  CHECK(points[1].optimal.accuracy_energy == false);
  CHECK(points[3].optimal.accuracy_energy == true);
}

TEST_CASE("a slower machine that is no smaller and saves nothing is on no front") {
  const Sweep sweep = sweep_of({{300, 50, 80}, {900, 90, 80}, {300, 50, 80}, {300, 50, 80}});
  CHECK_FALSE(sweep.points[1].optimal.energy);
  CHECK_FALSE(sweep.points[1].optimal.size);
  CHECK(sweep.points[3].optimal.energy);      // an equal
  CHECK_FALSE(sweep.points[3].optimal.size);  // base is larger than small
}

TEST_CASE("the JSON holds every figure under its name") {
  Sweep sweep = sweep_of({{900, 50, 80}, {300, 90, 80}, {800, 60, 85}, {400, 70, 85}});
  sweep.refused.push_back({kBase, 300, 16, sweep.plan.workloads[1], 1, "why"});
  sweep.plan.refused.push_back({kSmall, {}, {}, {}, 6, "no machine"});
  const Json json = to_json(sweep);
  CHECK(json.at("sweep").at("points") == 4);
  CHECK(json.at("sweep").at("refused") == 7);
  const Json& point = json.at("points").at(1);
  CHECK(point.at("machine") == "base");
  CHECK(point.at("machine_keys").at("parameter_tiles") == 64);
  CHECK(point.at("model") == kFile);
  CHECK(point.at("residual").is_null());
  CHECK(point.at("memory_latency") == 300);
  CHECK(point.at("memory_bytes_per_cycle") == 16);
  CHECK(point.at("macs_per_cycle") == 1024);
  CHECK(point.at("buffer_bytes") == 1048576 + 524288 + 64 * 16 * 32);
  CHECK(point.at("energy_total_pj") == 105);
  CHECK(point.at("pj_per_mac") == 0.105);
  CHECK(point.at("energy_pj").at("mac") == 90);
  CHECK(point.at("accuracy").at("correct") == 80);
  CHECK(point.at("pareto") == true);
  CHECK(json.at("refused").at(0).at("model").is_null());
  CHECK(json.at("refused").at(0).at("points") == 6);
  CHECK(json.at("refused").at(1).at("model") == "b.onnx");
}

TEST_CASE("commands are quoted for the shell, and name a file for a machine that does not ship") {
  const Sweep sweep = sweep_of({{900, 50, 80}, {300, 90, 80}, {800, 60, 85}, {400, 70, 85}});
  const Json json = to_json(sweep);
  CHECK(json.at("points").at(0).at("build") ==
        "make MACHINE=out/machines/r4c8_b8_n8_a64k_w32k_p64.json build");
  CHECK(json.at("points").at(1).at("build") == "make build");
  CHECK(json.at("points").at(0).at("verify") ==
        "build/halfbyte verify 'nets/it'\\''s, \"odd\".onnx' --preset r4c8_b8_n8_a64k_w32k_p64 "
        "--contract ort --memory-latency 100 --memory-bytes-per-cycle 8 --input x.npy --labels "
        "y.npy --images 1");
}

TEST_CASE("a machine's file is read back as that machine") {
  for (const Machine& machine : {kSmall, kBase}) {
    CHECK(hb::arch::parse_machines(hb::sweep::machine_text(machine), "file").at(0) == machine);
  }
}

TEST_CASE("every line of the CSV has the heading's columns, and odd names come back") {
  Sweep sweep = sweep_of({{900, 50, 80}, {300, 90, 80}, {800, 60, 85}, {400, 70, 85}});
  sweep.points[2].accuracy.reset();
  sweep.points[2].optimal.accuracy_cycles.reset();
  const Json json = to_json(sweep);
  const auto lines = read_csv(hb::sweep::to_csv(json));
  REQUIRE(lines.size() == 5);
  const auto column = [&](const std::string& name) {
    const auto found = std::find(lines[0].begin(), lines[0].end(), name);
    REQUIRE(found != lines[0].end());
    return static_cast<std::size_t>(found - lines[0].begin());
  };
  for (std::size_t i = 1; i < lines.size(); ++i) {
    REQUIRE(lines[i].size() == lines[0].size());
    const Json& point = json.at("points").at(i - 1);
    CHECK(lines[i][column("model")] == point.at("model"));
    CHECK(lines[i][column("verify")] == point.at("verify"));
    CHECK(lines[i][column("rows")] == point.at("machine_keys").at("rows").dump());
    CHECK(lines[i][column("cycles")] == point.at("cycles").dump());
    CHECK(lines[i][column("energy_pj_leakage")] == point.at("energy_pj").at("leakage").dump());
    CHECK(lines[i][column("residual")].empty());
    CHECK(lines[i][column("accuracy_correct")] ==
          (i == 3 ? "" : point.at("accuracy").at("correct").dump()));
  }
}

TEST_CASE("the table is at most 100 columns wide, and says what it leaves out") {
  Sweep sweep = sweep_of({{900, 50, 80}, {300, 90, 80}, {800, 60, 85}, {400, 70, 85}});
  sweep.plan.workloads[0].network.model = std::string(200, 'x') + "\x1b[31m";
  sweep.plan.settings[0].machine.name = std::string(60, 'm');
  for (int i = 0; i < 30; ++i) {
    sweep.refused.push_back(
        {kBase, 300, 16, sweep.plan.workloads[1], 1, std::to_string(i) + std::string(200, 'r')});
  }
  std::istringstream stream(to_text(sweep));
  std::size_t lines = 0;
  for (std::string line; std::getline(stream, line); ++lines) {
    CAPTURE(line);
    CHECK(line.size() <= 100);
    CHECK(line.find('\x1b') == std::string::npos);
  }
  CHECK(lines > 20);
  CHECK(to_text(sweep).find("20 more reasons in sweep.json") != std::string::npos);
}
