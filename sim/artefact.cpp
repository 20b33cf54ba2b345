// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/artefact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <system_error>

#include "model/arch/error.hpp"
#include "sim/stalls.hpp"

namespace hb::sim {
namespace {

constexpr std::size_t kHashedBytes = std::size_t{1}
                                     << 16;  ///< of the image; enough to tell programs apart

}  // namespace

std::uint64_t fingerprint(const arch::Program& program, const arch::MemoryModelOptions& memory) {
  std::uint64_t hash = mix(memory.stall_seed);
  const auto add = [&hash](std::uint64_t value) { hash = mix(hash + value); };
  add(memory.timing.latency);
  add(memory.timing.cycles_per_beat);
  add(program.machine.rows);
  add(program.machine.columns);
  add(program.address);
  add(program.count);
  add(program.memory.size());
  const std::size_t size = std::min(program.memory.size(), kHashedBytes);
  for (std::size_t i = 0; i + 8 <= size; i += 8) {
    std::uint64_t value = 0;
    std::memcpy(&value, program.memory.data() + i, 8);
    add(value);
  }
  return hash;
}

Artefact write_artefact(const arch::Program& program, const RunOptions& options,
                        const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw bad_input(folder.string(), error.message(), "a folder that can be made");
  }
  arch::Program copy = program;
  copy.memory_model = options.memory;
  const std::filesystem::path file =
      folder / fmt::format("failure-{:016x}.hbp", fingerprint(program, options.memory));
  arch::write_program(copy, file);
  return {file, fmt::format("build/halfbyte verify {}", file.string())};
}

}  // namespace hb::sim
