// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// How many images a network gets right, by the golden model, in threads.
#pragma once

#include <cstddef>
#include <functional>

#include "sw/cli/options.hpp"
#include "sw/report/json.hpp"

namespace hb::cli {

/// Called a few times a second with how many images are done, of how many.
using ShowImages = std::function<void(std::size_t done, std::size_t all)>;

/// Of `options.model` with its images and labels on the machine, which changes nothing but the
/// time. Throws hb::Error for a model without classes and for files that do not go with it.
[[nodiscard]] report::Accuracy golden_accuracy(const Options& options, std::size_t jobs,
                                               const ShowImages& show);

}  // namespace hb::cli
