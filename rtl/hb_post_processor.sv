// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Post-processor: rows of sums from the array become codes and activation words, one row (a pixel,
/// C channels) per cycle, at a fixed latency and without back-pressure (docs/timing.md section 7).
/// Knows up to `Slots` commands at once, in start order; retires each with its last row. This
/// module counts and places; hb_lanes quantizes, hb_add adds the residual, hb_writer writes.
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
  // A CONV starts (hb_sequencer); of its nest only sizes are used
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
  // Activation buffer: residual reads, writes
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
  output pulse_t                retire_o
);

  localparam int unsigned Parts8 = 4 * Rows / Columns;
  localparam int unsigned Parts4 = 8 * Rows / Columns;
  localparam int unsigned SlotBits = $clog2(Slots);
  localparam int unsigned Added = Quantize + Add;             // V + Added: output's codes
  localparam int unsigned Copied = Added + Quantize;          // V + Copied: copy's codes
  localparam int unsigned Tiles = 16;   // in the ring; a tile stays Copied + 2 cycles
  localparam int unsigned History = 16; // cycles a sum is kept for its copy, > Added
  typedef logic [31:0] word_t;
  typedef logic [SlotBits-1:0] slot_t;
  typedef logic [$clog2(Tiles)-1:0] tile_t;

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

  // From PE(0,0) to a tile's first whole row: last_i in u, row 0 visible in V = u + 1 + C.
  logic [Columns-2:0] arriving_q;   // bit C - 2 visible in V - 2
  always_ff @(posedge clk_i) arriving_q <= rst_ni ? {arriving_q[Columns-3:0], last_i} : '0;

  // Front: which command's which tile comes next, decided in V - 2. Its descriptor waits in a ring
  // for the stages, which each take it when the tile's first row reaches them. Places: output,
  // copy, residual.
  slot_t front_q;
  logic fresh_q;                    // the next tile is its command's first
  word_t pixels_left_q, pixel_q, parameter_q;
  logic [15:0] tiles_left_q;        // after this one
  word_t place_word_q [3];          // channel word's first word
  logic [7:0] place_part_q [3];
  tile_t tile_new_q;
  slot_t slot_of [Tiles];
  word_t parameter_of [Tiles];
  word_t pixels_of [Tiles];         // left in the strip, this tile's included; 0: partial sums
  word_t address_of [3][Tiles];     // word of row 0
  logic [7:0] part_of [3][Tiles];
  logic clears_of [Tiles];          // last tile: clears the rest of its words
  logic ends_of [Tiles];            // the command's last

  // Blocking on purpose: state private to this block but for the ring, see hb_array.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : front
    int unsigned p;
    p = 0;
    if (!rst_ni || clear_i) begin
      front_q = '0;
      fresh_q = 1'b1;
      tile_new_q <= '0;
    end else if (arriving_q[Columns-2]) begin
      if (fresh_q) begin
        fresh_q       = 1'b0;
        pixels_left_q = slot_q[front_q].nest.pixels;
        pixel_q       = '0;
        tiles_left_q  = slot_q[front_q].nest.tiles - 16'd1;
        parameter_q   = slot_q[front_q].outcome.parameter_address;
        for (p = 0; p < 3; p = p + 1) begin
          place_word_q[p] = slot_q[front_q].outcome.places[p].address;
          place_part_q[p] = slot_q[front_q].outcome.places[p].part;
        end
      end
      tile_new_q               <= tile_new_q + 1'b1;
      slot_of[tile_new_q]      <= front_q;
      parameter_of[tile_new_q] <= parameter_q;
      pixels_of[tile_new_q]    <= slot_q[front_q].nest.partial ? '0 : pixels_left_q;
      clears_of[tile_new_q]    <= tiles_left_q == '0;
      ends_of[tile_new_q]      <= tiles_left_q == '0 && pixels_left_q <= Rows;
      for (p = 0; p < 3; p = p + 1) begin
        address_of[p][tile_new_q] <= place_word_q[p] + pixel_q;
        part_of[p][tile_new_q]    <= place_part_q[p];
      end
      if (pixels_left_q > Rows) begin
        pixels_left_q = pixels_left_q - Rows;
        pixel_q       = pixel_q + Rows;
      end else if (tiles_left_q != '0) begin
        pixels_left_q = slot_q[front_q].nest.pixels;
        pixel_q       = '0;
        tiles_left_q  = tiles_left_q - 16'd1;
        parameter_q   = parameter_q + 32'd1;
        for (p = 0; p < 3; p = p + 1) begin
          place_part_q[p] = place_part_q[p] + 8'd1;
          if (32'(place_part_q[p])
              == (slot_q[front_q].outcome.place_int4[p] ? Parts4 : Parts8)) begin
            place_part_q[p] = '0;
            place_word_q[p] = place_word_q[p] + slot_q[front_q].outcome.places[p].plane;
          end
        end
      end else begin
        front_q = front_q + 1'b1;
        fresh_q = 1'b1;
      end
    end
  end
  // verilator lint_on BLKSEQ

  // Bit i of tile_q: a tile's row 0 is in V - 1 + i. Bit i of exists_q, ends_q: a row is in V + i.
  logic [Copied:0] tile_q;
  logic [Copied:1] exists_q, ends_q;
  logic exists, ends;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      tile_q   <= '0;
      exists_q <= '0;
      ends_q   <= '0;
    end else begin
      tile_q   <= {tile_q[Copied-1:0], arriving_q[Columns-2]};
      exists_q <= {exists_q[Copied-1:1], exists};
      ends_q   <= {ends_q[Copied-1:1], ends};
    end
  end

  // Rows of a tile, from V on. Bias in V, shifts in V + 1, scale in V + 2; the copy's 12 later.
  tile_t bias_tile_q;
  tile_t [1:0] shift_tile_q, scale_tile_q;   // next tile of each path
  logic [1:0] shift_read, scale_read;
  logic [1:0][31:0] shift_parameter, scale_parameter;
  logic row_q, keep_q, tflite_q, last_tile_q;
  logic [4:0] row_number_q;
  word_t pixels_q;
  logic [$clog2(History)-1:0] now_q;
  assign exists     = row_q && 32'(row_number_q) < pixels_q;
  assign ends       = row_q && last_tile_q && row_number_q == 5'(Rows - 1);
  assign shift_read = {tile_q[Added+1], tile_q[1]};
  assign scale_read = {tile_q[Added+2], tile_q[2]};
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      row_q        <= 1'b0;
      bias_tile_q  <= '0;
      shift_tile_q <= '0;
      scale_tile_q <= '0;
      now_q        <= '0;
    end else begin
      now_q <= now_q + 1'b1;
      if (tile_q[0]) begin
        bias_tile_q  <= bias_tile_q + 1'b1;
        row_q        <= 1'b1;
        row_number_q <= '0;
        pixels_q     <= pixels_of[bias_tile_q];
        last_tile_q  <= ends_of[bias_tile_q];
        keep_q       <= slot_q[slot_of[bias_tile_q]].outcome.copy
                        && !slot_q[slot_of[bias_tile_q]].outcome.copy_code;
        tflite_q     <= slot_q[slot_of[bias_tile_q]].outcome.addition.tflite;
      end else if (row_q) begin
        row_q        <= row_number_q != 5'(Rows - 1);
        row_number_q <= row_number_q + 5'd1;
      end
      for (int unsigned p = 0; p < 2; p++) begin
        if (shift_read[p]) shift_tile_q[p] <= shift_tile_q[p] + 1'b1;
        if (scale_read[p]) scale_tile_q[p] <= scale_tile_q[p] + 1'b1;
      end
    end
  end
  for (genvar p = 0; p < 2; p++) begin : gen_parameters
    assign shift_parameter[p] = parameter_of[shift_tile_q[p]];
    assign scale_parameter[p] = parameter_of[scale_tile_q[p]];
  end

  // Residual: requested in V + 3 for the row in V; its word is there in V + 4, its codes in V + 5.
  localparam int unsigned Read = 2;
  tile_t read_tile_q, part_tile_q, add_tile_q;
  logic reads_q, request_q, word_int4_q, adds_q, word_q;
  logic [7:0] word_part_q;
  word_t row_residual_q, residual_address_q;
  index_t row_residual_index_q, residual_index_q;
  addition_t addition_q;
  always_ff @(posedge clk_i) begin
    request_q <= rst_ni && exists_q[Read] && reads_q;
    word_q    <= rst_ni && request_q;
    if (exists_q[Read] && reads_q) begin
      residual_address_q <= row_residual_q;
      residual_index_q   <= row_residual_index_q;
      row_residual_q     <= row_residual_q + 32'd1;
    end
    if (!rst_ni || clear_i) begin
      read_tile_q <= '0;
      part_tile_q <= '0;
      add_tile_q  <= '0;
    end else begin
      if (tile_q[Read]) begin
        read_tile_q          <= read_tile_q + 1'b1;
        reads_q              <= slot_q[slot_of[read_tile_q]].outcome.residual;
        row_residual_q       <= address_of[Residual][read_tile_q];
        row_residual_index_q <= slot_q[slot_of[read_tile_q]].nest.index;
      end
      if (tile_q[Quantize-1]) begin
        part_tile_q <= part_tile_q + 1'b1;
        word_int4_q <= slot_q[slot_of[part_tile_q]].outcome.place_int4[Residual];
        word_part_q <= part_of[Residual][part_tile_q];
      end
      if (tile_q[Quantize]) begin
        add_tile_q <= add_tile_q + 1'b1;
        adds_q     <= slot_q[slot_of[add_tile_q]].outcome.residual;
        addition_q <= slot_q[slot_of[add_tile_q]].outcome.addition;
      end
    end
  end

  // What the copy of the rows in V + Added starts from.
  tile_t copy_tile_q;
  logic copies_q, copy_code_q, copy_tflite_q;
  logic [8:0] copy_offset_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      copy_tile_q <= '0;
    end else if (tile_q[Added]) begin
      copy_tile_q   <= copy_tile_q + 1'b1;
      copies_q      <= slot_q[slot_of[copy_tile_q]].outcome.copy;
      copy_code_q   <= slot_q[slot_of[copy_tile_q]].outcome.copy_code;
      copy_offset_q <= slot_q[slot_of[copy_tile_q]].outcome.copy_offset;
      copy_tflite_q <= slot_q[slot_of[copy_tile_q]].outcome.addition.tflite;
    end
  end

  quantizer_t [1:0] quantizer;
  logic [1:0][8*Columns-1:0] quantized;   // output in V + Quantize, copy in V + Copied
  logic [8*Columns-1:0] added;            // output in V + Added
  hb_lanes #(
    .Columns       (Columns),
    .BusBytes      (BusBytes),
    .ParameterTiles(ParameterTiles),
    .History       (History)
  ) i_lanes (
    .clk_i,
    .rst_ni,
    .write_i,
    .write_row_i,
    .write_part_i,
    .write_data_i,
    .bias_read_i  (tile_q[0]),
    .shift_read_i (shift_read),
    .scale_read_i (scale_read),
    .bias_tile_i  (parameter_of[bias_tile_q]),
    .shift_tile_i (shift_parameter),
    .scale_tile_i (scale_parameter),
    .row_valid_i  (exists),
    .row_i,
    .keep_i       (keep_q),
    .now_i        (now_q),
    .copy_valid_i (exists_q[Added] && copies_q),
    .copy_code_i  (copy_code_q),
    .copy_offset_i(copy_offset_q),
    .codes_i      (added),
    .tflite_i     ({copy_tflite_q, tflite_q}),
    .quantizer_i  (quantizer),
    .codes_o      (quantized)
  );

  hb_add #(
    .Rows   (Rows),
    .Columns(Columns)
  ) i_add (
    .clk_i,
    .rst_ni,
    .word_valid_i(word_q),
    .word_int4_i (word_int4_q),
    .word_part_i (word_part_q),
    .word_i      (residual_data_i),
    .row_valid_i (exists_q[Quantize]),
    .residual_i  (adds_q),
    .addition_i  (addition_q),
    .codes_i     (quantized[Output]),
    .codes_o     (added)
  );

  // Paths: a path's sums are quantized until V + Quantized, its codes are written after V + At.
  logic [1:0] write_valid;
  logic [1:0][31:0] write_address;
  logic [1:0][Granules-1:0] write_mask;
  logic [1:0][32*Rows-1:0] write_data;
  index_t [1:0] write_index;
  for (genvar p = 0; p < 2; p++) begin : gen_paths
    localparam int unsigned Quantized = p == Output ? Quantize : Copied;
    localparam int unsigned At = p == Output ? Added : Copied;
    tile_t quantize_tile_q, write_tile_q;   // next tile of each stage
    quantizer_t quantizer_q;
    writing_t writing_q;
    assign quantizer[p] = quantizer_q;
    always_ff @(posedge clk_i) begin
      if (!rst_ni || clear_i) begin
        quantize_tile_q <= '0;
        write_tile_q    <= '0;
      end else begin
        if (tile_q[Quantized-1]) begin
          quantize_tile_q <= quantize_tile_q + 1'b1;
          quantizer_q <= slot_q[slot_of[quantize_tile_q]].outcome.quantizers[p];
        end
        if (tile_q[At-1]) begin
          write_tile_q <= write_tile_q + 1'b1;
          writing_q <= '{writes: p == Output || slot_q[slot_of[write_tile_q]].outcome.copy,
                         int4: slot_q[slot_of[write_tile_q]].outcome.place_int4[p],
                         clears: clears_of[write_tile_q], part: part_of[p][write_tile_q],
                         index: slot_q[slot_of[write_tile_q]].nest.index,
                         address: address_of[p][write_tile_q]};
        end
      end
    end

    hb_writer #(
      .Rows   (Rows),
      .Columns(Columns),
      .Granule(Granule)
    ) i_writer (
      .clk_i,
      .rst_ni,
      .tile_i     (tile_q[At]),
      .writing_i  (writing_q),
      .row_valid_i(exists_q[At]),
      .codes_i    (p == Output ? added : quantized[Copy]),
      .valid_o    (write_valid[p]),
      .address_o  (write_address[p]),
      .mask_o     (write_mask[p]),
      .data_o     (write_data[p]),
      .index_o    (write_index[p])
    );
  end

  // Commands retire in start order with their last row's place in the copy's pipeline.
  slot_t oldest_q;
  pulse_t retire_q;
  always_ff @(posedge clk_i) begin
    retire_q.valid <= 1'b0;
    if (!rst_ni || clear_i) begin
      oldest_q <= '0;
    end else if (ends_q[Copied]) begin
      oldest_q <= oldest_q + 1'b1;
      retire_q <= '{valid: 1'b1, index: slot_q[oldest_q].nest.index,
                    tokens: slot_q[oldest_q].nest.signals};
    end
  end

  assign residual_valid_o   = request_q;
  assign residual_address_o = residual_address_q;
  assign residual_index_o   = residual_index_q;
  assign {copy_valid_o, output_valid_o}     = write_valid;
  assign {copy_address_o, output_address_o} = write_address;
  assign {copy_mask_o, output_mask_o}       = write_mask;
  assign {copy_index_o, output_index_o}     = write_index;
  assign output_data_o      = write_data[Output];
  assign copy_data_o        = write_data[Copy];
  assign retire_o           = retire_q;

  if (Tiles * Rows < Copied + 2) $error("hb_post_processor: ring too short for the stages");

endmodule
