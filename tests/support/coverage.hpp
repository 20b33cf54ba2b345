// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Which combinations random programs hit, in named bins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/arch/program.hpp"

namespace hb::test {

class Coverage {
 public:
  /// The bins of coverage.cpp and the *_bins.cpp and pairs.cpp beside it, and `more` for what the
  /// caller knows.
  explicit Coverage(const std::vector<std::string>& more = {});

  /// Counts one in bin `name`, which must exist.
  void hit(const std::string& name);
  /// Counts what the program's commands show by themselves.
  void add(const arch::Program& program);
  /// Adds the counts of `other`, which has the same bins.
  void merge(const Coverage& other);

  [[nodiscard]] std::uint64_t count(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> empty_bins() const;
  /// The same without what `machine` cannot hit (a bus as wide as a word starts no transfer inside
  /// one).
  [[nodiscard]] std::vector<std::string> empty_bins(const arch::Machine& machine) const;
  /// Columns of "count  name", groups in order from top to bottom.
  [[nodiscard]] std::string table() const;

 private:
  void hit_all(const std::vector<std::string>& names);
  void add_conv(const arch::Program& program, const arch::Conv& conv);
  void add_output(const arch::Machine& machine, const arch::Conv& conv);
  void add_lanes(const arch::Program& program, const arch::Transfer& load);
  void add_transfer(const arch::Machine& machine, const arch::Transfer& transfer, bool load);
  void add_tokens(arch::Engine engine, const arch::Common& common);
  void hit_if(bool condition, const std::string& name) {
    if (condition) hit(name);
  }

  struct Bin {
    std::string name;
    std::uint64_t count = 0;
  };
  std::vector<Bin> bins_;
};

}  // namespace hb::test
