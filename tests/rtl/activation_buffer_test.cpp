// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Does hb_activation_buffer alone read, write and name the losers of a bank's ports, whoever meets?
#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <vector>

#include "Vbuffer_base.h"
#include "Vbuffer_tiny.h"
#include "model/arch/commands.hpp"
#include "model/arch/shapes.hpp"
#include "sim/rtl_chip.hpp"
#include "tests/rtl/block.hpp"
#include "tests/support/random.hpp"
#include "tests/support/seed.hpp"

namespace hb::rtl_test {
namespace {

using test::Random;

struct Base {
  using Shape = arch::shapes::base;
  using Model = Vbuffer_base;
};
struct Tiny {
  using Shape = arch::shapes::tiny;
  using Model = Vbuffer_tiny;
};

template <class Machine>
class Bench {
 public:
  using Shape = typename Machine::Shape;
  using Word = std::array<std::uint32_t, Shape::kRows>;
  /// Bytes, the unit of masks: the smaller of an int4 part and a beat (hb_top).
  static constexpr std::uint32_t kGranule =
      Shape::kColumns / 2 < Shape::kBusBytes ? Shape::kColumns / 2 : Shape::kBusBytes;
  static constexpr std::uint32_t kParts = Shape::kWordBytes / Shape::kBusBytes;
  static constexpr std::uint32_t kBankWords = Shape::kBankWords;
  enum Port : std::uint8_t { kFeed, kStore, kResidual, kLoad, kOutput, kCopy, kPorts };
  using Requests = std::array<std::optional<std::uint32_t>, kPorts>;

  explicit Bench(std::uint64_t seed) : random_(seed), buffer_(seed) {
    buffer_->rst_ni = 0;
    drive({});
    buffer_.clock();
    buffer_->rst_ni = 1;
    memory_.resize(Shape::kActivationWords);
    for (const std::uint32_t address : addresses()) {
      for (std::uint32_t part = 0; part < kParts; ++part) {
        Requests request{};
        request[kLoad] = address;
        part_ = part;
        drive(request);
        write_load(address);
        buffer_.clock();
      }
    }
  }

  /// Whether a cycle in which each port of `active` has a random request ends as it should.
  bool right(std::uint32_t active) {
    Requests request{};
    for (std::uint32_t port = 0; port < kPorts; ++port) {
      if ((active >> port & 1) != 0) request[port] = addresses()[random_.below(kPlaces)];
    }
    part_ = random_.below(kParts);
    drive(request);
    const std::uint32_t error = read(request);
    const std::uint32_t write_error = write(request);
    buffer_.clock();
    return shows(request, error != 0 ? error : write_error);
  }

 private:
  static constexpr std::uint32_t kPlaces = 9;  ///< both ends of three banks, and neighbours
  static std::array<std::uint32_t, kPlaces> addresses() {
    constexpr std::uint32_t kLast = Shape::kActivationWords - kBankWords;
    return {0,
            1,
            kBankWords - 1,
            kBankWords,
            kBankWords + 1,
            2 * kBankWords - 1,
            kLast + 0,
            kLast + 1,
            Shape::kActivationWords - 1};
  }
  static std::uint32_t bank(std::uint32_t address) { return address / kBankWords; }

  /// valid, code, index as packed in error_t.
  [[nodiscard]] std::uint32_t conflict(Port loser) const {
    constexpr auto kCode = static_cast<std::uint32_t>(arch::ErrorCode::kBankConflict);
    return 1U << (4 + arch::kIndexBits) | kCode << arch::kIndexBits | index_[loser];
  }

  /// The words that the readers get; the error of the first that loses.
  std::uint32_t read(const Requests& request) {
    std::uint32_t error = 0;
    for (const Port port : {kFeed, kStore, kResidual}) {
      if (!request[port]) continue;
      std::uint32_t winner = *request[port];
      for (std::uint32_t first = port; first-- > kFeed;) {
        if (request[first] && bank(*request[first]) == bank(*request[port])) {
          winner = *request[first];
        }
      }
      word_[port] = memory_[winner];
      if (lost(request, kFeed, port) && error == 0) error = conflict(port);
    }
    return error;
  }

  static bool lost(const Requests& request, Port first, Port port) {
    for (std::uint32_t other = first; other < port; ++other) {
      if (request[other] && bank(*request[other]) == bank(*request[port])) return true;
    }
    return false;
  }

  /// Writes what the writers write; the error of the first that loses.
  std::uint32_t write(const Requests& request) {
    std::uint32_t error = 0;
    if (request[kLoad]) write_load(*request[kLoad]);
    for (const Port port : {kOutput, kCopy}) {
      if (!request[port]) continue;
      if (lost(request, kLoad, port)) {
        if (error == 0) error = conflict(port);
        continue;
      }
      for (std::uint32_t byte = 0; byte < Shape::kWordBytes; ++byte) {
        if ((mask_[port] >> byte / kGranule & 1) != 0) set_byte(*request[port], byte, data_[port]);
      }
    }
    return error;
  }

  void write_load(std::uint32_t address) {
    Word spread{};
    for (std::uint32_t k = 0; k < Shape::kRows; ++k) {
      spread[k] = data_[kLoad][k % (Shape::kBusBytes / 4)];
    }
    for (std::uint32_t i = 0; i < Shape::kBusBytes; ++i) {
      set_byte(address, part_ * Shape::kBusBytes + i, spread);
    }
  }

  void set_byte(std::uint32_t address, std::uint32_t byte, const Word& from) {
    const std::uint32_t mask = 0xFFU << (byte % 4 * 8);
    std::uint32_t& lane = memory_[address][byte / 4];
    lane = (lane & ~mask) | (from[byte / 4] & mask);
  }

  /// All ports, with garbage where there is no request.
  void drive(const Requests& request) {
    for (std::uint32_t port = 0; port < kPorts; ++port) {
      for (std::uint32_t& lane : data_[port]) lane = static_cast<std::uint32_t>(random_.next());
      mask_[port] = random_.below(1U << (Shape::kWordBytes / kGranule));
      index_[port] = random_.below(1U << arch::kIndexBits);
    }
    const auto address = [&](Port port) {
      return request[port] ? *request[port] : random_.below(Shape::kActivationWords);
    };
    buffer_->feed_i = request[kFeed].has_value();
    buffer_->store_i = request[kStore].has_value();
    buffer_->residual_i = request[kResidual].has_value();
    buffer_->load_i = request[kLoad].has_value();
    buffer_->output_i = request[kOutput].has_value();
    buffer_->copy_i = request[kCopy].has_value();
    buffer_->feed_address_i = address(kFeed);
    buffer_->store_address_i = address(kStore);
    buffer_->residual_address_i = address(kResidual);
    buffer_->load_address_i = address(kLoad);
    buffer_->output_address_i = address(kOutput);
    buffer_->copy_address_i = address(kCopy);
    buffer_->load_part_i = static_cast<std::uint8_t>(part_);
    sim::set_port(buffer_->load_data_i, data_[kLoad].data(), Shape::kBusBytes / 4);
    sim::set_port(buffer_->output_data_i, data_[kOutput].data(), Shape::kRows);
    sim::set_port(buffer_->copy_data_i, data_[kCopy].data(), Shape::kRows);
    sim::set_port(buffer_->output_mask_i, &mask_[kOutput], 1);
    sim::set_port(buffer_->copy_mask_i, &mask_[kCopy], 1);
    sim::set_port(buffer_->store_index_i, &index_[kStore], 1);
    sim::set_port(buffer_->residual_index_i, &index_[kResidual], 1);
    sim::set_port(buffer_->output_index_i, &index_[kOutput], 1);
    sim::set_port(buffer_->copy_index_i, &index_[kCopy], 1);
  }

  [[nodiscard]] bool shows(const Requests& request, std::uint32_t error) const {
    Word feed{}, store{}, residual{};
    std::uint32_t shown = 0;
    sim::get_port(buffer_->feed_data_o, feed.data(), feed.size());
    sim::get_port(buffer_->store_data_o, store.data(), store.size());
    sim::get_port(buffer_->residual_data_o, residual.data(), residual.size());
    sim::get_port(buffer_->error_o, &shown, 1);
    return (!request[kFeed] || feed == word_[kFeed]) &&
           (!request[kStore] || store == word_[kStore]) &&
           (!request[kResidual] || residual == word_[kResidual]) &&
           (error == 0 ? shown >> (4 + arch::kIndexBits) == 0 : shown == error);
  }

  Random random_;
  Block<typename Machine::Model> buffer_;
  std::vector<Word> memory_;
  std::uint32_t part_ = 0;  ///< of a word, that a beat fills
  std::array<Word, kPorts> data_{};
  std::array<Word, kPorts> word_{};
  std::array<std::uint32_t, kPorts> mask_{};
  std::array<std::uint32_t, kPorts> index_{};
};

TEST_CASE_TEMPLATE("any ports at once: words, the winner's word for losers, the first loser named",
                   Machine, Base, Tiny) {
  const std::uint64_t seed = test::run_seed();
  CAPTURE(seed);
  Bench<Machine> bench(seed);
  for (std::uint32_t active = 0; active < 1U << Bench<Machine>::kPorts; ++active) {
    CAPTURE(active);
    bool good = true;
    for (std::uint32_t i = 0; i < 2000; ++i) good = good && bench.right(active);
    CHECK(good);
  }
}

}  // namespace
}  // namespace hb::rtl_test
