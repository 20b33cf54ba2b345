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
  bool pool = false;
  Units reads;     ///< activation words, but for a residual's
  Units residual;  ///< activation words
  Units output;    ///< activation words that LOAD, POOL or CONV's output writes
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

/// The words of all tiles of an output, a copy or a residual.
template <class Tensor>
void touch_tiles(Units& units, const arch::Conv& conv, const Tensor& tensor,
                 const arch::Machine& machine) {
  const std::uint32_t parts = arch::parts_per_word(machine, tensor.precision);
  for (std::uint32_t n = 0; n < conv.tiles; ++n) {
    const std::uint64_t plane = (tensor.part + n) / parts;
    touch(units, tensor.address + plane * tensor.plane, conv.pixels());
  }
}

template <class Window>
void touch_input(Units& units, const Window& window) {
  for (std::uint64_t cw = 0; cw < window.channel_words; ++cw) {
    touch(units, window.input_address + cw * window.input_plane,
          std::uint64_t{window.input_height} * window.input_width);
  }
}

Node conv_node(const arch::CommandWords& words, const arch::Machine& machine) {
  Node node;
  const arch::Conv conv = arch::decode_conv(words);
  touch_input(node.reads, conv);
  const std::uint64_t per_row = conv.narrow_weights ? 2 : 1;
  const std::uint64_t operands =
      std::uint64_t{conv.channel_words} * conv.kernel_height * conv.kernel_width * machine.rows;
  const std::uint64_t weights = conv.repeat ? machine.rows : operands;
  for (std::uint64_t n = 0; n < conv.tiles; ++n) {
    for (std::uint64_t i = 0; i < weights; ++i) {
      touch(node.weights, conv.weight_address + n * (weights / per_row) + i / per_row, 1);
    }
  }
  if (conv.partial) return node;
  touch(node.parameters, 4 * std::uint64_t{conv.parameter_address}, 4U * conv.tiles);
  touch_tiles(node.output, conv, conv.output, machine);
  if (conv.copy) touch_tiles(node.copy, conv, *conv.copy, machine);
  if (conv.residual) touch_tiles(node.residual, conv, *conv.residual, machine);
  return node;
}

Node pool_node(const arch::CommandWords& words) {
  Node node;
  const arch::Pool pool = arch::decode_pool(words);
  node.pool = true;
  touch_input(node.reads, pool);
  for (std::uint64_t cw = 0; cw < pool.channel_words; ++cw) {
    touch(node.output, pool.output_address + cw * pool.output_plane,
          std::uint64_t{pool.output_height} * pool.output_width);
  }
  return node;
}

Node node_of(const arch::CommandWords& words, const arch::Machine& machine) {
  const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
  Node node = opcode == arch::Opcode::kConv ? conv_node(words, machine)
              : opcode == arch::Opcode::kPool
                  ? pool_node(words)
                  : transfer_node(words, machine, opcode == arch::Opcode::kLoad);
  node.engine = arch::engine_of(opcode);
  node.common = arch::decode_common(words);
  return node;
}

std::vector<Node> nodes_of(const arch::Program& program) {
  std::vector<Node> nodes;
  for (std::uint32_t i = 0; i + 1 < program.count; ++i) {
    nodes.push_back(node_of(program.command(i), program.machine));
  }
  return nodes;
}

Units both(const Units& a, const Units& b) {
  Units units = a;
  for (std::size_t i = 0; i < b.size(); ++i) {
    if (b[i]) touch(units, i, 1);
  }
  return units;
}

bool share_bank(const Units& a, const Units& b, const arch::Machine& machine) {
  return (banks(a, machine) & banks(b, machine)) != 0;
}

/// What is wrong with compute command `b` starting before `a`, an earlier one, has retired.
std::string compute_conflict(const Node& a, const Node& b, const arch::Machine& machine) {
  if (meet(both(a.output, a.copy), both(b.reads, b.residual))) return "read after write in compute";
  if (share_bank(a.output, b.copy, machine)) return "copy after output";
  if (share_bank(a.copy, b.output, machine)) return "output after copy";
  if (share_bank(a.residual, b.reads, machine)) return "input after residual";
  return {};
}

/// What is wrong with `a` and `b` running at a time, or nothing.
std::string conflict(const Node& a, const Node& b, const arch::Machine& machine) {
  if (a.engine == Engine::kCompute && b.engine == Engine::kCompute) {
    return compute_conflict(a, b, machine);
  }
  if (a.engine == b.engine) return {};
  const Units a_writes = both(a.output, a.copy);
  const Units b_writes = both(b.output, b.copy);
  const Units a_reads = both(a.reads, a.residual);
  const Units b_reads = both(b.reads, b.residual);
  if (meet(a_writes, b_reads)) return "read after write";
  if (meet(a_reads, b_writes)) return "write after read";
  if (share_bank(a_writes, b_writes, machine)) return "write port";
  if (share_bank(a_reads, b_reads, machine)) return "read port";
  if (meet(a.weights, b.weights)) return "weights";
  if (meet(a.parameters, b.parameters)) return "parameters";
  if (meet(a.memory, b.memory)) return "memory";
  return {};
}

/// What is wrong with a compute command by itself, or nothing.
std::string conflict(const Node& node, const arch::Machine& machine) {
  if (node.engine != Engine::kCompute) return {};
  if (meet(both(node.output, node.copy), both(node.reads, node.residual)))
    return "writes its input";
  if (share_bank(node.output, node.copy, machine)) return "output and copy";
  if (share_bank(node.reads, node.residual, machine)) return "input and residual";
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
      const bool alone =
          nodes[i].common.fence || nodes[i].pool || (previous < i && nodes[previous].pool);
      for (std::size_t j = 0; alone && j < i; ++j) {
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
    std::string alone = conflict(nodes[b], program.machine);
    if (!alone.empty()) pairs.push_back({b, b, std::move(alone)});
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
