// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The one place where errors become exit codes.
#include <fmt/format.h>

#include <exception>
#include <new>

#include "sim/hb_main.hpp"
#include "sw/cli/commands.hpp"

/// Called by sim's sc_main, which SystemC's own main calls.
int hb_main(int argc, char** argv) {
  using hb::cli::Exit;
  try {
    const auto options = hb::cli::parse_options(argc, argv);
    return static_cast<int>(options ? hb::cli::dispatch(*options) : Exit::kGood);
  } catch (const std::bad_alloc&) {
    fmt::print(stderr, "halfbyte: the model does not fit this computer's memory\n");
  } catch (const std::exception& error) {
    fmt::print(stderr, "halfbyte: {}\n", error.what());
  }
  return static_cast<int>(Exit::kBadInput);
}
