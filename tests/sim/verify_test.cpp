// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a failure leave a file that says everything, and is a run judged rightly against the golden
// model?
#include "sim/artefact.hpp"

#include <doctest/doctest.h>

#include <cstring>

#include "model/arch/error.hpp"
#include "sim/verify.hpp"
#include "tests/sim/fake_machine.hpp"

namespace hb::test {
namespace {

constexpr std::uint32_t kData = 4096;  ///< where the stores of stores_program() begin

/// Two STOREs of one word each to `first` and `second`, END.
arch::Program stores_program(std::uint32_t first, std::uint32_t second) {
  arch::Transfer store;
  store.memory_address = first;
  arch::Transfer other;
  other.memory_address = second;
  const arch::CommandWords commands[] = {arch::encode_store(store), arch::encode_store(other),
                                         arch::encode_end()};
  arch::Program program;
  program.machine = machine_of<Tiny>();
  program.count = 3;
  program.memory_limit = 8191;
  program.memory.resize(8192, 0xEE);
  std::memcpy(program.memory.data(), commands, sizeof(commands));
  program.outputs = {{"out", kData, 16, 1, 2, arch::Precision::kInt8}};
  return program;
}

/// The golden result if the stores write 1s and 2s.
golden::Result golden_result(const arch::Program& program) {
  golden::Result result;
  result.memory = program.memory;
  for (std::uint32_t index = 0; index < 2; ++index) {
    const std::uint32_t address = arch::decode_transfer(program.command(index)).memory_address;
    std::memset(result.memory.data() + address, static_cast<int>(index) + 1, 16);
  }
  return result;
}

TEST_CASE("the artefact is a program file with the memory model in it, and the command names it") {
  const arch::Program program = stores_program(kData, kData + 16);
  sim::RunOptions options;
  options.memory = {{17, 2}, 99};
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / "halfbyte_artefact_test";
  const sim::Artefact artefact = sim::write_artefact(program, options, folder);
  CHECK(artefact.command == "build/halfbyte verify " + artefact.file.string());
  const arch::Program back = arch::read_program(artefact.file);
  CHECK(back.memory == program.memory);
  CHECK(back.count == 3);
  CHECK(back.machine == program.machine);
  CHECK(back.memory_model.timing.latency == 17);
  CHECK(back.memory_model.timing.cycles_per_beat == 2);
  CHECK(back.memory_model.stall_seed == 99);
  CHECK(sim::write_artefact(back, options, folder).file == artefact.file);
  std::filesystem::remove_all(folder);
}

TEST_CASE("a wrong byte of the memory is found and named by its tensor") {
  const arch::Program program = stores_program(kData, kData + 16);
  sim::RunResult run;
  golden::Result golden = golden_result(program);
  run.memory = golden.memory;
  CHECK(sim::judge(program, run, golden).good());
  run.memory[kData + 16 + 5] = 9;
  const sim::VerifyResult result = sim::judge(program, run, golden);
  CHECK_FALSE(result.good());
  CHECK(result.describe() ==
        "memory at 0x1015: golden 0x02, machine 0x09; tensor out: channel 5, y 0, x 1 (1 bytes "
        "differ)\n");
}

TEST_CASE("after an error the memory holds the stores that started and no other") {
  const arch::Program program = stores_program(kData, kData + 16);
  sim::RunResult run;
  run.timeline.error = arch::ErrorCode::kAborted;
  run.timeline.commands = {{0, arch::Engine::kStore, 5, 9}};
  golden::Result golden = golden_result(program);
  run.memory = program.memory;
  std::memset(run.memory.data() + kData, 1, 16);
  CHECK(sim::judge(program, run, golden).good());
  run.memory[kData + 16] = 2;  // of the store that never started
  CHECK_FALSE(sim::judge(program, run, golden).good());
}

TEST_CASE("a program's own error must be the golden model's") {
  const arch::Program program = stores_program(kData, kData + 16);
  sim::RunResult run;
  golden::Result golden;
  golden.memory = run.memory = program.memory;
  golden.error = run.timeline.error = arch::ErrorCode::kTruncated;
  golden.error_index = run.timeline.error_index = 3;
  CHECK(sim::judge(program, run, golden).good());
  run.timeline.error_index = 2;
  CHECK(sim::judge(program, run, golden).wrong_error);
}

TEST_CASE("a machine that is not compiled in is refused") {
  arch::Program program = stores_program(kData, kData + 16);
  program.machine.name = "odd";
  program.machine.parameter_tiles *= 2;
  CHECK_THROWS_WITH_AS((void)sim::run(program, {}),
                       "machine odd: is not compiled in (expected a build with `make "
                       "MACHINE=file`, where file describes it)",
                       hb::Error);
}

}  // namespace
}  // namespace hb::test
