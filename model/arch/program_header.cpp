// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "model/arch/program_header.hpp"

#include <algorithm>

#include "model/arch/border_json.hpp"
#include "model/arch/error.hpp"
#include "model/arch/json.hpp"

namespace hb::arch {

namespace {

constexpr std::uint64_t kWordMax = 0xFFFFFFFF;
constexpr std::size_t kMostLayers = 0xFFFF;  // a command's layer tag has 16 bits

Json to_json(const Machine& machine) {
  Json named = Json::object();
  named[machine.name] = {{"rows", machine.rows},
                         {"columns", machine.columns},
                         {"bus_bytes", machine.bus_bytes},
                         {"activation_banks", machine.activation_banks},
                         {"activation_bytes", machine.activation_bytes},
                         {"weight_bytes", machine.weight_bytes},
                         {"parameter_tiles", machine.parameter_tiles}};
  return named;
}

Json to_json(const TensorPlace& tensor) {
  return {{"name", tensor.name},
          {"address", tensor.address},
          {"channels", tensor.channels},
          {"height", tensor.height},
          {"width", tensor.width},
          {"precision", name(tensor.precision)},
          {"border", tensor.border ? to_json(*tensor.border) : Json()},
          {"layer", tensor.layer ? Json(*tensor.layer) : Json()}};
}

Json to_json(const LayerInfo& layer) {
  return {{"name", layer.name},
          {"op", layer.op},
          {"shape", layer.shape},
          {"precision", name(layer.precision)},
          {"macs", layer.macs}};
}

template <class Item>
Json to_json(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) {
    list.push_back(to_json(item));
  }
  return list;
}

Json to_json(const MemoryModelOptions& options) {
  return {{"latency", options.timing.latency},
          {"cycles_per_beat", options.timing.cycles_per_beat},
          {"stall_seed", options.stall_seed}};
}

Json header_json(const Program& program) {
  return {{"machine", to_json(program.machine)},
          {"address", program.address},
          {"count", program.count},
          {"memory_limit", program.memory_limit},
          {"inputs", to_json(program.inputs)},
          {"outputs", to_json(program.outputs)},
          {"tensors", to_json(program.tensors)},
          {"layers", to_json(program.layers)},
          {"memory_model", to_json(program.memory_model)}};
}

/// Reads the header's values; `where` is the file.
class HeaderReader {
 public:
  HeaderReader(Program& program, std::string where) : program_(program), where_(std::move(where)) {}

  void read(const Json& header) {
    require_keys(header,
                 {"machine", "address", "count", "memory_limit", "inputs", "outputs", "tensors",
                  "layers", "memory_model"},
                 where_);
    program_.machine = machine(header["machine"]);
    program_.address = word(header, "address", 0);
    program_.count = integer(header, "count", {0, kMostCommands});
    program_.memory_limit = word(header, "memory_limit", 0);
    for (const Json& item : read_array(header, "layers", where_)) {
      program_.layers.push_back(layer(item));
    }
    program_.inputs = tensors(header, "inputs");
    for (const TensorPlace& input : program_.inputs) {
      require(!input.layer, input, "is an input that a layer writes", "\"layer\": null");
    }
    program_.outputs = written_tensors(header, "outputs");
    program_.tensors = written_tensors(header, "tensors");
    program_.memory_model = memory_model(header["memory_model"]);
  }

 private:
  struct Range {
    std::uint64_t low;
    std::uint64_t high;  ///< at most kWordMax
  };

  [[nodiscard]] std::uint32_t integer(const Json& object, const char* key, Range range) const {
    return static_cast<std::uint32_t>(read_integer(object, key, range.low, range.high, where_));
  }

  [[nodiscard]] std::uint32_t word(const Json& object, const char* key, std::uint64_t low) const {
    return integer(object, key, {low, kWordMax});
  }

  [[nodiscard]] Machine machine(const Json& object) const {
    const std::vector<Machine> machines = parse_machines(object.dump(), where_);
    if (machines.size() != 1) {
      throw bad_input(where_, fmt::format("{} machines", machines.size()), "one machine");
    }
    return machines.front();
  }

  [[nodiscard]] Precision precision(const Json& object) const {
    const std::string text = read_string(object, "precision", where_);
    for (const Precision value : {Precision::kInt8, Precision::kInt4}) {
      if (text == name(value)) {
        return value;
      }
    }
    throw bad_input(where_, fmt::format("precision is {}", text), "int8 or int4");
  }

  [[nodiscard]] std::vector<TensorPlace> tensors(const Json& header, const char* key) const {
    std::vector<TensorPlace> places;
    for (const Json& item : read_array(header, key, where_)) {
      places.push_back(tensor(item));
      require_in_memory(places.back());
      if (places.back().border) {
        check_border(places.back(), where_);
      }
    }
    return places;
  }

  [[nodiscard]] std::vector<TensorPlace> written_tensors(const Json& header,
                                                         const char* key) const {
    std::vector<TensorPlace> places = tensors(header, key);
    for (const TensorPlace& place : places) {
      require(!place.border || !place.border->lowering, place, "is lowered and no input",
              "lowerings of inputs alone");
    }
    return places;
  }

  [[nodiscard]] TensorPlace tensor(const Json& item) const {
    require_keys(item,
                 {"name", "address", "channels", "height", "width", "precision", "border", "layer"},
                 where_);
    TensorPlace place{
        read_string(item, "name", where_), word(item, "address", 0), word(item, "channels", 1),
        word(item, "height", 1),           word(item, "width", 1),   precision(item)};
    if (!item["border"].is_null()) {
      place.border = read_border(item["border"], where_);
    }
    if (!item["layer"].is_null()) {
      const std::size_t layers = program_.layers.size();
      require(layers > 0, place, "has a layer, and there are none", "\"layer\": null");
      place.layer = static_cast<std::uint16_t>(
          integer(item, "layer", {0, std::min<std::size_t>(layers - 1, kMostLayers)}));
    }
    return place;
  }

  void require(bool good, const TensorPlace& tensor, const char* what, const char* expected) const {
    if (!good) {
      throw bad_input(where_, fmt::format("tensor {} {}", tensor.name, what), expected);
    }
  }

  void require_in_memory(const TensorPlace& tensor) const {
    const std::uint64_t channels = std::uint64_t{program_.machine.word_bytes()} *
                                   (tensor.precision == Precision::kInt4 ? 2 : 1);
    const std::uint64_t words = (tensor.channels + channels - 1) / channels;
    const std::uint64_t pixels = std::uint64_t{tensor.height} * tensor.width;
    const std::uint64_t room =
        (std::uint64_t{program_.memory_limit} + 1) / program_.machine.word_bytes();
    // Each factor is compared first: the product of three could pass 64 bits.
    const bool fits = pixels <= room && words <= room && pixels * words <= room &&
                      tensor.address + pixels * words * program_.machine.word_bytes() <=
                          std::uint64_t{program_.memory_limit} + 1;
    if (!fits) {
      throw bad_input(where_, fmt::format("tensor {} passes memory_limit", tensor.name),
                      fmt::format("every byte at most at {:#x}", program_.memory_limit));
    }
  }

  [[nodiscard]] LayerInfo layer(const Json& item) const {
    require_keys(item, {"name", "op", "shape", "precision", "macs"}, where_);
    return {read_string(item, "name", where_), read_string(item, "op", where_),
            read_string(item, "shape", where_), precision(item),
            read_integer(item, "macs", 0, ~std::uint64_t{0}, where_)};
  }

  [[nodiscard]] MemoryModelOptions memory_model(const Json& item) const {
    require_keys(item, {"latency", "cycles_per_beat", "stall_seed"}, where_);
    const std::uint32_t latency = integer(item, "latency", {1, kMostLatency});
    const std::uint32_t beat = integer(item, "cycles_per_beat", {1, program_.machine.bus_bytes});
    if ((beat & (beat - 1)) != 0) {
      throw bad_input(where_, fmt::format("cycles_per_beat is {}", beat), "a power of two");
    }
    return {{latency, beat}, read_integer(item, "stall_seed", 0, ~std::uint64_t{0}, where_)};
  }

  Program& program_;
  std::string where_;
};

}  // namespace

std::string header_of(const Program& program, const std::string& where) {
  try {
    return header_json(program).dump();
  } catch (const Json::exception& error) {
    throw bad_input(where, error.what(), "names in UTF-8");
  }
}

Program read_header(const std::string& text, const std::string& where) {
  Program program;
  HeaderReader(program, where).read(parse_json(text, where));
  return program;
}

}  // namespace hb::arch
