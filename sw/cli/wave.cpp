// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/wave.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <limits>
#include <system_error>

#include "model/arch/error.hpp"
#include "sim/wave.hpp"
#include "sim/wave_file.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/process.hpp"
#include "sw/cli/special_build.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

namespace fs = std::filesystem;

constexpr sim::Cycles kBeforeDivergence = 200;

std::optional<sim::Cycles> parse_cycle(std::string_view text) {
  sim::Cycles value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size();
  return good ? std::optional(value) : std::nullopt;
}

/// The executable with a machine's waves.
SpecialBuild waves_of(std::string_view machine) {
  return {"wave", fmt::format("has waves of machine {} compiled in", machine)};
}

/// Replays the artefact up to its divergence. Throws hb::Error if waves of it cannot be had.
void replay(const sim::Artefact& artefact, const arch::Program& program, const std::string& cycles,
            const fs::path& file, bool quiet) {
  const std::string_view machine = sim::compiled_machine(program.machine);
  const std::vector<std::string> command = {bring_up(waves_of(machine), machine, quiet).string(),
                                            "run",
                                            artefact.file.string(),
                                            "--on",
                                            "lockstep",
                                            "--wave",
                                            file.string(),
                                            "--wave-cycles",
                                            cycles,
                                            "--quiet"};
  const fs::path log = file.string() + ".log";
  const int code = run_process(command, ChildOutput::kFile, log);
  if (code != static_cast<int>(Exit::kMismatch)) {
    throw bad_input(artefact.file.string(),
                    fmt::format("its replay for waves ended with exit code {}", code),
                    fmt::format("the same divergence: see {}", log.string()));
  }
  std::error_code ignored;
  fs::remove(log, ignored);
}

}  // namespace

std::optional<sim::WaveRange> parse_cycles(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view end = text.substr(colon + 1);
  const std::optional<sim::Cycles> first = parse_cycle(text.substr(0, colon));
  const std::optional<sim::Cycles> last =
      end.empty() ? std::numeric_limits<sim::Cycles>::max() : parse_cycle(end);
  if (!first || !last || *last < *first) {
    return std::nullopt;
  }
  return sim::WaveRange{*first, *last};
}

std::optional<sim::WaveOptions> wave_options(const Options& options, const arch::Program& program) {
  if (options.wave.empty()) {
    return std::nullopt;
  }
  if (options.engine == Engine::kSystemC || options.engine == Engine::kGolden) {
    throw bad_input("--wave", "waves are of the RTL", "--on rtl or --on lockstep");
  }
  sim::WaveOptions wave;
  wave.file = options.wave;
  if (const std::optional<sim::WaveRange> range = parse_cycles(options.wave_cycles)) {
    wave.first = range->first;
    wave.last = range->last;
  }
  const std::string_view machine = sim::compiled_machine(program.machine);
  if (machine == sim::wave_machine()) {
    return wave;
  }
  (void)sim::WaveFile(wave.file);  // refused now, not after the build
  become(waves_of(machine), machine, options);
}

void keep_waves(const sim::Artefact& artefact, const arch::Program& program,
                const sim::RunResult& result, bool quiet) {
  const sim::Divergence& divergence = result.divergence.value();
  const sim::Cycles total = result.timeline.total;
  if (!divergence.running && total == 0) {
    fmt::print(stderr, "halfbyte: no waves: the machine did not run yet\n");
    return;
  }
  const sim::Cycles first = total < kBeforeDivergence ? 0 : total - kBeforeDivergence;
  // After the run its end is unknown here; the replay stops where it diverges.
  const std::string last = divergence.running ? fmt::format("{}", divergence.cycle) : "";
  fs::path file = artefact.file;
  file.replace_extension(".fst");
  try {
    replay(artefact, program, fmt::format("{}:{}", first, last), file, quiet);
  } catch (const Error& error) {
    fmt::print(stderr, "halfbyte: no waves: {}\n", report::printable(error.what()));
    return;
  }
  fmt::print(stderr,
             "halfbyte: waves of the last cycles before it, from {}: {} (time / 10 ns = "
             "cycle)\n",
             first, file.string());
}

std::string wave_text(const Options& options, const sim::WaveRange& range) {
  return fmt::format("waves     RTL, cycles {} to {} (time / 10 ns = cycle): {}", range.first,
                     range.last, options.wave);
}

}  // namespace hb::cli
