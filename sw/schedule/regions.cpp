// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/regions.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::schedule {

namespace {

/// Tenants of the activation buffer other than the input.
std::uint32_t others(bool copy, bool residual) {
  return 1U + (copy ? 1U : 0U) + (residual ? 1U : 0U);
}

/// The split of a machine of two banks: the copy shares the first with the input, the residual the
/// second with the output.
ActivationSplit split_two(std::uint32_t bank, bool copy, bool residual) {
  const std::uint32_t first = copy ? bank / 2 : bank;
  const std::uint32_t second = residual ? bank / 2 : bank;
  ActivationSplit split{{0, first}, {bank, second}, {}, {}};
  if (copy) split.copy = {first, bank - first};
  if (residual) split.residual = {bank + second, bank - second};
  return split;
}

}  // namespace

std::uint32_t most_input_banks(const arch::Machine& machine, bool copy, bool residual) {
  if (machine.activation_banks == 2) return 1;
  return machine.activation_banks - others(copy, residual);
}

ActivationSplit split_activation(const arch::Machine& machine, std::uint32_t input_banks, bool copy,
                                 bool residual) {
  const std::uint32_t bank = machine.bank_words();
  HB_ASSERT(input_banks >= 1 && input_banks <= most_input_banks(machine, copy, residual),
            "{} banks", input_banks);
  if (machine.activation_banks == 2) return split_two(bank, copy, residual);
  const std::uint32_t rest = machine.activation_banks - input_banks;
  const std::uint32_t share = rest / others(copy, residual);
  const std::uint32_t output = rest - (others(copy, residual) - 1) * share;
  ActivationSplit split{{0, input_banks * bank}, {input_banks * bank, output * bank}, {}, {}};
  const std::uint32_t behind = (input_banks + output) * bank;
  if (copy) split.copy = {behind, share * bank};
  if (residual) split.residual = {behind + split.copy.size, share * bank};
  return split;
}

std::optional<std::uint32_t> Ring::find(std::uint64_t key) const {
  for (const Item& item : items_) {
    if (item.key == key) return item.begin;
  }
  return std::nullopt;
}

std::uint32_t Ring::place(std::uint64_t key, std::uint32_t size) {
  HB_ASSERT(size >= 1 && size <= region_.size, "{} units in a region of {}", size, region_.size);
  make_room(size);
  const std::uint32_t begin = region_.begin + used_;
  const std::uint32_t end = begin + size;
  items_.erase(
      std::remove_if(items_.begin(), items_.end(),
                     [&](const Item& item) { return item.begin < end && begin < item.end; }),
      items_.end());
  items_.push_back({key, begin, end});
  used_ += size;
  return begin;
}

void Ring::make_room(std::uint64_t size) {
  if (used_ + size > region_.size) used_ = 0;
}

}  // namespace hb::schedule
