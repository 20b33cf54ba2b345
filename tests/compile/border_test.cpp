// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do arrays go into a program's memory, and come out of it, as their borders say?
#include <doctest/doctest.h>

#include <cmath>
#include <limits>

#include "model/arch/error.hpp"
#include "sw/compile/border.hpp"
#include "sw/map/layout.hpp"

namespace hb::compile {
namespace {

using arch::ElementType;
using arch::Precision;
using Codes = std::vector<std::int8_t>;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

/// 4 rows: an int8 word holds 16 channels, an int4 word 32.
arch::Machine machine() {
  arch::Machine machine;
  machine.name = "small";
  machine.rows = 4;
  machine.columns = 4;
  return machine;
}

arch::TensorPlace place(const arch::Border& border, Precision precision = Precision::kInt8) {
  arch::TensorPlace place{"x", 64, 1, 1, 1, precision};
  for (const std::uint32_t dim : border.dims) place.channels *= dim;
  place.border = border;
  return place;
}

arch::Program program(const std::vector<arch::TensorPlace>& inputs) {
  arch::Program program;
  program.machine = machine();
  program.inputs = inputs;
  return program;
}

Codes stored(const arch::Border& border, const Values& values,
             Precision precision = Precision::kInt8) {
  const arch::Program with = program({place(border, precision)});
  std::vector<std::uint8_t> memory;
  set_input(with, "x", {border.dims, values}, memory);
  return map::unpack_tensor(with.machine, with.inputs[0], memory).codes;
}

arch::Border border_of(ElementType type, std::uint32_t values) {
  arch::Border border;
  border.dims = {values};
  border.type = type;
  return border;
}

std::string refusal(const arch::Border& border, const Array& image) {
  std::vector<std::uint8_t> memory;
  try {
    set_input(program({place(border)}), "x", image, memory);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

TEST_CASE("codes are stored minus the offset and come back") {
  arch::Border border = border_of(ElementType::kUint8, 3);
  border.offset = 128;
  border.low = 0;
  border.high = 255;
  const std::vector<std::uint8_t> codes = {0, 127, 255};
  CHECK(stored(border, codes) == Codes{-128, -1, 127});
  const arch::Program with = program({place(border)});
  std::vector<std::uint8_t> memory;
  set_input(with, "x", {border.dims, codes}, memory);
  const Array back = get_tensor(with, with.inputs[0], memory);
  CHECK(back.dims == border.dims);
  CHECK(std::get<std::vector<std::uint8_t>>(back.values) == codes);
}

TEST_CASE("unsigned 4-bit codes take half a byte each") {
  arch::Border border = border_of(ElementType::kUint8, 33);
  border.offset = 8;
  border.low = 0;
  border.high = 15;
  std::vector<std::uint8_t> codes(33);
  for (std::size_t i = 0; i < codes.size(); ++i) codes[i] = static_cast<std::uint8_t>(i % 16);
  const arch::Program with = program({place(border, Precision::kInt4)});
  std::vector<std::uint8_t> memory;
  set_input(with, "x", {border.dims, codes}, memory);
  CHECK(memory.size() == 64 + 2 * 16);  // 33 channels are two words
  CHECK(memory[64] == ((1 - 8) & 0xF) * 16 + ((0 - 8) & 0xF));
  const Array back = get_tensor(with, with.inputs[0], memory);
  CHECK(std::get<std::vector<std::uint8_t>>(back.values) == codes);
}

TEST_CASE("real values are divided by the scale, rounded to even, shifted and saturated") {
  arch::Border border = border_of(ElementType::kFloat32, 8);
  border.scale = 0.5F;
  border.zero_point = 3;
  const std::vector<float> values = {0.25F, 0.75F,  -0.25F,    -0.75F,
                                     1e30F, -1e30F, kInfinity, -kInfinity};
  CHECK(stored(border, values) == Codes{0 + 3, 2 + 3, 0 + 3, -2 + 3, 127, -128, 127, -128});
}

TEST_CASE("real values are divided, not multiplied by the scale's inverse") {
  arch::Border border = border_of(ElementType::kFloat32, 1);
  std::size_t different = 0;
  for (std::uint32_t i = 0; i < 200; ++i) {
    border.scale = 0.003F * static_cast<float>(i + 1);
    const float inverse = 1.0F / border.scale;
    for (int half = -99; half <= 99; half += 2) {
      const float value = static_cast<float>(half) * 0.5F * border.scale;
      const float expected = std::nearbyint(value / border.scale);
      CHECK(stored(border, std::vector<float>{value}) == Codes{static_cast<std::int8_t>(expected)});
      different += expected != std::nearbyint(value * inverse) ? 1 : 0;
    }
  }
  CHECK(different > 0);
}

TEST_CASE("a range smaller than the type's saturates real values") {
  arch::Border border = border_of(ElementType::kFloat32, 3);
  border.low = -8;
  border.high = 7;
  const std::vector<float> values = {-9.0F, 8.0F, 7.0F};
  CHECK(stored(border, values) == Codes{-8, 7, 7});
  CHECK(stored(border, values, Precision::kInt4) == Codes{-8, 7, 7});
}

TEST_CASE("codes come back real as scale times their distance from the zero point") {
  arch::Border border = border_of(ElementType::kFloat32, 2);
  border.scale = 0.125F;
  border.zero_point = -3;
  arch::Program with = program({place(border)});
  std::vector<std::uint8_t> memory(64 + 16);
  memory[64] = 0x80;
  memory[65] = 0x7F;
  const Array array = get_tensor(with, with.inputs[0], memory);
  CHECK(std::get<std::vector<float>>(array.values) ==
        std::vector<float>{0.125F * (-128 + 3), 0.125F * (127 + 3)});
}

TEST_CASE("every place of an input is written, each quantized its own way, and no other") {
  arch::Border first = border_of(ElementType::kFloat32, 1);
  arch::Border second = first;
  second.scale = 0.25F;
  arch::Program with = program({place(first), place(second), place(first)});
  with.inputs[1].address = 128;
  with.inputs[2].address = 192;
  with.inputs[2].name = "y";
  CHECK(input_names(with) == std::vector<std::string>{"x", "y"});
  CHECK(input_border(with, "x").scale == 1.0F);
  std::vector<std::uint8_t> memory(208, 0xEE);
  set_input(with, "x", {{1}, std::vector<float>{2.0F}}, memory);
  CHECK(memory[64] == 2);
  CHECK(memory[128] == 8);
  CHECK(memory[192] == 0xEE);
  CHECK_THROWS_AS((void)input_border(with, "z"), Error);
}

/// 2x3x4 image, 2x2 windows with strides 2, 1 and pads 1, 0: 3x4 -> 2x3.
arch::TensorPlace lowered_place() {
  arch::Border border;
  border.dims = {2, 3, 4};
  border.offset = 1;
  border.low = -127;
  arch::Lowering lowering;
  lowering.channels = 2;
  lowering.height = 3;
  lowering.width = 4;
  lowering.kernel_height = 2;
  lowering.kernel_width = 2;
  lowering.stride_y = 2;
  lowering.stride_x = 1;
  lowering.pad_top = 1;
  lowering.pad_left = 0;
  lowering.pad_code = -7;
  border.lowering = lowering;
  arch::TensorPlace place{"x", 64, 8, 2, 3, Precision::kInt8};
  place.border = border;
  return place;
}

TEST_CASE("a lowered input holds each window's values, and the pad's code outside") {
  const arch::TensorPlace place = lowered_place();
  const arch::Program with = program({place});
  Codes image(24);
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::int8_t>(i + 1);
  std::vector<std::uint8_t> memory;
  set_input(with, "x", {{2, 3, 4}, image}, memory);
  const arch::Tensor tensor = map::unpack_tensor(with.machine, place, memory);
  const auto at = [&](int c, int y, int x) -> int {
    return y < 0 || y > 2 ? -7 : image[static_cast<std::size_t>((c * 3 + y) * 4 + x)] - 1;
  };
  for (std::uint32_t channel = 0; channel < 8; ++channel) {
    const int c = static_cast<int>(channel) / 4;
    const int ky = static_cast<int>(channel) / 2 % 2;
    const int kx = static_cast<int>(channel) % 2;
    for (std::uint32_t oy = 0; oy < 2; ++oy) {
      for (std::uint32_t ox = 0; ox < 3; ++ox) {
        CHECK(tensor.codes[tensor.index(channel, oy, ox)] ==
              at(c, 2 * static_cast<int>(oy) + ky - 1, static_cast<int>(ox) + kx));
      }
    }
  }
}

TEST_CASE("a place without a border is its codes") {
  arch::Program with = program({{"x", 64, 2, 1, 3, Precision::kInt4}});
  const Codes codes = {-8, 7, 0, 1, 2, 3};
  std::vector<std::uint8_t> memory;
  set_input(with, "x", {{2, 1, 3}, codes}, memory);
  const Array back = get_tensor(with, with.inputs[0], memory);
  CHECK(back.dims == std::vector<std::uint32_t>{2, 1, 3});
  CHECK(std::get<Codes>(back.values) == codes);
}

TEST_CASE("what is not the border's is refused by the input's name") {
  arch::Border border = border_of(ElementType::kFloat32, 2);
  const auto holds = [](const std::string& text, const std::string& part) {
    CAPTURE(text);
    return text.find("input x") != std::string::npos && text.find(part) != std::string::npos;
  };
  CHECK(holds(refusal(border, {{2}, Codes{1, 2}}), "float32"));
  CHECK(holds(refusal(border, {{2, 1}, std::vector<float>{1, 2}}), "[2, 1]"));
  CHECK(holds(refusal(border, {{2}, std::vector<float>{1, std::nanf("")}}), "value 1"));
  border.type = ElementType::kInt8;
  border.low = -3;
  border.high = 4;
  CHECK(refusal(border, {{2}, Codes{-3, 4}}) == "accepted");
  CHECK(holds(refusal(border, {{2}, Codes{-4, 4}}), "value 0 is -4"));
  CHECK(holds(refusal(border, {{2}, Codes{-3, 5}}), "-3..4"));
}

}  // namespace
}  // namespace hb::compile
