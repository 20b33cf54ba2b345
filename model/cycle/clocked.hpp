// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// What clocked modules are made of: output registers, ports, a base.
#pragma once

#include <systemc>

#include "model/cycle/signals.hpp"

namespace hb::cycle {

/// The registered outputs of a module: one reader's view of a cycle, one writer's of the next. A
/// primitive channel like sc_signal, without its comparisons, its second copy and its events, which
/// nobody waits for.
template <class T>
class Register : public sc_core::sc_prim_channel, public virtual sc_core::sc_interface {
 public:
  explicit Register(const char* name) : sc_core::sc_prim_channel(name) {}

  /// What is visible in this cycle.
  [[nodiscard]] const T& read() const { return visible_; }
  /// What will be visible in the next one, so far.
  [[nodiscard]] const T& next() const { return next_; }
  /// The same, to be changed. Only by the module that owns the register.
  [[nodiscard]] T& set() {
    request_update();
    return next_;
  }
  void reset() { set() = T{}; }
  /// Ends an event of the previous cycle.
  template <class E>
  void end(E T::*event) {
    if ((next_.*event).valid) set().*event = E{};
  }
  void end(Fault T::*fault) {
    if ((next_.*fault).code != arch::ErrorCode::kNone) set().*fault = Fault{};
  }

 protected:
  void update() override { visible_ = next_; }

 private:
  T visible_{};
  T next_{};
};

/// A module's port to another's outputs. Bound once, it reads without a call.
template <class T>
class Input : public sc_core::sc_port<Register<T>> {
 public:
  [[nodiscard]] const T& read() const { return *value_; }
  const T* operator->() const { return value_; }

 protected:
  void end_of_elaboration() override {
    value_ = &sc_core::sc_port<Register<T>>::operator->()->read();
  }

 private:
  const T* value_ = nullptr;
};

/// The same to the chip's inputs: a signal's current value never moves either.
template <class T>
class SignalInput : public sc_core::sc_in<T> {
 public:
  [[nodiscard]] const T& read() const { return *value_; }
  const T* operator->() const { return value_; }

 protected:
  void end_of_elaboration() override {
    sc_core::sc_in<T>::end_of_elaboration();
    value_ = &sc_core::sc_in<T>::read();
  }

 private:
  const T* value_ = nullptr;
};

/// Base of the clocked modules. Each has a tick(), which decides one cycle: it reads what is
/// visible in the cycle and sets what is visible in the next. The chip calls them all from one
/// process (the kernel's share of a process per module was half of the time); their order does not
/// matter, since all they read from each other are registers and queues, which change after the
/// last has run.
template <class Shape>
class Clocked : public sc_core::sc_module {
 public:
  SignalInput<InputsOf<Shape>> inputs;

 protected:
  explicit Clocked(const sc_core::sc_module_name& name) : sc_core::sc_module(name) {}
};

}  // namespace hb::cycle
