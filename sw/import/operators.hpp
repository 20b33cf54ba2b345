// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The operators that are understood: one function per operator of either form.
#pragma once

#include "sw/import/operands.hpp"

namespace onnx {
class NodeProto;
}

namespace hb::import {

/// Imports a node: adds what it means to the builder's graph and defines its output. Throws Refusal
/// for what cannot be imported, Consequence where an input was refused before.
void import_node(Builder& builder, const onnx::NodeProto& proto);

// quantize_operators.cpp
void import_quantize(Node& node);
void import_dequantize(Node& node);
void import_constant(Node& node);

// integer_operators.cpp
void import_qlinear_conv(Node& node);
void import_qlinear_matmul(Node& node);
void import_qgemm(Node& node);
void import_qlinear_add(Node& node);
void import_qlinear_global_average(Node& node);
void import_qlinear_average(Node& node);

// float_operators.cpp; Relu and Clip on codes too
void import_conv(Node& node);
void import_gemm(Node& node);
void import_matmul(Node& node);
void import_add(Node& node);
void import_relu(Node& node);
void import_clip(Node& node);

// pool_operators.cpp; MaxPool on codes too
void import_max_pool(Node& node);
void import_global_average(Node& node);
void import_average(Node& node);
void import_reduce_mean(Node& node);
/// kernel_shape, pads and the like of an average over the whole image.
void require_whole_image(Node& node, const Shape& image);

// shape_operators.cpp
void import_identity(Node& node);
void import_flatten(Node& node);
void import_reshape(Node& node);
void import_squeeze(Node& node);

}  // namespace hb::import
