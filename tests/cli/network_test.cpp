// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Do networks run as a whole, in part and in processes, with the same tensors everywhere?
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "model/arch/program.hpp"
#include "sw/import/onnx.hpp"
#include "sw/reference/reference.hpp"
#include "tests/cli/networks.hpp"
#include "tests/cli/npy_file.hpp"
#include "tests/cli/process.hpp"

namespace hb::test {
namespace {

using Json = nlohmann::json;
using Arguments = std::vector<std::string>;
using Files = std::map<std::string, std::string>;

const Arguments kBits = {"w8a8", "w4a8", "mostly-w4a4", "w4a4"};
constexpr std::size_t kImageBytes = 3 * 32 * 32;

std::string network(const std::string& bits) { return shipped("resnet8_w16_" + bits + ".onnx"); }

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

Arguments with_images(Arguments arguments, const std::string& count) {
  const Arguments more = {"--input",  shipped("images.npy"),
                          "--labels", shipped("labels.npy"),
                          "--images", count,
                          "--preset", "edge"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

Outcome good(const Sandbox& sandbox, const Arguments& arguments) {
  Outcome outcome = sandbox.halfbyte(arguments);
  CAPTURE(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return outcome;
}

Files files_in(const Sandbox& sandbox, const std::string& folder) {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(sandbox.path(folder))) {
    const std::string name = entry.path().filename().string();
    files[name] = sandbox.read(folder + "/" + name);
  }
  return files;
}

std::size_t lines_with(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("verify finds all views of the shipped networks equal, at every precision") {
  for (const std::string& bits : kBits) {
    CAPTURE(bits);
    const Sandbox sandbox;
    const Outcome outcome =
        good(sandbox, with_images({"verify", network(bits), "--json", "r.json"}, "2"));
    for (const char* part :
         {"image    0  class", "image    1  class", "operators from first", "RTL = SystemC",
          "every byte of memory equal", "every start", "in each of 2 images", "GMAC/s"}) {
      CHECK_MESSAGE(contains(outcome.out, part), part);
    }
    const Json report = Json::parse(sandbox.read("r.json"));
    CHECK(report.at("total").at("mismatches") == 0);
    CHECK(report.at("accuracy").at("images") == 2);
    CHECK(report.at("accuracy").at("correct") == lines_with(outcome.out, "  right\n"));
    for (const Json& layer : report.at("layers")) CHECK(layer.at("mismatches") == 0);
  }
}

TEST_CASE("every shipped network compiles and runs under both contracts") {
  for (const std::string width : {"8", "16", "32", "64"}) {
    for (const std::string& bits : kBits) {
      for (const std::string contract : {"ort", "tflite"}) {
        CAPTURE(width);
        CAPTURE(bits);
        CAPTURE(contract);
        const Sandbox sandbox;
        const std::string file = shipped("resnet8_w" + width + "_" + bits + ".onnx");
        const Outcome outcome = good(
            sandbox,
            with_images({"run", file, "--on", "golden", "--contract", contract, "--json", "r.json"},
                        "1"));
        const Json report = Json::parse(sandbox.read("r.json"));
        CHECK(report.at("contract") == contract);
        CHECK(report.at("layers").back().at("op") == "fc");
        CHECK(report.at("accuracy").at("images") == 1);
      }
    }
  }
}

TEST_CASE("labels tell right from wrong, and the accuracy counts them") {
  const Sandbox sandbox;
  const NpyFile labels = parse_npy([&] {
    std::ifstream stream(shipped("labels.npy"), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(stream), {});
  }());
  const Outcome all =
      good(sandbox, {"run", network("w8a8"), "--on", "golden", "--preset", "edge", "--input",
                     shipped("images.npy"), "--labels", shipped("labels.npy"), "--json", "r.json"});
  const std::size_t right = lines_with(all.out, "  right\n");
  CHECK(right > 32);  // of 64: the network was trained for this
  CHECK(contains(all.out, "accuracy  " + std::to_string(right) + " of 64 images"));
  CHECK(Json::parse(sandbox.read("r.json")).at("accuracy").at("correct") == right);
  std::vector<std::int64_t> turned;
  for (const char label : labels.data) turned.push_back((label + 1) % 10);
  sandbox.write("turned.npy", npy("<i8", {64}, raw(turned)));
  const Outcome wrong = good(sandbox, {"run", network("w8a8"), "--on", "golden", "--preset", "edge",
                                       "--input", shipped("images.npy"), "--labels", "turned.npy"});
  CHECK(lines_with(wrong.out, "  right\n") <= 64 - right);
  CHECK(lines_with(wrong.out, "  wrong\n") >= right);
}

TEST_CASE("all tensors that are written are those of the network's operators, on every engine") {
  const graph::Graph graph = import::read_onnx(network("mostly-w4a4"));
  std::ifstream stream(shipped("images.npy"), std::ios::binary);
  const std::string images(std::istreambuf_iterator<char>(stream), {});
  arch::Tensor input{3, 32, 32, {}};
  const std::size_t begin = images.size() - 64 * kImageBytes;
  const int offset = graph.tensor(graph.inputs.at(0).tensor).offset();
  for (std::size_t i = 0; i < kImageBytes; ++i) {
    const auto code = static_cast<std::uint8_t>(images[begin + i]);
    input.codes.push_back(static_cast<std::int8_t>(code - offset));
  }
  const auto expected = reference::run(graph, arch::Contract::kOrt, {input});
  for (const std::string engine : {"golden", "rtl", "systemc", "lockstep"}) {
    CAPTURE(engine);
    const Sandbox sandbox;
    (void)good(sandbox, with_images({"run", network("mostly-w4a4"), "--on", engine, "--no-fuse",
                                     "--output", "o", "--all-tensors"},
                                    "1"));
    const Files files = files_in(sandbox, "o");
    std::size_t found = 0;
    for (std::size_t i = 0; i < graph.tensors.size(); ++i) {
      const auto file = files.find(graph.tensors[i].name + ".npy");
      if (file == files.end()) continue;
      ++found;
      std::string codes;
      for (const int code : expected[i].codes) {
        codes += static_cast<char>(code + graph.tensors[i].offset());
      }
      CAPTURE(graph.tensors[i].name);
      CHECK(parse_npy(file->second).data == codes);
    }
    CHECK(found >= graph.tensors.size() - graph.inputs.size());
  }
}

TEST_CASE("without fusion every tensor of the graph is a file, with it those that survive") {
  const Sandbox sandbox;
  const auto names = [&](const std::string& folder, const Arguments& more) {
    Arguments arguments = {"run",  network("w8a8"), "--on", "golden",  "--preset",
                           "edge", "--output",      folder, "--quiet", "--all-tensors"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    (void)good(sandbox, arguments);
    return files_in(sandbox, folder);
  };
  const Files whole = names("whole", {"--no-fuse"});
  const Files fused = names("fused", {});
  CHECK(fused.size() < whole.size());
  for (const auto& [name, bytes] : fused) {
    CAPTURE(name);
    REQUIRE(whole.count(name) == 1);
    CHECK(whole.at(name) == bytes);
  }
}

TEST_CASE("processes share the images and change nothing") {
  const Sandbox sandbox;
  const auto run = [&](const std::string& jobs) {
    const std::string folder = "jobs" + jobs;
    const Outcome outcome =
        good(sandbox, with_images({"verify", network("w4a4"), "--jobs", jobs, "--output", folder,
                                   "--all-tensors", "--json", "r.json"},
                                  "5"));
    Json report = Json::parse(sandbox.read("r.json"));
    report.erase("simulation");
    CHECK(report.at("command").get<std::string>().find("--jobs " + jobs + " ") !=
          std::string::npos);
    report.erase("command");
    const std::string::size_type first = outcome.out.find("image    0");
    return std::make_tuple(report, files_in(sandbox, folder),
                           outcome.out.substr(first, outcome.out.find("output ") - first));
  };
  const auto one = run("1");
  CHECK(run("3") == one);
  CHECK(run("9") == one);
}

TEST_CASE("some layers alone write what they write in the whole network") {
  const Sandbox sandbox;
  const Arguments common = {"--input", shipped("images.npy"), "--images", "2", "--preset",
                            "tiny",    "--all-tensors",       "--output"};
  const auto run = [&](const std::string& folder, Arguments arguments) {
    arguments.insert(arguments.end(), common.begin(), common.end());
    arguments.push_back(folder);
    const Outcome outcome = good(sandbox, arguments);
    return std::make_pair(files_in(sandbox, folder), outcome.out);
  };
  const std::string model = network("mostly-w4a4");
  const Files whole = run("whole", {"run", model, "--on", "golden"}).first;
  std::size_t compared = 0;
  for (const std::string layers : {"1", "2-4", "3", "5-7", "8-11"}) {
    CAPTURE(layers);
    const auto [files, out] = run("l" + layers, {"verify", model, "--layers", layers});
    CHECK(!files.empty());
    CHECK(contains(out, "operators from first principles"));
    CHECK(contains(out, "\n  " + layers.substr(0, 1) + " "));  // its number in the whole table
    for (const auto& [name, bytes] : files) {
      CAPTURE(name);
      REQUIRE(whole.count(name) == 1);
      CHECK(whole.at(name) == bytes);
      ++compared;
    }
  }
  CHECK(compared >= whole.size());
}

TEST_CASE("layers of a network are numbered as in its table, and cost something by formula too") {
  const Sandbox sandbox;
  const auto report = [&](const Arguments& more) {
    Arguments arguments = {"estimate", network("w8a8"), "--preset", "edge",
                           "--quiet",  "--json",        "r.json"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    (void)good(sandbox, arguments);
    return Json::parse(sandbox.read("r.json"));
  };
  const Json whole = report({});
  const Json part = report({"--layers", "3-5"});
  REQUIRE(part.at("layers").size() == 3);
  for (std::size_t i = 0; i < 3; ++i) {
    for (const char* key : {"index", "name", "op", "shape", "bits", "macs"}) {
      CAPTURE(key);
      CHECK(part.at("layers").at(i).at(key) == whole.at("layers").at(i + 2).at(key));
    }
  }
  CHECK(part.at("total").at("cycles") < whole.at("total").at("cycles"));
}

TEST_CASE("a compiled network runs on the image that was compiled in, and on others") {
  const Sandbox sandbox;
  (void)good(sandbox, {"compile", network("w4a8"), "--preset", "edge", "--input",
                       shipped("images.npy"), "-o", "n.hbp"});
  (void)good(sandbox, {"run", "n.hbp", "--on", "golden", "--output", "own", "--quiet"});
  (void)good(sandbox,
             with_images({"run", network("w4a8"), "--on", "golden", "--output", "first"}, "1"));
  CHECK(files_in(sandbox, "own") == files_in(sandbox, "first"));
  const Outcome outcome =
      good(sandbox, {"verify", "n.hbp", "--input", shipped("images.npy"), "--labels",
                     shipped("labels.npy"), "--images", "2", "--output", "two"});
  CHECK(contains(outcome.out, "does not say what it must compute"));
  CHECK(contains(outcome.out, "accuracy"));
  (void)good(sandbox, with_images({"run", network("w4a8"), "--output", "whole"}, "2"));
  CHECK(files_in(sandbox, "two") == files_in(sandbox, "whole"));
}

TEST_CASE("without images a network runs on random codes from the seed, and says so") {
  const Sandbox sandbox;
  const auto run = [&](const std::string& seed) {
    const Outcome outcome = good(sandbox, {"run", network("w8a8"), "--on", "golden", "--seed", seed,
                                           "--output", "s" + seed, "--preset", "tiny"});
    CHECK(contains(outcome.out, "random codes from seed " + seed));
    return files_in(sandbox, "s" + seed);
  };
  CHECK(run("4") != run("5"));
  const Files four = files_in(sandbox, "s4");
  CHECK(run("4") == four);
}

TEST_CASE("a real input's random codes are codes, and its network is verified on them") {
  const Sandbox sandbox;
  write_real_network(sandbox);
  CHECK(good(sandbox, {"verify", "real.onnx", "--preset", "tiny"}).exit_code == 0);
}

TEST_CASE("names that no file can have are cleaned, and numbered where they become equal") {
  const Sandbox sandbox;
  write_odd_names_network(sandbox);
  (void)good(sandbox, {"run", "names.onnx", "--preset", "tiny", "--on", "golden", "--output", "o"});
  const Files files = files_in(sandbox, "o");
  CHECK(files.size() == 2);
  CHECK(files.count("a_b_0.npy") == 1);
  CHECK(files.count("a_b_0_2.npy") == 1);
}

TEST_CASE("a small built-in network is verified in every precision, contract and fusion") {
  const Sandbox sandbox;
  for (const std::string& bits : kBits) {
    CAPTURE(bits);
    const Outcome outcome = good(sandbox, {"estimate", "builtin:resnet18", "--width", "0.25",
                                           "--bits", bits, "--quiet", "--json", "r.json"});
    CHECK(Json::parse(sandbox.read("r.json")).at("bits") == bits);
  }
  const Outcome outcome =
      good(sandbox, {"verify", "builtin:resnet18", "--width", "0.125", "--bits", "mostly-w4a4",
                     "--residual", "4", "--layers", "3-6", "--contract", "tflite", "--no-fuse"});
  CHECK(contains(outcome.out, "operators from first principles"));
}

TEST_CASE("a failed run writes no file") {
  const Sandbox sandbox;
  (void)good(sandbox, {"compile", network("w8a8"), "--preset", "tiny", "-o", "n.hbp"});
  arch::Program program = arch::read_program(sandbox.path("n.hbp"));
  program.memory.at(program.address + 2 * arch::kCommandBytes + 4 * 31) = 1;  // a reserved field
  arch::write_program(program, sandbox.path("bad.hbp"));
  const Outcome outcome =
      sandbox.halfbyte({"run", "bad.hbp", "--output", "o", "--all-tensors", "--input",
                        shipped("images.npy"), "--images", "3", "--jobs", "2"});
  CAPTURE(outcome.err);
  CHECK(outcome.exit_code == 3);
  CHECK(contains(outcome.err, "bad.hbp, image 0: the machine stopped"));
  CHECK(std::filesystem::is_empty(sandbox.path("o")));
}

}  // namespace
}  // namespace hb::test
