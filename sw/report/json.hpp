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

/// Of images whose classes are known.
struct Accuracy {
  std::uint64_t images = 0;
  std::uint64_t correct = 0;
};

/// What ran, and what came out.
struct RunInfo {
  std::string model;
  std::string preset;
  std::string engine;    ///< "rtl", "systemc", "golden", "lockstep" or "formula"
  std::string contract;  ///< contract_of()
  std::string bits;      ///< bits_of()
  std::optional<Accuracy> accuracy{};
  std::size_t parts = 1;  ///< that the network was cut into
  std::string command{};  ///< that makes this report again; empty: not known
  arch::MemoryModelOptions memory{};
};

/// Of all images together.
struct Simulation {
  double wall_seconds = 0;
  double cpu_seconds = 0;
  std::uint64_t peak_rss_bytes = 0;  ///< of the process that had most
  std::uint64_t images = 1;          ///< each of as many cycles and MACs as the report's total
};

/// "w8a8", "w4a8" or "w4a4" where all layers with weights have that (of a program without any: all
/// layers); "mostly-w4a4" where the first and the last of them have w8a8 and the others w4a4;
/// "mixed" of all else, and of no layers.
[[nodiscard]] std::string bits_of(const arch::Program& program);
/// "ort" or "tflite", by the CONVs; "mixed" of both; "ort" without a CONV.
[[nodiscard]] std::string contract_of(const arch::Program& program);

/// "wait_load", as in the JSON.
[[nodiscard]] std::string key_of(arch::Cause cause);

/// What is not known is null, never 0. Layers are numbered as in the table.
[[nodiscard]] nlohmann::ordered_json to_json(const Report& report, const RunInfo& info,
                                             const std::optional<Simulation>& simulation);

/// Its text: indented, but every column of "timeline" on one line; bytes that are no UTF-8 (a
/// file's name may have some) become a mark.
[[nodiscard]] std::string dump(nlohmann::ordered_json document);

}  // namespace hb::report
