// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/driver.hpp"

namespace hb::sim {
namespace {

LiteAccess read(std::uint32_t address) { return {false, address, 0}; }
LiteAccess write(std::uint32_t address, std::uint32_t data) { return {true, address, data}; }

std::uint32_t shape_value(const arch::Machine& machine) {
  return machine.rows | machine.columns << 8 | machine.bus_bytes << 16;
}

}  // namespace

Driver::Driver(const arch::Program& program, const RunOptions& options, Violations& violations)
    : violations_(violations),
      stalls_(options.memory.stall_seed),
      lite_(options.memory.stall_seed),
      abort_(options.abort),
      poke_(stalls_.enabled() && !options.abort),
      warm_(options.warm) {
  script_ = {
      {read(kRegId), kIdValue},
      {read(kRegShape), shape_value(program.machine)},
      {write(kRegProgramAddress, program.address), std::nullopt},
      {write(kRegProgramCount, program.count), std::nullopt},
      {write(kRegMemoryLimit, program.memory_limit), std::nullopt},
      {write(kRegIrqEnable, 1), std::nullopt},
      {read(kRegProgramAddress), program.address},
      {read(kRegProgramCount), program.count},
      {read(kRegMemoryLimit), program.memory_limit},
      {write(kRegControl, kControlStart), std::nullopt},
  };
}

void Driver::answer(Cycles t) {
  if (phase_ == Phase::kRun || position_ == 0 || position_ > script_.size()) {
    return;  // of a look at a running machine
  }
  const Step& step = script_[position_ - 1];
  const LiteAnswer& got = lite_.answer();
  if (got.resp != kRespOkay) {
    violations_.add(t, "AXI4-Lite {} of {:#x} answered {} (expected OKAY)",
                    step.access.write ? "write" : "read", step.access.address, got.resp);
  }
  if (step.expected && got.data != *step.expected) {
    violations_.add(t, "register {:#x} is {:#x} (expected {:#x})", step.access.address, got.data,
                    *step.expected);
  }
  answers_.push_back(got.data);
}

void Driver::next_in_run(Cycles t, bool running, bool irq) {
  if (running) {
    if (abort_ && run_cycle_ >= *abort_) {
      pending_ = write(kRegControl, kControlAbort);
      abort_.reset();
    } else if (poke_) {
      pending_ = poke(t);
    }
  } else if (seen_running_) {
    if (!irq) {
      violations_.add(t, "irq is 0 at the end of the program (expected 1)");
    }
    begin_readout();
  }
}

LiteAccess Driver::poke(Cycles t) const {
  const std::uint64_t hash = stalls_.hash(Channel::kPoke, t) >> 8;
  const auto random = static_cast<std::uint32_t>(hash >> 8);
  switch (hash % 8) {
    case 0:
      return write(kRegProgramAddress + 4 * (random % 3), random);  // refused while running
    case 1:
      return write(random % 2 == 0 ? kRegId : kRegErrorCode, random);  // read-only
    case 2:
      return read(random % 0x1000);  // mostly unmapped or misaligned
    case 3:
    case 4:
      return read(kRegLoadState + 4 * (random % 4));
    case 5:
      return read(4 * (random % 16));
    default:
      return read(kRegCounters + 4 * (random % (2 * arch::kCounters)));
  }
}

void Driver::begin_readout() {
  phase_ = Phase::kReadout;
  script_ = {{read(kRegStatus), std::nullopt},
             {read(kRegErrorCode), std::nullopt},
             {read(kRegErrorIndex), std::nullopt},
             {read(kRegIrqStatus), 1}};
  for (std::uint32_t i = 0; i < 2 * arch::kCounters; ++i) {
    script_.push_back({read(kRegCounters + 4 * i), std::nullopt});
  }
  script_.push_back({write(kRegIrqStatus, 1), std::nullopt});
  script_.push_back({read(kRegIrqStatus), 0});
  position_ = 0;
  answers_.clear();
}

void Driver::next_in_script(Cycles t, bool irq) {
  if (position_ < script_.size()) {
    pending_ = script_[position_++].access;
  } else {
    finish_script(t, irq);
  }
}

void Driver::finish_script(Cycles t, bool irq) {
  switch (phase_) {
    case Phase::kSetup:
      phase_ = Phase::kRun;
      break;
    case Phase::kReadout:
      keep_readout();
      if (irq) {
        violations_.add(t, "irq is 1 after it was cleared (expected 0)");
      }
      phase_ = Phase::kDone;
      break;
    default:
      states_ = EngineStates{answers_[0], answers_[1], answers_[2], answers_[3]};
      phase_ = Phase::kDone;
      break;
  }
}

void Driver::keep_readout() {
  readout_.status = answers_[0];
  readout_.error_code = answers_[1];
  readout_.error_index = answers_[2];
  readout_.irq_status = answers_[3];
  for (std::uint32_t i = 0; i < arch::kCounters; ++i) {
    readout_.counters[i] = answers_[4 + 2 * i] | static_cast<std::uint64_t>(answers_[5 + 2 * i])
                                                     << 32;
  }
}

void Driver::give_up(Cycles t) {
  if (hang_since_) {
    phase_ = t > *hang_since_ + kStatePatience ? Phase::kDone : phase_;
    return;
  }
  hang_since_ = t;
  phase_ = Phase::kHang;
  script_.clear();
  for (std::uint32_t i = 0; i < 4; ++i) {
    script_.push_back({read(kRegLoadState + 4 * i), std::nullopt});
  }
  position_ = 0;
  answers_.clear();
  pending_.reset();
}

}  // namespace hb::sim
