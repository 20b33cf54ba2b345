// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// One Verilated block on its own.
#pragma once

#include <verilated.h>

#include <cstdint>
#include <memory>

namespace hb::rtl_test {

/// A block between two clock edges. All its outputs are registers: they show what is visible in
/// this cycle whatever its inputs are.
template <class Model>
class Block {
 public:
  /// Registers and memories hold garbage from `seed`; inputs too, until they are set.
  explicit Block(std::uint64_t seed) {
    context_.randReset(2);
    context_.randSeed(static_cast<int>(seed % 0x7FFFFFFFU) + 1);
    model_ = std::make_unique<Model>(&context_);
    model_->clk_i = 0;
    model_->eval();
  }
  ~Block() { model_->final(); }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  Model* operator->() { return model_.get(); }
  const Model* operator->() const { return model_.get(); }

  /// To the next cycle.
  void clock() {
    model_->clk_i = 1;
    model_->eval();
    model_->clk_i = 0;
    model_->eval();
  }

 private:
  VerilatedContext context_;
  std::unique_ptr<Model> model_;
};

}  // namespace hb::rtl_test
