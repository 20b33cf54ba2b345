// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What runs on which memory, and how all views are made to say something of it.
#pragma once

#include <string>
#include <vector>

#include "model/arch/machine.hpp"
#include "tests/timing/compare.hpp"

namespace hb::test {

/// A model with its own options, as a user types them.
struct Network {
  std::string name;  ///< for the table
  std::vector<std::string> arguments;
};

/// Deterministic memory, as a user types it.
struct Memory {
  std::uint32_t bytes_per_cycle;
  std::uint32_t latency;
};

/// Networks by name and the files in sw/networks. `fast`: a few small ones.
[[nodiscard]] std::vector<Network> networks_for(const std::string& preset, bool fast);
/// An ONNX file.
[[nodiscard]] Network network_of(const std::string& file);
/// The default, one of a quarter of the bus's width, and one of four times the latency.
[[nodiscard]] std::vector<Memory> memories_for(const arch::Machine& machine);

struct Result {
  Agreement agreement;
  std::string bits;  ///< of the program
};

/// Estimates the network as `halfbyte estimate` does, runs it on the RTL and on the SystemC
/// reference as `halfbyte run` does, each alone, and compares the three.
[[nodiscard]] Result run_case(const Network& network, const std::string& preset,
                              const Memory& memory);

}  // namespace hb::test
