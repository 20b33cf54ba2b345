// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Bad tables are refused with the entry's name and line.
#include "sw/energy/table.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "model/arch/error.hpp"
#include "tests/energy/tables.hpp"

namespace {

using hb::energy::test::changed;
using hb::energy::test::line_of;
using hb::energy::test::message_of;

std::string refusal(const std::string& text) {
  return message_of(
      [&] { return hb::energy::read_table(text, "t.yaml", hb::energy::test::tiny()); });
}

const std::string kTable = hb::energy::default_table_text();

/// The table with the first `from` behind `entry` changed to `to` is refused with all of `parts`,
/// and with the line of the change.
void check_refused(const std::string& entry, const std::string& from, const std::string& to,
                   const std::vector<std::string>& parts) {
  const std::string text = changed(kTable, entry, from, to);
  const std::string message = refusal(text);
  CAPTURE(message);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(message.find(part) != std::string::npos);
  }
  CHECK(message.find("t.yaml, line ") == 0);
  CHECK(std::count(message.begin(), message.end(), '\n') == 0);
}

std::string at(const std::string& text, const std::string& part) {
  return "line " + std::to_string(line_of(text, part)) + ":";
}

const std::string kIdle = "action: idle\n";

}  // namespace

TEST_CASE("the built-in table is whole") {
  const hb::energy::Rates rates = hb::energy::read_table_file("", hb::energy::test::tiny());
  CHECK(rates.clock_mhz == 500);
  for (const double pj : rates.pj) CHECK(pj > 0);
}

TEST_CASE("a missing action is named") {
  const std::size_t begin = kTable.find("  - component: pe\n    action: idle");
  const std::size_t end = kTable.find("  - component: ", begin + 1);
  const std::string message = refusal(kTable.substr(0, begin) + kTable.substr(end));
  CHECK(message.find("t.yaml, line ") == 0);
  CHECK(message.find("pe.idle is missing") != std::string::npos);
}

TEST_CASE("energy that is negative, NaN, infinite or no number is refused, with name and line") {
  const std::string place = at(kTable, "energy: 0.13");
  for (const char* value :
       {"-0.13", "1e13", ".nan", "nan", ".inf", "inf", "1e999", "much", "[1]", "0x10"}) {
    CAPTURE(value);
    check_refused(kIdle, "energy: 0.13", std::string("energy: ") + value,
                  {place, "pe.idle", "a finite number, at least 0"});
  }
}

TEST_CASE("a wrong unit is refused, with the right one") {
  check_refused(kIdle, "unit: pJ", "unit: nJ",
                {at(kTable, "unit: pJ\n    source: docs/energy.md 4.1, weights"), "pe.idle",
                 "unit nJ", "expected pJ"});
  check_refused("component: dram", "unit: pJ/byte", "unit: pJ/bit",
                {"dram.read", "unit pJ/bit", "pJ/byte"});
  check_refused("action: leak", "unit: uW", "unit: pJ", {"pe.leak", "uW"});
}

TEST_CASE("an unknown component, action or key is refused, with the known ones") {
  check_refused("  - ", "component: pe", "component: cpu",
                {at(kTable, "component: pe"), "unknown component cpu", "weight_buffer"});
  check_refused("", "action: idle", "action: sleep", {"pe.sleep", "unknown action", "mac_int4"});
  check_refused(kIdle, "source:", "origin:", {"unknown key origin", "source"});
  check_refused("", "technology:", "process:", {"unknown key process"});
}

TEST_CASE("an entry twice, without a source, or with a size it has no use for is refused") {
  check_refused("", "action: mac_w4a8", "action: mac_int8", {"pe.mac_int8 twice"});
  check_refused(kIdle,
                "source: docs/energy.md 4.1, weights toggling at the inputs of the partial "
                "products while the operand is zero",
                "source: ", {"pe.idle", "source is no text"});
  check_refused(kIdle, "unit: pJ", "unit: pJ\n    exponent: 0.5", {"pe.idle", "exponent is there"});
  check_refused("component: weight_buffer", "    exponent: 0.5\n", "",
                {"weight_buffer.read", "exponent is missing"});
  check_refused("component: weight_buffer", "exponent: 0.5", "exponent: 2",
                {"weight_buffer.read", "exponent 2"});
  check_refused("component: weight_buffer", "reference_bytes: 8192", "reference_bytes: 0",
                {"weight_buffer.read", "reference_bytes 0"});
  check_refused("", "clock_mhz: 500", "clock_mhz: 0", {"clock_mhz is 0"});
}

TEST_CASE("what is no YAML, no table, or has a key twice is refused with its line") {
  check_refused("", "name: halfbyte 45 nm", "name: [", {"YAML or JSON"});
  check_refused(kIdle, "unit: pJ", "unit: pJ\n    unit: pJ", {"key unit twice"});
  CHECK(refusal("42").find("the table is no map") != std::string::npos);
  CHECK(refusal("").find("0 YAML documents") != std::string::npos);
  CHECK(refusal("a: 1\n---\nb: 1\n").find("2 YAML documents") != std::string::npos);
  CHECK(refusal("\x7f\x45LF\x01\x02").find("t.yaml") == 0);
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += '[';
  std::string laughs = "a0: &a0 [x]\n";  // eight of the line before, fourteen times
  for (int i = 1; i < 15; ++i) {
    laughs +=
        fmt::format("a{0}: &a{0} [*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1},*a{1}]\n", i, i - 1);
  }
  CHECK(refusal(laughs).find("too much") != std::string::npos);
  CHECK(refusal("a: &a [*a]").find("t.yaml") == 0);
  CHECK(refusal(std::string(1'000'000, '[')).find("t.yaml") == 0);
  CHECK(refusal(deep + std::string(100, ']')).find("nested too deeply") != std::string::npos);
}

TEST_CASE("a table may be JSON") {
  std::string text = R"({"name": "j", "technology": "none", "clock_mhz": 100, "entries": [)";
  for (std::size_t i = 0; i < hb::energy::kActions; ++i) {
    const auto& info = hb::energy::info(static_cast<hb::energy::Action>(i));
    text += fmt::format(
        R"({}{{"component": "{}", "action": "{}", "energy": 2, "unit": "{}", "source": "s", "confidence": "c"{}}})",
        i > 0 ? "," : "", info.component, info.action, hb::energy::name(info.unit),
        info.sized ? R"(, "reference_bytes": 8192, "exponent": 0)" : "");
  }
  const hb::energy::Rates rates =
      hb::energy::read_table(text + "]}", "t.json", hb::energy::test::tiny());
  CHECK(rates.table == "j");
  CHECK(rates[hb::energy::Action::kPeIdle] == 2);
  CHECK(rates[hb::energy::Action::kPeLeak] == 2.0 / 100);
  CHECK(rates[hb::energy::Action::kActivationRead] == 2 * 128);
  CHECK(rates[hb::energy::Action::kActivationLeak] == 2.0 * 64 / 100);
}
