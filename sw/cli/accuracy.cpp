// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/accuracy.hpp"

#include <fmt/format.h>

#include <vector>

#include "model/arch/error.hpp"
#include "model/golden/execute.hpp"
#include "sw/cli/classes.hpp"
#include "sw/cli/images.hpp"
#include "sw/cli/model.hpp"
#include "sw/cli/threads.hpp"

namespace hb::cli {

report::Accuracy golden_accuracy(const Options& options, std::size_t jobs, const ShowImages& show) {
  const Model model = resolve_model(options);
  const Images images(options, model);
  Labels labels(options, images.in_files());
  if (!is_vector(model.program)) {
    throw bad_input(options.model, "labels given for a network without classes",
                    "a network whose first output is a value per class");
  }
  const std::size_t count = images.count();
  std::vector<std::uint32_t> classes(count);
  const auto work = [&](std::size_t index) {
    const arch::Program program = images.program(index);
    const golden::Result result = golden::execute(program);
    if (result.error != arch::ErrorCode::kNone) {
      throw bad_input(fmt::format("{}, image {}", options.model, index),
                      fmt::format("stops with {}", arch::name(result.error)), "a legal program");
    }
    classes[index] = predicted_class(program, result.memory);
  };
  work_in_threads(count, jobs, work, [&](std::size_t done) { show(done, count); });
  for (std::size_t i = 0; i < count; ++i) (void)labels.judge(i, classes[i]);
  return {count, labels.correct()};
}

}  // namespace hb::cli
