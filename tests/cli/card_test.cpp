// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does `halfbyte card` state what the other commands find, and nothing that nobody knows?
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/cli/networks.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/report_json.hpp"

namespace hb::test {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;

std::string network(const std::string& bits) { return shipped("resnet8_w8_" + bits + ".onnx"); }

std::map<std::string, Json> fields_of(const Json& card) {
  std::map<std::string, Json> fields;
  for (const Json& section : card.at("sections")) {
    for (const Json& field : section.at("fields")) {
      CHECK(fields.emplace(field.at("key"), field.at("value")).second);
    }
  }
  return fields;
}

/// All parts of a report's row, to the digits that a sum in another order may change.
doctest::Approx energy_of(const Json& row) {
  double sum = 0;
  for (const auto& part : row.at("energy_pj")) sum += part.get<double>();
  return doctest::Approx(sum).epsilon(1e-9);
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("a card has the cycles, bits and costs that an estimate has") {
  for (const std::string bits : {"w8a8", "w4a8", "w4a4", "mostly-w4a4"}) {
    CAPTURE(bits);
    const Sandbox sandbox;
    const Json card = json_of(sandbox, {"card", network(bits), "--preset", "edge"});
    const Json report =
        json_of(sandbox, {"estimate", network(bits), "--preset", "edge", "--cost-models"});
    const auto fields = fields_of(card);
    const Json& total = report.at("total").at("cost_models");
    CHECK(fields.at("cycles") == report.at("total").at("cycles"));
    CHECK(fields.at("energy_pj").get<double>() == energy_of(report.at("total")));
    CHECK(fields.at("quadratic_cost") == total.at("quadratic"));
    CHECK(fields.at("average_activation_bits").get<double>() ==
          doctest::Approx(total.at("average_activation_bits").get<double>()).epsilon(1e-6));
    std::map<std::string, Json> rows;
    for (const Json& layer : report.at("layers")) rows[layer.at("name")] = layer;
    CHECK(card.at("layers").size() == 10);
    std::int64_t widest = 0;
    for (const Json& layer : card.at("layers")) {
      CHECK(layer.at("cycles") == rows.at(layer.at("name")).at("cycles"));
      CHECK(layer.at("macs") == rows.at(layer.at("name")).at("macs"));
      CHECK(layer.at("energy_pj").get<double>() == energy_of(rows.at(layer.at("name"))));
      CHECK(layer.at("accumulator_bits") <= 32);
      widest = std::max(widest, layer.at("accumulator_bits").get<std::int64_t>());
      CHECK(layer.at("codes").is_null());  // no image
    }
    CHECK(fields.at("accumulator_bits_needed") == widest);
    for (const char* unknown : {"full_precision_top1", "dataset", "method", "range_choice", "top1",
                                "training_seeds", "bias_correction", "end_codes"}) {
      CHECK_MESSAGE(fields.at(unknown).is_null(), unknown);
    }
    CHECK(fields.at("sha256").get<std::string>().size() == 64);
  }
}

TEST_CASE("images give the accuracy of a run, and the codes at the ends of every layer's range") {
  const Sandbox sandbox;
  const Arguments images = {"--input",  shipped("images.npy"),
                            "--labels", shipped("labels.npy"),
                            "--images", "8",
                            "--preset", "tiny"};
  const auto with = [&](Arguments arguments) {
    arguments.insert(arguments.end(), images.begin(), images.end());
    return arguments;
  };
  const Json card = json_of(sandbox, with({"card", network("w4a4")}));
  const auto right = [&] {
    const Arguments run = with({"run", network("w4a4"), "--on", "golden"});
    return json_of(sandbox, run).at("accuracy").at("correct").get<double>();
  }();
  const auto fields = fields_of(card);
  CHECK(fields.at("top1").get<double>() == right / 8);
  CHECK(fields.at("images") == 8);
  double ends = 0, codes = 0;
  for (const Json& layer : card.at("layers")) {
    CHECK(layer.at("codes").get<double>() > 0);
    codes += layer.at("codes").get<double>();
    CHECK(layer.at("codes_low").get<double>() + layer.at("codes_high").get<double>() <=
          layer.at("codes").get<double>());
    ends += layer.at("codes_low").get<double>() + layer.at("codes_high").get<double>();
  }
  CHECK(card.at("additions").size() == 3);
  for (const Json& addition : card.at("additions")) {
    CHECK(addition.at("codes_low") == 0);  // behind a ReLU
    ends += addition.at("codes_high").get<double>();
    codes += addition.at("codes").get<double>();
  }
  CHECK(ends > 0);  // at 4 bits something saturates
  CHECK(fields.at("end_codes").get<double>() == doctest::Approx(ends / codes).epsilon(1e-3));
}

TEST_CASE("a choice's variants cost what estimating them says") {
  const Sandbox sandbox;
  const Arguments small = {"builtin:resnet18", "--width", "0.25", "--preset", "edge"};
  const auto command = [&](const char* name, const Arguments& more) {
    Arguments arguments = {name};
    arguments.insert(arguments.end(), small.begin(), small.end());
    arguments.insert(arguments.end(), more.begin(), more.end());
    return arguments;
  };
  const Json card = json_of(sandbox, command("card", {"--bits", "mostly-w4a4"}));
  const auto estimate = [&](const Arguments& more) {
    return json_of(sandbox, command("estimate", more)).at("total").at("cycles");
  };
  const Json own = estimate({"--bits", "mostly-w4a4"});
  const std::map<std::string, Json> expected = {
      {"4 bits, others w4a4, add outputs 8", estimate({"--bits", "w4a4"})},
      {"8 bits, others w4a4, add outputs 8", own},
      {"mostly-w4a4, add outputs 4 bits", estimate({"--bits", "mostly-w4a4", "--residual", "4"})},
      {"mostly-w4a4, add outputs 8 bits", own},
      {"{8}", estimate({})},
      {"weights {4}, activations {8}", estimate({"--bits", "w4a8"})},
      {"{4}", estimate({"--bits", "w4a4", "--residual", "4"})},
      {"output channel", own},
      {"tensor", own},
      {"symmetric", own},
      {"unsigned and affine", own}};
  std::map<std::string, Json> found;
  std::map<std::string, int> choices;
  for (const Json& variant : card.at("choices")) {
    found[variant.at("variant")] = variant.at("cycles");
    ++choices[variant.at("choice")];
    const bool varied = variant.at("variant") != "not varied";
    CHECK(variant.at("cycles").is_null() != varied);
    CHECK(variant.at("note").get<std::string>().empty() == varied);
    if (variant.at("own") == true) CHECK(variant.at("cycles_to_own") == 1.0);
  }
  CHECK(choices.size() == 9);
  for (const auto& [variant, cycles] : expected) {
    CAPTURE(variant);
    REQUIRE(found.count(variant) == 1);
    CHECK(found.at(variant) == cycles);
  }
}

TEST_CASE("of a file the variants of its own precisions are not claimed") {
  const Sandbox sandbox;
  const Json card = json_of(sandbox, {"card", network("w4a4"), "--preset", "tiny"});
  const Json wide =
      json_of(sandbox, {"estimate", network("w4a4"), "--preset", "tiny", "--cost-models"});
  std::size_t not_varied = 0;
  for (const Json& variant : card.at("choices")) {
    not_varied += variant.at("variant") == "not varied" ? 1 : 0;
    if (variant.at("variant") != "{8}") continue;
    CHECK(variant.at("cycles") == wide.at("total").at("cost_models").at("cycles_at_w8a8"));
  }
  CHECK(not_varied == 6);
}

TEST_CASE("the Markdown card goes to the terminal or a file, and cards are compared as files too") {
  const Sandbox sandbox;
  const Outcome shown = sandbox.halfbyte({"card", network("w8a8"), "--preset", "tiny"});
  REQUIRE(shown.exit_code == 0);
  for (const char* part : {"# Quantization card: ", "| full-precision top-1 | not stated |",
                           "| first layer | w8a8 (stem.conv) |", "## What each choice costs"}) {
    CHECK_MESSAGE(contains(shown.out, part), part);
  }
  const Outcome filed = sandbox.halfbyte(
      {"card", network("w8a8"), "--preset", "tiny", "-o", "card.md", "--json", "a.json"});
  CHECK(filed.out.empty());
  CHECK(sandbox.read("card.md") == shown.out);
  REQUIRE(sandbox.halfbyte({"card", network("w4a4"), "--preset", "tiny", "--json", "b.json"})
              .exit_code == 0);
  const Outcome models =
      sandbox.halfbyte({"card", "--diff", network("w8a8"), network("w4a4"), "--preset", "tiny"});
  const Outcome files = sandbox.halfbyte({"card", "--diff", "a.json", "b.json"});
  CHECK(models.exit_code == 0);
  CHECK(files.out == models.out);
  CHECK(contains(files.out, "| weights, bits (layers) | 8 | 4 |"));
  CHECK(contains(files.out, "| first layer | w8a8 (stem.conv) | w4a4 (stem.conv) |"));
  CHECK(!contains(files.out, "MACs"));  // the same
  CHECK(contains(sandbox.halfbyte({"card", "--diff", "a.json", "a.json"}).out, "No difference."));
}

TEST_CASE("wrong usage of card gets one message and exit code 2") {
  const Sandbox sandbox;
  sandbox.write("no.json", "{}");
  const std::vector<std::pair<Arguments, std::string>> bad = {
      {{"card"}, "card needs one model"},
      {{"card", "builtin:resnet18", "--diff", "a", "b"}, "card needs one model"},
      {{"card", "--diff", "a"}, "--diff"},
      {{"card", "builtin:fc:3:4"}, "no whole network"},
      {{"card", network("w8a8"), "--layers", "1-2"}, "no whole network"},
      {{"card", network("w8a8"), "--labels", "y.npy"}, "given without images"},
      {{"card", "--diff", "no.json", "no.json"}, "no.json: no card"},
      {{"card", "--diff", "gone.json", "no.json"}, "gone.json"},
      {{"card", network("w8a8"), "--stall-seed", "7"}, "stalls at random"},
      {{"card", network("w8a8"), "--bits", "w4a4"}, "--bits given for an ONNX file"},
      {{"card", network("w8a8"), "-o", "gone/card.md"}, "gone/card.md"},
  };
  for (const auto& [arguments, message] : bad) {
    const Outcome outcome = sandbox.halfbyte(arguments);
    CAPTURE(outcome.err);
    CHECK(outcome.exit_code == 2);
    CHECK(contains(outcome.err, message));
    CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
    CHECK(outcome.out.empty());
  }
}

}  // namespace
}  // namespace hb::test
