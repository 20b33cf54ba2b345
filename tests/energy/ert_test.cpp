// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Accelergy's energy reference tables, good ones of both versions and bad ones.
#include <doctest/doctest.h>

#include "sw/energy/table.hpp"
#include "tests/energy/tables.hpp"

namespace {

using hb::energy::Action;
using hb::energy::test::changed;
using hb::energy::test::line_of;
using hb::energy::test::message_of;

/// Every component with every action; action i costs i + 0.5 pJ.
std::string ert(const std::string& version, const std::string& arguments,
                const std::string& range) {
  std::string text = "ERT:\n  version: " + version + "\n  tables:\n";
  std::string_view last;
  for (std::size_t i = 0; i < hb::energy::kActions; ++i) {
    const auto& info = hb::energy::info(static_cast<Action>(i));
    if (info.component != last) {
      text += fmt::format("  - name: sys.chip.{}{}\n    actions:\n", info.component, range);
      last = info.component;
    }
    text += fmt::format("    - name: {}\n{}      energy: {}.5\n", info.action, arguments, i);
  }
  return text;
}

hb::energy::Rates read(const std::string& text) { return hb::energy::read_ert(text, "ERT.yaml"); }

void check_refused(const std::string& text, const std::vector<std::string>& parts) {
  const std::string message = message_of([&] { return read(text); });
  CAPTURE(message);
  CHECK(message.find("ERT.yaml, line ") == 0);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(message.find(part) != std::string::npos);
  }
}

const std::string kGood = ert("0.3", "      arguments: {}\n", "");

}  // namespace

TEST_CASE("tables of versions 0.3 and 0.4 are read, whatever the hierarchy and the range") {
  for (const std::string& text :
       {kGood, ert("'0.4'", "      arguments: {}\n", "[0..255]"), ert("0.4", "", "[1..256]"),
        ert("0.3", "      arguments: null\n", ""),
        ert("0.4", "      arguments: {global_cycle_seconds: 1e-09, action_latency_cycles: 1}\n",
            "[0..3]")}) {
    const hb::energy::Rates rates = read(text);
    for (std::size_t i = 0; i < hb::energy::kActions; ++i) {
      CHECK(rates.pj[i] == static_cast<double>(i) + 0.5);
    }
  }
}

TEST_CASE("of several entries of one action the first counts, as in Accelergy") {
  const std::string text =
      changed(kGood, "name: idle", "energy: 3.5\n",
              "energy: 3.5\n    - {name: idle, arguments: {data_delta: 1}, energy: 99}\n");
  CHECK(read(text)[Action::kPeIdle] == 3.5);
}

TEST_CASE("a bad reference table is refused with name and line") {
  const std::string idle = "name: idle\n";
  const std::string line = "line " + std::to_string(line_of(kGood, "energy: 3.5")) + ":";
  for (const char* value : {"-1", ".nan", "inf", "x"}) {
    check_refused(changed(kGood, idle, "energy: 3.5", std::string("energy: ") + value),
                  {line, "pe.idle", "at least 0"});
  }
  check_refused(changed(kGood, "", "sys.chip.pe", "sys.chip.cpu"),
                {"line 4:", "sys.chip.cpu", "unknown component cpu", "weight_buffer"});
  check_refused(changed(kGood, "", "name: idle", "name: nap"), {"pe.nap", "unknown action nap"});
  check_refused(changed(kGood, idle, "      energy: 3.5\n", ""), {"key energy is missing"});
  check_refused(
      changed(kGood, "", "    - name: idle\n      arguments: {}\n      energy: 3.5\n", ""),
      {"pe.idle is missing"});
  check_refused(changed(kGood, "", "version: 0.3", "version: 0.2"), {"line 2:", "0.3 or 0.4"});
  check_refused(changed(kGood, idle, "arguments: {}", "arguments: [1]"), {"pe.idle", "arguments"});
  check_refused(changed(kGood, "", "sys.chip.bus", "sys.chip.bus\n    size: 3"),
                {"unknown key size"});
  check_refused(kGood + "  - name: pe\n    actions: [{name: idle, energy: 1}]\n", {"pe twice"});
  check_refused("ART: {}", {"no key ERT"});
  check_refused("ERT: [", {"YAML"});
}
