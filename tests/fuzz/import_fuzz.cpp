// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Whatever a file holds: a graph that checks, or an hb::Error.
#include <onnx/onnx_pb.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "model/arch/error.hpp"
#include "sw/import/onnx.hpp"
#include "tests/fuzz/mutate.hpp"

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string bytes(data, data + size);
  try {
    const hb::graph::Graph graph = hb::import::read_onnx(bytes, "fuzz");
    hb::graph::check(graph);  // the importer must not pass on what does not
    for (const hb::graph::Node& node : graph.nodes) {
      const auto* conv = std::get_if<hb::graph::Conv>(&node.op);
      if (conv == nullptr) continue;
      const std::vector<std::int8_t> weights = conv->weights();
      HB_ASSERT(
          weights.size() == conv->output_channels * hb::graph::weights_per_channel(graph, *conv),
          "{} weights", weights.size());
    }
  } catch (const hb::Error&) {
    return 0;
  }
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                    unsigned seed) {
  std::minstd_rand random(seed + 1);
  onnx::ModelProto model;
  if (random() % 8 == 0 || !model.ParseFromArray(data, static_cast<int>(size))) {
    return LLVMFuzzerMutate(data, size, most);
  }
  for (unsigned i = 0; i <= random() % 4; ++i) hb::test::mutate(model, random);
  const std::string bytes = model.SerializePartialAsString();
  if (bytes.size() > most) return LLVMFuzzerMutate(data, size, most);
  bytes.copy(reinterpret_cast<char*>(data), bytes.size());
  return bytes.size();
}

}  // extern "C"
