// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <limits>
#include <map>

#include "model/arch/error.hpp"
#include "model/arch/events.hpp"
#include "sw/cli/wave.hpp"

namespace hb::cli {

namespace {

constexpr const char* kAbout =
    "Halfbyte: an int4/int8 systolic-array accelerator, simulated to the bit and the cycle.";

constexpr const char* kFooter = R"(
MODEL is one of
  FILE.hbp                         a compiled program (halfbyte compile writes one)
  builtin:resnet50/layer2.0.conv2  a layer of a real network (others: layer1.0.conv2,
                                   layer1.0.conv3, layer3.1.conv2, layer4.1.conv2)
  builtin:conv:CINxHxW:COUTxKHxKW[:sS|:sYxX][:pP|:pTOPxLEFTxBOTTOMxRIGHT][:add|:add-first]
                                   any convolution: s is the stride, p the padding; add adds a
                                   tensor to its output (add-first: as the first operand)
  builtin:maxpool:CxHxW:KHxKW[:sS|:sYxX][:pP|:pTOPxLEFTxBOTTOMxRIGHT]
  builtin:avgpool:CxHxW            global average
  builtin:fc:CIN:COUT              fully connected
  builtin:requantize:CxHxW         int8 to int4, or with --bits w4a4 int4 to int8
Built-in layers make their weights and input from --seed: same seed, same bytes.

Examples
  halfbyte presets
      the machines that are built in
  halfbyte verify builtin:resnet50/layer2.0.conv2 --bits w4a4
      RTL and SystemC in lockstep, every byte against the golden model, every
      cycle against the formulas; prints the layer's table
  halfbyte verify builtin:conv:24x15x17:40x3x5:s2x1:p1x2x0x2 --preset tiny --stall-seed 7
      odd sizes, asymmetric padding, a memory that stalls at random
  halfbyte verify builtin:conv:64x14x14:64x1x1:add --bits w4a8 --contract tflite
      int4 weights for int8 activations, a residual, TFLite's rounding
  halfbyte run builtin:resnet50/layer3.1.conv2 --preset edge --json edge.json
      the RTL alone, faster; the same table as JSON
  halfbyte run builtin:conv:16x8x8:16x3x3:p1 --wave conv.fst --wave-cycles 100:300
      the same with waves of 201 cycles, every array included
  halfbyte estimate builtin:resnet50/layer2.0.conv2 --memory-latency 300
      the same cycles by formula, in milliseconds
  halfbyte compile builtin:resnet50/layer2.0.conv2 -o layer.hbp
  halfbyte disasm layer.hbp
      the program that the machine runs, and its listing

Exit codes: 0 good, 1 mismatch, 2 bad input or usage, 3 the program stops the machine
with an error or hangs it, whichever engine found that out.)";

constexpr std::uint64_t kMost64 = std::numeric_limits<std::uint64_t>::max();

/// Takes decimal integers only; CLI11's own reader wraps, and reads 010 as 8.
CLI::Validator integer(std::uint64_t low, std::uint64_t high) {
  const std::string range =
      fmt::format("{} to {}", low, high == kMost64 ? "2^64-1" : std::to_string(high));
  const auto read = [=](std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool good = error == std::errc() && end == text.data() + text.size();
    if (!good || value < low || value > high) {
      return fmt::format("\"{}\" (expected an integer from {})", text, range);
    }
    text = std::to_string(value);
    return std::string();
  };
  return CLI::Validator(read, range, "integer");
}

CLI::Validator not_empty(const char* expected) {
  return CLI::Validator(
      [=](const std::string& text) {
        return text.empty() ? fmt::format("an empty name (expected {})", expected) : "";
      },
      "", "not empty");
}

/// Options that say what runs on what; all commands but presets have them.
void add_model(CLI::App& command, Options& options) {
  command.add_option("MODEL", options.model, "program file or builtin:... (see halfbyte --help)")
      ->required()
      ->check(not_empty("FILE.hbp or builtin:..."));
  command.add_option("--preset", options.preset,
                     "machine: tiny, edge, base (default) or a machine FILE.json");
  command
      .add_option("--bits", options.bits,
                  "weights and activations of a built-in layer (default w8a8)")
      ->check(CLI::IsMember({"w8a8", "w4a8", "w4a4"}));
  command
      .add_option("--contract", options.contract,
                  "the runtime whose rounding a built-in layer follows (default ort)")
      ->check(CLI::IsMember({"ort", "tflite"}));
  command.add_option("--seed", options.seed, "of a built-in layer's data (default 1)")
      ->transform(integer(0, kMost64));
}

void add_memory(CLI::App& command, Options& options) {
  command
      .add_option("--memory-latency", options.memory_latency,
                  "cycles from an address to its first beat (default 100)")
      ->transform(integer(1, arch::kMostLatency));
  command
      .add_option("--memory-bytes-per-cycle", options.memory_bytes_per_cycle,
                  "a divisor of the bus width (default: the bus width)")
      ->transform(integer(1, std::numeric_limits<std::uint32_t>::max()));
  command
      .add_option("--stall-seed", options.stall_seed,
                  "stalls every AXI channel at random by this seed; 0 (default): never")
      ->transform(integer(0, kMost64));
}

void add_report(CLI::App& command, Options& options) {
  command.add_option("--json", options.json, "write the report to this file (- for the terminal)")
      ->check(not_empty("a file, or - for standard output"));
  command.add_flag("--quiet", options.quiet, "print errors and mismatches only");
}

void add_wave(CLI::App& command, Options& options) {
  CLI::Option* wave =
      command
          .add_option("--wave", options.wave,
                      "write waves of the RTL to this file (FST, for GTKWave or Surfer)")
          ->check(not_empty("a file"));
  command
      .add_option("--wave-cycles", options.wave_cycles,
                  "A:B or A: (to the end); 0 is the first cycle of the run (default: all)")
      ->needs(wave)
      ->check([](const std::string& text) {
        return parse_cycles(text) ? "" : fmt::format("\"{}\" (expected cycles A:B, A <= B)", text);
      });
}

CLI::App* add_command(CLI::App& app, Options& options, Action action, const char* name,
                      const char* about) {
  CLI::App* command = app.add_subcommand(name, about);
  command->callback([&options, action] { options.action = action; });
  return command;
}

Engine engine_of(const std::string& name) {
  const std::map<std::string, Engine> engines = {{"rtl", Engine::kRtl},
                                                 {"systemc", Engine::kSystemC},
                                                 {"golden", Engine::kGolden},
                                                 {"lockstep", Engine::kLockstep}};
  return engines.at(name);
}

/// `engine` receives --on.
void add_commands(CLI::App& app, Options& options, std::string& engine) {
  add_command(app, options, Action::kPresets, "presets", "list the machines that are built in");
  CLI::App* run =
      add_command(app, options, Action::kRun, "run", "run MODEL and print its per-layer table");
  CLI::App* verify = add_command(app, options, Action::kVerify, "verify",
                                 "compare all views of the machine on MODEL, every byte and cycle");
  CLI::App* estimate = add_command(app, options, Action::kEstimate, "estimate",
                                   "cycles of MODEL by formula, without running it");
  CLI::App* compile = add_command(app, options, Action::kCompile, "compile",
                                  "write the program that the machine runs");
  CLI::App* disasm =
      add_command(app, options, Action::kDisasm, "disasm", "list a program's commands");
  for (CLI::App* command : {run, verify, estimate, compile, disasm}) {
    add_model(*command, options);
  }
  for (CLI::App* command : {run, verify, estimate, compile}) {
    add_memory(*command, options);
  }
  for (CLI::App* command : {run, verify, estimate}) {
    add_report(*command, options);
  }
  for (CLI::App* command : {run, verify}) {
    add_wave(*command, options);
  }
  verify->add_flag("--no-wave", options.no_wave, "do not write waves of a divergence's last cycles")
      ->excludes("--wave");
  run->add_option("--on", engine, "the engine (default rtl)")
      ->check(CLI::IsMember({"rtl", "systemc", "golden", "lockstep"}));
  compile
      ->add_option("-o,--output", options.output,
                   "the program file to write (- for standard output)")
      ->required()
      ->check(not_empty("a file"));
}

}  // namespace

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app(kAbout, "halfbyte");
  app.footer(kFooter);
  app.set_version_flag("--version", "halfbyte 0.1.0");
  std::string engine = "rtl";
  add_commands(app, options, engine);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& answered) {
    app.exit(answered);
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    throw Error(fmt::format("{} (see halfbyte --help)", error.what()));
  }
  if (app.get_subcommands().empty()) {
    throw Error(
        "no command (expected presets, run, verify, estimate, compile or disasm; see halfbyte "
        "--help)");
  }
  options.engine = engine_of(engine);
  options.arguments.assign(argv, argv + argc);
  return options;
}

}  // namespace hb::cli
