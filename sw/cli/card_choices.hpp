// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What the choices that a quantization card is about cost on a machine, by formula.
#pragma once

#include <vector>

#include "sw/card/card.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/options.hpp"

namespace hb::cli {

/// Variants of the nine choices of "Confounding Tradeoffs for Neural Network Quantization": of
/// those that can be varied, each with its cycles and bits; of the others why not. `model` is the
/// network that `options` name.
[[nodiscard]] std::vector<card::Variant> card_choices(const Options& options, const Model& model);

}  // namespace hb::cli
