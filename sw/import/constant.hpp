// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Typed constants of a model, decoded here from all forms in which files store them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sw/graph/graph.hpp"

namespace onnx {
class TensorProto;
}

namespace hb::import {

/// ONNX's numbers of the element types that are understood.
enum class DataType : std::int32_t {
  kFloat = 1,
  kUint8 = 2,
  kInt8 = 3,
  kInt32 = 6,
  kInt64 = 7,
  kUint4 = 21,
  kInt4 = 22,
};

/// A tensor whose values are in the file, row-major; one of the vectors is filled.
struct Constant {
  DataType type = DataType::kFloat;
  std::vector<std::int64_t> dims;
  std::vector<float> reals;           ///< kFloat
  std::vector<std::int32_t> codes;    ///< 4, 8 and 32 bits
  std::vector<std::int64_t> indices;  ///< kInt64

  [[nodiscard]] std::size_t size() const { return reals.size() + codes.size() + indices.size(); }
};
using ConstantPointer = std::shared_ptr<const Constant>;

/// "int8", "float32", also of types that are not understood.
[[nodiscard]] std::string type_name(std::int32_t data_type);
[[nodiscard]] inline std::string type_name(DataType type) {
  return type_name(static_cast<std::int32_t>(type));
}

/// The code type of an element type, if codes can have it.
[[nodiscard]] std::optional<graph::CodeType> code_type(std::int32_t data_type);
[[nodiscard]] inline std::optional<graph::CodeType> code_type(DataType type) {
  return code_type(static_cast<std::int32_t>(type));
}
[[nodiscard]] DataType data_type(graph::CodeType type);

/// Throws Refusal for types that are not understood, data outside of the file, and data that are
/// not as long as the dimensions say.
[[nodiscard]] Constant decode(const onnx::TensorProto& tensor);

}  // namespace hb::import
