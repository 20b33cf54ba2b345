// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/scalesim/config.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <map>
#include <string_view>

#include "model/arch/error.hpp"

namespace hb::scalesim {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& letter : result) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return result;
}

struct Value {
  std::string text;
  std::size_t line = 0;
};

/// The file as "section/key" -> value, keys in lower case.
class Values {
 public:
  Values(std::string_view text, std::string file) : file_(std::move(file)) {
    for (std::size_t line = 1; !text.empty(); ++line) {
      const std::size_t end = text.find('\n');
      read(trimmed(text.substr(0, end)), line);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
  }

  [[nodiscard]] const Value* find(const std::string& key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? nullptr : &found->second;
  }
  [[nodiscard]] const Value& get(const std::string& key) const {
    if (const Value* value = find(key)) return *value;
    const std::size_t slash = key.find('/');
    throw bad_input(file_, "no " + key.substr(slash + 1),
                    fmt::format("it in section [{}]", key.substr(0, slash)));
  }
  /// The integer 1.. that `text`, of the value, is.
  [[nodiscard]] std::uint32_t number(const Value& value, std::string_view text) const {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number == 0) {
      throw bad(value, "an integer of 1 or more");
    }
    return number;
  }
  [[nodiscard]] Error bad(const Value& value, const char* expected) const {
    return bad_input(fmt::format("{}: line {}", file_, value.line),
                     fmt::format("\"{}\"", value.text), expected);
  }

 private:
  void read(std::string_view text, std::size_t line) {
    if (text.empty() || text.front() == '#' || text.front() == ';') return;
    const std::string where = fmt::format("{}: line {}", file_, line);
    if (text.front() == '[') {
      if (text.back() != ']') throw bad_input(where, "a section without ]", "[section]");
      section_ = std::string(text.substr(1, text.size() - 2));
      return;
    }
    const std::size_t split = text.find_first_of("=:");
    if (split == std::string_view::npos || section_.empty()) {
      throw bad_input(where, fmt::format("\"{}\"", text), "key = value in a [section]");
    }
    const std::string key = lower(trimmed(text.substr(0, split)));
    const std::string value(trimmed(text.substr(split + 1)));
    if (!values_.emplace(section_ + "/" + key, Value{value, line}).second) {
      throw bad_input(where, key + " twice", "each key once");
    }
  }

  std::string file_;
  std::string section_;
  std::map<std::string, Value> values_;
};

std::uint32_t least_bandwidth(const Values& values) {
  const Value& value = values.get("architecture_presets/bandwidth");
  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  std::string_view rest = value.text;
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = rest.find(',');
    least = std::min(least, values.number(value, trimmed(rest.substr(0, comma))));
    if (comma != std::string_view::npos) rest.remove_prefix(comma + 1);
  }
  return least;
}

}  // namespace

Config parse_config(const std::string& text, const std::string& file) {
  const Values values(text, file);
  Config config;
  config.run_name = values.get("general/run_name").text;
  const Value& rows = values.get("architecture_presets/arrayheight");
  config.rows = values.number(rows, rows.text);
  const Value& columns = values.get("architecture_presets/arraywidth");
  config.columns = values.number(columns, columns.text);
  const Value& dataflow = values.get("architecture_presets/dataflow");
  config.dataflow = dataflow.text;
  if (config.dataflow != "os" && config.dataflow != "ws" && config.dataflow != "is") {
    throw values.bad(dataflow, "os, ws or is");
  }
  const Value& mode = values.get("run_presets/interfacebandwidth");
  if (mode.text != "CALC" && mode.text != "USER") throw values.bad(mode, "CALC or USER");
  if (mode.text == "USER") config.bandwidth = least_bandwidth(values);
  const Value* sparsity = values.find("sparsity/sparsitysupport");
  if (sparsity != nullptr && lower(sparsity->text) == "true") {
    throw values.bad(*sparsity, "false: this machine multiplies all weights");
  }
  return config;
}

}  // namespace hb::scalesim
