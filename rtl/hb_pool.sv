// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Maximum over windows (POOL). A group of R output rows passes over the strip column by column:
/// every word is read once per group and enters the maxima of all output rows whose windows hold
/// it. Finished columns wait in a ring as wide as the widest window; where a window ends, the
/// group's R words leave, one per cycle. A step in t reads in t + 1; the output row r of a window
/// whose last step is in t is written in t + 4 + r. No stalls, no back-pressure. POOL is alone in
/// the compute engine, so that `nest_i` and `place_i` hold until its retirement.
module hb_pool
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               clear_i,
  // The command and the step (hb_sequencer)
  // verilator lint_off UNUSEDSIGNAL
  input  nest_t              nest_i,
  input  place_t             place_i,         // of the output; `part` is 0
  // verilator lint_on UNUSEDSIGNAL
  input  logic [31:0]        origin_i,
  input  logic [31:0]        row_step_i,
  input  logic [31:0]        columns_i,
  input  logic [31:0]        rows_i,
  input  logic               step_i,
  output logic               last_o,          // the step is the command's last
  // Activation buffer
  output logic               read_valid_o,
  output logic [31:0]        read_address_o,
  input  logic [32*Rows-1:0] read_data_i,
  output logic               write_valid_o,
  output logic [31:0]        write_address_o,
  output logic [32*Rows-1:0] write_data_o,
  output pulse_t             retire_o
);

  localparam int unsigned Bytes = 4 * Rows;
  localparam int unsigned RingBits = $clog2(PoolWidth);
  typedef logic [31:0] word_t;
  typedef logic [7:0] value_t;
  typedef logic [RingBits-1:0] slot_t;

  // What travels with a step to its word.
  typedef struct packed {
    logic        exists;       // the word exists
    logic        column_first; // y is 0
    logic        column_last;
    logic        window_last;  // the column ends a window
    logic        command_last;
    logic [15:0] y;            // in the column
    word_t       address;      // of the window's first output row
    word_t       left;         // output rows left, this group's included
  } tag_t;

  // Loops, innermost last, with the words that they stand at. A command's last step leaves the
  // counters at 0; the rest is set at its first (fresh_q).
  logic fresh_q;                        // the next step is its command's first
  logic [15:0] channel_word_q;
  word_t left_q;                        // output rows left, this group's included
  word_t column_q;
  word_t y_q;
  word_t plane_q;                       // top left word of the channel word's first group
  word_t group_q;                       // ... of this group
  word_t top_q;                         // ... of this column
  word_t word_q;                        // of this step
  word_t group_row_q;                   // image row of the group's first word, negative in padding
  word_t image_row_q, image_column_q;   // of this step
  logic [7:0] until_end_q;              // columns before the next one that ends a window
  word_t output_plane_q;                // output word of the channel word's first pixel
  word_t output_group_q;                // ... of the group's first pixel
  word_t output_q;                      // ... of the window's first output row

  logic row_last, column_last, group_last;
  assign row_last    = y_q == rows_i - 32'd1;
  assign column_last = column_q == columns_i - 32'd1;
  assign group_last  = (fresh_q ? 32'(nest_i.output_height) : left_q) <= Rows;
  assign last_o      = row_last && column_last && group_last
                       && channel_word_q == nest_i.channel_words - 16'd1;

  logic request_q;
  word_t address_q;
  logic step1_q, step2_q;
  tag_t tag1_q, tag2_q;

  // Blocking on purpose: state private to this block; outputs are copied to registers, see
  // hb_array.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : address
    logic exists;
    exists = 1'b0;
    request_q <= 1'b0;
    step1_q   <= rst_ni && !clear_i && step_i;
    if (!rst_ni || clear_i) begin
      fresh_q        = 1'b1;
      channel_word_q = '0;
      column_q       = '0;
      y_q            = '0;
    end else if (step_i) begin
      if (fresh_q) begin
        fresh_q        = 1'b0;
        left_q         = 32'(nest_i.output_height);
        plane_q        = origin_i;
        group_q        = origin_i;
        top_q          = origin_i;
        word_q         = origin_i;
        group_row_q    = 32'd0 - 32'(nest_i.pad_top);
        image_row_q    = group_row_q;
        image_column_q = 32'd0 - 32'(nest_i.pad_left);
        until_end_q    = nest_i.kernel_width - 8'd1;
        output_plane_q = place_i.address;
        output_group_q = output_plane_q;
        output_q       = output_plane_q;
      end
      // Unsigned: a negative position is far outside.
      exists = image_row_q < 32'(nest_i.input_height) && image_column_q < 32'(nest_i.input_width);
      request_q <= exists;
      address_q <= word_q;
      tag1_q <= '{exists: exists, column_first: y_q == '0, column_last: row_last,
                  window_last: row_last && until_end_q == '0, command_last: last_o, y: y_q[15:0],
                  address: output_q, left: left_q};

      if (!row_last) begin
        y_q         = y_q + 32'd1;
        word_q      = word_q + 32'(nest_i.input_width);
        image_row_q = image_row_q + 32'd1;
      end else begin
        y_q = '0;
        if (until_end_q == '0) begin
          until_end_q = nest_i.stride_x - 8'd1;
          output_q    = output_q + 32'd1;
        end else begin
          until_end_q = until_end_q - 8'd1;
        end
        if (!column_last) begin
          column_q       = column_q + 32'd1;
          image_column_q = image_column_q + 32'd1;
          top_q          = top_q + 32'd1;
        end else begin
          column_q       = '0;
          image_column_q = 32'd0 - 32'(nest_i.pad_left);
          until_end_q    = nest_i.kernel_width - 8'd1;
          if (!group_last) begin
            left_q         = left_q - Rows;
            group_q        = group_q + Rows * row_step_i;
            group_row_q    = group_row_q + Rows * 32'(nest_i.stride_y);
            output_group_q = output_group_q + Rows * 32'(nest_i.output_width);
          end else begin
            left_q         = 32'(nest_i.output_height);
            plane_q        = plane_q + nest_i.input_plane;
            group_q        = plane_q;
            group_row_q    = 32'd0 - 32'(nest_i.pad_top);
            output_plane_q = output_plane_q + place_i.plane;
            output_group_q = output_plane_q;
            if (channel_word_q == nest_i.channel_words - 16'd1) begin
              channel_word_q = '0;
              fresh_q        = 1'b1;
            end else begin
              channel_word_q = channel_word_q + 16'd1;
            end
          end
          top_q    = group_q;
          output_q = output_group_q;
        end
        word_q      = top_q;
        image_row_q = group_row_q;
      end
    end
    step2_q <= rst_ni && !clear_i && step1_q;
    if (step1_q) tag2_q <= tag1_q;
  end
  // verilator lint_on BLKSEQ

  // Values in offset binary, where the minimum is 0 and maxima are unsigned: int8 in `high`, int4's
  // odd channels in `high`, even ones in `low`.
  value_t high_q [Rows][Bytes];
  value_t low_q [Rows][Bytes];
  value_t high_ring_q [PoolWidth][Rows][Bytes];
  value_t low_ring_q [PoolWidth][Rows][Bytes];
  slot_t newest_q;

  // The window that leaves.
  logic leaving_q, leaving_last_q;
  logic [4:0] leaving_row_q;
  word_t leaving_left_q, leaving_address_q;

  logic write_valid_q, retired_q;
  word_t write_address_q;
  logic [32*Rows-1:0] write_data_q;

  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : maxima
    int unsigned i;
    int unsigned b;
    int unsigned k;
    word_t y;
    value_t high;
    value_t low;
    slot_t slot;
    i    = 0;
    b    = 0;
    k    = 0;
    y    = '0;
    high = '0;
    low  = '0;
    slot = '0;

    // A row of the leaving window: the maximum over its columns in the ring.
    write_valid_q <= rst_ni && !clear_i && leaving_q && leaving_left_q != '0;
    retired_q     <= rst_ni && !clear_i && leaving_q && leaving_last_q
                     && leaving_row_q == 5'(Rows - 1);
    if (leaving_q) begin
      write_address_q <= leaving_address_q;
      for (b = 0; b < Bytes; b = b + 1) begin
        high = '0;
        low  = '0;
        for (k = 0; k < PoolWidth; k = k + 1) begin
          if (k < 32'(nest_i.kernel_width)) begin
            slot = newest_q - slot_t'(k);
            if (high_ring_q[slot][leaving_row_q[$clog2(Rows)-1:0]][b] > high) begin
              high = high_ring_q[slot][leaving_row_q[$clog2(Rows)-1:0]][b];
            end
            if (low_ring_q[slot][leaving_row_q[$clog2(Rows)-1:0]][b] > low) begin
              low = low_ring_q[slot][leaving_row_q[$clog2(Rows)-1:0]][b];
            end
          end
        end
        write_data_q[8*b+:8] <= nest_i.int4 ? {high[3:0] ^ 4'h8, low[3:0] ^ 4'h8} : high ^ 8'h80;
      end
      leaving_q         = leaving_row_q != 5'(Rows - 1);
      leaving_row_q     = leaving_row_q + 5'd1;
      leaving_address_q = leaving_address_q + 32'(nest_i.output_width);
      if (leaving_left_q != '0) leaving_left_q = leaving_left_q - 32'd1;
    end

    if (step2_q) begin
      if (tag2_q.column_first) begin
        for (i = 0; i < Rows; i = i + 1) begin
          for (b = 0; b < Bytes; b = b + 1) begin
            high_q[i][b] = '0;
            low_q[i][b]  = '0;
          end
        end
      end
      if (tag2_q.exists) begin
        for (i = 0; i < Rows; i = i + 1) begin
          // Unsigned: rows above the window are far outside.
          y = 32'(tag2_q.y) - i * 32'(nest_i.stride_y);
          if (y < 32'(nest_i.kernel_height)) begin
            for (b = 0; b < Bytes; b = b + 1) begin
              high = nest_i.int4 ? {4'h0, read_data_i[8*b+4+:4] ^ 4'h8}
                                 : read_data_i[8*b+:8] ^ 8'h80;
              low  = {4'h0, read_data_i[8*b+:4] ^ 4'h8};
              if (high > high_q[i][b]) high_q[i][b] = high;
              if (low > low_q[i][b]) low_q[i][b] = low;
            end
          end
        end
      end
      if (tag2_q.column_last) begin
        newest_q = newest_q + 1'b1;
        for (i = 0; i < Rows; i = i + 1) begin
          for (b = 0; b < Bytes; b = b + 1) begin
            high_ring_q[newest_q][i][b] = high_q[i][b];
            low_ring_q[newest_q][i][b]  = low_q[i][b];
          end
        end
      end
      if (tag2_q.window_last) begin
        leaving_q         = 1'b1;
        leaving_row_q     = '0;
        leaving_address_q = tag2_q.address;
        leaving_left_q    = tag2_q.left;
        leaving_last_q    = tag2_q.command_last;
      end
    end
    if (!rst_ni || clear_i) begin
      leaving_q = 1'b0;
      newest_q  = '0;
    end
  end
  // verilator lint_on BLKSEQ

  assign read_valid_o    = request_q;
  assign read_address_o  = address_q;
  assign write_valid_o   = write_valid_q;
  assign write_address_o = write_address_q;
  assign write_data_o    = write_data_q;
  assign retire_o        = '{valid: retired_q, index: nest_i.index, tokens: nest_i.signals};

  if (PoolWidth != 2 ** RingBits) $error("hb_pool: PoolWidth must be a power of two");

endmodule
