// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/extras.hpp"

#include <fmt/format.h>

#include "model/arch/error.hpp"
#include "sw/cli/cost_models.hpp"
#include "sw/cli/topology.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

void show_notes(const Options& options, const Model& model) {
  if (options.quiet) return;
  for (const std::string& note : model.notes) {
    fmt::print(stderr, "halfbyte: note: {}\n", report::printable(note));
  }
}

void refuse_extras(const Options& options) {
  const char* option = options.cost_models         ? "--cost-models"
                       : !options.scalesim.empty() ? "--scalesim"
                                                   : nullptr;
  if (option == nullptr) return;
  throw bad_input(option, "given for a network that --jobs cuts into parts", "--jobs 1");
}

void add_extras(const Options& options, const Model& model, const arch::Timeline& timeline,
                const report::Report& report, const Show& show, Finished& finished) {
  write_scalesim(options, model.program, timeline, report);
  if (!options.cost_models) return;
  const CostModels costs = cost_models(options, model, report);
  show.line(to_text(costs, report));
  finished.add = [costs](nlohmann::ordered_json& document) { add_to(document, costs); };
}

}  // namespace hb::cli
