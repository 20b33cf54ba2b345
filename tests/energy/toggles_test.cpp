// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is energy from toggles what a pencil makes of them, and is a bad list of them refused?
#include "sw/energy/toggles.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "sw/energy/table.hpp"
#include "tests/energy/tables.hpp"

namespace {

using hb::arch::Toggle;
using hb::arch::Toggles;
using hb::energy::Action;
using hb::energy::Counts;
using hb::energy::test::changed;
using hb::energy::test::message_of;
using hb::energy::test::tiny;

const std::string kTable = hb::energy::default_table_text();
const std::string kList = "\ntoggles:\n";

std::string refusal(const std::string& text) {
  return message_of([&] { return hb::energy::read_table(text, "t.yaml", tiny()); });
}

void check_refused(const std::string& text, const std::vector<std::string>& parts) {
  const std::string message = refusal(text);
  CAPTURE(message);
  CHECK(message.find("t.yaml, line ") == 0);
  for (const std::string& part : parts) CHECK(message.find(part) != std::string::npos);
}

}  // namespace

TEST_CASE("toggled bits times the built-in table, by pencil") {
  const hb::arch::Machine machine = tiny();
  const hb::energy::Rates rates = hb::energy::read_table_file("", machine);
  Toggles toggles;
  toggles[Toggle::kOperand] = 300;
  toggles[Toggle::kWeight] = 200;
  toggles[Toggle::kEntry] = 50;
  toggles[Toggle::kActiveInt8] = 150;
  toggles[Toggle::kActiveInt4] = 100;
  toggles[Toggle::kAccumulator] = 70;
  toggles[Toggle::kFeedRead] = 30;
  toggles[Toggle::kStoreRead] = 20;
  toggles[Toggle::kResidualRead] = 10;
  toggles[Toggle::kParameterLoad] = 40;
  Counts counts;
  counts[Action::kOperandClock] = 11;
  counts[Action::kAccumulatorClock] = 7;
  counts[Action::kActivationRead] = 2;
  counts[Action::kParameterWrite] = 16;
  const hb::energy::ToggleEnergy energy = hb::energy::energy_of(toggles, counts, rates, machine);
  CHECK(energy[0] == doctest::Approx(150 * 0.104 + 100 * 0.0928 + 250 * 0.0081 + 70 * 0.0325));
  CHECK(energy[1] == doctest::Approx(18 * 32 * 0.0068 + (300 + 200 + 50 + 70) * 0.0042));
  // Banks of 8 KiB: 0.156 pJ per bit; of the parameters 1 KiB.
  CHECK(energy[2] == doctest::Approx(0.156 * (0.3 * 2 * 128 + 0.7 * 2 * 60) +
                                     0.156 * std::sqrt(1.0 / 8) * (0.3 * 16 * 8 + 0.7 * 2 * 40)));
}

TEST_CASE("where half of all bits toggle, toggles cost what the counts say, within 2 %") {
  const hb::arch::Machine machine = tiny();
  const hb::energy::Rates rates = hb::energy::read_table_file("", machine);
  constexpr std::uint64_t kCycles = 1'000'000;  // of a PE with its three registers
  for (const Action mode : {Action::kMacInt8, Action::kMacInt4, Action::kPeIdle}) {
    CAPTURE(hb::energy::full_name(mode));
    Counts counts;
    counts[mode] = kCycles;
    counts[Action::kOperandClock] = 2 * kCycles;
    counts[Action::kAccumulatorClock] = kCycles;
    counts[Action::kWeightRead] = kCycles;
    Toggles toggles;
    const bool idle = mode == Action::kPeIdle;  // weights alone move, and no product
    toggles[Toggle::kOperand] = idle ? 0 : 16 * kCycles;
    toggles[Toggle::kWeight] = 16 * kCycles;
    toggles[Toggle::kAccumulator] = idle ? 0 : 16 * kCycles;
    toggles[Toggle::kWeightRead] = 16 * kCycles;
    toggles[Toggle::kActiveInt8] = mode == Action::kMacInt8 ? 32 * kCycles : 0;
    toggles[Toggle::kActiveInt4] = mode == Action::kMacInt4 ? 32 * kCycles : 0;
    const hb::energy::PartEnergy by_counts = hb::energy::energy_of(counts, rates);
    const hb::energy::ToggleEnergy by_toggles =
        hb::energy::energy_of(toggles, counts, rates, machine);
    CHECK(by_toggles[0] == doctest::Approx(by_counts[0]).epsilon(0.02));
    CHECK(by_toggles[2] == doctest::Approx(by_counts[2]));
    if (!idle) CHECK(by_toggles[1] == doctest::Approx(by_counts[1]).epsilon(0.02));
  }
}

TEST_CASE("a table without toggles is a table; with some of them it is none") {
  const std::size_t list = kTable.find(kList);
  REQUIRE(list != std::string::npos);
  const std::string without = kTable.substr(0, list + 1);
  CHECK(!hb::energy::read_table(without, "t.yaml", tiny()).toggles);
  CHECK(hb::energy::read_table(kTable, "t.yaml", tiny()).toggles);
  const std::size_t last = kTable.rfind("  - of: ");
  check_refused(kTable.substr(0, last), {"buffer.data is missing", "all entries of toggles"});
  check_refused(kTable + kTable.substr(last), {"buffer.data twice"});
  check_refused(without + "toggles: 5\n", {"toggles is no list"});
  check_refused(without + "toggles: []\n", {"pe.int8 is missing"});
}

TEST_CASE("a wrong entry of toggles is refused with its name and line") {
  check_refused(changed(kTable, kList, "of: pe.int4", "of: pe.int2"),
                {"toggles of pe.int2", "pe.int8, pe.int4, pe.quiet"});
  check_refused(changed(kTable, kList, "unit: pJ", "unit: fJ"), {"pe.int8", "expected pJ"});
  check_refused(changed(kTable, kList, "unit: share", "unit: pJ"), {"buffer.data", "share"});
  check_refused(changed(kTable, kList, "energy: 0.7", "energy: 1.1"),
                {"buffer.data is above 1", "0..1"});
  check_refused(changed(kTable, kList, "energy: 0.104", "energy: -1"), {"pe.int8", "at least 0"});
  check_refused(changed(kTable, kList, "    confidence", "    trust"), {"unknown key trust"});
}
