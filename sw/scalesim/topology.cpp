// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/scalesim/topology.hpp"

#include <cctype>
#include <charconv>
#include <map>
#include <string_view>

#include "model/arch/error.hpp"

namespace hb::scalesim {
namespace {

constexpr const char* kForms =
    "\"Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,\" or \"Layer, M, N, K,\"";
constexpr std::uint32_t kMostSize = 65535;
constexpr std::uint32_t kMostStep = 255;  ///< of kernels and strides

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

using Fields = std::vector<std::string_view>;

Fields fields_of(std::string_view line) {
  Fields fields;
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = line.find(',');
    fields.push_back(trimmed(line.substr(0, comma)));
    if (comma != std::string_view::npos) line.remove_prefix(comma + 1);
  }
  return fields;
}

/// "IFMAP  Height" -> "ifmapheight".
std::string plain(std::string_view name) {
  std::string letters;
  for (const char letter : name) {
    const auto byte = static_cast<unsigned char>(letter);
    if (std::isalnum(byte) != 0) letters += static_cast<char>(std::tolower(byte));
  }
  return letters;
}

/// Which field of a line is what.
class Columns {
 public:
  Columns(const Fields& header, const std::string& where) {
    std::string_view twice;
    for (std::size_t i = 0; i < header.size(); ++i) {
      const std::string name = plain(header[i]);
      if (!name.empty() && !places_.emplace(name, i).second) twice = header[i];
    }
    rename("layername", "layer");
    rename("numfilters", "numfilter");
    rename("stride", "strides");
    gemm_ = has("m") && has("n") && has("k");
    if (!is_whole()) throw bad_input(where, "not the columns of a SCALE-Sim topology", kForms);
    if (!twice.empty()) {
      throw bad_input(where, fmt::format("column \"{}\" twice", twice), "each once");
    }
  }

  [[nodiscard]] bool gemm() const { return gemm_; }
  [[nodiscard]] bool has(const char* name) const { return places_.count(name) != 0; }
  [[nodiscard]] std::size_t place(const char* name) const { return places_.at(name); }
  /// The column behind the last one that is needed, if it has no name of its own: there v3 looks
  /// for a ratio.
  [[nodiscard]] std::size_t behind() const {
    const char* last = gemm_ ? "k" : has("strides") ? "strides" : "stridewidth";
    return place(last) + 1;
  }

 private:
  void rename(const char* from, const char* to) {
    if (!has(from) || has(to)) return;
    places_[to] = places_.at(from);
    places_.erase(from);
  }
  [[nodiscard]] bool is_whole() const {
    if (!has("layer")) return false;
    if (gemm_) return true;
    for (const char* name :
         {"ifmapheight", "ifmapwidth", "filterheight", "filterwidth", "channels", "numfilter"}) {
      if (!has(name)) return false;
    }
    return has("strides") || (has("strideheight") && has("stridewidth"));
  }

  std::map<std::string, std::size_t> places_;
  bool gemm_ = false;
};

/// Reads one line.
class Reader {
 public:
  Reader(const Columns& columns, const Fields& fields, std::string where)
      : columns_(columns), fields_(fields), where_(std::move(where)) {}

  [[nodiscard]] Layer layer() const {
    Layer layer;
    layer.name = std::string(field("layer"));
    if (layer.name.empty()) throw bad_input(where_, "no name", "a layer's name first");
    check_ratio("sparsity");
    if (columns_.behind() + 1 < fields_.size()) check_extra(fields_[columns_.behind()]);
    columns_.gemm() ? read_product(layer) : read_convolution(layer);
    return layer;
  }

 private:
  void read_product(Layer& layer) const {
    layer.input_height = number("m", kMostSize);
    layer.filters = number("n", kMostSize);
    layer.channels = number("k", kMostSize);
    if (columns_.has("batch") && !field("batch").empty() && number("batch", kMostSize) != 1) {
      throw bad_input(where_, fmt::format("a batch of {}", field("batch")), "1: one image");
    }
  }

  void read_convolution(Layer& layer) const {
    if (layer.name.find("DP") != std::string::npos) {
      throw bad_input(
          where_, fmt::format("layer \"{}\", which SCALE-Sim takes as depthwise (DP)", layer.name),
          "none: this machine has no depthwise convolution");
    }
    layer.input_height = number("ifmapheight", kMostSize);
    layer.input_width = number("ifmapwidth", kMostSize);
    layer.filter_height = number("filterheight", kMostStep);
    layer.filter_width = number("filterwidth", kMostStep);
    layer.channels = number("channels", kMostSize);
    layer.filters = number("numfilter", kMostSize);
    const bool both = columns_.has("strides");
    layer.stride_y = number(both ? "strides" : "strideheight", kMostStep);
    layer.stride_x = number(both ? "strides" : "stridewidth", kMostStep);
    if (layer.filter_height > layer.input_height || layer.filter_width > layer.input_width) {
      throw bad_input(where_,
                      fmt::format("a filter of {}x{} for an IFMAP of {}x{}", layer.filter_height,
                                  layer.filter_width, layer.input_height, layer.input_width),
                      "a filter that fits");
    }
  }

  /// A column's field. The one behind the last comma is dropped, as SCALE-Sim does.
  [[nodiscard]] std::string_view field(const char* name) const {
    const std::size_t place = columns_.place(name);
    if (place + 1 < fields_.size()) return fields_[place];
    if (place + 1 == fields_.size() && !fields_[place].empty()) {
      throw bad_input(where_, fmt::format("no comma behind \"{}\"", fields_[place]),
                      "a trailing comma: SCALE-Sim drops what is behind the last one");
    }
    throw bad_input(where_, fmt::format("{} fields", fields_.size() - 1),
                    fmt::format("at least {}", columns_.behind()));
  }

  [[nodiscard]] std::uint32_t number(const char* name, std::uint32_t most) const {
    const std::string_view text = field(name);
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1 || value > most) {
      throw bad_input(where_, fmt::format("\"{}\" for {}", text, name),
                      fmt::format("an integer of 1..{}", most));
    }
    return value;
  }

  /// What v3 reads as N:M, or in products as a batch.
  void check_extra(std::string_view text) const {
    if (text.find(':') != std::string_view::npos) check_dense(text);
    if (columns_.gemm() && !text.empty() && text.find(':') == std::string_view::npos &&
        !columns_.has("batch") && text != "1") {
      throw bad_input(where_, fmt::format("a batch of {}", text), "1: one image");
    }
  }
  void check_ratio(const char* name) const {
    if (columns_.has(name) && columns_.place(name) + 1 < fields_.size()) check_dense(field(name));
  }
  void check_dense(std::string_view ratio) const {
    const std::size_t colon = ratio.find(':');
    if (ratio.empty() || (colon != std::string_view::npos &&
                          trimmed(ratio.substr(0, colon)) == trimmed(ratio.substr(colon + 1)))) {
      return;
    }
    throw bad_input(where_, fmt::format("sparsity {}", ratio), "N:N, dense");
  }

  const Columns& columns_;
  const Fields& fields_;
  std::string where_;
};

bool is_blank(const Fields& fields) {
  for (const std::string_view field : fields) {
    if (!field.empty()) return false;
  }
  return true;
}

}  // namespace

Topology parse_topology(const std::string& text, const std::string& file) {
  Topology topology{file, {}};
  std::optional<Columns> columns;
  std::string_view rest = text;
  if (rest.substr(0, 3) == "\xEF\xBB\xBF") rest.remove_prefix(3);
  for (std::size_t line = 1; !rest.empty(); ++line) {
    const std::size_t end = rest.find('\n');
    const Fields fields = fields_of(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    const std::string where = fmt::format("{}: line {}", file, line);
    if (!columns) {
      columns.emplace(fields, where);
    } else if (!is_blank(fields)) {
      topology.layers.push_back(Reader(*columns, fields, where).layer());
      topology.layers.back().line = line;
    }
  }
  if (topology.layers.empty()) {
    throw bad_input(file, "no layers", fmt::format("a line of columns, {}, and layers", kForms));
  }
  return topology;
}

}  // namespace hb::scalesim
