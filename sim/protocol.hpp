// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Holds the machine to AXI4's rules and to its own (docs/timing.md): what a real bus would punish
// later.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "model/arch/ports.hpp"
#include "sim/memory.hpp"
#include "sim/violations.hpp"

namespace hb::sim {

inline constexpr std::uint32_t kBorder = 4096;  ///< no burst crosses a multiple, bytes
inline constexpr std::uint32_t kMostBeats = 256;
inline constexpr std::uint32_t kMostBursts = 16;  ///< outstanding per engine

/// AR or AW of one port: stable until taken, legal bursts, not too many of them.
class AddressChecker {
 public:
  AddressChecker(std::string_view name, std::uint32_t bus_bytes)
      : name_(name), bus_bytes_(bus_bytes) {}

  /// `ready` as visible in t; `ended`: a burst's last beat (or response) is handed over in t.
  void step(Cycles t, const arch::AxiAddress& now, bool ready, bool ended) {
    if (held_) {
      check_held(t, now);
    }
    held_ = now.valid != 0 && !ready;
    outstanding_ -= ended ? 1 : 0;
    if (now.valid != 0 && ready) {
      check_burst(t, now);
    }
    last_ = now;
  }

  MemoryImage* image = nullptr;  ///< whose limit bursts must keep
  Violations* violations = nullptr;

 private:
  void check_held(Cycles t, const arch::AxiAddress& now);
  void check_burst(Cycles t, const arch::AxiAddress& now);

  std::string_view name_;
  std::uint32_t bus_bytes_;
  arch::AxiAddress last_{};
  bool held_ = false;
  int outstanding_ = 0;
};

/// W: stable until taken, `last` where the burst ends, never before its address is shown.
class WriteDataChecker {
 public:
  template <class WriteData>
  void step(Cycles t, const WriteData& now, bool ready, const arch::AxiAddress& aw, bool aw_ready,
            Violations& violations) {
    if (held_ && !(now.valid != 0 && std::memcmp(&now, held_bytes_, sizeof(now)) == 0)) {
      violations.add(t, "store W: valid or payload changed before ready");
    }
    held_ = now.valid != 0 && !ready;
    if (held_) {
      static_assert(sizeof(now) <= sizeof(held_bytes_));
      std::memcpy(held_bytes_, &now, sizeof(now));
    }
    if (now.valid != 0) {
      check_beat(t, now.last != 0, ready, aw, violations);
    }
    if (aw.valid != 0 && aw_ready && !bursts_.full()) {
      bursts_.push(aw.beats);
    }
  }

 private:
  void check_beat(Cycles t, bool last, bool ready, const arch::AxiAddress& aw,
                  Violations& violations);

  Ring<std::uint32_t, 2 * kPortBursts> bursts_;  ///< beats left of accepted bursts
  unsigned char held_bytes_[8 + 128] = {};
  bool held_ = false;
};

template <class Shape>
class ProtocolChecker {
 public:
  ProtocolChecker(MemoryImage& image, Violations& violations) : violations_(violations) {
    for (AddressChecker* checker : {&fetch_ar_, &load_ar_, &store_aw_}) {
      checker->image = &image;
      checker->violations = &violations;
    }
  }

  /// What is visible in t. Called from the first cycle in which the effect of reset is visible.
  void step(Cycles t, const arch::Outputs<Shape>& outputs, const arch::Inputs<Shape>& inputs) {
    const bool awready = inputs.store_awready != 0;
    fetch_ar_.step(t, outputs.fetch_ar, inputs.fetch_arready != 0, ended(inputs.fetch_r));
    load_ar_.step(t, outputs.load_ar, inputs.load_arready != 0, ended(inputs.load_r));
    store_w_.step(t, outputs.store_w, inputs.store_wready != 0, outputs.store_aw, awready,
                  violations_);
    store_aw_.step(t, outputs.store_aw, awready, inputs.store_bvalid != 0);
    if ((outputs.fetch_rready & outputs.load_rready & outputs.store_bready) == 0) {
      violations_.add(t, "rready or bready is 0 (expected always 1)");
    }
  }

 private:
  static bool ended(const arch::AxiReadData<Shape>& r) { return (r.valid & r.last) != 0; }

  Violations& violations_;
  AddressChecker fetch_ar_{"fetch AR", Shape::kBusBytes};
  AddressChecker load_ar_{"load AR", Shape::kBusBytes};
  AddressChecker store_aw_{"store AW", Shape::kBusBytes};
  WriteDataChecker store_w_;
};

}  // namespace hb::sim
