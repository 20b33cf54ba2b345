// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/images.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sw/cli/list_text.hpp"
#include "sw/compile/border.hpp"
#include "sw/graph/random.hpp"

namespace hb::cli {

namespace {

constexpr std::uint64_t kDefaultSeed = 1;
/// Streams of random numbers from here on are those of inputs, one each; built-in networks draw
/// their weights from lower ones.
constexpr std::uint64_t kInputStreams = std::uint64_t{1} << 48;

std::uint64_t values_of(const std::vector<std::uint32_t>& dims) {
  std::uint64_t values = 1;
  for (const std::uint32_t dim : dims) {
    values *= dim;
  }
  return values;
}

/// As NumPy has it.
const char* type_name(arch::ElementType type) {
  switch (type) {
    case arch::ElementType::kInt8:
      return "int8";
    case arch::ElementType::kUint8:
      return "uint8";
    default:
      return "float32";
  }
}

/// Codes, uniform over the border's range; where the outside is real, what they mean.
compile::Array random_array(const arch::Border& border, graph::RandomStream stream) {
  std::vector<std::int32_t> codes(values_of(border.dims));
  for (std::int32_t& code : codes) {
    code = static_cast<std::int32_t>(stream.integer(border.low, border.high));
  }
  if (border.type == arch::ElementType::kInt8) {
    return {border.dims, std::vector<std::int8_t>(codes.begin(), codes.end())};
  }
  if (border.type == arch::ElementType::kUint8) {
    return {border.dims, std::vector<std::uint8_t>(codes.begin(), codes.end())};
  }
  std::vector<float> values;
  for (const std::int32_t code : codes) {
    values.push_back(border.scale * static_cast<float>(code - border.zero_point));
  }
  return {border.dims, std::move(values)};
}

/// QuantizeLinear by the graph's own figures: what is held against the machine's inputs does not
/// come from the code that makes them.
std::int32_t quantized(float value, const graph::Affine& affine, const graph::CodeRange& range) {
  const float code = std::nearbyint(value / affine.scale) + static_cast<float>(affine.zero_point);
  return static_cast<std::int32_t>(
      std::min(std::max(code, static_cast<float>(range.low)), static_cast<float>(range.high)));
}

/// An image of a graph's input, as codes minus the tensor's offset.
arch::Tensor stored(const graph::Graph& graph, const graph::NamedTensor& input,
                    const compile::Array& image) {
  const graph::Tensor& tensor = graph.tensor(input.tensor);
  arch::Tensor result{tensor.channels, tensor.height, tensor.width, {}};
  const auto keep = [&](std::int32_t code) {
    result.codes.push_back(static_cast<std::int8_t>(code - tensor.offset()));
  };
  if (const auto* values = std::get_if<std::vector<float>>(&image.values)) {
    HB_ASSERT(input.real, "input {} is codes", input.name);
    for (const float value : *values) keep(quantized(value, *input.real, tensor.range));
  } else if (const auto* bytes = std::get_if<std::vector<std::uint8_t>>(&image.values)) {
    for (const std::uint8_t code : *bytes) keep(code);
  } else {
    for (const std::int8_t code : std::get<std::vector<std::int8_t>>(image.values)) keep(code);
  }
  return result;
}

/// Those codes as an array of the outside that `border` describes.
compile::Array outside(const arch::Tensor& tensor, const arch::Border& border) {
  if (border.type == arch::ElementType::kUint8) {
    std::vector<std::uint8_t> codes;
    for (const std::int32_t code : tensor.codes) {
      codes.push_back(static_cast<std::uint8_t>(code + border.offset));
    }
    return {border.dims, std::move(codes)};
  }
  HB_ASSERT(border.type == arch::ElementType::kInt8, "codes for a real input");
  std::vector<std::int8_t> codes;
  for (const std::int32_t code : tensor.codes) {
    codes.push_back(static_cast<std::int8_t>(code + border.offset));
  }
  return {border.dims, std::move(codes)};
}

}  // namespace

bool has_several_images(const Options& options) {
  if (options.inputs.empty() || options.images) {
    return options.images.value_or(1) > 1;
  }
  const std::string& text = options.inputs.front();
  const std::string file = std::filesystem::exists(text) ? text : text.substr(text.find('=') + 1);
  if (!std::filesystem::exists(file)) {
    return false;  // Images says what is wrong with it
  }
  const std::vector<std::uint64_t> dims = read_npy(file).dims;
  return dims.size() % 2 == 0 && !dims.empty() && dims.front() > 1;  // [N, C, H, W] or [N, K]
}

Images::Images(const Options& options, const Model& model) : model_(model) {
  if (!options.inputs.empty()) {
    read_files(options);
  } else if (!model.own_data) {
    make_random(options);
  }
}

const arch::Program& Images::outer() const { return model_.whole ? *model_.whole : model_.program; }

void Images::read_files(const Options& options) {
  const std::vector<std::string> names = compile::input_names(outer());
  for (const std::string& text : options.inputs) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    const bool named =
        equals != std::string::npos && std::find(names.begin(), names.end(), name) != names.end();
    const bool other = equals != std::string::npos && !named && !std::filesystem::exists(text);
    if (other || (!named && names.size() != 1)) {
      throw bad_input("--input " + text, other ? "no such input" : "does not say which input",
                      fmt::format("NAME=X.npy, NAME one of {}", list_text(names)));
    }
    add_file(named ? name : names.front(), named ? text.substr(equals + 1) : text);
  }
  for (const std::string& name : names) {
    if (files_.count(name) == 0) {
      throw bad_input("input " + name, "no data", fmt::format("--input {}=X.npy", name));
    }
  }
  count_ = in_files_;
  if (options.images) {
    if (*options.images > in_files_) {
      throw bad_input(fmt::format("--images {}", *options.images),
                      fmt::format("there are {}", in_files_), "at most as many as the file holds");
    }
    count_ = *options.images;
  }
}

void Images::add_file(const std::string& name, const std::string& file) {
  Npy npy = read_npy(file);
  const std::vector<std::uint32_t>& dims = compile::input_border(outer(), name).dims;
  const std::vector<std::uint64_t> image(dims.begin(), dims.end());
  const bool single = npy.dims == image;
  const bool several = npy.dims.size() == image.size() + 1 &&
                       std::equal(image.begin(), image.end(), npy.dims.begin() + 1);
  if (!single && !several) {
    throw bad_input(file, fmt::format("an array of [{}]", list_text(npy.dims)),
                    fmt::format("[N, {0}] or [{0}] for input {1}", list_text(dims), name));
  }
  const std::uint64_t images = single ? 1 : npy.dims.front();
  if (images == 0) {
    throw bad_input(file, "no images", "at least one");
  }
  if (!files_.empty() && images != in_files_) {
    throw bad_input(file, fmt::format("{} images", images),
                    fmt::format("{}, as for the other inputs", in_files_));
  }
  in_files_ = images;
  const char* expected = type_name(compile::input_border(outer(), name).type);
  if (npy.type() != expected) {
    throw bad_input(file, npy.type() + " values",
                    fmt::format("{} for input {}: numpy's astype() converts", expected, name));
  }
  if (!files_.emplace(name, std::move(npy)).second) {
    throw bad_input("input " + name, "given twice", "one --input for each");
  }
}

void Images::make_random(const Options& options) {
  const std::uint64_t seed = options.seed.value_or(kDefaultSeed);
  std::uint64_t stream = kInputStreams;
  for (const std::string& name : compile::input_names(outer())) {
    random_.emplace(name, random_array(compile::input_border(outer(), name),
                                       graph::RandomStream(seed, stream)));
    ++stream;
  }
  origin_ = fmt::format("random codes from seed {}; --input X.npy gives images", seed);
}

compile::Array Images::array(const std::string& name, std::size_t index) const {
  if (const auto random = random_.find(name); random != random_.end()) {
    return random->second;
  }
  const std::vector<std::uint32_t>& dims = compile::input_border(outer(), name).dims;
  return array_of(files_.at(name), index * values_of(dims), dims);
}

arch::Program Images::program(std::size_t index) const {
  arch::Program program = model_.program;
  if (model_.whole) {
    set_slice_inputs(index, program.memory);
    return program;
  }
  program.memory = memory(index);
  return program;
}

std::vector<std::uint8_t> Images::memory(std::size_t index) const {
  std::vector<std::uint8_t> memory = outer().memory;
  if (!files_.empty() || !random_.empty()) {
    for (const std::string& name : compile::input_names(outer())) {
      try {
        compile::set_input(outer(), name, array(name, index), memory);
      } catch (const Error& error) {
        throw Error(fmt::format("image {}: {}", index, error.what()));
      }
    }
  }
  return memory;
}

void Images::set_slice_inputs(std::size_t index, std::vector<std::uint8_t>& memory) const {
  arch::Program whole = *model_.whole;
  whole.memory = this->memory(index);
  const golden::Result result = golden::execute(whole);
  HB_ASSERT(result.error == arch::ErrorCode::kNone, "the whole network stops with {}",
            arch::name(result.error));
  for (const std::string& name : compile::input_names(model_.program)) {
    compile::set_input(model_.program, name, slice_input(name, index, result.memory), memory);
  }
}

arch::Program Images::program(arch::Program part, std::size_t index,
                              const std::vector<arch::Tensor>& tensors) const {
  const graph::Graph& graph = model_.graph.value();
  for (const std::string& name : compile::input_names(part)) {
    const arch::Border& border = compile::input_border(part, name);
    std::optional<compile::Array> input = image_input(name, index, border);
    for (std::size_t i = 0; !input && i < graph.tensors.size(); ++i) {
      if (graph.tensors[i].name == name) input = outside(tensors.at(i), border);
    }
    HB_ASSERT(input, "layers read {}, which the network does not have", name);
    compile::set_input(part, name, *input, part.memory);
  }
  return part;
}

std::optional<compile::Array> Images::image_input(const std::string& name, std::size_t index,
                                                  const arch::Border& border) const {
  const graph::Graph& graph = model_.graph.value();
  for (const graph::NamedTensor& input : graph.inputs) {
    if (input.name != name && graph.tensor(input.tensor).name != name) continue;
    compile::Array image = array(input.name, index);
    const bool real = border.type == arch::ElementType::kFloat32;
    return real ? image : outside(stored(graph, input, image), border);
  }
  return std::nullopt;
}

compile::Array Images::slice_input(const std::string& name, std::size_t index,
                                   const std::vector<std::uint8_t>& whole) const {
  const arch::Border& border = compile::input_border(model_.program, name);
  if (std::optional<compile::Array> image = image_input(name, index, border)) {
    return std::move(*image);
  }
  for (const auto* places : {&model_.whole->tensors, &model_.whole->outputs}) {
    for (arch::TensorPlace place : *places) {
      if (place.name != name) continue;
      place.border = border;
      place.border->lowering.reset();
      return compile::get_tensor(*model_.whole, place, whole);
    }
  }
  HB_ASSERT(false, "layers read {}, which the whole network does not write", name);
}

std::vector<arch::Tensor> Images::graph_inputs(std::size_t index) const {
  const graph::Graph& graph = model_.graph.value();
  std::vector<arch::Tensor> inputs;
  for (const graph::NamedTensor& input : graph.inputs) {
    inputs.push_back(stored(graph, input, array(input.name, index)));
  }
  return inputs;
}

}  // namespace hb::cli
