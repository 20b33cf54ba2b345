// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does the checker see each thing that a machine must not do on its bus?
#include "sim/protocol.hpp"

#include <doctest/doctest.h>

#include "tests/sim/fake_machine.hpp"

namespace hb::test {
namespace {

/// A checker with a bus on which everything is ready.
struct Checked {
  Checked() {
    out.fetch_rready = out.load_rready = out.store_bready = 1;
    in.fetch_arready = in.load_arready = in.store_awready = in.store_wready = 1;
  }
  void step() { checker.step(t++, out, in); }
  [[nodiscard]] std::string first() const {
    return violations.empty() ? "" : violations.list().front();
  }

  sim::MemoryImage image{{}, 0xFFFF};
  sim::Violations violations;
  sim::ProtocolChecker<Tiny> checker{image, violations};
  Outputs out{};
  Inputs in{};
  sim::Cycles t = 0;
};

TEST_CASE("a legal burst on every port is no violation") {
  Checked bus;
  bus.out.fetch_ar = {1, 128, 16};
  bus.out.load_ar = {1, 4096 - 64, 8};
  bus.out.store_aw = {1, 0, 2};
  bus.step();
  bus.out.fetch_ar = bus.out.load_ar = bus.out.store_aw = {};
  bus.out.store_w = {1, 0, {1, 2}};
  bus.step();
  bus.out.store_w = {1, 1, {3, 4}};
  bus.step();
  CHECK(bus.first() == "");
}

TEST_CASE("an address that changes before ready is a violation") {
  Checked bus;
  bus.in.load_arready = 0;
  bus.out.load_ar = {1, 64, 1};
  bus.step();
  bus.step();
  CHECK(bus.first() == "");
  bus.out.load_ar.address = 72;
  bus.step();
  CHECK(bus.first() == "cycle 2: load AR: valid or payload changed before ready");
}

TEST_CASE("an address that is withdrawn before ready is a violation") {
  Checked bus;
  bus.in.store_awready = 0;
  bus.out.store_aw = {1, 64, 1};
  bus.step();
  bus.out.store_aw = {};
  bus.step();
  CHECK(bus.first() == "cycle 1: store AW: valid or payload changed before ready");
}

TEST_CASE("a burst that touches the 4 KB border is legal, one that crosses it is not") {
  Checked bus;
  bus.out.load_ar = {1, 4096 - 16, 2};
  bus.step();
  CHECK(bus.first() == "");
  bus.out.load_ar = {1, 4096 - 16, 3};
  bus.step();
  CHECK(bus.first() == "cycle 1: load AR: burst at 0xff0 of 24 bytes crosses a 4 KB border");
}

TEST_CASE("a burst up to the memory limit is legal, one past it is not") {
  Checked bus;
  bus.out.load_ar = {1, 0x10000 - 8, 1};
  bus.step();
  CHECK(bus.first() == "");
  bus.out.load_ar = {1, 0x10000, 1};
  bus.step();
  CHECK(bus.first() == "cycle 1: load AR: burst at 0x10000 of 8 bytes passes the memory limit");
}

TEST_CASE("misaligned and empty bursts are violations") {
  Checked bus;
  bus.out.fetch_ar = {1, 4, 1};
  bus.step();
  CHECK(bus.first() == "cycle 0: fetch AR: address 0x4 is not a multiple of the bus width 8");
}

TEST_CASE("the 17th outstanding burst is a violation, the 16th is not") {
  Checked bus;
  bus.out.load_ar = {1, 0, 1};
  for (int i = 0; i < 16; ++i) {
    bus.step();
  }
  CHECK(bus.first() == "");
  bus.in.load_r = {1, 0, 1, {}};  // one ends as the next begins
  bus.step();
  bus.in.load_r = {};
  bus.out.load_ar = {};
  bus.step();
  CHECK(bus.first() == "");
  bus.out.load_ar = {1, 0, 1};
  bus.step();
  CHECK(bus.first() == "cycle 18: load AR: 17 bursts outstanding (expected at most 16)");
}

TEST_CASE("write data before its address, and a wrong last, are violations") {
  Checked early;
  early.out.store_w = {1, 1, {}};
  early.step();
  CHECK(early.first() == "cycle 0: store W: data before its address");

  Checked wrong;
  wrong.out.store_aw = {1, 0, 2};
  wrong.step();
  wrong.out.store_aw = {};
  wrong.out.store_w = {1, 1, {}};
  wrong.step();
  CHECK(wrong.first() == "cycle 1: store W: last is 1 with 2 beats left in the burst");
}

TEST_CASE("write data that changes before ready is a violation") {
  Checked bus;
  bus.out.store_aw = {1, 0, 1};
  bus.step();
  bus.out.store_aw = {};
  bus.in.store_wready = 0;
  bus.out.store_w = {1, 1, {5, 6}};
  bus.step();
  bus.out.store_w.data[1] = 7;
  bus.step();
  CHECK(bus.first() == "cycle 2: store W: valid or payload changed before ready");
}

TEST_CASE("a port that is not always ready for answers is a violation") {
  Checked bus;
  bus.out.load_rready = 0;
  bus.step();
  CHECK(bus.first() == "cycle 0: rready or bready is 0 (expected always 1)");
}

}  // namespace
}  // namespace hb::test
