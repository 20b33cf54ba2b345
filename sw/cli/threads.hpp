// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Pieces of work in several threads: for work without simulated machines, which need processes
// (workers.hpp), on data that all share.
#pragma once

#include <cstddef>
#include <functional>

namespace hb::cli {

/// Does pieces 0 .. count - 1 in at most `jobs` threads, each of which takes the next piece when it
/// is free; `wait`, which may be empty, is called in this thread a few times a second with how many
/// are done. When a piece throws, no other one is begun, and of all that were thrown that of the
/// first piece is thrown here: the same one for any `jobs`. Throws hb::Error if a thread cannot be
/// started.
void work_in_threads(std::size_t count, std::size_t jobs,
                     const std::function<void(std::size_t index)>& work,
                     const std::function<void(std::size_t done)>& wait = {});

}  // namespace hb::cli
