// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a sweep's file asks for, checked as far as one value goes (docs/sweep.md has its form).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/machine.hpp"

namespace hb::sweep {

/// An item of `machines`: a preset, or values for every key.
struct MachineItem {
  std::string where;   ///< "FILE, line 7"
  std::string preset;  ///< a name, or a machine FILE.json beside the sweep's; empty: the keys
  std::vector<std::vector<std::uint32_t>> values;  ///< as arch::machine_keys(), at least one each
};

/// An item of `networks`.
struct Network {
  std::string where;
  std::string model;   ///< "builtin:...", or a file
  std::string images;  ///< file; empty: none, and no labels either
  std::string labels;

  [[nodiscard]] bool built_in() const { return model.rfind("builtin:", 0) == 0; }
};

/// Every list has at least one value and none twice, but for those that may be empty: nothing was
/// said.
struct Spec {
  std::string file;
  std::vector<MachineItem> machines;
  std::vector<Network> networks;
  std::vector<std::string> bits;                      ///< of built-in models; may be empty
  std::vector<std::string> residual;                  ///< "8", "4"; may be empty
  std::vector<float> width;                           ///< may be empty
  std::vector<std::string> contract;                  ///< "ort", "tflite"
  std::vector<std::uint32_t> memory_latency;          ///< cycles; may be empty
  std::vector<std::uint32_t> memory_bytes_per_cycle;  ///< may be empty: each machine's bus
};

/// Whether networks of these bits have add outputs of a precision of their own.
[[nodiscard]] bool takes_residual(const std::string& bits);

/// Whether a preset is the name of a machine's file.
[[nodiscard]] bool is_machine_file(const std::string& preset);

/// Files are found from `file`'s folder. Throws hb::Error with the line for anything that is not
/// docs/sweep.md's form; does not look for the files.
[[nodiscard]] Spec parse_spec(const std::string& text, const std::string& file);

}  // namespace hb::sweep
