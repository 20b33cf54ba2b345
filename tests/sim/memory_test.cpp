// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does the memory answer in exactly the cycles of docs/timing.md, and do stalls follow from (seed,
// channel, cycle) alone?
#include "sim/memory.hpp"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/sim/fake_machine.hpp"

namespace hb::test {
namespace {

using sim::Cycles;

sim::RunOptions memory_options(std::uint32_t latency, std::uint32_t cycles_per_beat,
                               std::uint64_t stall_seed = 0) {
  sim::RunOptions options;
  options.memory = {{latency, cycles_per_beat}, stall_seed};
  return options;
}

std::vector<std::uint8_t> counting_bytes(std::size_t size) {
  std::vector<std::uint8_t> bytes(size);
  std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
  return bytes;
}

/// A memory, and the bus as it is visible in cycle `t`.
struct Bus {
  explicit Bus(const sim::RunOptions& options)
      : memory(sim::MemoryImage(counting_bytes(4096), 8191), options) {
    out.fetch_rready = out.load_rready = out.store_bready = 1;
    step();  // from nothing to readies
  }
  void step() {
    memory.step(t++, out, in);
    out.load_ar = {};
    out.store_aw = {};
  }

  sim::Memory<Tiny> memory;
  Outputs out{};
  Inputs in{};
  Cycles t = 0;
};

/// Cycles, from the AR handshake in cycle 0 on, in which a beat is visible.
std::vector<Cycles> load_beats(const sim::RunOptions& options, std::uint32_t beats, Cycles until) {
  Bus bus(options);
  while (bus.in.load_arready == 0) {
    bus.step();
  }
  const Cycles start = bus.t;
  bus.out.load_ar = {1, 0, beats};
  std::vector<Cycles> seen;
  while (bus.t < start + until) {
    if (bus.in.load_r.valid != 0) {
      seen.push_back(bus.t - start);
    }
    bus.step();
  }
  return seen;
}

TEST_CASE("the first beat is visible exactly latency cycles after the address") {
  for (const std::uint32_t latency : {1U, 2U, 7U, 100U}) {
    const std::vector<Cycles> beats = load_beats(memory_options(latency, 1), 1, latency + 3);
    REQUIRE(beats.size() == 1);
    CHECK(beats[0] == latency);
  }
}

TEST_CASE("beats follow each other every k cycles") {
  CHECK(load_beats(memory_options(5, 1), 3, 20) == std::vector<Cycles>{5, 6, 7});
  CHECK(load_beats(memory_options(5, 3), 3, 20) == std::vector<Cycles>{5, 8, 11});
}

TEST_CASE("bursts answer in order, k cycles apart, each latency after its own address") {
  Bus bus(memory_options(4, 2));
  std::vector<std::pair<Cycles, std::uint32_t>> beats;
  const Cycles start = bus.t;
  while (bus.t < start + 30) {
    if (bus.t == start) {
      bus.out.load_ar = {1, 0, 2};
    } else if (bus.t == start + 1 || bus.t == start + 12) {
      bus.out.load_ar = {1, 64, 1};
    }
    if (bus.in.load_r.valid != 0) {
      CHECK(bus.in.load_r.last == (beats.empty() ? 0U : 1U));
      beats.emplace_back(bus.t - start, bus.in.load_r.data[0] & 0xFFU);
    }
    bus.step();
  }
  // last(0) + k = 6 + 2 and not 1 + latency; the third, after a pause, latency after its address
  CHECK(beats == std::vector<std::pair<Cycles, std::uint32_t>>{{4, 0}, {6, 8}, {8, 64}, {16, 64}});
}

TEST_CASE("reads past the image give zeros") {
  Bus bus(memory_options(1, 1));
  bus.out.load_ar = {1, 4092 - 4, 1};
  bus.step();
  CHECK(bus.in.load_r.data[1] == 0xFFFEFDFCU);
  bus.out.load_ar = {1, 4096, 1};
  bus.step();
  CHECK(bus.in.load_r.valid == 1);
  CHECK(bus.in.load_r.data[0] == 0);
}

TEST_CASE(
    "write data is taken k cycles apart and only once its address is accepted; B comes latency "
    "after the last") {
  Bus bus(memory_options(5, 3));
  CHECK(bus.in.store_awready == 1);
  CHECK(bus.in.store_wready == 0);
  bus.step();
  CHECK(bus.in.store_wready == 0);
  const Cycles start = bus.t;
  bus.out.store_aw = {1, 8000, 2};
  std::vector<Cycles> taken;
  std::vector<Cycles> answers;
  while (bus.t < start + 20) {
    bus.out.store_w.valid = taken.size() < 2 ? 1 : 0;
    bus.out.store_w.last = taken.size() == 1 ? 1 : 0;
    bus.out.store_w.data = {static_cast<std::uint32_t>(0x100 + taken.size()), 7};
    if (bus.in.store_wready != 0 && bus.out.store_w.valid != 0) {
      taken.push_back(bus.t - start);
    }
    if (bus.in.store_bvalid != 0) {
      answers.push_back(bus.t - start);
    }
    bus.step();
  }
  CHECK(taken == std::vector<Cycles>{1, 4});
  CHECK(answers == std::vector<Cycles>{9});
  const std::vector<std::uint8_t> bytes = bus.memory.image().take();
  REQUIRE(bytes.size() == 8016);
  CHECK(bytes[8000] == 0);
  CHECK(bytes[8001] == 1);
  CHECK(bytes[8008] == 1);
  CHECK(bytes[8012] == 7);
}

TEST_CASE("16 bursts fit without a stall") {
  Bus bus(memory_options(100, 1));
  for (int i = 0; i < 16; ++i) {
    CHECK(bus.in.load_arready == 1);
    bus.out.load_ar = {1, 0, 1};
    bus.step();
  }
}

TEST_CASE("stalls are the same in every replay, differ between seeds, and lose no beat") {
  const auto with_seed = [](std::uint64_t seed) {
    return load_beats(memory_options(3, 1, seed), 200, 3000);
  };
  const std::vector<Cycles> first = with_seed(1);
  CHECK(first.size() == 200);
  CHECK(first == with_seed(1));
  CHECK(first != with_seed(2));
  CHECK(first != load_beats(memory_options(3, 1), 200, 3000));
}

TEST_CASE("every channel is stalled now and then") {
  const sim::Stalls stalls(42);
  for (const sim::Channel channel :
       {sim::Channel::kFetchAr, sim::Channel::kFetchR, sim::Channel::kLoadAr, sim::Channel::kLoadR,
        sim::Channel::kStoreAw, sim::Channel::kStoreW, sim::Channel::kStoreB}) {
    int count = 0;
    for (Cycles t = 0; t < 10000; ++t) {
      count += stalls.stalled(channel, t) ? 1 : 0;
    }
    CHECK(count > 3000);
    CHECK(count < 6000);
  }
}

TEST_CASE("an injected fault answers the chosen beat and no other") {
  sim::RunOptions options = memory_options(1, 1);
  options.faults = {{sim::Port::kLoad, 2, 3}, {sim::Port::kStore, 0, 2}};
  Bus bus(options);
  bus.out.load_ar = {1, 0, 4};
  std::vector<std::uint32_t> responses;
  while (responses.size() < 4) {
    bus.step();
    if (bus.in.load_r.valid != 0) {
      responses.push_back(bus.in.load_r.resp);
    }
  }
  CHECK(responses == std::vector<std::uint32_t>{0, 0, 3, 0});
}

}  // namespace
}  // namespace hb::test
