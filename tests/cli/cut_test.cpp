// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a network that --jobs cuts give the same tensors, and cost what its parts cost?
#include <doctest/doctest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "tests/cli/networks.hpp"
#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct Run {
  Json report;
  std::string out;
  std::map<std::string, std::string> files;
};

Run run(Arguments arguments, bool files = false) {
  const Sandbox sandbox;
  arguments.insert(arguments.end(), {"--json", "r.json", "--preset", "edge"});
  if (files) arguments.insert(arguments.end(), {"--output", "o", "--all-tensors"});
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  Run run{Json::parse(sandbox.read("r.json")), outcome.out, {}};
  if (!files) {
    return run;
  }
  for (const auto& entry : std::filesystem::directory_iterator(sandbox.path("o"))) {
    const std::string name = entry.path().filename().string();
    run.files[name] = sandbox.read("o/" + name);
  }
  return run;
}

Arguments with(Arguments arguments, const Arguments& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

/// What a layer, or the total, costs.
Json costs(const Json& row) {
  Json costs;
  for (const char* key : {"macs", "cycles", "cycles_by_cause", "bytes_read", "bytes_written"}) {
    costs[key] = row.at(key);
  }
  return costs;
}

Json costs_of(const Run& run) {
  Json all;
  for (const Json& layer : run.report.at("layers")) {
    all.push_back(costs(layer));
    all.back()["index"] = layer.at("index");
    all.back()["name"] = layer.at("name");
  }
  all.push_back(costs(run.report.at("total")));
  return all;
}

/// "parts     2: layers 1-4, 5-11" as {"1-4", "5-11"}.
Arguments ranges_in(const std::string& out) {
  Arguments ranges;
  const std::size_t begin = out.find(": layers ", out.find("parts  ")) + 9;
  std::string line = out.substr(begin, out.find('\n', begin) - begin) + ", ";
  for (std::size_t at = 0; at < line.size(); at = line.find(", ", at) + 2) {
    ranges.push_back(line.substr(at, line.find(", ", at) - at));
  }
  return ranges;
}

TEST_CASE("a cut network's estimate, runs and verification have the same cycles, layer by layer") {
  for (const std::string bits : {"w8a8", "mostly-w4a4", "w4a4"}) {
    const std::string model = shipped("resnet8_w8_" + bits + ".onnx");
    for (const std::string jobs : {"2", "3", "100"}) {
      CAPTURE(bits);
      CAPTURE(jobs);
      const Arguments more = {"--jobs", jobs, "--memory-latency", "77"};
      const Run estimate = run(with({"estimate", model}, more));
      const std::size_t parts = estimate.report.at("parts");
      CHECK(parts > 1);
      CHECK(parts <= std::stoul(jobs));
      CHECK(ranges_in(estimate.out).size() == parts);
      for (const Arguments& command :
           {Arguments{"verify", model}, Arguments{"run", model, "--on", "systemc"}}) {
        const Run other = run(with(command, more));
        CHECK(other.report.at("parts") == parts);
        CHECK(costs_of(other) == costs_of(estimate));
      }
    }
  }
}

TEST_CASE("a cut network costs what its ranges of layers cost alone") {
  const std::string model = shipped("resnet8_w16_mostly-w4a4.onnx");
  const Run cut = run({"estimate", model, "--jobs", "3"});
  Json layers;
  std::uint64_t cycles = 0;
  for (const std::string& range : ranges_in(cut.out)) {
    const Run part = run({"estimate", model, "--layers", range});
    for (const Json& layer : part.report.at("layers")) layers.push_back(layer);
    cycles += part.report.at("total").at("cycles").get<std::uint64_t>();
  }
  CHECK(cut.report.at("layers") == layers);
  CHECK(cut.report.at("total").at("cycles") == cycles);
  std::uint64_t sum = 0;
  for (const auto& [cause, count] : cut.report.at("total").at("cycles_by_cause").items()) {
    sum += count.get<std::uint64_t>();
  }
  CHECK(sum == cycles);
}

TEST_CASE("a cut network's tensors and class are those of the whole one, on every engine") {
  for (const std::string bits : {"w4a8", "mostly-w4a4"}) {
    CAPTURE(bits);
    const std::string model = shipped("resnet8_w8_" + bits + ".onnx");
    const Arguments more = {"--input",  shipped("images.npy"), "--images", "1",
                            "--labels", shipped("labels.npy")};
    const Run whole = run(with({"run", model, "--on", "golden"}, more), true);
    for (const std::string jobs : {"2", "5"}) {
      for (const Arguments& command : {Arguments{"verify", model}, Arguments{"run", model}}) {
        const Run cut = run(with(with(command, more), {"--jobs", jobs}), true);
        CHECK(cut.files == whole.files);
        CHECK(cut.report.at("accuracy") == whole.report.at("accuracy"));
        CHECK(cut.report.at("total").at("macs") == whole.report.at("total").at("macs"));
      }
    }
    CHECK(whole.report.at("parts") == 1);
  }
}

TEST_CASE("a range of layers is cut too, and a part of it starts from the network's tensors") {
  const Arguments layers = {shipped("resnet8_w8_w8a8.onnx"), "--layers", "3-9"};
  const Run whole = run(with({"run", "--on", "golden"}, layers), true);
  const Run cut = run(with({"verify", "--jobs", "3"}, layers), true);
  CHECK(cut.report.at("parts") == 3);
  CHECK(ranges_in(cut.out).front().substr(0, 2) == "3-");
  CHECK(cut.report.at("layers").front().at("index") == 3);
  CHECK(cut.files == whole.files);
}

TEST_CASE("what has no layers to be cut between, or no time, is run whole") {
  const std::string network = shipped("resnet8_w8_w4a4.onnx");
  const Sandbox sandbox;
  REQUIRE(sandbox.halfbyte({"compile", network, "--preset", "edge", "-o", "n.hbp"}).exit_code == 0);
  for (const Arguments& arguments : {Arguments{"verify", "builtin:conv:8x9x9:8x3x3", "--jobs", "4"},
                                     Arguments{"run", network, "--on", "golden", "--jobs", "4"},
                                     Arguments{"verify", network, "--jobs", "4", "--input",
                                               shipped("images.npy"), "--images", "2"}}) {
    CHECK(run(arguments).report.at("parts") == 1);
  }
  const Outcome program = sandbox.halfbyte({"verify", "n.hbp", "--jobs", "4", "--json", "-"});
  CHECK(program.exit_code == 0);
  CHECK(Json::parse(program.out).at("parts") == 1);
  const Outcome waves = sandbox.halfbyte({"run", network, "--jobs", "2", "--wave", "w.fst"});
  CHECK(waves.exit_code == 2);
  CHECK(contains(waves.err, "--jobs 1"));
}

}  // namespace
}  // namespace hb::test
