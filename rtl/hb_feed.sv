// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Operand feed: turns the sequencer's steps into activation words for the array's rows, one per
/// cycle. R pixel contexts let a tile run across image rows; a position outside the strip feeds the
/// pad value, a row without a pixel zero. A step in t reads in t + 1 and has its word at the
/// outputs in t + 2. No stalls, no back-pressure.
module hb_feed
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  // The command and the step (hb_sequencer); the feed uses the fields that place operands
  // verilator lint_off UNUSEDSIGNAL
  input  nest_t              nest_i,
  // verilator lint_on UNUSEDSIGNAL
  input  logic [31:0]        origin_i,
  input  logic [31:0]        row_step_i,
  input  logic               step_i,
  input  logic               first_word_i,
  input  logic               first_tile_i,
  input  logic               tile_last_i,
  input  logic               pixel_i,
  input  logic [4:0]         row_i,
  input  logic [7:0]         kernel_y_i,
  input  logic [7:0]         kernel_x_i,
  input  logic [31:0]        offset_i,
  // Activation buffer read
  output logic               read_valid_o,
  output logic [31:0]        read_address_o,
  // Array: the word of the step two cycles ago
  output logic               word_valid_o,
  output logic               word_last_o,     // of its tile
  output logic               word_partial_o,  // ... whose sums stay in the array
  output logic               word_int4_o,
  output logic [4:0]         word_row_o,
  output logic               word_read_o,     // take the buffer's word, otherwise fill bytes
  output logic [7:0]         word_fill_o
);

  localparam int unsigned RowBits = $clog2(Rows);
  typedef logic [31:0] word_t;

  // Pixel contexts: position and word of the top left operand of each row's pixel; the walker holds
  // the next pixel's.
  word_t y_q [Rows];
  word_t x_q [Rows];
  word_t base_q [Rows];
  word_t walk_y_q, walk_x_q, walk_base_q, walk_row_base_q;
  logic [15:0] walk_column_q;

  // Pipeline: request (t + 1), word at the bank (t + 2).
  logic request_q, step1_q, last1_q, int41_q, partial1_q;
  logic step2_q, data2_q, last2_q, int42_q, partial2_q;
  word_t address_q;
  logic [RowBits-1:0] row1_q, row2_q;
  logic [7:0] fill1_q, fill2_q;

  // Blocking on purpose: state private to this block; outputs are copied to registers, see
  // hb_array.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : address
    word_t y;
    word_t x;
    word_t base;
    word_t row_base;
    logic [15:0] column;
    logic in_strip;
    y        = '0;
    x        = '0;
    base     = '0;
    row_base = '0;
    column   = '0;
    in_strip = 1'b0;
    request_q <= 1'b0;
    step1_q   <= rst_ni && step_i;
    last1_q   <= tile_last_i;
    if (step_i) begin
      if (first_word_i) begin
        y        = walk_y_q;
        x        = walk_x_q;
        base     = walk_base_q;
        row_base = walk_row_base_q;
        column   = walk_column_q;
        if (first_tile_i && row_i == '0) begin
          y        = 32'd0 - 32'(nest_i.pad_top);
          x        = 32'd0 - 32'(nest_i.pad_left);
          base     = origin_i;
          row_base = origin_i;
          column   = '0;
        end
        y_q[row_i[RowBits-1:0]]    = y;
        x_q[row_i[RowBits-1:0]]    = x;
        base_q[row_i[RowBits-1:0]] = base;
        if (column == nest_i.output_width - 16'd1) begin
          walk_column_q   = '0;
          walk_y_q        = y + 32'(nest_i.stride_y);
          walk_x_q        = 32'd0 - 32'(nest_i.pad_left);
          walk_base_q     = row_base + row_step_i;
          walk_row_base_q = row_base + row_step_i;
        end else begin
          walk_column_q   = column + 16'd1;
          walk_y_q        = y;
          walk_x_q        = x + 32'(nest_i.stride_x);
          walk_base_q     = base + 32'(nest_i.stride_x);
          walk_row_base_q = row_base;
        end
      end else begin
        y    = y_q[row_i[RowBits-1:0]];
        x    = x_q[row_i[RowBits-1:0]];
        base = base_q[row_i[RowBits-1:0]];
      end
      // Unsigned: a negative position is far outside.
      in_strip = (y + 32'(kernel_y_i)) < 32'(nest_i.input_height)
               && (x + 32'(kernel_x_i)) < 32'(nest_i.input_width);
      request_q    <= rst_ni && pixel_i && in_strip;
      address_q    <= base + offset_i;
      row1_q       <= row_i[RowBits-1:0];
      int41_q      <= nest_i.int4;
      partial1_q   <= nest_i.partial;
      fill1_q      <= pixel_i ? nest_i.pad_value : '0;
    end
    step2_q      <= rst_ni && step1_q;
    data2_q      <= request_q;
    last2_q      <= last1_q;
    int42_q      <= int41_q;
    partial2_q   <= partial1_q;
    row2_q       <= row1_q;
    fill2_q      <= fill1_q;
  end
  // verilator lint_on BLKSEQ

  assign read_valid_o   = request_q;
  assign read_address_o = address_q;
  assign word_valid_o   = step2_q;
  assign word_last_o    = last2_q;
  assign word_int4_o    = int42_q;
  assign word_partial_o = partial2_q;
  assign word_row_o     = 5'(row2_q);
  assign word_read_o    = data2_q;
  assign word_fill_o    = fill2_q;

  if (Rows != 2 ** RowBits) $error("hb_feed: Rows must be a power of two");

endmodule
