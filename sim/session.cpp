// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/session.hpp"

#include <string_view>

namespace hb::sim {
namespace {

void expect(std::string_view what, std::uint64_t counter, std::uint64_t seen,
            const Recorder& recorder, Violations& violations) {
  if (counter != seen) {
    violations.add(recorder.total(), "counter of {} is {} ({} seen)", what, counter, seen);
  }
}

}  // namespace

void check_readout(const Readout& readout, const Recorder& recorder, const BusBeats& beats,
                   Violations& violations) {
  const auto& counters = readout.counters;
  const auto check = [&](std::string_view what, std::uint32_t counter, std::uint64_t seen) {
    expect(what, counters[counter], seen, recorder, violations);
  };
  check("total cycles", arch::kCounterTotal, recorder.total());
  std::uint64_t sum = 0;
  for (std::uint32_t i = 0; i < arch::kCauses; ++i) {
    check(arch::name(static_cast<arch::Cause>(i)), arch::kCounterCause + i, recorder.causes()[i]);
    sum += counters[arch::kCounterCause + i];
  }
  expect("all causes", sum, recorder.total(), recorder, violations);
  check("fetch beats", arch::kCounterFetchBeats, beats.fetch);
  check("load beats", arch::kCounterLoadBeats, beats.load);
  check("store beats", arch::kCounterStoreBeats, beats.store);
  for (std::uint32_t e = 0; e < arch::kEngines; ++e) {
    check(arch::name(static_cast<arch::Engine>(e)), arch::kCounterRetired + e,
          recorder.retired()[e]);
  }
  const std::uint32_t status = readout.error_code == 0 ? 2 : 4;  // done or error, not running
  if (readout.status != status) {
    violations.add(recorder.total(), "STATUS is {} with error code {} (expected {})",
                   readout.status, readout.error_code, status);
  }
  if (recorder.open() != 0) {
    violations.add(recorder.total(), "{} commands started and never retired", recorder.open());
  }
}

}  // namespace hb::sim
