// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The page as text; browser_test.py looks at it drawn.
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "model/arch/error.hpp"
#include "sw/page/page.hpp"
#include "tests/page/samples.hpp"

namespace {

const char* const kLibrary = "/* Chart.js v3.9.1 */ window.Chart = null;";

std::string page_of(const hb::test::Json& json, const std::string& file) {
  return hb::page::make_page({hb::page::parse_document(json.dump(), file)}, kLibrary);
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

/// A file in the folder of temporary files, gone with this.
class Temporary {
 public:
  explicit Temporary(const std::string& text)
      : path_(std::filesystem::temp_directory_path() /
              ("halfbyte_page_test." + std::to_string(::getpid()) + ".js")) {
    std::ofstream(path_) << text;
  }
  ~Temporary() { std::filesystem::remove(path_); }
  Temporary(const Temporary&) = delete;
  Temporary& operator=(const Temporary&) = delete;
  [[nodiscard]] std::string name() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

}  // namespace

TEST_CASE("the page holds everything and asks for nothing") {
  const std::string page = page_of(hb::test::small_run(), "run.json");
  CHECK(page == page_of(hb::test::small_run(), "run.json"));
  CHECK(page.find(kLibrary) != std::string::npos);
  CHECK(page.find("<title>Halfbyte report: run.json</title>") != std::string::npos);
  CHECK(page.find("default-src 'none'") != std::string::npos);
  CHECK(page.find("{{") == std::string::npos);
  for (const char* address : {"http:", "https:", "src=", "href=\"", "@import", "url("}) {
    CAPTURE(address);
    CHECK(page.find(address) == std::string::npos);
  }
}

TEST_CASE("names from files cannot become markup") {
  const std::string evil = "</script><script>alert(1)</script><!-- & {{style}} {{data}}";
  const std::string page = page_of(hb::test::small_run(evil), "<b>&{{script}}.json");
  CHECK(count_of(page, "</script>") == 3);  // library, data, script
  CHECK(page.find("alert(1)</script>") == std::string::npos);
  CHECK(page.find("Halfbyte report: &lt;b>&amp;{{script}}.json</title>") != std::string::npos);
  CHECK(page.find("\\u003c/script>\\u003cscript>alert(1)") != std::string::npos);
  CHECK(page.find("{{style}} {{data}}") != std::string::npos);
}

TEST_CASE("a chart library that is none is refused") {
  CHECK_THROWS_WITH_AS((void)hb::page::read_chart_library("/nowhere/chart.js"),
                       doctest::Contains("libjs-chart.js"), hb::Error);
  for (const char* text : {"", "/* Chart.js v4.1.0 */", "/* Chart.js v3.9.1 */ '</script'"}) {
    const Temporary file(text);
    CHECK_THROWS_AS((void)hb::page::read_chart_library(file.name()), hb::Error);
  }
  const Temporary file(kLibrary);
  CHECK(hb::page::read_chart_library(file.name()) == kLibrary);
}
