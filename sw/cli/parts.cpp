// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "model/arch/error.hpp"
#include "sw/cli/compare.hpp"
#include "sw/cli/engines.hpp"
#include "sw/report/report.hpp"

namespace hb::cli {

namespace {

using compile::Port;
using compile::Step;

std::vector<Port> reads(const Step& step) {
  std::vector<Port> ports = {step.input};
  if (step.sum) ports.push_back(step.sum->residual);
  return ports;
}

std::vector<Port> writes(const Step& step) {
  std::vector<Port> ports = {step.output};
  if (step.second) ports.push_back(step.second->output);
  return ports;
}

/// Cycles of the model's layers, by formula.
std::vector<arch::Cycles> layer_cycles(const Model& model) {
  arch::Program program = model.program;
  program.memory_model.stall_seed = 0;
  const arch::Timeline timeline = play_formulas(program);
  std::vector<arch::Cycles> cycles;
  for (const report::Row& row : report::make_report(program, &timeline).layers) {
    cycles.push_back(row.cycles.value());
  }
  return cycles;
}

/// Whether `part` writes the tensor of that place, to where it is compared.
bool hands_over(const Part& part, const arch::TensorPlace& wanted) {
  const auto same = [&](const arch::TensorPlace& place) {
    return place.layer && place.name == wanted.name && place.precision == wanted.precision;
  };
  const auto& [outputs, tensors] = std::tie(part.program.outputs, part.program.tensors);
  return std::any_of(outputs.begin(), outputs.end(), same) ||
         std::any_of(tensors.begin(), tensors.end(), same);
}

bool is_graph_input(const graph::Graph& graph, const std::string& name) {
  return std::any_of(graph.inputs.begin(), graph.inputs.end(), [&](const auto& input) {
    return input.name == name || graph.tensor(input.tensor).name == name;
  });
}

/// What parts behind `part` read that it, or one before it, must have written.
std::vector<arch::TensorPlace> read_behind(const Model& model, const std::vector<Part>& parts,
                                           std::size_t part) {
  std::vector<arch::TensorPlace> places;
  for (std::size_t i = part + 1; i < parts.size(); ++i) {
    for (const arch::TensorPlace& place : parts[i].program.inputs) {
      if (!is_graph_input(model.graph.value(), place.name)) places.push_back(place);
    }
  }
  return places;
}

/// No part may take for given what nobody writes.
void check_chain(const Model& model, const std::vector<Part>& parts) {
  for (std::size_t i = 0; i < parts.size(); ++i) {
    for (const arch::TensorPlace& place : parts[i].program.inputs) {
      const bool given = is_graph_input(model.graph.value(), place.name);
      const auto before = parts.begin() + static_cast<std::ptrdiff_t>(i);
      const bool written = std::any_of(parts.begin(), before,
                                       [&](const Part& part) { return hands_over(part, place); });
      const bool outside = model.options.layers.has_value();  // its first layers' inputs
      HB_ASSERT(given || written || outside, "part {} reads {}, which none before it writes", i + 1,
                place.name);
    }
  }
}

}  // namespace

bool wants_parts(const Options& options) {
  const bool timed = options.action != Action::kRun || options.engine != Engine::kGolden;
  return options.jobs > 1 && timed;
}

bool can_cut(const Model& model) { return model.graph && model.program.layers.size() > 1; }

std::vector<bool> allowed_cuts(const std::vector<Step>& steps) {
  using Key = std::pair<std::size_t, arch::Precision>;
  std::vector<bool> allowed(steps.size(), true);
  std::map<Key, std::size_t> written;            // by which step
  std::map<std::size_t, arch::Precision> first;  // precision
  for (std::size_t i = 0; i < steps.size(); ++i) {
    for (const Port& port : reads(steps[i])) {
      const auto writer = written.find({port.tensor.index, port.precision});
      if (writer == written.end() || first.at(port.tensor.index) == port.precision) continue;
      for (std::size_t k = writer->second; k < i; ++k) allowed[k] = false;
    }
    for (const Port& port : writes(steps[i])) {
      written[{port.tensor.index, port.precision}] = i;
      first.emplace(port.tensor.index, port.precision);
    }
  }
  return allowed;
}

std::vector<compile::LayerRange> balance(const std::vector<arch::Cycles>& cycles,
                                         const std::vector<bool>& allowed, std::size_t most) {
  HB_ASSERT(!cycles.empty() && cycles.size() == allowed.size() && most > 0,
            "{} layers, {} places, {} parts", cycles.size(), allowed.size(), most);
  const std::size_t count = cycles.size();
  constexpr arch::Cycles kNever = ~arch::Cycles{0};
  // worst[p][i]: cycles of the longest part when p parts hold the first i layers; from[p][i]: the
  // layers before the last of these parts.
  const std::size_t parts = std::min(most, count);
  std::vector<std::vector<arch::Cycles>> worst(parts + 1,
                                               std::vector<arch::Cycles>(count + 1, kNever));
  std::vector<std::vector<std::size_t>> from(parts + 1, std::vector<std::size_t>(count + 1));
  worst[0][0] = 0;
  for (std::size_t p = 1; p <= parts; ++p) {
    for (std::size_t end = p; end <= count; ++end) {
      arch::Cycles last = 0;
      for (std::size_t begin = end; begin-- > 0;) {
        last += cycles[begin];
        const bool possible = worst[p - 1][begin] != kNever && (begin == 0 || allowed[begin - 1]);
        const arch::Cycles longest = possible ? std::max(worst[p - 1][begin], last) : kNever;
        if (longest < worst[p][end]) {
          worst[p][end] = longest;
          from[p][end] = begin;
        }
      }
    }
  }
  std::size_t best = 1;
  for (std::size_t p = 2; p <= parts; ++p) {
    best = worst[p][count] < worst[best][count] ? p : best;
  }
  std::vector<compile::LayerRange> ranges(best);
  for (std::size_t p = best, end = count; p > 0; end = from[p][end], --p) {
    ranges[p - 1] = {static_cast<std::uint32_t>(from[p][end] + 1), static_cast<std::uint32_t>(end)};
  }
  return ranges;
}

std::vector<Part> cut(const Model& model, std::size_t most) {
  const graph::Graph& graph = model.graph.value();
  const std::vector<Step> steps =
      compile::make_plan(graph, model.options.fuse, model.options.contract);
  const std::uint32_t first = model.options.layers ? model.options.layers->first : 1;
  const std::vector<bool> all = allowed_cuts(steps);
  const std::vector<arch::Cycles> cycles = layer_cycles(model);
  const auto begin = all.begin() + (first - 1);
  std::vector<Part> parts;
  for (const compile::LayerRange& range :
       balance(cycles, {begin, begin + static_cast<std::ptrdiff_t>(cycles.size())}, most)) {
    const compile::LayerRange layers = {range.first + first - 1, range.last + first - 1};
    parts.push_back({layers, compile_layers(model, layers, schedule::Image::kCommands)});
  }
  check_chain(model, parts);
  return parts;
}

std::string handover_difference(const Model& model, const std::vector<Part>& parts,
                                std::size_t part, const std::vector<arch::Tensor>& given,
                                const std::vector<std::uint8_t>& memory) {
  arch::Program handed = parts[part].program;
  handed.outputs.clear();
  handed.tensors.clear();
  for (const arch::TensorPlace& wanted : read_behind(model, parts, part)) {
    for (const auto* places : {&parts[part].program.outputs, &parts[part].program.tensors}) {
      for (const arch::TensorPlace& place : *places) {
        const bool same = place.name == wanted.name && place.precision == wanted.precision;
        if (place.layer && same) handed.outputs.push_back(place);
      }
    }
  }
  return compare_with_graph(handed, *model.graph, given, memory).first;
}

std::string parts_text(const std::vector<Part>& parts) {
  std::string text = fmt::format("{}: layers", parts.size());
  for (const Part& part : parts) {
    text += fmt::format("{} {}-{}", &part == &parts.front() ? "" : ",", part.layers.first,
                        part.layers.last);
  }
  return text;
}

}  // namespace hb::cli
