// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do layers and causes add up to the whole run, and is what is not known left empty?
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "sw/report/report.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

#include "sw/report/json.hpp"
#include "sw/report/text.hpp"
#include "tests/report/small.hpp"

namespace {

using hb::arch::Cause;
using hb::arch::Engine;
using hb::arch::Precision;
using hb::test::append;
using hb::test::load;
using hb::test::machine;
using hb::test::store;

hb::arch::CommandWords conv(std::uint16_t layer) {
  hb::arch::Conv command;
  command.common.layer = layer;
  return hb::arch::encode(command);
}

/// Layer 0 at int8, 1 at int4, 2 without commands of its own, 3 prefetched during layer 0.
hb::arch::Program program() {
  hb::arch::Program program;
  program.machine = machine();
  append(program, load(0, 3, 2));
  append(program, load(3, 1, 1));
  append(program, conv(0));
  append(program, conv(1));
  append(program, store(1, 5));
  append(program, hb::arch::encode_end());
  program.layers = {{"a", "conv", "", Precision::kInt8, 64 * 40},
                    {"b", "conv", "", Precision::kInt4, 128 * 10},
                    {"c", "conv", "", Precision::kInt8, 64},
                    {"d", "conv", "", Precision::kInt8, 0}};
  return program;
}

hb::arch::Timeline timeline() {
  hb::arch::Timeline timeline;
  timeline.commands = {{0, Engine::kLoad, 10, 20},
                       {1, Engine::kLoad, 20, 25},
                       {2, Engine::kCompute, 21, 70},
                       {3, Engine::kCompute, 61, 90},
                       {4, Engine::kStore, 90, 110}};
  timeline.causes = {{0, Cause::kFetch},  {12, Cause::kWaitLoad}, {21, Cause::kBusy},
                     {71, Cause::kDrain}, {91, Cause::kTransfer}, {111, Cause::kFinish}};
  timeline.total = 113;
  return timeline;
}

}  // namespace

TEST_CASE(
    "a layer owns the cycles from the previous end to its own, the last one the closing cycles") {
  const hb::arch::Timeline run = timeline();
  const hb::report::Report report = hb::report::make_report(program(), &run);
  REQUIRE(report.layers.size() == 4);
  CHECK(report.layers[0].cycles == 70);
  CHECK(report.layers[1].cycles == 110 - 70);
  CHECK(report.layers[2].cycles == 0);
  CHECK(report.layers[3].cycles == 113 - 110);
  CHECK(report.total.cycles == 113);
}

TEST_CASE("causes of a layer sum to its cycles, and layers sum to the total, cause by cause") {
  const hb::arch::Timeline run = timeline();
  const hb::report::Report report = hb::report::make_report(program(), &run);
  hb::report::CauseCycles sum{};
  for (const hb::report::Row& row : report.layers) {
    REQUIRE(row.causes);
    CHECK(std::accumulate(row.causes->begin(), row.causes->end(), hb::arch::Cycles{0}) ==
          row.cycles);
    std::transform(sum.begin(), sum.end(), row.causes->begin(), sum.begin(), std::plus<>());
  }
  CHECK(sum == *report.total.causes);
  CHECK((*report.layers[0].causes)[static_cast<std::size_t>(Cause::kBusy)] == 70 - 21);
  CHECK((*report.layers[1].causes)[static_cast<std::size_t>(Cause::kBusy)] == 71 - 70);
}

TEST_CASE("utilization counts each layer at its own precision and is empty without cycles") {
  const hb::arch::Timeline run = timeline();
  const hb::report::Report report = hb::report::make_report(program(), &run);
  CHECK(*report.layers[0].utilization == doctest::Approx(40.0 / 70));
  CHECK(*report.layers[1].utilization == doctest::Approx(10.0 / 40));
  CHECK_FALSE(report.layers[2].utilization);
  CHECK(*report.total.utilization == doctest::Approx((40.0 + 10 + 1) / 113));
}

TEST_CASE("parts that run one after another sum up, and what one does not know the sum does not") {
  const hb::arch::Timeline run = timeline();
  hb::report::Report part = hb::report::make_report(program(), &run);
  part.total.mismatches = 2;
  const hb::report::Report sum = hb::report::join({part, part, part}, machine());
  CHECK(sum.layers.size() == 3 * 4);
  CHECK(sum.layers[5].cycles == part.layers[1].cycles);
  CHECK(sum.total.cycles == 3 * 113);
  CHECK(sum.total.layer.macs == 3 * part.total.layer.macs);
  CHECK(sum.total.bytes_read == 3 * part.total.bytes_read);
  CHECK(std::accumulate(sum.total.read_to.begin(), sum.total.read_to.end(), std::uint64_t{0}) ==
        sum.total.bytes_read);
  CHECK(sum.total.bytes_written == 3 * part.total.bytes_written);
  CHECK(sum.total.mismatches == 3 * 2);
  CHECK(*sum.total.utilization == doctest::Approx(*part.total.utilization));
  CHECK(std::accumulate(sum.total.causes->begin(), sum.total.causes->end(), hb::arch::Cycles{0}) ==
        sum.total.cycles);
  CHECK(hb::report::join({part}, machine()).total.cycles == 113);
  const hb::report::Report untimed = hb::report::make_report(program(), nullptr);
  const hb::report::Report mixed = hb::report::join({part, untimed}, machine());
  CHECK_FALSE(mixed.total.cycles);
  CHECK_FALSE(mixed.total.causes);
  CHECK_FALSE(mixed.total.utilization);
  CHECK_FALSE(mixed.total.mismatches);
}

TEST_CASE("bytes are those of the transfers, of a stopped run only of those that started") {
  hb::arch::Timeline run = timeline();
  const hb::report::Report whole = hb::report::make_report(program(), &run);
  CHECK(whole.layers[0].bytes_read == 3 * 2 * 16);
  CHECK(whole.layers[3].bytes_read == 16);
  CHECK(whole.layers[1].bytes_written == 5 * 16);
  CHECK(whole.total.bytes_read == 7 * 16);
  run.commands.pop_back();
  CHECK(hb::report::make_report(program(), &run).total.bytes_written == 0);
}

TEST_CASE("bytes read are counted by the buffer that they fill") {
  hb::arch::Program program;
  program.machine = machine();
  program.layers = {{"a", "conv", "", Precision::kInt8, 0}};
  append(program, load(0, 2, 3));
  append(program, load(0, 4, 1, hb::arch::Buffer::kWeight));
  append(program, load(0, 4, 2, hb::arch::Buffer::kParameter));
  const hb::report::Report report = hb::report::make_report(program, nullptr);
  CHECK(report.layers[0].read_to == hb::report::BufferBytes{6 * 16, 4 * 16, 8 * 16});
  CHECK(report.total.read_to == report.layers[0].read_to);
  CHECK(report.total.bytes_read == 18 * 16);
  const auto json = hb::report::to_json(report, {"m", "tiny", "golden", "ort", "w8a8"}, {});
  CHECK(json.at("total").at("bytes_by_kind").at("weights_read") == 4 * 16);
  CHECK(hb::report::join({report, report}, machine()).total.read_to[2] == 2 * 8 * 16);
}

TEST_CASE("an illegal LOAD moves no bytes") {
  hb::arch::Program program;
  program.machine = machine();
  program.layers = {{"a", "conv", "", Precision::kInt8, 0}};
  hb::arch::CommandWords words = load(0, 2, 3);
  words[2] |= 3;  // no such buffer
  append(program, words);
  CHECK(hb::report::make_report(program, nullptr).total.bytes_read == 0);
}

TEST_CASE("an untimed run has no cycles, not 0 cycles") {
  const hb::report::Report report = hb::report::make_report(program(), nullptr);
  CHECK_FALSE(report.layers[0].cycles);
  CHECK_FALSE(report.total.utilization);
  CHECK(report.total.bytes_read == 7 * 16);
  const auto json = hb::report::to_json(report, {"m", "tiny", "golden", "ort", "mixed"}, {});
  CHECK(json.at("total").at("cycles").is_null());
  CHECK(json.at("layers").at(0).at("cycles_by_cause").is_null());
  CHECK(json.at("layers").at(0).at("mismatches").is_null());
  CHECK(json.at("simulation").is_null());
}

TEST_CASE("JSON has every field of the interface, and null for energy that nobody added") {
  const hb::arch::Timeline run = timeline();
  const hb::report::Report report = hb::report::make_report(program(), &run);
  const hb::report::Simulation simulation{2.0, 1.0, 4096};
  const auto json = hb::report::to_json(report, {"m", "tiny", "rtl", "ort", "mixed"}, simulation);
  for (const char* key : {"model", "preset", "engine", "contract", "bits", "parts", "layers",
                          "total", "energy", "accuracy", "simulation", "timeline"}) {
    CHECK_MESSAGE(json.contains(key), key);
  }
  const auto& layer = json.at("layers").at(1);
  CHECK(layer.at("index") == 2);
  CHECK(layer.at("bits") == "w4a4");
  CHECK(layer.at("cycles_by_cause").at("busy") == 1);
  CHECK(layer.at("cycles_by_cause").size() == hb::arch::kCauses);
  CHECK(layer.at("energy_pj").at("memory").is_null());
  CHECK(json.at("layers").at(2).at("utilization").is_null());
  CHECK(json.at("total").at("cycles") == 113);
  CHECK(json.at("simulation").at("cycles_per_second") == doctest::Approx(113.0));
}

TEST_CASE("bits and contract of a program are its layers' and CONVs', or mixed") {
  hb::arch::Program one;
  one.machine = machine();
  CHECK(hb::report::bits_of(one) == "mixed");
  CHECK(hb::report::contract_of(one) == "ort");
  hb::arch::Conv narrow;
  narrow.narrow_weights = true;
  narrow.contract = hb::arch::Contract::kTflite;
  append(one, hb::arch::encode(narrow));
  one.layers = {{"a", "conv", "", Precision::kInt8, 64}};
  CHECK(hb::report::bits_of(one) == "w4a8");
  CHECK(hb::report::contract_of(one) == "tflite");
  append(one, conv(1));
  one.layers.push_back({"b", "conv", "", Precision::kInt8, 64});
  CHECK(hb::report::bits_of(one) == "mixed");
  CHECK(hb::report::contract_of(one) == "mixed");
}

TEST_CASE("a network's bits are those of its layers with weights, its first and last apart") {
  hb::arch::Program network;
  network.machine = machine();
  const auto add = [&](const char* op, Precision precision) {
    network.layers.push_back({op, op, "", precision, 0});
  };
  add("conv", Precision::kInt8);
  add("maxpool", Precision::kInt8);
  add("requantize", Precision::kInt8);
  add("conv", Precision::kInt4);
  add("conv", Precision::kInt4);
  add("avgpool", Precision::kInt4);
  CHECK(hb::report::bits_of(network) == "mixed");
  add("fc", Precision::kInt8);
  CHECK(hb::report::bits_of(network) == "mostly-w4a4");
  network.layers[4].precision = Precision::kInt8;
  CHECK(hb::report::bits_of(network) == "mixed");
  network.layers[3].precision = Precision::kInt8;
  CHECK(hb::report::bits_of(network) == "w8a8");
}

TEST_CASE("images and labels are in the JSON, rates are of all images, numbers of the table") {
  const hb::arch::Timeline run = timeline();
  hb::report::Report report = hb::report::make_report(program(), &run);
  report.first = 3;
  const hb::report::Simulation simulation{2.0, 1.0, 4096, 8};
  const auto json = hb::report::to_json(
      report, {"m", "tiny", "rtl", "ort", "mixed", hb::report::Accuracy{8, 5}}, simulation);
  CHECK(json.at("accuracy").at("images") == 8);
  CHECK(json.at("accuracy").at("correct") == 5);
  CHECK(json.at("simulation").at("cycles_per_second") == doctest::Approx(8 * 113.0));
  CHECK(json.at("layers").at(0).at("index") == 3);
  const auto without = hb::report::to_json(report, {"m", "tiny", "rtl", "ort", "mixed"}, {});
  CHECK(without.at("accuracy").at("images").is_null());
  CHECK(without.at("accuracy").at("correct").is_null());
  CHECK(hb::report::to_text(report).find("\n  3 a ") != std::string::npos);
}

TEST_CASE("the table has operator, shape, bits, MACs, cycles and utilization of every layer") {
  hb::arch::Program small = program();
  small.layers[1].name = "/stage1/block0/a_long_path/conv1";
  small.layers[1].shape = "1024x14x14 1x1/2 -> 2048x7x7";
  const hb::arch::Timeline run = timeline();
  const std::string text = hb::report::to_text(hb::report::make_report(small, &run));
  for (const char* part :
       {"operator", "shape", "bits", "MACs", "cycles", "used", "act KiB", "wts KiB", "out KiB",
        "..ong_path/conv1", "1024x14x14 1x1/2 -> 2048x7x7", "w4a4", "1,280", "25.0 %", "113"}) {
    CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  }
}

TEST_CASE("no line of the table is longer than 100 columns, whatever the names") {
  hb::arch::Program long_names = program();
  long_names.layers[0].name = std::string(80, 'n');
  long_names.layers[0].shape = std::string(80, 's');
  const hb::arch::Timeline run = timeline();
  const std::string text = hb::report::to_text(hb::report::make_report(long_names, &run));
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);
    CHECK(end - begin <= 100);
    begin = end + 1;
  }
}
