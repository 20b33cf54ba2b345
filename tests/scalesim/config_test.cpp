// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are configurations read as SCALE-Sim reads them, and refused with file and line where not?
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/scalesim/config.hpp"

using namespace hb;            // NOLINT: a test
using namespace hb::scalesim;  // NOLINT

namespace {

const std::string kGood =
    "[general]\n"
    "run_name = a run\n"
    "\n"
    "[architecture_presets]\n"
    "ArrayHeight:    32\n"
    "ArrayWidth : 16\n"
    "IfmapSramSzkB = 64\n"
    "Bandwidth : 10, 7\n"
    "Dataflow : ws\n"
    "; a comment\n"
    "[sparsity]\n"
    "SparsitySupport : false\n"
    "[run_presets]\n"
    "InterfaceBandwidth: CALC\n";

std::string with(const std::string& from, const std::string& to) {
  std::string text = kGood;
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

std::string refusal(const std::string& text) {
  try {
    (void)parse_config(text, "c.cfg");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("what has a meaning here is read, with either separator and keys in any case") {
  const Config config = parse_config(kGood, "c.cfg");
  CHECK(config.run_name == "a run");
  CHECK(config.rows == 32);
  CHECK(config.columns == 16);
  CHECK(config.dataflow == "ws");
  CHECK(!config.bandwidth);
  CHECK(parse_config(with("ArrayHeight", "ARRAYHEIGHT"), "c.cfg").rows == 32);
  CHECK(parse_config(with("[general]\n", "[general]\r\n"), "c.cfg").rows == 32);
}

TEST_CASE("the slowest interface's bandwidth holds, where the user sets them") {
  CHECK(parse_config(with("CALC", "USER"), "c.cfg").bandwidth.value() == 7);
}

TEST_CASE("bad configurations are refused, naming file and line or key") {
  const std::vector<std::pair<std::string, std::string>> all = {
      {"", "c.cfg: no run_name"},
      {with("run_name = a run\n", ""), "c.cfg: no run_name (expected it in section [general])"},
      {with("ArrayWidth : 16\n", ""), "c.cfg: no arraywidth"},
      {with("32", "0"), "c.cfg: line 5: \"0\" (expected an integer"},
      {with("32", "thirty"), "c.cfg: line 5: \"thirty\""},
      {with("32", "99999999999"), "c.cfg: line 5"},
      {with(": ws", ": xs"), "c.cfg: line 9: \"xs\" (expected os, ws or is)"},
      {with("CALC", "SOME"), "c.cfg: line 14: \"SOME\" (expected CALC or USER)"},
      {with("false", "True"), "c.cfg: line 12: \"True\" (expected false"},
      {with("[general]", "[general"), "c.cfg: line 1: a section without ]"},
      {with("Dataflow : ws", "Dataflow ws"), "c.cfg: line 9: \"Dataflow ws\" (expected key"},
      {with("[general]\n", ""), "c.cfg: line 1: \"run_name = a run\""},
      {with("; a comment", "dataflow: os"), "c.cfg: line 10: dataflow twice"},
  };
  for (const auto& [text, message] : all) {
    CAPTURE(message);
    const std::string refused = refusal(text);
    CAPTURE(refused);
    CHECK(refused.rfind(message, 0) == 0);
  }
  std::string user = with("CALC", "USER");
  user.replace(user.find("10, 7"), 5, "10, x");
  CHECK(refusal(user).rfind("c.cfg: line 8: \"10, x\"", 0) == 0);
}
