// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/onnx/case.hpp"

#include <fmt/format.h>

#include "model/arch/error.hpp"
#include "sw/import/onnx.hpp"

namespace hb::test {
namespace {

Arrays image_of(const std::map<std::string, cli::Npy>& arrays, std::size_t image) {
  Arrays result;
  for (const auto& [name, npy] : arrays) {
    const std::vector<std::uint32_t> dims(npy.dims.begin() + 1, npy.dims.end());
    std::uint64_t values = 1;
    for (const std::uint32_t dim : dims) values *= dim;
    result.emplace(name, cli::array_of(npy, image * values, dims));
  }
  return result;
}

}  // namespace

std::size_t Case::images() const {
  std::size_t images = 0;
  for (const auto* arrays : {&inputs, &expected}) {
    for (const auto& [key, npy] : *arrays) {
      const std::size_t here = npy.dims.empty() ? 0 : npy.dims[0];
      if (here == 0 || (images != 0 && here != images)) {
        throw bad_input(npy.file, fmt::format("{} images", here),
                        images == 0 ? "at least one" : fmt::format("{}", images));
      }
      images = here;
    }
  }
  return images;
}

Arrays Case::inputs_of(std::size_t image) const { return image_of(inputs, image); }
Arrays Case::expected_of(std::size_t image) const { return image_of(expected, image); }

std::map<std::string, cli::Npy> read_arrays(const std::filesystem::path& folder) {
  std::map<std::string, cli::Npy> arrays;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".npy") continue;
      arrays.emplace(entry.path().stem().string(), cli::read_npy(entry.path().string()));
    }
  }
  if (arrays.empty()) throw bad_input(folder.string(), "holds no arrays", "a folder of .npy files");
  return arrays;
}

Case read_case(const std::filesystem::path& folder) {
  return {folder.filename().string(), import::read_onnx(folder / "model.onnx"),
          read_arrays(folder / "inputs"), read_arrays(folder / "expected")};
}

}  // namespace hb::test
