// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Which operators share a layer, and at which precision tensors are written?
#include "sw/compile/plan.hpp"

#include <doctest/doctest.h>

#include "model/arch/error.hpp"
#include "sw/compile/compile.hpp"
#include "tests/compile/compiled.hpp"

using namespace hb;  // NOLINT: a test
using arch::Contract;
using arch::CopySource;
using arch::Precision;
using compile::Step;
using compile::StepKind;
using graph::CodeType;
using graph::Operand;
using graph::TensorId;

namespace {

constexpr graph::CodeRange kFour{-8, 7};
constexpr graph::CodeRange kEight{-128, 127};

/// A graph of 8x4x4 tensors, one operator after the other.
class Chain {
 public:
  Chain() { graph_.inputs.push_back({"t0", tensor(kEight), false, {}}); }

  TensorId tensor(const graph::CodeRange& range) {
    graph::Tensor tensor;
    tensor.name = "t" + std::to_string(graph_.tensors.size());
    tensor.channels = 8;
    tensor.height = tensor.width = 4;
    tensor.range = range;
    graph_.tensors.push_back(tensor);
    return {graph_.tensors.size() - 1};
  }

  /// 1x1, all weights 1.
  graph::Conv& conv(TensorId from, TensorId to, Precision weights = Precision::kInt4) {
    graph::Conv conv;
    conv.input = {from, {}};
    conv.outputs = {{to, {}}};
    conv.output_channels = 8;
    conv.weight_precision = weights;
    conv.weight_scales = {1.0F};
    conv.bias.assign(8, 0);
    conv.weights = [] { return std::vector<std::int8_t>(64, 1); };
    return std::get<graph::Conv>(push(conv));
  }
  void add(TensorId a, TensorId b, TensorId to) { push(graph::Add{{a, {}}, {b, {}}, {to, {}}}); }
  void clamp(TensorId from, TensorId to) { push(graph::Requantize{{from, {}}, {to, {}}}); }
  void requantize(TensorId from, TensorId to, float scale) {
    push(graph::Requantize{{from, {}}, {to, {scale, 0}}});
  }
  void output(TensorId id) {
    graph_.outputs.push_back({graph_.tensors[id.index].name, id, false, {}});
  }

  [[nodiscard]] std::vector<Step> plan(bool fuse = true) const {
    return compile::make_plan(graph_, fuse, Contract::kOrt);
  }
  [[nodiscard]] const graph::Graph& graph() const { return graph_; }

 private:
  graph::Operator& push(graph::Operator op) {
    graph_.nodes.push_back({"n" + std::to_string(graph_.nodes.size()), std::move(op)});
    return graph_.nodes.back().op;
  }

  graph::Graph graph_;
};

}  // namespace

TEST_CASE("a clamp that nobody else sees around becomes the convolution's own") {
  Chain chain;
  const TensorId wide = chain.tensor(kEight);
  const TensorId narrow = chain.tensor(kFour);
  chain.conv({0}, wide);
  chain.clamp(wide, narrow);
  chain.output(narrow);
  const std::vector<Step> steps = chain.plan();
  REQUIRE(steps.size() == 1);
  CHECK(steps[0].output.tensor.index == narrow.index);
  CHECK(steps[0].output.precision == Precision::kInt4);
  CHECK(chain.plan(false).size() == 2);
}

TEST_CASE("a clamp of a tensor that is an output itself becomes a second copy of its codes") {
  Chain chain;
  const TensorId wide = chain.tensor(kEight);
  const TensorId narrow = chain.tensor(kFour);
  chain.conv({0}, wide);
  chain.clamp(wide, narrow);
  chain.output(wide);
  chain.output(narrow);
  const std::vector<Step> steps = chain.plan();
  REQUIRE(steps.size() == 1);
  REQUIRE(steps[0].second);
  CHECK(steps[0].output.tensor.index == wide.index);
  CHECK(steps[0].second->same_codes);
  CHECK(steps[0].second->output.tensor.index == narrow.index);
  CHECK(steps[0].second->output.precision == Precision::kInt4);
}

TEST_CASE("an addition joins the later of the two convolutions before it") {
  for (const bool swapped : {false, true}) {
    CAPTURE(swapped);
    Chain chain;
    const TensorId first = chain.tensor(kEight);
    const TensorId second = chain.tensor(kEight);
    const TensorId sum = chain.tensor(kEight);
    chain.conv({0}, first);
    chain.conv({0}, second);
    if (swapped) {
      chain.add(second, first, sum);
    } else {
      chain.add(first, second, sum);
    }
    chain.output(sum);
    const std::vector<Step> steps = chain.plan();
    REQUIRE(steps.size() == 2);
    CHECK(steps[1].name == "n1");
    REQUIRE(steps[1].sum);
    CHECK(steps[1].sum->own.tensor.index == second.index);
    CHECK(steps[1].sum->residual.tensor.index == first.index);
    CHECK(steps[1].sum->residual_first == !swapped);
    CHECK(steps[1].output.tensor.index == sum.index);
  }
}

TEST_CASE("an addition stays alone where its operands are needed elsewhere") {
  Chain chain;
  const TensorId result = chain.tensor(kEight);
  const TensorId sum = chain.tensor(kEight);
  chain.conv({0}, result);
  chain.add(result, {0}, sum);
  chain.output(result);
  chain.output(sum);
  const std::vector<Step> steps = chain.plan();
  REQUIRE(steps.size() == 2);
  CHECK(steps[1].kind == StepKind::kAdd);
}

TEST_CASE("a tensor added to itself is an addition of its own") {
  Chain chain;
  const TensorId result = chain.tensor(kEight);
  const TensorId sum = chain.tensor(kEight);
  chain.conv({0}, result);
  chain.add(result, result, sum);
  chain.output(sum);
  CHECK(chain.plan().size() == 2);
}

TEST_CASE("the precision that a residual stream's convolutions read is a second copy of its sums") {
  Chain chain;
  const TensorId result = chain.tensor(kEight);
  const TensorId sum = chain.tensor(kEight);
  const TensorId small = chain.tensor(kFour);
  const TensorId next = chain.tensor(kEight);
  const TensorId last = chain.tensor(kEight);
  chain.conv({0}, result);
  chain.add(result, {0}, sum);
  chain.requantize(sum, small, 16);
  chain.conv(small, next);
  chain.add(next, sum, last);
  chain.output(last);
  const std::vector<Step> steps = chain.plan();
  REQUIRE(steps.size() == 2);
  REQUIRE(steps[0].second);
  CHECK(steps[0].second->source == CopySource::kCode);
  CHECK(steps[0].second->output.precision == Precision::kInt4);
  CHECK(steps[1].input.precision == Precision::kInt4);
  CHECK(steps[1].sum->residual.precision == Precision::kInt8);
}

TEST_CASE("sums that are quantized twice are a convolution's second copy, fused or not") {
  for (const bool fuse : {false, true}) {
    Chain chain;
    const TensorId one = chain.tensor(kEight);
    const TensorId two = chain.tensor(kFour);
    chain.conv({0}, one).outputs.push_back({two, {4, 0}});
    chain.output(one);
    chain.output(two);
    const std::vector<Step> steps = chain.plan(fuse);
    REQUIRE(steps.size() == 1);
    REQUIRE(steps[0].second);
    CHECK(steps[0].second->source == CopySource::kAccumulator);
  }
}

TEST_CASE("a tensor that is read at two precisions is written at two") {
  Chain chain;
  const TensorId narrow = chain.tensor(kFour);
  const TensorId by_four = chain.tensor(kEight);
  const TensorId by_eight = chain.tensor(kEight);
  chain.conv({0}, narrow);
  chain.conv(narrow, by_four);
  chain.conv(narrow, by_eight, Precision::kInt8);
  chain.output(by_four);
  chain.output(by_eight);
  const std::vector<Step> steps = chain.plan();
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].output.precision == Precision::kInt8);
  REQUIRE(steps[0].second);
  CHECK(steps[0].second->same_codes);
  CHECK(steps[0].second->output.precision == Precision::kInt4);
  CHECK(steps[1].input.precision == Precision::kInt4);
  CHECK(steps[2].input.precision == Precision::kInt8);
}

TEST_CASE("an addition's result that is read at two precisions needs a layer for the second") {
  Chain chain;
  const TensorId sum = chain.tensor(kFour);
  const TensorId by_four = chain.tensor(kEight);
  const TensorId by_eight = chain.tensor(kEight);
  chain.add({0}, {0}, sum);
  chain.conv(sum, by_four);
  chain.conv(sum, by_eight, Precision::kInt8);
  chain.output(by_four);
  chain.output(by_eight);
  const std::vector<Step> steps = chain.plan();
  REQUIRE(steps.size() == 4);
  CHECK(steps[1].kind == StepKind::kPrecision);
  CHECK(steps[1].name == "t1 as int4");
}

TEST_CASE("layers outside of the program's are named with the whole range") {
  Chain chain;
  const TensorId result = chain.tensor(kEight);
  chain.conv({0}, result);
  chain.output(result);
  compile::Options options;
  options.layers = compile::LayerRange{1, 2};
  CHECK_THROWS_WITH_AS(
      static_cast<void>(compile::compile(chain.graph(), test::machines()[0], options)),
      ": layers 1-2 (expected layers within 1-1)", Error);
}

TEST_CASE("a slice of a program reads what came before as inputs, and keeps what comes after") {
  Chain chain;
  const TensorId a = chain.tensor(kEight);
  const TensorId b = chain.tensor(kEight);
  const TensorId c = chain.tensor(kEight);
  chain.conv({0}, a);
  chain.conv(a, b);
  chain.conv(b, c);
  chain.output(c);
  compile::Options options;
  options.layers = compile::LayerRange{2, 2};
  const arch::Program program = compile::compile(chain.graph(), test::machines()[0], options);
  REQUIRE(program.inputs.size() == 1);
  CHECK(program.inputs[0].name == "t1");
  REQUIRE(program.outputs.size() == 1);
  CHECK(program.outputs[0].name == "t2");
}
