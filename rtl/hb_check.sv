// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// The checks of docs/commands.md on one command, in their order. `products_i` for one cycle, then
/// `sums_i` for one cycle, then `error_o` holds until the next command. All products and sums are
/// exact.
module hb_check
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned ActivationWords = 32768,
  parameter int unsigned WeightRows = 4096,
  parameter int unsigned ParameterTiles = 64
) (
  input  logic                   clk_i,
  input  logic                   products_i,
  input  logic                   sums_i,
  input  logic [CommandBits-1:0] command_i,
  input  logic [31:0]            memory_limit_i,
  output logic [31:0]            pixels_o,
  output error_e                 error_o
);

  localparam int unsigned Parts8 = 4 * Rows / Columns;
  localparam int unsigned Parts4 = 8 * Rows / Columns;

  typedef logic [63:0] wide_t;

  // Words between the channel words of tile 0 and the last tile: a part fills 1/Parts of a word.
  function automatic wide_t word_steps(logic int4, logic [7:0] part, logic [15:0] tiles);
    wide_t last_part;
    last_part = wide_t'(part) + wide_t'(tiles) - 64'd1;
    return int4 ? last_part / 64'(Parts4) : last_part / 64'(Parts8);
  endfunction

  // Bits that a command may set: LOAD and STORE; POOL; a partial CONV; what else a CONV has with an
  // output, a copy, a residual, a residual under `tflite`.
  localparam transfer_command_t TransferBits = '{
    opcode: '1, waits: '1, signals: '1, layer: '1, target: BufferUnused, memory_address: '1,
    memory_stride: '1, buffer_address: '1, buffer_stride: '1, rows: '1, segments: '1, default: '0
  };
  localparam conv_command_t PoolBits = '{
    opcode: '1, waits: '1, signals: '1, fence: '1, layer: '1, activation_precision: '1,
    input_address: '1, input_plane: '1, input_height: '1, input_width: '1, kernel_height: '1,
    kernel_width: '1, stride_y: '1, stride_x: '1, pad_top: '1, pad_left: '1, channel_words: '1,
    output_height: '1, output_width: '1, output_address: '1, output_plane: '1, default: '0
  };
  localparam conv_command_t PartialBits = '{
    opcode: '1, waits: '1, signals: '1, fence: '1, layer: '1, activation_precision: '1,
    input_address: '1, input_plane: '1, input_height: '1, input_width: '1, kernel_height: '1,
    kernel_width: '1, stride_y: '1, stride_x: '1, pad_top: '1, pad_left: '1, channel_words: '1,
    output_height: '1, output_width: '1, weight_precision: '1, contract: '1,
    pad_value: '1, tiles: '1, weight_address: '1, repeat_weights: '1, partial: '1, default: '0
  };
  localparam conv_command_t OutputBits = '{
    copy: '1, residual: '1, output_precision: '1, parameter_address: '1, output_address: '1,
    output_plane: '1, output_part: '1, output_low: '1, output_high: '1, output_zero_point: '1,
    default: '0
  };
  localparam conv_command_t CopyBits = '{
    copy_precision: '1, copy_code: '1, copy_part: '1, copy_address: '1, copy_plane: '1,
    copy_low: '1, copy_high: '1, copy_zero_point: '1, default: '0
  };
  localparam conv_command_t ResidualBits = '{
    residual_precision: '1, sum_low: '1, sum_high: '1, sum_zero_point: '1, residual_part: '1,
    sum_offset: '1, residual_offset: '1, residual_address: '1, residual_plane: '1, sum_scale: '1,
    residual_scale: '1, sum_term: '1, default: '0
  };
  localparam conv_command_t TfliteBits = '{
    sum_shift: '1, residual_shift: '1, output_shift: '1, default: '0
  };

  // A partial CONV has none of these.
  localparam conv_command_t ConvOutputBits = OutputBits | CopyBits | ResidualBits | TfliteBits;
  // These have rules of their own.
  localparam conv_command_t ConditionalBits = '{residual_first: '1, copy_offset: '1, default: '0};
  localparam conv_command_t ReservedBits = ~(PartialBits | ConvOutputBits | ConditionalBits);

  // Outside the precision: all of int8 is fine, int4 is -8 .. 7 in 8 bits.
  function automatic logic outside(logic int4, logic signed [7:0] code);
    return int4 && (code < -8'sd8 || code > 8'sd7);
  endfunction

  function automatic logic bad_quantizer(logic int4, logic signed [7:0] low,
                                         logic signed [7:0] high, logic signed [7:0] zero_point);
    return low > high || outside(int4, low) || outside(int4, high) || outside(int4, zero_point);
  endfunction

  function automatic logic bad_offset(logic signed [15:0] offset);
    return offset < -16'sd128 || offset > 16'sd128;
  endfunction

  // A positive float32 whose exponent field lies outside low .. high. The mantissa is free.
  // verilator lint_off UNUSEDSIGNAL
  function automatic logic bad_scale(logic [31:0] scale, logic [7:0] low, logic [7:0] high);
    // verilator lint_on UNUSEDSIGNAL
    return scale[31] || scale[30:23] < low || scale[30:23] > high;
  endfunction

  // The command, read as either kind. Tokens and layer are not checked.
  // verilator lint_off UNUSEDSIGNAL
  transfer_command_t t;
  conv_command_t c;
  // verilator lint_on UNUSEDSIGNAL
  assign t = command_i;
  assign c = command_i;

  // Products, then sums and the verdict.
  wide_t memory_span_q, buffer_span_q, input_span_q, input_plane_q;
  wide_t kernel_q, groups_q, output_span_q, copy_span_q, residual_span_q;
  logic [31:0] pixels_q;
  error_e error_q;

  // What CONV and POOL share: sizes of 0, and the ranges of input and output.
  logic no_window, input_range, output_range;
  assign no_window = c.input_height == '0 || c.input_width == '0 || c.kernel_height == '0
                     || c.kernel_width == '0 || c.stride_y == '0 || c.stride_x == '0
                     || c.channel_words == '0 || c.output_height == '0 || c.output_width == '0;
  assign input_range =
      wide_t'(c.input_address) + input_plane_q + input_span_q > wide_t'(ActivationWords);
  assign output_range =
      wide_t'(c.output_address) + output_span_q + wide_t'(pixels_q) > wide_t'(ActivationWords);

  always_ff @(posedge clk_i) begin : check
    logic reserved;
    logic narrow;
    logic format;
    logic size;
    logic alignment;
    logic buffer_range;
    logic memory_range;
    logic quantization;
    wide_t row_bytes;
    wide_t buffer_rows;
    reserved     = 1'b0;
    narrow       = 1'b0;
    format       = 1'b0;
    size         = 1'b0;
    alignment    = 1'b0;
    buffer_range = 1'b0;
    memory_range = 1'b0;
    quantization = 1'b0;
    row_bytes    = '0;
    buffer_rows  = '0;

    if (products_i) begin
      memory_span_q <= (wide_t'(t.segments) - 64'd1) * wide_t'(t.memory_stride);
      buffer_span_q <= (wide_t'(t.segments) - 64'd1) * wide_t'(t.buffer_stride);
      input_span_q  <= wide_t'(c.input_height) * wide_t'(c.input_width);
      input_plane_q <= (wide_t'(c.channel_words) - 64'd1) * wide_t'(c.input_plane);
      // Weight rows: with `repeat` those of one operand word.
      kernel_q      <= c.repeat_weights ? 64'd1
                       : wide_t'(c.kernel_height) * wide_t'(c.kernel_width);
      groups_q      <= (c.repeat_weights ? 64'd1 : wide_t'(c.channel_words)) * wide_t'(c.tiles)
                       * Rows;
      pixels_q      <= 32'(c.output_height) * 32'(c.output_width);
      output_span_q <= (c.opcode == OpPool ? wide_t'(c.channel_words) - 64'd1
                        : word_steps(c.output_precision[0], c.output_part, c.tiles))
                       * wide_t'(c.output_plane);
      copy_span_q   <= word_steps(c.copy_precision[0], c.copy_part, c.tiles)
                       * wide_t'(c.copy_plane);
      residual_span_q <= word_steps(c.residual_precision[0], c.residual_part, c.tiles)
                         * wide_t'(c.residual_plane);
    end

    if (sums_i) begin
      unique case (t.opcode)
        OpEnd: reserved = command_i[CommandBits-1:8] != '0;
        OpLoad, OpStore: begin
          reserved = (command_i & ~TransferBits) != '0;
          format = t.opcode == OpLoad ? t.target == BufferUnused : t.target != BufferActivation;
          size = t.rows == '0 || t.segments == '0;
          alignment = ((t.memory_address | t.memory_stride) & 32'(BusBytes - 1)) != '0;
          row_bytes = t.target == BufferActivation ? wide_t'(4 * Rows) : wide_t'(4 * Columns);
          buffer_rows = t.target == BufferActivation ? wide_t'(ActivationWords)
                        : t.target == BufferWeight ? wide_t'(WeightRows)
                        : wide_t'(4 * ParameterTiles);
          buffer_range = wide_t'(t.buffer_address) + buffer_span_q + wide_t'(t.rows) > buffer_rows;
          memory_range = wide_t'(t.memory_address) + memory_span_q + wide_t'(t.rows) * row_bytes
                         > wide_t'(memory_limit_i) + 64'd1;
        end
        OpConv: begin
          reserved =
              (command_i & ReservedBits) != '0
              || (c.partial && (command_i & ConvOutputBits) != '0)
              || (!c.copy && (command_i & CopyBits) != '0)
              || (!c.residual && (command_i & (ResidualBits | TfliteBits)) != '0)
              || (c.contract == ContractOrt && (command_i & TfliteBits) != '0)
              || (c.residual_first && (!c.residual || c.contract == ContractTflite))
              || (c.copy_offset != '0 && !(c.copy && c.copy_code));
          narrow = c.weight_precision[0] && !c.activation_precision[0];
          format = c.activation_precision[1] || c.weight_precision[1]
                   || (c.activation_precision[0] && !c.weight_precision[0])
                   || c.output_precision[1] || c.copy_precision[1] || c.residual_precision[1]
                   || !(c.contract inside {ContractOrt, ContractTflite})
                   || (c.residual && c.copy && !c.copy_code);
          size = no_window || c.tiles == '0
                 || 32'(c.output_part) >= (c.output_precision[0] ? Parts4 : Parts8)
                 || (c.copy && 32'(c.copy_part) >= (c.copy_precision[0] ? Parts4 : Parts8))
                 || (c.residual
                     && 32'(c.residual_part) >= (c.residual_precision[0] ? Parts4 : Parts8))
                 || (c.partial && (c.tiles != 16'd1 || pixels_q > Rows));
          buffer_range = input_range
              || wide_t'(c.weight_address) + ((groups_q * kernel_q) >> narrow)
                 > wide_t'(WeightRows)
              || wide_t'(c.parameter_address) + wide_t'(c.tiles) > wide_t'(ParameterTiles)
              || output_range
              || (c.copy && wide_t'(c.copy_address) + copy_span_q + wide_t'(pixels_q)
                            > wide_t'(ActivationWords))
              || (c.residual && wide_t'(c.residual_address) + residual_span_q + wide_t'(pixels_q)
                                > wide_t'(ActivationWords));
          quantization =
              bad_quantizer(c.output_precision[0], c.output_low, c.output_high, c.output_zero_point)
              || (c.copy && bad_quantizer(c.copy_precision[0], c.copy_low, c.copy_high,
                                          c.copy_zero_point))
              || bad_offset(c.copy_offset)
              || (c.residual && (signed'(c.sum_low) > signed'(c.sum_high)
                                 || bad_offset(c.sum_offset) || bad_offset(c.residual_offset)));
          if (c.residual && c.contract == ContractTflite) begin
            quantization = quantization || c.sum_scale[31] || c.residual_scale[31] || c.sum_term[31]
                           || c.sum_shift > 8'd31 || c.residual_shift > 8'd31
                           || c.output_shift > 8'd31;
          end else if (c.residual) begin
            quantization = quantization || bad_scale(c.sum_scale, 8'd64, 8'd190)
                           || bad_scale(c.residual_scale, 8'd64, 8'd190)
                           || (c.sum_term != '0
                               && bad_scale({1'b0, c.sum_term[30:0]}, 8'd32, 8'd222));
          end
        end
        OpPool: begin
          reserved = (command_i & ~PoolBits) != '0;
          format = c.activation_precision[1];
          size = no_window || 32'(c.kernel_width) > PoolWidth;
          buffer_range = input_range || output_range;
        end
        default: ;
      endcase

      if (!(t.opcode inside {OpEnd, OpLoad, OpStore, OpConv, OpPool})) error_q <= ErrIllegalOpcode;
      else if (reserved) error_q <= ErrReservedField;
      else if (format) error_q <= ErrIllegalFormat;
      else if (size) error_q <= ErrIllegalSize;
      else if (alignment) error_q <= ErrAlignment;
      else if (buffer_range) error_q <= ErrBufferRange;
      else if (memory_range) error_q <= ErrMemoryRange;
      else if (quantization) error_q <= ErrIllegalQuantization;
      else error_q <= ErrNone;
    end
  end

  assign pixels_o = pixels_q;
  assign error_o  = error_q;

  if ($bits(transfer_command_t) != CommandBits || $bits(conv_command_t) != CommandBits) begin
    $error("hb_check: a command's layout must fill its 128 bytes");
  end

endmodule
