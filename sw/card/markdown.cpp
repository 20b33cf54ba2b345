// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include <fmt/format.h>

#include <initializer_list>
#include <string>

#include "sw/card/card.hpp"

namespace hb::card {
namespace {

using Json = nlohmann::ordered_json;

/// 1234567 -> "1,234,567".
std::string grouped(std::string digits) {
  const std::size_t first = digits.rfind('-') == 0 ? 1 : 0;
  for (std::size_t i = digits.size(); i > 3 + first; i -= 3) digits.insert(i - 3, ",");
  return digits;
}

/// A name from a file must break neither the table nor the terminal.
std::string cell(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < ' ' || byte == 0x7F) {
      result += fmt::format("\\\\x{:02x}", byte);
    } else {
      if (letter == '|' || letter == '\\' || letter == '<') result += '\\';
      result += letter;
    }
  }
  return result;
}

std::string text_of(const Json& value, const char* null) {
  if (value.is_null()) return null;
  if (value.is_string()) return cell(value.get<std::string>());
  if (value.is_number_integer()) return grouped(value.dump());
  if (value.is_number_float()) return fmt::format("{:.7g}", value.get<double>());
  if (value.is_boolean()) return value.get<bool>() ? "yes" : "no";
  return cell(value.dump());
}

std::string row(const std::vector<std::string>& cells) {
  std::string text = "|";
  for (const std::string& one : cells) text += fmt::format(" {} |", one);
  return text + "\n";
}

std::string header(const std::vector<std::string>& cells) {
  return row(cells) + row(std::vector<std::string>(cells.size(), "---"));
}

/// Of `object`'s values at `keys`, "-" for null.
std::string values_row(const Json& object, std::initializer_list<const char*> keys) {
  std::vector<std::string> cells;
  for (const char* key : keys) {
    cells.push_back(text_of(object.contains(key) ? object.at(key) : Json(), "-"));
  }
  return row(cells);
}

std::string section_text(const Json& section) {
  std::string text =
      fmt::format("\n## {}\n\n", cell(section.at("title").get<std::string>())) + header({"", ""});
  for (const Json& field : section.at("fields")) {
    std::string value = text_of(field.at("value"), "not stated");
    const Json note = field.value("note", Json());
    if (note.is_string() && !note.get<std::string>().empty()) {
      const std::string known = cell(note.get<std::string>());
      value = field.at("value").is_null() ? known : fmt::format("{} ({})", value, known);
    }
    text += row({text_of(field.at("label"), ""), value});
  }
  return text;
}

std::string layers_text(const Json& layers) {
  if (layers.empty()) return "";
  std::string text =
      "\n## Layers\n\n" + header({"layer", "weights", "activations", "MACs", "weight codes from",
                                  "to", "sums from", "to", "bits needed", "of any weights",
                                  "cycles", "codes", "at low end", "at high end"});
  for (const Json& layer : layers) {
    text += values_row(
        layer, {"name", "weight_bits", "activation_bits", "macs", "weight_low", "weight_high",
                "accumulator_low", "accumulator_high", "accumulator_bits",
                "accumulator_bits_any_weights", "cycles", "codes", "codes_low", "codes_high"});
  }
  return text;
}

std::string additions_text(const Json& additions) {
  if (additions.empty()) return "";
  std::string text =
      "\n## Additions\n\n" + header({"addition", "codes", "at low end", "at high end"});
  for (const Json& addition : additions) {
    text += values_row(addition, {"name", "codes", "codes_low", "codes_high"});
  }
  return text;
}

std::string choices_text(const Json& choices) {
  if (choices.empty()) return "";
  std::string text = "\n## What each choice costs on this machine\n\n" +
                     header({"choice", "variant", "this model", "cycles", "of this model's",
                             "linear, of bfloat16", "quadratic, of bfloat16", "weight memory, bits",
                             "average activation bits", "energy, pJ", ""});
  for (const Json& choice : choices) {
    text += values_row(
        choice, {"choice", "variant", "own", "cycles", "cycles_to_own", "linear", "quadratic",
                 "weight_memory_bits", "average_activation_bits", "energy_pj", "note"});
  }
  return text;
}

}  // namespace

std::string to_markdown(const Json& card) {
  std::string text =
      fmt::format("# Quantization card: {}\n", cell(card.at("model").get<std::string>()));
  for (const Json& section : card.at("sections")) text += section_text(section);
  return text + layers_text(card.at("layers")) + additions_text(card.at("additions")) +
         choices_text(card.at("choices"));
}

std::string diff_to_markdown(const Json& difference) {
  const std::string a = text_of(difference.at("a"), "");
  const std::string b = text_of(difference.at("b"), "");
  std::string text = fmt::format("# Quantization cards: A = {}, B = {}\n", a, b);
  const Json& fields = difference.at("fields");
  const Json& layers = difference.at("layers");
  if (fields.empty() && layers.empty()) return text + "\nNo difference.\n";
  if (!fields.empty()) text += "\n" + header({"", "A", "B"});
  for (const Json& field : fields) {
    text += row({text_of(field.at("label"), ""), text_of(field.at("a"), "not stated"),
                 text_of(field.at("b"), "not stated")});
  }
  if (!layers.empty()) text += "\n" + header({"layer", "", "A", "B"});
  for (const Json& layer : layers) text += values_row(layer, {"name", "key", "a", "b"});
  return text;
}

}  // namespace hb::card
