// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/cycle/bench.hpp"

#include <algorithm>

namespace hb::cycle::test {
namespace {

const sc_core::sc_time kPeriod(2, sc_core::SC_PS);

constexpr std::uint32_t kControl = 0x08;
constexpr std::uint32_t kProgramAddress = 0x10;
constexpr std::uint32_t kProgramCount = 0x14;
constexpr std::uint32_t kMemoryLimit = 0x18;

}  // namespace

arch::Machine machine() {
  arch::Machine result;
  result.name = Shape::kName;
  result.rows = Shape::kRows;
  result.columns = Shape::kColumns;
  result.bus_bytes = Shape::kBusBytes;
  result.activation_banks = Shape::kBanks;
  result.activation_bytes = Shape::kActivationWords * Shape::kWordBytes;
  result.weight_bytes = Shape::kWeightRows * Shape::kRowBytes;
  result.parameter_tiles = Shape::kParameterTiles;
  return result;
}

const arch::CommandTimes& Trace::of(std::uint32_t index) const {
  const auto found = std::find_if(commands.begin(), commands.end(),
                                  [index](const auto& times) { return times.index == index; });
  HB_ASSERT(found != commands.end(), "command {} did not start", index);
  return *found;
}

Bench::Bench(const sc_core::sc_module_name& name)
    : sc_core::sc_module(name), clock_("clock", kPeriod), inputs_("inputs"), chip_("chip") {
  chip_.clock(clock_);
  chip_.inputs(inputs_);
  SC_HAS_PROCESS(Bench);
  SC_METHOD(tick);
  sensitive << clock_.posedge_event();
  dont_initialize();
}

void Bench::reset() {
  in_ = {};
  in_.fetch_arready = in_.load_arready = in_.store_awready = in_.store_wready = 1;
  for (ReadPort* port : {&fetch_port, &load_port}) port->reset(timing);
  store_port.reset(timing);
  cycles(3);
  in_.reset_n = 1;
  now_ = 0;
  trace = {};
  ran_ = false;
  cycles(2);
}

void Bench::cycles(std::uint64_t count) { sc_core::sc_start(static_cast<double>(count) * kPeriod); }

void Bench::tick() {
  chip_.observe(out_);
  follow();
  fetch_port.step(now_, out_.fetch_ar, image, in_.fetch_r);
  load_port.step(now_, out_.load_ar, image, in_.load_r);
  store_port.step(now_, out_, image, in_);
  in_.fetch_arready = in_.load_arready = 1;
  inputs_.write(in_);
  ++now_;
}

void Bench::follow() {
  if (out_.running && !ran_) {
    trace = {};
    zero_ = now_;
  }
  const std::uint64_t t = now_ - zero_;
  if (!out_.running && ran_) trace.total = t;
  ran_ = out_.running;
  if (record) follow_commands(t);
}

void Bench::follow_commands(std::uint64_t t) {
  if (out_.cause_valid) trace.causes.push_back(static_cast<arch::Cause>(out_.cause));
  for (std::uint32_t engine = 0; engine < arch::kEngines; ++engine) {
    if (out_.start[engine].valid) {
      trace.commands.push_back({out_.start[engine].index, static_cast<arch::Engine>(engine), t, 0});
    }
    if (!out_.retire[engine].valid) continue;
    // The latest started come first: few are under way.
    const auto retired =
        std::find_if(trace.commands.rbegin(), trace.commands.rend(),
                     [&](const auto& times) { return times.index == out_.retire[engine].index; });
    if (retired != trace.commands.rend()) retired->retire = t;
  }
  if (out_.fetch_ar.valid) trace.fetches.push_back(t);
  if (out_.load_write.valid) trace.load_writes.push_back(t);
  follow_words(t);
}

void Bench::follow_words(std::uint64_t t) {
  if (out_.feed_read.valid) {
    trace.feed_reads.push_back(t);
    trace.feed_addresses.push_back(out_.feed_read.address);
  }
  if (out_.store_read.valid) trace.store_reads.push_back(t);
  if (out_.residual_read.valid) {
    trace.residual_reads.push_back(t);
    trace.residual_addresses.push_back(out_.residual_read.address);
  }
  if (out_.output_write.valid) {
    trace.outputs.push_back(t);
    trace.output_addresses.push_back(out_.output_write.address);
    const auto& mask = out_.output_write.mask;
    std::uint32_t bytes = 0;
    for (const std::uint32_t bits : mask)
      bytes += static_cast<std::uint32_t>(__builtin_popcount(bits));
    if (bytes != Shape::kWordBytes) ++trace.narrow_outputs;
  }
  if (out_.copy_write.valid) trace.copies.push_back(t);
}

Access Bench::access(Access request) {
  if (request.write) {
    in_.lite_awvalid = in_.lite_wvalid = 1;
    in_.lite_awaddr = request.address;
    in_.lite_wdata = request.data;
  } else {
    in_.lite_arvalid = 1;
    in_.lite_araddr = request.address;
  }
  const auto ready = [&] { return request.write ? out_.lite_awready : out_.lite_arready; };
  const auto answered = [&] { return request.write ? out_.lite_bvalid : out_.lite_rvalid; };
  // `out_` is of the last cycle, now_ - 1; what is set now is visible one cycle after that which
  // ticks next.
  request.asked = now_ + 1;
  do cycles(1);
  while (!ready());
  request.accepted = now_ - 1;
  in_.lite_awvalid = in_.lite_wvalid = in_.lite_arvalid = 0;
  in_.lite_bready = in_.lite_rready = 1;
  do cycles(1);
  while (!answered());
  request.answered = now_ - 1;
  request.resp = request.write ? out_.lite_bresp : out_.lite_rresp;
  if (!request.write) request.data = out_.lite_rdata;
  do cycles(1);
  while (answered());
  in_.lite_bready = in_.lite_rready = 0;
  return request;
}

std::uint32_t Bench::read(std::uint32_t address) { return access({false, address}).data; }

void Bench::write(std::uint32_t address, std::uint32_t data) {
  (void)access({true, address, data});
}

void Bench::ring(const arch::Program& program) {
  image = program.memory;
  write(kProgramAddress, program.address);
  write(kProgramCount, program.count);
  write(kMemoryLimit, program.memory_limit);
  write(kControl, 1);
}

void Bench::finish(std::uint64_t limit) {
  while (!out_.running && trace.total == 0) cycles(1);
  for (std::uint64_t done = 0; out_.running; done += 64) {
    HB_ASSERT(done < limit, "the machine hangs:\n{}", chip_.describe());
    cycles(64);
  }
  cycles(8);
}

void Bench::run(const arch::Program& program, std::uint64_t limit) {
  trace = {};
  ring(program);
  finish(limit);
}

}  // namespace hb::cycle::test
