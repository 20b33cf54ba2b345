// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Wrong files and wrong combinations of options with networks: exit code 2 and one message.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/cli/networks.hpp"
#include "tests/cli/npy_file.hpp"
#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

using Arguments = std::vector<std::string>;

/// Of `halfbyte run`: one line on standard error with every one of `parts`, nothing on standard
/// output, exit code 2.
void check_refused(const Sandbox& sandbox, Arguments arguments, const Arguments& parts) {
  arguments.insert(arguments.begin(), "run");
  const Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 2);
  CHECK(outcome.out.empty());
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
  for (const std::string& part : parts) {
    CAPTURE(part);
    CHECK(outcome.err.find(part) != std::string::npos);
  }
}

std::string network() { return shipped("resnet8_w8_w8a8.onnx"); }
std::string images() { return shipped("images.npy"); }
std::string labels() { return shipped("labels.npy"); }

}  // namespace

TEST_CASE("options that an ONNX file has of its own are refused with it") {
  const Sandbox sandbox;
  check_refused(sandbox, {network(), "--bits", "w4a4"}, {"--bits", "ONNX", "its own"});
  check_refused(sandbox, {network(), "--width", "2"}, {"--width", "ONNX", "its own"});
  check_refused(sandbox, {network(), "--residual", "4"}, {"--residual", "ONNX", "its own"});
  check_refused(sandbox, {network(), "--input", images(), "--seed", "3"}, {"--seed", "--input"});
}

TEST_CASE("options of networks are refused with layers and compiled programs") {
  const Sandbox sandbox;
  const std::string layer = "builtin:conv:3x6x5:4x3x3:p1";
  for (const Arguments& option : std::vector<Arguments>{
           {"--layers", "1"}, {"--no-fuse"}, {"--width", "2"}, {"--residual", "4"}}) {
    CAPTURE(option[0]);
    Arguments with_layer = {layer};
    with_layer.insert(with_layer.end(), option.begin(), option.end());
    check_refused(sandbox, with_layer, {option[0], "built-in layer"});
    REQUIRE(sandbox.halfbyte({"compile", layer, "--preset", "tiny", "-o", "p.hbp"}).exit_code == 0);
    with_layer[0] = "p.hbp";
    check_refused(sandbox, with_layer, {option[0], "compiled program"});
  }
  check_refused(sandbox, {layer, "--bits", "mostly-w4a4"}, {"mostly-w4a4", "w4a4"});
}

TEST_CASE("networks that are not there are refused with those that are") {
  const Sandbox sandbox;
  check_refused(sandbox, {"absent.onnx"}, {"absent.onnx", "cannot be read"});
  sandbox.write("noise.onnx", "no protobuf at all");
  check_refused(sandbox, {"noise.onnx"}, {"noise.onnx", "expected"});
  check_refused(sandbox, {"builtin:resnet51"}, {"builtin:resnet51", "18|29|34|50|101|152|200"});
  check_refused(sandbox, {"builtin:resnet18x"}, {"no such layer"});
  for (const char* width : {"0", "-1", "nan", "inf", "1e-45", "wide", ""}) {
    CAPTURE(width);
    check_refused(sandbox, {"builtin:resnet18", "--width", width}, {"--width", "above 0"});
  }
  check_refused(sandbox, {"builtin:resnet18", "--width", "1e6"}, {"width"});
  check_refused(sandbox, {"builtin:resnet18", "--residual", "5"}, {"--residual", "5"});
  check_refused(sandbox, {"builtin:resnet18", "--residual", "4"}, {"--residual", "w4a4"});
}

TEST_CASE("layers beyond the table, backwards or misspelt are refused") {
  const Sandbox sandbox;
  check_refused(sandbox, {network(), "--layers", "90"},
                {"resnet8_w8_w8a8", "90", "layers within 1-"});
  check_refused(sandbox, {network(), "--layers", "3-99"}, {"3-99", "layers within 1-"});
  for (const char* text :
       {"0", "0-3", "5-3", "3-", "-3", "3-4-5", "three", "3 4", "99999999999", ""}) {
    CAPTURE(text);
    check_refused(sandbox, {network(), "--layers", text}, {"--layers", "expected A-B or A"});
  }
}

TEST_CASE("images that are not the network's are refused by file") {
  const Sandbox sandbox;
  check_refused(sandbox, {network(), "--input", "absent.npy"}, {"absent.npy", "cannot be read"});
  check_refused(sandbox, {network(), "--input", "."}, {"cannot be read"});
  check_refused(sandbox, {network(), "--input", ""}, {"--input", "empty"});
  check_refused(sandbox, {network(), "--input", labels()}, {"labels.npy", "[N, 3, 32, 32]"});
  check_refused(sandbox, {network(), "--input", "nose=" + images()}, {"no such input"});
  check_refused(sandbox, {network(), "--input", images(), "--input", images()}, {"twice"});
  check_refused(sandbox, {network(), "--input", images(), "--images", "65"}, {"--images", "64"});
  check_refused(sandbox, {network(), "--input", images(), "--images", "0"}, {"--images", "from 1"});
  check_refused(sandbox, {network(), "--images", "2"}, {"--images", "--input"});
  check_refused(sandbox, {network(), "--input", images(), "--images", "2", "--wave", "w.fst"},
                {"--wave", "2 images", "--images 1"});
}

TEST_CASE("a network of two inputs needs both, by name, with as many images") {
  const Sandbox sandbox;
  write_sum_network(sandbox);
  sandbox.write("one.npy", npy("|i1", {2, 3, 3}, std::string(18, 'x')));
  sandbox.write("two.npy", npy("|i1", {2, 2, 3, 3}, std::string(36, 'x')));
  check_refused(sandbox, {"sum.onnx", "--input", "one.npy"}, {"which input", "a, b"});
  check_refused(sandbox, {"sum.onnx", "--input", "a=one.npy"}, {"input b", "--input b=X.npy"});
  check_refused(sandbox, {"sum.onnx", "--input", "a=one.npy", "--input", "a=one.npy"}, {"twice"});
  check_refused(sandbox, {"sum.onnx", "--input", "a=one.npy", "--input", "b=two.npy"},
                {"two.npy", "2 images", "1, as for"});
  check_refused(sandbox, {"sum.onnx", "--input", "c=one.npy"}, {"no such input", "a, b"});
}

TEST_CASE("labels that do not go with the images are refused") {
  const Sandbox sandbox;
  const auto refused = [&](const std::string& file, const Arguments& parts) {
    check_refused(sandbox, {network(), "--input", images(), "--labels", file}, parts);
  };
  sandbox.write("few.npy", npy("|u1", {63}, std::string(63, '\1')));
  sandbox.write("real.npy", npy("<f4", {64}, std::string(256, '\0')));
  sandbox.write("negative.npy", npy("|i1", {64}, std::string(64, '\xFF')));
  sandbox.write("square.npy", npy("|i1", {8, 8}, std::string(64, '\1')));
  refused("few.npy", {"few.npy", "63 labels", "64"});
  refused("real.npy", {"real.npy", "float32", "integers"});
  refused("negative.npy", {"negative.npy", "below 0"});
  refused("square.npy", {"square.npy", "[8, 8]"});
  refused("absent.npy", {"absent.npy"});
  check_refused(sandbox, {network(), "--labels", labels()}, {"--labels", "--input"});
  check_refused(sandbox, {network(), "--input", images(), "--labels", labels(), "--layers", "2"},
                {"--labels", "no vector"});
}

TEST_CASE("a folder that cannot be made, and tensors without one, are refused") {
  const Sandbox sandbox;
  sandbox.write("file", "in the way");
  check_refused(sandbox, {network(), "--output", "file"}, {"file", "folder"});
  check_refused(sandbox, {network(), "--output", "file/below"}, {"file/below", "folder"});
  check_refused(sandbox, {network(), "--output", ""}, {"--output", "empty"});
  check_refused(sandbox, {network(), "--all-tensors"}, {"--all-tensors", "--output"});
  check_refused(sandbox, {network(), "--jobs", "0"}, {"--jobs", "from 1"});
}

}  // namespace hb::test
