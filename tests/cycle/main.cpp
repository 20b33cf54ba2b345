// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>

#include <memory>

#include "tests/cycle/bench.hpp"

namespace hb::cycle::test {
namespace {
std::unique_ptr<Bench> the_bench;
}  // namespace

Bench& bench() { return *the_bench; }

}  // namespace hb::cycle::test

int sc_main(int argc, char** argv) {
  hb::cycle::test::the_bench = std::make_unique<hb::cycle::test::Bench>("bench");
  return doctest::Context(argc, argv).run();
}
