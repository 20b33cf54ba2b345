// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A quantized network in its integer meaning: tensors of codes and the operators between them,
// whatever file or generator it came from. No machine, no layout.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/arch/commands.hpp"

namespace hb::graph {

/// Element type of codes as the model has them; the machine's are signed, see Tensor::offset().
enum class CodeType : std::uint8_t { kInt8, kUint8, kInt4, kUint4 };

[[nodiscard]] const char* name(CodeType type);

/// Codes low..high, both included.
struct CodeRange {
  std::int32_t low = -128;
  std::int32_t high = 127;

  [[nodiscard]] bool holds(std::int32_t code) const { return low <= code && code <= high; }
  [[nodiscard]] bool operator==(const CodeRange& other) const {
    return low == other.low && high == other.high;
  }
};
[[nodiscard]] CodeRange range_of(CodeType type);

/// What a code means: real = scale * (code - zero_point). Scales are normal, finite and positive;
/// zero points are codes of the tensor's type.
struct Affine {
  float scale = 1.0F;
  std::int32_t zero_point = 0;

  [[nodiscard]] bool operator==(const Affine& other) const {
    return scale == other.scale && zero_point == other.zero_point;
  }
};

/// Index in Graph::tensors.
struct TensorId {
  std::size_t index = 0;
};

/// A tensor of one image, [channel][y][x].
struct Tensor {
  std::string name;  ///< as in the model, unique
  std::uint32_t channels = 1;
  std::uint32_t height = 1;
  std::uint32_t width = 1;
  CodeType type = CodeType::kInt8;
  CodeRange range;  ///< codes that can occur: the type's, or fewer (a Clip, a Relu)

  /// What is subtracted from a code to store it: 0 where the range is within -8..7, else 8 where
  /// it is within 0..15, else 0 (signed types) or 128 (unsigned types).
  [[nodiscard]] std::int32_t offset() const;
  /// Whether all codes minus the offset are in -8..7.
  [[nodiscard]] bool fits_int4() const;
  /// `range` minus the offset.
  [[nodiscard]] CodeRange stored_range() const;
  [[nodiscard]] std::uint64_t values() const { return std::uint64_t{channels} * height * width; }
};

/// A tensor that a node reads or writes, and what the node takes its codes to mean.
struct Operand {
  TensorId tensor;
  Affine affine;
};

/// Windows of a convolution or pooling, in pixels.
struct Window {
  std::uint32_t kernel_height = 1;
  std::uint32_t kernel_width = 1;
  std::uint32_t stride_y = 1;
  std::uint32_t stride_x = 1;
  std::uint32_t pad_top = 0;
  std::uint32_t pad_left = 0;
  std::uint32_t pad_bottom = 0;
  std::uint32_t pad_right = 0;
};

/// Which of the runtime's operators a convolution is: they make their scales differently.
enum class ConvKind : std::uint8_t { kConv, kGemm };

/// Convolution or, with a window as large as the input, fully connected: sums of (x - x zero point)
/// * w + bias, quantized to each of the outputs. A padded position counts as the zero point.
struct Conv {
  ConvKind kind = ConvKind::kConv;
  Operand input;
  std::vector<Operand> outputs;  ///< one, or two where the model quantizes the same sums twice
  Window window;
  std::uint32_t output_channels = 1;
  float alpha = 1.0F;  ///< factor of the input's scale (QGemm)
  /// int4 exactly when every weight is in -8..7.
  arch::Precision weight_precision = arch::Precision::kInt8;
  std::vector<float> weight_scales;  ///< one, or one per output channel
  std::vector<std::int32_t> bias;    ///< per output channel, scale x_scale * w_scale
  /// [output channel][input channel][ky][kx], zero points subtracted. May be slow: call once.
  std::function<std::vector<std::int8_t>()> weights;
};

/// a + b, in this order.
struct Add {
  Operand a;
  Operand b;
  Operand output;
};

/// Largest code of each window; padding never wins.
struct MaxPool {
  TensorId input;
  TensorId output;
  Window window;
};

/// Mean over all pixels of a channel.
struct GlobalAverage {
  Operand input;
  Operand output;
};

/// Every code to another scale, zero point or type; with equal affines: to a smaller range (Clip
/// and Relu on codes), and nothing is rounded.
struct Requantize {
  Operand input;
  Operand output;
};

using Operator = std::variant<Conv, Add, MaxPool, GlobalAverage, Requantize>;

struct Node {
  std::string name;  ///< as in the model, for messages and tables
  Operator op;
};

/// A tensor of the network's border, or another name for a tensor inside (Flatten, Identity).
struct NamedTensor {
  std::string name;  ///< as in the model
  TensorId tensor;
  bool flat = false;  ///< [N, values] instead of [N, C, H, W]
  /// Outside it is float32: quantized (input) or dequantized (output) by this. Else it is codes.
  std::optional<Affine> real;
};

struct Graph {
  std::string name;
  std::vector<Tensor> tensors;
  std::vector<Node> nodes;  ///< each after those whose outputs it reads
  std::vector<NamedTensor>
      inputs;  ///< several may have one name: one input, quantized in several ways
  std::vector<NamedTensor> outputs;
  std::vector<NamedTensor> aliases;

  [[nodiscard]] const Tensor& tensor(TensorId id) const { return tensors.at(id.index); }
};

/// The tensors that a node reads, in the operator's order, and those that it writes.
[[nodiscard]] std::vector<TensorId> inputs_of(const Node& node);
[[nodiscard]] std::vector<TensorId> outputs_of(const Node& node);

/// Weights of one output channel.
[[nodiscard]] std::uint64_t weights_per_channel(const Graph& graph, const Conv& conv);

/// Throws hb::Error naming node or tensor where shapes, ranges, scales or zero points do not go
/// together, a tensor is read before it is written or written twice, or names repeat. Does not call
/// Conv::weights.
void check(const Graph& graph);

/// What one output channel's weights add up to: all that bounds of its sums depend on.
struct WeightSums {
  std::int64_t positive = 0;
  std::int64_t negative = 0;

  [[nodiscard]] std::int64_t total() const { return positive + negative; }
  /// Smallest and largest sum of products with codes in `codes`, each product on its own.
  [[nodiscard]] std::int64_t least(const CodeRange& codes) const {
    return codes.low * positive + codes.high * negative;
  }
  [[nodiscard]] std::int64_t most(const CodeRange& codes) const {
    return codes.high * positive + codes.low * negative;
  }
};
[[nodiscard]] WeightSums sums_of(const std::int8_t* weights, std::size_t count);

/// Throws hb::Error naming `node` if an accumulator of its can leave int32, whatever the input's
/// codes. `weights` as from Conv::weights.
void check_accumulators(const Graph& graph, const std::string& node, const Conv& conv,
                        const std::vector<std::int8_t>& weights);

}  // namespace hb::graph
