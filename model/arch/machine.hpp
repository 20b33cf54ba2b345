// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A machine's parameters and the strict reader of machine files (config/machines.json or a user's
// own).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace hb::arch {

/// Parameters of one machine. The config file is their only source; derived figures are functions
/// here.
struct Machine {
  std::string name;
  std::uint32_t rows = 0;       ///< R, rows of PEs; a power of two, 2..32
  std::uint32_t columns = 0;    ///< C, columns of PEs; a power of two, 4..64, at most 4R
  std::uint32_t bus_bytes = 0;  ///< B, AXI data width; a power of two, 4..64, at most 4R and 4C
  std::uint32_t activation_banks = 0;  ///< a power of two, 2..32
  std::uint32_t activation_bytes = 0;  ///< whole activation buffer
  std::uint32_t weight_bytes = 0;      ///< whole weight buffer
  std::uint32_t parameter_tiles =
      0;  ///< output-channel tiles the parameter buffer holds; a power of two, 2..4096

  [[nodiscard]] std::uint32_t word_bytes() const { return 4 * rows; }
  [[nodiscard]] std::uint32_t row_bytes() const { return 4 * columns; }
  [[nodiscard]] std::uint32_t activation_words() const { return activation_bytes / word_bytes(); }
  [[nodiscard]] std::uint32_t bank_words() const { return activation_words() / activation_banks; }
  [[nodiscard]] std::uint32_t weight_rows() const { return weight_bytes / row_bytes(); }
  [[nodiscard]] std::uint32_t parameter_rows() const { return 4 * parameter_tiles; }

  [[nodiscard]] bool operator==(const Machine& other) const;
};

/// A key of a machine's file and the values that it may have, whatever the other keys are: what
/// they allow together is check_machine()'s.
struct MachineKey {
  const char* name;
  std::uint32_t Machine::*value;
  std::uint64_t low;
  std::uint64_t high;
  bool power_of_two;
};

/// All keys, in the order of config/machines.json.
[[nodiscard]] const std::vector<MachineKey>& machine_keys();
/// Throws hb::Error, `where` in front, unless `key` may have that value.
void check_key(const MachineKey& key, std::uint64_t value, const std::string& where);

/// Reads a machine file: a JSON object from name to machine. Throws hb::Error naming file, machine
/// and key for an unknown, missing, duplicate or mistyped key and for a size that cannot work.
[[nodiscard]] std::vector<Machine> read_machines(const std::filesystem::path& file);

/// The machines as a file holds them, from text; `origin` names the text in errors.
[[nodiscard]] std::vector<Machine> parse_machines(const std::string& text,
                                                  const std::string& origin);

/// Throws hb::Error unless every size of `machine` can work (the rules above; bank words and weight
/// rows are powers of two, at least 16 words per bank and at least 2R weight rows).
void check_machine(const Machine& machine, const std::string& origin);

}  // namespace hb::arch
