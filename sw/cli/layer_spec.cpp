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
constexpr std::string_view kConv = "conv:";
// Fields of a command: 16 bits of size, 8 bits of kernel, stride and padding.
constexpr std::uint32_t kMostSize = 65535;
constexpr std::uint32_t kMostStep = 255;
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 31;

struct NamedLayer {
  const char* name;
  const char* shape;
};
/// Layers of networks as published (v1.5: the 3x3 convolution has the stride).
constexpr std::array kNamedLayers = {
    NamedLayer{"resnet50/layer1.0.conv2", "64x56x56:64x3x3:s1:p1"},
    NamedLayer{"resnet50/layer1.0.conv3", "64x56x56:256x1x1"},
    NamedLayer{"resnet50/layer2.0.conv2", "128x28x28:128x3x3:s1:p1"},
    NamedLayer{"resnet50/layer3.1.conv2", "256x14x14:256x3x3:s1:p1"},
    NamedLayer{"resnet50/layer4.1.conv2", "512x7x7:512x3x3:s1:p1"},
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

/// Numbers of "AxBxC", each low..high. Throws hb::Error naming `where`.
std::vector<std::uint32_t> numbers(std::string_view text, std::uint32_t low, std::uint32_t high,
                                   const std::string& where) {
  std::vector<std::uint32_t> values;
  for (const std::string_view part : split(text, 'x')) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), value);
    if (error != std::errc() || end != part.data() + part.size() || value < low || value > high) {
      throw bad_input(where, fmt::format("\"{}\" is no size", part),
                      fmt::format("{}..{}, as in {}", low, high, kSpecForm));
    }
    values.push_back(value);
  }
  return values;
}

void require_count(bool good, std::string_view text, const std::string& where) {
  if (!good) {
    throw bad_input(where, fmt::format("\"{}\" has a wrong number of sizes", text), kSpecForm);
  }
}

void read_option(schedule::ConvLayer& layer, std::string_view text, const std::string& where) {
  const std::string_view sizes = text.substr(std::min<std::size_t>(1, text.size()));
  if (!text.empty() && text.front() == 's') {
    const auto stride = numbers(sizes, 1, kMostStep, where);
    require_count(stride.size() <= 2, text, where);
    layer.stride_y = stride.front();
    layer.stride_x = stride.back();
  } else if (!text.empty() && text.front() == 'p') {
    auto pad = numbers(sizes, 0, kMostStep, where);
    require_count(pad.size() == 1 || pad.size() == 4, text, where);
    pad.resize(4, pad.front());
    layer.pad_top = pad[0];
    layer.pad_left = pad[1];
    layer.pad_bottom = pad[2];
    layer.pad_right = pad[3];
  } else {
    throw bad_input(where, fmt::format("\"{}\" is neither stride nor padding", text), kSpecForm);
  }
}

void check(const schedule::ConvLayer& layer, const std::string& where) {
  if (layer.input_height + layer.pad_top + layer.pad_bottom < layer.kernel_height ||
      layer.input_width + layer.pad_left + layer.pad_right < layer.kernel_width) {
    throw bad_input(where, "the kernel is larger than the padded input", "at least one output");
  }
  const std::uint64_t input =
      std::uint64_t{layer.input_channels} * layer.input_height * layer.input_width;
  const std::uint64_t output =
      std::uint64_t{layer.output_channels} * layer.output_height() * layer.output_width();
  const std::uint64_t weights = std::uint64_t{layer.input_channels} * layer.output_channels *
                                layer.kernel_height * layer.kernel_width;
  if (std::max({input, output, weights}) > kMostBytes || layer.output_height() > kMostSize ||
      layer.output_width() > kMostSize) {
    throw bad_input(where, "the layer does not fit a memory of 4 GiB",
                    "at most 2^31 values a tensor");
  }
}

schedule::ConvLayer parse_shape(std::string_view shape, const std::string& where) {
  const std::vector<std::string_view> parts = split(shape, ':');
  require_count(parts.size() >= 2 && parts.size() <= 4, shape, where);
  const auto input = numbers(parts[0], 1, kMostSize, where);
  require_count(input.size() == 3, parts[0], where);
  const auto weights = numbers(parts[1], 1, kMostSize, where);
  require_count(weights.size() == 3, parts[1], where);
  static_cast<void>(numbers(parts[1].substr(parts[1].find('x') + 1), 1, kMostStep, where));
  schedule::ConvLayer layer;
  layer.input_channels = input[0];
  layer.input_height = input[1];
  layer.input_width = input[2];
  layer.output_channels = weights[0];
  layer.kernel_height = weights[1];
  layer.kernel_width = weights[2];
  for (std::size_t i = 2; i < parts.size(); ++i) {
    if (i > 2 && parts[i].substr(0, 1) == parts[2].substr(0, 1)) {
      throw bad_input(where, fmt::format("\"{}\" after \"{}\"", parts[i], parts[2]), kSpecForm);
    }
    read_option(layer, parts[i], where);
  }
  check(layer, where);
  return layer;
}

}  // namespace

schedule::ConvLayer parse_layer(const std::string& text) {
  std::string_view name = text;
  name.remove_prefix(std::min(kPrefix.size(), name.size()));
  std::string_view shape;
  if (name.substr(0, kConv.size()) == kConv) {
    shape = name.substr(kConv.size());
  }
  for (const NamedLayer& named : kNamedLayers) {
    if (name == named.name) {
      shape = named.shape;
    }
  }
  if (shape.empty()) {
    std::string names;
    for (const NamedLayer& known : kNamedLayers) {
      names += fmt::format(", {}{}", kPrefix, known.name);
    }
    throw bad_input(text, "no such layer", kSpecForm + names);
  }
  schedule::ConvLayer layer = parse_shape(shape, text);
  layer.name = std::string(name);
  return layer;
}

}  // namespace hb::cli
