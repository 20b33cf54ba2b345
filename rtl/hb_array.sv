// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Output-stationary array of R x C processing elements, with operand words at the left of its
/// rows, weight banks above its columns and the deskew below. A PE multiplies one 32-bit operand a
/// side per cycle (four int8 or eight int4 products) into a 32-bit accumulator; `last` travels with
/// PE(0,0)'s operands and ends the tile where it passes. A step in t meets PE(0,0) in t + 3; rows
/// and columns are skewed by one cycle each. Whole row r of a tile's sums: `row_o`, C + 1 + r
/// cycles after last_o. Narrow weights (int4, for int8 operands) are widened above the columns. No
/// stalls, no back-pressure. One block updates private state in place by blocking assignments, with
/// index j = C - 1 - c and loops against the data flow: so Verilator's code vectorises. See
/// docs/architecture.md.
module hb_array
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned WeightRows = 4096
) (
  input  logic                  clk_i,
  input  logic                  clear_i,           // accumulators and operands to zero
  // Weight beats (hb_load). Rows are checked at dispatch: their upper bits are 0
  input  logic                  write_i,
  // verilator lint_off UNUSEDSIGNAL
  input  logic [31:0]           write_row_i,
  // verilator lint_on UNUSEDSIGNAL
  input  logic [7:0]            write_part_i,
  input  logic [8*BusBytes-1:0] write_data_i,
  // The step's weight row (hb_sequencer)
  input  logic                  step_i,
  input  logic                  narrow_i,          // int4 weights for int8 operands ...
  input  logic                  half_i,            // ... in the upper half of the row's columns
  // verilator lint_off UNUSEDSIGNAL
  input  logic [31:0]           weight_row_i,
  // verilator lint_on UNUSEDSIGNAL
  // A word for a row (hb_feed): its lanes are the row's operands from the next cycle on, one per
  // cycle
  input  logic                  word_valid_i,
  input  logic                  word_last_i,
  input  logic                  word_partial_i,    // the sums stay for the next tile
  input  logic                  word_int4_i,
  // verilator lint_off UNUSEDSIGNAL
  input  logic [4:0]            word_row_i,
  // verilator lint_on UNUSEDSIGNAL
  input  logic                  word_read_i,       // take `word_i`, otherwise `word_fill_i` bytes
  input  logic [7:0]            word_fill_i,
  input  logic [32*Rows-1:0]    word_i,
  output logic                  last_o,            // a tile's last operands enter PE(0,0)
  output logic [32*Columns-1:0] row_o              // word j is column C - 1 - j
);

  localparam int unsigned RowBits = $clog2(WeightRows);
  localparam int unsigned ColumnBits = $clog2(Columns);
  localparam int unsigned BeatColumns = BusBytes / 4;
  localparam int unsigned LaneBits = $clog2(Rows);
  localparam int unsigned Travel = Rows + Columns;      // cycles a word's lanes are in the array
  localparam int unsigned Window = Rows + Columns - 1;  // cycles in which a tile's sums come out
  localparam int unsigned RingRows = 2 * Columns;       // rows in the deskew ring
  localparam int unsigned SlotBits = $clog2(RingRows);
  typedef logic [31:0] word_t;
  typedef logic [RowBits-1:0] weight_row_t;

  // Weight banks: column c reads the row of the step c cycles before. The last C rows are kept
  // twice, so that any C neighbours in time lie side by side.
  (* ram_block *) word_t memory_q [WeightRows][Columns];
  weight_row_t history_q [2*Columns];
  logic [ColumnBits-1:0] newest_q;
  weight_row_t row1_q;
  logic step1_q, step2_q;
  // Narrow weights, beside the rows of history_q: all ones where a row is narrow, and where its
  // upper half counts.
  word_t narrow_history_q [2*Columns];
  word_t half_history_q [2*Columns];
  logic narrow1_q, half1_q;
  logic [7:0] narrow_q;                 // a narrow row is in the history
  word_t raw_q [Columns];               // weights read
  word_t top_q [Columns];               // weights entering row 0

  // Operand words: the lane that row r feeds now; none when it is Rows.
  word_t word_q [Rows][Rows];
  word_t lane_q [Rows];
  logic last_entry_q, int4_q;
  logic [7:0] ending_q;                 // a tile's end is in the array
  logic [7:0] travel_q;                 // operands are in the array; otherwise it holds still

  // Processing elements, row index i = R - 1 - r. Place C of operands and `last` is what enters
  // column 0 at the next edge. Places above it are unused: 2C is a power of two, so that no access
  // needs a bounds check.
  word_t operand_q [Rows][2*Columns];
  word_t weight_q [Rows][Columns];
  word_t last_q [Rows][2*Columns];      // all ones where the tile ends
  word_t accumulator_q [Rows][Columns];
  word_t sum_q [Columns];               // AND-OR multiplexer: one PE of a column ends per cycle

  // Deskew: a ring of rows, addressed along the diagonal instead of C(C+1)/2 shift registers.
  word_t ring_q [RingRows][Columns];
  logic [SlotBits-1:0] now_q;
  logic [7:0] window_q;

  word_t read_lane [Rows];
  for (genvar l = 0; l < Rows; l++) begin : gen_lanes
    assign read_lane[l] = word_i[32*l+:32];
  end
  word_t beat [BeatColumns];
  for (genvar b = 0; b < BeatColumns; b++) begin : gen_beat
    assign beat[b] = write_data_i[32*(BeatColumns-1-b)+:32];
  end

  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : array
    int unsigned i;
    int unsigned j;
    int unsigned first;
    word_t a;
    word_t w;
    word_t p;
    i     = 0;
    j     = 0;
    first = 0;
    a     = 0;
    w     = 0;
    p     = 0;

    // Column C - 1 - j's sum belongs to the row that column 0 ended C - 1 - j cycles ago.
    if (window_q != '0) begin
      first = 32'(now_q) + RingRows - (Columns - 1);
      for (j = 0; j < Columns; j = j + 1) ring_q[SlotBits'(first+j)][j] = sum_q[j];
    end

    if (clear_i) begin
      for (i = 0; i < Rows; i = i + 1) begin
        for (j = 0; j < Columns; j = j + 1) begin
          operand_q[i][j]     = 0;
          last_q[i][j]        = 0;
          accumulator_q[i][j] = 0;
        end
      end
    end else if (travel_q != '0) begin
      for (i = 0; i < Rows; i = i + 1) begin
        for (j = 0; j < Columns; j = j + 1) operand_q[i][j] = operand_q[i][j+1];
      end
      for (i = 0; i + 1 < Rows; i = i + 1) begin
        for (j = 0; j < Columns; j = j + 1) weight_q[i][j] = weight_q[i+1][j];
      end
      for (j = 0; j < Columns; j = j + 1) weight_q[Rows-1][j] = top_q[j];

`ifdef SYNTHESIS
      for (i = 0; i < Rows; i = i + 1) begin
        for (j = 0; j < Columns; j = j + 1) begin
          accumulator_q[i][j] = accumulator_q[i][j]
              + 32'(hb_product_pkg::product(int4_q, operand_q[i][j], weight_q[i][j]));
        end
      end
`else
      // A field of b bits is sign-extended as (field ^ 2^(b-1)) - 2^(b-1). int4 takes two products
      // from a multiplication: nibbles k and k + 4 as one number a' = a_k + 2^16 a_(k+4), the
      // weights with halves swapped as w' = w_(k+4) + 2^16 w_k; then a' w' = a_k w_(k+4) + 2^16
      // (a_k w_k + a_(k+4) w_(k+4)) mod 2^32. The four low terms add up to less than 2^15, so
      // adding 2^15 before the shift rounds them away.
      if (int4_q) begin
        for (i = 0; i < Rows; i = i + 1) begin
          for (j = 0; j < Columns; j = j + 1) begin
            a = operand_q[i][j];
            w = (weight_q[i][j] >> 16) | (weight_q[i][j] << 16);
            p = 32'h8000
                + (((a & 32'hf000f) ^ 32'h80008) - 32'h80008)
                  * (((w & 32'hf000f) ^ 32'h80008) - 32'h80008)
                + ((((a >> 4) & 32'hf000f) ^ 32'h80008) - 32'h80008)
                  * ((((w >> 4) & 32'hf000f) ^ 32'h80008) - 32'h80008)
                + ((((a >> 8) & 32'hf000f) ^ 32'h80008) - 32'h80008)
                  * ((((w >> 8) & 32'hf000f) ^ 32'h80008) - 32'h80008)
                + ((((a >> 12) & 32'hf000f) ^ 32'h80008) - 32'h80008)
                  * ((((w >> 12) & 32'hf000f) ^ 32'h80008) - 32'h80008);
            accumulator_q[i][j] = accumulator_q[i][j] + (((p >> 16) ^ 32'h8000) - 32'h8000);
          end
        end
      end else begin
        for (i = 0; i < Rows; i = i + 1) begin
          for (j = 0; j < Columns; j = j + 1) begin
            a = operand_q[i][j];
            w = weight_q[i][j];
            accumulator_q[i][j] = accumulator_q[i][j]
                + (((a & 32'hff) ^ 32'h80) - 32'h80) * (((w & 32'hff) ^ 32'h80) - 32'h80)
                + ((((a >> 8) & 32'hff) ^ 32'h80) - 32'h80)
                  * ((((w >> 8) & 32'hff) ^ 32'h80) - 32'h80)
                + ((((a >> 16) & 32'hff) ^ 32'h80) - 32'h80)
                  * ((((w >> 16) & 32'hff) ^ 32'h80) - 32'h80)
                + (((a >> 24) ^ 32'h80) - 32'h80) * (((w >> 24) ^ 32'h80) - 32'h80);
          end
        end
      end
`endif

      // While a tile's end is in the array: finished sums go to their columns' registers.
      if (ending_q != '0) begin
        for (i = 0; i + 1 < Rows; i = i + 1) begin
          for (j = 0; j < Columns; j = j + 1) last_q[i][j] = last_q[i+1][j];
        end
        for (j = 0; j < Columns; j = j + 1) last_q[Rows-1][j] = last_q[Rows-1][j+1];
        for (j = 0; j < Columns; j = j + 1) sum_q[j] = accumulator_q[0][j] & last_q[0][j];
        for (i = 1; i < Rows; i = i + 1) begin
          for (j = 0; j < Columns; j = j + 1) begin
            sum_q[j] = sum_q[j] | (accumulator_q[i][j] & last_q[i][j]);
          end
        end
        for (i = 0; i < Rows; i = i + 1) begin
          for (j = 0; j < Columns; j = j + 1) begin
            accumulator_q[i][j] = accumulator_q[i][j] & ~last_q[i][j];
          end
        end
      end
    end

    for (i = 0; i < Rows; i = i + 1) lane_q[i] = lane_q[i] + (lane_q[i] != Rows ? 1 : 0);
    if (word_valid_i) begin
      a = 0 - 32'(word_read_i);
      w = {4{word_fill_i}} & ~a;
      for (j = 0; j < Rows; j = j + 1) word_q[LaneBits'(word_row_i)][j] = (read_lane[j] & a) | w;
      lane_q[LaneBits'(word_row_i)] = 0;
    end
    if (clear_i) begin
      for (i = 0; i < Rows; i = i + 1) lane_q[i] = Rows;
      narrow_q = '0;
    end
    // What enters PE(r,0) at the next edge.
    for (i = 0; i < Rows; i = i + 1) begin
      operand_q[Rows-1-i][Columns] = lane_q[i] == Rows ? '0 : word_q[i][LaneBits'(lane_q[i])];
    end
    last_q[Rows-1][Columns] = 0 - 32'(word_valid_i && word_last_i && !word_partial_i);

    // Weights' way in: the steps' rows, the words read there (a memory with a clocked read has
    // nothing behind it but its register), and these as bytes, entering row 0.
    if (travel_q != '0 || step2_q) begin
      first = 32'(newest_q);
      for (j = 0; j < Columns; j = j + 1) top_q[j] = raw_q[j];
      if (narrow_q != '0) begin
        for (j = 0; j < Columns; j = j + 1) begin
          a = half_history_q[first+1+j];
          w = (raw_q[j] & ~a) | ((raw_q[j] >> 16) & a);
          // Four nibbles to four bytes, then copies of each sign above it.
          p = (w & 32'hf) | ((w << 4) & 32'hf00) | ((w << 8) & 32'hf0000)
              | ((w << 12) & 32'hf000000);
          w = p & 32'h8080808;
          p = p | (w << 1) | (w << 2) | (w << 3) | (w << 4);
          a = narrow_history_q[first+1+j];
          top_q[j] = (raw_q[j] & ~a) | (p & a);
        end
      end
    end
    if (travel_q != '0 || step2_q || step1_q) begin
      newest_q = newest_q + 1'b1;
      first = 32'(newest_q);
      history_q[first]         = row1_q;
      history_q[first+Columns] = row1_q;
      narrow_history_q[first]         = 0 - 32'(step1_q && narrow1_q);
      narrow_history_q[first+Columns] = 0 - 32'(step1_q && narrow1_q);
      if (step1_q && narrow1_q) narrow_q = 8'(Columns);
      else if (narrow_q != '0) narrow_q = narrow_q - 8'd1;
      if (narrow_q != '0) begin
        half_history_q[first]         = 0 - 32'(half1_q);
        half_history_q[first+Columns] = 0 - 32'(half1_q);
      end
      for (j = 0; j < Columns; j = j + 1) raw_q[j] = memory_q[history_q[first+1+j]][j];
    end
    if (write_i) begin
      first = Columns - BeatColumns - 32'(write_part_i) * BeatColumns;
      for (j = 0; j < BeatColumns; j = j + 1) begin
        memory_q[write_row_i[RowBits-1:0]][first+j] `HB_WRITE beat[j];
      end
    end
    step2_q = step1_q;
    if (step_i) row1_q = weight_row_i[RowBits-1:0];
    narrow1_q = narrow_i;
    half1_q   = half_i;
    step1_q = step_i;
  end
  // verilator lint_on BLKSEQ

  always_ff @(posedge clk_i) begin
    last_entry_q <= !clear_i && word_valid_i && word_last_i;
    if (word_valid_i) int4_q <= word_int4_i;
    if (clear_i) begin
      now_q    <= '0;
      window_q <= '0;
      travel_q <= '0;
      ending_q <= '0;
    end else begin
      now_q <= now_q + 1'b1;
      if (last_entry_q) window_q <= 8'(Window);
      else if (window_q != '0) window_q <= window_q - 8'd1;
      if (word_valid_i && word_last_i && !word_partial_i) ending_q <= 8'(Window);
      else if (ending_q != '0) ending_q <= ending_q - 8'd1;
      if (word_valid_i) travel_q <= 8'(Travel);
      else if (travel_q != '0) travel_q <= travel_q - 8'd1;
    end
  end

  assign last_o = last_entry_q;

  // No edge writes the slot that is read here: it was complete a cycle ago and is overwritten C
  // cycles on.
  logic [SlotBits-1:0] row_slot;
  assign row_slot = now_q - SlotBits'(Columns);
  for (genvar j = 0; j < Columns; j++) begin : gen_row
    assign row_o[32*j+:32] = ring_q[row_slot][j];
  end

  if (WeightRows != 2 ** RowBits) $error("hb_array: WeightRows must be a power of two");
  if (Columns != 2 ** ColumnBits) $error("hb_array: Columns must be a power of two");

endmodule
