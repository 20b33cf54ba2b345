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

std::uint64_t end_of(const Pieces& pieces) {
  return pieces.start + (pieces.count - 1) * pieces.stride + pieces.length;
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

std::vector<Access> transfer_accesses(const arch::Transfer& transfer, bool load,
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

Pieces output_pieces(const arch::Output& output, const arch::Conv& conv,
                     const arch::Machine& machine) {
  const std::uint32_t parts = arch::parts_per_word(machine, output.precision);
  const std::uint32_t words = (output.part + conv.tiles - 1U) / parts + 1;
  return make_pieces(output.address, output.plane, words, conv.pixels());
}

std::vector<Access> conv_accesses(const arch::Conv& conv, const arch::Machine& machine) {
  const Pieces input = make_pieces(conv.input_address, conv.input_plane, conv.channel_words,
                                   std::uint64_t{conv.input_height} * conv.input_width);
  const Pieces weights =
      make_pieces(conv.weight_address, 1, 1, conv.tiles * conv.tile_steps(machine));
  const Pieces parameters =
      make_pieces(4 * std::uint64_t{conv.parameter_address}, 1, 1, 4 * std::uint64_t{conv.tiles});
  std::vector<Access> list{
      activation(false, Role::kOther, input, machine),
      {Space::kWeight, false, Role::kOther, weights, 0},
      {Space::kParameter, false, Role::kOther, parameters, 0},
      activation(true, Role::kOutput, output_pieces(conv.output, conv, machine), machine)};
  if (conv.copy) {
    list.push_back(
        activation(true, Role::kCopy, output_pieces(*conv.copy, conv, machine), machine));
  }
  for (std::size_t i = 3; i < list.size(); ++i) {
    if (overlap(list[i].pieces, input)) throw Error("CONV writes words that it reads");
  }
  if (conv.copy && (list[3].banks & list[4].banks) != 0) {
    throw Error("CONV: output and second copy in one activation bank");
  }
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

std::vector<Access> accesses(const Command& command, const arch::Machine& machine) {
  if (const auto* load = std::get_if<Load>(&command)) {
    return transfer_accesses(load->transfer, true, machine);
  }
  if (const auto* store = std::get_if<Store>(&command)) {
    return transfer_accesses(store->transfer, false, machine);
  }
  return conv_accesses(std::get<arch::Conv>(command), machine);
}

bool conflict(const Access& a, const Access& b) {
  if (a.space != b.space) return false;
  if (a.space == Space::kActivation && a.write == b.write) return (a.banks & b.banks) != 0;
  return (a.write || b.write) && overlap(a.pieces, b.pieces);
}

bool needs_fence(const Access& earlier, const Access& later) {
  if (!earlier.write || earlier.space != later.space) return false;
  if (!later.write) return overlap(earlier.pieces, later.pieces);
  return earlier.role != later.role && (earlier.banks & later.banks) != 0;
}

}  // namespace hb::schedule
