// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// The post-processor's C lanes with their parameter banks: a row of sums becomes a row of codes
/// under the `ort` contract (docs/arithmetic.md), packed into its part of an activation word, for
/// the output (path 0) and the second copy (path 1). A row in V has its output word in V + 6, its
/// copy in V + 11; hb_post_processor says when each stage has a row. int32 to float32, times a
/// float32 scale, each rounded to nearest even, rounded half to even, clamped, offset. No NaN,
/// infinity or subnormal exists here: a scale's sign is ignored, exponent 0 means zero, 255 a huge
/// number. Style of the block: see hb_array.
module hb_lanes
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned ParameterTiles = 64,
  parameter int unsigned Granule = 16,
  parameter int unsigned History = 8,
  localparam int unsigned Granules = 4 * Rows / Granule
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,
  // Parameter beats (hb_load); row 4i + k is row k of tile i. Upper bits are 0: checked at dispatch
  input  logic                       write_i,
  // verilator lint_off UNUSEDSIGNAL
  input  logic [31:0]                write_row_i,
  // verilator lint_on UNUSEDSIGNAL
  input  logic [7:0]                 write_part_i,
  input  logic [8*BusBytes-1:0]      write_data_i,
  // Parameter reads, shown in the next cycle until the next read: bias, scale, the copy's scale
  input  logic                       bias_read_i,
  input  logic                       scale_read_i,
  input  logic                       copy_scale_read_i,
  // verilator lint_off UNUSEDSIGNAL
  input  logic [31:0]                bias_tile_i,
  input  logic [31:0]                scale_tile_i,
  input  logic [31:0]                copy_scale_tile_i,
  // verilator lint_on UNUSEDSIGNAL
  // Row in V; word j is column C - 1 - j
  input  logic                       row_valid_i,
  input  logic [32*Columns-1:0]      row_i,
  input  logic                       keep_i,           // keep sum + bias for the copy
  input  logic [$clog2(History)-1:0] now_i,            // counts cycles
  // Row in V + 5: its copy starts from the kept sum or from the output's code less its zero point
  input  logic                       copy_valid_i,
  input  logic                       copy_code_i,
  input  logic [7:0]                 copy_offset_i,
  // Per path: quantizer of the row in V + 4 (V + 9)
  input  logic [1:0][7:0]            low_i,
  input  logic [1:0][7:0]            high_i,
  input  logic [1:0][7:0]            zero_point_i,
  // Per path: packing of the row in V + 5 (V + 10): its granules of the word
  input  logic [1:0]                 pack_i,
  input  logic [1:0]                 int4_i,
  input  logic [1:0][Granules-1:0]   part_i,
  output logic [32*Rows-1:0]         output_data_o,    // zero outside the part
  output logic [32*Rows-1:0]         copy_data_o
);

  localparam int unsigned TileBits = $clog2(ParameterTiles);
  localparam int unsigned BeatColumns = BusBytes / 4;
  localparam int unsigned Words8 = Columns / 4;                     // 32-bit words of an int8 part
  localparam int unsigned Words4 = Columns >= 8 ? Columns / 8 : 1;  // of an int4 part (C 4: half)
  typedef logic [31:0] word_t;

  // Parameters.
  word_t bias_memory_q [ParameterTiles][Columns];
  word_t scale_memory_q [ParameterTiles][Columns];
  word_t copy_memory_q [ParameterTiles][Columns];
  word_t bias_q [Columns];
  word_t scale_q [2][Columns];
  // Sums kept for the copy, by time.
  word_t kept_q [History][Columns];

  // Stages, per path. Bit s - 1 of valid_q: stage s holds a row.
  logic [3:0] valid_q [2];
  // 1: magnitude and sign mask of the input.
  word_t magnitude1_q [2][Columns];
  word_t sign1_q [2][Columns];
  // 2: float32 of it, value = significand * 2^(8 - shift), significand 0 or in [2^23, 2^24).
  word_t significand2_q [2][Columns];
  word_t shift2_q [2][Columns];
  word_t sign2_q [2][Columns];
  // 3: 48-bit product of significands in halves of 24 bits, and the exponents' sum.
  word_t upper3_q [2][Columns];
  word_t lower3_q [2][Columns];
  word_t exponent3_q [2][Columns];
  word_t sign3_q [2][Columns];
  // 4: the product rounded to 24 bits, value = significand * 2^-exponent.
  word_t significand4_q [2][Columns];
  word_t exponent4_q [2][Columns];
  word_t sign4_q [2][Columns];
  // 5: codes, sign-extended.
  word_t code_q [2][Columns];
  // 6: words; the first three are scratch of one edge.
  word_t bytes [Words8];
  word_t nibbles [Words4];
  word_t data [2][Rows];
  word_t data_q [2][Rows];

  word_t beat [BeatColumns];
  for (genvar b = 0; b < BeatColumns; b++) begin : gen_beat
    assign beat[b] = write_data_i[32*(BeatColumns-1-b)+:32];
  end
  word_t row [Columns];
  for (genvar j = 0; j < Columns; j++) begin : gen_row
    assign row[j] = row_i[32*j+:32];
  end

  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : lanes
    int unsigned p;
    int unsigned j;
    int unsigned k;
    logic start;
    word_t x;
    word_t m;
    word_t e;
    word_t q;
    word_t r;
    word_t t;
    word_t n;
    word_t low;
    word_t high;
    word_t zero_point;
    p          = 0;
    j          = 0;
    k          = 0;
    start      = 1'b0;
    x          = 0;
    m          = 0;
    e          = 0;
    q          = 0;
    r          = 0;
    t          = 0;
    n          = 0;
    low        = 0;
    high       = 0;
    zero_point = 0;

    // Pack: bytes, or nibbles (even channels low), repeated over the word and cut out by the part's
    // mask.
    for (p = 0; p < 2; p = p + 1) begin
      if (pack_i[p]) begin
        for (j = 0; j < Words8; j = j + 1) begin
          bytes[j] = (code_q[p][Columns-1-4*j] & 32'hff)
                     | ((code_q[p][Columns-2-4*j] & 32'hff) << 8)
                     | ((code_q[p][Columns-3-4*j] & 32'hff) << 16)
                     | (code_q[p][Columns-4-4*j] << 24);
        end
        if (int4_i[p]) begin
          for (j = 0; j < Words8; j = j + 1) begin
            bytes[j] = (bytes[j] & 32'hf) | ((bytes[j] >> 4) & 32'hf0) | ((bytes[j] >> 8) & 32'hf00)
                       | ((bytes[j] >> 12) & 32'hf000);
          end
          for (j = 0; j < Words4; j = j + 1) begin
            nibbles[j] = bytes[2*j%Words8] | (bytes[(2*j+1)%Words8] << 16);
          end
        end
        for (j = 0; j < Rows; j = j + 1) begin
          // A granule is at least two bytes.
          m = {{16{part_i[p][(4*j+2)/Granule]}}, {16{part_i[p][4*j/Granule]}}};
          data[p][j] = (int4_i[p] ? nibbles[j%Words4] : bytes[j%Words8]) & m;
        end
      end
    end
    if (pack_i != '0) data_q <= data;

    // Quantize, stages last to first, the copy first because it starts from path 0's codes.
    for (k = 0; k < 2; k = k + 1) begin
      p          = 1 - k;
      zero_point = 32'(signed'(zero_point_i[p]));
      low        = 32'(signed'(low_i[p])) - zero_point;
      high       = 32'(signed'(high_i[p])) - zero_point;

      if (valid_q[p][3]) begin
        for (j = 0; j < Columns; j = j + 1) begin
          m = significand4_q[p][j];
          e = exponent4_q[p][j];
          // Below 15 the magnitude is at least 512 and saturates; above 26 it rounds to 0 as 26
          // does.
          x = (0 - ((e - 15) >> 31)) & (0 - (((m >> 23) | (m >> 24)) & 1));
          t = 0 - ((26 - e) >> 31);
          n = ((e & ~t) | (26 & t)) - 15;
          // Shift right by 15 + n: q keeps one bit below the point, r collects what falls off.
          q = m >> 14;
          r = m & 32'h3fff;
          t = 0 - ((n >> 3) & 1);
          r = r | (q & 32'hff & t);
          q = (q & ~t) | ((q >> 8) & t);
          t = 0 - ((n >> 2) & 1);
          r = r | (q & 32'hf & t);
          q = (q & ~t) | ((q >> 4) & t);
          t = 0 - ((n >> 1) & 1);
          r = r | (q & 32'h3 & t);
          q = (q & ~t) | ((q >> 2) & t);
          t = 0 - (n & 1);
          r = r | (q & 32'h1 & t);
          q = (q & ~t) | ((q >> 1) & t);
          // Half to even: up if the bit below the point is set and anything below it or the
          // integer's last bit is.
          t = (0 - r) >> 31;
          q = (q >> 1) + (q & 1 & (t | (q >> 1)));
          q = (q & ~x) | (1023 & x);
          q = (q ^ sign4_q[p][j]) - sign4_q[p][j];
          t = 0 - ((q - low) >> 31);
          q = (q & ~t) | (low & t);
          t = 0 - ((high - q) >> 31);
          q = (q & ~t) | (high & t);
          code_q[p][j] = q + zero_point;
        end
      end

      if (valid_q[p][2]) begin
        for (j = 0; j < Columns; j = j + 1) begin
          // Bit 47 set: keep the upper 24 bits, else one bit more.
          t = 0 - (upper3_q[p][j] >> 23);
          q = (upper3_q[p][j] & t) | (((upper3_q[p][j] << 1) | (lower3_q[p][j] >> 23)) & ~t);
          r = (lower3_q[p][j] & t) | ((lower3_q[p][j] << 1) & 32'hffffff & ~t);
          significand4_q[p][j] = q + ((r + 32'h7fffff + (q & 1)) >> 24);
          exponent4_q[p][j]    = exponent3_q[p][j] + 1 + t;
          sign4_q[p][j]        = sign3_q[p][j];
        end
      end

      if (valid_q[p][1]) begin
        for (j = 0; j < Columns; j = j + 1) begin
          e = (scale_q[p][j] >> 23) & 32'hff;
          m = ((scale_q[p][j] & 32'h7fffff) | 32'h800000) & ~(0 - ((e - 1) >> 31));
          x = significand2_q[p][j];
          // 24 x 24 bits in limbs of 12.
          r = (x & 32'hfff) * (m & 32'hfff);
          q = (r >> 12) + (x & 32'hfff) * (m >> 12) + (x >> 12) * (m & 32'hfff);
          lower3_q[p][j]    = ((q & 32'hfff) << 12) | (r & 32'hfff);
          upper3_q[p][j]    = (x >> 12) * (m >> 12) + (q >> 12);
          exponent3_q[p][j] = 118 - e + shift2_q[p][j];
          sign3_q[p][j]     = sign2_q[p][j];
        end
      end

      if (valid_q[p][0]) begin
        for (j = 0; j < Columns; j = j + 1) begin
          // Left-align by conditional shifts of 16, 8, 4, 2, 1, counting them.
          x = magnitude1_q[p][j];
          t = 0 - (((x >> 16) - 1) >> 31);
          x = (x & ~t) | ((x << 16) & t);
          e = t & 16;
          t = 0 - (((x >> 24) - 1) >> 31);
          x = (x & ~t) | ((x << 8) & t);
          e = e + (t & 8);
          t = 0 - (((x >> 28) - 1) >> 31);
          x = (x & ~t) | ((x << 4) & t);
          e = e + (t & 4);
          t = 0 - (((x >> 30) - 1) >> 31);
          x = (x & ~t) | ((x << 2) & t);
          e = e + (t & 2);
          t = 0 - (((x >> 31) - 1) >> 31);
          x = (x & ~t) | ((x << 1) & t);
          e = e + (t & 1);
          // 32 bits to 24, half to even; a carry out to 2^24 becomes 2^23 with one shift less.
          q = x >> 8;
          q = q + (((x & 32'hff) + 32'h7f + (q & 1)) >> 8);
          t = 0 - (q >> 24);
          significand2_q[p][j] = (q & ~t) | ((q >> 1) & t);
          shift2_q[p][j]       = e + t;
          sign2_q[p][j]        = sign1_q[p][j];
        end
      end

      start = p == 1 ? copy_valid_i : row_valid_i;
      if (start) begin
        for (j = 0; j < Columns; j = j + 1) magnitude1_q[p][j] = row[j] + bias_q[j];
        if (p == 0 && keep_i) begin
          for (j = 0; j < Columns; j = j + 1) kept_q[now_i][j] = magnitude1_q[0][j];
        end
        if (p == 1 && !copy_code_i) begin
          for (j = 0; j < Columns; j = j + 1) begin
            magnitude1_q[1][j] = kept_q[now_i-$clog2(History)'(Quantize)][j];
          end
        end
        if (p == 1 && copy_code_i) begin
          t = 32'(signed'(copy_offset_i));
          for (j = 0; j < Columns; j = j + 1) magnitude1_q[1][j] = code_q[0][j] - t;
        end
        for (j = 0; j < Columns; j = j + 1) begin
          x = magnitude1_q[p][j];
          t = 0 - (x >> 31);
          magnitude1_q[p][j] = (x ^ t) - t;
          sign1_q[p][j]      = t;
        end
      end
      valid_q[p] = rst_ni ? {valid_q[p][2:0], start} : '0;
    end

    // Parameter banks.
    if (bias_read_i) begin
      for (j = 0; j < Columns; j = j + 1) bias_q[j] = bias_memory_q[bias_tile_i[TileBits-1:0]][j];
    end
    if (scale_read_i) begin
      for (j = 0; j < Columns; j = j + 1) begin
        scale_q[0][j] = scale_memory_q[scale_tile_i[TileBits-1:0]][j];
      end
    end
    if (copy_scale_read_i) begin
      for (j = 0; j < Columns; j = j + 1) begin
        scale_q[1][j] = copy_memory_q[copy_scale_tile_i[TileBits-1:0]][j];
      end
    end
    if (write_i) begin
      k = Columns - BeatColumns - 32'(write_part_i) * BeatColumns;
      for (j = 0; j < BeatColumns; j = j + 1) begin
        if (write_row_i[1:0] == 2'd0) bias_memory_q[write_row_i[TileBits+1:2]][k+j] = beat[j];
        if (write_row_i[1:0] == 2'd1) scale_memory_q[write_row_i[TileBits+1:2]][k+j] = beat[j];
        if (write_row_i[1:0] == 2'd3) copy_memory_q[write_row_i[TileBits+1:2]][k+j] = beat[j];
      end
    end
  end
  // verilator lint_on BLKSEQ

  for (genvar l = 0; l < Rows; l++) begin : gen_data
    assign output_data_o[32*l+:32] = data_q[0][l];
    assign copy_data_o[32*l+:32]   = data_q[1][l];
  end

  if (ParameterTiles != 2 ** TileBits) $error("hb_lanes: ParameterTiles must be a power of two");
  if (Columns < 4 || Columns > 4 * Rows) $error("hb_lanes: Columns must be 4 .. 4 Rows");

endmodule
