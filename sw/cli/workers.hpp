// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Pieces of work in several processes: each simulated machine has one of its own.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace hb::cli {

/// Does piece `index` and returns its result, in bytes.
using Work = std::function<std::string(std::size_t index)>;
/// Receives the results, in order of their index.
using Take = std::function<void(std::size_t index, std::string result)>;

/// Pieces 0 .. count - 1 in at most `jobs` processes; with one in this process. What a piece throws
/// is thrown here when its turn comes: hb::Error and ProgramError as they are. Throws hb::Error for
/// a process that ended before its work was done, and says how. Call before SystemC is elaborated.
void work_in_processes(std::size_t count, std::size_t jobs, const Work& work, const Take& take);

}  // namespace hb::cli
