// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte report`: JSON files in, one page for a browser out.
#include <vector>

#include "model/arch/file.hpp"
#include "sw/cli/commands.hpp"
#include "sw/page/page.hpp"

namespace hb::cli {

Exit report_page(const Options& options) {
  arch::OutputFile output(options.output);
  std::vector<page::Document> documents;
  for (const std::string& file : options.reports) {
    documents.push_back(
        page::parse_document(arch::read_file(file, "what halfbyte wrote with --json"), file));
  }
  const std::string library = page::read_chart_library(
      options.chart_library.empty() ? HB_CHART_LIBRARY : options.chart_library);
  output.write(page::make_page(documents, library));
  return Exit::kGood;
}

}  // namespace hb::cli
