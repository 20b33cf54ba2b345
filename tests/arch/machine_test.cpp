// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does the reader of machine files take exactly the machines that can work, and say what is wrong
// with the others?
#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "model/arch/error.hpp"
#include "model/arch/machine.hpp"

namespace hb::arch {
namespace {

std::string refusal(const std::string& file) {
  try {
    (void)read_machines(file);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

struct BadFile {
  const char* name;
  const char* message;  ///< what the error says after the file's name
};

constexpr BadFile kBadFiles[] = {
    {"unknown_key", "mine: unknown key colour (expected the keys rows columns"},
    {"missing_key", "mine: key weight_bytes is missing (expected the keys rows"},
    {"duplicate_key", "key rows twice in one object (expected every key once)"},
    {"duplicate_machine", "key mine twice in one object (expected every key once)"},
    {"negative", "mine: rows is -4 (expected an integer, 1..1073741824)"},
    {"zero", "mine: rows is 0 (expected an integer, 1..1073741824)"},
    {"fraction", "mine: rows is 4.0 (expected an integer"},
    {"exponent", "mine: activation_bytes is 65536.0 (expected an integer"},
    {"huge", "mine: activation_bytes is 1e+20 (expected an integer"},
    {"text_value", "mine: rows is \"4\" (expected an integer"},
    {"null_value", "mine: rows is null (expected an integer"},
    {"too_large", "mine: activation_bytes is 2147483648 (expected an integer"},
    {"rows_no_power", "mine: rows: 6 (expected a power of two, 2..32)"},
    {"rows_1", "mine: rows: 1 (expected a power of two, 2..32)"},
    {"rows_64", "mine: rows: 64 (expected a power of two, 2..32)"},
    {"columns_1", "mine: columns: 1 (expected a power of two, 4..64)"},
    {"columns_2", "mine: columns: 2 (expected a power of two, 4..64)"},
    {"columns_128", "mine: columns: 128 (expected a power of two, 4..64)"},
    {"columns_past_word", "mine: columns 16 (expected at most 4 rows = 8)"},
    {"bus_2", "mine: bus_bytes: 2 (expected a power of two, 4..64)"},
    {"bus_128", "mine: bus_bytes: 128 (expected a power of two, 4..64)"},
    {"bus_256", "mine: bus_bytes: 256 (expected a power of two, 4..64)"},
    {"bus_past_word", "mine: bus_bytes 16 (expected at most 4 rows = 8 and"},
    {"bus_past_row", "mine: bus_bytes 32 (expected at most 4 rows = 32 and 4 columns = 16)"},
    {"banks_1", "mine: activation_banks: 1 (expected a power of two, 2..32)"},
    {"banks_3", "mine: activation_banks: 3 (expected a power of two, 2..32)"},
    {"banks_64", "mine: activation_banks: 64 (expected a power of two, 2..32)"},
    {"activation_not_whole", "mine: activation_bytes 65544 (expected whole words in every bank"},
    {"bank_words_no_power", "mine: words per bank from activation_bytes: 100 (expected a power"},
    {"bank_words_8",
     "mine: words per bank from activation_bytes: 8 (expected a power of two, 16.."},
    {"weights_not_whole", "mine: weight_bytes 32772 (expected whole rows, a multiple of 16)"},
    {"weight_rows_no_power", "mine: weight rows from weight_bytes: 100 (expected a power of two"},
    {"weight_rows_below_2r",
     "mine: weight rows from weight_bytes: 4 (expected a power of two, 8.."},
    {"tiles_1", "mine: parameter_tiles: 1 (expected a power of two, 2..4096)"},
    {"tiles_no_power", "mine: parameter_tiles: 48 (expected a power of two, 2..4096)"},
    {"tiles_8192", "mine: parameter_tiles: 8192 (expected a power of two, 2..4096)"},
    {"bad_name", "Mine-1: bad name (expected lower-case letters"},
    {"no_machine", "no machine (expected a JSON object from name to machine, at least one)"},
    {"array", "no machine (expected a JSON object from name to machine, at least one)"},
    {"machine_is_number", "mine: is number (expected a JSON object)"},
    {"machine_is_empty", "mine: key rows is missing (expected the keys"},
    {"cut_off", "(expected JSON)"},
    {"empty", "(expected JSON)"},
    {"trailing_comma", "(expected JSON)"},
    {"comment", "(expected JSON)"},
};

TEST_CASE("every kind of bad machine file is refused by its own message") {
  for (const BadFile& bad : kBadFiles) {
    CAPTURE(bad.name);
    const std::string file = std::string("tests/arch/bad_machines/") + bad.name + ".json";
    const std::string message = refusal(file);
    CAPTURE(message);
    CHECK(message.rfind(file + ": ", 0) == 0);
    CHECK(message.find(bad.message) != std::string::npos);
  }
}

TEST_CASE("no bad machine file is left untested") {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator("tests/arch/bad_machines")) {
    files += entry.path().extension() == ".json" ? 1U : 0U;
  }
  CHECK(files == std::size(kBadFiles));
}

TEST_CASE("a file that is not there is refused") {
  CHECK(refusal("no/such.json") == "no/such.json: cannot be read (expected a machine file)");
  CHECK(refusal("tests/arch") == "tests/arch: cannot be read (expected a machine file)");
}

TEST_CASE("text nested without end is refused, not followed") {
  CHECK_THROWS_AS((void)parse_machines(std::string(1000000, '['), "test"), Error);
  CHECK_THROWS_AS((void)parse_machines("{\"mine\": " + std::string(1000000, '['), "test"), Error);
}

TEST_CASE("the presets are read in their order with the figures of the design") {
  const std::vector<Machine> machines = read_machines("config/machines.json");
  REQUIRE(machines.size() == 3);
  CHECK(machines[0].name == "tiny");
  CHECK(machines[1].name == "edge");
  const Machine& base = machines[2];
  CHECK(base.name == "base");
  CHECK(base.rows == 8);
  CHECK(base.columns == 32);
  CHECK(base.word_bytes() == 32);
  CHECK(base.row_bytes() == 128);
  CHECK(base.activation_words() == 32768);
  CHECK(base.bank_words() == 4096);
  CHECK(base.weight_rows() == 4096);
  CHECK(base.parameter_rows() == 256);
  CHECK(base == base);
  CHECK_FALSE(base == machines[1]);
}

Machine smallest() { return {"small", 2, 4, 4, 2, 2 * 16 * 8, 4 * 16, 2}; }

TEST_CASE("the smallest and the largest machine are taken") {
  CHECK_NOTHROW(check_machine(smallest(), "test"));
  const Machine largest = {"large", 32, 64, 64, 32, 1U << 30, 1U << 28, 4096};
  CHECK_NOTHROW(check_machine(largest, "test"));
}

TEST_CASE("a weight buffer holds at least 2R rows and no fewer") {
  Machine machine = smallest();
  machine.rows = 8;
  machine.activation_bytes = 2 * 16 * 32;
  machine.weight_bytes = 16 * 16;
  CHECK_NOTHROW(check_machine(machine, "test"));
  machine.weight_bytes = 8 * 16;
  CHECK_THROWS_AS(check_machine(machine, "test"), Error);
}

}  // namespace
}  // namespace hb::arch
