// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a single wrong code found, counted once, and located?
#include <doctest/doctest.h>

#include "sw/cli/classes.hpp"
#include "sw/cli/compare.hpp"
#include "sw/cli/tensor_files.hpp"
#include "sw/map/layout.hpp"

namespace hb::cli {
namespace {

/// Layer "first" writes t (6 channels of 2x3, uint8), layer "second" y (4 channels of 1x1), which
/// is also called "flat".
struct Fixture {
  arch::Program program;
  graph::Graph graph;
  std::vector<arch::Tensor> tensors;
  std::vector<std::uint8_t> memory;

  Fixture() {
    program.machine.rows = 4;
    program.machine.columns = 4;
    program.layers.resize(2);
    program.layers[0].name = "first";
    program.layers[1].name = "second";
    program.outputs = {{"y", 256, 4, 1, 1, arch::Precision::kInt8, {}, 1}};
    program.tensors = {{"t", 0, 6, 2, 3, arch::Precision::kInt4, {}, 0},
                       {"flat", 256, 4, 1, 1, arch::Precision::kInt8, {}, 1},
                       {"of the program alone", 256, 4, 1, 1, arch::Precision::kInt8, {}, 1}};
    arch::Border border;
    border.dims = {6, 2, 3};
    border.type = arch::ElementType::kUint8;
    border.offset = 8;
    border.low = 0;
    border.high = 15;
    program.tensors[0].border = border;
    graph.tensors.resize(2);
    graph.tensors[0].name = "t";
    graph.tensors[1].name = "y";
    graph.aliases = {{"flat", {1}, true, {}}};
    tensors = {{6, 2, 3, std::vector<std::int8_t>(36)}, {4, 1, 1, {5, 9, 9, -1}}};
    for (std::size_t i = 0; i < 36; ++i) {
      tensors[0].codes[i] = static_cast<std::int8_t>(i % 16) - 8;
    }
    memory = packed();
  }

  [[nodiscard]] std::vector<std::uint8_t> packed() const {
    std::vector<std::uint8_t> bytes(512);
    const auto t = map::pack_tensor(program.machine, arch::Precision::kInt4, tensors[0]);
    const auto y = map::pack_tensor(program.machine, arch::Precision::kInt8, tensors[1]);
    std::copy(t.begin(), t.end(), bytes.begin());
    std::copy(y.begin(), y.end(), bytes.begin() + 256);
    return bytes;
  }
};

TEST_CASE("equal tensors are compared by all their names, and nothing differs") {
  const Fixture fixture;
  const Comparison graph =
      compare_with_graph(fixture.program, fixture.graph, fixture.tensors, fixture.memory);
  CHECK(graph.tensors == 3);
  CHECK(graph.total == 0);
  CHECK(graph.first.empty());
  const Comparison memory = compare_memories(fixture.program, fixture.memory, fixture.memory);
  CHECK(memory.tensors == 4);
  CHECK(memory.total == 0);
}

TEST_CASE("a wrong code is located by tensor, layer, channel, y and x, in the model's codes") {
  Fixture fixture;
  const auto index = fixture.tensors[0].index(4, 1, 2);
  const int code = fixture.tensors[0].codes[index];
  fixture.tensors[0].codes[index] = static_cast<std::int8_t>(code == 7 ? -8 : code + 1);
  const Comparison wrong =
      compare_with_graph(fixture.program, fixture.graph, fixture.tensors, fixture.memory);
  CHECK(wrong.total == 1);
  CHECK(wrong.by_layer == std::vector<std::uint64_t>{1, 0});
  CHECK(wrong.first == "tensor t of layer first: channel 4, y 1, x 2: expected " +
                           std::to_string(fixture.tensors[0].codes[index] + 8) + ", actual " +
                           std::to_string(code + 8));
  CHECK(compare_memories(fixture.program, fixture.packed(), fixture.memory).first == wrong.first);
}

TEST_CASE("a tensor with two names is counted once, and the earliest layer's is named") {
  Fixture fixture;
  fixture.memory[256 + 1] = 10;
  fixture.memory[256 + 3] = 10;
  const Comparison last =
      compare_with_graph(fixture.program, fixture.graph, fixture.tensors, fixture.memory);
  CHECK(last.total == 2);
  CHECK(last.by_layer == std::vector<std::uint64_t>{0, 2});
  CHECK(last.first == "tensor y of layer second: channel 1, y 0, x 0: expected 9, actual 10");
  fixture.memory[0] ^= 1;
  const Comparison both =
      compare_with_graph(fixture.program, fixture.graph, fixture.tensors, fixture.memory);
  CHECK(both.total == 3);
  CHECK(both.first.rfind("tensor t of layer first: channel 0, y 0, x 0", 0) == 0);
}

TEST_CASE("a tensor of another size differs as a whole") {
  Fixture fixture;
  fixture.tensors[1].codes.pop_back();
  const Comparison wrong =
      compare_with_graph(fixture.program, fixture.graph, fixture.tensors, fixture.memory);
  CHECK(wrong.total == 4);
  CHECK(wrong.first.find("4 codes, expected 3") != std::string::npos);
}

TEST_CASE("the predicted class is the first of the largest codes, and only of a vector") {
  Fixture fixture;
  REQUIRE(is_vector(fixture.program));
  CHECK(predicted_class(fixture.program, fixture.memory) == 1);
  fixture.program.outputs[0].height = 2;
  CHECK_FALSE(is_vector(fixture.program));
  fixture.program.outputs.clear();
  CHECK_FALSE(is_vector(fixture.program));
}

TEST_CASE("file names keep what is harmless, never leave the folder and are all different") {
  const auto names = file_names({"a", "a", "a_2", "../etc/passwd", "..", "", "x:y", "x/y", "é"});
  CHECK(names == std::vector<std::string>{"a", "a_2", "a_2_2", "_.._etc_passwd", "_..", "_", "x_y",
                                          "x_y_2", "__"});
  const auto long_names = file_names({std::string(500, 'n'), std::string(600, 'n')});
  CHECK(long_names[0].size() == 200);
  CHECK(long_names[1] != long_names[0]);
}

}  // namespace
}  // namespace hb::cli
