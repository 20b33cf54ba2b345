// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// `halfbyte sweep`: machines x networks x precisions by formula.
#include "sw/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <list>
#include <map>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "sw/cli/accuracy.hpp"
#include "sw/cli/commands.hpp"
#include "sw/cli/list_text.hpp"
#include "sw/cli/machines.hpp"
#include "sw/cli/output.hpp"
#include "sw/cli/sweep_points.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

/// The folder of a sweep: made, and its files sure to be writable, before any work.
class Folder {
 public:
  Folder(const std::string& name, bool machines_too) : name_(name) {
    std::error_code error;
    std::filesystem::create_directories(name, error);
    if (error) throw bad_input(name, "cannot be made: " + error.message(), "a folder");
    const std::filesystem::path machines = std::filesystem::path(name) / "machines";
    if (machines_too) std::filesystem::create_directories(machines, error);
    if (error) throw bad_input(machines.string(), "cannot be made: " + error.message(), "a folder");
    csv_ = &file("sweep.csv");
    json_ = &file("sweep.json");
  }

  /// sweep.json, by which others find the rest, is last.
  void write(const sweep::Sweep& sweep) {
    std::map<std::string, const arch::Machine*> machines;
    for (const sweep::Point& point : sweep.points) {
      const sweep::Setting& setting = sweep.setting(point);
      if (!setting.shipped) machines[setting.machine.name] = &setting.machine;
    }
    for (const auto& [name, machine] : machines) {
      arch::OutputFile(sweep::machine_file(name_, *machine)).write(sweep::machine_text(*machine));
    }
    using Json = nlohmann::ordered_json;
    const Json document = sweep::to_json(sweep);
    csv_->write(sweep::to_csv(document));
    json_->write(document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  }

 private:
  arch::OutputFile& file(const char* name) {
    return files_.emplace_back((std::filesystem::path(name_) / name).string());
  }

  std::string name_;
  std::list<arch::OutputFile> files_;
  arch::OutputFile* csv_ = nullptr;
  arch::OutputFile* json_ = nullptr;
};

/// Says how far it is, of `all` pieces.
class Shown {
 public:
  Shown(std::string what, bool quiet) : what_(std::move(what)), line_(quiet) {}

  void show(std::size_t done, std::size_t all) {
    if (!line_.due()) return;
    line_.print(fmt::format("{}, {} of {} {}",
                            progress_bar(static_cast<double>(done), static_cast<double>(all)), done,
                            all, what_));
  }
  [[nodiscard]] double seconds() const { return line_.seconds(); }

 private:
  std::string what_;
  ProgressLine line_;
};

/// Those of the golden model's runs of a workload, on its machine of most MAC per cycle, which
/// takes the fewest tiles.
Options golden_options(const sweep::Sweep& sweep, const std::vector<sweep::Point*>& points) {
  const auto macs = [&](const sweep::Point* point) {
    return sweep::macs_per_cycle(sweep.setting(*point).machine);
  };
  const sweep::Point& point =
      **std::max_element(points.begin(), points.end(),
                         [&](const auto* a, const auto* b) { return macs(a) < macs(b); });
  const sweep::Workload& workload = sweep.workload(point);
  Options options = point_options(workload, sweep.setting(point));
  options.action = Action::kRun;
  options.engine = Engine::kGolden;
  options.inputs = {workload.network.images};
  options.labels = workload.network.labels;
  return options;
}

/// Sets the accuracy of every point with images, once per workload: no machine changes it.
/// Returns how many images were run.
std::size_t add_accuracies(const Options& options, sweep::Sweep& sweep) {
  std::map<std::size_t, std::vector<sweep::Point*>> workloads;
  for (sweep::Point& point : sweep.points) {
    if (sweep.workload(point).network.images.empty()) continue;
    workloads[point.index / sweep.plan.settings.size()].push_back(&point);
  }
  std::size_t images = 0;
  std::size_t number = 0;
  for (const auto& [workload, points] : workloads) {
    const Options how = golden_options(sweep, points);
    Shown shown(fmt::format("images, network {} of {}", ++number, workloads.size()), options.quiet);
    const report::Accuracy accuracy = golden_accuracy(
        how, options.jobs, [&](std::size_t done, std::size_t all) { shown.show(done, all); });
    for (sweep::Point* point : points) {
      point->accuracy = sweep::Accuracy{accuracy.images, accuracy.correct};
    }
    images += accuracy.images;
  }
  return images;
}

/// Networks that are none, and files that are not there.
void check_networks(const sweep::Spec& spec) {
  for (const sweep::Network& network : spec.networks) {
    for (const std::string& file : {network.images, network.labels}) {
      if (!file.empty() && !std::filesystem::is_regular_file(file)) {
        throw bad_input(fmt::format("{}: {}", network.where, file), "no such file", "a file.npy");
      }
    }
    try {
      (void)network_graph({network, {}, {}, {}, "ort"});
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", network.where, error.what()));
    }
  }
}

std::string summary(const sweep::Sweep& sweep, double seconds, std::size_t jobs) {
  const std::size_t points = sweep.plan.count();
  return fmt::format("{} points, {} refused; {:.0f} points per minute ({} in {:.1f} s, {} {})\n",
                     sweep.points.size(), sweep.refused_points(),
                     60 * static_cast<double>(points) / seconds, points, seconds, jobs,
                     jobs == 1 ? "thread" : "threads");
}

}  // namespace

Exit sweep(const Options& options) {
  const sweep::Spec spec =
      sweep::parse_spec(arch::read_file(options.model, "a sweep's YAML file"), options.model);
  check_networks(spec);
  sweep::Sweep sweep;
  sweep.file = spec.file;
  sweep.folder = options.output;
  sweep.command = options.arguments.front();
  sweep.made_by = command_line(options, {"--jobs"});  // any number gives the same bytes
  sweep.plan = sweep::make_plan(spec, {built_in_machines(), shipped_machines()});
  const auto& settings = sweep.plan.settings;
  Folder folder(options.output,
                std::any_of(settings.begin(), settings.end(),
                            [](const sweep::Setting& setting) { return !setting.shipped; }));
  Shown shown("points", options.quiet);
  estimate_points(options, sweep, [&](std::size_t done) { shown.show(done, sweep.plan.count()); });
  const double seconds = shown.seconds();
  if (sweep.points.empty()) {
    const auto& refused = sweep.plan.refused.empty() ? sweep.refused : sweep.plan.refused;
    throw bad_input(spec.file,
                    fmt::format("all {} points are refused; the first: {}", sweep.refused_points(),
                                refused.front().reason),
                    "one that can be built");
  }
  const std::size_t images = add_accuracies(options, sweep);
  const double more = shown.seconds() - seconds;
  sweep::mark_optimal(sweep);
  folder.write(sweep);
  if (options.quiet) return Exit::kGood;
  std::string text = sweep::to_text(sweep) + "\n" + summary(sweep, seconds, options.jobs);
  if (images > 0) text += fmt::format("{} images by the golden model in {:.1f} s\n", images, more);
  arch::OutputFile("-").write(text);
  return Exit::kGood;
}

}  // namespace hb::cli
