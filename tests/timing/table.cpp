// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The table of `make timing`: networks on one machine and several memories, formula = SystemC =
// RTL. Exit code 1: they differ somewhere; 2: something could not run.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sim/hb_main.hpp"
#include "sw/cli/machines.hpp"
#include "sw/cli/workers.hpp"
#include "sw/report/text.hpp"
#include "tests/timing/cases.hpp"

namespace {

using hb::report::grouped;
using hb::test::Agreement;
using hb::test::Memory;
using hb::test::Network;
using hb::test::Result;
using Json = nlohmann::json;

struct Request {
  std::string preset = "base";
  bool fast = false;
  std::uint32_t jobs = 1;
  std::vector<std::string> files;
};

std::string to_bytes(const Result& result) {
  const Agreement& agreement = result.agreement;
  return Json{agreement.cycles,    agreement.layers, agreement.commands, agreement.compared,
              agreement.different, agreement.first,  result.bits}
      .dump();
}

Result result_of(const std::string& bytes) {
  const Json json = Json::parse(bytes);
  return {{json.at(0), json.at(1), json.at(2), json.at(3), json.at(4), json.at(5)}, json.at(6)};
}

/// Prints a row when all memories of a network have run.
class Table {
 public:
  Table(const Request& request, const std::vector<Network>& networks,
        const std::vector<Memory>& memories)
      : networks_(networks), memories_(memories) {
    std::string heading = fmt::format("{:<24} {:<11}", request.preset, "bits");
    for (const Memory& memory : memories) {
      heading +=
          fmt::format(" {:>12}", fmt::format("{} B, L {}", memory.bytes_per_cycle, memory.latency));
    }
    fmt::print("{} {:>6} {:>8} {:>4}\n", heading, "layers", "commands", "diff");
  }

  void take(std::size_t index, Result result) {
    const Network& network = networks_[index / memories_.size()];
    total_.compared += result.agreement.compared;
    total_.different += result.agreement.different;
    if (result.agreement.different > 0) {
      fmt::print(stderr, "{}, memory {}: {}\n", network.name, index % memories_.size() + 1,
                 result.agreement.first);
    }
    row_.push_back(std::move(result));
    if (row_.size() == memories_.size()) {
      print(network);
      row_.clear();
    }
    fmt::print(stderr, "{} of {} runs, {:.0f} s: {}\n", index + 1,
               networks_.size() * memories_.size(),
               std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count(),
               network.name);
  }

  /// Whether all agreed.
  [[nodiscard]] bool finish() const {
    fmt::print("{} figures compared, difference {}\n", grouped(total_.compared), total_.different);
    return total_.compared > 0 && total_.different == 0;
  }

 private:
  void print(const Network& network) const {
    std::string line = fmt::format("{:<24} {:<11}", network.name, row_.front().bits);
    std::uint64_t different = 0;
    for (const Result& result : row_) {
      line += fmt::format(" {:>12}", grouped(result.agreement.cycles));
      different += result.agreement.different;
    }
    const Agreement& first = row_.front().agreement;
    fmt::print("{} {:>6} {:>8} {:>4}\n", line, first.layers, grouped(first.commands), different);
    std::fflush(stdout);
  }

  const std::vector<Network>& networks_;
  const std::vector<Memory>& memories_;
  std::vector<Result> row_;
  Agreement total_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

bool run(const Request& request) {
  std::vector<Network> networks = hb::test::networks_for(request.preset, request.fast);
  for (const std::string& file : request.files) {
    networks.push_back(hb::test::network_of(file));
  }
  const std::vector<Memory> memories =
      hb::test::memories_for(hb::cli::find_machine(request.preset));
  Table table(request, networks, memories);
  const auto work = [&](std::size_t index) {
    return to_bytes(hb::test::run_case(networks[index / memories.size()], request.preset,
                                       memories[index % memories.size()]));
  };
  hb::cli::work_in_processes(
      networks.size() * memories.size(), request.jobs, work,
      [&](std::size_t index, const std::string& bytes) { table.take(index, result_of(bytes)); });
  return table.finish();
}

}  // namespace

int hb_main(int argc, char** argv) {
  Request request;
  CLI::App app("cycles of networks on one machine: formula = SystemC = RTL, figure by figure");
  app.add_option("--preset", request.preset, "the machine");
  app.add_flag("--fast", request.fast, "a few small networks");
  app.add_option("--jobs", request.jobs, "processes");
  app.add_option("FILE.onnx", request.files, "more networks");
  CLI11_PARSE(app, argc, argv);
  try {
    return run(request) ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "timing_table: {}\n", error.what());
    return 2;
  }
}
