// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Compute path: sequencer, feed, array, post-processor and pool, from the compute queue's head to
/// words written. POOL is alone, so it shares the feed's and the output's port.
module hb_compute
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned WeightRows = 4096,
  parameter int unsigned ParameterTiles = 64,
  parameter int unsigned Granule = 16,
  localparam int unsigned Granules = 4 * Rows / Granule
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  input  logic                  running_i,
  input  logic                  stop_i,
  input  logic                  ended_i,
  input  logic                  busy_i,            // a command is dispatched and not retired
  // Queue head and tokens
  input  logic                  valid_i,
  input  conv_t                 conv_i,
  output logic                  pop_o,
  input  tokens_t               present_i,
  // Weight and parameter beats (hb_load)
  input  logic                  weight_write_i,
  input  logic                  parameter_write_i,
  input  logic [31:0]           write_row_i,
  input  logic [7:0]            write_part_i,
  input  logic [8*BusBytes-1:0] write_data_i,
  // Activation buffer
  output logic                  read_valid_o,
  output logic [31:0]           read_address_o,
  input  logic [32*Rows-1:0]    read_data_i,
  output logic                  residual_valid_o,
  output logic [31:0]           residual_address_o,
  output index_t                residual_index_o,
  input  logic [32*Rows-1:0]    residual_data_i,
  output logic                  output_valid_o,
  output logic [31:0]           output_address_o,
  output logic [Granules-1:0]   output_mask_o,
  output logic [32*Rows-1:0]    output_data_o,
  output index_t                output_index_o,
  output logic                  copy_valid_o,
  output logic [31:0]           copy_address_o,
  output logic [Granules-1:0]   copy_mask_o,
  output logic [32*Rows-1:0]    copy_data_o,
  output index_t                copy_index_o,
  // Status
  output pulse_t                start_o,
  output pulse_t                retire_o,
  output logic                  waiting_o,         // a command is in the next slot
  output tokens_t               missing_o,         // the tokens it lacks
  output index_t                waiting_index_o,
  output logic                  working_o,         // a command has started and not retired
  output logic                  cause_valid_o,
  output cause_e                cause_o            // of the previous cycle
);

  pulse_t start, retire, conv_retire, pool_retire;
  // verilator lint_off UNUSEDSIGNAL
  conv_t next;                    // the post-processor uses the fields that concern it
  // verilator lint_on UNUSEDSIGNAL
  nest_t issued;
  logic starts;
  place_t pool_place_q;
  always_ff @(posedge clk_i) begin
    if (starts && next.nest.pool) pool_place_q <= next.outcome.places[Output];
  end
  logic step, first_word, first_tile, tile_last, pixel;
  logic [4:0] row;
  logic [7:0] kernel_y, kernel_x;
  logic [31:0] origin, row_step, offset, weight_row, columns, rows;
  logic weight_half, pool_step, pool_last;
  hb_sequencer #(
    .Rows   (Rows),
    .Columns(Columns)
  ) i_sequencer (
    .clk_i,
    .rst_ni,
    .clear_i,
    .running_i,
    .stop_i,
    .ended_i,
    .busy_i,
    .valid_i,
    .conv_i,
    .pop_o,
    .present_i,
    .retired_i    (retire.valid),
    .starts_o     (starts),
    .next_o       (next),
    .nest_o       (issued),
    .origin_o     (origin),
    .row_step_o   (row_step),
    .columns_o    (columns),
    .rows_o       (rows),
    .pool_last_i  (pool_last),
    .pool_step_o  (pool_step),
    .step_o       (step),
    .first_word_o (first_word),
    .first_tile_o (first_tile),
    .tile_last_o  (tile_last),
    .pixel_o      (pixel),
    .row_o        (row),
    .kernel_y_o   (kernel_y),
    .kernel_x_o   (kernel_x),
    .offset_o     (offset),
    .weight_row_o (weight_row),
    .weight_half_o(weight_half),
    .start_o      (start),
    .waiting_o,
    .missing_o,
    .waiting_index_o,
    .working_o,
    .cause_valid_o,
    .cause_o
  );

  logic word_valid, word_last, word_partial, word_int4, word_read, tile_entered;
  logic feed_valid, pool_valid, pool_write_valid, conv_write_valid;
  logic [31:0] feed_address, pool_address, pool_write_address, conv_write_address;
  logic [Granules-1:0] conv_write_mask;
  logic [32*Rows-1:0] pool_write_data, conv_write_data;
  index_t conv_write_index;
  logic [4:0] word_row;
  logic [7:0] word_fill;
  logic [32*Columns-1:0] row_sums;
  hb_feed #(
    .Rows(Rows)
  ) i_feed (
    .clk_i,
    .rst_ni,
    .nest_i        (issued),
    .origin_i      (origin),
    .row_step_i    (row_step),
    .step_i        (step),
    .first_word_i  (first_word),
    .first_tile_i  (first_tile),
    .tile_last_i   (tile_last),
    .pixel_i       (pixel),
    .row_i         (row),
    .kernel_y_i    (kernel_y),
    .kernel_x_i    (kernel_x),
    .offset_i      (offset),
    .read_valid_o  (feed_valid),
    .read_address_o(feed_address),
    .word_valid_o  (word_valid),
    .word_last_o   (word_last),
    .word_partial_o(word_partial),
    .word_int4_o   (word_int4),
    .word_row_o    (word_row),
    .word_read_o   (word_read),
    .word_fill_o   (word_fill)
  );

  hb_array #(
    .Rows      (Rows),
    .Columns   (Columns),
    .BusBytes  (BusBytes),
    .WeightRows(WeightRows)
  ) i_array (
    .clk_i,
    .clear_i       (!rst_ni || clear_i),
    .write_i       (weight_write_i),
    .write_row_i,
    .write_part_i,
    .write_data_i,
    .step_i        (step),
    .narrow_i      (issued.narrow),
    .half_i        (weight_half),
    .weight_row_i  (weight_row),
    .word_valid_i  (word_valid),
    .word_last_i   (word_last),
    .word_partial_i(word_partial),
    .word_int4_i   (word_int4),
    .word_row_i    (word_row),
    .word_read_i   (word_read),
    .word_fill_i   (word_fill),
    .word_i        (read_data_i),
    .last_o        (tile_entered),
    .row_o         (row_sums)
  );

  hb_post_processor #(
    .Rows          (Rows),
    .Columns       (Columns),
    .BusBytes      (BusBytes),
    .ParameterTiles(ParameterTiles),
    .Granule       (Granule)
  ) i_post_processor (
    .clk_i,
    .rst_ni,
    .clear_i,
    .start_i         (starts && !next.nest.pool),
    .conv_i          (next),
    .last_i          (tile_entered),
    .row_i           (row_sums),
    .write_i         (parameter_write_i),
    .write_row_i,
    .write_part_i,
    .write_data_i,
    .residual_valid_o,
    .residual_address_o,
    .residual_index_o,
    .residual_data_i,
    .output_valid_o  (conv_write_valid),
    .output_address_o(conv_write_address),
    .output_mask_o   (conv_write_mask),
    .output_data_o   (conv_write_data),
    .output_index_o  (conv_write_index),
    .copy_valid_o,
    .copy_address_o,
    .copy_mask_o,
    .copy_data_o,
    .copy_index_o,
    .retire_o        (conv_retire)
  );

  hb_pool #(
    .Rows(Rows)
  ) i_pool (
    .clk_i,
    .rst_ni,
    .clear_i,
    .nest_i         (issued),
    .place_i        (pool_place_q),
    .origin_i       (origin),
    .row_step_i     (row_step),
    .columns_i      (columns),
    .rows_i         (rows),
    .step_i         (pool_step),
    .last_o         (pool_last),
    .read_valid_o   (pool_valid),
    .read_address_o (pool_address),
    .read_data_i,
    .write_valid_o  (pool_write_valid),
    .write_address_o(pool_write_address),
    .write_data_o   (pool_write_data),
    .retire_o       (pool_retire)
  );

  assign read_valid_o     = feed_valid || pool_valid;
  assign read_address_o   = pool_valid ? pool_address : feed_address;
  assign output_valid_o   = conv_write_valid || pool_write_valid;
  assign output_address_o = pool_write_valid ? pool_write_address : conv_write_address;
  assign output_mask_o    = pool_write_valid ? '1 : conv_write_mask;
  assign output_data_o    = pool_write_valid ? pool_write_data : conv_write_data;
  assign output_index_o   = pool_write_valid ? issued.index : conv_write_index;
  assign retire           = pool_retire.valid ? pool_retire : conv_retire;

  assign start_o  = start;
  assign retire_o = retire;

endmodule
