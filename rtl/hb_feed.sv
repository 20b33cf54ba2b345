// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Operand feed: turns the sequencer's steps into activation words, one per cycle, and each word into R cycles of 32-bit
/// operands for one row of the array. R pixel contexts let a tile run across image rows; a position outside the strip feeds the
/// pad value. A step in t reads in t + 1 and feeds its first lane in t + 3. No stalls, no back-pressure.
module hb_feed
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  // The command and the step (hb_sequencer); the feed uses the fields that place operands
  // verilator lint_off UNUSEDSIGNAL
  input  conv_t              conv_i,
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
  input  logic [32*Rows-1:0] read_data_i,
  // Array
  output logic [31:0]        operand_o [Rows],  // row r is r cycles late
  output logic               last_o,            // a tile's last operand enters PE(0,0)
  output logic               int4_o,
  output logic               enable_o           // operands are in the array
);

  localparam int unsigned RowBits = $clog2(Rows);
  localparam int unsigned Travel = Rows + Columns;  // a word's cycles in its row and in the array
  typedef logic [31:0] word_t;

  // Pixel contexts: position and word of the top left operand of each row's pixel; the walker holds the next pixel's.
  word_t y_q [Rows];
  word_t x_q [Rows];
  word_t base_q [Rows];
  word_t walk_y_q, walk_x_q, walk_base_q, walk_row_base_q;
  logic [15:0] walk_column_q;

  // Pipeline: request (t + 1), word at the bank (t + 2).
  logic request_q, step1_q, pad1_q, last1_q, int41_q;
  logic step2_q, data2_q, pad2_q, last2_q, int42_q;
  word_t address_q;
  logic [RowBits-1:0] row1_q, row2_q;
  logic [7:0] pad_value1_q, pad_value2_q;

  // Blocking on purpose: state private to this block; outputs are copied to registers, see hb_array.
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
          y        = 32'd0 - 32'(conv_i.pad_top);
          x        = 32'd0 - 32'(conv_i.pad_left);
          base     = origin_i;
          row_base = origin_i;
          column   = '0;
        end
        y_q[row_i[RowBits-1:0]]    = y;
        x_q[row_i[RowBits-1:0]]    = x;
        base_q[row_i[RowBits-1:0]] = base;
        if (column == conv_i.output_width - 16'd1) begin
          walk_column_q   = '0;
          walk_y_q        = y + 32'(conv_i.stride_y);
          walk_x_q        = 32'd0 - 32'(conv_i.pad_left);
          walk_base_q     = row_base + row_step_i;
          walk_row_base_q = row_base + row_step_i;
        end else begin
          walk_column_q   = column + 16'd1;
          walk_y_q        = y;
          walk_x_q        = x + 32'(conv_i.stride_x);
          walk_base_q     = base + 32'(conv_i.stride_x);
          walk_row_base_q = row_base;
        end
      end else begin
        y    = y_q[row_i[RowBits-1:0]];
        x    = x_q[row_i[RowBits-1:0]];
        base = base_q[row_i[RowBits-1:0]];
      end
      // Unsigned: a negative position is far outside.
      in_strip = (y + 32'(kernel_y_i)) < 32'(conv_i.input_height)
               && (x + 32'(kernel_x_i)) < 32'(conv_i.input_width);
      request_q    <= rst_ni && pixel_i && in_strip;
      pad1_q       <= pixel_i && !in_strip;
      address_q    <= base + offset_i;
      row1_q       <= row_i[RowBits-1:0];
      int41_q      <= conv_i.int4;
      pad_value1_q <= conv_i.pad_value;
    end
    step2_q      <= rst_ni && step1_q;
    data2_q      <= request_q;
    pad2_q       <= pad1_q;
    last2_q      <= last1_q;
    int42_q      <= int41_q;
    row2_q       <= row1_q;
    pad_value2_q <= pad_value1_q;
  end
  // verilator lint_on BLKSEQ

  // Operand words: word_q[r][l] is lane l of row r's word; lane_q[r] the lane it feeds now, Rows when it has none left.
  word_t read_lane [Rows];
  for (genvar l = 0; l < Rows; l++) begin : gen_lanes
    assign read_lane[l] = read_data_i[32*l+:32];
  end

  word_t word_q [Rows][Rows];
  word_t lane_q [Rows];
  word_t operand [Rows];
  word_t operand_q [Rows];
  logic last_q;
  logic int4_q;
  logic [7:0] travel_q;
  // Blocking on purpose: state private to this block; outputs are copied to registers, see hb_array.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : words
    word_t data;
    word_t pad;
    data = '0;
    pad  = '0;
    for (int unsigned r = 0; r < Rows; r++) begin
      if (lane_q[r] != Rows) lane_q[r] = lane_q[r] + 32'd1;
    end
    if (step2_q) begin
      data = 32'd0 - 32'(data2_q);
      pad  = {4{pad_value2_q}} & (32'd0 - 32'(pad2_q));
      for (int unsigned l = 0; l < Rows; l++) begin
        word_q[row2_q][l] = (read_lane[l] & data) | pad;
      end
      lane_q[row2_q] = '0;
      int4_q <= int42_q;
    end
    for (int unsigned r = 0; r < Rows; r++) begin
      operand[r] = lane_q[r] == Rows ? '0 : word_q[r][lane_q[r][RowBits-1:0]];
    end
    last_q <= step2_q && last2_q;
    if (!rst_ni) begin
      for (int unsigned r = 0; r < Rows; r++) begin
        lane_q[r]    = Rows;
        operand[r] = '0;
      end
      travel_q <= '0;
    end else if (step2_q) begin
      travel_q <= 8'(Travel);
    end else if (travel_q != '0) begin
      travel_q <= travel_q - 8'd1;
    end
    operand_q <= operand;
  end
  // verilator lint_on BLKSEQ

  assign read_valid_o   = request_q;
  assign read_address_o = address_q;
  assign operand_o      = operand_q;
  assign last_o         = last_q;
  assign int4_o         = int4_q;
  assign enable_o       = travel_q != '0;

  if (Rows != 2 ** RowBits) $error("hb_feed: Rows must be a power of two");

endmodule
