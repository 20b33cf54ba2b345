// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/layer_spec.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

#include "model/arch/error.hpp"

namespace hb::cli {

namespace {

constexpr std::string_view kPrefix = "builtin:";
// Fields of a command: 16 bits of size, 8 bits of kernel, stride and padding.
constexpr std::uint32_t kMostSize = 65535;
constexpr std::uint32_t kMostStep = 255;
constexpr std::uint64_t kMostValues = std::uint64_t{1} << 31;

struct NamedLayer {
  const char* name;
  const char* shape;
};
/// Layers of networks as published (v1.5: the 3x3 convolution has the stride).
constexpr std::array kNamedLayers = {
    NamedLayer{"resnet50/layer1.0.conv2", "conv:64x56x56:64x3x3:s1:p1"},
    NamedLayer{"resnet50/layer1.0.conv3", "conv:64x56x56:256x1x1"},
    NamedLayer{"resnet50/layer2.0.conv2", "conv:128x28x28:128x3x3:s1:p1"},
    NamedLayer{"resnet50/layer3.1.conv2", "conv:256x14x14:256x3x3:s1:p1"},
    NamedLayer{"resnet50/layer4.1.conv2", "conv:512x7x7:512x3x3:s1:p1"},
};

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) {
      return parts;
    }
    text.remove_prefix(end + 1);
  }
}

/// Reads the parts of one spec. Errors name it and the form that its kind has.
class Reader {
 public:
  Reader(const std::string& where, const char* form) : where_(where), form_(form) {}

  /// Numbers of "AxBxC", `count` of them, each low..high.
  [[nodiscard]] std::vector<std::uint32_t> sizes(std::string_view text, std::size_t count,
                                                 std::uint32_t high = kMostSize) const {
    std::vector<std::uint32_t> values = numbers(text, 1, high);
    require_count(values.size() == count, text);
    return values;
  }

  /// "CxHxW" as a layer's input.
  void input(schedule::WindowLayer& layer, std::string_view text) const {
    const auto values = sizes(text, 3);
    layer.input_channels = values[0];
    layer.input_height = values[1];
    layer.input_width = values[2];
  }

  /// Strides, pads and, in a convolution, additions: each once at most.
  template <class Layer>
  void options(Layer& layer, const std::vector<std::string_view>& parts, std::size_t first) const {
    for (std::size_t i = first; i < parts.size(); ++i) {
      for (std::size_t j = first; j < i; ++j) {
        if (parts[j].substr(0, 1) == parts[i].substr(0, 1)) {
          throw bad_input(where_, fmt::format("\"{}\" after \"{}\"", parts[i], parts[j]), form_);
        }
      }
      option(layer, parts[i]);
    }
  }

  void require_count(bool good, std::string_view text) const {
    if (!good) {
      throw bad_input(where_, fmt::format("\"{}\" has too few or too many sizes or parts", text),
                      form_);
    }
  }

  /// Refuses windows that do not fit, and tensors of more than 2^31 values.
  void check(const schedule::WindowLayer& layer, std::uint32_t output_channels,
             std::uint64_t weights) const {
    if (layer.input_height + layer.pad_top + layer.pad_bottom < layer.kernel_height ||
        layer.input_width + layer.pad_left + layer.pad_right < layer.kernel_width) {
      throw bad_input(where_, "the kernel is larger than the padded input", "at least one output");
    }
    const std::uint64_t output =
        std::uint64_t{output_channels} * layer.output_height() * layer.output_width();
    check_memory(layer.input_channels, layer.input_height, layer.input_width,
                 std::max(output, weights));
    if (layer.output_height() > kMostSize || layer.output_width() > kMostSize) refuse_size();
  }

  void check_memory(std::uint64_t channels, std::uint64_t height, std::uint64_t width,
                    std::uint64_t others = 0) const {
    if (std::max(channels * height * width, others) > kMostValues) refuse_size();
  }

 private:
  [[noreturn]] void refuse_size() const {
    throw bad_input(where_, "the layer does not fit a memory of 4 GiB",
                    "at most 2^31 values a tensor");
  }

  [[nodiscard]] std::vector<std::uint32_t> numbers(std::string_view text, std::uint32_t low,
                                                   std::uint32_t high) const {
    std::vector<std::uint32_t> values;
    for (const std::string_view part : split(text, 'x')) {
      std::uint32_t value = 0;
      const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
      if (error != std::errc() || end != part.data() + part.size() || value < low || value > high) {
        throw bad_input(where_, fmt::format("\"{}\" is no size", part),
                        fmt::format("{}..{}, as in {}", low, high, form_));
      }
      values.push_back(value);
    }
    return values;
  }

  [[noreturn]] void refuse_option(std::string_view text, const char* known) const {
    throw bad_input(where_, fmt::format("\"{}\" is {}", text, known), form_);
  }

  void option(schedule::ConvLayer& layer, std::string_view text) const {
    if (window_option(layer, text)) return;
    if (text != "add" && text != "add-first") {
      refuse_option(text, "neither stride nor padding nor addition");
    }
    layer.residual = schedule::ResidualInput{};
    layer.residual->addition.first = text == "add-first";
  }
  void option(schedule::PoolLayer& layer, std::string_view text) const {
    if (!window_option(layer, text)) refuse_option(text, "neither stride nor padding");
  }

  /// Whether `text` is a stride or padding.
  [[nodiscard]] bool window_option(schedule::WindowLayer& layer, std::string_view text) const {
    if (text.empty() || (text.front() != 's' && text.front() != 'p')) return false;
    const std::string_view sizes = text.substr(1);
    if (text.front() == 's') {
      const auto stride = numbers(sizes, 1, kMostStep);
      require_count(stride.size() <= 2, text);
      layer.stride_y = stride.front();
      layer.stride_x = stride.back();
      return true;
    }
    auto pad = numbers(sizes, 0, kMostStep);
    require_count(pad.size() == 1 || pad.size() == 4, text);
    pad.resize(4, pad.front());
    layer.pad_top = pad[0];
    layer.pad_left = pad[1];
    layer.pad_bottom = pad[2];
    layer.pad_right = pad[3];
    return true;
  }

  const std::string& where_;
  const char* form_;
};

using Parts = std::vector<std::string_view>;

schedule::ConvLayer parse_conv(const Parts& parts, const std::string& where) {
  const Reader reader(where, kConvForm);
  schedule::ConvLayer layer;
  reader.require_count(parts.size() >= 2 && parts.size() <= 5, where);
  reader.input(layer, parts[0]);
  layer.output_channels = reader.sizes(parts[1], 3)[0];
  const auto kernel = reader.sizes(parts[1].substr(parts[1].find('x') + 1), 2, kMostStep);
  layer.kernel_height = kernel[0];
  layer.kernel_width = kernel[1];
  reader.options(layer, parts, 2);
  reader.check(layer, layer.output_channels,
               std::uint64_t{layer.input_channels} * layer.output_channels * layer.kernel_height *
                   layer.kernel_width);
  return layer;
}

schedule::ConvLayer parse_fc(const Parts& parts, const std::string& where) {
  const Reader reader(where, kFcForm);
  schedule::ConvLayer layer;
  reader.require_count(parts.size() == 2, where);
  layer.input_channels = reader.sizes(parts[0], 1)[0];
  layer.output_channels = reader.sizes(parts[1], 1)[0];
  reader.check(layer, layer.output_channels,
               std::uint64_t{layer.input_channels} * layer.output_channels);
  return layer;
}

schedule::PoolLayer parse_pool(const Parts& parts, const std::string& where) {
  const Reader reader(where, kPoolForm);
  schedule::PoolLayer layer;
  reader.require_count(parts.size() >= 2 && parts.size() <= 4, where);
  reader.input(layer, parts[0]);
  const auto kernel = reader.sizes(parts[1], 2, kMostStep);
  layer.kernel_height = kernel[0];
  layer.kernel_width = kernel[1];
  reader.options(layer, parts, 2);
  reader.check(layer, layer.input_channels, 0);
  return layer;
}

schedule::UnitLayer parse_unit(const Parts& parts, const std::string& where,
                               schedule::UnitKind kind) {
  const bool averages = kind == schedule::UnitKind::kGlobalAverage;
  const Reader reader(where, averages ? kAverageForm : kRequantizeForm);
  reader.require_count(parts.size() == 1, where);
  const auto sizes = reader.sizes(parts[0], 3);
  reader.check_memory(sizes[0], sizes[1], sizes[2]);
  schedule::UnitLayer layer;
  layer.kind = kind;
  layer.channels = sizes[0];
  layer.height = sizes[1];
  layer.width = sizes[2];
  return layer;
}

BuiltinLayer parse_kind(std::string_view shape, const std::string& where) {
  Parts parts = split(shape, ':');
  const std::string_view kind = parts.front();
  parts.erase(parts.begin());
  if (kind == "conv") return parse_conv(parts, where);
  if (kind == "maxpool") return parse_pool(parts, where);
  if (kind == "fc") return parse_fc(parts, where);
  if (kind == "avgpool") return parse_unit(parts, where, schedule::UnitKind::kGlobalAverage);
  if (kind == "requantize") return parse_unit(parts, where, schedule::UnitKind::kRequantize);
  std::string names = kConvForm;
  for (const char* form : {kPoolForm, kFcForm, kAverageForm, kRequantizeForm}) {
    names += fmt::format(", {}", form);
  }
  for (const NamedLayer& known : kNamedLayers) names += fmt::format(", {}{}", kPrefix, known.name);
  throw bad_input(where, "no such layer", names);
}

void set_format(schedule::ConvLayer& layer, const LayerFormat& format, const std::string& where) {
  layer.precision = format.activations;
  layer.narrow_weights = format.weights != format.activations;
  layer.contract = format.contract;
  layer.output = schedule::full_range(format.activations);
  if (!layer.residual) return;
  layer.residual->precision = format.activations;
  if (layer.residual->addition.first && format.contract == arch::Contract::kTflite) {
    throw bad_input(where, "\"add-first\" under tflite", "add: a tflite sum has no order");
  }
}

void set_format(schedule::PoolLayer& layer, const LayerFormat& format, const std::string&) {
  layer.precision = format.activations;
}

void set_format(schedule::UnitLayer& layer, const LayerFormat& format, const std::string&) {
  const bool int8 = format.activations == arch::Precision::kInt8;
  const arch::Precision other = int8 ? arch::Precision::kInt4 : arch::Precision::kInt8;
  layer.precision = format.activations;
  layer.contract = format.contract;
  layer.output = schedule::full_range(layer.averages() ? format.activations : other);
}

}  // namespace

BuiltinLayer parse_layer(const std::string& text, const LayerFormat& format) {
  std::string_view name = text;
  name.remove_prefix(std::min(kPrefix.size(), name.size()));
  std::string_view shape = name;
  for (const NamedLayer& named : kNamedLayers) {
    if (name == named.name) shape = named.shape;
  }
  BuiltinLayer layer = parse_kind(shape, text);
  std::visit(
      [&](auto& one) {
        one.name = std::string(name);
        set_format(one, format, text);
      },
      layer);
  return layer;
}

}  // namespace hb::cli
