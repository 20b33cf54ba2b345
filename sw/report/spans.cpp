// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/spans.hpp"

#include "sw/cost/terms.hpp"

namespace hb::report {

namespace {

using arch::Cycles;

/// A compute command's cycles, counted from its first step.
struct Work {
  Cycles steps = 0;
  std::optional<Cycles> first_row;  ///< at the post-processor; none: no row gets there
};

Work work_of(const arch::Conv& conv, const arch::Machine& machine) {
  Work work{cost::conv_steps(conv, machine), std::nullopt};
  if (!conv.partial) work.first_row = conv.tile_steps(machine) - 1 + cost::sums_latency(machine);
  return work;
}

Work work_of(const arch::Pool& pool, const arch::Machine& machine) {
  const Cycles first_window = pool.kernel_width * pool.group_rows(machine);  // steps to its end
  return {pool.steps(machine), first_window - 1 + cost::kPoolWrite};
}

class Maker {
 public:
  explicit Maker(const arch::Program& program) : program_(program) {}

  void add(const arch::CommandTimes& times) {
    const arch::CommandWords words = program_.command(times.index);
    const std::size_t tag = arch::decode_common(words).layer;
    Span span{times.index, std::nullopt, times.start, std::nullopt};
    if (tag < program_.layers.size()) span.layer = tag;
    if (times.retire > times.start) span.end = times.retire;  // else it never retired
    switch (static_cast<arch::Opcode>(arch::opcode_bits(words))) {
      case arch::Opcode::kLoad:
        return of(Unit::kLoad).push_back(span);
      case arch::Opcode::kStore:
        return of(Unit::kStore).push_back(span);
      case arch::Opcode::kConv:
        return add_compute(span, work_of(arch::decode_conv(words), program_.machine));
      case arch::Opcode::kPool:
        return add_compute(span, work_of(arch::decode_pool(words), program_.machine));
      case arch::Opcode::kEnd:
        return;
    }
  }

  [[nodiscard]] Spans take() { return std::move(spans_); }

 private:
  [[nodiscard]] std::vector<Span>& of(Unit unit) { return spans_[static_cast<std::size_t>(unit)]; }

  void add_compute(Span span, const Work& work) {
    const std::optional<Cycles> retire = span.end;
    const Cycles start = span.start;
    if (retire) span.end = start + work.steps;
    of(Unit::kArray).push_back(span);
    if (!work.first_row) return;
    span.start = start + *work.first_row;
    span.end = retire;
    of(Unit::kPostProcessor).push_back(span);
  }

  const arch::Program& program_;
  Spans spans_;
};

}  // namespace

std::string_view name(Unit unit) {
  constexpr std::array<std::string_view, kUnits> kNames = {"load", "array", "post_processor",
                                                           "store"};
  return kNames.at(static_cast<std::size_t>(unit));
}

Spans spans_of(const arch::Program& program, const arch::Timeline& timeline) {
  Maker maker(program);
  for (const arch::CommandTimes& times : timeline.commands) maker.add(times);
  return maker.take();
}

void append(Spans& spans, const Spans& part, const Before& before) {
  for (std::size_t unit = 0; unit < kUnits; ++unit) {
    for (Span span : part[unit]) {
      if (span.layer) *span.layer += before.layers;
      span.start += before.cycles;
      if (span.end) *span.end += before.cycles;
      spans[unit].push_back(span);
    }
  }
}

}  // namespace hb::report
