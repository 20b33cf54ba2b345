// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A node's attributes, read strictly: one that nobody asks for is refused, never ignored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

namespace onnx {
class AttributeProto;
class NodeProto;
class TensorProto;
}  // namespace onnx

namespace hb::import {

/// All functions throw Refusal for an attribute of another type.
class Attributes {
 public:
  /// Keeps a reference. Throws Refusal for an attribute that appears twice.
  explicit Attributes(const onnx::NodeProto& node);

  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] std::int64_t integer(const char* name, std::int64_t otherwise);
  [[nodiscard]] float real(const char* name, float otherwise);
  [[nodiscard]] std::string text(const char* name, const char* otherwise);
  [[nodiscard]] std::optional<std::vector<std::int64_t>> integers(const char* name);
  [[nodiscard]] std::optional<std::vector<float>> reals(const char* name);
  [[nodiscard]] const onnx::TensorProto* tensor(const char* name);

  /// Throws Refusal unless the attribute is absent or has this value.
  void require(const char* name, std::int64_t otherwise, std::int64_t value);
  /// For attributes without a meaning here.
  void ignore(const char* name) { asked_.insert(name); }
  /// Throws Refusal for attributes that no function above was asked for.
  void finish() const;

 private:
  [[nodiscard]] const onnx::AttributeProto* find(const char* name, int type);

  const onnx::NodeProto& node_;
  std::unordered_set<std::string> asked_;
};

}  // namespace hb::import
