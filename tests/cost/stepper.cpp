// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Program, fetch, dispatch, control and causes; the engines are in stepper_engines.cpp.
#include "tests/cost/stepper.hpp"

#include <algorithm>

namespace hb::cost::test {

using arch::Cause;
using arch::Engine;

namespace {

constexpr std::size_t at(Engine engine) { return static_cast<std::size_t>(engine); }
constexpr std::array<std::uint32_t, 3> kQueueDepth = {8, 4, 8};  // load, compute, store

}  // namespace

ReadChannel::Beat ReadChannel::cycle(Cycles now) {
  Beat beat;
  if (!bursts_.empty() && now >= bursts_.front().accepted + timing_.latency && now >= next_beat_) {
    beat.valid = true;
    next_beat_ = now + timing_.cycles_per_beat;
    beat.last = --bursts_.front().beats_left == 0;
    if (beat.last) {
      bursts_.pop_front();
    }
  }
  return beat;
}

Stepper::Stepper(const std::vector<arch::CommandWords>& commands, const arch::Machine& machine,
                 const arch::MemoryTiming& memory)
    : commands_(commands),
      machine_(machine),
      memory_(memory),
      fetch_channel_(memory),
      load_channel_(memory) {
  for (std::uint32_t i = 0; i + 1 < commands.size(); ++i) {
    const Engine engine =
        arch::engine_of(static_cast<arch::Opcode>(arch::opcode_bits(commands[i])));
    lists_[at(engine)].push_back(describe(i));
  }
}

Stepper::Command Stepper::describe(std::uint32_t index) const {
  Command command;
  command.index = index;
  command.words = commands_[index];
  command.common = arch::decode_common(command.words);
  switch (arch::opcode_bits(command.words)) {
    case 4:
      describe_conv(command);
      break;
    case 5:
      describe_pool(command);
      break;
    default:
      describe_transfer(command);
  }
  return command;
}

void Stepper::describe_conv(Command& command) const {
  const arch::Conv conv = arch::decode_conv(command.words);
  for (std::uint32_t n = 0; n < conv.tiles; ++n) {
    for (std::uint64_t p = 0; p * machine_.rows < conv.pixels(); ++p) {
      command.steps += std::uint64_t{conv.channel_words} * conv.kernel_height * conv.kernel_width *
                       machine_.rows;
    }
  }
  command.drain = Cycles{machine_.rows} + machine_.columns + 21;
}

void Stepper::describe_pool(Command& command) const {
  const arch::Pool pool = arch::decode_pool(command.words);
  const std::uint64_t last_column = (pool.output_width - 1ULL) * pool.stride_x;
  const std::uint64_t last_row = (machine_.rows - 1ULL) * pool.stride_y;
  for (std::uint32_t cw = 0; cw < pool.channel_words; ++cw) {
    for (std::uint32_t oy = 0; oy < pool.output_height; oy += machine_.rows) {
      for (std::uint64_t x = 0; x < last_column + pool.kernel_width; ++x) {
        command.steps += last_row + pool.kernel_height;
      }
    }
  }
  command.drain = Cycles{machine_.rows} + 3;
  command.pool = true;
}

void Stepper::describe_transfer(Command& command) const {
  const arch::Transfer transfer = arch::decode_transfer(command.words);
  command.beats = std::uint64_t{segment_beats(transfer)} * transfer.segments;
  command.words_read = std::uint64_t{transfer.rows} * transfer.segments;
  for (BurstWalker walker; !walker.done; ++command.bursts) {
    next_burst(transfer, walker);
  }
}

std::uint32_t Stepper::segment_beats(const arch::Transfer& command) const {
  const std::uint32_t bytes =
      command.buffer == arch::Buffer::kActivation ? 4 * machine_.rows : 4 * machine_.columns;
  return command.rows * bytes / machine_.bus_bytes;
}

std::uint32_t Stepper::next_burst(const arch::Transfer& command, BurstWalker& walker) const {
  const std::uint32_t beats = segment_beats(command);
  const std::uint64_t first =
      command.memory_address + std::uint64_t{walker.segment} * command.memory_stride;
  std::uint32_t length = 0;
  do {
    ++length;
    ++walker.beat;
  } while (walker.beat < beats && length < 256 &&
           (first + std::uint64_t{walker.beat} * machine_.bus_bytes) % 4096 != 0);
  if (walker.beat == beats) {
    walker.beat = 0;
    ++walker.segment;
    walker.done = walker.segment == command.segments;
  }
  return length;
}

const Stepper::Command& Stepper::head(Engine engine) const {
  return lists_[at(engine)][r_.popped[at(engine)]];
}

bool Stepper::tokens_there(Engine engine, const arch::Common& common) const {
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((common.wait >> bit & 1) != 0 && r_.tokens[at(engine)][bit] == 0) {
      return false;
    }
  }
  return true;
}

void Stepper::start(Engine engine, std::uint32_t index) { n_.start[at(engine)] = {true, index}; }
void Stepper::retire(Engine engine, std::uint32_t index) { n_.retire[at(engine)] = {true, index}; }

void Stepper::step_fetch() {
  if (r_.fetch_ar) {
    fetch_channel_.handshake(now_, arch::kCommandBytes / machine_.bus_bytes);
    n_.fetch_ar = false;
  }
  if (!r_.ended && r_.requests < commands_.size() && r_.credits > 0) {
    n_.fetch_ar = true;
    ++n_.requests;
    --n_.credits;
    ++n_.outstanding;
  }
  const ReadChannel::Beat beat = fetch_channel_.cycle(now_);
  if (beat.valid) {
    ++timeline_.counters[arch::kCounterFetchBeats];
  }
  if (beat.last) {
    ++n_.received;
    --n_.outstanding;
  }
}

void Stepper::step_dispatch() {
  n_.dispatch = {};
  switch (r_.stage) {
    case Stage::kA:
      if (r_.received > r_.left) {
        n_.stage = Stage::kB;
      }
      return;
    case Stage::kB:
      n_.stage = Stage::kC;
      return;
    case Stage::kC:
      n_.stage = Stage::kD;
      return;
    case Stage::kHalted:
      return;
    case Stage::kD:
      break;
  }
  const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(commands_[r_.left]));
  if (opcode == arch::Opcode::kEnd) {
    n_.ended = true;
    n_.stage = Stage::kHalted;
    return;
  }
  const std::size_t engine = at(arch::engine_of(opcode));
  if (r_.pushed[engine] - r_.popped[engine] < kQueueDepth[engine]) {
    ++n_.pushed[engine];
    n_.dispatch[engine] = true;
    ++n_.left;
    ++n_.credits;
    n_.stage = Stage::kA;
  }
}

void Stepper::step_tokens() {
  for (std::uint32_t e = 0; e < 3; ++e) {
    const auto engine = static_cast<Engine>(e);
    for (std::uint32_t bit = 0; bit < 8; ++bit) {
      if (r_.retire[e].valid &&
          (arch::decode_common(commands_[r_.retire[e].index]).signal >> bit & 1) != 0) {
        ++n_.tokens[at(arch::token_peer(engine, bit))][arch::peer_bit(engine, bit)];
      }
      if (r_.start[e].valid &&
          (arch::decode_common(commands_[r_.start[e].index]).wait >> bit & 1) != 0) {
        --n_.tokens[e][bit];
      }
    }
  }
}

void Stepper::step_control() {
  for (std::uint32_t e = 0; e < 3; ++e) {
    n_.pending += (r_.dispatch[e] ? 1U : 0U) - (r_.start[e].valid ? 1U : 0U);
    n_.active += (r_.start[e].valid ? 1U : 0U) - (r_.retire[e].valid ? 1U : 0U);
  }
}

bool Stepper::token_missing(Engine from) const {
  const arch::Common common = lists_[at(Engine::kCompute)][r_.slot_command].common;
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((common.wait >> bit & 1) != 0 && arch::token_peer(Engine::kCompute, bit) == from &&
        r_.tokens[at(Engine::kCompute)][bit] == 0) {
      return true;
    }
  }
  return false;
}

Cause Stepper::cause() const {
  if (r_.issuing) {
    return Cause::kBusy;
  }
  if (r_.slot) {
    const Command& command = lists_[at(Engine::kCompute)][r_.slot_command];
    return token_missing(Engine::kLoad)    ? Cause::kWaitLoad
           : token_missing(Engine::kStore) ? Cause::kWaitStore
           : slot_blocked_by_post(command) ? Cause::kWaitPost
           : slot_blocked_by_mode(command) ? Cause::kModeChange
                                           : Cause::kStart;
  }
  return r_.pushed[at(Engine::kCompute)] > r_.popped[at(Engine::kCompute)] ? Cause::kStart
         : !r_.ended                                                       ? Cause::kFetch
         : r_.in_flight > 0                                                ? Cause::kDrain
         : r_.pending > 0 || r_.active > 0                                 ? Cause::kTransfer
                                                                           : Cause::kFinish;
}

bool Stepper::finishes() const {
  const bool started = r_.start[0].valid || r_.start[1].valid || r_.start[2].valid;
  return !started && r_.active == 0 && r_.outstanding == 0 && r_.ended && r_.pending == 0;
}

void Stepper::record(Cause cause) {
  ++timeline_.counters[arch::kCounterCause + static_cast<std::uint32_t>(cause)];
  if (timeline_.causes.empty() || timeline_.causes.back().cause != cause) {
    timeline_.causes.push_back({now_, cause});
  }
  for (std::uint32_t e = 0; e < 3; ++e) {
    if (r_.start[e].valid) {
      timeline_.commands.push_back({r_.start[e].index, static_cast<Engine>(e), now_, 0});
    }
    if (r_.retire[e].valid) {
      ++timeline_.counters[arch::kCounterRetired + e];
      for (arch::CommandTimes& times : timeline_.commands) {
        times.retire = times.index == r_.retire[e].index ? now_ : times.retire;
      }
    }
  }
}

arch::Timeline Stepper::run(Cycles limit) {
  for (; now_ < limit; ++now_) {
    n_ = r_;
    n_.start = {};
    n_.retire = {};
    record(cause());
    if (finishes()) {
      timeline_.total = now_ + 1;
      break;
    }
    step_fetch();
    step_dispatch();
    step_load();
    step_store_front();
    step_store_sender();
    step_store_answers();
    step_compute();
    step_tokens();
    step_control();
    r_ = n_;
    store_bursts_.insert(store_bursts_.end(), new_bursts_.begin(), new_bursts_.end());
    new_bursts_.clear();
  }
  timeline_.counters[arch::kCounterTotal] = timeline_.total;
  std::sort(timeline_.commands.begin(), timeline_.commands.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  return timeline_;
}

}  // namespace hb::cost::test
