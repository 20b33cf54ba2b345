// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does every split of the activation buffer keep apart what may not share a bank?
#include <doctest/doctest.h>

#include "sw/schedule/regions.hpp"

using namespace hb;  // NOLINT: a test
using schedule::ActivationSplit;
using schedule::Region;

namespace {

arch::Machine with_banks(std::uint32_t banks) {
  arch::Machine machine = arch::read_machines("config/machines.json").front();
  machine.activation_banks = banks;
  return machine;
}

std::uint32_t banks_of(const Region& region, const arch::Machine& machine) {
  std::uint32_t mask = 0;
  for (std::uint32_t i = 0; i < region.size; ++i) {
    mask |= 1U << (region.begin + i) / machine.bank_words();
  }
  return mask;
}

void check_split(const arch::Machine& machine, std::uint32_t input_banks, bool copy,
                 bool residual) {
  CAPTURE(machine.activation_banks);
  CAPTURE(input_banks);
  CAPTURE(copy);
  CAPTURE(residual);
  const ActivationSplit split = schedule::split_activation(machine, input_banks, copy, residual);
  const auto banks = [&](const Region& region) { return banks_of(region, machine); };
  CHECK((split.copy.size > 0) == copy);
  CHECK((split.residual.size > 0) == residual);
  CHECK((banks(split.input) & banks(split.residual)) == 0);
  CHECK((banks(split.output) & banks(split.copy)) == 0);
  // All words, each once.
  CHECK(split.input.size + split.output.size + split.copy.size + split.residual.size ==
        machine.activation_words());
  std::vector<bool> used(machine.activation_words());
  for (const Region& region : {split.input, split.output, split.copy, split.residual}) {
    for (std::uint32_t i = 0; i < region.size; ++i) {
      REQUIRE_FALSE(used[region.begin + i]);
      used[region.begin + i] = true;
    }
  }
  if (machine.activation_banks == 2) return;
  std::uint32_t seen = 0;
  for (const Region& region : {split.input, split.output, split.copy, split.residual}) {
    CHECK((seen & banks(region)) == 0);
    seen |= banks(region);
  }
}

}  // namespace

TEST_CASE("the parts of a layer share no word, and a bank only on a machine of two") {
  for (std::uint32_t banks = 2; banks <= 32; banks *= 2) {
    const arch::Machine machine = with_banks(banks);
    for (const bool copy : {false, true}) {
      for (const bool residual : {false, true}) {
        const std::uint32_t most = schedule::most_input_banks(machine, copy, residual);
        REQUIRE(most >= 1);
        for (std::uint32_t input = 1; input <= most; ++input) {
          check_split(machine, input, copy, residual);
        }
      }
    }
  }
}
