// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/disasm.hpp"

#include <fmt/format.h>

#include <vector>

#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

/// "load.0 store.2": engine and number of every token in `bits`.
std::string tokens(arch::Engine engine, std::uint8_t bits, const char* word) {
  std::string text;
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((bits >> bit & 1) != 0) {
      text += fmt::format("{} {}.{}", text.empty() ? fmt::format("  {}", word) : "",
                          arch::name(arch::token_peer(engine, bit)), bit % 4);
    }
  }
  return text;
}

std::string common_text(arch::Engine engine, const arch::Common& common) {
  return fmt::format("layer {}{}{}{}", common.layer, tokens(engine, common.wait, "wait"),
                     tokens(engine, common.signal, "signal"), common.fence ? "  fence" : "");
}

const char* buffer_name(arch::Buffer buffer) {
  switch (buffer) {
    case arch::Buffer::kActivation:
      return "activation";
    case arch::Buffer::kWeight:
      return "weight";
    case arch::Buffer::kParameter:
      return "parameter";
  }
  return "illegal";
}

std::string transfer_text(const arch::Transfer& transfer) {
  std::string text =
      fmt::format("memory 0x{:08x}  {} row {}  {} rows", transfer.memory_address,
                  buffer_name(transfer.buffer), transfer.buffer_address, transfer.rows);
  if (transfer.segments > 1) {
    text += fmt::format("  x {} segments, memory +{}, buffer +{}", transfer.segments,
                        transfer.memory_stride, transfer.buffer_stride);
  }
  return text;
}

std::string output_text(const char* what, const arch::Output& output) {
  return fmt::format("\n         {} {} word {} plane {} part {}  clamp {}..{} zero point {}", what,
                     arch::name(output.precision), output.address, output.plane, output.part,
                     output.low, output.high, output.zero_point);
}

std::string conv_text(const arch::Conv& conv) {
  std::string text = fmt::format(
      "{}  {}x{} -> {}x{}  kernel {}x{} stride {}x{} pad {},{} value 0x{:02x}  {} channel words"
      "\n         input word {} plane {}  weight row {}  parameter tile {}  {} tiles",
      arch::name(conv.precision), conv.input_height, conv.input_width, conv.output_height,
      conv.output_width, conv.kernel_height, conv.kernel_width, conv.stride_y, conv.stride_x,
      conv.pad_top, conv.pad_left, conv.pad_value, conv.channel_words, conv.input_address,
      conv.input_plane, conv.weight_address, conv.parameter_address, conv.tiles);
  text += output_text("output", conv.output);
  if (conv.copy) {
    text += output_text("copy", *conv.copy);
    text += conv.copy_source == arch::CopySource::kCode ? "  of the code" : "  of the accumulator";
  }
  return text;
}

std::string raw_text(const arch::CommandWords& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += fmt::format("{}{:08x}", i % 8 == 0 ? "\n         " : " ", words[i]);
  }
  return text;
}

std::string command_text(const arch::Program& program, std::uint32_t index) {
  const arch::CommandWords words = program.command(index);
  const arch::ErrorCode error = arch::check(words, program.machine, program.memory_limit);
  if (error != arch::ErrorCode::kNone) {
    return fmt::format("illegal: {}{}", arch::name(error), raw_text(words));
  }
  const auto opcode = static_cast<arch::Opcode>(arch::opcode_bits(words));
  if (opcode == arch::Opcode::kEnd) {
    return "END";
  }
  const std::string body = opcode == arch::Opcode::kConv
                               ? conv_text(arch::decode_conv(words))
                               : transfer_text(arch::decode_transfer(words));
  return fmt::format("{:<5}  {}\n         {}", arch::name(opcode),
                     common_text(arch::engine_of(opcode), arch::decode_common(words)), body);
}

std::string tensors_text(const char* what, const std::vector<arch::TensorPlace>& tensors) {
  std::string text;
  for (const arch::TensorPlace& tensor : tensors) {
    text += fmt::format("; {} {} {} {}x{}x{} at 0x{:08x}\n", what, report::printable(tensor.name),
                        arch::name(tensor.precision), tensor.channels, tensor.height, tensor.width,
                        tensor.address);
  }
  return text;
}

}  // namespace

std::string disassemble(const arch::Program& program) {
  std::string text =
      fmt::format("; machine {}: {} x {} PEs, {} bytes of bus\n", program.machine.name,
                  program.machine.rows, program.machine.columns, program.machine.bus_bytes);
  text += fmt::format("; {} commands at 0x{:08x}, memory up to 0x{:08x}\n", program.count,
                      program.address, program.memory_limit);
  text += tensors_text("input", program.inputs) + tensors_text("output", program.outputs);
  for (std::size_t i = 0; i < program.layers.size(); ++i) {
    const arch::LayerInfo& layer = program.layers[i];
    text += fmt::format("; layer {} {} {} {} {}\n", i, report::printable(layer.name),
                        report::printable(layer.op), report::printable(layer.shape),
                        arch::name(layer.precision));
  }
  for (std::uint32_t i = 0; i < program.count; ++i) {
    text += fmt::format("{:>6}  {}\n", i, command_text(program, i));
  }
  return text;
}

}  // namespace hb::cli
