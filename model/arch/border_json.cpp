// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/arch/border_json.hpp"

#include <cmath>

#include "model/arch/error.hpp"

namespace hb::arch {

namespace {

constexpr std::uint64_t kWordMax = 0xFFFFFFFF;
constexpr std::size_t kMostDims = 8;
constexpr std::int64_t kMostCode = 255;  // of any code or offset, either sign

const char* name(ElementType type) {
  switch (type) {
    case ElementType::kInt8:
      return "int8";
    case ElementType::kUint8:
      return "uint8";
    case ElementType::kFloat32:
      return "float32";
  }
  HB_ASSERT(false, "element type {}", static_cast<int>(type));
}

Json to_json(const Lowering& lowering) {
  return {{"channels", lowering.channels},
          {"height", lowering.height},
          {"width", lowering.width},
          {"kernel_height", lowering.kernel_height},
          {"kernel_width", lowering.kernel_width},
          {"stride_y", lowering.stride_y},
          {"stride_x", lowering.stride_x},
          {"pad_top", lowering.pad_top},
          {"pad_left", lowering.pad_left},
          {"pad_code", lowering.pad_code}};
}

/// Reads the values of one border; `where` is the file.
class BorderReader {
 public:
  explicit BorderReader(const std::string& where) : where_(where) {}

  [[nodiscard]] Border border(const Json& object) const {
    require_keys(object,
                 {"dims", "type", "offset", "low", "high", "scale", "zero_point", "lowering"},
                 where_);
    Border border;
    border.dims = dims(object);
    border.type = type(object);
    border.offset = code(object, "offset");
    border.low = code(object, "low");
    border.high = code(object, "high");
    border.scale = scale(object);
    border.zero_point = code(object, "zero_point");
    if (!object["lowering"].is_null()) {
      border.lowering = lowering(object["lowering"]);
    }
    return border;
  }

 private:
  [[nodiscard]] std::uint32_t word(const Json& object, const char* key, std::uint64_t low) const {
    return static_cast<std::uint32_t>(read_integer(object, key, low, kWordMax, where_));
  }

  [[nodiscard]] std::int32_t code(const Json& object, const char* key) const {
    const Json& value = object[key];
    const bool integer = value.is_number_integer() || value.is_number_unsigned();
    const bool small = integer && std::abs(value.get<double>()) <= kMostCode;
    if (!small) {
      throw bad_input(where_, fmt::format("{} is {}", key, value.dump()),
                      fmt::format("an integer, {}..{}", -kMostCode, kMostCode));
    }
    return value.get<std::int32_t>();
  }

  [[nodiscard]] float scale(const Json& object) const {
    const Json& value = object["scale"];
    const float scale = value.is_number() ? value.get<float>() : 0.0F;
    if (!std::isnormal(scale) || scale < 0) {
      throw bad_input(where_, fmt::format("scale is {}", value.dump()),
                      "a positive normal float32 number");
    }
    return scale;
  }

  [[nodiscard]] ElementType type(const Json& object) const {
    const std::string text = read_string(object, "type", where_);
    for (const ElementType value :
         {ElementType::kInt8, ElementType::kUint8, ElementType::kFloat32}) {
      if (text == name(value)) {
        return value;
      }
    }
    throw bad_input(where_, fmt::format("type is {}", text), "int8, uint8 or float32");
  }

  [[nodiscard]] std::vector<std::uint32_t> dims(const Json& object) const {
    const Json& list = read_array(object, "dims", where_);
    if (list.empty() || list.size() > kMostDims) {
      throw bad_input(where_, fmt::format("{} dims", list.size()),
                      fmt::format("1 to {}", kMostDims));
    }
    std::vector<std::uint32_t> dims;
    for (const Json& item : list) {
      dims.push_back(word({{"dims", item}}, "dims", 1));
    }
    return dims;
  }

  [[nodiscard]] Lowering lowering(const Json& object) const {
    require_keys(object,
                 {"channels", "height", "width", "kernel_height", "kernel_width", "stride_y",
                  "stride_x", "pad_top", "pad_left", "pad_code"},
                 where_);
    Lowering lowering;
    lowering.channels = word(object, "channels", 1);
    lowering.height = word(object, "height", 1);
    lowering.width = word(object, "width", 1);
    lowering.kernel_height = word(object, "kernel_height", 1);
    lowering.kernel_width = word(object, "kernel_width", 1);
    lowering.stride_y = word(object, "stride_y", 1);
    lowering.stride_x = word(object, "stride_x", 1);
    lowering.pad_top = word(object, "pad_top", 0);
    lowering.pad_left = word(object, "pad_left", 0);
    const std::int32_t pad_code = code(object, "pad_code");
    if (pad_code < -128 || pad_code > 127) {
      throw bad_input(where_, fmt::format("pad_code is {}", pad_code), "-128..127");
    }
    lowering.pad_code = static_cast<std::int8_t>(pad_code);
    return lowering;
  }

  const std::string& where_;
};

/// Whether the product of `factors`, none of them 0, is `expected`, which may be any number.
bool product_is(const std::vector<std::uint32_t>& factors, std::uint64_t expected) {
  std::uint64_t product = 1;
  for (const std::uint32_t factor : factors) {
    if (product > expected / factor) {
      return false;  // before it could pass 64 bits
    }
    product *= factor;
  }
  return product == expected;
}

/// Whether the last window of `count` begins inside of `size` pixels, and the first one too.
bool windows_fit(std::uint32_t count, std::uint32_t stride, std::uint32_t pad, std::uint32_t size,
                 std::uint32_t kernel) {
  return pad < kernel && (std::uint64_t{count} - 1) * stride < std::uint64_t{size} + pad;
}

bool lowering_fits(const TensorPlace& place, const Lowering& lowering) {
  return product_is({lowering.channels, lowering.kernel_height, lowering.kernel_width},
                    place.channels) &&
         windows_fit(place.height, lowering.stride_y, lowering.pad_top, lowering.height,
                     lowering.kernel_height) &&
         windows_fit(place.width, lowering.stride_x, lowering.pad_left, lowering.width,
                     lowering.kernel_width);
}

bool dims_fit(const TensorPlace& place, const Border& border) {
  const std::uint64_t values = std::uint64_t{place.channels} * place.height * place.width;
  if (!border.lowering) {
    return product_is(border.dims, values);
  }
  const Lowering& lowering = *border.lowering;
  const std::uint64_t pixels = std::uint64_t{lowering.height} * lowering.width;
  return pixels <= kWordMax && pixels * lowering.channels <= kWordMax &&
         product_is(border.dims, pixels * lowering.channels);
}

bool codes_fit(const TensorPlace& place, const Border& border) {
  const std::int32_t low = place.precision == Precision::kInt4 ? -8 : -128;
  const std::int32_t high = -low - 1;
  const std::int32_t type_low = border.type == ElementType::kUint8 ? 0 : -128;
  const std::int32_t type_high = border.type == ElementType::kInt8 ? 127 : 255;
  const bool pad_fits =
      !border.lowering || (border.lowering->pad_code >= low && border.lowering->pad_code <= high);
  return border.low <= border.high && border.low >= type_low && border.high <= type_high &&
         border.low - border.offset >= low && border.high - border.offset <= high && pad_fits;
}

}  // namespace

Json to_json(const Border& border) {
  return {{"dims", border.dims},
          {"type", name(border.type)},
          {"offset", border.offset},
          {"low", border.low},
          {"high", border.high},
          {"scale", border.scale},
          {"zero_point", border.zero_point},
          {"lowering", border.lowering ? to_json(*border.lowering) : Json()}};
}

Border read_border(const Json& object, const std::string& where) {
  return BorderReader(where).border(object);
}

void check_border(const TensorPlace& place, const std::string& where) {
  const Border& border = place.border.value();
  const auto refuse = [&](const char* what, const char* expected) {
    return bad_input(where, fmt::format("tensor {}: {}", place.name, what), expected);
  };
  if (border.lowering && !lowering_fits(place, *border.lowering)) {
    throw refuse("its lowering is of another shape", "windows that are its channels and pixels");
  }
  if (!dims_fit(place, border)) {
    throw refuse("its dims are of another size", "as many values as it has");
  }
  if (!codes_fit(place, border)) {
    throw refuse("its codes low..high or its pad_code do not fit",
                 "codes of its type that its precision holds");
  }
}

}  // namespace hb::arch
