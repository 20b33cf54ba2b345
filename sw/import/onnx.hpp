// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Quantized networks from ONNX files, in their integer meaning (docs/import.md).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "sw/graph/graph.hpp"

namespace hb::import {

/// The network of an ONNX file. Throws hb::Error naming the file for anything that is no whole
/// model; every operator that is not supported is listed in one message: node, operator, why.
[[nodiscard]] graph::Graph read_onnx(const std::filesystem::path& file);

/// The same of a file's bytes; `name` stands for the file in messages.
[[nodiscard]] graph::Graph read_onnx(const std::string& bytes, const std::string& name);

}  // namespace hb::import
