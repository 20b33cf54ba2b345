// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/compile/plan.hpp"

#include "model/arch/error.hpp"
#include "sw/compile/fuse.hpp"
#include "sw/compile/precision.hpp"

namespace hb::compile {
namespace {

Port port_of(const graph::Operand& operand) { return {operand.tensor, operand.affine}; }

/// One operator as a step of its own.
struct MakeStep {
  Step operator()(const graph::Conv& conv) const {
    Step step;
    step.kind = StepKind::kConv;
    step.conv = &conv;
    step.window = &conv.window;
    step.input = port_of(conv.input);
    HB_ASSERT(!conv.outputs.empty() && conv.outputs.size() <= 2, "{} outputs", conv.outputs.size());
    step.output = port_of(conv.outputs[0]);
    if (conv.outputs.size() == 2) {
      step.second =
          SecondOutput{arch::CopySource::kAccumulator, {}, false, port_of(conv.outputs[1])};
    }
    return step;
  }
  Step operator()(const graph::Add& add) const {
    Step step;
    step.kind = StepKind::kAdd;
    step.input = port_of(add.a);
    step.output = port_of(add.output);
    step.sum = Sum{add.a, add.a.affine, port_of(add.b), false};
    return step;
  }
  Step operator()(const graph::MaxPool& pool) const {
    Step step;
    step.kind = StepKind::kMaxPool;
    step.window = &pool.window;
    step.input.tensor = pool.input;
    step.output.tensor = pool.output;
    return step;
  }
  Step operator()(const graph::GlobalAverage& average) const {
    Step step;
    step.kind = StepKind::kAverage;
    step.input = port_of(average.input);
    step.output = port_of(average.output);
    return step;
  }
  Step operator()(const graph::Requantize& requantize) const {
    Step step;
    step.kind = StepKind::kRequantize;
    step.input = port_of(requantize.input);
    step.output = port_of(requantize.output);
    return step;
  }
};

}  // namespace

std::vector<Step> make_plan(const graph::Graph& graph, bool fused, arch::Contract contract) {
  std::vector<Step> steps;
  for (const graph::Node& node : graph.nodes) {
    steps.push_back(std::visit(MakeStep{}, node.op));
    steps.back().name = node.name;
  }
  if (fused) fuse(graph, steps);
  set_precisions(graph, contract, steps);
  return steps;
}

}  // namespace hb::compile
