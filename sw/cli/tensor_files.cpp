// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/tensor_files.hpp"

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>

#include "model/arch/error.hpp"
#include "sw/cli/npy.hpp"

namespace hb::cli {

namespace {

constexpr std::size_t kMostLetters = 200;  // file systems take 255 bytes

std::string cleaned(const std::string& name) {
  std::string result = name.substr(0, kMostLetters);
  for (char& letter : result) {
    const bool good = (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
                      (letter >= '0' && letter <= '9') || letter == '.' || letter == '-';
    letter = good ? letter : '_';
  }
  return result.empty() || result.front() == '.' ? "_" + result : result;
}

/// Outputs, and all others if wanted; of equal names the first.
std::vector<arch::TensorPlace> wanted(const Options& options, const arch::Program& program) {
  std::vector<arch::TensorPlace> places;
  std::set<std::string> names;
  const auto add = [&](const std::vector<arch::TensorPlace>& list) {
    for (const arch::TensorPlace& place : list) {
      if (names.insert(place.name).second) places.push_back(place);
    }
  };
  add(program.outputs);
  if (options.all_tensors) add(program.tensors);
  return places;
}

/// The output or tensor of that name, outputs first as in wanted().
const arch::TensorPlace* find(const arch::Program& program, const std::string& name) {
  for (const auto* places : {&program.outputs, &program.tensors}) {
    for (const arch::TensorPlace& place : *places) {
      if (place.name == name) return &place;
    }
  }
  return nullptr;
}

void make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || !std::filesystem::is_directory(folder)) {
    throw bad_input("--output " + folder, "cannot be made", "a folder, or the name of a new one");
  }
}

}  // namespace

std::vector<std::string> file_names(const std::vector<std::string>& tensors) {
  std::vector<std::string> names;
  std::set<std::string> used;
  for (const std::string& tensor : tensors) {
    const std::string name = cleaned(tensor);
    std::string numbered = name;
    for (int number = 2; !used.insert(numbered).second; ++number) {
      numbered = fmt::format("{}_{}", name, number);
    }
    names.push_back(numbered);
  }
  return names;
}

TensorFiles::TensorFiles(const Options& options, const arch::Program& program) {
  if (options.output.empty()) {
    return;
  }
  places_ = wanted(options, program);
  values_.resize(places_.size());
  make_folder(options.output);
  std::vector<std::string> tensors;
  for (const arch::TensorPlace& place : places_) tensors.push_back(place.name);
  for (const std::string& name : file_names(tensors)) {
    files_.emplace_back((std::filesystem::path(options.output) / (name + ".npy")).string());
  }
}

std::vector<std::string> TensorFiles::values_in(const arch::Program& program,
                                                const std::vector<std::uint8_t>& memory) const {
  std::vector<std::string> values;
  for (const arch::TensorPlace& wanted : places_) {
    const arch::TensorPlace* place = find(program, wanted.name);
    values.push_back(
        place == nullptr ? "" : bytes_of(compile::get_tensor(program, *place, memory).values));
  }
  return values;
}

void TensorFiles::add(std::vector<std::string> values) {
  HB_ASSERT(values.size() == places_.size(), "{} of {} tensors", values.size(), places_.size());
  for (std::size_t i = 0; i < values.size(); ++i) values_[i] += values[i];
  ++images_;
}

void TensorFiles::write() {
  auto file = files_.begin();
  for (std::size_t i = 0; i < places_.size(); ++i, ++file) {
    std::vector<std::uint64_t> dims = {images_};
    arch::ElementType type = arch::ElementType::kInt8;
    if (places_[i].border) {
      dims.insert(dims.end(), places_[i].border->dims.begin(), places_[i].border->dims.end());
      type = places_[i].border->type;
    } else {
      dims.insert(dims.end(), {places_[i].channels, places_[i].height, places_[i].width});
    }
    file->write(npy_bytes(dims, type, values_[i]));
  }
}

}  // namespace hb::cli
