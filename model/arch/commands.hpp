// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The command set of docs/commands.md: encodings, decoded forms and the checks of dispatch.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "model/arch/machine.hpp"

namespace hb::arch {

inline constexpr std::uint32_t kCommandWords = 32;
inline constexpr std::uint32_t kCommandBytes = 4 * kCommandWords;
/// Of a command's index in its program: what ERROR_INDEX, PROGRAM_COUNT and the state registers
/// hold. The states have it in their highest bits.
inline constexpr std::uint32_t kIndexBits = 20;
inline constexpr std::uint32_t kMostCommands = (1U << kIndexBits) - 1;  ///< END included
inline constexpr std::uint32_t kStateIndex = 32 - kIndexBits;  ///< the index's lowest bit there

enum class Opcode : std::uint8_t { kEnd = 1, kLoad = 2, kStore = 3, kConv = 4, kPool = 5 };
enum class Engine : std::uint8_t { kLoad = 0, kCompute = 1, kStore = 2 };
inline constexpr std::uint32_t kEngines = 3;
enum class Buffer : std::uint8_t { kActivation = 0, kWeight = 1, kParameter = 2 };
enum class Precision : std::uint8_t { kInt8 = 0, kInt4 = 1 };
enum class CopySource : std::uint8_t { kAccumulator = 0, kCode = 1 };
enum class Contract : std::uint8_t { kOrt = 0, kTflite = 1 };

/// Codes of the ERROR_CODE register.
enum class ErrorCode : std::uint8_t {
  kNone = 0,
  kIllegalOpcode = 1,
  kReservedField = 2,
  kIllegalFormat = 3,
  kIllegalSize = 4,
  kAlignment = 5,
  kBufferRange = 6,
  kMemoryRange = 7,
  kIllegalQuantization = 8,
  kTruncated = 9,
  kFetchBus = 10,
  kLoadBus = 11,
  kStoreBus = 12,
  kTokenOverflow = 13,
  kBankConflict = 14,
  kAborted = 15,
};

/// Why the array did or did not issue a step in a cycle (docs/timing.md section 8).
enum class Cause : std::uint8_t {
  kBusy = 0,
  kWaitLoad = 1,
  kWaitStore = 2,
  kWaitPost = 3,
  kModeChange = 4,
  kStart = 5,
  kFetch = 6,
  kDrain = 7,
  kTransfer = 8,
  kFinish = 9,
  kStop = 10,
};
inline constexpr std::uint32_t kCauses = 11;

/// Counters of the register map, in its order: total, one per cause, then these.
inline constexpr std::uint32_t kCounterTotal = 0;
inline constexpr std::uint32_t kCounterCause = 1;
inline constexpr std::uint32_t kCounterFetchBeats = 12;
inline constexpr std::uint32_t kCounterLoadBeats = 13;
inline constexpr std::uint32_t kCounterStoreBeats = 14;
inline constexpr std::uint32_t kCounterRetired = 15;  ///< + Engine
inline constexpr std::uint32_t kCounters = 18;

[[nodiscard]] std::string_view name(Opcode value);
[[nodiscard]] std::string_view name(Engine value);
[[nodiscard]] std::string_view name(ErrorCode value);
[[nodiscard]] std::string_view name(Cause value);
[[nodiscard]] std::string_view name(Precision value);
/// "illegal" for a code that is none.
[[nodiscard]] std::string_view name(Buffer value);

using CommandWords = std::array<std::uint32_t, kCommandWords>;

/// Fields that all commands share (w0, w1).
struct Common {
  std::uint8_t wait = 0;
  std::uint8_t signal = 0;
  bool fence = false;
  std::uint16_t layer = 0;
};

/// LOAD or STORE: `segments` pieces of `rows` consecutive buffer rows.
struct Transfer {
  Common common;
  Buffer buffer = Buffer::kActivation;
  std::uint32_t memory_address = 0;  ///< bytes
  std::uint32_t memory_stride = 0;   ///< bytes
  std::uint32_t buffer_address = 0;  ///< buffer rows
  std::uint32_t buffer_stride = 0;   ///< buffer rows
  std::uint16_t rows = 1;
  std::uint16_t segments = 1;
};

/// Widest window of POOL.
inline constexpr std::uint32_t kMostPoolWidth = 8;
/// Largest magnitude of the offsets of Residual and of Conv::copy_offset.
inline constexpr std::int32_t kMostOffset = 128;

/// Where and how one copy of CONV's output is written.
struct Output {
  Precision precision = Precision::kInt8;
  std::uint32_t address = 0;  ///< word
  std::uint32_t plane = 0;    ///< words between channel words
  std::uint8_t part = 0;      ///< part of the word that tile 0 fills
  std::int8_t low = 0;
  std::int8_t high = 0;
  std::int8_t zero_point = 0;
};

/// The tensor that CONV adds to its output, and the addition (docs/arithmetic.md section 4). Scales
/// and term are float32 bits under `ort`, multipliers under `tflite`.
struct Residual {
  Precision precision = Precision::kInt8;
  bool first = false;         ///< `ort`: the residual is the addition's first operand
  std::uint32_t address = 0;  ///< word
  std::uint32_t plane = 0;    ///< words between channel words
  std::uint8_t part = 0;      ///< part of the word that belongs to tile 0
  std::int8_t sum_low = 0;    ///< of the convolution's own code
  std::int8_t sum_high = 0;
  std::int8_t sum_zero_point = 0;
  std::int16_t sum_offset = 0;       ///< added to the convolution's code
  std::int16_t residual_offset = 0;  ///< added to the residual's
  std::uint32_t sum_scale = 0;
  std::uint32_t residual_scale = 0;
  std::uint32_t term = 0;      ///< the sum's constant, or the output's multiplier
  std::uint8_t sum_shift = 0;  ///< right shifts, `tflite` only
  std::uint8_t residual_shift = 0;
  std::uint8_t output_shift = 0;
};

/// CONV: a nest of tiles. `copy` is engaged when a second copy is written, `residual` when a tensor
/// is added.
struct Conv {
  Common common;
  Precision precision = Precision::kInt8;  ///< of activations
  bool narrow_weights = false;             ///< int4 weights for int8 activations
  bool repeat = false;                     ///< every operand word meets the same weight rows
  bool partial = false;                    ///< sums stay in the array for the next CONV
  Contract contract = Contract::kOrt;
  std::uint32_t input_address = 0;  ///< word
  std::uint32_t input_plane = 0;    ///< words between channel words
  std::uint16_t input_height = 1;
  std::uint16_t input_width = 1;
  std::uint8_t kernel_height = 1;
  std::uint8_t kernel_width = 1;
  std::uint8_t stride_y = 1;
  std::uint8_t stride_x = 1;
  std::uint8_t pad_top = 0;
  std::uint8_t pad_left = 0;
  std::uint8_t pad_value = 0;  ///< byte as fed
  std::uint16_t channel_words = 1;
  std::uint16_t tiles = 1;
  std::uint16_t output_height = 1;
  std::uint16_t output_width = 1;
  std::uint32_t weight_address = 0;     ///< weight row
  std::uint32_t parameter_address = 0;  ///< parameter tile
  Output output;
  std::optional<Output> copy;
  CopySource copy_source = CopySource::kAccumulator;
  std::int16_t copy_offset = 0;  ///< added to the code that the copy starts from
  std::optional<Residual> residual;

  [[nodiscard]] std::uint64_t pixels() const { return std::uint64_t{output_height} * output_width; }
  /// T, steps of one tile.
  [[nodiscard]] std::uint64_t tile_steps(const Machine& machine) const {
    return std::uint64_t{machine.rows} * kernel_height * kernel_width * channel_words;
  }
  /// W, weight rows of one tile.
  [[nodiscard]] std::uint64_t tile_weight_rows(const Machine& machine) const {
    return (repeat ? machine.rows : tile_steps(machine)) / (narrow_weights ? 2 : 1);
  }
};

/// POOL: maximum over windows of a strip, all channel words.
struct Pool {
  Common common;
  Precision precision = Precision::kInt8;
  std::uint32_t input_address = 0;  ///< word
  std::uint32_t input_plane = 0;    ///< words between channel words
  std::uint16_t input_height = 1;
  std::uint16_t input_width = 1;
  std::uint8_t kernel_height = 1;
  std::uint8_t kernel_width = 1;
  std::uint8_t stride_y = 1;
  std::uint8_t stride_x = 1;
  std::uint8_t pad_top = 0;
  std::uint8_t pad_left = 0;
  std::uint16_t channel_words = 1;
  std::uint16_t output_height = 1;
  std::uint16_t output_width = 1;
  std::uint32_t output_address = 0;  ///< word
  std::uint32_t output_plane = 0;    ///< words between channel words

  [[nodiscard]] std::uint64_t pixels() const { return std::uint64_t{output_height} * output_width; }
  /// X, columns that a group of R output rows passes over.
  [[nodiscard]] std::uint64_t group_columns() const {
    return (output_width - 1ULL) * stride_x + kernel_width;
  }
  /// N, rows of such a column.
  [[nodiscard]] std::uint64_t group_rows(const Machine& machine) const {
    return (machine.rows - 1ULL) * stride_y + kernel_height;
  }
  /// Steps of the whole command.
  [[nodiscard]] std::uint64_t steps(const Machine& machine) const {
    const std::uint64_t groups = (output_height + machine.rows - 1ULL) / machine.rows;
    return channel_words * groups * group_columns() * group_rows(machine);
  }
};

/// C-channel parts of a word at `precision`.
[[nodiscard]] constexpr std::uint32_t parts_per_word(const Machine& machine, Precision precision) {
  return (precision == Precision::kInt4 ? 8 : 4) * machine.rows / machine.columns;
}

/// Opcode byte of w0, legal or not.
[[nodiscard]] constexpr std::uint8_t opcode_bits(const CommandWords& words) {
  return static_cast<std::uint8_t>(words[0]);
}

[[nodiscard]] CommandWords encode_end();
[[nodiscard]] CommandWords encode_load(const Transfer& command);
[[nodiscard]] CommandWords encode_store(const Transfer& command);
[[nodiscard]] CommandWords encode(const Conv& command);
[[nodiscard]] CommandWords encode(const Pool& command);

/// Reads the fields of w0/w1 (any opcode), of LOAD/STORE, of CONV, of POOL. Bits that must be 0 are
/// ignored: see check().
[[nodiscard]] Common decode_common(const CommandWords& words);
[[nodiscard]] Transfer decode_transfer(const CommandWords& words);
[[nodiscard]] Conv decode_conv(const CommandWords& words);
[[nodiscard]] Pool decode_pool(const CommandWords& words);

/// The checks of dispatch, in their order; kNone for a legal command. `memory_limit`: last byte
/// address allowed.
[[nodiscard]] ErrorCode check(const CommandWords& words, const Machine& machine,
                              std::uint32_t memory_limit);

/// Engine that runs a LOAD, STORE, CONV or POOL.
[[nodiscard]] Engine engine_of(Opcode opcode);

/// The engine behind token bit `bit` (0..7) of `engine`'s wait field or signal field (the same
/// rule).
[[nodiscard]] constexpr Engine token_peer(Engine engine, std::uint32_t bit) {
  constexpr Engine kOthers[kEngines][2] = {{Engine::kCompute, Engine::kStore},
                                           {Engine::kLoad, Engine::kStore},
                                           {Engine::kLoad, Engine::kCompute}};
  return kOthers[static_cast<std::uint32_t>(engine)][bit / 4];
}

/// Bit in `peer`'s field that names the same token as `bit` of `engine`'s (signal <-> wait).
[[nodiscard]] constexpr std::uint32_t peer_bit(Engine engine, std::uint32_t bit) {
  const Engine peer = token_peer(engine, bit);
  const bool first = token_peer(peer, 0) == engine;
  return (first ? 0U : 4U) + bit % 4;
}

}  // namespace hb::arch
