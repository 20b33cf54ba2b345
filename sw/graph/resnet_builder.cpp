// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/graph/resnet_builder.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "sw/graph/random.hpp"

namespace hb::graph {
namespace {

/// Most of a bias, in deviations of the sums: too little to change how they are distributed.
constexpr double kBias = 0.25;
/// Share of the variance of a Relu's output that is between channels (measured): it is what an
/// average over very many pixels would keep.
constexpr double kBetweenChannels = 0.08;

CodeType signed_type(arch::Precision precision) {
  return precision == arch::Precision::kInt4 ? CodeType::kInt4 : CodeType::kInt8;
}

CodeType unsigned_type(arch::Precision precision) {
  return precision == arch::Precision::kInt4 ? CodeType::kUint4 : CodeType::kUint8;
}

std::int32_t largest_weight(arch::Precision precision) {
  return precision == arch::Precision::kInt4 ? 7 : 127;
}

/// Mean over all outputs of the kernel positions that lie inside of the image, along one side.
double positions_inside(std::uint32_t size, std::uint32_t outputs, const RandomConv& layer) {
  const std::int64_t pad = (layer.kernel - 1) / 2;
  std::int64_t inside = 0;
  for (std::int64_t i = 0; i < outputs; ++i) {
    const std::int64_t first = i * layer.stride - pad;
    inside += std::min<std::int64_t>(first + layer.kernel, size) - std::max<std::int64_t>(first, 0);
  }
  return static_cast<double>(inside) / outputs;
}

/// Factors of the channels' scales: a factor 2 between the least and the most, mean square 1.
class Gains {
 public:
  [[nodiscard]] static double at(double fraction) { return kLeast * (1 + fraction); }
  /// A sample that stands for all.
  [[nodiscard]] static std::vector<double> sample() {
    constexpr int kCount = 8;
    std::vector<double> gains;
    for (int i = 0; i < kCount; ++i) gains.push_back(at((i + 0.5) / kCount));
    return gains;
  }

 private:
  static constexpr double kLeast = 0.65465367070797714;  // sqrt(3 / 7)
};

/// Whether the weights that read `input` add to 0 at each kernel position, over the input channels:
/// then the positive mean that a Relu leaves falls out, as with batch normalization. Else it makes
/// every channel of a deep random network constant over the image.
bool is_centred(const Tensor& input) {
  constexpr std::uint32_t kFewest = 8;
  return input.range.low == 0 && input.channels >= kFewest;
}

struct WeightShape {
  std::size_t outputs;
  std::size_t inputs;
  std::size_t positions;  ///< of the kernel
};

std::vector<std::int8_t> uniform_weights(const WeightShape& shape, std::int32_t most,
                                         RandomStream random) {
  std::vector<std::int8_t> weights(shape.outputs * shape.inputs * shape.positions);
  for (std::int8_t& weight : weights) {
    weight = static_cast<std::int8_t>(random.integer(-most, most));
  }
  return weights;
}

/// Takes from all input channels' weights what they add to, but for what leaves -most..most.
void centre(std::vector<std::int8_t>& weights, const WeightShape& shape, std::int32_t most) {
  const auto inputs = static_cast<std::int32_t>(shape.inputs);
  for (std::size_t output = 0; output < shape.outputs; ++output) {
    for (std::size_t position = 0; position < shape.positions; ++position) {
      const auto weight = [&](std::int32_t input) -> std::int8_t& {
        return weights[(output * shape.inputs + static_cast<std::size_t>(input)) * shape.positions +
                       position];
      };
      std::int32_t sum = 0;
      for (std::int32_t i = 0; i < inputs; ++i) sum += weight(i);
      // Parts of the sum, as equal as integers can be.
      std::int64_t taken = 0;
      for (std::int32_t i = 0; i < inputs; ++i) {
        const std::int64_t to_take = std::int64_t{sum} * (i + 1) / inputs;
        const std::int64_t centred = weight(i) - (to_take - taken);
        weight(i) = static_cast<std::int8_t>(std::clamp<std::int64_t>(centred, -most, most));
        taken = to_take;
      }
    }
  }
}

/// Means over all pixels of a tensor.
Distribution means(const Histogram& codes, const Tensor& tensor) {
  const double pixels = 1.0 * tensor.height * tensor.width;
  const double kept = kBetweenChannels + (1 - kBetweenChannels) / pixels;
  return shrunk(codes, std::sqrt(kept));
}

Window square_window(std::uint32_t kernel, std::uint32_t stride) {
  const std::uint32_t pad = (kernel - 1) / 2;
  return {kernel, kernel, stride, stride, pad, pad, pad, pad};
}

}  // namespace

RandomNetwork::RandomNetwork(std::string name, std::uint64_t seed) : seed_(seed) {
  graph_.name = std::move(name);
}

TensorId RandomNetwork::input(const std::string& name, std::uint32_t channels, std::uint32_t size,
                              arch::Precision precision) {
  const CodeType type = signed_type(precision);
  // A real image's values, about -2 .. 2.
  const auto scale = static_cast<float>(2.0 / range_of(type).high);
  const Histogram codes = uniform(type, {scale, random_zero_point(precision)});
  const TensorId id = add_tensor({name, channels, size, size, type, range_of(type)}, codes);
  graph_.inputs.push_back({name, id, false, {}});
  return id;
}

TensorId RandomNetwork::conv(const std::string& name, TensorId input, const RandomConv& layer) {
  const bool relu = layer.kind == RandomConv::kRelu;
  Conv conv;
  conv.kind = layer.kind == RandomConv::kFullyConnected ? ConvKind::kGemm : ConvKind::kConv;
  conv.input = operand(input);
  conv.window = square_window(layer.kernel, layer.stride);
  conv.output_channels = layer.channels;
  conv.weight_precision = layer.weights;
  const Distribution values = set_parameters(conv, layer);
  const CodeType type = relu ? unsigned_type(layer.output) : signed_type(layer.output);
  const Affine affine = choose_affine(values, type, relu ? 0 : random_zero_point(layer.output));
  const std::uint32_t size = (tensor(input).height + layer.stride - 1) / layer.stride;
  const TensorId output = add_tensor({name, layer.channels, size, size, type, range_of(type)},
                                     quantize(values, type, affine));
  conv.outputs = {operand(output)};
  graph_.nodes.push_back({name, std::move(conv)});
  return output;
}

Distribution RandomNetwork::set_parameters(Conv& conv, const RandomConv& layer) {
  const Tensor& input = tensor(conv.input.tensor);
  const std::int32_t most = largest_weight(layer.weights);
  const std::uint32_t size = (input.height + layer.stride - 1) / layer.stride;
  const double positions = positions_inside(input.height, size, layer);
  const double weight_mean_square = most * (most + 1) / 3.0;
  // Of a sum of x w with random w of mean 0: whatever x are, their mean square counts. If the w of
  // each kernel position add to 0, that of their differences from the mean.
  const bool centred = is_centred(input);
  const double channels = centred ? input.channels - 1.0 : input.channels;
  const double mean_square =
      centred ? codes(conv.input.tensor).variance() : codes(conv.input.tensor).mean_square();
  const double deviation =
      std::sqrt(positions * positions * channels * weight_mean_square * mean_square);
  const double scale = 1 / deviation;
  const double sum_deviation = deviation / double{conv.input.affine.scale};
  const bool per_channel = layer.kind != RandomConv::kFullyConnected;
  RandomStream random(seed_, stream(kParameters));
  if (!per_channel) conv.weight_scales = {static_cast<float>(scale)};
  for (std::uint32_t channel = 0; channel < layer.channels; ++channel) {
    const double bias = kBias * (2 * random.fraction() - 1) * sum_deviation;
    conv.bias.push_back(static_cast<std::int32_t>(bias));
    if (!per_channel) continue;
    conv.weight_scales.push_back(static_cast<float>(scale * Gains::at(random.fraction())));
  }
  const WeightShape shape{layer.channels, input.channels, layer.kernel * layer.kernel};
  conv.weights = [shape, most, centred, random_weights = RandomStream(seed_, stream(kWeights))] {
    std::vector<std::int8_t> weights = uniform_weights(shape, most, random_weights);
    if (centred) centre(weights, shape, most);
    return weights;
  };
  return normal(per_channel ? Gains::sample() : std::vector<double>{1});
}

TensorId RandomNetwork::add(const std::string& name, TensorId a, TensorId b,
                            arch::Precision output) {
  const CodeType type = unsigned_type(output);
  const Distribution values = sum(codes(a), codes(b));
  const Affine affine = choose_affine(values, type, 0);
  const Tensor& shape = tensor(a);
  const TensorId id =
      add_tensor({name, shape.channels, shape.height, shape.width, type, range_of(type)},
                 quantize(values, type, affine));
  graph_.nodes.push_back({name, Add{operand(a), operand(b), operand(id)}});
  return id;
}

TensorId RandomNetwork::max_pool(const std::string& name, TensorId input) {
  constexpr std::uint32_t kKernel = 3;
  constexpr std::uint32_t kStride = 2;
  Tensor output = tensor(input);
  output.name = name;
  output.height = (output.height + kStride - 1) / kStride;
  output.width = (output.width + kStride - 1) / kStride;
  // The stem's sums at different pixels of an image of independent pixels hardly depend on one
  // another.
  const TensorId id = add_tensor(output, largest(codes(input), kKernel * kKernel));
  graph_.nodes.push_back({name, MaxPool{input, id, square_window(kKernel, kStride)}});
  return id;
}

TensorId RandomNetwork::average(const std::string& name, TensorId input, arch::Precision output) {
  const CodeType type = unsigned_type(output);
  const Distribution values = means(codes(input), tensor(input));
  return add_average(name, input, quantize(values, type, choose_affine(values, type, 0)));
}

TensorId RandomNetwork::average_at_same_scale(const std::string& name, TensorId input,
                                              arch::Precision output) {
  const Distribution values = means(codes(input), tensor(input));
  return add_average(name, input, quantize(values, unsigned_type(output), codes(input).affine()));
}

TensorId RandomNetwork::requantize(const std::string& name, TensorId input,
                                   arch::Precision output) {
  const CodeType type = unsigned_type(output);
  const Distribution values = shrunk(codes(input), 1);
  const Tensor& shape = tensor(input);
  const TensorId id =
      add_tensor({name, shape.channels, shape.height, shape.width, type, range_of(type)},
                 quantize(values, type, choose_affine(values, type, 0)));
  graph_.nodes.push_back({name, Requantize{operand(input), operand(id)}});
  return id;
}

Graph RandomNetwork::finish(TensorId output) {
  graph_.outputs.push_back({tensor(output).name, output, true, {}});
  return std::move(graph_);
}

std::uint64_t RandomNetwork::stream(Stream use) const {
  return graph_.nodes.size() * kStreams + use;
}

std::int32_t RandomNetwork::random_zero_point(arch::Precision precision) const {
  RandomStream random(seed_, stream(kZeroPoint));
  if (random.integer(0, 1) == 0) return 0;
  const std::int32_t most = precision == arch::Precision::kInt4 ? 1 : 9;
  const std::int64_t odd = random.integer(0, most / 2) * 2 + 1;
  return static_cast<std::int32_t>(random.integer(0, 1) == 0 ? odd : -odd);
}

Operand RandomNetwork::operand(TensorId id) const { return {id, codes(id).affine()}; }

TensorId RandomNetwork::add_tensor(Tensor tensor, const Histogram& codes) {
  graph_.tensors.push_back(std::move(tensor));
  codes_.push_back(codes);
  return {graph_.tensors.size() - 1};
}

TensorId RandomNetwork::add_average(const std::string& name, TensorId input,
                                    const Histogram& output) {
  const std::uint32_t channels = tensor(input).channels;
  const CodeType type = output.type();
  const TensorId id = add_tensor({name, channels, 1, 1, type, range_of(type)}, output);
  graph_.nodes.push_back({name, GlobalAverage{operand(input), operand(id)}});
  return id;
}

}  // namespace hb::graph
