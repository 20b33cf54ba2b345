// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Arrays as people have them (NCHW, unsigned or real) to and from a program's memory.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/arch/program.hpp"

namespace hb::compile {

using Values =
    std::variant<std::vector<std::int8_t>, std::vector<std::uint8_t>, std::vector<float>>;

/// An array of one image, without the batch dimension.
struct Array {
  std::vector<std::uint32_t> dims;
  Values values;
};

/// Names of the network's inputs, each once, in the model's order.
[[nodiscard]] std::vector<std::string> input_names(const arch::Program& program);

/// The border (dims, element type) of the first place of that name.
[[nodiscard]] const arch::Border& input_border(const arch::Program& program,
                                               const std::string& name);

/// Writes `image` to every place of that input in `memory`, the image of the program's memory:
/// quantized if it is real, lowered if a place is. Throws hb::Error naming the input when dims,
/// element type or codes are not those of the border, or a real value is not a number.
void set_input(const arch::Program& program, const std::string& name, const Array& image,
               std::vector<std::uint8_t>& memory);

/// The tensor at `place` in `memory` as its border says.
[[nodiscard]] Array get_tensor(const arch::Program& program, const arch::TensorPlace& place,
                               const std::vector<std::uint8_t>& memory);

}  // namespace hb::compile
