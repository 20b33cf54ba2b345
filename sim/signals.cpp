// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sim/signals.hpp"

#include "model/arch/error.hpp"

namespace hb::sim {
namespace {

void list_buses(SignalList& list, std::size_t bus_words) {
  list.address("fetch_ar", Topic::kFetch);
  list.address("load_ar", Topic::kLoadAddress);
  list.address("store_aw", Topic::kStoreAddress);
  list.add("store_w.valid", Topic::kStoreData).add("store_w.last", Topic::kStoreData);
  list.add("store_w.data", Topic::kStoreData, bus_words);
  list.add("fetch_rready", Topic::kFetch);
  list.add("load_rready", Topic::kLoadAddress);
  list.add("store_bready", Topic::kStoreAddress);
  for (const char* name : {"lite_awready", "lite_wready", "lite_bvalid", "lite_bresp",
                           "lite_arready", "lite_rvalid", "lite_rresp", "lite_rdata", "irq"}) {
    list.add(name, Topic::kControl);
  }
}

void list_observation(SignalList& list, std::size_t bus_words, std::size_t word_bytes) {
  list.add("running", Topic::kControl);
  list.add("cause_valid", Topic::kControl).add("cause", Topic::kControl);
  for (const char* pulse : {"start", "retire"}) {
    for (const char* engine : {"load", "compute", "store"}) {
      list.pulse(std::string(pulse) + "." + engine);
    }
  }
  list.add("feed_read.valid", Topic::kFeed).add("feed_read.address", Topic::kFeed);
  list.add("store_read.valid", Topic::kStoreAddress);
  list.add("store_read.address", Topic::kStoreAddress);
  list.add("residual_read.valid", Topic::kResidual);
  list.add("residual_read.address", Topic::kResidual);
  for (const char* field : {"valid", "buffer", "row", "part"}) {
    list.add(std::string("load_write.") + field, Topic::kLoadWrite);
  }
  list.add("load_write.data", Topic::kLoadWrite, bus_words);
  list.word_write("output_write", Topic::kOutput, word_bytes);
  list.word_write("copy_write", Topic::kCopy, word_bytes);
}

}  // namespace

std::vector<Signal> list_signals(std::size_t bus_bytes, std::size_t word_bytes,
                                 std::size_t struct_bytes) {
  SignalList list;
  list_buses(list, bus_bytes / 4);
  list_observation(list, bus_bytes / 4, word_bytes);
  HB_ASSERT(list.bytes() == struct_bytes, "signals fill {} bytes of {}", list.bytes(),
            struct_bytes);
  return list.take();
}

}  // namespace hb::sim
