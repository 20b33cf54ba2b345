// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hb::report {

namespace {

constexpr std::size_t kNameColumns = 23;
constexpr std::size_t kShapeColumns = 28;
/// By arch::Cause, short enough for all of them to stand side by side.
constexpr std::array<const char*, arch::kCauses> kHeadings = {
    "busy", "load", "store", "post", "mode", "start", "fetch", "drain", "transf", "finish", "stop"};

/// `text` in at most `columns` columns.
std::string shorten(const std::string& text, std::size_t columns) {
  return text.size() <= columns ? text : text.substr(0, columns - 2) + "..";
}

/// 1234567 -> "1,234,567".
std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

/// Bytes in KiB.
std::string kibibytes(std::uint64_t bytes) { return grouped((bytes + 1023) / 1024); }

std::string line(const Row& row, const std::string& number) {
  const bool total = number.empty();
  return fmt::format("{:>3} {:<{}} {:<{}} {:>4} {:>11} {:>7} {:>8} {:>8}\n", number,
                     shorten(printable(row.layer.name), kNameColumns), kNameColumns,
                     shorten(printable(row.layer.shape), kShapeColumns), kShapeColumns,
                     total ? "" : arch::name(row.layer.precision),
                     row.cycles ? grouped(*row.cycles) : "-",
                     row.utilization ? fmt::format("{:.1f} %", 100 * *row.utilization) : "-",
                     kibibytes(row.bytes_read), kibibytes(row.bytes_written));
}

std::string cause_line(const Row& row, const std::string& number) {
  std::string text = fmt::format("{:>3} {:<18}", number, shorten(printable(row.layer.name), 18));
  for (const arch::Cycles cycles : *row.causes) {
    const auto whole = static_cast<double>(std::max<arch::Cycles>(*row.cycles, 1));
    text += cycles == 0 ? fmt::format(" {:>6}", "-")
                        : fmt::format(" {:>6.2f}", 100 * static_cast<double>(cycles) / whole);
  }
  return text + "\n";
}

std::string cause_table(const Report& report) {
  std::string text = fmt::format("\n{:>3} {:<18}", "#", "cycles by cause, %");
  for (const char* heading : kHeadings) {
    text += fmt::format(" {:>6}", heading);
  }
  text += "\n";
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    text += cause_line(report.layers[i], std::to_string(i + 1));
  }
  return text + cause_line(report.total, "");
}

}  // namespace

std::string printable(std::string_view text) {
  constexpr unsigned char kDelete = 0x7F;
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    const bool late = byte == 0xC2 && next >= 0x80 && next <= 0x9F;  // U+0080..U+009F in UTF-8
    if (byte < ' ' || byte == kDelete || late) {
      result += fmt::format("\\x{:02x}", late ? next : byte);
      i += late ? 1U : 0U;
    } else {
      result += text[i];
    }
  }
  return result;
}

std::string to_text(const Report& report) {
  std::string text =
      fmt::format("{:>3} {:<{}} {:<{}} {:>4} {:>11} {:>7} {:>8} {:>8}\n", "#", "layer",
                  kNameColumns, "shape", kShapeColumns, "", "cycles", "used", "KiB in", "KiB out");
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    text += line(report.layers[i], std::to_string(i + 1));
  }
  text += line(report.total, "");
  if (report.total.causes) {
    text += cause_table(report);
  }
  return text;
}

}  // namespace hb::report
