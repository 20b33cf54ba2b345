// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Are topology files read as SCALE-Sim reads them, and refused with file and line where not?
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "model/arch/error.hpp"
#include "sw/scalesim/config.hpp"
#include "sw/scalesim/topology.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

using namespace hb;            // NOLINT: a test
using namespace hb::scalesim;  // NOLINT

namespace {

const std::string kConv =
    "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, "
    "Strides,\n";
const std::string kGemm = "Layer, M, N, K,\n";

Topology conv(const std::string& lines) { return parse_topology(kConv + lines, "t.csv"); }

std::string refusal(const std::string& text) {
  try {
    (void)parse_topology(text, "t.csv");
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Outputs as SCALE-Sim has them: ceil((in - filter + stride) / stride).
std::uint32_t scalesim_outputs(std::uint32_t in, std::uint32_t filter, std::uint32_t stride) {
  return (in - filter + stride + stride - 1) / stride;
}

}  // namespace

TEST_CASE("convolutions and products are read by their columns' names") {
  const Layer layer = conv("c1, 9, 8, 3, 2, 5, 7, 2,\n").layers.at(0);
  CHECK(layer.name == "c1");
  CHECK(layer.line == 2);
  CHECK(layer.input_height == 9);
  CHECK(layer.input_width == 8);
  CHECK(layer.filter_height == 3);
  CHECK(layer.filter_width == 2);
  CHECK(layer.channels == 5);
  CHECK(layer.filters == 7);
  CHECK(layer.stride_y == 2);
  CHECK(layer.stride_x == 2);
  const Topology other = parse_topology(
      "layer,Stride width,STRIDE HEIGHT,Num Filters,Channels,Filter Width,Filter Height,IFMAP "
      "Width,IFMAP Height,\na,1,2,3,4,5,6,7,8,\n",
      "t.csv");
  CHECK(other.layers[0].stride_x == 1);
  CHECK(other.layers[0].stride_y == 2);
  CHECK(other.layers[0].filters == 3);
  CHECK(other.layers[0].input_height == 8);
  const Layer product = parse_topology(kGemm + "g, 10, 20, 30,\n", "t.csv").layers.at(0);
  CHECK(product.output_height() == 10);
  CHECK(product.output_width() == 1);
  CHECK(product.filters == 20);
  CHECK(product.channels == 30);
}

TEST_CASE("blank lines, more columns, dense ratios and odd ends of lines change nothing") {
  const Topology plain = conv("a, 9, 9, 3, 3, 5, 7, 1,\nb, 7, 7, 1, 1, 7, 7, 1,\n");
  REQUIRE(plain.layers.size() == 2);
  for (const char* lines : {"\n,,,,,,,,,\na,9,9,3,3,5,7,1,,,4,5,6\n\nb,7,7,1,1,7,7,1,",
                            "a,9,9,3,3,5,7,1,\r\nb,7,7,1,1,7,7,1,\r\n",
                            "a,9,9,3,3,5,7,1,1:1,\nb,7,7,1,1,7,7,1,4:4,\n"}) {
    CAPTURE(lines);
    const Topology same = conv(lines);
    REQUIRE(same.layers.size() == 2);
    CHECK(same.layers[0].name == "a");
    CHECK(same.layers[0].stride_x == 1);
    CHECK(same.layers[1].input_height == 7);
  }
  CHECK(conv("\n,,,,,,,,,\na,9,9,3,3,5,7,1,\n").layers[0].line == 4);
  CHECK(parse_topology("\xEF\xBB\xBF" + kGemm + "g,1,2,3,1,\n", "t.csv").layers.size() == 1);
}

TEST_CASE("outputs are as many as SCALE-Sim counts") {
  for (std::uint32_t in = 1; in <= 12; ++in) {
    for (std::uint32_t filter = 1; filter <= in; ++filter) {
      for (std::uint32_t stride = 1; stride <= 5; ++stride) {
        Layer layer;
        layer.input_height = layer.input_width = in;
        layer.filter_height = layer.filter_width = filter;
        layer.stride_y = layer.stride_x = stride;
        CHECK(layer.output_height() == scalesim_outputs(in, filter, stride));
        CHECK(layer.output_width() == layer.output_height());
      }
    }
  }
  CHECK(scalesim_outputs(224, 7, 2) == 110);  // Conv1 of its ResNet files
}

TEST_CASE("bad files are refused, naming file, line and what was expected") {
  const std::string good = "a, 9, 9, 3, 3, 5, 7, 1,\n";
  struct Bad {
    std::string text;
    const char* where;
    const char* what;
  };
  const std::vector<Bad> all = {
      {"", "t.csv: ", "no layers"},
      {kConv, "t.csv: ", "no layers"},
      {good, "line 1", "not the columns"},
      {"Layer, M, N,\n", "line 1", "not the columns"},
      {"Layer, M, N, K, M,\n", "line 1", "twice"},
      {kConv + "a, 9, 9, 3, 3, 5, 7, 1\n", "line 2", "no comma behind \"1\""},
      {kConv + good + "b, 9, 9, 3, 3, 5,\n", "line 3", "6 fields"},
      {kConv + "a, 9, 9, 3, 3, five, 7, 1,\n", "line 2", "\"five\" for channels"},
      {kConv + "a, 9, 9, 3, 3, 5, 7, 0,\n", "line 2", "\"0\" for strides"},
      {kConv + "a, 9, 9, 3, 3, -5, 7, 1,\n", "line 2", "\"-5\" for channels"},
      {kConv + "a, 9, 9, 3, 3, 5.0, 7, 1,\n", "line 2", "\"5.0\" for channels"},
      {kConv + "a, 65536, 9, 3, 3, 5, 7, 1,\n", "line 2", "\"65536\" for ifmapheight"},
      {kConv + "a, 99999999999, 9, 3, 3, 5, 7, 1,\n", "line 2", "for ifmapheight"},
      {kConv + "a, 900, 900, 256, 3, 5, 7, 1,\n", "line 2", "\"256\" for filterheight"},
      {kConv + "a, 9, 9, 10, 3, 5, 7, 1,\n", "line 2", "a filter of 10x3"},
      {kConv + ", 9, 9, 3, 3, 5, 7, 1,\n", "line 2", "no name"},
      {kConv + "a, 9, 9, 3, 3, 5, 7, 1, 2:4,\n", "line 2", "sparsity 2:4"},
      {kConv + "DP1, 9, 9, 3, 3, 5, 1, 1,\n", "line 2", "depthwise"},
      {kGemm + "g, 9, 9,\n", "line 2", "3 fields"},
      {kGemm + "g, 9, 9, 9, 12,\n", "line 2", "a batch of 12"},
      {kGemm + "g, 9, 9, 9, 2:4,\n", "line 2", "sparsity 2:4"},
      {"Layer, M, N, K, Batch,\ng, 1, 2, 3, 4,\n", "line 2", "a batch of 4"},
      {"Layer, M, N, K, Sparsity,\ng, 1, 2, 3, 1:4,\n", "line 2", "sparsity 1:4"},
      {std::string("\0\x01\x02,\xff", 5), "line 1", "not the columns"},
  };
  for (const Bad& bad : all) {
    const std::string message = refusal(bad.text);
    CAPTURE(bad.text);
    CAPTURE(message);
    CHECK(message.rfind("t.csv: ", 0) == 0);
    CHECK(contains(message, bad.where));
    CHECK(contains(message, bad.what));
    CHECK(contains(message, "(expected "));
  }
}

TEST_CASE("sizes without padding are told, padded ones and those that fit are not") {
  // The stem of a residual network: 224 -> 112 -> (pooled) 56.
  const auto warning =
      padding_warning(conv("Conv1,224,224,7,7,3,64,2,\nb,56,56,1,1,64,64,1,\nc,56,56,3,3,64,64,1,\n"
                           "d,56,56,1,1,64,256,1,\n"));
  REQUIRE(warning);
  CHECK(contains(*warning, "t.csv: line 2: layer Conv1 gives maps of height 110, line 3 reads 56"));
  CHECK(contains(*warning, "in 2 layers"));
  CHECK(padding_warning(conv("c,56,56,3,3,64,64,1,\nd,56,56,1,1,64,256,1,\n")));
  for (const char* fits :
       {"Conv1,230,230,7,7,3,64,2,\nb,56,56,1,1,64,64,1,\n",  // padded, then pooled
        "c,58,58,3,3,64,64,1,\nd,56,56,1,1,64,256,1,\n",      // padded
        "c,58,58,3,3,64,64,1,\nd,58,58,3,3,64,64,1,\n",       // padded, and so is its reader
        "c,28,28,5,5,1,6,1,\nd,12,12,5,5,6,16,1,\n",          // LeNet: really none
        "c,56,56,1,1,64,64,1,\nd,56,56,1,1,64,64,1,\n", "c,56,56,3,3,64,64,1,\n",
        "c,7,7,7,7,64,10,1,\nd,1,1,1,1,10,10,1,\n"}) {
    CAPTURE(fits);
    CHECK(!padding_warning(conv(fits)));
  }
}

TEST_CASE("damaged files are read or refused with their name, never more") {
  const std::string topology =
      kConv + "a, 14, 15, 3, 3, 40, 30, 1,\nb, 7, 7, 1, 1, 7, 7, 1, 2:2,\n";
  const std::string config =
      "[general]\nrun_name = r\n[architecture_presets]\nArrayHeight: 32\nArrayWidth: 32\n"
      "Bandwidth: 5, 6\nDataflow: ws\n[run_presets]\nInterfaceBandwidth: USER\n";
  const std::uint64_t seed = test::run_seed();
  CAPTURE(seed);
  test::Random random(seed);
  std::size_t refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    const bool csv = random.chance(50);
    std::string text = csv ? topology : config;
    for (std::uint32_t damage = random.pick(1, 4); damage > 0; --damage) {
      const std::size_t at = random.below(text.size());
      if (random.chance(50)) {
        text[at] =
            static_cast<char>(random.chance(50) ? random.below(256) : ",:=[]\n0-"[random.below(8)]);
      } else {
        text.erase(at, random.pick(1, 20));
      }
    }
    try {
      if (csv) {
        const Topology read = parse_topology(text, "x.file");
        for (const Layer& layer : read.layers) {
          CHECK(layer.filter_height <= layer.input_height);
          CHECK(layer.output_width() >= 1);
        }
        (void)padding_warning(read);
      } else {
        const Config read = parse_config(text, "x.file");
        CHECK(read.rows >= 1);
      }
    } catch (const Error& error) {
      ++refused;
      CHECK(std::string(error.what()).rfind("x.file: ", 0) == 0);
    }
  }
  CHECK(refused > 1'000);
}
