// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/import/constant.hpp"

#include <onnx/onnx_pb.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "sw/import/names.hpp"

namespace hb::import {
namespace {

constexpr std::uint64_t kMostValues = std::uint64_t{1} << 31;

/// Values by the dimensions. Data must be in the file, so memory stays in proportion to its size.
std::size_t value_count(const onnx::TensorProto& tensor) {
  std::uint64_t count = 1;
  for (const std::int64_t dim : tensor.dims()) {
    if (dim < 0) throw Refusal(fmt::format("dimension {}", dim), "dimensions of 0 and more");
    const auto size = static_cast<std::uint64_t>(dim);
    if (size > kMostValues || count * size > kMostValues) {
      throw Refusal("huge dimensions", "at most 2^31 values");
    }
    count *= size;
  }
  return count;
}

void require_count(const char* field, std::uint64_t found, std::uint64_t expected) {
  if (found != expected) {
    throw Refusal(fmt::format("{} has {} entries", field, found),
                  fmt::format("{} by type and dimensions", expected));
  }
}

/// Little-endian elements of raw_data.
template <typename Element, typename Value>
void read_raw(const std::string& raw, std::size_t count, std::vector<Value>& values) {
  require_count("raw_data (bytes)", raw.size(), count * sizeof(Element));
  values.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    Element element{};
    std::memcpy(&element, raw.data() + i * sizeof element, sizeof element);
    values[i] = element;
  }
}

/// Values of a typed field. The schema widens 4- and 8-bit values to 32 bits: they must be in
/// range.
template <typename Element, typename Field, typename Value>
void read_field(const char* name, const Field& field, std::size_t count,
                std::vector<Value>& values) {
  require_count(name, static_cast<std::uint64_t>(field.size()), count);
  values.reserve(count);
  for (const auto value : field) {
    if constexpr (sizeof(Element) < sizeof value) {
      using Limits = std::numeric_limits<Element>;
      if (value < Limits::min() || value > Limits::max()) {
        throw Refusal(fmt::format("{} holds {}", name, value),
                      fmt::format("{}..{}", Limits::min(), Limits::max()));
      }
    }
    values.push_back(value);
  }
}

/// Two values per byte, the first in the low nibble.
void unpack_nibbles(const std::vector<std::int32_t>& bytes, bool is_signed, std::size_t count,
                    std::vector<std::int32_t>& values) {
  values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const int nibble = bytes[i / 2] >> (i % 2 == 0 ? 0 : 4) & 0xF;
    values.push_back(is_signed && nibble >= 8 ? nibble - 16 : nibble);
  }
}

void read_nibbles(const onnx::TensorProto& tensor, std::size_t count, Constant& constant) {
  const std::size_t packed = count / 2 + count % 2;
  std::vector<std::int32_t> bytes;
  if (tensor.has_raw_data()) {
    read_raw<std::uint8_t>(tensor.raw_data(), packed, bytes);
  } else {
    read_field<std::int32_t>("int32_data", tensor.int32_data(), packed, bytes);
    for (const std::int32_t byte : bytes) {
      if (byte < -128 || byte > 255) {
        throw Refusal(fmt::format("int32_data holds {}", byte), "bytes of two 4-bit values");
      }
    }
  }
  unpack_nibbles(bytes, constant.type == DataType::kInt4, count, constant.codes);
}

template <typename Element>
void read_codes(const onnx::TensorProto& tensor, std::size_t count, Constant& constant) {
  if (tensor.has_raw_data()) {
    read_raw<Element>(tensor.raw_data(), count, constant.codes);
  } else {
    read_field<Element>("int32_data", tensor.int32_data(), count, constant.codes);
  }
}

void read_reals(const onnx::TensorProto& tensor, std::size_t count, Constant& constant) {
  if (tensor.has_raw_data()) {
    read_raw<float>(tensor.raw_data(), count, constant.reals);
  } else {
    read_field<float>("float_data", tensor.float_data(), count, constant.reals);
  }
}

void read_indices(const onnx::TensorProto& tensor, std::size_t count, Constant& constant) {
  if (tensor.has_raw_data()) {
    read_raw<std::int64_t>(tensor.raw_data(), count, constant.indices);
  } else {
    read_field<std::int64_t>("int64_data", tensor.int64_data(), count, constant.indices);
  }
}

void read_values(const onnx::TensorProto& tensor, std::size_t count, Constant& constant) {
  switch (constant.type) {
    case DataType::kFloat:
      return read_reals(tensor, count, constant);
    case DataType::kUint8:
      return read_codes<std::uint8_t>(tensor, count, constant);
    case DataType::kInt8:
      return read_codes<std::int8_t>(tensor, count, constant);
    case DataType::kInt32:
      return read_codes<std::int32_t>(tensor, count, constant);
    case DataType::kInt64:
      return read_indices(tensor, count, constant);
    case DataType::kUint4:
    case DataType::kInt4:
      return read_nibbles(tensor, count, constant);
  }
  throw Refusal("elements of type " + type_name(tensor.data_type()),
                "float32, int8, uint8, int4, uint4, int32 or int64");
}

}  // namespace

std::string type_name(std::int32_t data_type) {
  constexpr std::array<const char*, 23> kNames{
      "undefined",      "float32",    "uint8",          "int8",       "uint16",   "int16",
      "int32",          "int64",      "string",         "bool",       "float16",  "float64",
      "uint32",         "uint64",     "complex64",      "complex128", "bfloat16", "float8e4m3fn",
      "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4",      "int4"};
  if (data_type < 0 || static_cast<std::size_t>(data_type) >= kNames.size()) {
    return fmt::format("number {}", data_type);
  }
  return kNames[static_cast<std::size_t>(data_type)];
}

std::optional<graph::CodeType> code_type(std::int32_t data_type) {
  switch (static_cast<DataType>(data_type)) {
    case DataType::kUint8:
      return graph::CodeType::kUint8;
    case DataType::kInt8:
      return graph::CodeType::kInt8;
    case DataType::kUint4:
      return graph::CodeType::kUint4;
    case DataType::kInt4:
      return graph::CodeType::kInt4;
    default:
      return std::nullopt;
  }
}

DataType data_type(graph::CodeType type) {
  switch (type) {
    case graph::CodeType::kUint8:
      return DataType::kUint8;
    case graph::CodeType::kInt4:
      return DataType::kInt4;
    case graph::CodeType::kUint4:
      return DataType::kUint4;
    default:
      return DataType::kInt8;
  }
}

Constant decode(const onnx::TensorProto& tensor) {
  if (tensor.data_location() == onnx::TensorProto::EXTERNAL || tensor.external_data_size() > 0) {
    throw Refusal("data in another file",
                  "one file: save the model again with save_as_external_data=False");
  }
  if (tensor.has_segment()) throw Refusal("data in segments", "whole tensors");
  Constant constant;
  constant.type = static_cast<DataType>(tensor.data_type());
  constant.dims.assign(tensor.dims().begin(), tensor.dims().end());
  read_values(tensor, value_count(tensor), constant);
  return constant;
}

}  // namespace hb::import
