// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// Modules and queues of a Chip, and how they are wired. For model/cycle only.
#pragma once

#include <type_traits>

#include "model/cycle/activation_buffer.hpp"
#include "model/cycle/activity.hpp"
#include "model/cycle/array.hpp"
#include "model/cycle/chip.hpp"
#include "model/cycle/control.hpp"
#include "model/cycle/feed.hpp"
#include "model/cycle/fetch.hpp"
#include "model/cycle/load.hpp"
#include "model/cycle/parameter_buffer.hpp"
#include "model/cycle/pool.hpp"
#include "model/cycle/post_processor.hpp"
#include "model/cycle/sequencer.hpp"
#include "model/cycle/store.hpp"
#include "model/cycle/tokens.hpp"
#include "model/cycle/weight_buffer.hpp"

namespace hb::cycle {

template <class Shape>
struct Chip<Shape>::Parts {
  LoadQueue loads{"load_queue"};
  ComputeQueue computes{"compute_queue"};
  StoreQueue stores{"store_queue"};

  Control<Shape> control{"control", loads, computes, stores};
  Fetch<Shape> fetch{"fetch", loads, computes, stores};
  Tokens<Shape> tokens{"tokens"};
  Load<Shape> load{"load", loads};
  Store<Shape> store{"store", stores};
  Sequencer<Shape> sequencer{"sequencer", computes};
  Feed<Shape> feed{"feed"};
  ActivationBuffer<Shape> activation_buffer{"activation_buffer"};
  WeightBuffer<Shape> weight_buffer{"weight_buffer"};
  ParameterBuffer<Shape> parameter_buffer{"parameter_buffer"};
  Array<Shape> array{"array"};
  PostProcessor<Shape> post_processor{"post_processor"};
  Pool<Shape> pool{"pool"};
  std::conditional_t<arch::kCountsToggles<Shape>, Activity<Shape>, NoActivity> activity;

  explicit Parts(Chip& chip) {
    for (Clocked<Shape>* module : modules()) module->inputs(chip.inputs);
    wire_control();
    wire_engines();
    wire_data_path();
  }

  [[nodiscard]] std::array<Clocked<Shape>*, 13> modules() {
    return {&control,       &fetch,
            &tokens,        &load,
            &store,         &sequencer,
            &feed,          &activation_buffer,
            &weight_buffer, &parameter_buffer,
            &array,         &post_processor,
            &pool};
  }

  /// One cycle of the whole chip.
  void tick() {
    activity.tick(*this);  // looks at the others
    control.tick();
    fetch.tick();
    tokens.tick();
    load.tick();
    store.tick();
    sequencer.tick();
    feed.tick();
    activation_buffer.tick();
    weight_buffer.tick();
    parameter_buffer.tick();
    array.tick();
    post_processor.tick();
    pool.tick();
  }

  void wire_control() {
    control.fetch(fetch.out);
    control.tokens(tokens.out);
    control.load(load.out);
    control.store(store.out);
    control.sequencer(sequencer.out);
    control.post(post_processor.out);
    control.pool(pool.out);
    control.activation(activation_buffer.out);
    fetch.control(control.out);
    tokens.control(control.out);
    tokens.load(load.out);
    tokens.store(store.out);
    tokens.sequencer(sequencer.out);
    tokens.post(post_processor.out);
    tokens.pool(pool.out);
  }

  void wire_engines() {
    load.control(control.out);
    load.tokens(tokens.out);
    store.control(control.out);
    store.tokens(tokens.out);
    store.activation(activation_buffer.out);
    sequencer.control(control.out);
    sequencer.fetch(fetch.out);
    sequencer.tokens(tokens.out);
    sequencer.post(post_processor.out);
    sequencer.pool(pool.out);
  }

  void wire_data_path() {
    feed.control(control.out);
    feed.sequencer(sequencer.out);
    feed.activation(activation_buffer.out);
    activation_buffer.feed(feed.out);
    activation_buffer.store(store.out);
    activation_buffer.load(load.out);
    activation_buffer.post(post_processor.out);
    activation_buffer.pool(pool.out);
    weight_buffer.sequencer(sequencer.out);
    weight_buffer.load(load.out);
    parameter_buffer.load(load.out);
    parameter_buffer.post(post_processor.out);
    array.control(control.out);
    array.feed(feed.out);
    array.weights(weight_buffer.out);
    post_processor.control(control.out);
    post_processor.array(array.out);
    post_processor.parameters(parameter_buffer.out);
    post_processor.activation(activation_buffer.out);
    pool.control(control.out);
    pool.sequencer(sequencer.pool_step);
    pool.activation(activation_buffer.out);
  }
};

}  // namespace hb::cycle
