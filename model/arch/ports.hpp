// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Every signal at the machine's border in one cycle, as plain structs that RTL and SystemC both
// fill. Payload is zero whenever its valid is 0, so that two views agree exactly when the structs'
// bytes are equal.
#pragma once

#include <array>
#include <cstdint>
#include <type_traits>

namespace hb::arch {

/// Compile-time form of a Machine (generated from the config file by CMake, one per machine, with
/// kName as well).
template <std::uint32_t Rows, std::uint32_t Columns, std::uint32_t BusBytes, std::uint32_t Banks,
          std::uint32_t ActivationWords, std::uint32_t WeightRows, std::uint32_t ParameterTiles>
struct ShapeOf {
  static constexpr std::uint32_t kRows = Rows;
  static constexpr std::uint32_t kColumns = Columns;
  static constexpr std::uint32_t kBusBytes = BusBytes;
  static constexpr std::uint32_t kBanks = Banks;
  static constexpr std::uint32_t kActivationWords = ActivationWords;
  static constexpr std::uint32_t kBankWords = ActivationWords / Banks;
  static constexpr std::uint32_t kWeightRows = WeightRows;
  static constexpr std::uint32_t kParameterTiles = ParameterTiles;
  static constexpr std::uint32_t kWordBytes = 4 * Rows;
  static constexpr std::uint32_t kRowBytes = 4 * Columns;
};

/// AR or AW: `beats` = len + 1. Size is the bus width, burst is INCR.
struct AxiAddress {
  std::uint32_t valid;
  std::uint32_t address;
  std::uint32_t beats;
};

template <class Shape>
struct AxiReadData {
  std::uint32_t valid;
  std::uint32_t resp;
  std::uint32_t last;
  std::array<std::uint32_t, Shape::kBusBytes / 4> data;
};

template <class Shape>
struct AxiWriteData {
  std::uint32_t valid;
  std::uint32_t last;
  std::array<std::uint32_t, Shape::kBusBytes / 4> data;
};

/// A write of the post-processor: word address, byte mask (bit i = byte i), data (zero where not
/// masked).
template <class Shape>
struct WordWrite {
  std::uint32_t valid;
  std::uint32_t address;
  std::array<std::uint32_t, (Shape::kWordBytes + 31) / 32> mask;
  std::array<std::uint32_t, Shape::kWordBytes / 4> data;
};

/// A beat that the load engine writes: Buffer, buffer row, bus-wide part of the row.
template <class Shape>
struct BeatWrite {
  std::uint32_t valid;
  std::uint32_t buffer;
  std::uint32_t row;
  std::uint32_t part;
  std::array<std::uint32_t, Shape::kBusBytes / 4> data;
};

struct WordRead {
  std::uint32_t valid;
  std::uint32_t address;
};

/// Start or retirement, with the command's index.
struct Pulse {
  std::uint32_t valid;
  std::uint32_t index;
};

/// What the machine shows in a cycle (all registers).
template <class Shape>
struct Outputs {
  AxiAddress fetch_ar;
  AxiAddress load_ar;
  AxiAddress store_aw;
  AxiWriteData<Shape> store_w;
  std::uint32_t fetch_rready;
  std::uint32_t load_rready;
  std::uint32_t store_bready;
  // AXI4-Lite
  std::uint32_t lite_awready;
  std::uint32_t lite_wready;
  std::uint32_t lite_bvalid;
  std::uint32_t lite_bresp;
  std::uint32_t lite_arready;
  std::uint32_t lite_rvalid;
  std::uint32_t lite_rresp;
  std::uint32_t lite_rdata;
  std::uint32_t irq;
  // Observation
  std::uint32_t running;
  std::uint32_t cause_valid;  ///< `cause` is the previous cycle's
  std::uint32_t cause;
  std::array<Pulse, 3> start;   ///< by Engine
  std::array<Pulse, 3> retire;  ///< by Engine
  WordRead feed_read;
  WordRead store_read;
  WordRead residual_read;
  BeatWrite<Shape> load_write;
  WordWrite<Shape> output_write;
  WordWrite<Shape> copy_write;
};

/// What the machine is given in a cycle.
template <class Shape>
struct Inputs {
  std::uint32_t reset_n;
  std::uint32_t fetch_arready;
  AxiReadData<Shape> fetch_r;
  std::uint32_t load_arready;
  AxiReadData<Shape> load_r;
  std::uint32_t store_awready;
  std::uint32_t store_wready;
  std::uint32_t store_bvalid;
  std::uint32_t store_bresp;
  // AXI4-Lite
  std::uint32_t lite_awvalid;
  std::uint32_t lite_awaddr;
  std::uint32_t lite_wvalid;
  std::uint32_t lite_wdata;
  std::uint32_t lite_bready;
  std::uint32_t lite_arvalid;
  std::uint32_t lite_araddr;
  std::uint32_t lite_rready;
};

}  // namespace hb::arch
