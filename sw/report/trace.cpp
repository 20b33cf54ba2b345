// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/report/trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "sw/cost/terms.hpp"
#include "sw/report/stretches.hpp"

namespace hb::report {

namespace {

using arch::Cycles;
using Json = nlohmann::ordered_json;

/// Threads of the one process, in the order in which they are shown.
enum class Track : std::uint8_t { kLayers, kCauses, kLoad, kArray, kPostProcessor, kStore };
constexpr std::size_t kTracks = 6;
constexpr std::array<const char*, kTracks> kTrackNames = {"layers", "cycle causes",   "load",
                                                          "array",  "post-processor", "store"};
constexpr int kProcess = 1;

Track track_of(std::size_t unit) {
  constexpr std::array<Track, kUnits> kTracksOf = {Track::kLoad, Track::kArray,
                                                   Track::kPostProcessor, Track::kStore};
  return kTracksOf.at(unit);
}

/// JSON on one line; bytes that are no UTF-8 become a mark.
std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string window_text(std::uint32_t height, std::uint32_t width) {
  return fmt::format("{}x{}", height, width);
}

template <class Window>
std::string shape_text(const Window& window) {
  return fmt::format("{} {}/{} -> {}", window_text(window.input_height, window.input_width),
                     window_text(window.kernel_height, window.kernel_width),
                     window_text(window.stride_y, window.stride_x),
                     window_text(window.output_height, window.output_width));
}

/// What a command moves or computes, as members of `args`.
std::string work_text(const arch::CommandWords& words, const arch::Machine& machine) {
  switch (static_cast<arch::Opcode>(arch::opcode_bits(words))) {
    case arch::Opcode::kLoad:
    case arch::Opcode::kStore: {
      const arch::Transfer transfer = arch::decode_transfer(words);
      return fmt::format(R"("buffer":"{}","bytes":{},"address":{})", arch::name(transfer.buffer),
                         cost::transfer_bytes(transfer, machine), transfer.memory_address);
    }
    case arch::Opcode::kConv: {
      const arch::Conv conv = arch::decode_conv(words);
      const char* bits = conv.precision == arch::Precision::kInt4 ? "w4a4"
                         : conv.narrow_weights                    ? "w4a8"
                                                                  : "w8a8";
      return fmt::format(R"("shape":"{}","channel_words":{},"tiles":{},"bits":"{}","steps":{})",
                         shape_text(conv), conv.channel_words, conv.tiles, bits,
                         cost::conv_steps(conv, machine));
    }
    case arch::Opcode::kPool: {
      const arch::Pool pool = arch::decode_pool(words);
      return fmt::format(R"("shape":"{}","channel_words":{},"bits":"{}","steps":{})",
                         shape_text(pool), pool.channel_words,
                         pool.precision == arch::Precision::kInt4 ? "w4a4" : "w8a8",
                         pool.steps(machine));
    }
    case arch::Opcode::kEnd:
      break;
  }
  return R"("bytes":0)";
}

class Tracer {
 public:
  explicit Tracer(const Run& run)
      : run_(run),
        total_(run.report.total.cycles.value_or(0)),
        busy_(total_),
        loaded_(total_),
        stored_(total_) {
    for (const Row& row : run.report.layers) names_.push_back(text_of(row.layer.name));
  }

  [[nodiscard]] std::string text() {
    add_layers();
    for (std::size_t i = 0; i < run_.parts.size(); ++i) add_part(i);
    std::string text = "{\"displayTimeUnit\":\"ms\",\n\"otherData\":" + other_data() +
                       ",\n\"traceEvents\":[\n" + metadata();
    for (const std::string& track : tracks_) text += track;
    text += busy_.events("array busy", "% of cycles", 100);
    text += loaded_.events("load", "bytes per cycle", 1);
    text += stored_.events("store", "bytes per cycle", 1);
    text.resize(text.size() - 2);  // the last comma
    return text + "\n]}\n";
  }

 private:
  /// Of a span: all but its args.
  struct Drawn {
    Track track;
    std::string_view name;  ///< quoted
    Cycles start;
    Cycles end;
  };

  void draw(const Drawn& span, const std::string& args) {
    tracks_[static_cast<std::size_t>(span.track)] +=
        fmt::format(R"({{"ph":"X","pid":{},"tid":{},"name":{},"ts":{},"dur":{},"args":{{{}}}}},)",
                    kProcess, static_cast<int>(span.track) + 1, span.name, span.start,
                    span.end - span.start, args) +
        "\n";
  }

  void add_layers() {
    Cycles begin = 0;
    for (std::size_t i = 0; i < run_.report.layers.size(); ++i) {
      const Row& row = run_.report.layers[i];
      const Cycles end = begin + row.cycles.value_or(0);
      const Json args = {{"layer", run_.report.first + i},
                         {"op", row.layer.op},
                         {"shape", row.layer.shape},
                         {"bits", bits_of(row)},
                         {"macs", row.layer.macs},
                         {"utilization", row.utilization ? Json(*row.utilization) : Json()},
                         {"bytes_read", row.bytes_read},
                         {"bytes_written", row.bytes_written}};
      const std::string text = text_of(args);
      draw({Track::kLayers, names_[i], begin, end}, text.substr(1, text.size() - 2));
      begin = end;
    }
  }

  void add_part(std::size_t index) {
    const arch::Timeline& timeline = *run_.parts[index].timeline;
    const arch::Program& program = *run_.parts[index].program;
    add_causes(timeline);
    const Spans spans = spans_of(program, timeline);
    for (std::size_t unit = 0; unit < kUnits; ++unit) {
      Cycles free = 0;
      for (const Span& span : spans[unit]) {
        const Cycles end = std::max(span.end.value_or(timeline.total), std::max(free, span.start));
        const Cycles start = std::max(free, span.start);
        add_span(unit, span, {before_.cycles + start, before_.cycles + end}, index);
        free = end;
      }
    }
    before_.cycles += timeline.total;
    before_.layers += program.layers.size();
  }

  void add_causes(const arch::Timeline& timeline) {
    for (std::size_t i = 0; i < timeline.causes.size(); ++i) {
      const bool last = i + 1 == timeline.causes.size();
      const Cycles start = before_.cycles + timeline.causes[i].first;
      const Cycles end = before_.cycles + (last ? timeline.total : timeline.causes[i + 1].first);
      const arch::Cause cause = timeline.causes[i].cause;
      const std::string name = fmt::format("\"{}\"", arch::name(cause));
      draw({Track::kCauses, name, start, end}, "");
      if (cause == arch::Cause::kBusy) busy_.add({start, end}, static_cast<double>(end - start));
    }
  }

  void add_span(std::size_t unit, const Span& span, const Stretch& drawn, std::size_t part) {
    const arch::Program& program = *run_.parts[part].program;
    const arch::CommandWords words = program.command(span.command);
    const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
    const std::string command = fmt::format("\"command {}\"", span.command);
    const std::string layer =
        span.layer ? fmt::format(R"("layer":{},)", run_.report.first + before_.layers + *span.layer)
                   : "";
    const std::string of_part = run_.parts.size() > 1 ? fmt::format(R"("part":{},)", part + 1) : "";
    const std::string retire =
        span.end ? fmt::format("{}", before_.cycles + *span.end) : std::string("null");
    draw({track_of(unit), span.layer ? names_.at(before_.layers + *span.layer) : command,
          drawn.start, drawn.end},
         fmt::format(R"("command":{},{}"kind":"{}",{}"start":{},"end":{},{})", span.command,
                     of_part, arch::name(opcode), layer, before_.cycles + span.start, retire,
                     work_text(words, program.machine)));
    if (opcode != arch::Opcode::kLoad && opcode != arch::Opcode::kStore) return;
    (opcode == arch::Opcode::kLoad ? loaded_ : stored_)
        .add(drawn, static_cast<double>(
                        cost::transfer_bytes(arch::decode_transfer(words), program.machine)));
  }

  [[nodiscard]] std::string other_data() const {
    return text_of({{"model", run_.model},
                    {"machine", run_.report.machine.name},
                    {"cycles", total_},
                    {"unit", "1 us is 1 cycle; cycle 0 is the first running one"}});
  }

  [[nodiscard]] std::string metadata() const {
    const auto event = [](const char* what, std::size_t thread, const Json& args) {
      return fmt::format(R"({{"ph":"M","pid":{},"tid":{},"name":"{}","ts":0,"args":{}}},)",
                         kProcess, thread, what, text_of(args)) +
             "\n";
    };
    std::string text = event("process_name", 0, {{"name", "machine " + run_.report.machine.name}});
    for (std::size_t i = 0; i < kTracks; ++i) {
      text += event("thread_name", i + 1, {{"name", kTrackNames.at(i)}});
      text += event("thread_sort_index", i + 1, {{"sort_index", i + 1}});
    }
    return text;
  }

  const Run& run_;
  Cycles total_;
  Before before_;                   ///< the part that is added
  std::vector<std::string> names_;  ///< of the layers, quoted
  std::array<std::string, kTracks> tracks_;
  Stretches busy_;
  Stretches loaded_;
  Stretches stored_;
};

}  // namespace

std::string to_trace(const Run& run) { return Tracer(run).text(); }

}  // namespace hb::report
