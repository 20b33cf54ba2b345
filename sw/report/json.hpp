// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The report as one JSON object. Its names are an interface: keep them stable.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "sw/report/report.hpp"

namespace hb::report {

/// What ran, and what running it took.
struct RunInfo {
  std::string model;
  std::string preset;
  std::string engine;    ///< "rtl", "systemc", "golden", "lockstep" or "formula"
  std::string contract;  ///< contract_of()
  std::string bits;      ///< "w8a8", "w4a4" or "mixed"
};

struct Simulation {
  double wall_seconds = 0;
  double cpu_seconds = 0;
  std::uint64_t peak_rss_bytes = 0;
};

/// "w8a8", "w4a8" or "w4a4" where all layers have that; "mixed" of several, and of no layers.
[[nodiscard]] std::string bits_of(const arch::Program& program);
/// "ort" or "tflite", by the CONVs; "mixed" of both; "ort" without a CONV.
[[nodiscard]] std::string contract_of(const arch::Program& program);

/// What is not known is null, never 0. Layers are numbered from 1, as in the table.
[[nodiscard]] nlohmann::ordered_json to_json(const Report& report, const RunInfo& info,
                                             const std::optional<Simulation>& simulation);

}  // namespace hb::report
