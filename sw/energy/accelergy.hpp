// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A run as Accelergy's files.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace hb::energy {

struct TextFile {
  std::string name;
  std::string text;
};

/// architecture.yaml, ERT.yaml, ART.yaml and action_counts.yaml, from the JSON report of a timed
/// run: from them Accelergy computes the run's energy and the machine's area. Throws hb::Error,
/// with `origin`, for JSON that is no such report.
[[nodiscard]] std::vector<TextFile> accelergy_files(const nlohmann::ordered_json& report,
                                                    const std::string& origin);

}  // namespace hb::energy
