// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The smallest documents that a page takes.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace hb::test {

using Json = nlohmann::ordered_json;

inline Json small_costs() {
  return Json::parse(R"({"macs": 64, "cycles": 10, "utilization": 0.1,
    "cycles_by_cause": {"busy": 4, "fetch": 6}, "bytes_read": 128, "bytes_written": 16,
    "energy_pj": {"mac": 1.5, "memory": 2.5}, "activity": {"ratio": 0.5,
      "toggled_bits": {"operand": 1, "weight": 2, "accumulator": 3},
      "clocked_bits": {"operand": 4, "weight": 5, "accumulator": 6},
      "energy_pj_toggles": {"mac": 1}, "energy_pj_counts": {"mac": 2}},
    "mismatches": null})");
}

/// A report of a timed run with one layer of this name.
inline Json small_run(const std::string& layer = "conv1") {
  Json run = Json::parse(R"({"model": "m.onnx", "preset": "tiny", "engine": "rtl",
    "contract": "ort", "bits": "w8a8", "parts": 1, "command": "halfbyte run m.onnx",
    "memory": {"latency_cycles": 100, "bytes_per_cycle": 8, "stall_seed": 0},
    "energy": {"table": "t", "technology": "45 nm", "clock_mhz": 500, "scope": "s",
      "pj_per_mac": 0.1, "average_watts": 0.2, "machine": {"rows": 4, "columns": 4}},
    "accuracy": {"images": null, "correct": null}})");
  Json row = {{"index", 1}, {"name", layer}, {"op", "conv"}, {"shape", "1x1"}, {"bits", "w8a8"}};
  row.update(small_costs());
  run["layers"] = Json::array({row});
  run["total"] = small_costs();
  const Json unit = {{"layer", {1}}, {"start", {0}}, {"end", {10}}};
  for (const char* name : {"load", "array", "post_processor", "store"}) {
    run["timeline"][name] = unit;
  }
  return run;
}

inline Json small_sweep() {
  return Json::parse(R"({"points": [{"machine": "tiny", "model": "m", "bits": "w8a8", "cycles": 10,
    "utilization": 0.1, "macs_per_cycle": 64, "energy_total_pj": 4, "pj_per_mac": 0.1,
    "average_watts": 0.2, "buffer_bytes": 98304, "memory_latency": 100, "memory_bytes_per_cycle": 8, "bytes_read": 128, "bytes_written": 16,
    "accuracy": {"images": 10, "correct": 9, "low": 0.6, "high": 0.98}, "build": null,
    "verify": "build/halfbyte verify m"}], "refused": []})");
}

inline Json small_card() {
  return Json::parse(R"({"halfbyte_card": 1, "model": "m.onnx", "sections": [], "layers": []})");
}

}  // namespace hb::test
