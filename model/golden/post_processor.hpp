// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What a CONV does behind the array: bias, requantization, addition of a residual, packing and
// writing of both copies (docs/commands.md section 3, docs/arithmetic.md section 5).
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "model/arch/commands.hpp"
#include "model/arch/machine.hpp"
#include "model/golden/add.hpp"
#include "model/golden/buffers.hpp"
#include "model/golden/requantize.hpp"
#include "model/golden/words.hpp"

namespace hb::golden {

using Lanes = std::array<std::int32_t, kMaxColumns>;

/// A tile's scales under either contract.
class Scales {
 public:
  Scales(arch::Contract contract, std::uint32_t columns) : contract_(contract), columns_(columns) {}

  /// Takes a tile's scale row, and of its shift row the half that begins at `bit`.
  void set(const std::uint8_t* scale_row, const std::uint8_t* shift_row, std::uint32_t bit);

  /// Codes of C accumulators, or of what takes their place; `codes` may be `values`.
  void requantize(const Lanes& values, const Range& range, Lanes& codes) const;

 private:
  arch::Contract contract_;
  std::uint32_t columns_;
  std::array<float, kMaxColumns> floats_{};            ///< `ort`
  std::array<Multiplier, kMaxColumns> multipliers_{};  ///< `tflite`
};

/// Where one copy of the output goes.
class Destination {
 public:
  Destination(const arch::Machine& machine, const arch::Output& output);

  [[nodiscard]] const Range& range() const { return range_; }

  /// Writes tile `n` of pixel `q`; the last tile also clears the rest of its word.
  void write(std::uint64_t n, bool last, std::uint64_t q, const Lanes& codes,
             BufferBytes& activations) const;

 private:
  const arch::Output& output_;
  Range range_;
  std::uint32_t columns_;
  std::uint32_t parts_;
  std::uint32_t part_bytes_;
};

/// A residual and its addition.
class Adder {
 public:
  Adder(const arch::Machine& machine, const arch::Conv& conv);

  /// Range of the convolution's own codes.
  [[nodiscard]] const Range& sum_range() const { return sum_range_; }

  /// Adds tile `n` of pixel `q` of the residual to the convolution's codes.
  void add(std::uint64_t n, std::uint64_t q, const BufferBytes& activations, Lanes& codes) const;

 private:
  void read(std::uint64_t n, std::uint64_t q, const BufferBytes& activations,
            std::int16_t* codes) const;

  const arch::Residual& residual_;
  arch::Contract contract_;
  Range sum_range_;
  Range output_range_;
  std::uint32_t columns_;
  std::uint32_t parts_;
  OrtAddition ort_;
  TfliteAddition tflite_;
};

/// All of it for one CONV that is not partial; its arguments must outlive it.
class PostProcessor {
 public:
  PostProcessor(const arch::Machine& machine, const arch::Conv& conv, Buffers& buffers);

  /// Reads the parameters of tile `n`.
  void start_tile(std::uint64_t n);

  /// `sums`: the C sums of pixel `q`.
  void finish_pixel(std::uint64_t q, const std::uint32_t* sums);

 private:
  const arch::Conv& conv_;
  std::uint32_t columns_;
  Buffers& buffers_;
  Scales scales_;
  Scales copy_scales_;
  Destination output_;
  std::optional<Destination> copy_;
  std::optional<Adder> adder_;
  std::uint64_t tile_ = 0;
  Lanes bias_{};
};

}  // namespace hb::golden
