// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/outcome.hpp"

#include <cstring>
#include <type_traits>

#include "model/arch/error.hpp"

namespace hb::cli {

namespace {

/// Appends values one after the other.
class Writer {
 public:
  template <class Value>
  void operator()(const Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    const std::size_t size = bytes_.size();
    bytes_.resize(size + sizeof(Value));
    std::memcpy(bytes_.data() + size, &value, sizeof(Value));
  }
  void operator()(const std::string& text) {
    (*this)(text.size());
    bytes_ += text;
  }
  template <class Item>
  void operator()(const std::vector<Item>& items) {
    (*this)(items.size());
    for (const Item& item : items) (*this)(item);
  }
  template <class Value>
  void operator()(const std::optional<Value>& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }
  void operator()(const arch::Timeline& timeline) { visit(timeline, *this); }
  void operator()(const Mismatches& mismatches) { visit(mismatches, *this); }
  void operator()(const arch::RunToggles& toggles) { visit(toggles, *this); }

  /// Every field, in one order for both directions.
  template <class Timeline, class Field>
  static std::enable_if_t<std::is_same_v<std::decay_t<Timeline>, arch::Timeline>> visit(
      Timeline& timeline, Field& field) {
    field(timeline.commands);
    field(timeline.causes);
    field(timeline.total);
    field(timeline.error);
    field(timeline.error_index);
    field(timeline.counters);
    field(timeline.toggles);
  }
  template <class Counted, class Field>
  static std::enable_if_t<std::is_same_v<std::decay_t<Counted>, arch::RunToggles>> visit(
      Counted& toggles, Field& field) {
    field(toggles.layers);
    field(toggles.total);
  }
  template <class Found, class Field>
  static std::enable_if_t<std::is_same_v<std::decay_t<Found>, Mismatches>> visit(Found& mismatches,
                                                                                 Field& field) {
    field(mismatches.by_layer);
    field(mismatches.total);
  }
  template <class Result, class Field>
  static std::enable_if_t<std::is_same_v<std::decay_t<Result>, Outcome>> visit(Result& outcome,
                                                                               Field& field) {
    field(outcome.exit);
    field(outcome.wrong);
    field(outcome.complaint);
    field(outcome.timeline);
    field(outcome.tensors);
    field(outcome.predicted);
    field(outcome.mismatches);
    field(outcome.compared);
    field(outcome.memory_bytes);
    field(outcome.cpu_seconds);
    field(outcome.wall_seconds);
    field(outcome.peak_rss_bytes);
    field(outcome.divergence);
    field(outcome.wave);
  }

  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// The other way.
class Reader {
 public:
  explicit Reader(const std::string& bytes) : bytes_(bytes) {}

  template <class Value>
  void operator()(Value& value) {
    static_assert(std::is_trivially_copyable_v<Value>);
    std::memcpy(&value, next(sizeof(Value)), sizeof(Value));
  }
  void operator()(std::string& text) {
    const std::size_t size = this->size();
    text.assign(next(size), size);
  }
  template <class Item>
  void operator()(std::vector<Item>& items) {
    items.resize(size());
    for (Item& item : items) (*this)(item);
  }
  template <class Value>
  void operator()(std::optional<Value>& value) {
    bool there = false;
    (*this)(there);
    if (there) (*this)(value.emplace());
  }
  void operator()(arch::Timeline& timeline) { Writer::visit(timeline, *this); }
  void operator()(Mismatches& mismatches) { Writer::visit(mismatches, *this); }
  void operator()(arch::RunToggles& toggles) { Writer::visit(toggles, *this); }

 private:
  [[nodiscard]] std::size_t size() {
    std::size_t size = 0;
    (*this)(size);
    return size;
  }

  [[nodiscard]] const char* next(std::size_t size) {
    HB_ASSERT(size <= bytes_.size() - at_, "{} bytes at {} of {}", size, at_, bytes_.size());
    at_ += size;
    return bytes_.data() + (at_ - size);
  }

  const std::string& bytes_;
  std::size_t at_ = 0;
};

}  // namespace

std::string to_bytes(const Outcome& outcome) {
  Writer writer;
  Writer::visit(outcome, writer);
  return writer.take();
}

Outcome outcome_of(const std::string& bytes) {
  Outcome outcome;
  Reader reader(bytes);
  Writer::visit(outcome, reader);
  return outcome;
}

}  // namespace hb::cli
