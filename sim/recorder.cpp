// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/recorder.hpp"

#include <algorithm>

namespace hb::sim {

Recorder::Recorder(Violations& violations) : violations_(violations) {
  commands_.reserve(4096);
  causes_.reserve(65536);
}

void Recorder::start(Cycles t, std::uint32_t engine, std::uint32_t index) {
  if (open_[engine].full()) {
    violations_.add(t, "start of command {}: too many unretired commands of its engine", index);
    return;
  }
  open_[engine].push(static_cast<std::uint32_t>(commands_.size()));
  commands_.push_back({index, static_cast<arch::Engine>(engine), cycle_, 0});
}

void Recorder::retire(Cycles t, std::uint32_t engine, std::uint32_t index) {
  ++retired_[engine];
  if (open_[engine].empty() || commands_[open_[engine].front()].index != index) {
    violations_.add(t, "retirement of command {}, which is not the engine's oldest", index);
    return;
  }
  commands_[open_[engine].front()].retire = cycle_;
  open_[engine].pop();
}

void Recorder::cause(std::uint32_t value) {
  if (causes_.empty() || static_cast<std::uint32_t>(causes_.back().cause) != value) {
    causes_.push_back({cause_count_, static_cast<arch::Cause>(value)});
  }
  cause_cycles_[std::min(value, arch::kCauses - 1)] += 1;
  ++cause_count_;
}

arch::Timeline Recorder::timeline() const {
  arch::Timeline timeline;
  timeline.commands = commands_;
  std::sort(timeline.commands.begin(), timeline.commands.end(),
            [](const auto& a, const auto& b) { return a.index < b.index; });
  timeline.causes = causes_;
  timeline.total = total_;
  return timeline;
}

void Tags::start(Cycles cycle, std::uint32_t engine, std::uint32_t index) {
  if (!open_[engine].full()) {
    open_[engine].push(index);
  }
  const arch::Machine& machine = program_.machine;
  const arch::CommandWords words = program_.command(index);
  if (static_cast<arch::Engine>(engine) == arch::Engine::kStore) {
    const arch::Transfer store = arch::decode_transfer(words);
    const std::uint64_t rows = std::uint64_t{store.rows} * store.segments;
    beats_.add({index, {}, {}, cycle}, rows * (machine.word_bytes() / machine.bus_bytes));
  }
  if (static_cast<arch::Engine>(engine) == arch::Engine::kCompute) {
    start_compute(cycle, index);
  }
}

void Tags::start_compute(Cycles cycle, std::uint32_t index) {
  const arch::CommandWords words = program_.command(index);
  issued_ = true;
  if (static_cast<arch::Opcode>(arch::opcode_bits(words)) == arch::Opcode::kPool) {
    issuing_ = {index, {}, arch::decode_pool(words), cycle};
    outputs_.add(issuing_, issuing_.pool->pixels() * issuing_.pool->channel_words);
    return;
  }
  issuing_ = {index, arch::decode_conv(words), {}, cycle};
  if (issuing_.conv.partial) {
    return;
  }
  const std::uint64_t rows = issuing_.conv.pixels() * issuing_.conv.tiles;
  outputs_.add(issuing_, rows);
  if (issuing_.conv.copy) {
    copies_.add(issuing_, rows);
  }
  if (issuing_.conv.residual) {
    residuals_.add(issuing_, rows);
  }
}

void Tags::retire(std::uint32_t engine) {
  if (!open_[engine].empty()) {
    open_[engine].pop();
  }
}

Place Tags::command(std::uint32_t index) const {
  Place place;
  place.command = index;
  place.layer = arch::decode_common(program_.command(index)).layer;
  return place;
}

Place Tags::engine_place(arch::Engine engine, bool newest) const {
  const Open& open = open_[static_cast<std::size_t>(engine)];
  return open.empty() ? Place{} : command(newest ? open.back() : open.front());
}

Place Tags::feed_place(const Query& query) const {
  if (!issued_ || query.cycle <= issuing_.start) {
    return {};
  }
  if (issuing_.pool) {
    return command(issuing_.index);
  }
  const arch::Machine& machine = program_.machine;
  const std::uint64_t step = query.cycle - issuing_.start - 1;  // the request shows one cycle later
  const std::uint64_t tile_steps = issuing_.conv.tile_steps(machine);
  const std::uint64_t groups = (issuing_.conv.pixels() + machine.rows - 1) / machine.rows;
  Place place = command(issuing_.index);
  if (step >= issuing_.conv.tiles * groups * tile_steps) {
    return place;
  }
  place.tile = step / (groups * tile_steps);
  place.row = static_cast<std::uint32_t>(step % machine.rows);
  place.pixel = step / tile_steps % groups * machine.rows + *place.row;
  return place;
}

Place Tags::row_place(const Writes& writes) const {
  if (writes.commands.empty()) {
    return {};
  }
  const Nest& nest = writes.commands.front().nest;
  Place place = command(nest.index);
  place.tile = writes.done / nest.conv.pixels();
  place.pixel = writes.done % nest.conv.pixels();
  place.row = static_cast<std::uint32_t>(*place.pixel % program_.machine.rows);
  return place;
}

// Windows leave by groups of R output rows, column by column; a tile is a channel word here.
Place Tags::pool_place(const Writes& writes) const {
  const Nest& nest = writes.commands.front().nest;
  const arch::Pool& pool = *nest.pool;
  const std::uint64_t rows = program_.machine.rows;
  const std::uint64_t rest = writes.done % pool.pixels();
  const std::uint64_t first_row = rest / (rows * pool.output_width) * rows;
  const std::uint64_t group_rows = std::min<std::uint64_t>(rows, pool.output_height - first_row);
  const std::uint64_t in_group = rest % (rows * pool.output_width);
  Place place = command(nest.index);
  place.tile = writes.done / pool.pixels();
  place.row = static_cast<std::uint32_t>(in_group % group_rows);
  place.pixel = (first_row + *place.row) * pool.output_width + in_group / group_rows;
  return place;
}

Place Tags::write_place(const Writes& writes, const Query& query, bool copy) const {
  if (!writes.commands.empty() && writes.commands.front().nest.pool) {
    return pool_place(writes);
  }
  Place place = row_place(writes);
  if (place.command && query.byte) {
    const arch::Machine& machine = program_.machine;
    const Nest& nest = writes.commands.front().nest;
    const arch::Output& output = copy ? *nest.conv.copy : nest.conv.output;
    const bool int4 = output.precision == arch::Precision::kInt4;
    const std::uint32_t part_bytes = int4 ? machine.columns / 2 : machine.columns;
    const std::uint64_t part =
        (output.part + *place.tile) % arch::parts_per_word(machine, output.precision);
    if (*query.byte / part_bytes == part) {
      const std::uint32_t byte = *query.byte % part_bytes;
      place.column = int4 ? 2 * byte + (query.high ? 1 : 0) : byte;
    }
  }
  return place;
}

Place Tags::place(const Query& query) const {
  switch (query.topic) {
    case Topic::kLoadAddress:
      return engine_place(arch::Engine::kLoad, true);
    case Topic::kLoadWrite:
      return engine_place(arch::Engine::kLoad, false);
    case Topic::kStoreAddress:
      return engine_place(arch::Engine::kStore, true);
    case Topic::kStoreData:
      return beats_.commands.empty() ? Place{} : command(beats_.commands.front().nest.index);
    case Topic::kFeed:
      return feed_place(query);
    case Topic::kResidual:
      return row_place(residuals_);
    case Topic::kOutput:
      return write_place(outputs_, query, false);
    case Topic::kCopy:
      return write_place(copies_, query, true);
    default:
      return {};
  }
}

}  // namespace hb::sim
