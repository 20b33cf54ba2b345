// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace hb::report {

namespace {

constexpr std::size_t kNameColumns = 16;
constexpr std::size_t kOperatorColumns = 10;
constexpr std::size_t kShapeColumns = 28;
constexpr std::size_t kCauseNameColumns = 14;
/// By arch::Cause, short enough for all of them to stand side by side.
constexpr std::array<const char*, arch::kCauses> kHeadings = {
    "busy", "load", "store", "post", "mode", "start", "fetch", "drain", "trans", "finis", "stop"};

/// The beginning of `text`, in at most `columns` columns.
std::string shorten(const std::string& text, std::size_t columns) {
  return text.size() <= columns ? text : text.substr(0, columns - 2) + "..";
}

/// Bytes in KiB.
std::string kibibytes(std::uint64_t bytes) { return grouped((bytes + 1023) / 1024); }

std::string line(const Row& row, const std::string& number) {
  const bool total = number.empty();
  return fmt::format("{:>3} {:<{}} {:<{}} {:<{}} {:>4} {:>13} {:>11} {:>7}\n", number,
                     shorten_name(row.layer.name, kNameColumns), kNameColumns,
                     shorten(printable(row.layer.op), kOperatorColumns), kOperatorColumns,
                     shorten(printable(row.layer.shape), kShapeColumns), kShapeColumns,
                     total ? "" : bits_of(row), grouped(row.layer.macs),
                     row.cycles ? grouped(*row.cycles) : "-",
                     row.utilization ? fmt::format("{:.1f} %", 100 * *row.utilization) : "-");
}

/// Share of `cycles`: "-" for none of them, "<0.1" for fewer than that.
std::string percent(arch::Cycles part, arch::Cycles cycles) {
  if (part == 0) {
    return "-";
  }
  const double share =
      100 * static_cast<double>(part) / static_cast<double>(std::max<arch::Cycles>(cycles, 1));
  return share < 0.05 ? "<0.1" : fmt::format("{:.1f}", share);
}

/// Where the cycles went, and what passed the memory's ports.
std::string second_line(const Row& row, const std::string& number) {
  std::string text = fmt::format(
      "{:>3} {:<{}}", number, shorten_name(row.layer.name, kCauseNameColumns), kCauseNameColumns);
  if (row.causes) {
    for (const arch::Cycles cycles : *row.causes) {
      text += fmt::format(" {:>5}", percent(cycles, row.cycles.value_or(0)));
    }
  }
  return text +
         fmt::format(" {:>7} {:>7}\n", kibibytes(row.bytes_read), kibibytes(row.bytes_written));
}

std::string second_table(const Report& report) {
  std::string text = fmt::format("\n{:>3} {:<{}}", "#", "", kCauseNameColumns);
  if (report.total.causes) {
    text = fmt::format("\n{:>3} {:<{}}", "#", "cycles in %:", kCauseNameColumns);
    for (const char* heading : kHeadings) {
      text += fmt::format(" {:>5}", heading);
    }
  }
  text += fmt::format(" {:>7} {:>7}\n", "KiB in", "KiB out");
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    text += second_line(report.layers[i], std::to_string(report.first + i));
  }
  return text + second_line(report.total, "");
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

std::string shorten_name(const std::string& name, std::size_t columns) {
  const std::string text = printable(name);
  return text.size() <= columns ? text : ".." + text.substr(text.size() - (columns - 2));
}

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
  std::string text = fmt::format("{:>3} {:<{}} {:<{}} {:<{}} {:>4} {:>13} {:>11} {:>7}\n", "#",
                                 "layer", kNameColumns, "operator", kOperatorColumns, "shape",
                                 kShapeColumns, "bits", "MACs", "cycles", "used");
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    text += line(report.layers[i], std::to_string(report.first + i));
  }
  return text + line(report.total, "") + second_table(report);
}

}  // namespace hb::report
