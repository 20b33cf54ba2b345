// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/compile/fuse.hpp"

#include <algorithm>
#include <optional>

namespace hb::compile {
namespace {

class Fuser {
 public:
  Fuser(const graph::Graph& graph, std::vector<Step>& steps) : graph_(graph), steps_(steps) {}

  void run() {
    // Each pass may only use what the one before left: clamps first, so that a convolution's own
    // code is clamped before it is added.
    each(&Fuser::fold_clamp);
    each(&Fuser::fuse_add);
    each(&Fuser::fuse_second);
  }

 private:
  /// Calls `pass` for every step; where it names one, no later than the step itself, that one has
  /// become part of another.
  void each(std::optional<std::size_t> (Fuser::*pass)(std::size_t)) {
    for (std::size_t i = 0; i < steps_.size();) {
      if (const auto spent = (this->*pass)(i)) {
        steps_.erase(steps_.begin() + static_cast<std::ptrdiff_t>(*spent));
      } else {
        ++i;
      }
    }
  }

  std::optional<std::size_t> fold_clamp(std::size_t index) {
    const Step& clamp = steps_[index];
    if (clamp.kind != StepKind::kRequantize || !clamp.same_codes()) return std::nullopt;
    const std::optional<std::size_t> from = writer(clamp.input.tensor);
    if (!from || !vanishes(clamp.input.tensor)) return std::nullopt;
    Step& before = steps_[*from];
    if (before.kind == StepKind::kMaxPool) return std::nullopt;  // it has no clamp
    Port& port = before.output.tensor.index == clamp.input.tensor.index ? before.output
                                                                        : before.second->output;
    port.tensor = clamp.output.tensor;
    return index;
  }

  /// The convolution takes the addition's place, where the other operand is there for sure.
  std::optional<std::size_t> fuse_add(std::size_t index) {
    Step& add = steps_[index];
    if (add.kind != StepKind::kAdd) return std::nullopt;
    const std::optional<std::size_t> a = convolution_of(add.input.tensor);
    const std::optional<std::size_t> b = convolution_of(add.sum->residual.tensor);
    if (!a && !b) return std::nullopt;
    const bool second = !a || (b && *b > *a);  // the convolution makes the second operand
    const std::size_t spent = second ? *b : *a;
    Step conv = steps_[spent];
    Sum sum;
    sum.own = {conv.output.tensor, conv.output.affine};
    sum.addend = second ? add.sum->residual.affine : add.input.affine;
    sum.residual = second ? add.input : add.sum->residual;
    sum.residual_first = second;
    conv.sum = sum;
    conv.output = add.output;
    add = std::move(conv);
    return spent;
  }

  /// The step that makes `tensor`, where an addition can join it.
  [[nodiscard]] std::optional<std::size_t> convolution_of(graph::TensorId tensor) const {
    const std::optional<std::size_t> step = writer(tensor);
    if (!step || !vanishes(tensor)) return std::nullopt;
    const Step& conv = steps_[*step];
    const bool free = conv.kind == StepKind::kConv && !conv.sum && !conv.second;
    return free ? step : std::nullopt;
  }

  std::optional<std::size_t> fuse_second(std::size_t index) {
    const Step& step = steps_[index];
    if (step.kind != StepKind::kRequantize) return std::nullopt;
    const std::optional<std::size_t> from = writer(step.input.tensor);
    if (!from) return std::nullopt;
    Step& conv = steps_[*from];
    if (conv.kind != StepKind::kConv || conv.second ||
        conv.output.tensor.index != step.input.tensor.index) {
      return std::nullopt;
    }
    conv.second =
        SecondOutput{arch::CopySource::kCode, step.input.affine, step.same_codes(), step.output};
    return index;
  }

  [[nodiscard]] std::optional<std::size_t> writer(graph::TensorId tensor) const {
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const Step& step = steps_[i];
      if (step.output.tensor.index == tensor.index ||
          (step.second && step.second->output.tensor.index == tensor.index)) {
        return i;
      }
    }
    return std::nullopt;  // an input of the network
  }

  /// Whether one step reads `tensor`, once, and nobody outside does.
  [[nodiscard]] bool vanishes(graph::TensorId tensor) const {
    int readers = 0;
    const auto count = [&](graph::TensorId id) { readers += id.index == tensor.index ? 1 : 0; };
    for (const Step& step : steps_) {
      count(step.input.tensor);
      if (step.sum) count(step.sum->residual.tensor);
    }
    for (const graph::NamedTensor& output : graph_.outputs) {
      if (output.tensor.index == tensor.index) return false;
    }
    return readers == 1;
  }

  const graph::Graph& graph_;
  std::vector<Step>& steps_;
};

}  // namespace

void fuse(const graph::Graph& graph, std::vector<Step>& steps) { Fuser(graph, steps).run(); }

}  // namespace hb::compile
