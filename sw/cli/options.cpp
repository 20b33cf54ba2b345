// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

#include "model/arch/error.hpp"
#include "model/arch/events.hpp"
#include "sw/cli/help.hpp"
#include "sw/cli/report_options.hpp"
#include "sw/cli/sweep_options.hpp"
#include "sw/cli/validators.hpp"
#include "sw/cli/wave.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

/// Options that say what runs on what; all commands but presets have them.
void add_model(CLI::App& command, Options& options, std::string& layers) {
  command
      .add_option("MODEL", options.model,
                  "FILE.onnx, program file or builtin:... (see halfbyte --help)")
      ->required()
      ->check(not_empty("FILE.onnx, FILE.hbp or builtin:..."));
  command.add_option("--preset", options.preset,
                     "machine: tiny, edge, base (default) or a machine FILE.json");
  command
      .add_option("--bits", options.bits,
                  "weights and activations of a built-in model (default w8a8); mostly-w4a4: first "
                  "convolution and last layer of a network stay w8a8; a layer without weights has "
                  "activations alone: w4a8 is w8a8 there")
      ->check(CLI::IsMember({"w8a8", "w4a8", "w4a4", "mostly-w4a4"}));
  command
      .add_option("--residual", options.residual,
                  "bits of a built-in 4-bit network's add outputs (default 8)")
      ->check(CLI::IsMember({"4", "8"}));
  command
      .add_option("--width", options.width,
                  "factor of a built-in network's block filters (default 1)")
      ->check(factor());
  command
      .add_option("--contract", options.contract,
                  "the runtime whose rounding the model follows (default ort)")
      ->check(CLI::IsMember({"ort", "tflite"}));
  command
      .add_option("--seed", options.seed,
                  "of a built-in model's data, and of random images (default 1)")
      ->transform(integer(0, kMost64));
  command
      .add_option("--layers", layers, "some layers of a network: 3-7 or 3, numbers of the table")
      ->check([](const std::string& text) {
        return parse_layers(text) ? "" : fmt::format("\"{}\" (expected A-B or A, from 1)", text);
      });
  command.add_flag("--no-fuse", options.no_fuse,
                   "write every tensor of a network, even what a layer could keep to itself");
}

void add_input(CLI::App& command, Options& options) {
  command
      .add_option("--input", options.inputs,
                  "images: X.npy, or NAME=X.npy for each of several inputs")
      ->allow_extra_args(false)
      ->check(not_empty("a file"));
}

/// Options of commands that run all images.
void add_images(CLI::App& command, Options& options) {
  command.add_option("--images", options.images, "take the first N images (default: all)")
      ->transform(integer(1, kMost64));
  command
      .add_option("--labels", options.labels,
                  "Y.npy: the class of each image; prints which are right, and the accuracy")
      ->check(not_empty("a file"));
  command.add_option("--output", options.output, "write every output to DIR/TENSOR.npy, [N, ...]")
      ->check(not_empty("a folder"));
  command
      .add_flag("--all-tensors", options.all_tensors,
                "with --output: every tensor that is written, not the outputs alone")
      ->needs("--output");
}

void add_jobs(CLI::App& command, Options& options) {
  command
      .add_option("--jobs", options.jobs,
                  "processes that share the images; of one image, parts that its network is cut "
                  "into (default 1)")
      ->transform(integer(1, kMostJobs));
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

void add_energy(CLI::App& command, Options& options) {
  CLI::Option* table =
      command
          .add_option("--energy", options.energy,
                      "energy table FILE.yaml (default: 45 nm, config/energy_45nm.yaml)")
          ->check(not_empty("a file"));
  command
      .add_option("--ert", options.ert,
                  "Accelergy energy reference table ERT.yaml in place of an energy table")
      ->check(not_empty("a file"))
      ->excludes(table);
}

void add_report(CLI::App& command, Options& options) {
  command.add_option("--json", options.json, "write the report to this file (- for the terminal)")
      ->check(not_empty("a file, or - for standard output"));
  add_energy(command, options);
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

void add_activity(CLI::App& command, Options& options) {
  command
      .add_flag("--activity", options.activity,
                "count the bits that toggle, and print energy from them beside energy from counts")
      ->excludes("--wave");
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

/// Options as they are typed.
struct Texts {
  std::string engine = "rtl";
  std::string layers;
};

void add_commands(CLI::App& app, Options& options, Texts& texts) {
  CLI::App* presets =
      add_command(app, options, Action::kPresets, "presets", "list the machines that are built in");
  CLI::App* run =
      add_command(app, options, Action::kRun, "run", "run MODEL and print its per-layer table");
  CLI::App* verify = add_command(app, options, Action::kVerify, "verify",
                                 "compare all views of the machine on MODEL, every byte and cycle");
  CLI::App* estimate = add_command(app, options, Action::kEstimate, "estimate",
                                   "cycles and energy of MODEL by formula, without running it");
  CLI::App* compile = add_command(app, options, Action::kCompile, "compile",
                                  "write the program that the machine runs");
  CLI::App* disasm =
      add_command(app, options, Action::kDisasm, "disasm", "list a program's commands");
  for (CLI::App* command : {run, verify, estimate, compile, disasm}) {
    add_model(*command, options, texts.layers);
  }
  for (CLI::App* command : {run, verify, estimate, compile}) {
    add_memory(*command, options);
  }
  for (CLI::App* command : {run, verify, estimate}) {
    add_jobs(*command, options);
    add_report(*command, options);
    add_trace(*command, options);
    add_csv(*command, options);
  }
  for (CLI::App* command : {presets, disasm}) add_csv(*command, options);
  for (CLI::App* command : {run, verify, compile}) {
    add_input(*command, options);
  }
  for (CLI::App* command : {run, verify}) {
    add_images(*command, options);
    add_wave(*command, options);
    add_activity(*command, options);
  }
  verify->add_flag("--no-wave", options.no_wave, "do not write waves of a divergence's last cycles")
      ->excludes("--wave");
  estimate->add_option("--cfg", options.cfg, "with a topology: SCALE-Sim's configuration FILE.cfg")
      ->check(not_empty("a file"));
  estimate
      ->add_option("--scalesim", options.scalesim,
                   "write COMPUTE_REPORT.csv and BANDWIDTH_REPORT.csv to this folder")
      ->check(not_empty("a folder"));
  estimate->add_flag("--cost-models", options.cost_models,
                     "beside each layer of a network the papers' cost models, and which of them "
                     "this machine's cycles follow");
  run->add_option("--on", texts.engine, "the engine (default rtl)")
      ->check(CLI::IsMember({"rtl", "systemc", "golden", "lockstep"}));
  compile
      ->add_option("-o,--output", options.output,
                   "the program file to write (- for standard output)")
      ->required()
      ->check(not_empty("a file"));
}

/// halfbyte export accelergy RUN.json -o DIR
void add_export(CLI::App& app, Options& options) {
  CLI::App* formats = app.add_subcommand("export", "write a run in another tool's form");
  formats->require_subcommand(1);
  CLI::App* accelergy = add_command(*formats, options, Action::kExport, "accelergy",
                                    "architecture, ERT and action counts for Accelergy");
  accelergy->add_option("RUN.json", options.model, "a report of estimate, run or verify (--json)")
      ->required()
      ->check(not_empty("a report"));
  accelergy->add_option("-o,--output", options.output, "the folder to write to")
      ->required()
      ->check(not_empty("a folder"));
}

/// `card` has a model, or two with --diff.
void add_card(CLI::App& app, Options& options, Texts& texts) {
  CLI::App* card = add_command(app, options, Action::kCard, "card",
                               "what was chosen in quantizing MODEL, and what it costs");
  add_model(*card, options, texts.layers);
  card->get_option("MODEL")->required(false);
  card->add_option("--diff", options.diff, "what differs between two models, or cards (A.json)")
      ->expected(2)
      ->check(not_empty("a model or a card"));
  add_memory(*card, options);
  add_report(*card, options);
  add_input(*card, options);
  card->add_option("--images", options.images, "take the first N images (default: all)")
      ->transform(integer(1, kMost64));
  card->add_option("--labels", options.labels, "Y.npy: the class of each image")
      ->check(not_empty("a file"));
  card->add_option("-o,--output", options.output, "write the card to this file (Markdown)")
      ->check(not_empty("a file"));
}

/// halfbyte report RUN.json... -o report.html
void add_html_report(CLI::App& app, Options& options) {
  CLI::App* report = add_command(app, options, Action::kReport, "report",
                                 "one page for a browser, from what --json wrote");
  report
      ->add_option(
          "FILE.json", options.reports,
          "of estimate, run or verify (--json), of card (--json), or a sweep.json; several "
          "runs are compared")
      ->required()
      ->check(not_empty("a file"));
  report->add_option("-o,--output", options.output, "the page to write, e.g. report.html")
      ->required()
      ->check(not_empty("a file"));
  report
      ->add_option("--chart-library", options.chart_library,
                   "the file of Chart.js 3 that the page gets a copy of (default: the installed "
                   "package's)")
      ->check(not_empty("a file"));
}

}  // namespace

std::string command_line(const Options& options, const std::vector<std::string>& without) {
  const auto left_out = [&](const std::string& word) {
    return std::find(without.begin(), without.end(), word.substr(0, word.find('='))) !=
           without.end();
  };
  std::string line = "halfbyte";
  for (std::size_t i = 1; i < options.arguments.size(); ++i) {
    const std::string& word = options.arguments[i];
    if (!left_out(word)) {
      line += " " + report::shell_word(word);
    } else if (word.find('=') == std::string::npos) {
      ++i;  // its value
    }
  }
  return line;
}

std::optional<compile::LayerRange> parse_layers(const std::string& text) {
  compile::LayerRange range;
  const char* const end = text.data() + text.size();
  auto [last, error] = std::from_chars(text.data(), end, range.first);
  range.last = range.first;
  if (error == std::errc() && last != end && *last == '-') {
    const auto second = std::from_chars(last + 1, end, range.last);
    last = second.ptr;
    error = second.ec;
  }
  const bool good = error == std::errc() && last == end && range.first >= 1;
  return good && range.first <= range.last ? std::optional(range) : std::nullopt;
}

std::optional<Options> parse_options(int argc, const char* const* argv) {
  Options options;
  CLI::App app(kAbout, "halfbyte");
  app.footer(kFooter);
  app.set_version_flag("--version", "halfbyte 0.1.0");
  Texts texts;
  add_commands(app, options, texts);
  add_export(app, options);
  add_card(app, options, texts);
  add_html_report(app, options);
  CLI::App* sweep = add_command(app, options, Action::kSweep, "sweep",
                                "cycles and energy of machines x networks x precisions by formula");
  add_sweep(*sweep, options);
  add_energy(*sweep, options);
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
        "no command (expected presets, run, verify, estimate, compile, disasm, card, sweep, report "
        "or export; see halfbyte --help)");
  }
  options.engine = engine_of(texts.engine);
  check_reports(options);
  check_files(options);
  options.layers = parse_layers(texts.layers);
  if (options.images && options.inputs.empty()) {
    throw Error("--images needs --input (see halfbyte --help)");
  }
  options.arguments.assign(argv, argv + argc);
  return options;
}

}  // namespace hb::cli
