// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// SCALE-Sim's configuration files (.cfg): what of them has a meaning here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace hb::scalesim {

struct Config {
  std::string run_name;
  std::uint32_t rows = 0;  ///< of an array with one product per place and cycle
  std::uint32_t columns = 0;
  std::string dataflow;  ///< "os", "ws" or "is"
  /// The slowest of the interfaces in words per cycle, where the file sets them
  /// (InterfaceBandwidth USER).
  std::optional<std::uint32_t> bandwidth;
};

/// Reads the text of `file`: sections [general], [architecture_presets], [run_presets] and others,
/// lines "key = value" or "key: value", keys in any case. Throws hb::Error naming file and line (or
/// the key that is missing) for what SCALE-Sim would not take, and for SparsitySupport.
[[nodiscard]] Config parse_config(const std::string& text, const std::string& file);

}  // namespace hb::scalesim
