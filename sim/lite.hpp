// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Register offsets of docs/commands.md section 6, and one access at a time over AXI4-Lite.
#pragma once

#include <cstdint>

#include "model/arch/events.hpp"
#include "sim/stalls.hpp"

namespace hb::sim {

inline constexpr std::uint32_t kRegId = 0x00;
inline constexpr std::uint32_t kRegShape = 0x04;
inline constexpr std::uint32_t kRegControl = 0x08;
inline constexpr std::uint32_t kRegStatus = 0x0C;
inline constexpr std::uint32_t kRegProgramAddress = 0x10;
inline constexpr std::uint32_t kRegProgramCount = 0x14;
inline constexpr std::uint32_t kRegMemoryLimit = 0x18;
inline constexpr std::uint32_t kRegErrorCode = 0x1C;
inline constexpr std::uint32_t kRegErrorIndex = 0x20;
inline constexpr std::uint32_t kRegIrqEnable = 0x24;
inline constexpr std::uint32_t kRegIrqStatus = 0x28;
inline constexpr std::uint32_t kRegLoadState = 0x30;
inline constexpr std::uint32_t kRegComputeState = 0x34;
inline constexpr std::uint32_t kRegStoreState = 0x38;
inline constexpr std::uint32_t kRegFetchState = 0x3C;
inline constexpr std::uint32_t kRegCounters = 0x100;

inline constexpr std::uint32_t kIdValue = 0x48423031;
inline constexpr std::uint32_t kControlStart = 1;
inline constexpr std::uint32_t kControlAbort = 2;
inline constexpr std::uint32_t kRespOkay = 0;
inline constexpr std::uint32_t kRespSlaveError = 2;

struct LiteAccess {
  bool write = false;
  std::uint32_t address = 0;
  std::uint32_t data = 0;
};

struct LiteAnswer {
  std::uint32_t data = 0;
  std::uint32_t resp = 0;
};

/// The host's side of AXI4-Lite. Stalls hold back bready and rready only.
class LiteMaster {
 public:
  explicit LiteMaster(std::uint64_t stall_seed) : stalls_(stall_seed) {}

  /// Shows the access from t + 1 on, when `inputs` are those of t + 1. Precondition: !busy().
  template <class Inputs>
  void begin(const LiteAccess& access, Inputs& inputs) {
    busy_ = true;
    access_ = access;
    if (access.write) {
      inputs.lite_awvalid = 1;
      inputs.lite_awaddr = access.address;
      inputs.lite_wvalid = 1;
      inputs.lite_wdata = access.data;
    } else {
      inputs.lite_arvalid = 1;
      inputs.lite_araddr = access.address;
    }
  }

  /// `inputs`' AXI4-Lite side from t to t + 1. True in the cycle in which the answer is handed
  /// over.
  template <class Outputs, class Inputs>
  bool step(arch::Cycles t, const Outputs& outputs, Inputs& inputs) {
    const bool written = outputs.lite_bvalid != 0 && inputs.lite_bready != 0;
    const bool read = outputs.lite_rvalid != 0 && inputs.lite_rready != 0;
    if (written || read) {
      answer_ = written ? LiteAnswer{0, outputs.lite_bresp}
                        : LiteAnswer{outputs.lite_rdata, outputs.lite_rresp};
      busy_ = false;
    }
    if (outputs.lite_awready != 0) {
      inputs.lite_awvalid = 0;
      inputs.lite_awaddr = 0;
    }
    if (outputs.lite_wready != 0) {
      inputs.lite_wvalid = 0;
      inputs.lite_wdata = 0;
    }
    if (outputs.lite_arready != 0) {
      inputs.lite_arvalid = 0;
      inputs.lite_araddr = 0;
    }
    inputs.lite_bready = !stalls_.stalled(Channel::kLiteB, t + 1);
    inputs.lite_rready = !stalls_.stalled(Channel::kLiteR, t + 1);
    return written || read;
  }

  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] const LiteAnswer& answer() const { return answer_; }
  /// The current or last one.
  [[nodiscard]] const LiteAccess& access() const { return access_; }

 private:
  Stalls stalls_;
  LiteAccess access_;
  LiteAnswer answer_;
  bool busy_ = false;
};

}  // namespace hb::sim
