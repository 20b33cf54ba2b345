// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

// A program's listing as CSV: a column for every field of every command.
#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "sw/cli/disasm.hpp"
#include "sw/report/csv.hpp"
#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

/// Name and value, in the order of the columns.
using Fields = std::vector<std::pair<std::string, std::string>>;

class Writer {
 public:
  /// Numbers in decimal; characters are numbers here.
  template <class Number>
  void add(const std::string& name, Number value) {
    fields_.emplace_back(name, fmt::format("{}", +value));
  }
  void add(const std::string& name, const std::string& value) { fields_.emplace_back(name, value); }
  void add(const std::string& name, std::string_view value) { add(name, std::string(value)); }
  void add(const std::string& name, const char* value) { add(name, std::string(value)); }
  void add(const std::string& name, bool value) { add(name, value ? "1" : "0"); }

  [[nodiscard]] Fields take() { return std::move(fields_); }

 private:
  Fields fields_;
};

template <class Window>
void add_window(Writer& writer, const Window& window) {
  writer.add("input_address", window.input_address);
  writer.add("input_plane", window.input_plane);
  writer.add("input_height", window.input_height);
  writer.add("input_width", window.input_width);
  writer.add("kernel_height", window.kernel_height);
  writer.add("kernel_width", window.kernel_width);
  writer.add("stride_y", window.stride_y);
  writer.add("stride_x", window.stride_x);
  writer.add("pad_top", window.pad_top);
  writer.add("pad_left", window.pad_left);
  writer.add("channel_words", window.channel_words);
  writer.add("output_height", window.output_height);
  writer.add("output_width", window.output_width);
}

void add_output(Writer& writer, const std::string& which, const arch::Output& output) {
  writer.add(which + "_precision", arch::name(output.precision));
  writer.add(which + "_address", output.address);
  writer.add(which + "_plane", output.plane);
  writer.add(which + "_part", output.part);
  writer.add(which + "_low", output.low);
  writer.add(which + "_high", output.high);
  writer.add(which + "_zero_point", output.zero_point);
}

void add_residual(Writer& writer, const arch::Residual& residual, arch::Contract contract) {
  const bool tflite = contract == arch::Contract::kTflite;
  const auto scale = [&](std::uint32_t bits) {
    return tflite ? std::to_string(bits) : float_text(bits);
  };
  writer.add("residual_precision", arch::name(residual.precision));
  writer.add("residual_first", residual.first);
  writer.add("residual_address", residual.address);
  writer.add("residual_plane", residual.plane);
  writer.add("residual_part", residual.part);
  writer.add("residual_offset", residual.residual_offset);
  writer.add("sum_low", residual.sum_low);
  writer.add("sum_high", residual.sum_high);
  writer.add("sum_zero_point", residual.sum_zero_point);
  writer.add("sum_offset", residual.sum_offset);
  writer.add("sum_scale", scale(residual.sum_scale));
  writer.add("residual_scale", scale(residual.residual_scale));
  writer.add("sum_term", scale(residual.term));
  writer.add("sum_shift", tflite ? std::to_string(residual.sum_shift) : "");
  writer.add("residual_shift", tflite ? std::to_string(residual.residual_shift) : "");
  writer.add("output_shift", tflite ? std::to_string(residual.output_shift) : "");
}

Fields fields_of(const arch::Transfer& transfer) {
  Writer writer;
  writer.add("buffer", arch::name(transfer.buffer));
  writer.add("memory_address", transfer.memory_address);
  writer.add("memory_stride", transfer.memory_stride);
  writer.add("buffer_address", transfer.buffer_address);
  writer.add("buffer_stride", transfer.buffer_stride);
  writer.add("rows", transfer.rows);
  writer.add("segments", transfer.segments);
  return writer.take();
}

Fields fields_of(const arch::Conv& conv) {
  Writer writer;
  writer.add("activation_precision", arch::name(conv.precision));
  const bool narrow = conv.narrow_weights || conv.precision == arch::Precision::kInt4;
  writer.add("weight_precision",
             arch::name(narrow ? arch::Precision::kInt4 : arch::Precision::kInt8));
  writer.add("contract", conv.contract == arch::Contract::kTflite ? "tflite" : "ort");
  writer.add("repeat", conv.repeat);
  writer.add("partial", conv.partial);
  add_window(writer, conv);
  writer.add("pad_value", conv.pad_value);
  writer.add("tiles", conv.tiles);
  writer.add("weight_address", conv.weight_address);
  if (conv.partial) return writer.take();
  writer.add("parameter_address", conv.parameter_address);
  add_output(writer, "output", conv.output);
  if (conv.copy) {
    const bool code = conv.copy_source == arch::CopySource::kCode;
    add_output(writer, "copy", *conv.copy);
    writer.add("copy_source", code ? "code" : "accumulator");
    writer.add("copy_offset", code ? std::to_string(conv.copy_offset) : "");
  }
  if (conv.residual) add_residual(writer, *conv.residual, conv.contract);
  return writer.take();
}

Fields fields_of(const arch::Pool& pool) {
  Writer writer;
  writer.add("activation_precision", arch::name(pool.precision));
  add_window(writer, pool);
  writer.add("output_address", pool.output_address);
  writer.add("output_plane", pool.output_plane);
  return writer.take();
}

Fields body_of(arch::Opcode opcode, const arch::CommandWords& words) {
  switch (opcode) {
    case arch::Opcode::kLoad:
    case arch::Opcode::kStore:
      return fields_of(arch::decode_transfer(words));
    case arch::Opcode::kConv:
      return fields_of(arch::decode_conv(words));
    case arch::Opcode::kPool:
      return fields_of(arch::decode_pool(words));
    case arch::Opcode::kEnd:
      break;
  }
  return {};
}

/// All that a command has; of an illegal one its error.
Fields fields_of(const arch::Program& program, std::uint32_t index) {
  const arch::CommandWords words = program.command(index);
  const arch::ErrorCode error = arch::check(words, program.machine, program.memory_limit);
  Writer writer;
  writer.add("index", index);
  if (error != arch::ErrorCode::kNone) {
    writer.add("error", arch::name(error));
    return writer.take();
  }
  const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
  writer.add("opcode", arch::name(opcode));
  if (opcode == arch::Opcode::kEnd) return writer.take();
  const arch::Engine engine = arch::engine_of(opcode);
  const arch::Common common = arch::decode_common(words);
  writer.add("engine", arch::name(engine));
  writer.add("layer", common.layer);
  if (common.layer < program.layers.size()) {
    writer.add("layer_name", report::printable(program.layers[common.layer].name));
  }
  writer.add("wait", token_names(engine, common.wait));
  writer.add("signal", token_names(engine, common.signal));
  writer.add("fence", common.fence);
  Fields fields = writer.take();
  for (auto& field : body_of(opcode, words)) fields.push_back(std::move(field));
  return fields;
}

/// Every field that a command can have.
std::vector<std::string> all_columns() {
  std::vector<std::string> columns = {"index", "layer", "layer_name", "engine", "opcode",
                                      "error", "wait",  "signal",     "fence"};
  arch::Conv conv;
  conv.copy.emplace();
  conv.residual.emplace();
  for (const Fields& fields :
       {fields_of(arch::Transfer{}), fields_of(conv), fields_of(arch::Pool{})}) {
    for (const auto& field : fields) {
      if (std::find(columns.begin(), columns.end(), field.first) == columns.end()) {
        columns.push_back(field.first);
      }
    }
  }
  return columns;
}

}  // namespace

std::string disassemble_csv(const arch::Program& program) {
  const std::vector<std::string> columns = all_columns();
  std::string text = report::csv_record(columns);
  for (std::uint32_t i = 0; i < program.count; ++i) {
    std::vector<std::string> record(columns.size());
    for (const auto& [name, value] : fields_of(program, i)) {
      const auto column = std::find(columns.begin(), columns.end(), name);
      record.at(static_cast<std::size_t>(column - columns.begin())) = value;
    }
    text += report::csv_record(record);
  }
  return text;
}

}  // namespace hb::cli
