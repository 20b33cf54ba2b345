// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do a topology's layers keep their work, and do the reports add up?
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <sstream>

#include "model/arch/error.hpp"
#include "sw/cost/timing.hpp"
#include "sw/scalesim/program.hpp"
#include "sw/scalesim/reports.hpp"

using namespace hb;            // NOLINT: a test
using namespace hb::scalesim;  // NOLINT
using arch::Precision;

namespace {

const std::string kLayers =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,\n"
    "stem, 33, 32, 7, 7, 3, 24, 2,\n"
    "pointwise, 14, 14, 1, 1, 24, 70, 2,\n"
    "wide, 9, 7, 3, 3, 70, 40, 1,\n"
    "last, 1, 1, 1, 1, 130, 50, 1,\n";

arch::Machine machine_named(const std::string& name) {
  const auto machines = arch::read_machines("config/machines.json");
  return *std::find_if(machines.begin(), machines.end(),
                       [&](const arch::Machine& machine) { return machine.name == name; });
}

/// A run by formula.
struct Played {
  Played(const std::string& text, const std::string& preset, const Format& format)
      : topology(parse_topology(text, "t.csv")),
        program(make_program(topology, machine_named(preset), format, {})) {
    std::vector<arch::CommandWords> commands;
    for (std::uint32_t i = 0; i < program.count; ++i) commands.push_back(program.command(i));
    timeline = cost::play(commands, program.machine, program.memory_model.timing);
    report = report::make_report(program, &timeline);
  }
  [[nodiscard]] Run run() const { return {program, timeline, report}; }

  Topology topology;
  arch::Program program;
  arch::Timeline timeline;
  report::Report report;
};

using Line = std::map<std::string, double>;

/// By the names in the first line; every line ends in a comma.
std::vector<Line> parsed(const std::string& text) {
  std::istringstream stream(text);
  std::vector<Line> lines;
  std::vector<std::string> names;
  for (std::string line; std::getline(stream, line);) {
    REQUIRE(line.back() == ',');
    std::istringstream fields(line);
    std::vector<std::string> values;
    for (std::string field; std::getline(fields, field, ',');) {
      values.push_back(field.substr(field.find_first_not_of(' ')));
    }
    if (names.empty()) {
      names = values;
      continue;
    }
    REQUIRE(values.size() == names.size());
    lines.emplace_back();
    for (std::size_t i = 0; i < names.size(); ++i) {
      lines.back()[names[i]] = std::strtod(values[i].c_str(), nullptr);
    }
  }
  return lines;
}

std::uint64_t ceil_div(std::uint64_t a, std::uint64_t b) { return (a + b - 1) / b; }

const Format kFormats[] = {{Precision::kInt8, Precision::kInt8, arch::Contract::kOrt},
                           {Precision::kInt8, Precision::kInt4, arch::Contract::kOrt},
                           {Precision::kInt4, Precision::kInt4, arch::Contract::kTflite}};

}  // namespace

TEST_CASE("every layer does the products that SCALE-Sim counts, in its order") {
  for (const Format& format : kFormats) {
    const Played played(kLayers, "tiny", format);
    REQUIRE(played.program.layers.size() == played.topology.layers.size());
    for (std::size_t i = 0; i < played.topology.layers.size(); ++i) {
      const Layer& layer = played.topology.layers[i];
      const arch::LayerInfo& info = played.program.layers[i];
      CHECK(info.name == layer.name);
      CHECK(info.precision == format.activations);
      CHECK(info.macs == std::uint64_t{layer.output_height()} * layer.output_width() *
                             layer.filter_height * layer.filter_width * layer.channels *
                             layer.filters);
    }
    CHECK(played.timeline.error == arch::ErrorCode::kNone);
  }
}

TEST_CASE("a matrix product takes the steps of its M x N x K") {
  const Played played("Layer, M, N, K,\ng, 37, 50, 100,\n", "tiny", kFormats[0]);
  const arch::Machine& machine = played.program.machine;
  CHECK(played.program.layers[0].macs == 37 * 50 * 100);
  const std::uint64_t steps = ceil_div(37, machine.rows) * ceil_div(50, machine.columns) *
                              machine.rows * ceil_div(100, 4 * machine.rows);
  const Line line = parsed(compute_report(played.run())).at(0);
  CHECK(line.at("Mapping Efficiency %") ==
        doctest::Approx(100.0 * 37 * 50 * 100 /
                        static_cast<double>(steps * 4 * machine.rows * machine.columns)));
}

TEST_CASE("cycles add up to the run, and those that wait are among them") {
  for (const char* preset : {"tiny", "base"}) {
    for (const Format& format : kFormats) {
      const Played played(kLayers, preset, format);
      const std::vector<Line> lines = parsed(compute_report(played.run()));
      REQUIRE(lines.size() == played.topology.layers.size());
      double sum = 0, stalls = 0;
      for (std::size_t i = 0; i < lines.size(); ++i) {
        const Line& line = lines[i];
        const double total = line.at("Total Cycles"), stall = line.at("Stall Cycles");
        const auto cycles = static_cast<double>(*played.report.layers[i].cycles);
        CHECK(line.at("LayerID") == static_cast<double>(i));
        CHECK(line.at("Total Cycles (incl. prefetch)") == cycles);
        CHECK(total <= cycles);
        CHECK(stall <= total);
        const double ideal =
            100 * static_cast<double>(played.report.layers[i].layer.macs) /
            static_cast<double>(report::macs_per_cycle(played.program.machine, format.activations));
        CHECK(line.at("Overall Util %") * total == doctest::Approx(total == 0 ? 0 : ideal));
        CHECK(line.at("Compute Util %") * (total - stall) ==
              doctest::Approx(total == stall ? 0 : ideal));
        CHECK(line.at("Mapping Efficiency %") <= 100);
        sum += cycles;
        stalls += stall;
      }
      CHECK(sum == static_cast<double>(played.timeline.total));
      CHECK(lines[0].at("Total Cycles") < lines[0].at("Total Cycles (incl. prefetch)"));
      CHECK(stalls > 0);
    }
  }
}

TEST_CASE("words per cycle times cycles are the bytes that were moved") {
  for (const Format& format : kFormats) {
    const Played played(kLayers, "tiny", format);
    const std::vector<Line> lines = parsed(bandwidth_report(played.run()));
    const double bits = format.activations == Precision::kInt4 ? 4 : 8;
    const double weight_bits = format.weights == Precision::kInt4 ? 4 : 8;
    const arch::Machine& machine = played.program.machine;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const report::Row& row = played.report.layers[i];
      const Layer& layer = played.topology.layers[i];
      const auto cycles = static_cast<double>(row.cycles.value());
      REQUIRE(cycles > 0);
      const auto words = [&](const char* name) { return lines[i].at(name) * cycles; };
      CHECK(words("Avg OFMAP DRAM BW") * bits / 8 ==
            doctest::Approx(static_cast<double>(row.bytes_written)));
      // Parameters are 16 bytes per output channel, whole tiles of them, and no operand.
      const double parameters =
          static_cast<double>(ceil_div(layer.filters, machine.columns) * 4 * machine.row_bytes());
      const double loaded = words("Avg IFMAP DRAM BW") * bits / 8 +
                            words("Avg FILTER DRAM BW") * weight_bits / 8 + parameters;
      CHECK(loaded == doctest::Approx(static_cast<double>(row.bytes_read)));
      // A step reads R and C operand words of as many values.
      CHECK(words("Avg IFMAP SRAM BW") * machine.columns ==
            doctest::Approx(words("Avg FILTER SRAM BW") * machine.rows));
      const double outputs = static_cast<double>(layer.output_height()) * layer.output_width() *
                             static_cast<double>(ceil_div(layer.filters, machine.columns)) *
                             machine.columns;
      CHECK(words("Avg OFMAP SRAM BW") == doctest::Approx(outputs));
    }
  }
}

TEST_CASE("a layer that the machine can't hold is refused, naming file and line") {
  std::string message;
  try {
    const Played played("Layer, M, N, K,\nsmall, 2, 2, 2,\nhuge, 65535, 65535, 65535,\n", "tiny",
                        kFormats[0]);
  } catch (const Error& error) {
    message = error.what();
  }
  CHECK(message.rfind("t.csv: line 3: ", 0) == 0);
}
