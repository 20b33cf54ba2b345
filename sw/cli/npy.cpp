// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A file: magic, version, the header's size (2 or 4 bytes, little-endian), the header (a Python
// dictionary of three keys, padded with spaces and ended by a newline), the values.
#include "sw/cli/npy.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <type_traits>

#include "model/arch/error.hpp"
#include "model/arch/file.hpp"
#include "sw/cli/list_text.hpp"

namespace hb::cli {

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";
constexpr std::size_t kMostDims = 32;  // NumPy's own limit
constexpr std::size_t kAlignment = 64;
constexpr std::size_t kPrefixBytes = 10;  // of version 1
constexpr const char* kExpected = "a whole .npy file of int8, uint8 or float32 values";

/// Reads a header's text from front to back; `file` is for messages.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, Npy& npy) : text_(text), npy_(npy) {}

  /// {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }, the keys in any order.
  void parse() {
    expect('{');
    while (!take('}')) {
      const std::string key = quoted();
      expect(':');
      if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) {
        throw refuse(fmt::format("key '{}' twice", key));
      }
      seen_.push_back(key);
      value(key);
      if (!take(',')) {
        expect('}');
        break;
      }
    }
    skip_spaces();
    if (!text_.empty() || seen_.size() != 3) {
      throw refuse("a malformed header");
    }
  }

 private:
  [[nodiscard]] Error refuse(const std::string& what) const {
    return bad_input(npy_.file, what, kExpected);
  }

  void skip_spaces() {
    while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) {
      text_.remove_prefix(1);
    }
  }

  [[nodiscard]] bool take(char letter) {
    skip_spaces();
    if (text_.empty() || text_.front() != letter) {
      return false;
    }
    text_.remove_prefix(1);
    return true;
  }

  void expect(char letter) {
    if (!take(letter)) {
      throw refuse("a malformed header");
    }
  }

  [[nodiscard]] std::string quoted() {
    skip_spaces();
    const char quote = text_.empty() ? ' ' : text_.front();
    const std::size_t end =
        quote == '\'' || quote == '"' ? text_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) {
      throw refuse("a malformed header");
    }
    const std::string result(text_.substr(1, end - 1));
    text_.remove_prefix(end + 1);
    return result;
  }

  void value(const std::string& key) {
    if (key == "descr") {
      descr();
    } else if (key == "fortran_order") {
      order();
    } else if (key == "shape") {
      shape();
    } else {
      throw refuse(fmt::format("key '{}' in its header", key));
    }
  }

  void descr() {
    skip_spaces();
    if (!text_.empty() && text_.front() == '[') {
      throw refuse("records");
    }
    const std::string text = quoted();
    const bool number = text.size() == 3 && std::strchr("<|=", text[0]) != nullptr &&
                        std::strchr("iuf", text[1]) != nullptr &&
                        std::strchr("1248", text[2]) != nullptr;
    if (!number || (text[0] == '|' && text[2] != '1')) {
      throw refuse(fmt::format("values of type '{}'", text));
    }
    npy_.kind = text[1];
    npy_.value_bytes = static_cast<std::uint32_t>(text[2] - '0');
  }

  void order() {
    skip_spaces();
    for (const std::string_view word : {"False", "True"}) {
      if (text_.substr(0, word.size()) == word) {
        text_.remove_prefix(word.size());
        if (word == "True") {
          throw bad_input(npy_.file, "values in Fortran's order",
                          "C order: numpy.ascontiguousarray() before saving");
        }
        return;
      }
    }
    throw refuse("a malformed header");
  }

  void shape() {
    expect('(');
    while (!take(')')) {
      npy_.dims.push_back(integer());
      if (npy_.dims.size() > kMostDims) {
        throw refuse("more than 32 dimensions");
      }
      if (!take(',')) {
        expect(')');
        break;
      }
    }
  }

  [[nodiscard]] std::uint64_t integer() {
    skip_spaces();
    std::uint64_t result = 0;
    std::size_t digits = 0;
    for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; ++digits) {
      const auto digit = static_cast<std::uint64_t>(text_.front() - '0');
      if (result > (std::numeric_limits<std::uint64_t>::max() - digit) / 10) {
        throw refuse("a dimension beyond 64 bits");
      }
      result = result * 10 + digit;
      text_.remove_prefix(1);
    }
    if (digits == 0) {
      throw refuse("a malformed header");
    }
    return result;
  }

  std::string_view text_;
  Npy& npy_;
  std::vector<std::string> seen_;
};

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    value = value << 8 | static_cast<std::uint8_t>(bytes[i - 1]);
  }
  return value;
}

/// Header text of `bytes`; `rest` receives what follows it.
std::string_view split(std::string_view bytes, const std::string& file, std::string_view& rest) {
  if (bytes.substr(0, kMagic.size()) != kMagic) {
    throw bad_input(file, "not a .npy file", kExpected);
  }
  if (bytes.size() < kPrefixBytes) {
    throw bad_input(file, fmt::format("cut off after {} bytes", bytes.size()), kExpected);
  }
  const int version = bytes[kMagic.size()];
  if (version < 1 || version > 3) {
    throw bad_input(file, fmt::format("version {} of the format", version), "version 1, 2 or 3");
  }
  const std::size_t size_bytes = version == 1 ? 2 : 4;
  const std::size_t begin = kMagic.size() + 2 + size_bytes;
  const std::uint64_t size = little_endian(bytes.substr(kMagic.size() + 2, size_bytes));
  if (bytes.size() < begin || size > bytes.size() - begin) {
    throw bad_input(file, fmt::format("cut off after {} bytes, in its header", bytes.size()),
                    kExpected);
  }
  rest = bytes.substr(begin + size);
  return bytes.substr(begin, size);
}

/// Values that `dims` say; nothing beyond 64 bits.
std::optional<std::uint64_t> product(const std::vector<std::uint64_t>& dims) {
  std::uint64_t product = 1;
  for (const std::uint64_t dim : dims) {
    if (dim != 0 && product > std::numeric_limits<std::uint64_t>::max() / dim) {
      return std::nullopt;
    }
    product *= dim;
  }
  return product;
}

template <class Value>
compile::Values values_of(const Npy& npy, std::uint64_t first, std::uint64_t count) {
  std::vector<Value> values(count);
  std::memcpy(values.data(), npy.data.data() + first * sizeof(Value), count * sizeof(Value));
  return values;
}

template <class Stored>
std::int64_t integer_at(const std::string& data, std::size_t index) {
  Stored value = 0;
  std::memcpy(&value, data.data() + index * sizeof(Stored), sizeof(Stored));
  return static_cast<std::int64_t>(value);
}

std::int64_t integer_at(const Npy& npy, std::size_t index) {
  const bool sign = npy.kind == 'i';
  switch (npy.value_bytes) {
    case 1:
      return sign ? integer_at<std::int8_t>(npy.data, index)
                  : integer_at<std::uint8_t>(npy.data, index);
    case 2:
      return sign ? integer_at<std::int16_t>(npy.data, index)
                  : integer_at<std::uint16_t>(npy.data, index);
    case 4:
      return sign ? integer_at<std::int32_t>(npy.data, index)
                  : integer_at<std::uint32_t>(npy.data, index);
    default:
      return integer_at<std::int64_t>(npy.data,
                                      index);  // an uint64 beyond it is negative: no label
  }
}

}  // namespace

std::string Npy::type() const {
  const char* kinds = kind == 'i' ? "int" : kind == 'u' ? "uint" : "float";
  return fmt::format("{}{}", kinds, 8 * value_bytes);
}

Npy read_npy(const std::string& file) {
  Npy npy;
  npy.file = file;
  npy.data = arch::read_file(file, kExpected);
  std::string_view rest;
  const std::string header(split(npy.data, file, rest));
  HeaderParser(header, npy).parse();
  const std::optional<std::uint64_t> values = product(npy.dims);
  if (!values || *values > rest.size() / npy.value_bytes ||
      *values * npy.value_bytes != rest.size()) {
    throw bad_input(file,
                    fmt::format("{} bytes of values for an array of [{}] {}", rest.size(),
                                list_text(npy.dims), npy.type()),
                    kExpected);
  }
  npy.data.erase(0, npy.data.size() - rest.size());
  return npy;
}

compile::Array array_of(const Npy& npy, std::uint64_t first,
                        const std::vector<std::uint32_t>& dims) {
  std::uint64_t count = 1;
  for (const std::uint32_t dim : dims) {
    count *= dim;
  }
  const std::string type = npy.type();
  HB_ASSERT((first + count) * npy.value_bytes <= npy.data.size(), "{} values", first + count);
  if (type == "int8") {
    return {dims, values_of<std::int8_t>(npy, first, count)};
  }
  if (type == "uint8") {
    return {dims, values_of<std::uint8_t>(npy, first, count)};
  }
  if (type == "float32") {
    return {dims, values_of<float>(npy, first, count)};
  }
  throw bad_input(npy.file, type + " values", "int8, uint8 or float32: numpy's astype() converts");
}

std::vector<std::int64_t> integers_of(const Npy& npy) {
  if (npy.kind == 'f' || npy.dims.size() != 1) {
    throw bad_input(npy.file, fmt::format("an array of [{}] {}", list_text(npy.dims), npy.type()),
                    "integers, one per image");
  }
  std::vector<std::int64_t> integers(npy.dims.front());
  for (std::size_t i = 0; i < integers.size(); ++i) {
    integers[i] = integer_at(npy, i);
  }
  return integers;
}

std::string npy_bytes(const std::vector<std::uint64_t>& dims, arch::ElementType type,
                      const std::string& data) {
  constexpr const char* kTypes[] = {"|i1", "|u1", "<f4"};  // by arch::ElementType
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}{}), }}",
                                   kTypes[static_cast<std::size_t>(type)], list_text(dims),
                                   dims.size() == 1 ? "," : "");
  const std::size_t whole = kPrefixBytes + header.size() + 1;
  header.append((kAlignment - whole % kAlignment) % kAlignment, ' ');
  header += '\n';
  std::string bytes(kMagic);
  bytes += {'\x01', '\x00', static_cast<char>(header.size() & 0xFF),
            static_cast<char>(header.size() >> 8)};
  return bytes + header + data;
}

std::string bytes_of(const compile::Values& values) {
  return std::visit(
      [](const auto& list) {
        using Value = typename std::decay_t<decltype(list)>::value_type;
        std::string bytes(list.size() * sizeof(Value), '\0');
        std::memcpy(bytes.data(), list.data(), bytes.size());
        return bytes;
      },
      values);
}

}  // namespace hb::cli
