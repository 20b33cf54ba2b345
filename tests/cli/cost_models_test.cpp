// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does `estimate --cost-models` put the right costs and cycles beside each layer?
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/networks.hpp"
#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

Json estimated(const Arguments& more) {
  const Sandbox sandbox;
  Arguments arguments = {"estimate", "--quiet", "--json", "r.json"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return Json::parse(sandbox.read("r.json"));
}

const Arguments kSmall = {"builtin:resnet18", "--width", "0.25", "--preset", "edge"};

Arguments small(const Arguments& more) {
  Arguments arguments = kSmall;
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

TEST_CASE("the cycles at w8a8 are those that the network takes when it is made so") {
  const Json wide = estimated(small({}));
  std::map<std::string, Json> expected;
  for (const Json& layer : wide.at("layers")) expected[layer.at("name")] = layer.at("cycles");
  for (const std::string bits : {"mostly-w4a4", "w4a4", "w4a8", "w8a8"}) {
    CAPTURE(bits);
    const Json report = estimated(small({"--bits", bits, "--cost-models"}));
    std::size_t compared = 0;
    for (const Json& layer : report.at("layers")) {
      const Json& costs = layer.at("cost_models");
      const bool has_weights = layer.at("op") != "maxpool" && layer.at("op") != "avgpool" &&
                               layer.at("op") != "requantize";
      CHECK(costs.is_null() != has_weights);
      if (!has_weights) continue;
      ++compared;
      CAPTURE(layer.at("name"));
      CHECK(costs.at("cycles_at_w8a8") == expected.at(layer.at("name")));
      const double ratio =
          layer.at("cycles").get<double>() / expected.at(layer.at("name")).get<double>();
      CHECK(costs.at("cycles_to_w8a8").get<double>() == doctest::Approx(ratio));
      const double weights = costs.at("weight_bits"), activations = costs.at("activation_bits");
      const double linear = std::max(weights, activations) / 8;
      CHECK(costs.at("cycles_to_linear").get<double>() == doctest::Approx(ratio / linear));
      const double quadratic = weights * activations / 64;
      CHECK(costs.at("cycles_to_quadratic").get<double>() == doctest::Approx(ratio / quadratic));
    }
    CHECK(compared == 22);  // 17 convolutions, a projection per stage (narrow: the first, too), fc
    CHECK(report.at("total").at("cost_models").at("cycles_at_w8a8") ==
          wide.at("total").at("cycles"));
  }
}

TEST_CASE("layers' costs add up to the network's, on the networks that ship") {
  for (const std::string bits : {"w8a8", "w4a8", "w4a4", "mostly-w4a4"}) {
    CAPTURE(bits);
    const Json report =
        estimated({shipped("resnet8_w16_" + bits + ".onnx"), "--preset", "tiny", "--cost-models"});
    std::uint64_t linear = 0, quadratic = 0, memory = 0, weights = 0;
    for (const Json& layer : report.at("layers")) {
      const Json& costs = layer.at("cost_models");
      if (costs.is_null()) continue;
      const std::uint64_t macs = layer.at("macs");
      const std::uint64_t w = costs.at("weight_bits"), a = costs.at("activation_bits");
      CHECK(costs.at("linear") == macs * std::max(w, a));
      CHECK(costs.at("quadratic") == macs * w * a);
      CHECK(fmt::format("w{}a{}", w, a) == layer.at("bits"));
      linear += costs.at("linear").get<std::uint64_t>();
      quadratic += costs.at("quadratic").get<std::uint64_t>();
      memory += costs.at("weight_memory_bits").get<std::uint64_t>();
      weights += costs.at("weights").get<std::uint64_t>();
    }
    const Json& total = report.at("total").at("cost_models");
    CHECK(total.at("linear") == linear);
    CHECK(total.at("quadratic") == quadratic);
    CHECK(total.at("weight_memory_bits") == memory);
    CHECK(total.at("average_weight_bits").get<double>() ==
          doctest::Approx(static_cast<double>(memory) / static_cast<double>(weights)));
  }
}

TEST_CASE("without --cost-models a report has none, and what is no whole network is refused") {
  CHECK(!estimated(kSmall).at("total").contains("cost_models"));
  const Sandbox sandbox;
  for (const Arguments& bad :
       {Arguments{"builtin:fc:4:4"}, Arguments{"builtin:resnet18", "--layers", "1-2"}}) {
    Arguments arguments = {"estimate", "--cost-models"};
    arguments.insert(arguments.end(), bad.begin(), bad.end());
    const Outcome outcome = sandbox.halfbyte(arguments);
    CHECK(outcome.exit_code == 2);
    CHECK(outcome.err.find("--cost-models given for no whole network") != std::string::npos);
  }
}

TEST_CASE("the table fits a terminal and says which model every layer follows") {
  const Sandbox sandbox;
  const Outcome outcome = sandbox.halfbyte({"estimate", "builtin:resnet50", "--bits", "mostly-w4a4",
                                            "--residual", "4", "--cost-models"});
  REQUIRE(outcome.exit_code == 0);
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = outcome.out.find('\n', begin)) != std::string::npos;
       begin = end + 1) {
    CHECK(end - begin <= 100);
  }
  for (const char* part :
       {"0.257340 of bfloat16", "0.068005 of bfloat16 (71,189,921,792 of 1,046,831,169,536)",
        "0.270168 of bfloat16 (110,241,280 of 408,046,592 bits)",
        "weights 4.322694, activations 4.193291", "both 2, linear 52, quadratic 0, neither 0"}) {
    CHECK_MESSAGE(outcome.out.find(part) != std::string::npos, part);
  }
}

}  // namespace
}  // namespace hb::test
