// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Exported files; that they add up to the run's energy is accelergy_rules.py's business.
#include "sw/energy/accelergy.hpp"

#include <doctest/doctest.h>

#include "sw/energy/table.hpp"
#include "tests/energy/tables.hpp"

namespace {

using Json = nlohmann::ordered_json;

Json report() {
  Json json = Json::parse(
      R"({"energy": {"technology": "45 nm", "clock_mhz": 500, "machine_name": "tiny", "machine":
          {"rows": 4, "columns": 4, "bus_bytes": 8, "activation_banks": 8,
           "activation_bytes": 65536, "weight_bytes": 32768, "parameter_tiles": 64},
          "pj_per_action": {}}, "total": {"actions": {}}})");
  for (std::size_t i = 0; i < hb::energy::kActions; ++i) {
    const std::string name = hb::energy::full_name(static_cast<hb::energy::Action>(i));
    json["energy"]["pj_per_action"][name] = 1e-5 * static_cast<double>(i + 1) / 3;
    json["total"]["actions"][name] = 10 + i;
  }
  return json;
}

std::string refusal(const Json& json) {
  return hb::energy::test::message_of([&] { return hb::energy::accelergy_files(json, "r.json"); });
}

}  // namespace

TEST_CASE("an exported reference table is read back as the same rates, to the last bit") {
  const auto files = hb::energy::accelergy_files(report(), "r.json");
  REQUIRE(files.size() == 4);
  CHECK(files[0].name == "architecture.yaml");
  CHECK(files[2].name == "ART.yaml");
  CHECK(files[3].name == "action_counts.yaml");
  REQUIRE(files[1].name == "ERT.yaml");
  const hb::energy::Rates rates = hb::energy::read_ert(files[1].text, files[1].name);
  for (std::size_t i = 0; i < hb::energy::kActions; ++i) {
    CHECK(rates.pj[i] == 1e-5 * static_cast<double>(i + 1) / 3);
  }
}

TEST_CASE("a technology with quotes and line ends stays one text") {
  Json json = report();
  json["energy"]["technology"] = "7 nm\"\n  x: 1";
  const auto files = hb::energy::accelergy_files(json, "r.json");
  CHECK(files[0].text.find(R"(technology: "7 nm\"\n  x: 1")") != std::string::npos);
}

TEST_CASE("what is no report of a timed run is refused, and says what is missing") {
  Json json = report();
  json["energy"] = nullptr;
  CHECK(refusal(json).find("r.json: no energy") == 0);
  json = report();
  json["total"]["actions"] = nullptr;
  CHECK(refusal(json).find("no actions") != std::string::npos);
  json = report();
  json["total"]["actions"]["pe.idle"] = -1;
  CHECK(refusal(json).find("pe.idle is -1") != std::string::npos);
  json = report();
  json["energy"]["pj_per_action"].erase("bus.transfer");
  CHECK(refusal(json).find("bus.transfer is no number") != std::string::npos);
  json = report();
  json["energy"]["machine"]["rows"] = 5;
  CHECK(refusal(json).find("rows") != std::string::npos);
  json = report();
  json["energy"]["clock_mhz"] = 0;
  CHECK(refusal(json).find("clock_mhz") != std::string::npos);
  CHECK(refusal(Json::array()).find("no energy") != std::string::npos);
}
