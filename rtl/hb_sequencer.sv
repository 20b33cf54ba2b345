// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Compute sequencer: takes CONV and POOL commands through the next slot, decides their start and
/// issues one step per cycle without a gap; a POOL's loops are hb_pool's. Names each cycle's cause
/// (docs/timing.md sections 7 and 8). Data is hb_feed's, hb_array's and hb_pool's business.
module hb_sequencer
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        running_i,
  input  logic        stop_i,
  input  logic        ended_i,
  input  logic        busy_i,          // any command dispatched and not retired
  // Queue head and tokens
  input  logic        valid_i,
  input  conv_t       conv_i,
  output logic        pop_o,
  input  tokens_t     present_i,
  input  logic        retired_i,       // a compute command's retire pulse
  // The command that starts, decided in this cycle
  output logic        starts_o,
  output conv_t       next_o,
  // The command being issued, from its first step on
  output nest_t       nest_o,
  output logic [31:0] origin_o,        // input word of pixel 0's top left operand
  output logic [31:0] row_step_o,      // words between output rows' origins
  // Of a POOL: columns and rows that a group of output rows passes over, at its first step at the
  // latest; whether this cycle's step is its last
  output logic [31:0] columns_o,
  output logic [31:0] rows_o,
  input  logic        pool_last_i,
  output logic        pool_step_o,     // the step of this cycle is a POOL's
  // The CONV step of this cycle
  output logic        step_o,
  output logic        first_word_o,    // first operand word of a tile: pixel contexts are set
  output logic        first_tile_o,    // first pixel tile of an output-channel tile: pixels restart
  output logic        tile_last_o,     // the tile's last step
  output logic        pixel_o,         // the row's pixel exists
  output logic [4:0]  row_o,
  output logic [7:0]  kernel_y_o,
  output logic [7:0]  kernel_x_o,
  output logic [31:0] offset_o,        // of the operand word from the pixel's origin
  output logic [31:0] weight_row_o,
  output logic        weight_half_o,   // narrow weights: which half of the row's columns
  // Status
  output pulse_t      start_o,
  output logic        waiting_o,       // a command is in the next slot
  output tokens_t     missing_o,       // the tokens it lacks
  output index_t      waiting_index_o,
  output logic        working_o,       // a command has started and not retired
  output logic        cause_valid_o,
  output cause_e      cause_o          // of the previous cycle
);

  localparam int unsigned ModeChange = Rows + Columns - 2;

  // Next slot.
  logic next_valid_q;
  conv_t next_q;
  logic [31:0] next_origin_q;
  logic [31:0] next_row_step_q;
  logic [31:0] next_columns_q;
  logic [31:0] next_rows_q;

  // The command being issued and its loops, innermost last.
  logic active_q;
  nest_t nest_q;
  logic [31:0] origin_q;
  logic [31:0] row_step_q;
  logic [31:0] columns_q;
  logic [31:0] rows_q;
  logic [15:0] tiles_left_q;          // after this one
  logic [31:0] pixels_left_q;         // from this tile on
  logic first_tile_q;
  logic [15:0] channel_word_q;
  logic [7:0] kernel_y_q;
  logic [7:0] kernel_x_q;
  logic [4:0] row_q;
  logic [31:0] offset_q;              // of this operand word ...
  logic [31:0] offset_y_q;            // ... of kernel_x 0
  logic [31:0] offset_channel_q;      // ... of kernel_y 0, kernel_x 0
  logic [31:0] weight_row_q;
  logic [31:0] tile_weight_row_q;     // of the tile's first step

  logic [2:0] in_flight_q;
  logic pooled_q;                     // the last command started is a POOL
  logic mode_valid_q;                 // a CONV has started since the doorbell
  logic mode_int4_q;
  logic [7:0] quiet_q;                // cycles since its last step, up to ModeChange
  pulse_t start_q;
  logic cause_valid_q;
  cause_e cause_q;

  logic word_last, kernel_x_last, kernel_y_last, channel_last, tile_last, pixels_last, command_last;
  assign word_last     = row_q == 5'(Rows - 1);
  assign kernel_x_last = kernel_x_q == nest_q.kernel_width - 8'd1;
  assign kernel_y_last = kernel_y_q == nest_q.kernel_height - 8'd1;
  assign channel_last  = channel_word_q == nest_q.channel_words - 16'd1;
  assign tile_last     = word_last && kernel_x_last && kernel_y_last && channel_last;
  assign pixels_last   = pixels_left_q <= Rows;
  assign command_last  = nest_q.pool ? pool_last_i
                         : tile_last && pixels_last && tiles_left_q == '0;

  tokens_t missing;
  logic alone, post_free, mode_free, start;
  assign missing   = next_q.nest.waits & ~present_i;
  assign alone     = next_q.nest.fence || next_q.nest.pool || pooled_q;
  assign post_free = alone ? in_flight_q == '0 : in_flight_q != 3'(Slots);
  assign mode_free = next_q.nest.pool || !mode_valid_q || mode_int4_q == next_q.nest.int4
                     || (!active_q && quiet_q == 8'(ModeChange));
  assign start = next_valid_q && missing == '0 && post_free && mode_free && !stop_i
                 && (!active_q || command_last);
  assign pop_o = !next_valid_q && valid_i;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      next_valid_q <= 1'b0;
      active_q     <= 1'b0;
      in_flight_q  <= '0;
      mode_valid_q <= 1'b0;
      pooled_q     <= 1'b0;
      quiet_q      <= '0;
      start_q      <= '0;
    end else begin
      if (pop_o) begin
        next_valid_q    <= 1'b1;
        next_q          <= conv_i;
        next_origin_q   <= conv_i.nest.input_address - 32'(conv_i.nest.pad_left)
                           - 32'(conv_i.nest.pad_top) * 32'(conv_i.nest.input_width);
        next_row_step_q <= 32'(conv_i.nest.stride_y) * 32'(conv_i.nest.input_width);
        next_columns_q  <= (32'(conv_i.nest.output_width) - 32'd1) * 32'(conv_i.nest.stride_x)
                           + 32'(conv_i.nest.kernel_width);
        next_rows_q     <= (Rows - 1) * 32'(conv_i.nest.stride_y) + 32'(conv_i.nest.kernel_height);
      end
      start_q.valid <= start;
      in_flight_q   <= in_flight_q + 3'(start) - 3'(retired_i);
      // t - CONV's last step, saturating: 1 in the cycle after the last step.
      if (step_o) quiet_q <= 8'd1;
      else if (quiet_q != 8'(ModeChange)) quiet_q <= quiet_q + 8'd1;

      if (start) begin
        next_valid_q      <= 1'b0;
        active_q          <= 1'b1;
        start_q.index     <= next_q.nest.index;
        start_q.tokens    <= next_q.nest.waits;
        pooled_q          <= next_q.nest.pool;
        if (!next_q.nest.pool) begin
          mode_valid_q <= 1'b1;
          mode_int4_q  <= next_q.nest.int4;
        end
        nest_q            <= next_q.nest;
        origin_q          <= next_origin_q;
        row_step_q        <= next_row_step_q;
        columns_q         <= next_columns_q;
        rows_q            <= next_rows_q;
        tiles_left_q      <= next_q.nest.tiles - 16'd1;
        pixels_left_q     <= next_q.nest.pixels;
        first_tile_q      <= 1'b1;
        channel_word_q    <= '0;
        kernel_y_q        <= '0;
        kernel_x_q        <= '0;
        row_q             <= '0;
        offset_q          <= '0;
        offset_y_q        <= '0;
        offset_channel_q  <= '0;
        weight_row_q      <= next_q.nest.weight_address;
        tile_weight_row_q <= next_q.nest.weight_address;
      end else if (active_q) begin
        if (command_last) active_q <= 1'b0;
        if (!nest_q.narrow || row_q[0]) weight_row_q <= weight_row_q + 32'd1;
        row_q        <= word_last ? '0 : row_q + 5'd1;
        if (word_last) begin
          if (nest_q.repeat_weights) weight_row_q <= tile_weight_row_q;
          if (!kernel_x_last) begin
            kernel_x_q <= kernel_x_q + 8'd1;
            offset_q   <= offset_q + 32'd1;
          end else if (!kernel_y_last) begin
            kernel_x_q <= '0;
            kernel_y_q <= kernel_y_q + 8'd1;
            offset_y_q <= offset_y_q + 32'(nest_q.input_width);
            offset_q   <= offset_y_q + 32'(nest_q.input_width);
          end else if (!channel_last) begin
            kernel_x_q       <= '0;
            kernel_y_q       <= '0;
            channel_word_q   <= channel_word_q + 16'd1;
            offset_channel_q <= offset_channel_q + nest_q.input_plane;
            offset_y_q       <= offset_channel_q + nest_q.input_plane;
            offset_q         <= offset_channel_q + nest_q.input_plane;
          end else begin
            kernel_x_q       <= '0;
            kernel_y_q       <= '0;
            channel_word_q   <= '0;
            offset_channel_q <= '0;
            offset_y_q       <= '0;
            offset_q         <= '0;
            first_tile_q     <= pixels_last;
            if (pixels_last) begin
              pixels_left_q     <= nest_q.pixels;
              tiles_left_q      <= tiles_left_q - 16'd1;
              tile_weight_row_q <= weight_row_q + 32'd1;
              weight_row_q      <= weight_row_q + 32'd1;
            end else begin
              pixels_left_q <= pixels_left_q - Rows;
              weight_row_q  <= tile_weight_row_q;
            end
          end
        end
      end
    end
  end

  // Cause of this cycle.
  cause_e cause;
  always_comb begin
    cause = CauseFinish;
    if (active_q) cause = CauseBusy;
    else if (stop_i) cause = CauseStop;
    else if (next_valid_q) begin
      if (missing[3:0] != '0) cause = CauseWaitLoad;
      else if (missing[7:4] != '0) cause = CauseWaitStore;
      else if (!post_free) cause = CauseWaitPost;
      else if (!mode_free) cause = CauseModeChange;
      else cause = CauseStart;
    end
    else if (valid_i) cause = CauseStart;
    else if (!ended_i) cause = CauseFetch;
    else if (in_flight_q != '0) cause = CauseDrain;
    else if (busy_i) cause = CauseTransfer;
  end
  always_ff @(posedge clk_i) begin
    cause_valid_q <= rst_ni && !clear_i && running_i;
    cause_q       <= cause;
  end

  assign starts_o        = start;
  assign next_o          = next_q;
  assign nest_o          = nest_q;
  assign origin_o        = origin_q;
  assign row_step_o      = row_step_q;
  assign columns_o       = columns_q;
  assign rows_o          = rows_q;
  assign pool_step_o     = active_q && nest_q.pool;
  assign step_o          = active_q && !nest_q.pool;
  assign first_word_o    = channel_word_q == '0 && kernel_y_q == '0 && kernel_x_q == '0;
  assign first_tile_o    = first_tile_q;
  assign tile_last_o     = step_o && tile_last;
  assign pixel_o         = 32'(row_q) < pixels_left_q;
  assign row_o           = row_q;
  assign kernel_y_o      = kernel_y_q;
  assign kernel_x_o      = kernel_x_q;
  assign offset_o        = offset_q;
  assign weight_row_o    = weight_row_q;
  assign weight_half_o   = row_q[0];
  assign start_o         = start_q;
  assign waiting_o       = next_valid_q;
  assign missing_o       = next_valid_q ? missing : '0;
  assign waiting_index_o = next_q.nest.index;
  assign working_o       = in_flight_q != '0;
  assign cause_valid_o   = cause_valid_q;
  assign cause_o         = cause_q;

  if (Rows < 2 || Rows > 32) $error("hb_sequencer: Rows must be 2..32");

endmodule
