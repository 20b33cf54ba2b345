// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Post-processor: rows of sums from the array become codes and activation words, one row (a pixel,
/// C channels) per cycle, at a fixed latency and without back-pressure (docs/timing.md section 7).
/// Knows up to `Slots` commands at once, in start order; retires each with its last row. This
/// module counts and places; hb_lanes computes.
module hb_post_processor
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned ParameterTiles = 64,
  parameter int unsigned Granule = 16,
  localparam int unsigned Granules = 4 * Rows / Granule
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  // A command starts (hb_sequencer); the post-processor uses the fields that place and quantize
  // outputs
  input  logic                  start_i,
  // verilator lint_off UNUSEDSIGNAL
  input  conv_t                 conv_i,
  // verilator lint_on UNUSEDSIGNAL
  // Array
  input  logic                  last_i,          // a tile's last operand enters PE(0,0)
  input  logic [32*Columns-1:0] row_i,           // row 0 of the tile C + 1 cycles after last_i
  // Parameter beats (hb_load)
  input  logic                  write_i,
  input  logic [31:0]           write_row_i,
  input  logic [7:0]            write_part_i,
  input  logic [8*BusBytes-1:0] write_data_i,
  // Activation buffer writes
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
  output pulse_t                retire_o
);

  localparam int unsigned Parts8 = 4 * Rows / Columns;
  localparam int unsigned Parts4 = 8 * Rows / Columns;
  localparam int unsigned Granules8 = Columns / Granule;      // of an int8 part
  localparam int unsigned Granules4 = Columns / 2 / Granule;  // of an int4 part
  localparam int unsigned SlotBits = $clog2(Slots);
  localparam int unsigned Tiles = 8;    // in the ring; a tile stays 2 Quantize + 2 cycles
  localparam int unsigned History = 8;  // cycles a sum is kept for its copy, > Quantize
  localparam int unsigned TimeBits = $clog2(History);
  typedef logic [31:0] word_t;
  typedef logic [SlotBits-1:0] slot_t;
  typedef logic [$clog2(Tiles)-1:0] tile_t;
  typedef logic [TimeBits-1:0] time_t;

  // Commands in flight, in start order.
  conv_t slot_q [Slots];
  slot_t newest_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      newest_q <= '0;
    end else if (start_i) begin
      newest_q <= newest_q + 1'b1;
    end
    if (start_i) slot_q[newest_q] <= conv_i;
  end

  // A tile's way from PE(0,0) to its first whole row: last_i in u, row 0 visible in V = u + 1 + C.
  logic [Columns-2:0] arriving_q;   // bit C - 2 visible in V - 2
  always_ff @(posedge clk_i) arriving_q <= rst_ni ? {arriving_q[Columns-3:0], last_i} : '0;

  // Front: which command's which tile comes next, decided in V - 2. Its descriptor waits in a ring
  // for the stages, which each take it when the tile's first row reaches them.
  slot_t front_q;
  logic fresh_q;                    // the next tile is its command's first
  word_t pixels_left_q, pixel_q, parameter_q, output_word_q, copy_word_q;
  logic [15:0] tiles_left_q;        // after this one
  logic [7:0] output_part_q, copy_part_q;

  tile_t tile_new_q;
  slot_t slot_of [Tiles];
  word_t parameter_of [Tiles];
  word_t pixels_of [Tiles];         // left in the strip, this tile's included
  word_t address_of [2][Tiles];     // word of row 0; output, copy
  logic [7:0] part_of [2][Tiles];
  logic clears_of [Tiles];          // last tile: clears the rest of its words
  logic ends_of [Tiles];            // the command's last

  // Blocking on purpose: state private to this block but for the ring, see hb_array.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : front
    if (!rst_ni || clear_i) begin
      front_q = '0;
      fresh_q = 1'b1;
      tile_new_q               <= '0;
    end else if (arriving_q[Columns-2]) begin
      if (fresh_q) begin
        fresh_q       = 1'b0;
        pixels_left_q = slot_q[front_q].pixels;
        pixel_q       = '0;
        tiles_left_q  = slot_q[front_q].tiles - 16'd1;
        parameter_q   = slot_q[front_q].parameter_address;
        output_word_q = slot_q[front_q].outputs[0].address;
        output_part_q = slot_q[front_q].outputs[0].part;
        copy_word_q   = slot_q[front_q].outputs[1].address;
        copy_part_q   = slot_q[front_q].outputs[1].part;
      end
      tile_new_q               <= tile_new_q + 1'b1;
      slot_of[tile_new_q]      <= front_q;
      parameter_of[tile_new_q] <= parameter_q;
      pixels_of[tile_new_q]    <= pixels_left_q;
      address_of[0][tile_new_q]<= output_word_q + pixel_q;
      part_of[0][tile_new_q]   <= output_part_q;
      address_of[1][tile_new_q]<= copy_word_q + pixel_q;
      part_of[1][tile_new_q]   <= copy_part_q;
      clears_of[tile_new_q]    <= tiles_left_q == '0;
      ends_of[tile_new_q]      <= tiles_left_q == '0 && pixels_left_q <= Rows;
      if (pixels_left_q > Rows) begin
        pixels_left_q = pixels_left_q - Rows;
        pixel_q       = pixel_q + Rows;
      end else if (tiles_left_q != '0) begin
        pixels_left_q = slot_q[front_q].pixels;
        pixel_q       = '0;
        tiles_left_q  = tiles_left_q - 16'd1;
        parameter_q   = parameter_q + 32'd1;
        output_part_q = output_part_q + 8'd1;
        if (32'(output_part_q) == (slot_q[front_q].output_int4[0] ? Parts4 : Parts8)) begin
          output_part_q = '0;
          output_word_q = output_word_q + slot_q[front_q].outputs[0].plane;
        end
        copy_part_q = copy_part_q + 8'd1;
        if (32'(copy_part_q) == (slot_q[front_q].output_int4[1] ? Parts4 : Parts8)) begin
          copy_part_q = '0;
          copy_word_q = copy_word_q + slot_q[front_q].outputs[1].plane;
        end
      end else begin
        front_q = front_q + 1'b1;
        fresh_q = 1'b1;
      end
    end
  end
  // verilator lint_on BLKSEQ

  // Bit i of tile_q: a tile's row 0 is in V - 1 + i. Bit i of exists_q, ends_q: a row is in V + i.
  logic [2*Quantize:0] tile_q;
  logic [2*Quantize:1] exists_q;
  logic [2*Quantize:1] ends_q;
  logic exists, ends;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      tile_q   <= '0;
      exists_q <= '0;
      ends_q   <= '0;
    end else begin
      tile_q   <= {tile_q[2*Quantize-1:0], arriving_q[Columns-2]};
      exists_q <= {exists_q[2*Quantize-1:1], exists};
      ends_q   <= {ends_q[2*Quantize-1:1], ends};
    end
  end

  // Rows of a tile, from V on. Bias is needed in V, the scale in V + 2, the copy's scale in V + 2 +
  // Quantize.
  tile_t tile0_q, tile2_q, tile_copy_q;   // next tile for the bias, the scale, the copy's scale
  logic row_q, keep_q, last_tile_q;
  logic [4:0] row_number_q;
  word_t pixels_q;
  time_t now_q;
  assign exists = row_q && 32'(row_number_q) < pixels_q;
  assign ends   = row_q && last_tile_q && row_number_q == 5'(Rows - 1);
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      row_q   <= 1'b0;
      tile0_q <= '0;
      tile2_q <= '0;
      tile_copy_q <= '0;
      now_q   <= '0;
    end else begin
      now_q <= now_q + 1'b1;
      if (tile_q[0]) begin
        tile0_q      <= tile0_q + 1'b1;
        row_q        <= 1'b1;
        row_number_q <= '0;
        pixels_q     <= pixels_of[tile0_q];
        last_tile_q  <= ends_of[tile0_q];
        keep_q       <= slot_q[slot_of[tile0_q]].copy && !slot_q[slot_of[tile0_q]].copy_code;
      end else if (row_q) begin
        row_q        <= row_number_q != 5'(Rows - 1);
        row_number_q <= row_number_q + 5'd1;
      end
      if (tile_q[2]) tile2_q <= tile2_q + 1'b1;
      if (tile_q[Quantize+2]) tile_copy_q <= tile_copy_q + 1'b1;
    end
  end

  // Paths: 0 output, 1 second copy. A path's rows are quantized until V + At and written one cycle
  // later.
  logic [1:0] int4, writes;
  logic [1:0][7:0] low, high, zero_point;
  logic [1:0][Granules-1:0] part;
  logic [1:0] write_valid;
  logic [1:0][31:0] write_address;
  logic [1:0][Granules-1:0] write_mask;
  index_t [1:0] write_index;
  for (genvar p = 0; p < 2; p++) begin : gen_paths
    localparam int unsigned At = (p + 1) * Quantize;
    tile_t quantize_q, place_q;   // next tile of each stage
    logic int4_q, writes_q, valid_q;
    logic [7:0] low_q, high_q, zero_point_q;
    word_t row_address_q, address_q;
    logic [Granules-1:0] part_q, row_mask_q, mask_q;
    index_t row_index_q, index_q;
    always_ff @(posedge clk_i) begin : path
      slot_t slot;
      int unsigned granules;
      logic [Granules-1:0] rest;
      slot     = '0;
      granules = 0;
      rest     = '0;
      valid_q <= rst_ni && exists_q[At] && writes_q;
      if (exists_q[At]) begin
        address_q     <= row_address_q;
        mask_q        <= row_mask_q;
        index_q       <= row_index_q;
        row_address_q <= row_address_q + 32'd1;
      end
      if (!rst_ni || clear_i) begin
        quantize_q <= '0;
        place_q    <= '0;
      end else begin
        if (tile_q[At-1]) begin
          slot = slot_of[quantize_q];
          quantize_q   <= quantize_q + 1'b1;
          low_q        <= slot_q[slot].outputs[p].low;
          high_q       <= slot_q[slot].outputs[p].high;
          zero_point_q <= slot_q[slot].outputs[p].zero_point;
        end
        if (tile_q[At]) begin
          slot = slot_of[place_q];
          granules = slot_q[slot].output_int4[p] ? Granules4 : Granules8;
          rest = {Granules{1'b1}} << (32'(part_of[p][place_q]) * granules);
          place_q       <= place_q + 1'b1;
          int4_q        <= slot_q[slot].output_int4[p];
          writes_q      <= p == 0 || slot_q[slot].copy;
          row_address_q <= address_of[p][place_q];
          part_q        <= rest & ~(rest << granules);
          row_mask_q    <= clears_of[place_q] ? rest : rest & ~(rest << granules);
          row_index_q   <= slot_q[slot].index;
        end
      end
    end
    assign int4[p]          = int4_q;
    assign writes[p]        = writes_q;
    assign low[p]           = low_q;
    assign high[p]          = high_q;
    assign zero_point[p]    = zero_point_q;
    assign part[p]          = part_q;
    assign write_valid[p]   = valid_q;
    assign write_address[p] = address_q;
    assign write_mask[p]    = mask_q;
    assign write_index[p]   = index_q;
  end

  // What the copy of the rows in V + 5 starts from.
  tile_t copy_q;
  logic copy_writes_q, copy_code_q;
  logic [7:0] copy_offset_q;
  always_ff @(posedge clk_i) begin : copies
    slot_t slot;
    slot = '0;
    if (!rst_ni || clear_i) begin
      copy_q <= '0;
    end else if (tile_q[Quantize]) begin
      slot = slot_of[copy_q];
      copy_q        <= copy_q + 1'b1;
      copy_writes_q <= slot_q[slot].copy;
      copy_code_q   <= slot_q[slot].copy_code;
      copy_offset_q <= slot_q[slot].outputs[0].zero_point;
    end
  end

  hb_lanes #(
    .Rows          (Rows),
    .Columns       (Columns),
    .BusBytes      (BusBytes),
    .ParameterTiles(ParameterTiles),
    .Granule       (Granule),
    .History       (History)
  ) i_lanes (
    .clk_i,
    .rst_ni,
    .write_i,
    .write_row_i,
    .write_part_i,
    .write_data_i,
    .bias_read_i      (tile_q[0]),
    .bias_tile_i      (parameter_of[tile0_q]),
    .scale_read_i     (tile_q[2]),
    .scale_tile_i     (parameter_of[tile2_q]),
    .copy_scale_read_i(tile_q[Quantize+2]),
    .copy_scale_tile_i(parameter_of[tile_copy_q]),
    .row_valid_i      (exists),
    .row_i,
    .keep_i           (keep_q),
    .now_i            (now_q),
    .copy_valid_i     (exists_q[Quantize] && copy_writes_q),
    .copy_code_i      (copy_code_q),
    .copy_offset_i    (copy_offset_q),
    .low_i            (low),
    .high_i           (high),
    .zero_point_i     (zero_point),
    .pack_i           ({exists_q[2*Quantize], exists_q[Quantize]} & writes),
    .int4_i           (int4),
    .part_i           (part),
    .output_data_o,
    .copy_data_o
  );

  // Commands retire in start order with their last row's place in the copy's pipeline.
  slot_t oldest_q;
  pulse_t retire_q;
  always_ff @(posedge clk_i) begin
    retire_q.valid <= 1'b0;
    if (!rst_ni || clear_i) begin
      oldest_q <= '0;
    end else if (ends_q[2*Quantize]) begin
      oldest_q <= oldest_q + 1'b1;
      retire_q <= '{valid: 1'b1, index: slot_q[oldest_q].index, tokens: slot_q[oldest_q].signals};
    end
  end

  assign output_valid_o   = write_valid[0];
  assign output_address_o = write_address[0];
  assign output_mask_o    = write_mask[0];
  assign output_index_o   = write_index[0];
  assign copy_valid_o     = write_valid[1];
  assign copy_address_o   = write_address[1];
  assign copy_mask_o      = write_mask[1];
  assign copy_index_o     = write_index[1];
  assign retire_o         = retire_q;

  if (History <= Quantize || Tiles * Rows < 2 * Quantize + 2) begin
    $error("hb_post_processor: rings too short for the stages");
  end

endmodule
