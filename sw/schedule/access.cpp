// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/schedule/access.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::schedule {
namespace {

bool meets_interval(const Pieces& pieces, std::uint64_t begin, std::uint64_t end) {
  if (pieces.start >= end) return false;
  // The last piece that starts before `end` reaches furthest.
  const std::uint64_t last = std::min((end - 1 - pieces.start) / pieces.stride, pieces.count - 1);
  return pieces.start + last * pieces.stride + pieces.length > begin;
}

std::uint32_t banks_of(const Pieces& pieces, const arch::Machine& machine) {
  std::uint32_t banks = 0;
  for (std::uint32_t bank = 0; bank < machine.activation_banks; ++bank) {
    const std::uint64_t begin = std::uint64_t{bank} * machine.bank_words();
    if (meets_interval(pieces, begin, begin + machine.bank_words())) banks |= 1U << bank;
  }
  return banks;
}

Access activation(bool write, Role role, const Pieces& pieces, const arch::Machine& machine) {
  return {Space::kActivation, write, role, pieces, banks_of(pieces, machine)};
}

AccessList transfer_accesses(const arch::Transfer& transfer, bool load,
                             const arch::Machine& machine) {
  const bool words = transfer.buffer == arch::Buffer::kActivation;
  const std::uint64_t row_bytes = words ? machine.word_bytes() : machine.row_bytes();
  const Pieces memory = make_pieces(transfer.memory_address, transfer.memory_stride,
                                    transfer.segments, transfer.rows * row_bytes);
  const Pieces buffer = make_pieces(transfer.buffer_address, transfer.buffer_stride,
                                    transfer.segments, transfer.rows);
  const Access outside{Space::kMemory, !load, Role::kOther, memory, 0};
  if (words) return {outside, activation(load, Role::kOther, buffer, machine)};
  const Space space = transfer.buffer == arch::Buffer::kWeight ? Space::kWeight : Space::kParameter;
  return {outside, {space, load, Role::kOther, buffer, 0}};
}

/// The words of an output, a copy or a residual.
template <class Tensor>
Pieces tile_pieces(const Tensor& tensor, const arch::Conv& conv, const arch::Machine& machine) {
  const std::uint32_t parts = arch::parts_per_word(machine, tensor.precision);
  const std::uint32_t words = (tensor.part + conv.tiles - 1U) / parts + 1;
  return make_pieces(tensor.address, tensor.plane, words, conv.pixels());
}

/// The strip that a CONV or POOL reads.
template <class Window>
Access input_access(const Window& window, const arch::Machine& machine) {
  const Pieces pieces = make_pieces(window.input_address, window.input_plane, window.channel_words,
                                    std::uint64_t{window.input_height} * window.input_width);
  return activation(false, Role::kInput, pieces, machine);
}

bool share_bank(const AccessList& list, Role a, Role b) {
  const auto banks = [&](Role role) {
    const auto it = std::find_if(list.begin(), list.end(),
                                 [&](const Access& access) { return access.role == role; });
    return it == list.end() ? 0U : it->banks;
  };
  return (banks(a) & banks(b)) != 0;
}

/// Refuses a compute command whose own accesses conflict.
void require_consistent(const AccessList& list, const char* name) {
  for (const Access& read : list) {
    for (const Access& write : list) {
      if (read.write || !write.write || read.space != write.space) continue;
      if (!overlap(read.pieces, write.pieces)) continue;
      throw Error(fmt::format("{} writes words {}", name,
                              read.role == Role::kResidual ? "of its residual" : "that it reads"));
    }
  }
  if (share_bank(list, Role::kOutput, Role::kCopy)) {
    throw Error(fmt::format("{}: output and second copy in one activation bank", name));
  }
  if (share_bank(list, Role::kInput, Role::kResidual)) {
    throw Error(fmt::format("{}: input and residual in one activation bank", name));
  }
}

AccessList conv_accesses(const arch::Conv& conv, const arch::Machine& machine) {
  const Pieces weights =
      make_pieces(conv.weight_address, 1, 1, conv.tiles * conv.tile_weight_rows(machine));
  AccessList list{input_access(conv, machine), {Space::kWeight, false, Role::kOther, weights, 0}};
  if (conv.partial) return list;
  const Pieces parameters =
      make_pieces(4 * std::uint64_t{conv.parameter_address}, 1, 1, 4 * std::uint64_t{conv.tiles});
  const auto add = [&](bool write, Role role, const auto& tensor) {
    list.push_back(activation(write, role, tile_pieces(tensor, conv, machine), machine));
  };
  list.push_back({Space::kParameter, false, Role::kOther, parameters, 0});
  add(true, Role::kOutput, conv.output);
  if (conv.copy) add(true, Role::kCopy, *conv.copy);
  if (conv.residual) add(false, Role::kResidual, *conv.residual);
  require_consistent(list, "CONV");
  return list;
}

AccessList pool_accesses(const arch::Pool& pool, const arch::Machine& machine) {
  const Pieces output =
      make_pieces(pool.output_address, pool.output_plane, pool.channel_words, pool.pixels());
  AccessList list{input_access(pool, machine), activation(true, Role::kOutput, output, machine)};
  require_consistent(list, "POOL");
  return list;
}

}  // namespace

Pieces make_pieces(std::uint64_t start, std::uint64_t stride, std::uint64_t count,
                   std::uint64_t length) {
  if (count > 1 && stride <= length) return {start, 1, 1, (count - 1) * stride + length};
  return {start, count > 1 ? stride : 1, count, length};
}

bool overlap(const Pieces& a, const Pieces& b) {
  if (a.start >= end_of(b) || b.start >= end_of(a)) return false;
  const Pieces& few = a.count <= b.count ? a : b;
  const Pieces& many = a.count <= b.count ? b : a;
  for (std::uint64_t i = 0; i < few.count; ++i) {
    const std::uint64_t begin = few.start + i * few.stride;
    if (meets_interval(many, begin, begin + few.length)) return true;
  }
  return false;
}

AccessList accesses(const Command& command, const arch::Machine& machine) {
  if (const auto* load = std::get_if<Load>(&command)) {
    return transfer_accesses(load->transfer, true, machine);
  }
  if (const auto* store = std::get_if<Store>(&command)) {
    return transfer_accesses(store->transfer, false, machine);
  }
  if (const auto* pool = std::get_if<arch::Pool>(&command)) return pool_accesses(*pool, machine);
  return conv_accesses(std::get<arch::Conv>(command), machine);
}

bool conflict(const Access& a, const Access& b) {
  if (a.space != b.space) return false;
  if (a.space == Space::kActivation && a.write == b.write) return (a.banks & b.banks) != 0;
  return (a.write || b.write) && overlap(a.pieces, b.pieces);
}

bool conflict(const AccessList& a, const AccessList& b) {
  return std::any_of(a.begin(), a.end(), [&](const Access& one) {
    return std::any_of(b.begin(), b.end(),
                       [&](const Access& other) { return conflict(one, other); });
  });
}

bool needs_fence(const Access& earlier, const Access& later) {
  if (earlier.space != Space::kActivation || later.space != Space::kActivation) return false;
  const bool share = (earlier.banks & later.banks) != 0;
  // Residual words are read up to Drain after the last step, while the next input is being fed.
  if (!earlier.write) return earlier.role == Role::kResidual && later.role == Role::kInput && share;
  if (!later.write) return overlap(earlier.pieces, later.pieces);
  return earlier.role != later.role && share;
}

}  // namespace hb::schedule
