// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/graph/graph.hpp"

#include "model/arch/error.hpp"

namespace hb::graph {
namespace {

constexpr CodeRange kSignedInt4{-8, 7};
constexpr CodeRange kUnsignedInt4{0, 15};

bool is_within(const CodeRange& range, const CodeRange& outer) {
  return outer.holds(range.low) && outer.holds(range.high);
}

struct Inputs {
  std::vector<TensorId> operator()(const Conv& conv) const { return {conv.input.tensor}; }
  std::vector<TensorId> operator()(const Add& add) const { return {add.a.tensor, add.b.tensor}; }
  std::vector<TensorId> operator()(const MaxPool& pool) const { return {pool.input}; }
  std::vector<TensorId> operator()(const GlobalAverage& mean) const { return {mean.input.tensor}; }
  std::vector<TensorId> operator()(const Requantize& node) const { return {node.input.tensor}; }
};

struct Outputs {
  std::vector<TensorId> operator()(const Conv& conv) const {
    std::vector<TensorId> ids;
    for (const Operand& output : conv.outputs) ids.push_back(output.tensor);
    return ids;
  }
  std::vector<TensorId> operator()(const Add& add) const { return {add.output.tensor}; }
  std::vector<TensorId> operator()(const MaxPool& pool) const { return {pool.output}; }
  std::vector<TensorId> operator()(const GlobalAverage& mean) const { return {mean.output.tensor}; }
  std::vector<TensorId> operator()(const Requantize& node) const { return {node.output.tensor}; }
};

}  // namespace

const char* name(CodeType type) {
  switch (type) {
    case CodeType::kInt8:
      return "int8";
    case CodeType::kUint8:
      return "uint8";
    case CodeType::kInt4:
      return "int4";
    case CodeType::kUint4:
      return "uint4";
  }
  return "unknown";
}

CodeRange range_of(CodeType type) {
  switch (type) {
    case CodeType::kInt8:
      return {-128, 127};
    case CodeType::kUint8:
      return {0, 255};
    case CodeType::kInt4:
      return kSignedInt4;
    case CodeType::kUint4:
      return kUnsignedInt4;
  }
  HB_ASSERT(false, "code type {}", static_cast<int>(type));
}

std::int32_t Tensor::offset() const {
  if (is_within(range, kSignedInt4)) return 0;
  if (is_within(range, kUnsignedInt4)) return 8;
  return type == CodeType::kUint8 ? 128 : 0;
}

bool Tensor::fits_int4() const { return is_within(stored_range(), kSignedInt4); }

CodeRange Tensor::stored_range() const { return {range.low - offset(), range.high - offset()}; }

std::vector<TensorId> inputs_of(const Node& node) { return std::visit(Inputs{}, node.op); }

std::vector<TensorId> outputs_of(const Node& node) { return std::visit(Outputs{}, node.op); }

std::uint64_t weights_per_channel(const Graph& graph, const Conv& conv) {
  return std::uint64_t{graph.tensor(conv.input.tensor).channels} * conv.window.kernel_height *
         conv.window.kernel_width;
}

}  // namespace hb::graph
