// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Which file a card is about.
#pragma once

#include <string>
#include <string_view>

namespace hb::card {

/// SHA-256 of `bytes` as 64 hexadecimal digits.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace hb::card
