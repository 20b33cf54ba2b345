// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is a real int8 ResNet-8, whose every tensor two real runtimes computed, computed alike by the
// reference, by compiled programs on the golden model and by the simulated machine?
#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "sw/compile/compile.hpp"
#include "sw/import/onnx.hpp"
#include "tests/onnx/compare.hpp"
#include "tests/onnx/engines.hpp"
#include "tests/sim/machines.hpp"

namespace {

using namespace hb;
using arch::Contract;
using test::Arrays;
using test::Case;
using test::Engine;

const std::filesystem::path kFolder = "../shared/data/resnet8";
constexpr const char* kQlinear = "resnet8_int8_qlinear.onnx";
constexpr const char* kQdq = "resnet8_int8_qdq.onnx";

/// The data is no part of the project: without it there is nothing to compare with.
bool absent() {
  if (std::filesystem::exists(kFolder / kQlinear)) return false;
  MESSAGE("skipped: no " << kFolder.string() << " here");
  return true;
}

struct Runtime {
  Contract contract;
  const char* folder;
};
constexpr Runtime kRuntimes[] = {{Contract::kOrt, "onnxruntime"}, {Contract::kTflite, "tflite"}};

Case resnet8(const char* file, const Runtime& runtime) {
  Case one{file,
           import::read_onnx(kFolder / file),
           {{"t0", cli::read_npy((kFolder / "images.npy").string())}},
           test::read_arrays(kFolder / runtime.folder)};
  REQUIRE(one.images() == 8);
  REQUIRE(one.expected.size() == 15);
  return one;
}

/// `actual` holds what is expected, and `names` all of it.
void check_equal(const Case& one, std::size_t image, const Arrays& actual, bool fused) {
  const Arrays expected = one.expected_of(image);
  const auto names =
      fused ? test::outputs(one.graph, expected) : test::all_tensors(one.graph, expected);
  const test::Comparison comparison = test::compare(one.graph, expected, actual, names);
  CHECK(comparison.wrong == "");
  CHECK(comparison.compared.tensors >= names.size());
}

void check_program(const Case& one, const arch::Machine& machine, const compile::Options& options,
                   Engine engine) {
  const arch::Program program = compile::compile(one.graph, machine, options);
  for (std::size_t image = 0; image < one.images(); ++image) {
    CAPTURE(image);
    const test::Outcome outcome = test::run_program(program, one, image, engine);
    CHECK(outcome.wrong == "");
    check_equal(one, image, outcome.arrays, options.fuse);
  }
}

TEST_CASE("the reference computes every tensor of both runtimes, from both forms of the file") {
  if (absent()) return;
  for (const char* file : {kQlinear, kQdq}) {
    for (const Runtime& runtime : kRuntimes) {
      CAPTURE(file);
      CAPTURE(runtime.folder);
      const Case one = resnet8(file, runtime);
      for (std::size_t image = 0; image < one.images(); ++image) {
        check_equal(one, image, test::run_reference(one, image, runtime.contract), false);
      }
    }
  }
}

TEST_CASE("programs compute every tensor unfused and the surviving ones fused, every cycle alike") {
  if (absent()) return;
  const arch::Machine machine = test::chosen_machine();
  CAPTURE(machine.name);
  for (const Runtime& runtime : kRuntimes) {
    CAPTURE(runtime.folder);
    const Case one = resnet8(kQlinear, runtime);
    for (const bool fuse : {false, true}) {
      CAPTURE(fuse);
      compile::Options options;
      options.contract = runtime.contract;
      options.fuse = fuse;
      check_program(one, machine, options, Engine::kGolden);
      check_program(one, machine, options, Engine::kLockstep);
    }
  }
}

TEST_CASE("both forms of the file are the same program") {
  if (absent()) return;
  const arch::Machine machine = test::chosen_machine();
  const auto memory_of = [&](const char* file) {
    return compile::compile(import::read_onnx(kFolder / file), machine, {}).memory;
  };
  CHECK(memory_of(kQlinear) == memory_of(kQdq));
}

TEST_CASE("a fused program keeps no sum of an addition's convolution, an unfused one all tensors") {
  if (absent()) return;
  const Case one = resnet8(kQlinear, kRuntimes[0]);
  compile::Options options;
  const auto tensors = [&](bool fuse) {
    options.fuse = fuse;
    const arch::Program program = compile::compile(one.graph, test::chosen_machine(), options);
    return test::run_program(program, one, 0, Engine::kGolden).arrays;
  };
  std::size_t vanished = 0;
  const Arrays fused = tensors(true), whole = tensors(false);
  for (const auto& [name, npy] : one.expected) {
    CHECK(whole.count(name) == 1);
    vanished += fused.count(name) == 0 ? 1 : 0;
  }
  CHECK(vanished == 3);  // one for each addition
}

}  // namespace
