// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The one place where errors become exit codes.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <new>

#include "sim/hb_main.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/engines.hpp"
#include "sw/report/text.hpp"

namespace {

using hb::cli::Exit;

/// Exit::kBadInput in place of kGood if standard output did not take all that was printed.
Exit flush_output(Exit exit) {
  if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) {
    return exit;
  }
  fmt::print(stderr, "halfbyte: standard output: cannot be written (expected room)\n");
  return exit == Exit::kGood ? Exit::kBadInput : exit;
}

void complain(const std::exception& error) {
  fmt::print(stderr, "halfbyte: {}\n", hb::report::printable(error.what()));
}

}  // namespace

/// Called by sim's sc_main, which SystemC's own main calls.
int hb_main(int argc, char** argv) {
  try {
    const auto options = hb::cli::parse_options(argc, argv);
    return static_cast<int>(flush_output(options ? hb::cli::dispatch(*options) : Exit::kGood));
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "halfbyte: the model does not fit this computer's memory\n");
  } catch (const hb::cli::ProgramError& error) {
    complain(error);
    return static_cast<int>(Exit::kStopped);
  } catch (const std::exception& error) {
    complain(error);
  }
  return static_cast<int>(Exit::kBadInput);
}
