// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The SystemC reference of the whole machine, accurate to the cycle at its border.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <systemc>

#include "model/arch/activity.hpp"
#include "model/arch/shapes.hpp"
#include "model/cycle/signals.hpp"

namespace hb::cycle {

/// One machine. `Shape` is one of arch::shapes. Everything happens at the rising edge of `clock`;
/// one chip runs any number of programs, one after another (doorbell) or anew (reset).
template <class Shape>
class Chip : public sc_core::sc_module {
 public:
  sc_core::sc_in<bool> clock;
  sc_core::sc_in<InputsOf<Shape>> inputs;

  explicit Chip(const sc_core::sc_module_name& name);
  ~Chip() override;

  /// Outputs visible in the current cycle: call in the evaluation of a clock edge, or between edges
  /// for those of the cycle to come. Payload without its valid is zero.
  void observe(arch::Outputs<Shape>& out) const;
  /// Fills all buffers with bytes that follow from `seed`; with zeros where toggles are counted.
  /// Not during a run.
  void scramble(std::uint64_t seed);
  /// Bits toggled since reset, up to the edge that began the cycle before; zeros where they are not
  /// counted (arch::kCountsToggles).
  [[nodiscard]] arch::Toggles toggles() const;
  /// What each engine is at and waits for, a line each.
  [[nodiscard]] std::string describe() const;

 private:
  struct Parts;
  void tick();

  std::unique_ptr<Parts> parts_;
};

#define HB_EXTERN_CHIP(machine) extern template class Chip<arch::shapes::machine>;
HB_FOR_EACH_MACHINE(HB_EXTERN_CHIP)
#undef HB_EXTERN_CHIP

}  // namespace hb::cycle
