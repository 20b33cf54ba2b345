// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Builds a program: a memory image, layers that pass tensors through memory, and their commands.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "model/arch/program.hpp"
#include "model/arch/tensor.hpp"
#include "sw/map/layout.hpp"
#include "sw/schedule/conv.hpp"
#include "sw/schedule/pool.hpp"
#include "sw/schedule/unit.hpp"

namespace hb::schedule {

/// A tensor of a ProgramBuilder.
struct TensorId {
  std::size_t index = 0;
};

/// What the memory of a program holds.
enum class Image {
  kWhole,     ///< data and commands
  kCommands,  ///< the commands alone: all that timing needs, however large the data
};

struct ConvNode {
  ConvLayer layer;
  map::Weights weights;        ///< not looked at by Image::kCommands
  map::Parameters parameters;  ///< with copy scales exactly when the layer has a second copy; same
  TensorId input;
  TensorId output;
  std::optional<TensorId> copy;
  std::optional<Tiling> tiling{};      ///< choose_tiling() without one
  std::optional<TensorId> residual{};  ///< exactly when the layer has one
  std::string shape{};  ///< for people; empty: the layer's own (differs where the host lowered it)
};

struct PoolNode {
  PoolLayer layer;
  TensorId input;
  TensorId output;
  std::optional<PoolTiling> tiling{};
};

struct UnitNode {
  UnitLayer layer;
  map::UnitScale scale;  ///< not looked at by Image::kCommands
  TensorId input;
  TensorId output;
  std::optional<UnitTiling> tiling{};
  std::optional<TensorId> residual{};  ///< exactly when the layer has one
};

/// Collects tensors and layers, then links them. Every tensor has memory of its own. With
/// Image::kCommands the commands and their addresses are the same, but they lie at address 0 and
/// no data is needed; such a program can be timed, not run.
class ProgramBuilder {
 public:
  /// The schedule is made for `memory`; it is right on any.
  explicit ProgramBuilder(const arch::Machine& machine, Image image = Image::kWhole,
                          const arch::MemoryTiming& memory = {});

  /// A tensor that is there when the program starts; its shape is the data's. Its codes are not
  /// looked at by Image::kCommands.
  TensorId add_input(const std::string& name, arch::Precision precision, const arch::Tensor& data);
  /// A tensor that a layer writes; `place.address` is set here.
  TensorId add_tensor(arch::TensorPlace place);
  void mark_output(TensorId tensor);
  /// As it is so far: its address is final.
  [[nodiscard]] const arch::TensorPlace& place(TensorId tensor) const {
    return tensors_.at(tensor.index);
  }
  /// These throw hb::Error naming the layer when shapes or sizes cannot be.
  void add_conv(const ConvNode& node);
  void add_pool(const PoolNode& node);
  void add_unit(const UnitNode& node);

  /// The whole program. Call once.
  [[nodiscard]] arch::Program finish();

 private:
  /// The address of `bytes` more bytes, which `make` gives if they are wanted.
  template <class Make>
  [[nodiscard]] std::uint32_t append(std::uint64_t bytes, Make make);
  /// The address of `id`, whose shape and precision must be `expected`'s.
  [[nodiscard]] std::uint32_t address_of(const std::string& layer, TensorId id,
                                         const arch::TensorPlace& expected) const;
  /// As address_of(), of a tensor that layer `tag` writes.
  [[nodiscard]] std::uint32_t written(std::uint16_t tag, const std::string& layer, TensorId id,
                                      const arch::TensorPlace& expected);
  /// The tag of the next layer.
  [[nodiscard]] std::uint16_t next_tag(const std::string& layer) const;

  /// The layer's own tiling, or the best one; layers of one shape are looked at once.
  template <class Node, class Tiling>
  [[nodiscard]] Tiling tiling_of(const Node& node, std::map<ShapeKey, Tiling>& chosen) const;

  arch::Machine machine_;
  Image image_;
  arch::MemoryTiming memory_;
  std::map<ShapeKey, Tiling> conv_tilings_;
  std::map<ShapeKey, PoolTiling> pool_tilings_;
  std::map<ShapeKey, UnitTiling> unit_tilings_;
  std::uint64_t data_bytes_ = 0;  ///< of all data so far, held or not
  BufferState buffers_;
  arch::Program program_;
  std::vector<arch::TensorPlace> tensors_;
  std::vector<TensorId> outputs_;
  std::vector<Command> commands_;
};

/// Puts tokens, END and the commands' words behind `program.memory` (at a multiple of 128) and sets
/// address, count and limit. Every command must be legal on `program.machine`.
void link(arch::Program& program, std::vector<Command> commands);

}  // namespace hb::schedule
