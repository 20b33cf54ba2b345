// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "tests/schedule/order.hpp"

#include <algorithm>

#include "model/arch/error.hpp"

namespace hb::test {
namespace {

using arch::Engine;
using Units = std::vector<bool>;

/// One command: what it touches, unit by unit, and its tokens.
struct Node {
  Engine engine = Engine::kLoad;
  arch::Common common;
  Units reads;   ///< activation words
  Units output;  ///< activation words that LOAD or CONV's output writes
  Units copy;
  Units weights;
  Units parameters;
  Units memory;  ///< in bus widths
};

bool meet(const Units& a, const Units& b) {
  const std::size_t size = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < size; ++i) {
    if (a[i] && b[i]) return true;
  }
  return false;
}

void touch(Units& units, std::uint64_t begin, std::uint64_t count) {
  if (units.size() < begin + count) units.resize(begin + count);
  for (std::uint64_t i = 0; i < count; ++i) units[begin + i] = true;
}

std::uint32_t banks(const Units& units, const arch::Machine& machine) {
  std::uint32_t mask = 0;
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (units[i]) mask |= 1U << i / machine.bank_words();
  }
  return mask;
}

Node transfer_node(const arch::CommandWords& words, const arch::Machine& machine, bool load) {
  Node node;
  const arch::Transfer t = arch::decode_transfer(words);
  const bool activation = t.buffer == arch::Buffer::kActivation;
  const std::uint32_t row_bytes = activation ? machine.word_bytes() : machine.row_bytes();
  Units& rows = !load                               ? node.reads
                : activation                        ? node.output
                : t.buffer == arch::Buffer::kWeight ? node.weights
                                                    : node.parameters;
  for (std::uint64_t s = 0; s < t.segments; ++s) {
    touch(rows, t.buffer_address + s * t.buffer_stride, t.rows);
    touch(node.memory, (t.memory_address + s * t.memory_stride) / machine.bus_bytes,
          t.rows * row_bytes / machine.bus_bytes);
  }
  return node;
}

void touch_output(Units& units, const arch::Conv& conv, const arch::Output& output,
                  const arch::Machine& machine) {
  const std::uint32_t parts = arch::parts_per_word(machine, output.precision);
  for (std::uint32_t n = 0; n < conv.tiles; ++n) {
    const std::uint64_t plane = (output.part + n) / parts;
    touch(units, output.address + plane * output.plane, conv.pixels());
  }
}

Node conv_node(const arch::CommandWords& words, const arch::Machine& machine) {
  Node node;
  const arch::Conv conv = arch::decode_conv(words);
  for (std::uint64_t cw = 0; cw < conv.channel_words; ++cw) {
    touch(node.reads, conv.input_address + cw * conv.input_plane,
          std::uint64_t{conv.input_height} * conv.input_width);
  }
  touch(node.weights, conv.weight_address, conv.tiles * conv.tile_steps(machine));
  touch(node.parameters, 4 * std::uint64_t{conv.parameter_address}, 4U * conv.tiles);
  touch_output(node.output, conv, conv.output, machine);
  if (conv.copy) touch_output(node.copy, conv, *conv.copy, machine);
  return node;
}

std::vector<Node> nodes_of(const arch::Program& program) {
  std::vector<Node> nodes;
  for (std::uint32_t i = 0; i + 1 < program.count; ++i) {
    const arch::CommandWords words = program.command(i);
    const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
    Node node = opcode == arch::Opcode::kConv
                    ? conv_node(words, program.machine)
                    : transfer_node(words, program.machine, opcode == arch::Opcode::kLoad);
    node.engine = arch::engine_of(opcode);
    node.common = arch::decode_common(words);
    nodes.push_back(std::move(node));
  }
  return nodes;
}

/// What is wrong with `a` and `b` running at a time, or nothing.
std::string conflict(const Node& a, const Node& b, const arch::Machine& machine) {
  const auto all_writes = [](const Node& n) {
    Units units = n.output;
    for (std::size_t i = 0; i < n.copy.size(); ++i) {
      if (n.copy[i]) touch(units, i, 1);
    }
    return units;
  };
  const Units a_writes = all_writes(a);
  const Units b_writes = all_writes(b);
  if (a.engine == Engine::kCompute && b.engine == Engine::kCompute) {
    if (meet(a_writes, b.reads)) return "read after write in compute";
    if ((banks(a.output, machine) & banks(b.copy, machine)) != 0) return "copy after output";
    if ((banks(a.copy, machine) & banks(b.output, machine)) != 0) return "output after copy";
    return {};
  }
  if (a.engine == b.engine) return {};
  if (meet(a_writes, b.reads)) return "read after write";
  if (meet(a.reads, b_writes)) return "write after read";
  if ((banks(a_writes, machine) & banks(b_writes, machine)) != 0) return "write port";
  if ((banks(a.reads, machine) & banks(b.reads, machine)) != 0) return "read port";
  if (meet(a.weights, b.weights)) return "weights";
  if (meet(a.parameters, b.parameters)) return "parameters";
  if (meet(a.memory, b.memory)) return "memory";
  return {};
}

/// For every command the set of commands that have retired when it starts.
class Order {
 public:
  explicit Order(const std::vector<Node>& nodes) : nodes_(nodes) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      Units start(nodes.size());
      Units retired(nodes.size());
      const std::size_t previous = previous_of(i);
      if (previous < i) {
        join(start, starts_[previous]);
        join(retired, retires_[previous]);  // one engine's commands retire in order
      }
      for (std::uint32_t bit = 0; bit < 8; ++bit) {
        if ((nodes[i].common.wait >> bit & 1) != 0) join(start, retires_[giver_of(i, bit)]);
      }
      for (std::size_t j = 0; nodes[i].common.fence && j < i; ++j) {
        if (nodes[j].engine == Engine::kCompute) join(start, retires_[j]);
      }
      join(retired, start);
      retired[i] = true;
      starts_.push_back(std::move(start));
      retires_.push_back(std::move(retired));
    }
  }
  [[nodiscard]] bool retired_before(std::size_t a, std::size_t b) const { return starts_[b][a]; }

 private:
  static void join(Units& into, const Units& from) {
    for (std::size_t i = 0; i < from.size(); ++i) into[i] = into[i] || from[i];
  }
  [[nodiscard]] std::size_t previous_of(std::size_t i) const {
    for (std::size_t j = i; j-- > 0;) {
      if (nodes_[j].engine == nodes_[i].engine) return j;
    }
    return i;
  }
  /// The command that gives the token that command i takes with `bit`: as many gave before as took
  /// before.
  [[nodiscard]] std::size_t giver_of(std::size_t i, std::uint32_t bit) const {
    const Engine engine = nodes_[i].engine;
    const Engine peer = arch::token_peer(engine, bit);
    const std::uint32_t give = arch::peer_bit(engine, bit);
    std::uint32_t takers = 0;
    for (std::size_t j = 0; j < i; ++j) {
      takers += nodes_[j].engine == engine ? nodes_[j].common.wait >> bit & 1U : 0U;
    }
    for (std::size_t j = 0; j < i; ++j) {
      if (nodes_[j].engine != peer || (nodes_[j].common.signal >> give & 1) == 0) continue;
      if (takers-- == 0) return j;
    }
    throw Error(fmt::format("command {} finds no token {}", i, bit));
  }

  const std::vector<Node>& nodes_;
  std::vector<Units> starts_;
  std::vector<Units> retires_;
};

}  // namespace

std::vector<Unordered> unordered_pairs(const arch::Program& program) {
  const std::vector<Node> nodes = nodes_of(program);
  const Order order(nodes);
  std::vector<Unordered> pairs;
  for (std::uint32_t b = 0; b < nodes.size(); ++b) {
    for (std::uint32_t a = 0; a < b; ++a) {
      if (order.retired_before(a, b)) continue;
      std::string what = conflict(nodes[a], nodes[b], program.machine);
      if (!what.empty()) pairs.push_back({a, b, std::move(what)});
    }
  }
  return pairs;
}

std::uint32_t count_tokens(const arch::Program& program) {
  std::uint32_t tokens = 0;
  for (std::uint32_t i = 0; i < program.count; ++i) {
    const std::uint8_t wait = arch::decode_common(program.command(i)).wait;
    for (unsigned bit = 0; bit < 8; ++bit) tokens += wait >> bit & 1U;
  }
  return tokens;
}

}  // namespace hb::test
