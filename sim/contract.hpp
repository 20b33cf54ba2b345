// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// rtl/hb_pkg.sv against model/arch/commands.hpp and sim/lite.hpp, at compile time.
#pragma once

#include "model/arch/commands.hpp"
#include "sim/lite.hpp"
#include "sim/protocol.hpp"

namespace hb::sim {

/// `Package`: Verilator's class of hb_pkg, whose public enums are constants here.
template <class Package>
struct Contract {
  template <class A, class B>
  static constexpr bool same(A rtl, B model) {
    return static_cast<std::uint32_t>(rtl) == static_cast<std::uint32_t>(model);
  }

  static_assert(same(Package::IndexBits, arch::kIndexBits));

  static_assert(same(Package::OpEnd, arch::Opcode::kEnd));
  static_assert(same(Package::OpLoad, arch::Opcode::kLoad));
  static_assert(same(Package::OpStore, arch::Opcode::kStore));
  static_assert(same(Package::OpConv, arch::Opcode::kConv));
  static_assert(same(Package::OpPool, arch::Opcode::kPool));

  static_assert(same(Package::ContractOrt, arch::Contract::kOrt));
  static_assert(same(Package::ContractTflite, arch::Contract::kTflite));

  static_assert(same(Package::EngineLoad, arch::Engine::kLoad));
  static_assert(same(Package::EngineCompute, arch::Engine::kCompute));
  static_assert(same(Package::EngineStore, arch::Engine::kStore));

  static_assert(same(Package::BufferActivation, arch::Buffer::kActivation));
  static_assert(same(Package::BufferWeight, arch::Buffer::kWeight));
  static_assert(same(Package::BufferParameter, arch::Buffer::kParameter));

  static_assert(same(Package::Int8, arch::Precision::kInt8));
  static_assert(same(Package::Int4, arch::Precision::kInt4));

  static_assert(same(Package::ErrNone, arch::ErrorCode::kNone));
  static_assert(same(Package::ErrIllegalOpcode, arch::ErrorCode::kIllegalOpcode));
  static_assert(same(Package::ErrReservedField, arch::ErrorCode::kReservedField));
  static_assert(same(Package::ErrIllegalFormat, arch::ErrorCode::kIllegalFormat));
  static_assert(same(Package::ErrIllegalSize, arch::ErrorCode::kIllegalSize));
  static_assert(same(Package::ErrAlignment, arch::ErrorCode::kAlignment));
  static_assert(same(Package::ErrBufferRange, arch::ErrorCode::kBufferRange));
  static_assert(same(Package::ErrMemoryRange, arch::ErrorCode::kMemoryRange));
  static_assert(same(Package::ErrIllegalQuantization, arch::ErrorCode::kIllegalQuantization));
  static_assert(same(Package::ErrTruncated, arch::ErrorCode::kTruncated));
  static_assert(same(Package::ErrFetchBus, arch::ErrorCode::kFetchBus));
  static_assert(same(Package::ErrLoadBus, arch::ErrorCode::kLoadBus));
  static_assert(same(Package::ErrStoreBus, arch::ErrorCode::kStoreBus));
  static_assert(same(Package::ErrTokenOverflow, arch::ErrorCode::kTokenOverflow));
  static_assert(same(Package::ErrBankConflict, arch::ErrorCode::kBankConflict));
  static_assert(same(Package::ErrAborted, arch::ErrorCode::kAborted));

  static_assert(same(Package::CauseBusy, arch::Cause::kBusy));
  static_assert(same(Package::CauseWaitLoad, arch::Cause::kWaitLoad));
  static_assert(same(Package::CauseWaitStore, arch::Cause::kWaitStore));
  static_assert(same(Package::CauseWaitPost, arch::Cause::kWaitPost));
  static_assert(same(Package::CauseModeChange, arch::Cause::kModeChange));
  static_assert(same(Package::CauseStart, arch::Cause::kStart));
  static_assert(same(Package::CauseFetch, arch::Cause::kFetch));
  static_assert(same(Package::CauseDrain, arch::Cause::kDrain));
  static_assert(same(Package::CauseTransfer, arch::Cause::kTransfer));
  static_assert(same(Package::CauseFinish, arch::Cause::kFinish));
  static_assert(same(Package::CauseStop, arch::Cause::kStop));

  static_assert(same(Package::CounterTotal, arch::kCounterTotal));
  static_assert(same(Package::CounterCause, arch::kCounterCause));
  static_assert(same(Package::CounterFetchBeats, arch::kCounterFetchBeats));
  static_assert(same(Package::CounterLoadBeats, arch::kCounterLoadBeats));
  static_assert(same(Package::CounterStoreBeats, arch::kCounterStoreBeats));
  static_assert(same(Package::CounterRetired, arch::kCounterRetired));
  static_assert(same(Package::CounterCount, arch::kCounters));

  static_assert(same(Package::RegId, kRegId));
  static_assert(same(Package::RegShape, kRegShape));
  static_assert(same(Package::RegControl, kRegControl));
  static_assert(same(Package::RegStatus, kRegStatus));
  static_assert(same(Package::RegProgramAddress, kRegProgramAddress));
  static_assert(same(Package::RegProgramCount, kRegProgramCount));
  static_assert(same(Package::RegMemoryLimit, kRegMemoryLimit));
  static_assert(same(Package::RegErrorCode, kRegErrorCode));
  static_assert(same(Package::RegErrorIndex, kRegErrorIndex));
  static_assert(same(Package::RegIrqEnable, kRegIrqEnable));
  static_assert(same(Package::RegIrqStatus, kRegIrqStatus));
  static_assert(same(Package::RegLoadState, kRegLoadState));
  static_assert(same(Package::RegComputeState, kRegComputeState));
  static_assert(same(Package::RegStoreState, kRegStoreState));
  static_assert(same(Package::RegFetchState, kRegFetchState));
  static_assert(same(Package::RegCounters, kRegCounters));
};

}  // namespace hb::sim
