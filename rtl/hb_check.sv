// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// The checks of docs/commands.md on one command, in their order. `products_i` for one cycle, then `sums_i` for one
/// cycle, then `error_o` holds until the next command. All products and sums are exact.
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

  function automatic logic bad_quantizer(logic int4, logic signed [7:0] low, logic signed [7:0] high,
                                         logic signed [7:0] zero_point);
    return low > high || outside(int4, low) || outside(int4, high) || outside(int4, zero_point);
  endfunction

  // Products, then sums and the verdict.
  wide_t memory_span_q, buffer_span_q, input_span_q, input_plane_q, kernel_q, groups_q, output_span_q, copy_span_q;
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
    logic [31:0] upper;
    reserved     = 1'b0;
    format       = 1'b0;
    size         = 1'b0;
    alignment    = 1'b0;
    buffer_range = 1'b0;
    memory_range = 1'b0;
    quantization = 1'b0;
    row_bytes    = '0;
    buffer_rows  = '0;
    upper        = '0;

    if (products_i) begin
      memory_span_q <= (wide_t'(command_i[32*8+:16]) - 64'd1) * wide_t'(command_i[32*4+:32]);
      buffer_span_q <= (wide_t'(command_i[32*8+:16]) - 64'd1) * wide_t'(command_i[32*6+:32]);
      input_span_q  <= wide_t'(command_i[32*5+:16]) * wide_t'(command_i[32*5+16+:16]);
      input_plane_q <= (wide_t'(command_i[32*8+:16]) - 64'd1) * wide_t'(command_i[32*4+:32]);
      kernel_q      <= wide_t'(command_i[32*6+:8]) * wide_t'(command_i[32*6+8+:8]);
      groups_q      <= wide_t'(command_i[32*8+:16]) * wide_t'(command_i[32*8+16+:16]) * Rows;
      pixels_q      <= 32'(command_i[32*9+:16]) * 32'(command_i[32*9+16+:16]);
      output_span_q <= word_steps(command_i[32*2+4], command_i[32*14+:8], command_i[32*8+16+:16]) * wide_t'(command_i[32*13+:32]);
      copy_span_q   <= word_steps(command_i[32*2+6], command_i[32*14+8+:8], command_i[32*8+16+:16]) * wide_t'(command_i[32*16+:32]);
    end

    if (sums_i) begin
      unique case (command_i[32*0+:8])
        OpEnd: begin
          for (int unsigned i = 1; i < 32; i++) upper = upper | command_i[32*i+:32];
          reserved = upper != '0 || command_i[32*0+8+:24] != '0;
        end
        OpLoad, OpStore: begin
          for (int unsigned i = 9; i < 32; i++) upper = upper | command_i[32*i+:32];
          reserved = upper != '0 || command_i[32*0+24+:8] != '0 || command_i[32*1+16+:16] != '0 || command_i[32*2+2+:30] != '0
                     || command_i[32*7+16+:16] != '0 || command_i[32*8+16+:16] != '0;
          format = command_i[32*0+:8] == OpLoad ? command_i[32*2+:2] == 2'd3 : command_i[32*2+:2] != 2'd0;
          size = command_i[32*7+:16] == '0 || command_i[32*8+:16] == '0;
          alignment = ((command_i[32*3+:32] | command_i[32*4+:32]) & 32'(BusBytes - 1)) != '0;
          row_bytes = command_i[32*2+:2] == 2'd0 ? wide_t'(4 * Rows) : wide_t'(4 * Columns);
          buffer_rows = command_i[32*2+:2] == 2'd0 ? wide_t'(ActivationWords)
                      : command_i[32*2+:2] == 2'd1 ? wide_t'(WeightRows) : wide_t'(4 * ParameterTiles);
          buffer_range = wide_t'(command_i[32*5+:32]) + buffer_span_q + wide_t'(command_i[32*7+:16]) > buffer_rows;
          memory_range = wide_t'(command_i[32*3+:32]) + memory_span_q + wide_t'(command_i[32*7+:16]) * row_bytes
                         > wide_t'(memory_limit_i) + 64'd1;
        end
        OpConv: begin
          for (int unsigned i = 19; i < 32; i++) upper = upper | command_i[32*i+:32];
          if (!command_i[32*2+8]) upper = upper | command_i[32*15+:32] | command_i[32*16+:32] | command_i[32*18+:32] | 32'(command_i[32*14+8+:8]) | 32'(command_i[32*2+6+:2]) | 32'(command_i[32*2+9]);
          reserved = upper != '0 || command_i[32*0+25+:7] != '0 || command_i[32*1+16+:16] != '0 || command_i[32*2+13+:19] != '0
                     || command_i[32*7+24+:8] != '0 || command_i[32*14+16+:16] != '0 || command_i[32*17+24+:8] != '0 || command_i[32*18+24+:8] != '0;
          format = command_i[32*2+1] || command_i[32*2+2+:2] != command_i[32*2+:2] || command_i[32*2+5] || command_i[32*2+7] || command_i[32*2+10+:3] != '0;
          size = command_i[32*5+:16] == '0 || command_i[32*5+16+:16] == '0 || command_i[32*6+:8] == '0
                 || command_i[32*6+8+:8] == '0 || command_i[32*6+16+:8] == '0 || command_i[32*6+24+:8] == '0
                 || command_i[32*8+:16] == '0 || command_i[32*8+16+:16] == '0 || command_i[32*9+:16] == '0 || command_i[32*9+16+:16] == '0
                 || 32'(command_i[32*14+:8]) >= (command_i[32*2+4] ? Parts4 : Parts8)
                 || (command_i[32*2+8] && 32'(command_i[32*14+8+:8]) >= (command_i[32*2+6] ? Parts4 : Parts8));
          buffer_range =
              wide_t'(command_i[32*3+:32]) + input_plane_q + input_span_q > wide_t'(ActivationWords)
              || wide_t'(command_i[32*10+:32]) + groups_q * kernel_q > wide_t'(WeightRows)
              || wide_t'(command_i[32*11+:32]) + wide_t'(command_i[32*8+16+:16]) > wide_t'(ParameterTiles)
              || wide_t'(command_i[32*12+:32]) + output_span_q + wide_t'(pixels_q) > wide_t'(ActivationWords)
              || (command_i[32*2+8] && wide_t'(command_i[32*15+:32]) + copy_span_q + wide_t'(pixels_q)
                            > wide_t'(ActivationWords));
          quantization = bad_quantizer(command_i[32*2+4], command_i[32*17+:8], command_i[32*17+8+:8], command_i[32*17+16+:8])
                         || (command_i[32*2+8] && bad_quantizer(command_i[32*2+6], command_i[32*18+:8], command_i[32*18+8+:8], command_i[32*18+16+:8]));
        end
        default: ;
      endcase

      if (!(command_i[32*0+:8] inside {OpEnd, OpLoad, OpStore, OpConv})) error_q <= ErrIllegalOpcode;
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

endmodule
