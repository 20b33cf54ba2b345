// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/compile/precision.hpp"

#include <fmt/format.h>

#include <optional>

namespace hb::compile {
namespace {

using arch::Precision;

bool is_int4(std::int32_t code) { return code >= -8 && code <= 7; }

Precision other(Precision precision) {
  return precision == Precision::kInt4 ? Precision::kInt8 : Precision::kInt4;
}

class Chooser {
 public:
  Chooser(const graph::Graph& graph, arch::Contract contract, std::vector<Step>& steps)
      : graph_(graph), contract_(contract), steps_(steps), tensors_(graph.tensors.size()) {}

  void run() {
    for (const graph::NamedTensor& input : graph_.inputs) {
      of(input.tensor).can_int4 = graph_.tensor(input.tensor).fits_int4();
    }
    for (const Step& step : steps_) set_can_int4(step);
    for (auto step = steps_.rbegin(); step != steps_.rend(); ++step) choose(*step);
    for (const graph::NamedTensor& input : graph_.inputs) settle(input.tensor);
    set_reads();
    write_twice();
  }

 private:
  struct Tensor {
    bool can_int4 = false;  ///< it may be stored so
    bool wanted_int8 = false;
    bool wanted_int4 = false;
    Precision first = Precision::kInt8;  ///< where it is written first
  };

  Tensor& of(graph::TensorId id) { return tensors_[id.index]; }

  [[nodiscard]] std::int32_t stored_zero_point(const Port& port) const {
    return port.affine.zero_point - graph_.tensor(port.tensor).offset();
  }

  /// Whether what the step writes can be int4: the command's zero point must be so, too.
  void set_can_int4(const Step& step) {
    const bool fits = graph_.tensor(step.output.tensor).fits_int4();
    bool zero_point = is_int4(stored_zero_point(step.output));
    if (step.same_codes()) zero_point = true;
    // QLinearAdd's own zero point is inside the sum (map::ort_addition).
    if (step.sum && contract_ == arch::Contract::kOrt) {
      zero_point = is_int4(-graph_.tensor(step.output.tensor).offset());
    }
    if (step.kind == StepKind::kMaxPool) zero_point = of(step.input.tensor).can_int4;
    of(step.output.tensor).can_int4 = fits && zero_point;
    if (!step.second) return;
    const Port& second = step.second->output;
    of(second.tensor).can_int4 = graph_.tensor(second.tensor).fits_int4() &&
                                 (step.second->same_codes || is_int4(stored_zero_point(second)));
  }

  /// Of a step whose readers have all been seen.
  void choose(Step& step) {
    step.output.precision = settle(step.output.tensor);
    if (step.second) step.second->output.precision = settle(step.second->output.tensor);
    if (step.kind == StepKind::kConv) {
      step.input.precision = wanted_by(step);
      want(step.input.tensor, step.input.precision);
    }
    if (step.kind == StepKind::kMaxPool) want(step.input.tensor, step.output.precision);
  }

  /// The array's mode: int4 needs both operands so, and a padded position's code.
  [[nodiscard]] Precision wanted_by(const Step& step) {
    const graph::Window& window = *step.window;
    const bool padded = window.pad_top + window.pad_left + window.pad_bottom + window.pad_right > 0;
    const bool int4 = step.conv->weight_precision == Precision::kInt4 &&
                      of(step.input.tensor).can_int4 &&
                      (!padded || is_int4(stored_zero_point(step.input)));
    return int4 ? Precision::kInt4 : Precision::kInt8;
  }

  void want(graph::TensorId id, Precision precision) {
    (precision == Precision::kInt4 ? of(id).wanted_int4 : of(id).wanted_int8) = true;
  }

  /// Without wishes a tensor is as small as it can be.
  Precision settle(graph::TensorId id) {
    Tensor& tensor = of(id);
    const bool int8 = tensor.wanted_int8 || !tensor.can_int4;
    tensor.first = int8 ? Precision::kInt8 : Precision::kInt4;
    return tensor.first;
  }

  void set_reads() {
    for (Step& step : steps_) {
      if (step.kind == StepKind::kMaxPool) {
        step.input.precision = step.output.precision;
      } else if (step.kind != StepKind::kConv) {
        step.input.precision = of(step.input.tensor).first;
      }
      if (step.sum) step.sum->residual.precision = of(step.sum->residual.tensor).first;
    }
  }

  /// Puts what writes a tensor's second precision behind what writes its first.
  void write_twice() {
    std::vector<Step> all;
    for (Step& step : steps_) {
      all.push_back(std::move(step));
      const std::size_t index = all.size() - 1;
      if (all[index].second) add_copy(all, all[index].second->output);
      if (!is_twice(all[index].output.tensor)) continue;
      if (all[index].kind == StepKind::kConv && !all[index].second) {
        Port port = all[index].output;
        port.precision = other(port.precision);
        all[index].second = SecondOutput{arch::CopySource::kCode, {}, true, port};
      } else {
        add_copy(all, all[index].output);
      }
    }
    steps_ = std::move(all);
  }

  [[nodiscard]] bool is_twice(graph::TensorId id) {
    return of(id).wanted_int4 && of(id).wanted_int8;
  }

  void add_copy(std::vector<Step>& all, Port port) {
    if (!is_twice(port.tensor)) return;
    Step step;
    step.kind = StepKind::kPrecision;
    step.input = step.output = port;
    step.output.precision = other(port.precision);
    step.name =
        fmt::format("{} as {}", graph_.tensor(port.tensor).name, arch::name(step.output.precision));
    all.push_back(std::move(step));
  }

  const graph::Graph& graph_;
  arch::Contract contract_;
  std::vector<Step>& steps_;
  std::vector<Tensor> tensors_;
};

}  // namespace

void set_precisions(const graph::Graph& graph, arch::Contract contract, std::vector<Step>& steps) {
  Chooser(graph, contract, steps).run();
}

}  // namespace hb::compile
