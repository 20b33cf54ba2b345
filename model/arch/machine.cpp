// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The strict reader of machine files; cmake/Machines.cmake keeps the same rules.
#include "model/arch/machine.hpp"

#include <string_view>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "model/arch/json.hpp"

namespace hb::arch {

namespace {

constexpr std::uint64_t kLargestValue = 1U << 30;
constexpr std::uint64_t kLargestMemoryRows = 1U << 20;  ///< of one bank or of the weight buffer

struct Range {
  std::uint64_t low;
  std::uint64_t high;
};

void require_power_of_two(std::uint64_t value, Range range, const std::string& what) {
  const bool power = value != 0 && (value & (value - 1)) == 0;
  if (!power || value < range.low || value > range.high) {
    throw bad_input(what, fmt::format("{}", value),
                    fmt::format("a power of two, {}..{}", range.low, range.high));
  }
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  if (text.empty() || !letter(text.front())) {
    return false;
  }
  for (const char c : text) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '_') {
      return false;
    }
  }
  return true;
}

void check_buffers(const Machine& machine, const std::string& where) {
  const std::uint64_t bank_row = std::uint64_t{machine.word_bytes()} * machine.activation_banks;
  if (machine.activation_bytes % bank_row != 0) {
    throw bad_input(where, fmt::format("activation_bytes {}", machine.activation_bytes),
                    fmt::format("whole words in every bank, a multiple of {}", bank_row));
  }
  if (machine.weight_bytes % machine.row_bytes() != 0) {
    throw bad_input(where, fmt::format("weight_bytes {}", machine.weight_bytes),
                    fmt::format("whole rows, a multiple of {}", machine.row_bytes()));
  }
  require_power_of_two(machine.activation_bytes / bank_row, {16, kLargestMemoryRows},
                       where + ": words per bank from activation_bytes");
  require_power_of_two(machine.weight_rows(), {2 * machine.rows, kLargestMemoryRows},
                       where + ": weight rows from weight_bytes");
}

Machine read_machine(const std::string& name, const Json& object, const std::string& origin) {
  const std::string where = origin + ": " + name;
  if (!is_name(name)) {
    throw bad_input(where, "bad name", "lower-case letters, digits and _, a letter first");
  }
  require_keys(object,
               {"rows", "columns", "bus_bytes", "activation_banks", "activation_bytes",
                "weight_bytes", "parameter_tiles"},
               where);
  const auto read = [&](const char* key) {
    return static_cast<std::uint32_t>(read_integer(object, key, 1, kLargestValue, where));
  };
  Machine machine;
  machine.name = name;
  for (const MachineKey& key : machine_keys()) machine.*key.value = read(key.name);
  check_machine(machine, origin);
  return machine;
}

}  // namespace

bool Machine::operator==(const Machine& other) const {
  return name == other.name && rows == other.rows && columns == other.columns &&
         bus_bytes == other.bus_bytes && activation_banks == other.activation_banks &&
         activation_bytes == other.activation_bytes && weight_bytes == other.weight_bytes &&
         parameter_tiles == other.parameter_tiles;
}

const std::vector<MachineKey>& machine_keys() {
  static const std::vector<MachineKey> keys = {
      {"rows", &Machine::rows, 2, 32, true},
      {"columns", &Machine::columns, 4, 64, true},
      {"bus_bytes", &Machine::bus_bytes, 4, 64, true},
      {"activation_banks", &Machine::activation_banks, 2, 32, true},
      {"activation_bytes", &Machine::activation_bytes, 1, kLargestValue, false},
      {"weight_bytes", &Machine::weight_bytes, 1, kLargestValue, false},
      {"parameter_tiles", &Machine::parameter_tiles, 2, 4096, true}};
  return keys;
}

void check_key(const MachineKey& key, std::uint64_t value, const std::string& where) {
  const std::string what = where + ": " + key.name;
  if (key.power_of_two) return require_power_of_two(value, {key.low, key.high}, what);
  if (value < key.low || value > key.high) {
    throw bad_input(what, fmt::format("{}", value),
                    fmt::format("an integer from {} to {}", key.low, key.high));
  }
}

void check_machine(const Machine& machine, const std::string& origin) {
  const std::string where = origin + ": " + machine.name;
  for (const MachineKey& key : machine_keys()) check_key(key, machine.*key.value, where);
  if (machine.columns > 4 * machine.rows) {
    throw bad_input(where, fmt::format("columns {}", machine.columns),
                    fmt::format("at most 4 rows = {}", 4 * machine.rows));
  }
  if (machine.bus_bytes > machine.word_bytes() || machine.bus_bytes > machine.row_bytes()) {
    throw bad_input(where, fmt::format("bus_bytes {}", machine.bus_bytes),
                    fmt::format("at most 4 rows = {} and 4 columns = {}", machine.word_bytes(),
                                machine.row_bytes()));
  }
  check_buffers(machine, where);
}

std::vector<Machine> parse_machines(const std::string& text, const std::string& origin) {
  const Json file = parse_json(text, origin);
  if (!file.is_object() || file.empty()) {
    throw bad_input(origin, "no machine", "a JSON object from name to machine, at least one");
  }
  std::vector<Machine> machines;
  for (const auto& item : file.items()) {
    machines.push_back(read_machine(item.key(), item.value(), origin));
  }
  return machines;
}

std::vector<Machine> read_machines(const std::filesystem::path& file) {
  return parse_machines(read_file(file, "a machine file"), file.string());
}

}  // namespace hb::arch
