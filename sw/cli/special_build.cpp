// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/special_build.hpp"

#include <fmt/format.h>

#include <vector>

#include "model/arch/error.hpp"
#include "sw/cli/process.hpp"

namespace hb::cli {

namespace {

namespace fs = std::filesystem;

}  // namespace

fs::path bring_up(const SpecialBuild& special, std::string_view machine, bool quiet) {
  const fs::path folder = HB_BUILD_FOLDER;
  const std::string target = fmt::format("halfbyte_{}_{}", special.kind, machine);
  fs::path file = folder / target;
  if (!fs::exists(folder / "CMakeCache.txt")) {
    throw bad_input(file.string(), "cannot be built",
                    "the folder in which this halfbyte was built, and its sources");
  }
  const ProcessLock lock(folder / fmt::format("halfbyte_{}.lock", special.kind));
  const std::vector<std::string> command = {HB_CMAKE_COMMAND, "--build", folder.string(),
                                            "--target", target};
  const fs::path log = file.string() + ".log";
  if (!quiet) {
    fmt::print(stderr, "halfbyte: {} {}, which {}{}\n", fs::exists(file) ? "checking" : "building",
               file.string(), special.about, fs::exists(file) ? "" : " (once; up to a minute)");
  }
  const int code =
      run_process(command, quiet ? ChildOutput::kFile : ChildOutput::kStandardError, log);
  if (code != 0 || !fs::exists(file)) {
    throw bad_input(file.string(), "cannot be built",
                    quiet ? fmt::format("a build that succeeds: see {}", log.string())
                          : "a build that succeeds: see the messages above");
  }
  return file;
}

void become(const SpecialBuild& special, std::string_view machine, const Options& options) {
  std::vector<std::string> arguments = options.arguments;
  arguments[0] = bring_up(special, machine, options.quiet).string();
  become(arguments);
  throw bad_input(arguments[0], "cannot be started", "the executable that was just built");
}

}  // namespace hb::cli
