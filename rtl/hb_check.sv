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

  // Outside the precision: all of int8 is fine, int4 is -8 .. 7 in 8 bits.
  function automatic logic outside(logic int4, logic signed [7:0] code);
    return int4 && (code < -8'sd8 || code > 8'sd7);
  endfunction

  function automatic logic bad_quantizer(logic int4, logic signed [7:0] low,
                                         logic signed [7:0] high, logic signed [7:0] zero_point);
    return low > high || outside(int4, low) || outside(int4, high) || outside(int4, zero_point);
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
  wide_t kernel_q, groups_q, output_span_q, copy_span_q;
  logic [31:0] pixels_q;
  error_e error_q;

  always_ff @(posedge clk_i) begin : check
    logic reserved;
    logic format;
    logic size;
    logic alignment;
    logic buffer_range;
    logic memory_range;
    logic quantization;
    wide_t row_bytes;
    wide_t buffer_rows;
    reserved     = 1'b0;
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
      kernel_q      <= wide_t'(c.kernel_height) * wide_t'(c.kernel_width);
      groups_q      <= wide_t'(c.channel_words) * wide_t'(c.tiles) * Rows;
      pixels_q      <= 32'(c.output_height) * 32'(c.output_width);
      output_span_q <= word_steps(c.output_precision[0], c.output_part, c.tiles)
                       * wide_t'(c.output_plane);
      copy_span_q   <= word_steps(c.copy_precision[0], c.copy_part, c.tiles)
                       * wide_t'(c.copy_plane);
    end

    if (sums_i) begin
      unique case (t.opcode)
        OpEnd: reserved = command_i[CommandBits-1:8] != '0;
        OpLoad, OpStore: begin
          reserved = t.reserved_w0 != '0 || t.reserved_w1 != '0 || t.reserved_w2 != '0
                     || t.reserved_w7 != '0 || t.reserved_w8 != '0 || t.reserved_w31_w9 != '0;
          format = t.opcode == OpLoad ? 2'(t.target) == 2'd3 : t.target != BufferActivation;
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
          reserved = c.reserved_w0 != '0 || c.reserved_w1 != '0 || c.reserved_w2 != '0
                     || c.reserved_w7 != '0 || c.reserved_w14 != '0
                     || c.reserved_w17 != '0 || c.reserved_w18 != '0
                     || c.reserved_w31_w19 != '0
                     || (!c.copy && (c.copy_precision != '0 || c.copy_code || c.copy_part != '0
                                     || c.copy_address != '0 || c.copy_plane != '0
                                     || c.copy_low != '0 || c.copy_high != '0
                                     || c.copy_zero_point != '0));
          format = c.activation_precision[1] || c.weight_precision != c.activation_precision
                   || c.output_precision[1] || c.copy_precision[1] || c.contract != '0;
          size = c.input_height == '0 || c.input_width == '0 || c.kernel_height == '0
                 || c.kernel_width == '0 || c.stride_y == '0 || c.stride_x == '0
                 || c.channel_words == '0 || c.tiles == '0
                 || c.output_height == '0 || c.output_width == '0
                 || 32'(c.output_part) >= (c.output_precision[0] ? Parts4 : Parts8)
                 || (c.copy && 32'(c.copy_part) >= (c.copy_precision[0] ? Parts4 : Parts8));
          buffer_range =
              wide_t'(c.input_address) + input_plane_q + input_span_q > wide_t'(ActivationWords)
              || wide_t'(c.weight_address) + groups_q * kernel_q > wide_t'(WeightRows)
              || wide_t'(c.parameter_address) + wide_t'(c.tiles) > wide_t'(ParameterTiles)
              || wide_t'(c.output_address) + output_span_q + wide_t'(pixels_q)
                 > wide_t'(ActivationWords)
              || (c.copy && wide_t'(c.copy_address) + copy_span_q + wide_t'(pixels_q)
                            > wide_t'(ActivationWords));
          quantization =
              bad_quantizer(c.output_precision[0], c.output_low, c.output_high, c.output_zero_point)
              || (c.copy && bad_quantizer(c.copy_precision[0], c.copy_low, c.copy_high,
                                          c.copy_zero_point));
        end
        default: ;
      endcase

      if (!(t.opcode inside {OpEnd, OpLoad, OpStore, OpConv})) error_q <= ErrIllegalOpcode;
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
