// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a failed run leaves behind: a program file that holds everything, and the command that
// replays it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "model/arch/program.hpp"
#include "sim/options.hpp"

namespace hb::sim {

struct Artefact {
  std::filesystem::path file;
  std::string command;  ///< "build/halfbyte verify FILE"
};

/// Writes `program` with `options`' memory model into `folder` (made if missing). The name follows
/// from what is in it, so the same failure writes the same file. Injected faults and aborts are not
/// part of a program file.
[[nodiscard]] Artefact write_artefact(const arch::Program& program, const RunOptions& options,
                                      const std::filesystem::path& folder);

/// Hash of program and memory model; also the default of RunOptions::garbage_seed.
[[nodiscard]] std::uint64_t fingerprint(const arch::Program& program,
                                        const arch::MemoryModelOptions& memory);

}  // namespace hb::sim
