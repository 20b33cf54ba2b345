// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// The post-processor's C lanes with their parameter banks: a row of sums becomes a row of codes
/// (docs/arithmetic.md sections 2 and 3), for the output (path 0) and the second copy (path 1). A
/// row in V has its codes in V + 5, its copy's in V + 17; hb_post_processor says when each stage
/// has a row. `ort`: int32 to float32, times a float32 scale, each rounded to nearest even, rounded
/// half to even, clamped, offset; no NaN, infinity or subnormal exists here: a scale's sign is
/// ignored, exponent 0 means zero, 255 a huge number. `tflite`: a doubling high multiplication and
/// a rounding division. Style of the block: see hb_array.
module hb_lanes
  import hb_pkg::*;
#(
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned ParameterTiles = 64,
  parameter int unsigned History = 16
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
  // Parameter reads, shown in the next cycle until the next read: bias; per path shifts and scale
  input  logic                       bias_read_i,
  input  logic [1:0]                 shift_read_i,
  input  logic [1:0]                 scale_read_i,
  // verilator lint_off UNUSEDSIGNAL
  input  logic [31:0]                bias_tile_i,
  input  logic [1:0][31:0]           shift_tile_i,
  input  logic [1:0][31:0]           scale_tile_i,
  // verilator lint_on UNUSEDSIGNAL
  // Row in V; word j is column C - 1 - j
  input  logic                       row_valid_i,
  input  logic [32*Columns-1:0]      row_i,
  input  logic                       keep_i,           // keep sum + bias for the copy
  input  logic [$clog2(History)-1:0] now_i,            // counts cycles
  // Row in V + 12: its copy starts from the kept sum or from the output's code (byte c is column c)
  input  logic                       copy_valid_i,
  input  logic                       copy_code_i,
  input  logic [8:0]                 copy_offset_i,
  input  logic [8*Columns-1:0]       codes_i,
  // Per path: contract of the row in V (V + 12), quantizer of the row in V + 4 (V + 16)
  input  logic [1:0]                 tflite_i,
  input  quantizer_t [1:0]           quantizer_i,
  // Per path: codes of the row in V + 5 (V + 17), byte c is column c
  output logic [1:0][8*Columns-1:0]  codes_o
);

  localparam int unsigned TileBits = $clog2(ParameterTiles);
  localparam int unsigned BeatColumns = BusBytes / 4;
  localparam int unsigned Words = Columns / 4;   // of a row of codes
  typedef logic [31:0] word_t;
  typedef logic [15:0] half_t;

  // Parameters.
  (* ram_block *) word_t bias_memory_q [ParameterTiles][Columns];
  (* ram_block *) word_t scale_memory_q [ParameterTiles][Columns];
  (* ram_block *) word_t copy_memory_q [ParameterTiles][Columns];
  // Shifts of the output, of the copy.
  (* ram_block *) half_t shift_memory_q [ParameterTiles][Columns];
  (* ram_block *) half_t copy_shift_memory_q [ParameterTiles][Columns];
  word_t bias_q [Columns];
  word_t scale_q [2][Columns];
  half_t shift_q [2][Columns];             // 4:0 right, 12:8 left
  // Sums kept for the copy, by time.
  word_t kept_q [History][Columns];

  // Stages, per path. Bit s - 1 of valid_q: stage s holds a row, of the contract in tflite_q.
  logic [3:0] valid_q [2];
  logic [3:0] tflite_q [2];
  // 1: magnitude and sign mask of the input.
  word_t magnitude1_q [2][Columns];
  word_t sign1_q [2][Columns];
  // 2: float32 of it, value = significand * 2^(8 - shift), significand 0 or in [2^23, 2^24).
  // `tflite`: magnitude shifted left, shift right.
  word_t significand2_q [2][Columns];
  word_t shift2_q [2][Columns];
  word_t sign2_q [2][Columns];
  // 3: 48-bit product in halves of 24 bits, exponents' sum. `tflite`: 63 bits, halves of 32, shift.
  word_t upper3_q [2][Columns];
  word_t lower3_q [2][Columns];
  word_t exponent3_q [2][Columns];
  word_t sign3_q [2][Columns];
  // 4: product rounded to 24 bits, value = significand * 2^-exponent. `tflite`: upper half, shift.
  word_t significand4_q [2][Columns];
  word_t exponent4_q [2][Columns];
  word_t sign4_q [2][Columns];
  // 5: codes; the first is scratch of one edge.
  word_t code [Columns];
  word_t codes_q [2][Words];

  logic [TileBits-1:0] write_tile;
  assign write_tile = write_row_i[TileBits+1:2];
  word_t beat [BeatColumns];
  for (genvar b = 0; b < BeatColumns; b++) begin : gen_beat
    assign beat[b] = write_data_i[32*(BeatColumns-1-b)+:32];
  end
  word_t row [Columns];
  for (genvar j = 0; j < Columns; j++) begin : gen_row
    assign row[j] = row_i[32*j+:32];
  end
  word_t codes [Words];
  for (genvar k = 0; k < Words; k++) begin : gen_codes
    assign codes[k]                = codes_i[32*k+:32];
    assign codes_o[0][32*k+:32] = codes_q[0][k];
    assign codes_o[1][32*k+:32] = codes_q[1][k];
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

    // Quantize, stages last to first.
    for (k = 0; k < 2; k = k + 1) begin
      p          = 1 - k;
      zero_point = 32'(signed'(quantizer_i[p].zero_point));
      low        = 32'(signed'(quantizer_i[p].low)) - zero_point;
      high       = 32'(signed'(quantizer_i[p].high)) - zero_point;

      if (valid_q[p] != '0) begin
        if (valid_q[p][3] && !tflite_q[p][3]) begin
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
            code[j] = (q & ~x) | (1023 & x);
          end
        end
        if (valid_q[p][3] && tflite_q[p][3]) begin
          for (j = 0; j < Columns; j = j + 1) begin
            // Conditional shifts of 16, 8, 4, 2, 1; r is the last bit that fell off: half goes up.
            q = significand4_q[p][j];
            e = exponent4_q[p][j];
            t = 0 - ((e >> 4) & 1);
            r = (q >> 15) & 1 & t;
            q = (q & ~t) | ((q >> 16) & t);
            t = 0 - ((e >> 3) & 1);
            r = (r & ~t) | ((q >> 7) & 1 & t);
            q = (q & ~t) | ((q >> 8) & t);
            t = 0 - ((e >> 2) & 1);
            r = (r & ~t) | ((q >> 3) & 1 & t);
            q = (q & ~t) | ((q >> 4) & t);
            t = 0 - ((e >> 1) & 1);
            r = (r & ~t) | ((q >> 1) & 1 & t);
            q = (q & ~t) | ((q >> 2) & t);
            t = 0 - (e & 1);
            r = (r & ~t) | (q & 1 & t);
            q = (q & ~t) | ((q >> 1) & t);
            q = q + r;
            t = 0 - ((0 - (q >> 10)) >> 31);
            code[j] = (q & ~t) | (1023 & t);
          end
        end
        if (valid_q[p][3]) begin
          for (j = 0; j < Columns; j = j + 1) begin
            q = (code[j] ^ sign4_q[p][j]) - sign4_q[p][j];
            t = 0 - ((q - low) >> 31);
            q = (q & ~t) | (low & t);
            t = 0 - ((high - q) >> 31);
            q = (q & ~t) | (high & t);
            code[j] = q + zero_point;
          end
          for (j = 0; j < Words; j = j + 1) begin
            codes_q[p][j] = (code[Columns-1-4*j] & 32'hff) | ((code[Columns-2-4*j] & 32'hff) << 8)
                            | ((code[Columns-3-4*j] & 32'hff) << 16) | (code[Columns-4-4*j] << 24);
          end
        end

        if (valid_q[p][2] && tflite_q[p][2]) begin
          for (j = 0; j < Columns; j = j + 1) begin
            // Add 2^30, less 1 for a negative value, to 63 bits and keep the upper 32.
            r = lower3_q[p][j];
            t = 32'h40000000 + sign3_q[p][j];
            q = r + t;
            t = ((r & t) | ((r | t) & ~q)) >> 31;
            significand4_q[p][j] = ((upper3_q[p][j] + t) << 1) | (q >> 31);
            exponent4_q[p][j]    = exponent3_q[p][j];
            sign4_q[p][j]        = sign3_q[p][j];
          end
        end
        if (valid_q[p][2] && !tflite_q[p][2]) begin
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

        if (valid_q[p][1] && tflite_q[p][1]) begin
          for (j = 0; j < Columns; j = j + 1) begin
            // 32 x 31 bits in limbs of 16.
            x = significand2_q[p][j];
            m = scale_q[p][j] & 32'h7fffffff;
            e = (x & 32'hffff) * (m >> 16);
            n = (x >> 16) * (m & 32'hffff);
            r = (x & 32'hffff) * (m & 32'hffff);
            q = (r >> 16) + (e & 32'hffff) + (n & 32'hffff);
            lower3_q[p][j]    = (q << 16) | (r & 32'hffff);
            upper3_q[p][j]    = (x >> 16) * (m >> 16) + (e >> 16) + (n >> 16) + (q >> 16);
            exponent3_q[p][j] = shift2_q[p][j];
            sign3_q[p][j]     = sign2_q[p][j];
          end
        end
        if (valid_q[p][1] && !tflite_q[p][1]) begin
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

        if (valid_q[p][0] && tflite_q[p][0]) begin
          for (j = 0; j < Columns; j = j + 1) begin
            x = magnitude1_q[p][j];
            e = 32'(shift_q[p][j]);
            t = 0 - ((e >> 12) & 1);
            x = (x & ~t) | ((x << 16) & t);
            t = 0 - ((e >> 11) & 1);
            x = (x & ~t) | ((x << 8) & t);
            t = 0 - ((e >> 10) & 1);
            x = (x & ~t) | ((x << 4) & t);
            t = 0 - ((e >> 9) & 1);
            x = (x & ~t) | ((x << 2) & t);
            t = 0 - ((e >> 8) & 1);
            x = (x & ~t) | ((x << 1) & t);
            significand2_q[p][j] = x;
            shift2_q[p][j]       = e & 31;
            sign2_q[p][j]        = sign1_q[p][j];
          end
        end
        if (valid_q[p][0] && !tflite_q[p][0]) begin
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
      end

      start = p == 1 ? copy_valid_i : row_valid_i;
      if (start) begin
        for (j = 0; j < Columns; j = j + 1) magnitude1_q[p][j] = row[j] + bias_q[j];
        if (p == 0 && keep_i) begin
          for (j = 0; j < Columns; j = j + 1) kept_q[now_i][j] = magnitude1_q[0][j];
        end
        if (p == 1 && !copy_code_i) begin
          for (j = 0; j < Columns; j = j + 1) begin
            magnitude1_q[1][j] = kept_q[now_i-$clog2(History)'(Quantize+Add)][j];
          end
        end
        if (p == 1 && copy_code_i) begin
          t = 32'(signed'(copy_offset_i));
          for (j = 0; j < Words; j = j + 1) begin
            x = codes[j];
            magnitude1_q[1][Columns-1-4*j] = ((x & 32'hff) ^ 32'h80) - 32'h80 + t;
            magnitude1_q[1][Columns-2-4*j] = (((x >> 8) & 32'hff) ^ 32'h80) - 32'h80 + t;
            magnitude1_q[1][Columns-3-4*j] = (((x >> 16) & 32'hff) ^ 32'h80) - 32'h80 + t;
            magnitude1_q[1][Columns-4-4*j] = ((x >> 24) ^ 32'h80) - 32'h80 + t;
          end
        end
        for (j = 0; j < Columns; j = j + 1) begin
          x = magnitude1_q[p][j];
          t = 0 - (x >> 31);
          magnitude1_q[p][j] = (x ^ t) - t;
          sign1_q[p][j]      = t;
        end
      end
      valid_q[p]  = rst_ni ? {valid_q[p][2:0], start} : '0;
      tflite_q[p] = {tflite_q[p][2:0], tflite_i[p]};
    end

    // Parameter banks.
    if (bias_read_i) begin
      for (j = 0; j < Columns; j = j + 1) bias_q[j] = bias_memory_q[bias_tile_i[TileBits-1:0]][j];
    end
    if (scale_read_i[0]) begin
      for (j = 0; j < Columns; j = j + 1) begin
        scale_q[0][j] = scale_memory_q[scale_tile_i[0][TileBits-1:0]][j];
      end
    end
    if (scale_read_i[1]) begin
      for (j = 0; j < Columns; j = j + 1) begin
        scale_q[1][j] = copy_memory_q[scale_tile_i[1][TileBits-1:0]][j];
      end
    end
    if (shift_read_i[0]) begin
      for (j = 0; j < Columns; j = j + 1) begin
        shift_q[0][j] = shift_memory_q[shift_tile_i[0][TileBits-1:0]][j];
      end
    end
    if (shift_read_i[1]) begin
      for (j = 0; j < Columns; j = j + 1) begin
        shift_q[1][j] = copy_shift_memory_q[shift_tile_i[1][TileBits-1:0]][j];
      end
    end
    if (write_i) begin
      k = Columns - BeatColumns - 32'(write_part_i) * BeatColumns;
      for (j = 0; j < BeatColumns; j = j + 1) begin
        if (write_row_i[1:0] == 2'd0) bias_memory_q[write_tile][k+j] `HB_WRITE beat[j];
        if (write_row_i[1:0] == 2'd1) scale_memory_q[write_tile][k+j] `HB_WRITE beat[j];
        if (write_row_i[1:0] == 2'd2) begin
          shift_memory_q[write_tile][k+j] `HB_WRITE beat[j][15:0];
          copy_shift_memory_q[write_tile][k+j] `HB_WRITE beat[j][31:16];
        end
        if (write_row_i[1:0] == 2'd3) copy_memory_q[write_tile][k+j] `HB_WRITE beat[j];
      end
    end
  end
  // verilator lint_on BLKSEQ

  if (ParameterTiles != 2 ** TileBits) $error("hb_lanes: ParameterTiles must be a power of two");
  if (History <= Quantize + Add) $error("hb_lanes: sums are not kept long enough");

endmodule
