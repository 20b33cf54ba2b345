// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Writes a path's rows of C codes: packs them into their part of an activation word (bytes, or
/// nibbles with even channels low) and says where it goes. A tile's first row comes the cycle after
/// its tile_i; a row in t is written in t + 1, zero outside its part.
module hb_writer
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned Granule = 16,
  localparam int unsigned Granules = 4 * Rows / Granule
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  // Tile
  input  logic                 tile_i,
  input  writing_t             writing_i,
  // Row; byte c is column c
  input  logic                 row_valid_i,
  input  logic [8*Columns-1:0] codes_i,
  // Activation buffer
  output logic                 valid_o,
  output logic [31:0]          address_o,
  output logic [Granules-1:0]  mask_o,
  output logic [32*Rows-1:0]   data_o,
  output index_t               index_o
);

  localparam int unsigned Granules8 = Columns / Granule;            // of an int8 part
  localparam int unsigned Granules4 = Columns / 2 / Granule;        // of an int4 part
  localparam int unsigned Words8 = Columns / 4;                     // 32-bit words of an int8 part
  localparam int unsigned Words4 = Columns >= 8 ? Columns / 8 : 1;  // of an int4 part (C 4: half)
  typedef logic [31:0] word_t;

  logic int4_q, writes_q, valid_q;
  logic [31:0] row_address_q, address_q;
  logic [Granules-1:0] part_q, row_mask_q, mask_q;
  index_t row_index_q, index_q;
  always_ff @(posedge clk_i) begin : place
    int unsigned granules;
    logic [Granules-1:0] rest;
    granules = 0;
    rest     = '0;
    valid_q <= rst_ni && row_valid_i && writes_q;
    if (row_valid_i) begin
      address_q     <= row_address_q;
      mask_q        <= row_mask_q;
      index_q       <= row_index_q;
      row_address_q <= row_address_q + 32'd1;
    end
    if (tile_i) begin
      granules = writing_i.int4 ? Granules4 : Granules8;
      rest     = {Granules{1'b1}} << (32'(writing_i.part) * granules);
      int4_q        <= writing_i.int4;
      writes_q      <= writing_i.writes;
      row_address_q <= writing_i.address;
      part_q        <= rest & ~(rest << granules);
      row_mask_q    <= writing_i.clears ? rest : rest & ~(rest << granules);
      row_index_q   <= writing_i.index;
    end
  end

  word_t codes [Words8];
  for (genvar k = 0; k < Words8; k++) begin : gen_codes
    assign codes[k] = codes_i[32*k+:32];
  end
  word_t nibbles [Words4];     // scratch of one edge, as is the next
  word_t bytes [Words8];
  word_t word_q [Rows];

  // Style of the block: see hb_array. The codes fill the whole word again and again; the part's
  // mask cuts them out.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : pack
    int unsigned k;
    word_t m;
    k = 0;
    m = 0;
    if (row_valid_i && writes_q) begin
      if (int4_q) begin
        for (k = 0; k < Words8; k = k + 1) begin
          bytes[k] = (codes[k] & 32'hf) | ((codes[k] >> 4) & 32'hf0) | ((codes[k] >> 8) & 32'hf00)
                     | ((codes[k] >> 12) & 32'hf000);
        end
        for (k = 0; k < Words4; k = k + 1) begin
          nibbles[k] = bytes[2*k%Words8] | (bytes[(2*k+1)%Words8] << 16);
        end
      end
      for (k = 0; k < Rows; k = k + 1) begin
        // A granule is at least two bytes.
        m = {{16{part_q[(4*k+2)/Granule]}}, {16{part_q[4*k/Granule]}}};
        word_q[k] = (int4_q ? nibbles[k%Words4] : codes[k%Words8]) & m;
      end
    end
  end
  // verilator lint_on BLKSEQ

  for (genvar l = 0; l < Rows; l++) begin : gen_word
    assign data_o[32*l+:32] = word_q[l];
  end
  assign valid_o   = valid_q;
  assign address_o = address_q;
  assign mask_o    = mask_q;
  assign index_o   = index_q;

endmodule
