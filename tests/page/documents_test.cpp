// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a page takes, and how it refuses all else.
#include <doctest/doctest.h>

#include <string>

#include "model/arch/error.hpp"
#include "sw/page/documents.hpp"
#include "tests/page/samples.hpp"

namespace {

using hb::page::Kind;
using hb::page::parse_document;
using hb::test::Json;

/// The message with which `json` is refused; empty if it is taken.
std::string refusal(const Json& json) {
  try {
    (void)parse_document(json.dump(), "f.json");
  } catch (const hb::Error& error) {
    return error.what();
  }
  return "";
}

/// The small run with `value` at `pointer`.
std::string refusal_with(const char* pointer, const Json& value) {
  Json run = hb::test::small_run();
  run[Json::json_pointer(pointer)] = value;
  return refusal(run);
}

/// Every object member in `json`, as pointers.
void pointers(const Json& json, const std::string& prefix, std::vector<std::string>& found) {
  if (json.is_array()) {
    for (std::size_t i = 0; i < json.size(); ++i) {
      pointers(json[i], prefix + "/" + std::to_string(i), found);
    }
  }
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    found.push_back(prefix + "/" + key);
    pointers(value, prefix + "/" + key, found);
  }
}

}  // namespace

TEST_CASE("runs, cards and sweeps are told apart, and named by their bytes") {
  const auto run = parse_document(hb::test::small_run().dump(), "a.json");
  CHECK(run.kind == Kind::kRun);
  CHECK(run.file == "a.json");
  CHECK(run.sha256.size() == 64);
  CHECK(parse_document(hb::test::small_card().dump(), "b.json").kind == Kind::kCard);
  const auto sweep = parse_document(hb::test::small_sweep().dump(), "c.json");
  CHECK(sweep.kind == Kind::kSweep);
  CHECK(sweep.sha256 != run.sha256);
}

TEST_CASE("a message names file, place, value and what was expected") {
  CHECK(refusal_with("/model", 3) == "f.json: model is 3 (expected text)");
  CHECK(refusal_with("/layers/0/cycles", "ten") ==
        "f.json: layers: \"conv1\": cycles is \"ten\" (expected a number)");
  CHECK(refusal_with("/total/energy_pj/mac", nullptr) ==
        "f.json: total: energy_pj: mac is null (expected a number)");
  CHECK(refusal_with("/timeline/load/start", Json::array()) ==
        "f.json: timeline: load: layer, start and end differ in length (expected one entry per "
        "command)");
  CHECK(refusal_with("/timeline/store/end", Json::array({"x"})) ==
        "f.json: timeline: store: end: 0 is \"x\" (expected a number or null)");
  CHECK(refusal(Json::array()).find("no report of halfbyte") != std::string::npos);
  CHECK(refusal(Json::object()).find("or a sweep.json") != std::string::npos);
  CHECK_THROWS_AS((void)parse_document("{", "f.json"), hb::Error);
  CHECK_THROWS_AS((void)parse_document("", "f.json"), hb::Error);
}

TEST_CASE("nothing that the page reads may be missing or of another type, at any depth") {
  std::size_t refused = 0;
  for (const Json& whole : {hb::test::small_run(), hb::test::small_sweep()}) {
    std::vector<std::string> all;
    pointers(whole, "", all);
    for (const std::string& pointer : all) {
      Json broken = whole;
      broken[Json::json_pointer(pointer)] = true;  // no value is a truth value
      const std::string message = refusal(broken);
      CAPTURE(pointer);
      // Not read: the page has no use for them.
      const bool unread = pointer == "/parts" || pointer.rfind("/memory/latency", 0) == 0 ||
                          pointer == "/memory/stall_seed" || pointer == "/points/0/build";
      CHECK(message.empty() == unread);
      refused += message.empty() ? 0 : 1;
    }
  }
  CHECK(refused > 90);
}

TEST_CASE("an untimed run has nulls, not zeros") {
  Json run = hb::test::small_run();
  run["energy"] = nullptr;
  run["timeline"] = nullptr;
  CHECK(refusal(run).find("cycles is 10 (expected null)") != std::string::npos);
  for (Json* row : {&run["layers"][0], &run["total"]}) {
    (*row)["cycles"] = nullptr;
    (*row)["utilization"] = nullptr;
    (*row)["activity"] = nullptr;
    (*row)["cycles_by_cause"] = nullptr;
    for (auto& [key, value] : (*row)["energy_pj"].items()) value = nullptr;
  }
  CHECK(refusal(run).empty());
}
