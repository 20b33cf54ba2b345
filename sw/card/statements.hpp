// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The statements of a card: what of each choice a graph and a run tell, and what they don't.
#pragma once

#include <nlohmann/json.hpp>

#include "sw/card/card.hpp"

namespace hb::card {

/// The card's sections, in its order.
[[nodiscard]] nlohmann::ordered_json sections(const graph::Graph& graph, const Facts& facts);

}  // namespace hb::card
