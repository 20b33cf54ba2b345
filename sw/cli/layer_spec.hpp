// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Convolution layers by name: "builtin:conv:64x56x56:64x3x3:s1:p1" and the named layers of real
// networks.
#pragma once

#include <string>

#include "sw/schedule/layer.hpp"

namespace hb::cli {

/// How a layer may be written, for messages and help.
inline constexpr const char* kSpecForm =
    "builtin:conv:CINxHxW:COUTxKHxKW[:sS|:sYxX][:pP|:pTOPxLEFTxBOTTOMxRIGHT]";

/// The layer that `text` ("builtin:...") means, at int8. Throws hb::Error for an unknown name, a
/// malformed or an impossible shape. Without a stride it is 1; without padding there is none.
[[nodiscard]] schedule::ConvLayer parse_layer(const std::string& text);

}  // namespace hb::cli
