// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/compile/border.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "model/arch/error.hpp"
#include "model/arch/tensor.hpp"
#include "sw/map/layout.hpp"

namespace hb::compile {

namespace {

using arch::Border;
using arch::ElementType;
using arch::Lowering;

/// What a place without a border is outside: its codes as they are.
Border own_border(const arch::TensorPlace& place) {
  const std::int32_t low = place.precision == arch::Precision::kInt4 ? -8 : -128;
  Border border;
  border.dims = {place.channels, place.height, place.width};
  border.low = low;
  border.high = -low - 1;
  return border;
}

Border border_of(const arch::TensorPlace& place) {
  return place.border ? *place.border : own_border(place);
}

const char* name(ElementType type) {
  return type == ElementType::kInt8 ? "int8" : type == ElementType::kUint8 ? "uint8" : "float32";
}

ElementType type_of(const Values& values) { return static_cast<ElementType>(values.index()); }
static_assert(std::is_same_v<std::variant_alternative_t<0, Values>, std::vector<std::int8_t>> &&
              std::is_same_v<std::variant_alternative_t<1, Values>, std::vector<std::uint8_t>>);

std::string text(const std::vector<std::uint32_t>& dims) {
  std::string list;
  for (const std::uint32_t dim : dims) list += (list.empty() ? "" : ", ") + std::to_string(dim);
  return "[" + list + "]";
}

/// QuantizeLinear, with the codes' range in place of the type's: a true division, ties to even,
/// then the zero point.
std::int32_t code_of(float value, const Border& border) {
  const float rounded = std::nearbyint(value / border.scale);
  const auto low = static_cast<float>(border.low - border.zero_point);
  const auto high = static_cast<float>(border.high - border.zero_point);
  return static_cast<std::int32_t>(std::clamp(rounded, low, high)) + border.zero_point;
}

/// Turns an image's values to codes as they are stored.
class Storer {
 public:
  Storer(const std::string& name, const Border& border) : name_(name), border_(border) {}

  [[nodiscard]] std::vector<std::int8_t> operator()(const std::vector<float>& values) const {
    return each(values, [&](float value, std::size_t at) {
      if (std::isnan(value)) {
        throw bad_input("input " + name_, fmt::format("value {} is not a number", at), "numbers");
      }
      return code_of(value, border_);
    });
  }

  template <class Code>
  [[nodiscard]] std::vector<std::int8_t> operator()(const std::vector<Code>& values) const {
    return each(values, [&](std::int32_t code, std::size_t at) {
      if (code < border_.low || code > border_.high) {
        throw bad_input("input " + name_, fmt::format("value {} is {}", at, code),
                        fmt::format("codes {}..{}", border_.low, border_.high));
      }
      return code;
    });
  }

 private:
  template <class Value, class Code>
  [[nodiscard]] std::vector<std::int8_t> each(const std::vector<Value>& values, Code code) const {
    std::vector<std::int8_t> stored(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
      stored[i] = static_cast<std::int8_t>(code(values[i], i) - border_.offset);
    }
    return stored;
  }

  const std::string& name_;
  const Border& border_;
};

void check_image(const std::string& name, const Border& border, const Array& image) {
  if (type_of(image.values) != border.type) {
    throw bad_input("input " + name, hb::compile::name(type_of(image.values)),
                    hb::compile::name(border.type));
  }
  if (image.dims != border.dims) {
    throw bad_input("input " + name, "an image of " + text(image.dims), text(border.dims));
  }
  std::size_t size = 1;
  for (const std::uint32_t dim : border.dims) {
    size *= dim;
  }
  const std::size_t values = std::visit([](const auto& list) { return list.size(); }, image.values);
  HB_ASSERT(values == size, "{} values of {}", values, size);
}

/// The windows of `image`, as `lowering` says.
arch::Tensor lower(const Lowering& lowering, const std::vector<std::int8_t>& image,
                   const arch::TensorPlace& place) {
  const arch::Tensor outside{lowering.channels, lowering.height, lowering.width, {}};
  arch::Tensor result{place.channels, place.height, place.width, {}};
  result.codes.reserve(std::size_t{place.channels} * place.height * place.width);
  const std::uint32_t kernel = lowering.kernel_height * lowering.kernel_width;
  for (std::uint32_t channel = 0; channel < place.channels; ++channel) {
    const std::uint32_t c = channel / kernel;
    const std::int64_t ky = std::int64_t{channel % kernel / lowering.kernel_width};
    const std::int64_t kx = std::int64_t{channel % lowering.kernel_width};
    for (std::uint32_t oy = 0; oy < place.height; ++oy) {
      const std::int64_t y = std::int64_t{oy} * lowering.stride_y + ky - lowering.pad_top;
      for (std::uint32_t ox = 0; ox < place.width; ++ox) {
        const std::int64_t x = std::int64_t{ox} * lowering.stride_x + kx - lowering.pad_left;
        const bool inside = y >= 0 && y < lowering.height && x >= 0 && x < lowering.width;
        result.codes.push_back(inside ? image[outside.index(c, static_cast<std::uint32_t>(y),
                                                            static_cast<std::uint32_t>(x))]
                                      : lowering.pad_code);
      }
    }
  }
  return result;
}

void store(const arch::Machine& machine, const arch::TensorPlace& place, const arch::Tensor& tensor,
           std::vector<std::uint8_t>& memory) {
  const std::vector<std::uint8_t> bytes = map::pack_tensor(machine, place.precision, tensor);
  memory.resize(std::max(memory.size(), std::size_t{place.address} + bytes.size()));
  std::copy(bytes.begin(), bytes.end(),
            memory.begin() + static_cast<std::ptrdiff_t>(place.address));
}

template <class Code>
Values codes_outside(const arch::Tensor& tensor, const Border& border) {
  std::vector<Code> codes;
  codes.reserve(tensor.codes.size());
  for (const std::int32_t stored : tensor.codes) {
    codes.push_back(static_cast<Code>(stored + border.offset));
  }
  return codes;
}

/// DequantizeLinear.
Values real(const arch::Tensor& tensor, const Border& border) {
  std::vector<float> values;
  values.reserve(tensor.codes.size());
  for (const std::int32_t stored : tensor.codes) {
    const std::int32_t centred = stored + border.offset - border.zero_point;
    values.push_back(static_cast<float>(centred) * border.scale);
  }
  return values;
}

}  // namespace

std::vector<std::string> input_names(const arch::Program& program) {
  std::vector<std::string> names;
  for (const arch::TensorPlace& place : program.inputs) {
    if (std::find(names.begin(), names.end(), place.name) == names.end()) {
      names.push_back(place.name);
    }
  }
  return names;
}

const Border& input_border(const arch::Program& program, const std::string& name) {
  const auto place =
      std::find_if(program.inputs.begin(), program.inputs.end(),
                   [&](const arch::TensorPlace& input) { return input.name == name; });
  if (place == program.inputs.end() || !place->border) {
    throw bad_input("input " + name, "unknown", "an input of the network, with a border");
  }
  return *place->border;
}

void set_input(const arch::Program& program, const std::string& name, const Array& image,
               std::vector<std::uint8_t>& memory) {
  for (const arch::TensorPlace& place : program.inputs) {
    if (place.name != name) {
      continue;
    }
    const Border border = border_of(place);
    check_image(name, border, image);
    const std::vector<std::int8_t> codes = std::visit(Storer(name, border), image.values);
    store(program.machine, place,
          border.lowering ? lower(*border.lowering, codes, place)
                          : arch::Tensor{place.channels, place.height, place.width, codes},
          memory);
  }
}

Array get_tensor(const arch::Program& program, const arch::TensorPlace& place,
                 const std::vector<std::uint8_t>& memory) {
  const Border border = border_of(place);
  HB_ASSERT(!border.lowering, "tensor {} is lowered", place.name);
  const arch::Tensor tensor = map::unpack_tensor(program.machine, place, memory);
  switch (border.type) {
    case ElementType::kInt8:
      return {border.dims, codes_outside<std::int8_t>(tensor, border)};
    case ElementType::kUint8:
      return {border.dims, codes_outside<std::uint8_t>(tensor, border)};
    case ElementType::kFloat32:
      return {border.dims, real(tensor, border)};
  }
  HB_ASSERT(false, "element type {}", static_cast<int>(border.type));
}

}  // namespace hb::compile
