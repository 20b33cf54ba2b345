// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/page/page.hpp"

#include <string_view>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "sw/page/assets.hpp"

namespace hb::page {

namespace {

using Json = nlohmann::ordered_json;

/// JSON inside a script element: "<" could end it.
std::string embedded(const Json& data) {
  const std::string text = data.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string result;
  result.reserve(text.size());
  for (const char letter : text) {
    if (letter == '<') {
      result += "\\u003c";
    } else {
      result += letter;
    }
  }
  return result;
}

std::string escaped(std::string_view text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '<') {
      result += "&lt;";
    } else if (letter == '&') {
      result += "&amp;";
    } else {
      result += letter;
    }
  }
  return result;
}

const char* list_of(Kind kind) {
  return kind == Kind::kRun ? "runs" : kind == Kind::kCard ? "cards" : "sweeps";
}

const char* key_of(Kind kind) {
  return kind == Kind::kRun ? "run" : kind == Kind::kCard ? "card" : "sweep";
}

std::string title_of(const std::vector<Document>& documents) {
  std::string title = "Halfbyte report";
  for (const Document& document : documents) {
    title += (&document == &documents.front() ? ": " : ", ") + document.file;
  }
  return title;
}

/// `text` in place of `mark`, which is there once.
void fill(std::string& page, std::string_view mark, const std::string& text) {
  const std::size_t place = page.find(mark);
  HB_ASSERT(place != std::string::npos, "no {} in the page's template", mark);
  page.replace(place, mark.size(), text);
}

}  // namespace

std::string read_chart_library(const std::string& file) {
  constexpr const char* kExpected =
      "chart.min.js of Chart.js 3; Debian's package libjs-chart.js has it";
  std::string text = arch::read_file(file, kExpected);
  constexpr std::size_t kBanner = 400;  // letters in which the version stands
  if (text.substr(0, kBanner).find("Chart.js v3.") == std::string::npos) {
    throw bad_input(file, "not Chart.js 3", kExpected);
  }
  if (text.find("</script") != std::string::npos) {
    throw bad_input(file, "has </script in it", kExpected);
  }
  return text;
}

std::string make_page(const std::vector<Document>& documents, const std::string& library) {
  Json data = {{"runs", Json::array()}, {"cards", Json::array()}, {"sweeps", Json::array()}};
  for (const Document& document : documents) {
    data[list_of(document.kind)].push_back({{"file", document.file},
                                            {"sha256", document.sha256},
                                            {key_of(document.kind), document.json}});
  }
  // From the last to the first, so that no text's own "{{" is taken for a mark.
  std::string page = template_text();
  fill(page, "{{script}}", script_text());
  fill(page, "{{data}}", embedded(data));
  fill(page, "{{library}}", library);
  fill(page, "{{style}}", style_text());
  fill(page, "{{title}}", escaped(title_of(documents)));
  return page;
}

}  // namespace hb::page
