// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/card/statements.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <variant>

namespace hb::card {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint32_t kAccumulatorBits = 32;  ///< of the machine

/// "8" where all are the same, else "4 (9), 8 (2)": values with how many have them.
template <class Value>
std::string tally(const std::vector<Value>& values) {
  std::map<Value, std::size_t> counts;
  for (const Value& value : values) ++counts[value];
  if (counts.empty()) return "none";
  if (counts.size() == 1) return fmt::format("{}", counts.begin()->first);
  std::string text;
  for (const auto& [value, count] : counts) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", value, count);
  }
  return text;
}

/// A section under construction.
class Section {
 public:
  explicit Section(const char* title) : json_({{"title", title}, {"fields", Json::array()}}) {}

  Section& say(const char* key, const char* label, Json value, const std::string& note = "") {
    Json field = {{"key", key}, {"label", label}, {"value", std::move(value)}};
    if (!note.empty()) field["note"] = note;
    json_["fields"].push_back(field);
    return *this;
  }
  Section& not_stated(const char* key, const char* label) { return say(key, label, nullptr); }
  [[nodiscard]] Json json() const { return json_; }

 private:
  Json json_;
};

/// Questions to a graph.
class Asked {
 public:
  Asked(const graph::Graph& graph, const Facts& facts) : graph_(graph), facts_(facts) {}

  template <class Op>
  [[nodiscard]] std::vector<const Op*> all() const {
    std::vector<const Op*> found;
    for (const graph::Node& node : graph_.nodes) {
      if (const auto* op = std::get_if<Op>(&node.op)) found.push_back(op);
    }
    return found;
  }
  [[nodiscard]] std::uint32_t bits(graph::TensorId id) const {
    return costmodel::bits_of(graph_.tensor(costmodel::kept(graph_, id)));
  }

  [[nodiscard]] std::string resolution() const {
    std::string text;
    std::vector<std::string> seen;
    for (const graph::NamedTensor& input : graph_.inputs) {
      if (std::find(seen.begin(), seen.end(), input.name) != seen.end()) continue;
      seen.push_back(input.name);
      const graph::Tensor& tensor = graph_.tensor(input.tensor);
      text += fmt::format("{}{}x{}x{}", text.empty() ? "" : ", ", tensor.channels, tensor.height,
                          tensor.width);
    }
    return text;
  }
  [[nodiscard]] std::string image_bits() const {
    std::vector<std::string> bits;
    for (const graph::NamedTensor& input : graph_.inputs) {
      const graph::Tensor& tensor = graph_.tensor(input.tensor);
      bits.push_back(fmt::format("{} as {}", costmodel::bits_of(tensor), name(tensor.type)));
    }
    return tally(bits);
  }
  [[nodiscard]] std::string layer_bits(bool weights) const {
    std::vector<std::uint32_t> bits;
    for (const costmodel::Layer& layer : facts_.network.layers) {
      bits.push_back(weights ? layer.bits.weights : layer.bits.activations);
    }
    return tally(bits);
  }
  [[nodiscard]] Json layer_bits(const std::vector<costmodel::Layer>& layers, bool first) const {
    if (layers.empty()) return nullptr;
    const costmodel::Layer& layer = first ? layers.front() : layers.back();
    return fmt::format("w{}a{} ({})", layer.bits.weights, layer.bits.activations, layer.name);
  }
  [[nodiscard]] std::string weight_granularity() const {
    std::vector<std::string> kinds;
    for (const LayerFacts& layer : facts_.layers) {
      kinds.emplace_back(layer.weight_scales > 1 ? "output channel" : "tensor");
    }
    return tally(kinds);
  }
  [[nodiscard]] std::string weight_range() const {
    std::vector<std::string> kinds;
    for (const LayerFacts& layer : facts_.layers) {
      const int lowest = layer.costs.bits.weights == 4 ? -8 : -128;
      kinds.emplace_back(layer.accumulators.low_weight > lowest ? "narrow" : "full");
    }
    return tally(kinds);
  }
  /// What convolutions read.
  [[nodiscard]] std::string activation_codes() const {
    std::vector<std::string> kinds;
    for (const graph::Conv* conv : all<graph::Conv>()) kinds.push_back(code_kind(conv->input));
    return tally(kinds);
  }
  [[nodiscard]] std::string add_bits() const {
    std::vector<std::string> bits;
    for (const graph::Add* add : all<graph::Add>()) {
      bits.push_back(fmt::format("{} + {} -> {}", bits_of(add->a.tensor), bits_of(add->b.tensor),
                                 this->bits(add->output.tensor)));
    }
    return tally(bits);
  }
  [[nodiscard]] std::string pool_bits() const {
    std::vector<std::string> bits;
    for (const graph::MaxPool* pool : all<graph::MaxPool>()) {
      bits.push_back(fmt::format("maximum {}", bits_of(pool->output)));
    }
    for (const graph::GlobalAverage* pool : all<graph::GlobalAverage>()) {
      bits.push_back(fmt::format("global average {} -> {}", bits_of(pool->input.tensor),
                                 bits_of(pool->output.tensor)));
    }
    return tally(bits);
  }
  [[nodiscard]] std::string pointwise_bits() const {
    std::vector<std::string> bits;
    for (const graph::Conv* conv : all<graph::Conv>()) {
      const graph::Window& window = conv->window;
      const graph::Tensor& input = graph_.tensor(conv->input.tensor);
      const bool pointwise = window.kernel_height == 1 && window.kernel_width == 1;
      if (!pointwise || (input.height == 1 && input.width == 1)) continue;
      bits.push_back(fmt::format("w{}a{}", conv->weight_precision == arch::Precision::kInt4 ? 4 : 8,
                                 bits_of(conv->input.tensor)));
    }
    return tally(bits);
  }
  [[nodiscard]] std::uint32_t accumulator_bits() const {
    std::uint32_t most = 0;
    for (const LayerFacts& layer : facts_.layers) most = std::max(most, layer.accumulators.bits);
    return most;
  }
  [[nodiscard]] bool tflite() const { return facts_.machine.contract == arch::Contract::kTflite; }

 private:
  [[nodiscard]] std::uint32_t bits_of(const graph::TensorId& id) const {
    return costmodel::bits_of(graph_.tensor(id));
  }
  [[nodiscard]] std::string code_kind(const graph::Operand& operand) const {
    const graph::Tensor& tensor = graph_.tensor(operand.tensor);
    const graph::CodeRange codes = graph::range_of(tensor.type);
    const std::int32_t zero = operand.affine.zero_point;
    if (zero == codes.low) return "unsigned";
    return zero == codes.low + (codes.high - codes.low + 1) / 2 ? "symmetric" : "affine";
  }

  const graph::Graph& graph_;
  const Facts& facts_;
};

/// Six digits, as the papers' figures have.
double rounded(double value) { return std::round(value * 1e6) / 1e6; }

Json source_section(const Facts& facts, const Asked& asked) {
  Section section("Method and checkpoint");
  if (facts.source.random) {
    section.say("method", "method", "none: random weights, scales that suit them");
  } else {
    section.not_stated("method", "method (PTQ, PTQ with learned widths, QAT)");
  }
  section.not_stated("retraining_epochs", "retraining epochs")
      .not_stated("calibration_images", "calibration images")
      .not_stated("calibration_labels", "calibration labels (real, generated, none)")
      .say("checkpoint", "checkpoint", facts.source.model)
      .say("sha256", "SHA-256 of the file",
           facts.source.sha256 ? Json(*facts.source.sha256) : Json(),
           facts.source.sha256 ? "" : "no file")
      .not_stated("full_precision_top1", "full-precision top-1")
      .not_stated("dataset", "dataset")
      .say("resolution", "input", asked.resolution());
  return section.json();
}

Json bits_section(const Facts& facts, const Asked& asked) {
  const costmodel::Network& network = facts.network;
  const costmodel::Ratios ratios = costmodel::ratios(network.cost, network.reference);
  const costmodel::Map* peak = network.peak();
  Section section("Bits");
  section.say("weight_bits", "weights, bits (layers)", asked.layer_bits(true))
      .say("activation_bits", "activations read, bits (layers)", asked.layer_bits(false))
      .say("allowed_widths", "allowed widths", "{4, 8}", "what the machine has")
      .say("average_weight_bits", "average weight bits", rounded(network.average_weight_bits()))
      .say("most_weight_bits", "most weight bits", network.most_weight_bits())
      .say("average_activation_bits", "average activation bits",
           rounded(network.average_activation_bits()), "outputs of convolutions and additions")
      .say("most_activation_bits", "most activation bits", network.most_activation_bits())
      .say("peak_map_bits", "largest map, bits", peak ? Json(peak->values * peak->bits) : Json(),
           peak ? peak->name : "")
      .say("macs", "MACs", network.work.macs)
      .say("linear", "linear cost, of bfloat16", rounded(ratios.linear))
      .say("quadratic", "quadratic cost, of bfloat16", rounded(ratios.quadratic),
           "sum of MACs * weight bits * activation bits")
      .say("quadratic_cost", "quadratic cost", network.cost.quadratic)
      .say("weight_memory_bits", "weight memory, bits", network.cost.memory_bits)
      .say("weight_memory", "weight memory, of bfloat16", rounded(ratios.memory));
  return section.json();
}

Json quantizer_section(const Asked& asked) {
  Section section("Quantizers");
  section.say("weight_granularity", "weight scales per (layers)", asked.weight_granularity())
      .say("activation_granularity", "activation scales per", "tensor")
      .say("weight_symmetry", "weights (layers)", "symmetric, " + asked.weight_range(),
           "as executed: zero points of the file, if any, are subtracted")
      .say("activation_symmetry", "activations that convolutions read (layers)",
           asked.activation_codes())
      .not_stated("range_choice", "choice of ranges (min/max, percentile, learned, ...)")
      .say("static", "quantization parameters", "static")
      .say("levels", "levels", "uniform")
      .say("rounding", "rounding",
           asked.tflite() ? "half up, then half away from zero (gemmlowp)" : "half to even")
      .not_stated("rounding_of_weights", "rounding of weights");
  return section.json();
}

Json layer_section(const Facts& facts, const Asked& asked) {
  Section section("What is quantized");
  section.say("first_layer", "first layer", asked.layer_bits(facts.network.layers, true))
      .say("last_layer", "last layer", asked.layer_bits(facts.network.layers, false))
      .say("image_bits", "input image, bits", asked.image_bits())
      .say("residual_add", "residual adds, bits", asked.add_bits())
      .say("pooling", "pooling, bits", asked.pool_bits())
      .say("pointwise", "1x1 convolutions", asked.pointwise_bits())
      .say("depthwise", "depthwise or grouped convolutions", "none")
      .say("concat", "concatenations", "none")
      .say("which_tensors", "quantized tensors", "all between operators")
      .say("around_add", "around an add", "operands are quantized before it, the sum after it")
      .say("batch_norm", "batch normalization", "no operator: folded, or never there")
      .not_stated("batch_norm_folding", "folded before or after quantization")
      .say("bias_bits", "bias bits", 32)
      .not_stated("bias_correction", "bias correction");
  return section.json();
}

Json arithmetic_section(const Facts& facts, const Asked& asked) {
  Section section("Arithmetic");
  section.say("contract", "rounding contract", asked.tflite() ? "tflite" : "ort")
      .say("requantization", "requantization",
           asked.tflite() ? "fixed-point multiplier and shift" : "float32 multiplication")
      .say("scale_format", "scales", asked.tflite() ? "31-bit multiplier, power of two" : "float32")
      .say("accumulator_bits_needed", "accumulator bits needed",
           facts.layers.empty() ? Json() : Json(asked.accumulator_bits()),
           "exact worst case of these weights, any image")
      .say("accumulator_bits", "accumulator bits of the machine", kAccumulatorBits)
      .say("overflow", "overflow", "cannot occur", "a network that could is refused");
  return section.json();
}

/// Codes at the ends of all ranges.
Json ends_share(const EndCounter& ends) {
  std::uint64_t at_ends = 0;
  std::uint64_t values = 0;
  for (const auto& [node, counts] : ends.by_node()) {
    at_ends += counts.low + counts.high;
    values += counts.values;
  }
  return values == 0 ? Json()
                     : Json(rounded(static_cast<double>(at_ends) / static_cast<double>(values)));
}

Json result_section(const Facts& facts) {
  Section section("Result");
  const std::optional<Images>& images = facts.images;
  const bool judged = images && images->correct;
  section
      .say("top1", "top-1",
           judged ? Json(rounded(static_cast<double>(*images->correct) /
                                 static_cast<double>(images->ends.images())))
                  : Json(),
           judged ? fmt::format("{} of {} images of {}", *images->correct, images->ends.images(),
                                images->files)
                  : "")
      .not_stated("top1_drop", "drop from full precision")
      .not_stated("training_seeds", "training seeds")
      .say("images", "images run", images ? Json(images->ends.images()) : Json())
      .say("end_codes", "share of codes at the ends of their range",
           images ? ends_share(images->ends) : Json(),
           images ? "all that saturates, and what lies there by itself; not a ReLU's zeros" : "");
  return section.json();
}

Json machine_section(const Facts& facts) {
  Section section("Cost on this machine");
  section.say("preset", "machine", facts.machine.preset)
      .say("cycles", "cycles", facts.cycles ? Json(*facts.cycles) : Json(), "by formula, one image")
      .say("energy_pj", "energy, pJ", facts.energy_pj ? Json(*facts.energy_pj) : Json(),
           facts.energy_pj ? "an estimate, good to a factor of two" : "not available");
  return section.json();
}

}  // namespace

Json sections(const graph::Graph& graph, const Facts& facts) {
  const Asked asked(graph, facts);
  return Json::array({source_section(facts, asked), bits_section(facts, asked),
                      quantizer_section(asked), layer_section(facts, asked),
                      arithmetic_section(facts, asked), result_section(facts),
                      machine_section(facts)});
}

}  // namespace hb::card
