// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Layers by name: "builtin:conv:64x56x56:64x3x3:s1:p1", "builtin:maxpool:...", and the named layers
// of real networks.
#pragma once

#include <string>
#include <variant>

#include "sw/schedule/layer.hpp"

namespace hb::cli {

/// How layers may be written, for messages and help.
inline constexpr const char* kConvForm =
    "builtin:conv:CINxHxW:COUTxKHxKW[:sS|:sYxX][:pP|:pTOPxLEFTxBOTTOMxRIGHT][:add|:add-first]";
inline constexpr const char* kPoolForm =
    "builtin:maxpool:CxHxW:KHxKW[:sS|:sYxX][:pP|:pTOPxLEFTxBOTTOMxRIGHT]";
inline constexpr const char* kFcForm = "builtin:fc:CIN:COUT";
inline constexpr const char* kAverageForm = "builtin:avgpool:CxHxW";
inline constexpr const char* kRequantizeForm = "builtin:requantize:CxHxW";

/// Precisions and arithmetic of a built-in layer.
struct LayerFormat {
  arch::Precision activations = arch::Precision::kInt8;
  arch::Precision weights = arch::Precision::kInt8;
  arch::Contract contract = arch::Contract::kOrt;
};

using BuiltinLayer = std::variant<schedule::ConvLayer, schedule::PoolLayer, schedule::UnitLayer>;

/// The layer that `text` ("builtin:...") means: shapes and precisions, whole ranges, zero points 0,
/// and a residual, where there is one, whose addition knows its order alone. A requantization goes
/// to the other precision. Throws hb::Error for an unknown name, a malformed or an impossible
/// shape. Without a stride it is 1; without padding there is none.
[[nodiscard]] BuiltinLayer parse_layer(const std::string& text, const LayerFormat& format);

}  // namespace hb::cli
