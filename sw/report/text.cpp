// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "sw/report/activity_text.hpp"
#include "sw/report/energy_text.hpp"

namespace hb::report {

namespace {

constexpr std::size_t kNameColumns = 16;
constexpr std::size_t kOperatorColumns = 10;
constexpr std::size_t kShapeColumns = 28;
constexpr std::size_t kCauseNameColumns = 12;
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

/// The causes that some cycle of the run has.
std::vector<std::size_t> causes_of(const Row& total) {
  std::vector<std::size_t> causes;
  for (std::size_t i = 0; total.causes && i < arch::kCauses; ++i) {
    if ((*total.causes)[i] > 0) causes.push_back(i);
  }
  return causes;
}

/// Where the cycles went, and what passed the memory's ports.
std::string second_line(const Row& row, const std::string& number,
                        const std::vector<std::size_t>& causes) {
  std::string text = fmt::format(
      "{:>3} {:<{}}", number, shorten_name(row.layer.name, kCauseNameColumns), kCauseNameColumns);
  for (const std::size_t cause : causes) {
    text += fmt::format(" {:>5}", percent((*row.causes)[cause], row.cycles.value_or(0)));
  }
  return text + fmt::format(" {:>7} {:>7} {:>7}\n", kibibytes(row.read_to[0]),
                            kibibytes(row.bytes_read - row.read_to[0]),
                            kibibytes(row.bytes_written));
}

std::string second_table(const Report& report) {
  const std::vector<std::size_t> causes = causes_of(report.total);
  std::string text = fmt::format("\n{:>3} {:<{}}", "#", "", kCauseNameColumns);
  if (report.total.causes) {
    text = fmt::format("\n{:>3} {:<{}}", "#", "cycles in %:", kCauseNameColumns);
    for (const std::size_t cause : causes) text += fmt::format(" {:>5}", kHeadings[cause]);
  }
  text += fmt::format(" {:>7} {:>7} {:>7}\n", "act KiB", "wts KiB", "out KiB");
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    text += second_line(report.layers[i], std::to_string(report.first + i), causes);
  }
  return text + second_line(report.total, "", causes);
}

std::string energy_line(const Row& row, const std::string& number, const EnergyUnit& unit) {
  std::string text =
      fmt::format("{:>3} {:<{}}", number, shorten_name(row.layer.name, kNameColumns), kNameColumns);
  for (const double part : *row.energy_pj) {
    text += fmt::format(" {:>8}", digits(part / unit.picojoules));
  }
  const std::optional<double> per_mac = pj_per_mac(row);
  return text + fmt::format(" {:>8} {:>8}\n", digits(energy::sum(*row.energy_pj) / unit.picojoules),
                            per_mac ? digits(*per_mac) : "-");
}

/// Energy by part, and what it is; nothing where it is not known.
std::string energy_table(const Report& report) {
  if (!report.rates) return "";
  const EnergyUnit unit = energy_unit(energy::sum(*report.total.energy_pj));
  std::string text =
      fmt::format("\n{:>3} {:<{}}", "#", fmt::format("energy in {}:", unit.name), kNameColumns);
  for (const char* heading : {"MACs", "register", "buffer", "memory", "post", "leakage", "total"}) {
    text += fmt::format(" {:>8}", heading);
  }
  text += fmt::format(" {:>8}\n", "pJ/MAC");
  for (std::size_t i = 0; i < report.layers.size(); ++i) {
    text += energy_line(report.layers[i], std::to_string(report.first + i), unit);
  }
  text += energy_line(report.total, "", unit);
  text +=
      fmt::format("energy    {}: {}", kEnergyScope, shorten(printable(report.rates->table), 20));
  const std::optional<double> watts = average_watts(report.total, *report.rates);
  return text + (watts ? fmt::format("\n          {:.4g} W on average at {:g} MHz\n", *watts,
                                     report.rates->clock_mhz)
                       : "\n");
}

}  // namespace

EnergyUnit energy_unit(double total) {
  constexpr std::array<EnergyUnit, 4> kScales = {
      {{"pJ", 1}, {"nJ", 1e3}, {"uJ", 1e6}, {"mJ", 1e9}}};
  constexpr double kMost = 1e6;
  std::size_t i = 0;
  while (i + 1 < kScales.size() && total >= kMost * kScales[i].picojoules) ++i;
  return kScales[i];
}

std::string digits(double value) {
  const int decimals = value < 9.9995 ? 3 : value < 99.995 ? 2 : value < 999.95 ? 1 : 0;
  return value == 0 ? "-" : fmt::format("{:.{}f}", value, decimals);
}

std::string grouped(std::uint64_t value) {
  std::string digits = std::to_string(value);
  for (std::size_t i = digits.size(); i > 3; i -= 3) {
    digits.insert(i - 3, ",");
  }
  return digits;
}

std::string shorten_name(const std::string& name, std::size_t columns) {
  const std::string text = printable(name);
  if (text.size() <= columns) return text;
  std::size_t from = text.size() - (columns - 2);
  // Not within a character of several bytes (UTF-8).
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xC0U) == 0x80U) ++from;
  return ".." + text.substr(from);
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
  return text + line(report.total, "") + second_table(report) + energy_table(report) +
         activity_table(report);
}

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:-+,@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string result = "'";
  for (const char letter : text) {
    result += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
  }
  return result + "'";
}

}  // namespace hb::report
