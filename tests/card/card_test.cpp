// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are cards read back, compared and printed whole?
#include <doctest/doctest.h>

#include <string>

#include "model/arch/error.hpp"
#include "sw/card/card.hpp"

using namespace hb;        // NOLINT: a test
using namespace hb::card;  // NOLINT
using Json = nlohmann::ordered_json;

namespace {

Json field(const char* key, const Json& value) {
  return {{"key", key}, {"label", std::string("the ") + key}, {"value", value}};
}

Json card_of(const char* model, const Json& fields, const Json& layers) {
  const Json section = {{"title", "Things"}, {"fields", fields}};
  return {{"halfbyte_card", kForm},
          {"model", model},
          {"sections", Json::array({section})},
          {"layers", layers},
          {"additions", Json::array()},
          {"choices", Json::array()}};
}

Json layer(const char* name, int bits) { return {{"name", name}, {"bits", bits}}; }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a card's text is read back as it was") {
  const Json card =
      card_of("m", Json::array({field("a", 1), field("b", nullptr)}), Json::array({layer("l", 4)}));
  CHECK(parse_card(card.dump(), "x.json") == card);
}

TEST_CASE("what is no card is refused, naming the file") {
  const Json good = card_of("m", Json::array({field("a", 1)}), Json::array({layer("l", 4)}));
  const auto changed = [&](const char* key, const Json& value) {
    Json card = good;
    card[key] = value;
    return card.dump();
  };
  const auto without = [&](const char* key) {
    Json card = good;
    card.erase(key);
    return card.dump();
  };
  const Json nameless = {{"bits", 4}};
  const Json numbered = {{"name", 7}};
  const Json section_without_fields = {{"title", "Things"}};
  const Json field_without_value = {{"title", "Things"},
                                    {"fields", Json::array({{{"key", "a"}, {"label", "b"}}})}};
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("7"),
        without("halfbyte_card"), without("model"), without("sections"), without("layers"),
        changed("halfbyte_card", kForm + 1), changed("model", 7), changed("sections", 7),
        changed("sections", Json::array({section_without_fields})),
        changed("sections", Json::array({field_without_value})),
        changed("layers", Json::array({nameless})), changed("layers", Json::array({numbered}))}) {
    CAPTURE(text);
    std::string message;
    try {
      (void)parse_card(text, "x.json");
    } catch (const Error& error) {
      message = error.what();
    }
    CHECK(message.rfind("x.json: ", 0) == 0);
    CHECK(contains(message, "(expected a card of halfbyte card --json"));
  }
}

TEST_CASE("a card does not differ from itself") {
  const Json card = card_of("m", Json::array({field("a", 1)}), Json::array({layer("l", 4)}));
  const Json same = diff(card, card);
  CHECK(same.at("fields").empty());
  CHECK(same.at("layers").empty());
  CHECK(contains(diff_to_markdown(same), "No difference."));
}

TEST_CASE("all that differs is told, also what one card lacks") {
  const Json a = card_of("m", Json::array({field("a", 1), field("b", "x"), field("c", nullptr)}),
                         Json::array({layer("same", 4), layer("other", 4), layer("gone", 4)}));
  const Json b = card_of("n", Json::array({field("b", "y"), field("a", 1), field("d", 2)}),
                         Json::array({layer("other", 8), layer("same", 4), layer("new", 8)}));
  const Json difference = diff(a, b);
  const Json fields = Json::array({{{"key", "b"}, {"label", "the b"}, {"a", "x"}, {"b", "y"}},
                                   {{"key", "d"}, {"label", "the d"}, {"a", nullptr}, {"b", 2}}});
  CHECK(difference.at("fields") == fields);
  const Json layers =
      Json::array({{{"name", "other"}, {"key", "bits"}, {"a", 4}, {"b", 8}},
                   {{"name", "gone"}, {"key", "layer"}, {"a", "there"}, {"b", nullptr}},
                   {{"name", "new"}, {"key", "layer"}, {"a", nullptr}, {"b", "there"}}});
  CHECK(difference.at("layers") == layers);
  const std::string text = diff_to_markdown(difference);
  for (const char* part : {"A = m, B = n", "| the b | x | y |", "| the d | not stated | 2 |",
                           "| other | bits | 4 | 8 |", "| gone | layer | there | - |"}) {
    CHECK_MESSAGE(contains(text, part), part);
  }
}

TEST_CASE("Markdown says what is not stated, groups digits, and names cannot break it") {
  Json noted = field("n", nullptr);
  noted["note"] = "not here";
  const Json card = card_of("a|b\n<c>",
                            Json::array({field("a", 1234567), field("b", nullptr),
                                         field("c", -1234), field("d", 0.25), noted}),
                            Json::array());
  const std::string text = to_markdown(card);
  for (const char* part : {"# Quantization card: a\\|b\\\\x0a\\<c>\n", "| the a | 1,234,567 |",
                           "| the b | not stated |", "| the c | -1,234 |", "| the d | 0.25 |",
                           "| the n | not here |"}) {
    CHECK_MESSAGE(contains(text, part), part);
  }
}
