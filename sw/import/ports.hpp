// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The model's inputs and outputs.
#pragma once

#include "sw/import/builder.hpp"

namespace onnx {
class ValueInfoProto;
}

namespace hb::import {

/// Defines an input's value: codes, or real values that wait for a QuantizeLinear. Throws Refusal
/// for types and shapes that no network here has.
void define_input(Builder& builder, const onnx::ValueInfoProto& input);

/// Adds an output to the graph. Throws Refusal for values that are not codes, nor stand for codes;
/// Consequence where a refused node should have made it.
void add_output(Builder& builder, const std::string& name);

}  // namespace hb::import
