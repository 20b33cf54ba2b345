// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/attributes.hpp"

#include <onnx/onnx_pb.h>

#include "sw/import/names.hpp"

namespace hb::import {

Attributes::Attributes(const onnx::NodeProto& node) : node_(node) {
  std::unordered_set<std::string> names;
  for (const onnx::AttributeProto& attribute : node.attribute()) {
    if (!names.insert(attribute.name()).second) {
      throw Refusal("attribute " + shown(attribute.name()) + " twice", "each once");
    }
  }
}

bool Attributes::has(const char* name) const {
  for (const onnx::AttributeProto& attribute : node_.attribute()) {
    if (attribute.name() == name) return true;
  }
  return false;
}

const onnx::AttributeProto* Attributes::find(const char* name, int type) {
  asked_.insert(name);
  for (const onnx::AttributeProto& attribute : node_.attribute()) {
    if (attribute.name() != name) continue;
    if (attribute.type() != type) {
      throw Refusal(
          fmt::format("attribute '{}' of type {}", name, static_cast<int>(attribute.type())),
          fmt::format("type {}", type));
    }
    if (!attribute.ref_attr_name().empty()) {
      throw Refusal(fmt::format("attribute '{}' of a function", name), "a value");
    }
    return &attribute;
  }
  return nullptr;
}

std::int64_t Attributes::integer(const char* name, std::int64_t otherwise) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::INT);
  return found == nullptr ? otherwise : found->i();
}

float Attributes::real(const char* name, float otherwise) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::FLOAT);
  return found == nullptr ? otherwise : found->f();
}

std::string Attributes::text(const char* name, const char* otherwise) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::STRING);
  return found == nullptr ? otherwise : found->s();
}

std::optional<std::vector<std::int64_t>> Attributes::integers(const char* name) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::INTS);
  if (found == nullptr) return std::nullopt;
  return std::vector<std::int64_t>(found->ints().begin(), found->ints().end());
}

std::optional<std::vector<float>> Attributes::reals(const char* name) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::FLOATS);
  if (found == nullptr) return std::nullopt;
  return std::vector<float>(found->floats().begin(), found->floats().end());
}

const onnx::TensorProto* Attributes::tensor(const char* name) {
  const onnx::AttributeProto* found = find(name, onnx::AttributeProto::TENSOR);
  return found == nullptr ? nullptr : &found->t();
}

void Attributes::require(const char* name, std::int64_t otherwise, std::int64_t value) {
  const std::int64_t found = integer(name, otherwise);
  if (found != value) {
    throw Refusal(fmt::format("{} {}", name, found), fmt::format("{}", value));
  }
}

void Attributes::finish() const {
  for (const onnx::AttributeProto& attribute : node_.attribute()) {
    if (asked_.count(attribute.name()) == 0) {
      throw Refusal("attribute " + shown(attribute.name()), "only attributes with a known meaning");
    }
  }
}

}  // namespace hb::import
