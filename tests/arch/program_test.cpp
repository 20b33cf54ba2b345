// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does a program file come back whole, and is a damaged one refused?
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>

#include "model/arch/error.hpp"
#include "model/arch/program.hpp"
#include "tests/arch/commands.hpp"

namespace hb::arch {
namespace {

/// A folder that goes away with the test.
class Folder {
 public:
  Folder()
      : path_(std::filesystem::temp_directory_path() /
              fmt::format("hb_program_{}", fmt::ptr(this))) {
    std::filesystem::create_directories(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::filesystem::path file() const { return path_ / "program.hbp"; }

 private:
  std::filesystem::path path_;
};

/// Of 20x3x5: 5 channels of 5x6 images, 2x2 windows with strides 2 and 1.
Border lowered_border() {
  Border border{{5, 5, 6}, ElementType::kInt8, 1, -7, 8, 0.25F, -100, {}};
  border.lowering = Lowering{5, 5, 6, 2, 2, 2, 1, 1, 0, -8};
  return border;
}

Program sample() {
  Program program;
  program.machine = test::machine();
  program.address = 0x80;
  program.count = 2;
  program.memory_limit = test::kLimit;
  program.memory.resize(0x80 + kCommandBytes + 4);
  const CommandWords load = encode_load(test::transfer());
  for (std::uint32_t i = 0; i < kCommandBytes; ++i) {
    program.memory[0x80 + i] = static_cast<std::uint8_t>(load[i / 4] >> (8 * (i % 4)));
  }
  program.memory[0x80 + kCommandBytes] = 1;
  program.inputs = {{"x \"1\" \xC3\xA9", 0x400, 20, 3, 5, Precision::kInt4}};
  program.outputs = {{"y", 0x800, 20, 3, 5, Precision::kInt8},
                     {"z", 0xFFF0, 1, 1, 1, Precision::kInt8}};
  program.tensors = {{"t", 0xC00, 4, 2, 2, Precision::kInt4}};
  program.inputs[0].border = lowered_border();
  program.outputs[0].border = Border{{300}, ElementType::kFloat32, 0, -3, 127, 0.1F, -3, {}};
  program.outputs[0].layer = 0;
  program.tensors[0].border = Border{{4, 2, 2}, ElementType::kUint8, 8, 0, 15, 1.0F, 0, {}};
  program.tensors[0].layer = 0;
  program.layers = {{"conv1", "conv", "3x5", Precision::kInt4, 0xFFFFFFFFFFFFFFFF}};
  program.memory_model = {{77, 4}, 0x123456789ABCDEF0};
  return program;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void put(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

std::string refusal(const std::filesystem::path& file) {
  try {
    (void)read_program(file);
  } catch (const Error& error) {
    return error.what();
  }
  return "accepted";
}

void check_same(const Border& a, const Border& b) {
  CHECK(a.dims == b.dims);
  CHECK(a.type == b.type);
  CHECK(a.offset == b.offset);
  CHECK(a.low == b.low);
  CHECK(a.high == b.high);
  CHECK(a.scale == b.scale);
  CHECK(a.zero_point == b.zero_point);
  REQUIRE(a.lowering.has_value() == b.lowering.has_value());
  if (!a.lowering) return;
  CHECK(a.lowering->channels == b.lowering->channels);
  CHECK(a.lowering->height == b.lowering->height);
  CHECK(a.lowering->width == b.lowering->width);
  CHECK(a.lowering->kernel_height == b.lowering->kernel_height);
  CHECK(a.lowering->kernel_width == b.lowering->kernel_width);
  CHECK(a.lowering->stride_y == b.lowering->stride_y);
  CHECK(a.lowering->stride_x == b.lowering->stride_x);
  CHECK(a.lowering->pad_top == b.lowering->pad_top);
  CHECK(a.lowering->pad_left == b.lowering->pad_left);
  CHECK(a.lowering->pad_code == b.lowering->pad_code);
}

void check_same(const std::vector<TensorPlace>& a, const std::vector<TensorPlace>& b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) {
    CHECK(a[i].name == b[i].name);
    CHECK(a[i].address == b[i].address);
    CHECK(a[i].channels == b[i].channels);
    CHECK(a[i].height == b[i].height);
    CHECK(a[i].width == b[i].width);
    CHECK(a[i].precision == b[i].precision);
    CHECK(a[i].layer == b[i].layer);
    REQUIRE(a[i].border.has_value() == b[i].border.has_value());
    if (a[i].border) check_same(*a[i].border, *b[i].border);
  }
}

TEST_CASE("a program comes back from its file") {
  const Folder folder;
  const Program written = sample();
  write_program(written, folder.file());
  const Program read = read_program(folder.file());
  CHECK(read.machine == written.machine);
  CHECK(read.address == written.address);
  CHECK(read.count == written.count);
  CHECK(read.memory_limit == written.memory_limit);
  CHECK(read.memory == written.memory);
  check_same(read.inputs, written.inputs);
  check_same(read.outputs, written.outputs);
  check_same(read.tensors, written.tensors);
  REQUIRE(read.layers.size() == 1);
  CHECK(read.layers[0].name == written.layers[0].name);
  CHECK(read.layers[0].op == written.layers[0].op);
  CHECK(read.layers[0].shape == written.layers[0].shape);
  CHECK(read.layers[0].precision == written.layers[0].precision);
  CHECK(read.layers[0].macs == written.layers[0].macs);
  CHECK(read.memory_model.timing.latency == 77);
  CHECK(read.memory_model.timing.cycles_per_beat == 4);
  CHECK(read.memory_model.stall_seed == written.memory_model.stall_seed);
}

TEST_CASE("an empty program comes back and is overwritten by the next") {
  const Folder folder;
  Program program;
  program.machine = test::machine();
  write_program(program, folder.file());
  CHECK(read_program(folder.file()).memory.empty());
  write_program(sample(), folder.file());
  CHECK(read_program(folder.file()).count == 2);
  const auto entries = std::filesystem::directory_iterator(folder.file().parent_path());
  CHECK(std::distance(begin(entries), end(entries)) == 1);
}

TEST_CASE("a command's words are read from the image, zero past its end") {
  const Program program = sample();
  CHECK(program.command(0) == encode_load(test::transfer()));
  CHECK(program.command(1) == encode_end());
  CHECK(program.command(2) == CommandWords{});
  CHECK(program.command(0xFFFFFFFF) == CommandWords{});
}

TEST_CASE("a file cut off anywhere is refused, and one that is too long") {
  const Folder folder;
  write_program(sample(), folder.file());
  const std::string whole = bytes_of(folder.file());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    put(folder.file(), whole.substr(0, size));
    const std::string message = refusal(folder.file());
    CAPTURE(size);
    CHECK(message.rfind(folder.file().string() + ": ", 0) == 0);
  }
  put(folder.file(), whole + '\0');
  CHECK(refusal(folder.file()).find("too long") != std::string::npos);
}

TEST_CASE("a file with any byte changed is refused") {
  const Folder folder;
  write_program(sample(), folder.file());
  const std::string whole = bytes_of(folder.file());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bytes = whole;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    put(folder.file(), bytes);
    CAPTURE(at);
    CHECK(refusal(folder.file()) != "accepted");
  }
}

TEST_CASE("a file that is none or cannot be opened is refused by name") {
  const Folder folder;
  CHECK(refusal(folder.file()).find("cannot be read") != std::string::npos);
  CHECK(refusal(folder.file().parent_path()).find("cannot be read") != std::string::npos);
  put(folder.file(), "\x08\x07onnx and more, long enough for a frame");
  CHECK(refusal(folder.file()).find("not a program file") != std::string::npos);
}

TEST_CASE("what cannot be a consistent program is refused") {
  const Folder folder;
  const auto refused = [&](const std::function<void(Program&)>& change) {
    Program program = sample();
    change(program);
    write_program(program, folder.file());
    return refusal(folder.file());
  };
  CHECK(refused([](Program&) {}) == "accepted");
  CHECK(refused([](Program& p) { p.machine.rows = 3; }).find("rows: 3") != std::string::npos);
  CHECK(refused([](Program& p) { p.outputs[1].address += 16; }).find("tensor z") !=
        std::string::npos);
  CHECK(refused([](Program& p) { p.outputs[0].channels = 0; }).find("channels is 0") !=
        std::string::npos);
  CHECK(refused([](Program& p) {
          p.inputs[0].channels = p.inputs[0].height = p.inputs[0].width = 0xFFFFFFFF;
        }).find("memory_limit") != std::string::npos);
  CHECK(refused([](Program& p) { p.memory_model.timing.latency = 0; }).find("latency is 0") !=
        std::string::npos);
  CHECK(refused([](Program& p) { p.memory_model.timing.latency = kMostLatency; }) == "accepted");
  CHECK(refused([](Program& p) {
          p.memory_model.timing.latency = kMostLatency + 1;
        }).find("latency is 1000001") != std::string::npos);
  CHECK(refused([](Program& p) {
          p.memory_model.timing.cycles_per_beat = 3;
        }).find("a power of two") != std::string::npos);
  CHECK(refused([](Program& p) { p.memory_model.timing.cycles_per_beat = 8; }) == "accepted");
  CHECK(refused([](Program& p) {
          p.memory_model.timing.cycles_per_beat = 16;
        }).find("cycles_per_beat is 16") != std::string::npos);
  CHECK(refused([](Program& p) { p.count = 1048575; }) == "accepted");
  CHECK(refused([](Program& p) { p.count = 1048576; }).find("count is 1048576") !=
        std::string::npos);
}

TEST_CASE("a border that does not describe its tensor is refused by the tensor's name") {
  const Folder folder;
  const auto refused = [&](const std::string& part, const std::function<void(Program&)>& change) {
    Program program = sample();
    change(program);
    write_program(program, folder.file());
    const std::string message = refusal(folder.file());
    CAPTURE(message);
    CHECK(message.find(part) != std::string::npos);
  };
  const auto input = [](Program& p) -> Border& { return *p.inputs[0].border; };
  const auto lowering = [](Program& p) -> Lowering& { return *p.inputs[0].border->lowering; };
  const auto tensor = [](Program& p) -> Border& { return *p.tensors[0].border; };
  refused("tensor t: its dims", [&](Program& p) { tensor(p).dims = {4, 2, 3}; });
  refused("tensor t: its dims", [&](Program& p) { tensor(p).dims.assign(3, 0xFFFFFFFF); });
  refused("9 dims", [&](Program& p) { tensor(p).dims.assign(9, 1); });
  refused("0 dims", [&](Program& p) { tensor(p).dims.clear(); });
  refused("dims is 0", [&](Program& p) { tensor(p).dims[0] = 0; });
  refused("tensor t: its codes", [&](Program& p) { tensor(p).high = 16; });
  refused("tensor t: its codes", [&](Program& p) { tensor(p).offset = 7; });
  refused("tensor t: its codes", [&](Program& p) { tensor(p).low = 16; });
  refused("tensor t: its codes",
          [&](Program& p) { tensor(p).type = ElementType::kInt8, tensor(p).high = 128; });
  refused("low is -256", [&](Program& p) { tensor(p).low = -256; });
  refused("zero_point is 256", [&](Program& p) { tensor(p).zero_point = 256; });
  refused("scale is 0", [&](Program& p) { tensor(p).scale = 0.0F; });
  refused("scale is -1", [&](Program& p) { tensor(p).scale = -1.0F; });
  refused("scale is 9.99", [&](Program& p) { tensor(p).scale = 1e-40F; });
  refused("scale is null",
          [&](Program& p) { tensor(p).scale = std::numeric_limits<float>::infinity(); });
  refused("layer is 1", [&](Program& p) { p.tensors[0].layer = 1; });
  refused("has a layer", [&](Program& p) { p.layers.clear(); });
  refused("an input that a layer writes", [&](Program& p) { p.inputs[0].layer = 0; });
  refused("its lowering", [&](Program& p) { lowering(p).channels = 4; });
  refused("its lowering", [&](Program& p) { lowering(p).kernel_width = 4; });
  refused("its lowering", [&](Program& p) { lowering(p).pad_left = 2; });
  refused("its lowering", [&](Program& p) { lowering(p).width = 4; });
  refused("its lowering", [&](Program& p) { lowering(p).stride_y = 3; });
  refused("its dims", [&](Program& p) { lowering(p).width = 7; });
  refused("its dims", [&](Program& p) { lowering(p).height = lowering(p).width = 0xFFFFFFFF; });
  refused("pad_code", [&](Program& p) { lowering(p).pad_code = -9; });
  refused("is lowered and no input", [&](Program& p) { p.outputs[0] = p.inputs[0]; });
  refused("stride_x is 0", [&](Program& p) { lowering(p).stride_x = 0; });
  refused("accepted", [&](Program& p) { input(p).lowering.reset(), input(p).dims = {300}; });
}

TEST_CASE("the doorbell takes an aligned program that ends below the limit") {
  Program program = sample();
  CHECK(program.check_doorbell() == ErrorCode::kNone);
  program.address = 0x40;
  CHECK(program.check_doorbell() == ErrorCode::kAlignment);
  program.address = test::kLimit + 1 - 2 * kCommandBytes;
  CHECK(program.check_doorbell() == ErrorCode::kNone);
  program.count = 3;
  CHECK(program.check_doorbell() == ErrorCode::kMemoryRange);
}

TEST_CASE("a link stays a link, and what it names is written") {
  const Folder folder;
  const std::filesystem::path link = folder.file().parent_path() / "link.hbp";
  std::filesystem::create_symlink("program.hbp", link);
  for (int i = 0; i < 2; ++i) {  // the file is not there, then it is
    write_program(sample(), link);
    CHECK(std::filesystem::is_symlink(link));
    CHECK(read_program(folder.file()).count == 2);
  }
  const std::filesystem::path loop = folder.file().parent_path() / "loop.hbp";
  std::filesystem::create_symlink("loop.hbp", loop);
  CHECK_THROWS_AS(write_program(sample(), loop), Error);
}

TEST_CASE("a device is written in place and stays a device") {
  const Folder folder;
  const std::filesystem::path null = folder.file().parent_path() / "null";
  const std::filesystem::path full = folder.file().parent_path() / "full";
  std::filesystem::create_symlink("/dev/null", null);
  std::filesystem::create_symlink("/dev/full", full);
  CHECK_NOTHROW(write_program(sample(), null));
  CHECK_THROWS_AS(write_program(sample(), full), Error);
  CHECK(std::filesystem::is_character_file(null));
  CHECK(std::filesystem::is_character_file(full));
}

TEST_CASE("a pipe is refused without waiting for a writer") {
  const Folder folder;
  REQUIRE(::mkfifo(folder.file().c_str(), 0600) == 0);
  CHECK(refusal(folder.file()).find("cannot be read") != std::string::npos);
  CHECK_THROWS_AS((void)read_machines(folder.file()), Error);
}

TEST_CASE("a program that cannot be written throws and leaves nothing behind") {
  const Folder folder;
  CHECK_THROWS_AS(write_program(sample(), folder.file() / "no" / "folder"), Error);
  Program program = sample();
  program.memory.resize(std::size_t{test::kLimit} + 2);
  CHECK_THROWS_AS(write_program(program, folder.file()), Error);
  program = sample();
  program.layers[0].name = "\xFF";
  CHECK_THROWS_AS(write_program(program, folder.file()), Error);
  CHECK(std::filesystem::is_empty(folder.file().parent_path()));
}

}  // namespace
}  // namespace hb::arch
