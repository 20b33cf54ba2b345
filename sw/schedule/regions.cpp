// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/regions.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::schedule {

std::uint32_t most_input_banks(const arch::Machine& machine, bool copy) {
  return std::max(1U, machine.activation_banks - (copy ? 2U : 1U));
}

ActivationSplit split_activation(const arch::Machine& machine, std::uint32_t input_banks,
                                 bool copy) {
  const std::uint32_t bank = machine.bank_words();
  const std::uint32_t rest = machine.activation_banks - input_banks;
  HB_ASSERT(input_banks >= 1 && input_banks <= most_input_banks(machine, copy), "{} banks",
            input_banks);
  if (!copy) return {{0, input_banks * bank}, {input_banks * bank, rest * bank}, {}};
  if (rest == 1) return {{0, bank / 2}, {bank, bank}, {bank / 2, bank / 2}};  // two banks in all
  const std::uint32_t output = rest - rest / 2;
  return {{0, input_banks * bank},
          {input_banks * bank, output * bank},
          {(input_banks + output) * bank, rest / 2 * bank}};
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
