// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The registered outputs of every module, one struct per module. Everything is visible from the
// clock edge after it was decided (docs/timing.md section 1).
#pragma once

#include <array>
#include <cstdint>

#include "model/arch/commands.hpp"
#include "model/arch/ports.hpp"
#include "model/cycle/bundle.hpp"

namespace hb::cycle {

/// What the machine is given in a cycle, as a signal.
template <class Shape>
struct InputsOf : arch::Inputs<Shape>, Bundle<InputsOf<Shape>> {};

/// Start or retirement of a command: its wait bits (start) or signal bits (retire), and its index.
struct Event {
  bool valid = false;
  std::uint8_t tokens = 0;
  std::uint32_t index = 0;
};

/// An error raised by a module; none while `code` is kNone.
struct Fault {
  arch::ErrorCode code = arch::ErrorCode::kNone;
  std::uint32_t index = 0;
};

struct ControlOutputs {
  bool clear = false;
  bool running = false;
  bool stop = false;
  std::uint32_t program_address = 0;
  std::uint32_t program_count = 0;
  std::uint32_t memory_limit = 0xFFFFFFFF;
  std::uint32_t pending = 0;  ///< dispatched, not started
  std::uint32_t active = 0;   ///< started, not retired
  std::uint32_t irq = 0;
  std::uint32_t awready = 0;  ///< and wready
  std::uint32_t bvalid = 0;
  std::uint32_t bresp = 0;
  std::uint32_t arready = 0;
  std::uint32_t rvalid = 0;
  std::uint32_t rresp = 0;
  std::uint32_t rdata = 0;
};

struct FetchOutputs {
  arch::AxiAddress ar{};
  bool dispatch = false;
  bool ended = false;
  bool at_queue = false;  ///< a legal command is at its queue, which may be full
  arch::Engine engine = arch::Engine::kLoad;  ///< of that queue
  std::uint32_t outstanding = 0;              ///< bursts
  std::uint32_t index = 0;                    ///< of the next command to dispatch
  Fault dispatch_fault;                       ///< doorbell checks, command checks, TRUNCATED
  Fault bus_fault;
};

struct TokenOutputs {
  std::array<std::uint8_t, arch::kEngines> available{};  ///< by consumer, in the layout of `wait`
  Fault fault;
};

template <class Shape>
struct LoadOutputs {
  arch::AxiAddress ar{};
  bool working = false;
  Event start;
  Event retire;
  Fault fault;
  std::uint32_t write_index = 0;  ///< command behind `write`
  arch::BeatWrite<Shape> write{};
};

template <class Shape>
struct StoreOutputs {
  arch::AxiAddress aw{};
  bool working = false;
  Event start;
  Event retire;
  Fault fault;
  arch::WordRead read{};
  std::uint32_t read_index = 0;  ///< command behind `read`
  arch::AxiWriteData<Shape> w{};
};

/// A CONV in flight with what follows from its fields. Lives in the sequencer from start to
/// retirement.
struct Job {
  arch::Conv conv;
  std::uint32_t index = 0;
  std::uint32_t pixels = 0;
  std::uint32_t tile_weight_rows = 0;  ///< W
  bool one_word = false;               ///< a tile has one operand word
};

/// A POOL in flight, always the only one.
struct PoolJob {
  arch::Pool pool;
  std::uint32_t index = 0;
  std::uint32_t columns = 0;  ///< X
  std::uint32_t rows = 0;     ///< N
};

/// One step of a CONV: word (channel word, ky, kx) of the tile's pixel `row` is addressed, and
/// weight row `weight_row`.
struct Step {
  bool valid = false;
  bool first = false;         ///< of the tile's operand words
  bool last = false;          ///< of the tile's operand words
  bool command_last = false;  ///< the command's last step
  std::uint8_t row = 0;
  std::uint8_t ky = 0;
  std::uint8_t kx = 0;
  std::uint32_t plane_offset = 0;  ///< channel word * input plane
  std::uint32_t tile = 0;          ///< n
  std::uint32_t pixel = 0;         ///< q, which may not exist
  std::uint32_t weight_row = 0;
  const Job* job = nullptr;
};

/// One step of a POOL: the word at `row` of `column`, counted from the group's first window.
struct PoolStep {
  bool valid = false;
  bool column_last = false;         ///< the column's last row
  bool command_last = false;        ///< the command's last step
  std::uint32_t input_offset = 0;   ///< channel word * input plane
  std::uint32_t output_offset = 0;  ///< channel word * output plane
  std::uint32_t output_row = 0;     ///< the group's first
  std::uint32_t column = 0;         ///< x, from 0
  std::uint32_t row = 0;            ///< y, from 0
  const PoolJob* job = nullptr;
};

struct SequencerOutputs {
  Step step;
  Event start;
  bool slot_full = false;
  std::uint8_t slot_wait = 0;
  std::uint32_t slot_index = 0;
  std::uint32_t in_flight = 0;
  bool cause_valid = false;
  arch::Cause cause = arch::Cause::kBusy;  ///< of the previous cycle
};

/// Travels with a pixel's operands to the post-processor.
struct RowTag {
  bool exists = false;        ///< the pixel is one of the output's
  bool command_last = false;  ///< row R-1 of the command's last tile
  std::uint8_t row = 0;
  std::uint32_t tile = 0;
  std::uint32_t pixel = 0;
  const Job* job = nullptr;
};

template <class Shape>
struct Operand {
  bool valid = false;
  bool last = false;
  RowTag tag;
  std::array<std::uint32_t, Shape::kRows> word{};  ///< lane l reaches the array l cycles later
};

template <class Shape>
struct FeedOutputs {
  arch::WordRead read{};
  Operand<Shape> operand;
};

template <class Shape>
struct ActivationOutputs {
  std::array<std::uint32_t, Shape::kRows> feed_word{};
  std::array<std::uint32_t, Shape::kRows> store_word{};
  std::array<std::uint32_t, Shape::kRows> residual_word{};
  Fault fault;
};

template <class Shape>
struct WeightOutputs {
  std::array<std::uint32_t, Shape::kColumns> row{};
};

template <class Shape>
struct ParameterOutputs {
  std::array<std::uint32_t, Shape::kColumns> bias{};
  std::array<std::uint32_t, Shape::kColumns> scale{};
  std::array<std::uint32_t, Shape::kColumns> shifts{};
  std::array<std::uint32_t, Shape::kColumns> copy_scale{};
};

template <class Shape>
struct ArrayOutputs {
  bool valid = false;
  RowTag tag;
  std::array<std::int32_t, Shape::kColumns> sums{};
};

template <class Shape>
struct PostOutputs {
  Event retire;
  bool parameter_read = false;
  std::uint32_t parameter_tile = 0;
  std::uint32_t residual_index = 0;  ///< command behind `residual`
  std::uint32_t output_index = 0;    ///< command behind `output`
  std::uint32_t copy_index = 0;      ///< command behind `copy`
  arch::WordRead residual{};
  arch::WordWrite<Shape> output{};
  arch::WordWrite<Shape> copy{};
};

template <class Shape>
struct PoolOutputs {
  Event retire;
  std::uint32_t index = 0;  ///< command behind `write`
  arch::WordRead read{};    ///< at the feed's port
  arch::WordWrite<Shape> write{};
};

/// The retirement of compute: only one of the two units has a command that ends.
template <class Shape>
[[nodiscard]] const Event& compute_retirement(const PostOutputs<Shape>& post,
                                              const PoolOutputs<Shape>& pool) {
  return pool.retire.valid ? pool.retire : post.retire;
}

}  // namespace hb::cycle
