// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The Verilated machine behind arch::Outputs and arch::Inputs. Include it after Verilator's header
// of the model.
#pragma once

#include <verilated.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <type_traits>

#if VM_COVERAGE
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#endif

#include "model/arch/activity.hpp"
#include "model/arch/commands.hpp"
#include "model/arch/ports.hpp"
#include "sim/wave.hpp"

namespace hb::sim {

/// A port of any width as 32-bit words, low word first.
template <class Port>
inline void get_port(const Port& port, std::uint32_t* words, std::size_t count) {
  if constexpr (std::is_integral_v<Port>) {
    std::uint64_t value = port;
    for (std::size_t i = 0; i < count; ++i, value >>= 32) {
      words[i] = static_cast<std::uint32_t>(value);
    }
  } else {
    std::memcpy(words, port.data(), 4 * count);
  }
}

template <class Port>
inline void set_port(Port& port, const std::uint32_t* words, std::size_t count) {
  if constexpr (std::is_integral_v<Port>) {
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) {
      value = value << 32 | words[i];
    }
    port = static_cast<Port>(value);
  } else {
    std::memcpy(port.data(), words, 4 * count);
  }
}

/// Whether the low `bits` bits of a port are all 1.
template <class Port>
[[nodiscard]] inline bool all_ones(const Port& port, std::uint32_t bits) {
  std::array<std::uint32_t, 4> words{};  // a strobe has up to 128 bits
  get_port(port, words.data(), (bits + 31) / 32);
  for (std::uint32_t i = 0; i < bits; i += 32) {
    const std::uint32_t full = bits - i >= 32 ? ~0U : (1U << (bits - i)) - 1;
    if (words[i / 32] != full) {
      return false;
    }
  }
  return true;
}

/// `Model`: Verilator's class of hb_top with Shape's parameters. `Wave`: NoWave or FstWave.
template <class Shape, class Model, class Wave>
class RtlChip {
 public:
  using Outputs = arch::Outputs<Shape>;
  using Inputs = arch::Inputs<Shape>;
  static constexpr bool kWaves = Wave::kOn;
  /// Builds with coverage keep one chip for all runs of a process, reset between them: points are
  /// registered and written once, not once a run. It starts from zeros: garbage is no toggle.
  static constexpr bool kKeep = VM_COVERAGE != 0;

  /// Registers and SRAMs hold garbage from `seed`; zeros if the chip is kept, or counts toggles.
  RtlChip(std::uint64_t seed, const std::optional<WaveOptions>& wave) : wave_(wave) {
    context_.randReset(kKeep || arch::kCountsToggles<Shape> ? 0 : 2);
    context_.randSeed(static_cast<int>(seed % 0x7FFFFFFFU) + 1);
    model_ = std::make_unique<Model>(&context_);
    if constexpr (Wave::kOn) {
      wave_.attach(context_, *model_);
    }
    apply(Inputs{});
    settle_low();
    read();
  }
  ~RtlChip() {
    // Verilator takes the thread's context, which may be that of another chip, gone by now.
    Verilated::threadContextp(&context_);
    write_coverage();
    model_->final();
    model_.reset();
  }
  RtlChip(const RtlChip&) = delete;
  RtlChip& operator=(const RtlChip&) = delete;

  /// What is visible in this cycle.
  [[nodiscard]] const Outputs& outputs() const { return outputs_; }

  /// Bits toggled since reset, up to the edge that began the cycle before.
  [[nodiscard]] arch::Toggles toggles() const {
    arch::Toggles toggles;
    const auto& counts = model_->rootp->hb_top__DOT__i_activity__DOT__count_q;
    for (std::size_t i = 0; i < arch::kToggles; ++i) toggles.bits[i] = counts[i];
    return toggles;
  }

  /// To the next cycle, in which `next_inputs` are visible.
  void step(const Inputs& next_inputs) {
    model_->clk_i = 1;
    model_->eval();
    apply(next_inputs);
    if constexpr (Wave::kOn) {
      model_->eval();  // what depends on inputs at once; no edge
      wave_.rise(next_inputs.reset_n != 0 && model_->obs_running_o != 0);
    }
    settle_low();
    if constexpr (Wave::kOn) {
      wave_.fall();
    }
    read();
  }

  /// A machine that has run becomes one in reset, for another run.
  void reset() {
    step({});
    step({});  // the edge that sees the reset
    violation_ = nullptr;
  }

  /// Closes the waves; `Wave` has them.
  [[nodiscard]] WaveRange finish_wave() { return wave_.finish(); }

  /// A constant output of the bus that is not what the machine promises; null if all are right.
  [[nodiscard]] const char* violation() const { return violation_; }

  /// Writes what was covered to the folder that HB_COVERAGE_FOLDER names; nothing in builds without
  /// coverage.
  void write_coverage() {
#if VM_COVERAGE
    if (const char* folder = std::getenv("HB_COVERAGE_FOLDER"); folder != nullptr) {
      static int chips = 0;
      const std::string file =
          fmt::format("{}/{}-{}-{}.dat", folder, Shape::kName, getpid(), chips++);
      context_.coveragep()->write(file.c_str());
    }
#endif
  }

 private:
  static constexpr std::size_t kBusWords = Shape::kBusBytes / 4;
  static constexpr std::size_t kWordWords = Shape::kWordBytes / 4;
  static constexpr std::size_t kMaskWords = (Shape::kWordBytes + 31) / 32;

  void settle_low() {
    model_->clk_i = 0;
    model_->eval();
  }

  void apply(const Inputs& in) {
    Model& m = *model_;
    m.rst_ni = static_cast<CData>(in.reset_n);
    m.fetch_arready_i = static_cast<CData>(in.fetch_arready);
    m.fetch_rvalid_i = static_cast<CData>(in.fetch_r.valid);
    m.fetch_rresp_i = static_cast<CData>(in.fetch_r.resp);
    m.fetch_rlast_i = static_cast<CData>(in.fetch_r.last);
    set_port(m.fetch_rdata_i, in.fetch_r.data.data(), kBusWords);
    m.load_arready_i = static_cast<CData>(in.load_arready);
    m.load_rvalid_i = static_cast<CData>(in.load_r.valid);
    m.load_rresp_i = static_cast<CData>(in.load_r.resp);
    m.load_rlast_i = static_cast<CData>(in.load_r.last);
    set_port(m.load_rdata_i, in.load_r.data.data(), kBusWords);
    m.store_awready_i = static_cast<CData>(in.store_awready);
    m.store_wready_i = static_cast<CData>(in.store_wready);
    m.store_bvalid_i = static_cast<CData>(in.store_bvalid);
    m.store_bresp_i = static_cast<CData>(in.store_bresp);
    m.lite_awvalid_i = static_cast<CData>(in.lite_awvalid);
    m.lite_awaddr_i = static_cast<SData>(in.lite_awaddr);
    m.lite_wvalid_i = static_cast<CData>(in.lite_wvalid);
    m.lite_wdata_i = in.lite_wdata;
    m.lite_wstrb_i = 0xF;
    m.lite_bready_i = static_cast<CData>(in.lite_bready);
    m.lite_arvalid_i = static_cast<CData>(in.lite_arvalid);
    m.lite_araddr_i = static_cast<SData>(in.lite_araddr);
    m.lite_rready_i = static_cast<CData>(in.lite_rready);
  }

  void read() {
    read_addresses();
    read_store_data();
    read_lite();
    read_observation();
    read_writes();
  }

  template <class Valid, class Address, class Length>
  static arch::AxiAddress address(const Valid& valid, const Address& value, const Length& length) {
    return valid != 0 ? arch::AxiAddress{1, value, std::uint32_t{length} + 1} : arch::AxiAddress{};
  }

  void read_addresses() {
    const Model& m = *model_;
    outputs_.fetch_ar = address(m.fetch_arvalid_o, m.fetch_araddr_o, m.fetch_arlen_o);
    outputs_.load_ar = address(m.load_arvalid_o, m.load_araddr_o, m.load_arlen_o);
    outputs_.store_aw = address(m.store_awvalid_o, m.store_awaddr_o, m.store_awlen_o);
    outputs_.fetch_rready = m.fetch_rready_o;
    outputs_.load_rready = m.load_rready_o;
    outputs_.store_bready = m.store_bready_o;
    constexpr std::uint32_t kSize = log2(Shape::kBusBytes);
    constexpr std::uint32_t kIncrementing = 1;
    if ((m.fetch_arsize_o ^ kSize) | (m.load_arsize_o ^ kSize) | (m.store_awsize_o ^ kSize) |
        (m.fetch_arburst_o ^ kIncrementing) | (m.load_arburst_o ^ kIncrementing) |
        (m.store_awburst_o ^ kIncrementing)) [[unlikely]] {
      violation_ = "a burst's size is not the bus width, or its kind is not INCR";
    }
  }

  static constexpr std::uint32_t log2(std::uint32_t value) {
    return value == 1 ? 0 : 1 + log2(value / 2);
  }

  void read_store_data() {
    const Model& m = *model_;
    if (m.store_wvalid_o == 0) {
      outputs_.store_w = {};
      return;
    }
    outputs_.store_w.valid = 1;
    outputs_.store_w.last = m.store_wlast_o;
    get_port(m.store_wdata_o, outputs_.store_w.data.data(), kBusWords);
    if (!all_ones(m.store_wstrb_o, Shape::kBusBytes)) [[unlikely]] {
      violation_ = "a store beat's strobe is not all 1";
    }
  }

  void read_lite() {
    const Model& m = *model_;
    outputs_.lite_awready = m.lite_awready_o;
    outputs_.lite_wready = m.lite_wready_o;
    outputs_.lite_bvalid = m.lite_bvalid_o;
    outputs_.lite_bresp = m.lite_bvalid_o != 0 ? m.lite_bresp_o : 0U;
    outputs_.lite_arready = m.lite_arready_o;
    outputs_.lite_rvalid = m.lite_rvalid_o;
    outputs_.lite_rresp = m.lite_rvalid_o != 0 ? m.lite_rresp_o : 0U;
    outputs_.lite_rdata = m.lite_rvalid_o != 0 ? m.lite_rdata_o : 0U;
    outputs_.irq = m.irq_o;
  }

  static void pulses(std::uint32_t valid, std::uint64_t index, std::array<arch::Pulse, 3>& out) {
    constexpr std::uint32_t kLow = (1U << arch::kIndexBits) - 1;
    for (std::uint32_t e = 0; e < 3; ++e) {
      const std::uint32_t on = valid >> e & 1U;
      out[e] = {on, on * static_cast<std::uint32_t>(index >> (arch::kIndexBits * e) & kLow)};
    }
  }

  static arch::WordRead word_read(std::uint32_t valid, std::uint32_t address) {
    return valid != 0 ? arch::WordRead{1, address} : arch::WordRead{};
  }

  void read_observation() {
    const Model& m = *model_;
    outputs_.running = m.obs_running_o;
    outputs_.cause_valid = m.obs_cause_valid_o;
    outputs_.cause = m.obs_cause_valid_o != 0 ? m.obs_cause_o : 0U;
    pulses(m.obs_start_valid_o, m.obs_start_index_o, outputs_.start);
    pulses(m.obs_retire_valid_o, m.obs_retire_index_o, outputs_.retire);
    outputs_.feed_read = word_read(m.obs_feed_read_valid_o, m.obs_feed_read_address_o);
    outputs_.store_read = word_read(m.obs_store_read_valid_o, m.obs_store_read_address_o);
    outputs_.residual_read = word_read(m.obs_residual_read_valid_o, m.obs_residual_read_address_o);
  }

  /// Zeroes the bytes that the mask leaves out.
  static void mask_data(arch::WordWrite<Shape>& write) {
    for (std::size_t i = 0; i < kWordWords; ++i) {
      const std::uint32_t bits = write.mask[i / 8] >> (4 * (i % 8)) & 0xFU;
      const std::uint32_t spread = (bits * 0x00204081U) & 0x01010101U;  // bit b to bit 8b
      write.data[i] &= spread * 0xFFU;
    }
  }

  template <class Mask, class Data>
  static void word_write(const Mask& mask, const Data& data, std::uint32_t address,
                         arch::WordWrite<Shape>& out) {
    out.valid = 1;
    out.address = address;
    get_port(mask, out.mask.data(), kMaskWords);
    get_port(data, out.data.data(), kWordWords);
    mask_data(out);
  }

  void read_writes() {
    const Model& m = *model_;
    outputs_.load_write = {};
    outputs_.output_write = {};
    outputs_.copy_write = {};
    if (m.obs_load_write_valid_o != 0) {
      outputs_.load_write.valid = 1;
      outputs_.load_write.buffer = m.obs_load_write_buffer_o;
      outputs_.load_write.row = m.obs_load_write_row_o;
      outputs_.load_write.part = m.obs_load_write_part_o;
      get_port(m.obs_load_write_data_o, outputs_.load_write.data.data(), kBusWords);
    }
    if (m.obs_output_write_valid_o != 0) {
      word_write(m.obs_output_write_mask_o, m.obs_output_write_data_o, m.obs_output_write_address_o,
                 outputs_.output_write);
    }
    if (m.obs_copy_write_valid_o != 0) {
      word_write(m.obs_copy_write_mask_o, m.obs_copy_write_data_o, m.obs_copy_write_address_o,
                 outputs_.copy_write);
    }
  }

  VerilatedContext context_;
  std::unique_ptr<Model> model_;
  Outputs outputs_{};
  const char* violation_ = nullptr;
  Wave wave_;  // goes before the model
};

}  // namespace hb::sim
