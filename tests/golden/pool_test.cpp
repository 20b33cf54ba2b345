// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does POOL give what a maximum from first principles gives?
#include <doctest/doctest.h>

#include "model/arch/machine.hpp"
#include "model/golden/operators.hpp"
#include "tests/golden/bench.hpp"
#include "tests/support/seed.hpp"

namespace {

using namespace hb;
using arch::Buffer;
using arch::Pool;
using arch::Precision;
using test::Random;

/// Any window that fits, with more padding than the kernel at times, so that some lie outside.
Pool random_pool(Random& random) {
  Pool pool;
  pool.precision = random.chance(50) ? Precision::kInt4 : Precision::kInt8;
  pool.input_height = static_cast<std::uint16_t>(random.pick(1, 9));
  pool.input_width = static_cast<std::uint16_t>(random.pick(1, 9));
  pool.kernel_height = static_cast<std::uint8_t>(random.pick(1, 9));
  pool.kernel_width = static_cast<std::uint8_t>(random.pick(1, 8));
  pool.stride_y = static_cast<std::uint8_t>(random.pick(1, 4));
  pool.stride_x = static_cast<std::uint8_t>(random.pick(1, 4));
  pool.pad_top = static_cast<std::uint8_t>(random.pick(0, pool.kernel_height));
  pool.pad_left = static_cast<std::uint8_t>(random.pick(0, pool.kernel_width));
  pool.channel_words = static_cast<std::uint16_t>(random.pick(1, 3));
  pool.output_height = static_cast<std::uint16_t>(random.pick(1, 9));
  pool.output_width = static_cast<std::uint16_t>(random.pick(1, 9));
  pool.input_plane = static_cast<std::uint32_t>(pool.input_height) * pool.input_width;
  pool.output_plane = static_cast<std::uint32_t>(pool.pixels());
  pool.output_address = 400;
  return pool;
}

golden::Windows windows_of(const Pool& pool) {
  return {pool.kernel_height, pool.kernel_width, pool.stride_y,      pool.stride_x,
          pool.pad_top,       pool.pad_left,     pool.output_height, pool.output_width};
}

TEST_CASE("random POOLs of both precisions are maxima of their windows") {
  const std::uint64_t seed = test::run_seed();
  MESSAGE("HB_SEED=", seed);
  Random random(seed);
  for (int round = 0; round < 500; ++round) {
    for (const arch::Machine& machine : arch::read_machines("config/machines.json")) {
      const Pool pool = random_pool(random);
      const std::int32_t most = pool.precision == Precision::kInt4 ? 7 : 127;
      const std::uint32_t channels =
          pool.channel_words * test::word_channels(machine, pool.precision);
      arch::Tensor input{channels, pool.input_height, pool.input_width, {}};
      input.codes.resize(input.index(channels, 0, 0));
      for (auto& code : input.codes) code = static_cast<std::int8_t>(random.range(-most - 1, most));
      test::Bench bench(machine);
      bench.put(Buffer::kActivation, 0, test::pack_tensor(machine, pool.precision, input));
      bench.run(pool);
      const arch::Tensor wanted =
          golden::max_pool(input, windows_of(pool), static_cast<std::int8_t>(-most - 1));
      const auto words = static_cast<std::uint32_t>(pool.channel_words * pool.pixels());
      INFO("round ", round, " on ", machine.name);
      REQUIRE(bench.read(400, words) == test::pack_tensor(machine, pool.precision, wanted));
      REQUIRE(bench.result().error == arch::ErrorCode::kNone);
      CHECK(bench.undefined().empty());
    }
  }
}

}  // namespace
