// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0

#include "sw/cli/disasm.hpp"

#include <fmt/format.h>

#include <cstring>
#include <vector>

#include "sw/report/text.hpp"

namespace hb::cli {

namespace {

std::string tokens(arch::Engine engine, std::uint8_t bits, const char* word) {
  return bits == 0 ? "" : fmt::format("  {} {}", word, token_names(engine, bits));
}

std::string common_text(arch::Engine engine, const arch::Common& common) {
  return fmt::format("layer {}{}{}{}", common.layer, tokens(engine, common.wait, "wait"),
                     tokens(engine, common.signal, "signal"), common.fence ? "  fence" : "");
}

std::string transfer_text(const arch::Transfer& transfer) {
  std::string text =
      fmt::format("memory 0x{:08x}  {} row {}  {} rows", transfer.memory_address,
                  arch::name(transfer.buffer), transfer.buffer_address, transfer.rows);
  if (transfer.segments > 1) {
    text += fmt::format("  x {} segments, memory +{}, buffer +{}", transfer.segments,
                        transfer.memory_stride, transfer.buffer_stride);
  }
  return text;
}

/// Starts a further line of a command.
constexpr const char* kLine = "\n         ";

std::string output_text(const char* what, const arch::Output& output) {
  return fmt::format("{}{} {} word {} plane {} part {}  clamp {}..{} zero point {}", kLine, what,
                     arch::name(output.precision), output.address, output.plane, output.part,
                     output.low, output.high, output.zero_point);
}

/// The addition of docs/arithmetic.md section 4 with its constants.
std::string addition_text(const arch::Residual& residual, arch::Contract contract) {
  if (contract == arch::Contract::kTflite) {
    return fmt::format("{}add sum * {} >> {} + residual * {} >> {}, then * {} >> {}", kLine,
                       residual.sum_scale, residual.sum_shift, residual.residual_scale,
                       residual.residual_shift, residual.term, residual.output_shift);
  }
  const std::string sum = "sum, " + float_text(residual.sum_scale);
  const std::string other = "residual, " + float_text(residual.residual_scale);
  return fmt::format("{}add fma({}, fma({}, {}))", kLine, residual.first ? other : sum,
                     residual.first ? sum : other, float_text(residual.term));
}

std::string residual_text(const arch::Residual& residual, arch::Contract contract) {
  return fmt::format("{}sum clamp {}..{} zero point {} offset {}", kLine, residual.sum_low,
                     residual.sum_high, residual.sum_zero_point, residual.sum_offset) +
         fmt::format("{}residual {} word {} plane {} part {} offset {}", kLine,
                     arch::name(residual.precision), residual.address, residual.plane,
                     residual.part, residual.residual_offset) +
         addition_text(residual, contract);
}

std::string copy_text(const arch::Conv& conv) {
  const bool code = conv.copy_source == arch::CopySource::kCode;
  return output_text("copy", *conv.copy) + kLine + "copy of the " +
         (code ? fmt::format("code, offset {}", conv.copy_offset) : "accumulator");
}

/// The strip and the window of a CONV or POOL.
template <class Window>
std::string window_text(const Window& window) {
  return fmt::format("{}x{} -> {}x{}  kernel {}x{} stride {}x{} pad {},{}", window.input_height,
                     window.input_width, window.output_height, window.output_width,
                     window.kernel_height, window.kernel_width, window.stride_y, window.stride_x,
                     window.pad_top, window.pad_left);
}

template <class Window>
std::string input_text(const Window& window) {
  return fmt::format("{}input word {} plane {}  {} channel words", kLine, window.input_address,
                     window.input_plane, window.channel_words);
}

std::string conv_text(const arch::Conv& conv) {
  std::string text = fmt::format(
      "{}{}  {}  weight row {}", arch::name(conv.precision), conv.narrow_weights ? " x int4" : "",
      conv.contract == arch::Contract::kTflite ? "tflite" : "ort", conv.weight_address);
  if (!conv.partial) text += fmt::format("  parameter tile {}", conv.parameter_address);
  text += fmt::format("  {} tiles{}{}", conv.tiles, conv.repeat ? "  repeat" : "",
                      conv.partial ? "  partial" : "");
  text += kLine + window_text(conv) + fmt::format(" value 0x{:02x}", conv.pad_value);
  text += input_text(conv);
  if (conv.partial) return text;
  if (conv.residual) text += residual_text(*conv.residual, conv.contract);
  text += output_text("output", conv.output);
  if (conv.copy) text += copy_text(conv);
  return text;
}

std::string pool_text(const arch::Pool& pool) {
  return fmt::format("{}  {}{}{}output word {} plane {}", arch::name(pool.precision),
                     window_text(pool), input_text(pool), kLine, pool.output_address,
                     pool.output_plane);
}

std::string raw_text(const arch::CommandWords& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    text += fmt::format("{}{:08x}", i % 8 == 0 ? kLine : " ", words[i]);
  }
  return text;
}

std::string body_text(arch::Opcode opcode, const arch::CommandWords& words) {
  switch (opcode) {
    case arch::Opcode::kLoad:
    case arch::Opcode::kStore:
      return transfer_text(arch::decode_transfer(words));
    case arch::Opcode::kConv:
      return conv_text(arch::decode_conv(words));
    case arch::Opcode::kPool:
      return pool_text(arch::decode_pool(words));
    case arch::Opcode::kEnd:
      break;
  }
  return {};
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
  return fmt::format("{:<5}  {}{}{}", arch::name(opcode),
                     common_text(arch::engine_of(opcode), arch::decode_common(words)), kLine,
                     body_text(opcode, words));
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

std::string token_names(arch::Engine engine, std::uint8_t bits) {
  std::string text;
  for (std::uint32_t bit = 0; bit < 8; ++bit) {
    if ((bits >> bit & 1) == 0) continue;
    const bool follows = (bits >> (bit & 4U) & ((1U << bit % 4) - 1)) != 0;  // of that engine
    text += follows ? fmt::format(",{}", bit % 4)
                    : fmt::format("{}{}.{}", text.empty() ? "" : " ",
                                  arch::name(arch::token_peer(engine, bit)), bit % 4);
  }
  return text;
}

std::string float_text(std::uint32_t bits) {
  float value = 0;
  static_assert(sizeof value == sizeof bits);
  std::memcpy(&value, &bits, sizeof value);
  return fmt::format("{}", value);
}

std::string disassemble(const arch::Program& program) {
  std::string text =
      fmt::format("; machine {}: {} x {} PEs, {} bytes of bus\n", program.machine.name,
                  program.machine.rows, program.machine.columns, program.machine.bus_bytes);
  text += fmt::format("; {} commands at 0x{:08x}, memory up to 0x{:08x}\n", program.count,
                      program.address, program.memory_limit);
  text += tensors_text("input", program.inputs) + tensors_text("output", program.outputs) +
          tensors_text("tensor", program.tensors);
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
