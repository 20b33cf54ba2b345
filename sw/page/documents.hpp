// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a page is made from: reports of runs, quantization cards, sweeps, as JSON files.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

namespace hb::page {

enum class Kind : std::uint8_t { kRun, kCard, kSweep };

struct Document {
  Kind kind = Kind::kRun;
  std::string file;    ///< its name, as the user gave it
  std::string sha256;  ///< of its bytes
  nlohmann::ordered_json json;
};

/// The document in `text`, with all that the page reads in it. Throws hb::Error that names `file`,
/// the place and what was expected for anything else.
[[nodiscard]] Document parse_document(const std::string& text, const std::string& file);

}  // namespace hb::page
