// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Is every file that is no whole model refused, with a message that says so?

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "model/arch/error.hpp"
#include "sw/import/onnx.hpp"
#include "tests/import/model.hpp"

namespace hb::test {
namespace {

TEST_CASE("an empty file has no graph") {
  CHECK(contains(error_of(""), "test.onnx: no graph (expected an ONNX model)"));
}

TEST_CASE("a text file is no protobuf message") {
  CHECK(contains(error_of("# A network\nlayers: 50\n"), "test.onnx: not a protobuf message"));
}

TEST_CASE("bytes of 255 are no protobuf message") {
  CHECK(contains(error_of(std::string(1000, '\xFF')), "test.onnx: not a protobuf message"));
}

TEST_CASE("a file cut off anywhere is refused") {
  const std::string whole = integer_conv().bytes();
  REQUIRE(error_of(whole).empty());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    // Without the last operator set, com.microsoft's, nothing that is used is missing.
    const bool harmless = whole.size() - size == 2 + 2 + std::string("com.microsoft").size() + 2;
    CHECK(error_of(whole.substr(0, size)).empty() == harmless);
  }
}

TEST_CASE("a file that does not exist or is a folder is an error with its name") {
  for (const char* path : {"no/such/file.onnx", "/"}) {
    CHECK_THROWS_AS(static_cast<void>(import::read_onnx(std::filesystem::path(path))), Error);
    try {
      static_cast<void>(import::read_onnx(std::filesystem::path(path)));
    } catch (const Error& error) {
      CHECK(contains(error.what(), path));
    }
  }
}

TEST_CASE("a file on disk is read as its bytes are") {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "hb_import_test.onnx";
  std::ofstream(file, std::ios::binary) << integer_conv().bytes();
  CHECK(import::read_onnx(file).nodes.size() == 1);
  std::filesystem::remove(file);
}

TEST_CASE("a model without an operator set, or with one before QuantizeLinear, is refused") {
  Model none = integer_conv();
  none.proto.clear_opset_import();
  CHECK(contains(none.error(), "no operator set"));
  Model old = integer_conv();
  old.proto.mutable_opset_import(0)->set_version(9);
  CHECK(contains(old.error(), "operator set 9 (expected 10 or newer"));
}

TEST_CASE("a model of the first file formats is refused") {
  Model model = integer_conv();
  model.proto.set_ir_version(2);
  CHECK(contains(model.error(), "format version 2 (expected 3 or newer)"));
}

}  // namespace
}  // namespace hb::test
