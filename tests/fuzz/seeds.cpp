// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Writes the importer tests' models to a folder: where fuzzing starts from.
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>

#include "tests/import/model.hpp"

using hb::test::Model;

namespace {

void write(const std::filesystem::path& folder, const char* name, const Model& model) {
  std::ofstream file(folder / name, std::ios::binary);
  file << model.bytes();
  file.flush();
  if (!file) throw std::runtime_error(std::string(name) + " cannot be written");
}

/// Every operator that goes from codes to codes, one after the other.
Model integer_network() {
  Model model = hb::test::integer_conv();
  model.proto.mutable_graph()->clear_output();
  model.node("Clip", {"y"}, {"clipped"});
  model.node("Relu", {"clipped"}, {"positive"});
  auto& pool = model.node("MaxPool", {"positive"}, {"pooled"});
  hb::test::set(pool, "kernel_shape", hb::test::Dims{2, 2});
  model.node("QLinearAdd",
             {"pooled", "y_scale", "y_zp", "pooled", "y_scale", "y_zp", "y_scale", "y_zp"},
             {"sum"});
  model.node("QLinearGlobalAveragePool", {"sum", "y_scale", "y_zp", "y_scale", "y_zp"}, {"mean"});
  model.node("Flatten", {"mean"}, {"flat"});
  model.node("DequantizeLinear", {"flat", "y_scale", "y_zp"}, {"real"});
  model.node("QuantizeLinear", {"real", "x_scale", "x_zp"}, {"again"});
  model.output("again");
  return model;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    if (argc != 2) throw std::runtime_error("import_seeds FOLDER");
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    write(folder, "integer_conv", hb::test::integer_conv());
    write(folder, "qdq_conv", hb::test::qdq_conv());
    write(folder, "integer_network", integer_network());
  } catch (const std::exception& error) {
    std::fprintf(stderr, "import_seeds: %s\n", error.what());
    return 2;
  }
  return 0;
}
