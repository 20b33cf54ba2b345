// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// The .hbp file, little-endian: 8 bytes magic, u32 version, u32 header bytes, u64 memory bytes,
// header (JSON), memory image, u64 FNV-1a of everything before it.
#include "model/arch/program.hpp"

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "model/arch/json.hpp"

namespace hb::arch {

namespace {

constexpr std::string_view kMagic = "HALFBYTE";
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kPrefixBytes = 24;
constexpr std::size_t kChecksumBytes = 8;
constexpr std::uint64_t kWordMax = 0xFFFFFFFF;
constexpr std::uint64_t kMostCommands = 0xFFFF;  // PROGRAM_COUNT has 16 bits
constexpr std::string_view kExpected = "a whole Halfbyte program file";

void append_integer(std::string& bytes, std::uint64_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) {
    bytes.push_back(static_cast<char>(value >> (8 * i)));
  }
}

std::uint64_t integer_at(const std::string& bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < size; ++i) {
    value |= std::uint64_t{static_cast<std::uint8_t>(bytes[offset + i])} << (8 * i);
  }
  return value;
}

std::uint64_t checksum(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001B3;
  }
  return hash;
}

Json to_json(const Machine& machine) {
  Json named = Json::object();
  named[machine.name] = {{"rows", machine.rows},
                         {"columns", machine.columns},
                         {"bus_bytes", machine.bus_bytes},
                         {"activation_banks", machine.activation_banks},
                         {"activation_bytes", machine.activation_bytes},
                         {"weight_bytes", machine.weight_bytes},
                         {"parameter_tiles", machine.parameter_tiles}};
  return named;
}

Json to_json(const TensorPlace& tensor) {
  return {{"name", tensor.name},         {"address", tensor.address},
          {"channels", tensor.channels}, {"height", tensor.height},
          {"width", tensor.width},       {"precision", name(tensor.precision)}};
}

Json to_json(const LayerInfo& layer) {
  return {{"name", layer.name},
          {"op", layer.op},
          {"shape", layer.shape},
          {"precision", name(layer.precision)},
          {"macs", layer.macs}};
}

template <class Item>
Json to_json(const std::vector<Item>& items) {
  Json list = Json::array();
  for (const Item& item : items) {
    list.push_back(to_json(item));
  }
  return list;
}

Json to_json(const MemoryModelOptions& options) {
  return {{"latency", options.timing.latency},
          {"cycles_per_beat", options.timing.cycles_per_beat},
          {"stall_seed", options.stall_seed}};
}

std::string header_of(const Program& program) {
  const Json header = {{"machine", to_json(program.machine)},
                       {"address", program.address},
                       {"count", program.count},
                       {"memory_limit", program.memory_limit},
                       {"inputs", to_json(program.inputs)},
                       {"outputs", to_json(program.outputs)},
                       {"layers", to_json(program.layers)},
                       {"memory_model", to_json(program.memory_model)}};
  return header.dump();
}

/// Reads the header's values; `where` is the file.
class HeaderReader {
 public:
  HeaderReader(Program& program, std::string where) : program_(program), where_(std::move(where)) {}

  void read(const Json& header) {
    require_keys(header,
                 {"machine", "address", "count", "memory_limit", "inputs", "outputs", "layers",
                  "memory_model"},
                 where_);
    program_.machine = machine(header["machine"]);
    program_.address = word(header, "address", 0);
    program_.count = integer(header, "count", {0, kMostCommands});
    program_.memory_limit = word(header, "memory_limit", 0);
    program_.inputs = tensors(header, "inputs");
    program_.outputs = tensors(header, "outputs");
    for (const Json& item : read_array(header, "layers", where_)) {
      program_.layers.push_back(layer(item));
    }
    program_.memory_model = memory_model(header["memory_model"]);
  }

 private:
  struct Range {
    std::uint64_t low;
    std::uint64_t high;  ///< at most kWordMax
  };

  [[nodiscard]] std::uint32_t integer(const Json& object, const char* key, Range range) const {
    return static_cast<std::uint32_t>(read_integer(object, key, range.low, range.high, where_));
  }

  [[nodiscard]] std::uint32_t word(const Json& object, const char* key, std::uint64_t low) const {
    return integer(object, key, {low, kWordMax});
  }

  [[nodiscard]] Machine machine(const Json& object) const {
    const std::vector<Machine> machines = parse_machines(object.dump(), where_);
    if (machines.size() != 1) {
      throw bad_input(where_, fmt::format("{} machines", machines.size()), "one machine");
    }
    return machines.front();
  }

  [[nodiscard]] Precision precision(const Json& object) const {
    const std::string text = read_string(object, "precision", where_);
    for (const Precision value : {Precision::kInt8, Precision::kInt4}) {
      if (text == name(value)) {
        return value;
      }
    }
    throw bad_input(where_, fmt::format("precision is {}", text), "int8 or int4");
  }

  [[nodiscard]] std::vector<TensorPlace> tensors(const Json& header, const char* key) const {
    std::vector<TensorPlace> places;
    for (const Json& item : read_array(header, key, where_)) {
      require_keys(item, {"name", "address", "channels", "height", "width", "precision"}, where_);
      places.push_back({read_string(item, "name", where_), word(item, "address", 0),
                        word(item, "channels", 1), word(item, "height", 1), word(item, "width", 1),
                        precision(item)});
      require_in_memory(places.back());
    }
    return places;
  }

  void require_in_memory(const TensorPlace& tensor) const {
    const std::uint64_t channels = std::uint64_t{program_.machine.word_bytes()} *
                                   (tensor.precision == Precision::kInt4 ? 2 : 1);
    const std::uint64_t words = (tensor.channels + channels - 1) / channels;
    const std::uint64_t pixels = std::uint64_t{tensor.height} * tensor.width;
    const std::uint64_t room =
        (std::uint64_t{program_.memory_limit} + 1) / program_.machine.word_bytes();
    // Each factor is compared first: the product of three could pass 64 bits.
    const bool fits = pixels <= room && words <= room && pixels * words <= room &&
                      tensor.address + pixels * words * program_.machine.word_bytes() <=
                          std::uint64_t{program_.memory_limit} + 1;
    if (!fits) {
      throw bad_input(where_, fmt::format("tensor {} passes memory_limit", tensor.name),
                      fmt::format("every byte at most at {:#x}", program_.memory_limit));
    }
  }

  [[nodiscard]] LayerInfo layer(const Json& item) const {
    require_keys(item, {"name", "op", "shape", "precision", "macs"}, where_);
    return {read_string(item, "name", where_), read_string(item, "op", where_),
            read_string(item, "shape", where_), precision(item),
            read_integer(item, "macs", 0, ~std::uint64_t{0}, where_)};
  }

  [[nodiscard]] MemoryModelOptions memory_model(const Json& item) const {
    require_keys(item, {"latency", "cycles_per_beat", "stall_seed"}, where_);
    const std::uint32_t latency = integer(item, "latency", {1, kMostLatency});
    const std::uint32_t beat = integer(item, "cycles_per_beat", {1, program_.machine.bus_bytes});
    if ((beat & (beat - 1)) != 0) {
      throw bad_input(where_, fmt::format("cycles_per_beat is {}", beat), "a power of two");
    }
    return {{latency, beat}, read_integer(item, "stall_seed", 0, ~std::uint64_t{0}, where_)};
  }

  Program& program_;
  std::string where_;
};

/// Header text and memory image of a file whose frame holds.
struct Parts {
  std::string_view header;
  std::string_view memory;
};

Parts split(const std::string& bytes, const std::string& where) {
  if (bytes.compare(0, kMagic.size(), kMagic) != 0) {
    throw bad_input(where, "not a program file", kExpected);
  }
  if (bytes.size() < kPrefixBytes + kChecksumBytes) {
    throw bad_input(where, fmt::format("cut off after {} bytes", bytes.size()), kExpected);
  }
  const std::uint64_t version = integer_at(bytes, 8, 4);
  if (version != kVersion) {
    throw bad_input(where, fmt::format("version {}", version), fmt::format("{}", kVersion));
  }
  const std::uint64_t header_bytes = integer_at(bytes, 12, 4);
  const std::uint64_t memory_bytes = integer_at(bytes, 16, 8);
  const std::uint64_t content = bytes.size() - kPrefixBytes - kChecksumBytes;
  if (header_bytes > content || memory_bytes != content - header_bytes) {
    throw bad_input(where, fmt::format("{} bytes, cut off or too long", bytes.size()), kExpected);
  }
  const std::string_view all = bytes;
  const std::size_t end = bytes.size() - kChecksumBytes;
  if (checksum(all.substr(0, end)) != integer_at(bytes, end, kChecksumBytes)) {
    throw bad_input(where, "checksum differs, the file is damaged", kExpected);
  }
  return {all.substr(kPrefixBytes, header_bytes),
          all.substr(kPrefixBytes + header_bytes, memory_bytes)};
}

void require_memory_below_limit(const Program& program, const std::string& where) {
  if (program.memory.size() > std::uint64_t{program.memory_limit} + 1) {
    throw bad_input(
        where, fmt::format("a memory image of {} bytes", program.memory.size()),
        fmt::format("at most memory_limit + 1 = {}", std::uint64_t{program.memory_limit} + 1));
  }
}

}  // namespace

CommandWords Program::command(std::uint32_t index) const {
  CommandWords words{};
  const std::uint64_t first = address + std::uint64_t{index} * kCommandBytes;
  for (std::uint64_t i = 0; i < kCommandBytes && first + i < memory.size(); ++i) {
    words[i / 4] |= std::uint32_t{memory[first + i]} << (8 * (i % 4));
  }
  return words;
}

ErrorCode Program::check_doorbell() const {
  if (address % kCommandBytes != 0) {
    return ErrorCode::kAlignment;
  }
  const std::uint64_t end = address + std::uint64_t{count} * kCommandBytes;
  return end > std::uint64_t{memory_limit} + 1 ? ErrorCode::kMemoryRange : ErrorCode::kNone;
}

void write_program(const Program& program, const std::filesystem::path& file) {
  require_memory_below_limit(program, file.string());
  std::string header;
  try {
    header = header_of(program);
  } catch (const Json::exception& error) {
    throw bad_input(file.string(), error.what(), "names in UTF-8");
  }
  std::string bytes;
  bytes.reserve(kPrefixBytes + header.size() + program.memory.size() + kChecksumBytes);
  bytes += kMagic;
  append_integer(bytes, kVersion, 4);
  append_integer(bytes, header.size(), 4);
  append_integer(bytes, program.memory.size(), 8);
  bytes += header;
  bytes.append(program.memory.begin(), program.memory.end());
  append_integer(bytes, checksum(bytes), kChecksumBytes);
  OutputFile(file.string()).write(bytes);
}

Program read_program(const std::filesystem::path& file) {
  const std::string where = file.string();
  const std::string bytes = read_file(file, kExpected);
  const Parts parts = split(bytes, where);
  Program program;
  HeaderReader(program, where).read(parse_json(std::string(parts.header), where));
  program.memory.assign(parts.memory.begin(), parts.memory.end());
  require_memory_below_limit(program, where);
  return program;
}

}  // namespace hb::arch
