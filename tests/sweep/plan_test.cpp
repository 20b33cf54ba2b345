// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are a sweep's points the whole product, in the file's order, with nothing dropped silently?
#include <doctest/doctest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "sw/sweep/plan.hpp"

namespace {

using hb::arch::Machine;
using hb::sweep::make_plan;
using hb::sweep::name_of;
using hb::sweep::parse_spec;
using hb::sweep::Plan;
using hb::sweep::Presets;
using hb::sweep::Refused;

const Machine kBase = {"base", 8, 32, 32, 8, 1048576, 524288, 64};
const Machine kMine = {"mine", 4, 8, 8, 8, 65536, 32768, 64};

Presets presets() { return {{kBase, kMine}, {"base"}}; }

Plan plan_of(const std::string& text) { return make_plan(parse_spec(text, "s.yaml"), presets()); }

std::string refusal(const std::string& text) {
  try {
    (void)plan_of(text);
  } catch (const hb::Error& error) {
    return error.what();
  }
  return "accepted";
}

std::string machine(const std::string& rows, const std::string& columns, const std::string& bus,
                    const std::string& bytes) {
  return "  - rows: " + rows + "\n    columns: " + columns + "\n    bus_bytes: " + bus +
         "\n    activation_banks: 8\n    activation_bytes: " + bytes +
         "\n    weight_bytes: 32768\n    parameter_tiles: 64\n";
}

std::uint64_t refused_points(const Plan& plan) {
  std::uint64_t sum = 0;
  for (const Refused& refused : plan.refused) sum += refused.points;
  return sum;
}

const std::string kNet = "networks:\n- builtin:resnet50\n";

}  // namespace

TEST_CASE(
    "points are workloads times settings, those of a workload together, in the file's order") {
  const Plan plan = plan_of("machines:\n" + machine("[4, 8]", "8", "8", "65536") +
                            "networks: [builtin:resnet18, builtin:resnet50]\n"
                            "bits: [w4a4, w8a8]\nmemory_latency: [100, 1]\n");
  CHECK(plan.refused.empty());
  REQUIRE(plan.count() == 16);
  std::vector<std::string> order;
  for (std::size_t i = 0; i < plan.count(); ++i) {
    order.push_back(plan.workload(i).network.model + plan.workload(i).bits.value() +
                    name_of(plan.setting(i)));
  }
  CHECK(order[0] == "builtin:resnet18w4a4r4c8_b8_n8_a64k_w32k_p64 100/8");
  CHECK(order[1] == "builtin:resnet18w4a4r4c8_b8_n8_a64k_w32k_p64 1/8");
  CHECK(order[2] == "builtin:resnet18w4a4r8c8_b8_n8_a64k_w32k_p64 100/8");
  CHECK(order[4] == "builtin:resnet18w8a8r4c8_b8_n8_a64k_w32k_p64 100/8");
  CHECK(order[8] == "builtin:resnet50w4a4r4c8_b8_n8_a64k_w32k_p64 100/8");
  CHECK(std::set<std::string>(order.begin(), order.end()).size() == 16);
}

TEST_CASE("a residual is of 4-bit networks, a width of networks: others are one point each") {
  const Plan plan = plan_of(
      "machines:\n- preset: base\nnetworks: [builtin:resnet50, builtin:fc:64:10, "
      "builtin:resnet50/layer2.0.conv2]\nbits: [w8a8, w4a4]\nresidual: [8, 4]\nwidth: [1, 0.5]\n");
  // resnet50: 2 widths x (w8a8 + 2 residuals of w4a4); each layer: 2 precisions.
  CHECK(plan.count() == 6 + 2 + 2);
  for (const auto& workload : plan.workloads) {
    const bool network = workload.network.model == "builtin:resnet50";
    CHECK(workload.width.has_value() == network);
    CHECK(workload.residual.has_value() == (network && workload.bits == "w4a4"));
  }
}

TEST_CASE("a file has precisions of its own, whatever the others are told") {
  const Plan plan = plan_of("machines:\n- preset: base\nnetworks:\n- file: a.onnx\n" +
                            std::string("- builtin:resnet18\nbits: [w8a8, w4a4]\n"));
  REQUIRE(plan.count() == 3);
  CHECK_FALSE(plan.workload(0).bits);
  CHECK(plan.workload(1).bits == "w8a8");
}

TEST_CASE("combinations that are no machine are refused with the reason, and counted") {
  const Plan plan = plan_of("machines:\n" + machine("[2, 8]", "[8, 16]", "[8, 16]", "65536") +
                            kNet + "memory_latency: [1, 2, 3]\n");
  // rows 2: columns at most 8, and a bus of at most 8 bytes; all else is good.
  CHECK(plan.settings.size() == 5 * 3);
  CHECK(plan.refused.size() == 3);
  CHECK(plan.count() + refused_points(plan) == 8 * 3);
  for (const Refused& refused : plan.refused) {
    CHECK(refused.machine->rows == 2);
    CHECK(refused.points == 3);
    CHECK_FALSE(refused.workload);
    CHECK(refused.reason.rfind("s.yaml, line 2: " + refused.machine->name + ": ", 0) == 0);
    CHECK(refused.reason.find("expected at most 4 rows = 8") != std::string::npos);
  }
}

TEST_CASE("a memory that does not divide the bus is refused on that machine alone") {
  const Plan plan = plan_of("machines:\n" + machine("8", "8", "[8, 16]", "65536") + kNet +
                            "bits: [w8a8, w4a4]\nmemory_bytes_per_cycle: [16, 8]\n");
  REQUIRE(plan.refused.size() == 1);
  CHECK(plan.refused[0].machine->bus_bytes == 8);
  CHECK(plan.refused[0].memory_bytes_per_cycle == 16);
  CHECK(plan.refused[0].points == 2);
  CHECK(plan.count() == 6);
}

TEST_CASE("a machine that is there twice is one, and the second is refused") {
  const Plan plan = plan_of("machines:\n" + machine("8", "8", "8", "65536") +
                            machine("8", "[8, 16]", "8", "65536") + kNet);
  CHECK(plan.count() == 2);
  REQUIRE(plan.refused.size() == 1);
  CHECK(plan.refused[0].reason.find("line 9: machine r8c8_b8_n8_a64k_w32k_p64 is there already") !=
        std::string::npos);
}

TEST_CASE("sizes of a shipped machine are that machine; one's own build keeps its name") {
  const Plan plan = plan_of(
      "machines:\n  - {rows: 8, columns: 32, bus_bytes: 32, activation_banks: 8, "
      "activation_bytes: 1048576, weight_bytes: 524288, parameter_tiles: 64}\n  - preset: mine\n" +
      kNet);
  REQUIRE(plan.count() == 2);
  CHECK(plan.setting(0).machine == kBase);
  CHECK(plan.setting(0).shipped);
  CHECK(plan.setting(0).memory_bytes_per_cycle == 32);
  CHECK(plan.setting(1).machine == kMine);
  CHECK_FALSE(plan.setting(1).shipped);
}

TEST_CASE("an unknown preset and a product that is too large are refused") {
  CHECK(refusal("machines:\n- preset: huge\n" + kNet) ==
        "s.yaml, line 2: preset huge: no such machine (expected base, mine, or a machine "
        "FILE.json)");
  std::string many;
  for (int i = 1; i <= 900; ++i) many += (many.empty() ? "" : ", ") + std::to_string(i);
  const std::string text = "machines:\n- preset: base\n" + kNet + "memory_latency: [" + many +
                           "]\nmemory_bytes_per_cycle: [" + many + "]\n";
  CHECK(refusal(text) == "s.yaml: 810000 points (expected at most 100000)");
}

TEST_CASE("the files that ship are what docs/sweep.md says of them") {
  const Presets shipped = {hb::arch::read_machines("config/machines.json"),
                           {"tiny", "edge", "base"}};
  const auto plan_of_file = [&](const std::string& file) {
    return make_plan(parse_spec(hb::arch::read_file(file, "a sweep"), file), shipped);
  };
  const Plan example = plan_of_file("config/sweep.yaml");
  CHECK(example.count() == 1188);
  CHECK(refused_points(example) == 108);
  const Plan family = plan_of_file("sw/networks/family.yaml");
  CHECK(family.settings.size() == 2);
  CHECK(family.refused.empty());
  REQUIRE(family.workloads.size() == 16);
  for (const auto& workload : family.workloads) {
    CHECK(std::filesystem::exists(workload.network.model));
    CHECK(workload.network.images == "build/networks/images-0-10000.npy");
    CHECK(workload.network.labels == "build/networks/labels-0-10000.npy");
  }
}

TEST_CASE("names of machines are identifiers, and different machines have different ones") {
  std::set<std::string> names;
  std::size_t machines = 0;
  for (const std::uint32_t rows : {2U, 16U, 32U}) {
    for (const std::uint32_t bytes : {512U, 1024U, 524288U, 1048576U, 1047552U, 1073741824U}) {
      for (const std::uint32_t weights : {512U, 524288U, 5U << 20}) {
        for (const std::uint32_t tiles : {2U, 16U, 4096U}) {
          const std::string name = name_of(Machine{"", rows, 4, 4, 2, bytes, weights, tiles});
          CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") ==
                std::string::npos);
          CHECK((name.front() >= 'a' && name.front() <= 'z'));
          names.insert(name);
          ++machines;
        }
      }
    }
  }
  CHECK(names.size() == machines);
}
