// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a network cut where it may be, into parts as even as they can be, and does a wrong code
// between parts show?
#include "sw/cli/parts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "model/golden/execute.hpp"
#include "sw/cli/images.hpp"
#include "sw/reference/reference.hpp"

namespace hb::cli {
namespace {

constexpr const char* kNetwork = "sw/networks/resnet8_w8_mostly-w4a4.onnx";

arch::Cycles longest(const std::vector<compile::LayerRange>& ranges,
                     const std::vector<arch::Cycles>& cycles) {
  arch::Cycles most = 0;
  for (const compile::LayerRange& range : ranges) {
    arch::Cycles sum = 0;
    for (std::uint32_t i = range.first; i <= range.last; ++i) sum += cycles.at(i - 1);
    most = std::max(most, sum);
  }
  return most;
}

/// The ranges of the cuts in `mask`: bit i cuts behind layer i + 1.
std::vector<compile::LayerRange> ranges_of(std::uint32_t mask, std::uint32_t layers) {
  std::vector<compile::LayerRange> ranges = {{1, 1}};
  for (std::uint32_t i = 1; i < layers; ++i) {
    if ((mask >> (i - 1) & 1) != 0) ranges.push_back({i + 1, i + 1});
    ranges.back().last = i + 1;
  }
  return ranges;
}

TEST_CASE("no other cuts at allowed places make the longest part shorter") {
  std::mt19937 random(1);
  for (int round = 0; round < 200; ++round) {
    const auto layers = static_cast<std::uint32_t>(1 + random() % 9);
    std::vector<arch::Cycles> cycles;
    std::vector<bool> allowed;
    for (std::uint32_t i = 0; i < layers; ++i) {
      cycles.push_back(random() % 4 == 0 ? 0 : random() % 1000);
      allowed.push_back(random() % 4 != 0);
    }
    const std::size_t most = 1 + random() % 5;
    arch::Cycles best = ~arch::Cycles{0};
    for (std::uint32_t mask = 0; mask < 1U << (layers - 1); ++mask) {
      const auto ranges = ranges_of(mask, layers);
      bool possible = ranges.size() <= most;
      for (std::size_t i = 0; i + 1 < ranges.size(); ++i) possible &= allowed[ranges[i].last - 1];
      if (possible) best = std::min(best, longest(ranges, cycles));
    }
    const auto ranges = balance(cycles, allowed, most);
    CHECK(longest(ranges, cycles) == best);
    CHECK(ranges.size() <= most);
    CHECK(ranges.front().first == 1);
    CHECK(ranges.back().last == layers);
    for (std::size_t i = 0; i + 1 < ranges.size(); ++i) {
      CHECK(ranges[i + 1].first == ranges[i].last + 1);
      CHECK(allowed[ranges[i].last - 1]);
    }
  }
}

compile::Step step(std::size_t reads, arch::Precision read, std::size_t writes,
                   arch::Precision written) {
  compile::Step step;
  step.input = {{reads}, {}, read};
  step.output = {{writes}, {}, written};
  return step;
}

TEST_CASE("no cut parts a tensor's second precision from who reads it") {
  constexpr auto k4 = arch::Precision::kInt4;
  constexpr auto k8 = arch::Precision::kInt8;
  // Tensor 1 is written at 8 bits, then (by step 1) at 4 bits, which step 3 reads.
  std::vector<compile::Step> steps = {step(0, k8, 1, k8), step(1, k8, 1, k4), step(1, k8, 2, k8),
                                      step(1, k4, 3, k8)};
  CHECK(allowed_cuts(steps) == std::vector<bool>{true, false, false, true});
  // As a second output, or as what is added, it is the same.
  steps[1] = step(2, k8, 4, k8);
  steps[0].second.emplace();
  steps[0].second->output = {{1}, {}, k4};
  CHECK(allowed_cuts(steps) == std::vector<bool>{false, false, false, true});
  steps[3] = step(2, k8, 3, k8);
  steps[1].sum.emplace();
  steps[1].sum->residual = {{1}, {}, k4};
  CHECK(allowed_cuts(steps) == std::vector<bool>{false, true, true, true});
  // Inputs of the network are there at both.
  CHECK(allowed_cuts({step(0, k8, 1, k8), step(0, k4, 2, k8)}) == std::vector<bool>{true, true});
}

/// A network of a file, cut, with random codes in it.
struct Cut {
  Options options;
  Model model;
  Images images;
  std::vector<arch::Tensor> tensors;
  std::vector<Part> parts;

  explicit Cut(std::size_t most)
      : options(options_of()), model(resolve_model(options)), images(options, model) {
    tensors = reference::run(*model.graph, model.options.contract, images.graph_inputs(0));
    parts = cut(model, most);
  }

  static Options options_of() {
    Options options;
    options.action = Action::kRun;
    options.model = kNetwork;
    options.preset = "tiny";
    return options;
  }

  /// Memory after a part, by the golden model.
  [[nodiscard]] std::vector<std::uint8_t> after(std::size_t part) const {
    arch::Program program = compile_layers(model, parts[part].layers, schedule::Image::kWhole);
    const golden::Result result = golden::execute(images.program(program, 0, tensors));
    REQUIRE(result.error == arch::ErrorCode::kNone);
    return result.memory;
  }
};

TEST_CASE("parts hold every layer once, and their cycles are about alike") {
  for (const std::size_t most : {2, 3, 100}) {
    const Cut cut(most);
    CHECK(cut.parts.size() > 1);
    CHECK(cut.parts.size() <= most);
    std::size_t layers = 0;
    for (const Part& part : cut.parts) {
      CHECK(part.layers.first == layers + 1);
      layers = part.layers.last;
      CHECK(part.program.layers.size() == part.layers.last - part.layers.first + 1);
    }
    CHECK(layers == cut.model.program.layers.size());
  }
}

TEST_CASE("a wrong code in a tensor that another part reads is found and named") {
  const Cut cut(100);
  std::size_t found = 0;
  for (std::size_t part = 0; part + 1 < cut.parts.size(); ++part) {
    CAPTURE(part);
    std::vector<std::uint8_t> memory = cut.after(part);
    CHECK(handover_difference(cut.model, cut.parts, part, cut.tensors, memory).empty());
    const std::vector<std::string> read = compile::input_names(cut.parts[part + 1].program);
    for (const arch::TensorPlace& place : cut.parts[part].program.outputs) {
      if (std::find(read.begin(), read.end(), place.name) == read.end()) continue;
      memory.at(place.address) ^= 1;
      const std::string text = handover_difference(cut.model, cut.parts, part, cut.tensors, memory);
      CHECK(text.find("tensor " + place.name) != std::string::npos);
      CHECK(text.find("channel 0, y 0, x 0") != std::string::npos);
      memory.at(place.address) ^= 1;
      ++found;
    }
  }
  CHECK(found >= cut.parts.size() - 1);
}

}  // namespace
}  // namespace hb::cli
