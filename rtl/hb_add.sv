// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Addition of a residual to C codes (docs/arithmetic.md section 4), `Add` stages for every row: a
/// row without residual passes unchanged. `ort`: two float32 FMAs of a small integer, a scale and a
/// term, each rounded once to nearest even, in integers of 64 bits; `tflite`: doubling high
/// multiplications and rounding divisions. A row of codes in t leaves in t + 7; the residual's word
/// comes one cycle before its row. Byte c is column c. Style of the block: see hb_array; shifts are
/// ladders of masked constant shifts, written out because Verilator's functions do not vectorise.
module hb_add
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  // Residual's word, one cycle before its row; the part of it that holds the row's columns
  input  logic                 word_valid_i,
  input  logic                 word_int4_i,
  input  logic [7:0]           word_part_i,
  input  logic [32*Rows-1:0]   word_i,
  // Row of codes; `addition_i` is looked at with a residual
  input  logic                 row_valid_i,
  input  logic                 residual_i,
  input  addition_t            addition_i,
  input  logic [8*Columns-1:0] codes_i,
  output logic [8*Columns-1:0] codes_o
);

  localparam int unsigned Words = Columns / 4;
  localparam int unsigned Fma = 3;            // stages of one
  localparam int unsigned RingBits = 3;       // a ring of 8 rows, more than Add
  typedef logic [31:0] word_t;
  typedef logic [63:0] wide_t;

  // Bit s: a row with (without) residual has passed s + 1 stages.
  logic [Add-2:0] adds_q, plain_q;
  addition_t addition_q [Add-1];              // of the row that has passed s + 1 stages
  logic [RingBits-1:0] now_q;
  word_t residual_q [Words];                  // the row's residual codes, bytes
  word_t passing_q [2**RingBits][Words];      // rows without residual
  word_t codes_q [Words];

  // `ort`. FMA 0 (stages 1 to 3) takes the second operand, FMA 1 (4 to 6) the first.
  word_t first_q [2**RingBits][Columns];      // first operand, until stage 4
  wide_t product_q [2][Columns];              // magnitudes: significand * operand
  word_t product_sign_q [2][Columns];         // all ones: negative
  word_t term_q [2][Columns];                 // significand, exponent and sign of the addend
  word_t term_exponent_q [2][Columns];
  word_t term_sign_q [2][Columns];
  wide_t sum_q [2][Columns];                  // magnitude; value = sum * 2^(exponent - 150)
  word_t sum_exponent_q [2][Columns];
  word_t sum_sign_q [2][Columns];
  word_t result_q [2][Columns];               // 24 bits, or 0
  word_t exponent_q [2][Columns];
  word_t sign_q [2][Columns];

  // `tflite`. 0 the convolution's code, 1 the residual's, 2 their sum.
  wide_t scaled_q [3][Columns];               // magnitude times multiplier
  wide_t high_q [3][Columns];                 // its rounded upper half
  word_t scaled_sign_q [3][Columns];
  word_t high_sign_q [3][Columns];
  word_t total_q [Columns];
  word_t quotient_q [Columns];

  word_t word [Rows];
  for (genvar l = 0; l < Rows; l++) begin : gen_word
    assign word[l] = word_i[32*l+:32];
  end
  word_t codes [Words];
  for (genvar k = 0; k < Words; k++) begin : gen_codes
    assign codes[k]           = codes_i[32*k+:32];
    assign codes_o[32*k+:32]  = codes_q[k];
  end

  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : add
    int unsigned f;
    int unsigned j;
    int unsigned k;
    int unsigned c;
    // verilator lint_off UNUSEDSIGNAL
    addition_t op;
    // verilator lint_on UNUSEDSIGNAL
    logic ort;
    logic tflite;
    word_t x;
    word_t d;
    word_t e;
    word_t t;
    word_t q;
    word_t s;
    word_t low;
    word_t high;
    word_t zero_point;
    wide_t a;
    wide_t b;
    wide_t m;
    f          = 0;
    j          = 0;
    k          = 0;
    c          = 0;
    op         = '0;
    ort        = 1'b0;
    tflite     = 1'b0;
    x          = 0;
    d          = 0;
    e          = 0;
    t          = 0;
    q          = 0;
    s          = 0;
    low        = 0;
    high       = 0;
    zero_point = 0;
    a          = 0;
    b          = 0;
    m          = 0;

    // 7: to an integer, clamped.
    if (plain_q[Add-2]) codes_q = passing_q[now_q-RingBits'(Add-1)];
    // Nothing below in most cycles.
    if (adds_q != '0 || (row_valid_i && residual_i)) begin
      if (adds_q[Add-2]) begin
        op         = addition_q[Add-2];
        zero_point = 32'(signed'(op.quantizer.zero_point));
        low        = 32'(signed'(op.quantizer.low)) - zero_point;
        high       = 32'(signed'(op.quantizer.high)) - zero_point;
        if (!op.tflite) begin
          for (j = 0; j < Columns; j = j + 1) begin
            // Exponent to 1 .. 30; then 32 bits below the point hold all that falls off.
            e = 150 - exponent_q[1][j];
            t = 0 - ((e - 1) >> 31);
            e = (e & ~t) | (1 & t);
            t = 0 - ((30 - e) >> 31);
            e = 32 - ((e & ~t) | (30 & t));
            a = 64'(result_q[1][j]);
            m = 0 - 64'(e[4]);
            a = (a & ~m) | ((a << 16) & m);
            m = 0 - 64'(e[3]);
            a = (a & ~m) | ((a << 8) & m);
            m = 0 - 64'(e[2]);
            a = (a & ~m) | ((a << 4) & m);
            m = 0 - 64'(e[1]);
            a = (a & ~m) | ((a << 2) & m);
            m = 0 - 64'(e[0]);
            a = (a & ~m) | ((a << 1) & m);
            a = a + 64'h7fffffff + ((a >> 32) & 1);
            q = 32'(a >> 32);
            t = sign_q[1][j];
            quotient_q[j] = (q ^ t) - t;
          end
        end
        for (k = 0; k < Words; k = k + 1) begin
          codes_q[k] = 0;
          for (c = 0; c < 4; c = c + 1) begin
            q = quotient_q[4*k+c];
            t = 0 - ((q - low) >> 31);
            q = (q & ~t) | (low & t);
            t = 0 - ((high - q) >> 31);
            q = ((q & ~t) | (high & t)) + zero_point;
            codes_q[k] = codes_q[k] | ((q & 32'hff) << (8 * c));
          end
        end
      end

      // `tflite`, stages 6 to 2.
      if (adds_q[4] && addition_q[4].tflite) begin
        for (j = 0; j < Columns; j = j + 1) begin
          a = high_q[2][j] << (31 - 32'(addition_q[4].output_shift));
          q = 32'((a + 64'h40000000) >> 31);
          t = high_sign_q[2][j];
          quotient_q[j] = (q ^ t) - t;
        end
      end
      if (adds_q[3] && addition_q[3].tflite) begin
        for (j = 0; j < Columns; j = j + 1) begin
          a = scaled_q[2][j] + 64'h40000000 - 64'(scaled_sign_q[2][j][0]);
          high_q[2][j]      = a >> 31;
          high_sign_q[2][j] = scaled_sign_q[2][j];
        end
      end
      if (adds_q[2] && addition_q[2].tflite) begin
        for (j = 0; j < Columns; j = j + 1) begin
          t = 0 - (total_q[j] >> 31);
          x = (total_q[j] ^ t) - t;
          scaled_q[2][j]      = 64'(x) * 64'(addition_q[2].term);
          scaled_sign_q[2][j] = t;
        end
      end
      if (adds_q[1] && addition_q[1].tflite) begin
        for (j = 0; j < Columns; j = j + 1) begin
          a = high_q[0][j] << (31 - 32'(addition_q[1].sum_shift));
          x = 32'((a + 64'h40000000) >> 31);
          t = high_sign_q[0][j];
          x = (x ^ t) - t;
          b = high_q[1][j] << (31 - 32'(addition_q[1].residual_shift));
          q = 32'((b + 64'h40000000) >> 31);
          t = high_sign_q[1][j];
          total_q[j] = x + ((q ^ t) - t);
        end
      end
      if (adds_q[0] && addition_q[0].tflite) begin
        for (k = 0; k < 2; k = k + 1) begin
          for (j = 0; j < Columns; j = j + 1) begin
            a = scaled_q[k][j] + 64'h40000000 - 64'(scaled_sign_q[k][j][0]);
            high_q[k][j]      = a >> 31;
            high_sign_q[k][j] = scaled_sign_q[k][j];
          end
        end
      end

      // `ort`, per FMA: normalise and round, align and add, multiply.
      for (k = 0; k < 2; k = k + 1) begin
        f = 1 - k;
        if (adds_q[Fma*f+1] && !addition_q[Fma*f+1].tflite) begin
          for (j = 0; j < Columns; j = j + 1) begin
            // Left-align by conditional shifts, counting them.
            a = sum_q[f][j];
            m = 0 - (((a >> 32) - 1) >> 63);
            a = (a & ~m) | ((a << 32) & m);
            e = 32'(m) & 32;
            m = 0 - (((a >> 48) - 1) >> 63);
            a = (a & ~m) | ((a << 16) & m);
            e = e + (32'(m) & 16);
            m = 0 - (((a >> 56) - 1) >> 63);
            a = (a & ~m) | ((a << 8) & m);
            e = e + (32'(m) & 8);
            m = 0 - (((a >> 60) - 1) >> 63);
            a = (a & ~m) | ((a << 4) & m);
            e = e + (32'(m) & 4);
            m = 0 - (((a >> 62) - 1) >> 63);
            a = (a & ~m) | ((a << 2) & m);
            e = e + (32'(m) & 2);
            m = 0 - (((a >> 63) - 1) >> 63);
            a = (a & ~m) | ((a << 1) & m);
            e = e + (32'(m) & 1);
            // 64 bits to 24, half to even; a carry out to 2^24 becomes 2^23.
            b = a >> 40;
            b = b + (((a & 64'hffffffffff) + 64'h7fffffffff + (b & 1)) >> 40);
            m = 0 - (b >> 24);
            b = (b & ~m) | ((b >> 1) & m);
            result_q[f][j]   = 32'(b);
            exponent_q[f][j] = sum_exponent_q[f][j] + 40 - e - 32'(m);
            sign_q[f][j]     = sum_sign_q[f][j];
          end
        end

        if (adds_q[Fma*f] && !addition_q[Fma*f].tflite) begin
          op = addition_q[Fma*f];
          // FMA 0 takes the second operand's scale.
          s = ((f == 0) == op.residual_first) ? op.sum_scale : op.residual_scale;
          for (j = 0; j < Columns; j = j + 1) begin
            a = product_q[f][j];
            b = 64'(term_q[f][j]);
            x = (s >> 23) & 32'hff;
            // A zero term or product takes the other's exponent.
            t = 0 - ((term_q[f][j] - 1) >> 31);
            d = (term_exponent_q[f][j] & ~t) | (x & t);
            t = 32'(0 - ((a - 1) >> 63));
            x = (x & ~t) | (d & t);
            d = x - d;
            // Product ahead: up by at most 28; further off the term is as good as 1.
            t = 0 - ((28 - d) >> 31) & ~(0 - (d >> 31));
            b = (b & ~{t, t}) | (64'h1 & {t, t});
            q = ((d & ~t) | (28 & t)) & ~(0 - (d >> 31));
            m = 0 - 64'(q[4]);
            a = (a & ~m) | ((a << 16) & m);
            m = 0 - 64'(q[3]);
            a = (a & ~m) | ((a << 8) & m);
            m = 0 - 64'(q[2]);
            a = (a & ~m) | ((a << 4) & m);
            m = 0 - 64'(q[1]);
            a = (a & ~m) | ((a << 2) & m);
            m = 0 - 64'(q[0]);
            a = (a & ~m) | ((a << 1) & m);
            x = x - q;
            // Term ahead: up by at most 36; further off the product is as good as 1.
            d = (0 - d) & (0 - (d >> 31));
            t = 0 - ((36 - d) >> 31);
            a = (a & ~{t, t}) | (64'h1 & {t, t});
            q = (d & ~t) | (36 & t);
            m = 0 - 64'(q[5]);
            b = (b & ~m) | ((b << 32) & m);
            m = 0 - 64'(q[4]);
            b = (b & ~m) | ((b << 16) & m);
            m = 0 - 64'(q[3]);
            b = (b & ~m) | ((b << 8) & m);
            m = 0 - 64'(q[2]);
            b = (b & ~m) | ((b << 4) & m);
            m = 0 - 64'(q[1]);
            b = (b & ~m) | ((b << 2) & m);
            m = 0 - 64'(q[0]);
            b = (b & ~m) | ((b << 1) & m);
            x = x + d - q;
            m = {product_sign_q[f][j], product_sign_q[f][j]};
            a = (a ^ m) - m;
            m = {term_sign_q[f][j], term_sign_q[f][j]};
            a = a + ((b ^ m) - m);
            m = 0 - (a >> 63);
            sum_q[f][j]          = (a ^ m) - m;
            sum_exponent_q[f][j] = x;
            sum_sign_q[f][j]     = 32'(m);
          end
        end

        ort = f == 0 ? row_valid_i && residual_i && !addition_i.tflite
                     : adds_q[2] && !addition_q[2].tflite;
        op  = f == 0 ? addition_i : addition_q[2];
        if (ort) begin
          s = ((f == 0) == op.residual_first) ? op.sum_scale : op.residual_scale;
          s = (s & 32'h7fffff) | 32'h800000;
          for (j = 0; j < Columns; j = j + 1) begin
            if (f == 1) begin
              x = first_q[now_q-RingBits'(Fma)][j];
              term_q[1][j]          = result_q[0][j];
              term_exponent_q[1][j] = exponent_q[0][j];
              term_sign_q[1][j]     = sign_q[0][j];
            end else begin
              x = 32'(signed'(codes[j/4][8*(j%4)+:8])) + 32'(signed'(op.sum_offset));
              q = 32'(signed'(residual_q[j/4][8*(j%4)+:8])) + 32'(signed'(op.residual_offset));
              first_q[now_q][j] = op.residual_first ? q : x;
              x                 = op.residual_first ? x : q;
              t = 0 - 32'(op.term[30:0] != '0);
              term_q[0][j]          = ((op.term & 32'h7fffff) | 32'h800000) & t;
              term_exponent_q[0][j] = (op.term >> 23) & 32'hff;
              term_sign_q[0][j]     = 0 - (op.term >> 31);
            end
            t = 0 - (x >> 31);
            x = (x ^ t) - t;
            product_q[f][j]      = 64'(x) * 64'(s);
            product_sign_q[f][j] = t;
          end
        end
      end

      // 1, `tflite`.
      tflite = row_valid_i && residual_i && addition_i.tflite;
      if (tflite) begin
        for (j = 0; j < Columns; j = j + 1) begin
          x = 32'(signed'(codes[j/4][8*(j%4)+:8])) + 32'(signed'(addition_i.sum_offset));
          t = 0 - (x >> 31);
          x = (x ^ t) - t;
          scaled_q[0][j]      = 64'({x[11:0], 20'd0}) * 64'(addition_i.sum_scale);
          scaled_sign_q[0][j] = t;
          x = 32'(signed'(residual_q[j/4][8*(j%4)+:8])) + 32'(signed'(addition_i.residual_offset));
          t = 0 - (x >> 31);
          x = (x ^ t) - t;
          scaled_q[1][j]      = 64'({x[11:0], 20'd0}) * 64'(addition_i.residual_scale);
          scaled_sign_q[1][j] = t;
        end
      end

      for (k = Add - 2; k > 0; k = k - 1) addition_q[k] = addition_q[k-1];
      addition_q[0] = addition_i;
    end
    if (row_valid_i && !residual_i) passing_q[now_q] = codes;

    // The residual's columns of its word, as bytes.
    if (word_valid_i) begin
      for (k = 0; k < Words; k = k + 1) begin
        if (word_int4_i) begin
          // Half a word of nibbles to a word of bytes, then copies of each sign above it.
          j = 32'(word_part_i) * Words + k;
          x = (word[j/2] >> (16 * (j % 2))) & 32'hffff;
          x = (x & 32'hf) | ((x << 4) & 32'hf00) | ((x << 8) & 32'hf0000)
              | ((x << 12) & 32'hf000000);
          t = x & 32'h8080808;
          residual_q[k] = x | (t << 1) | (t << 2) | (t << 3) | (t << 4);
        end else begin
          residual_q[k] = word[32'(word_part_i)*Words+k];
        end
      end
    end

    adds_q  = rst_ni ? {adds_q[Add-3:0], row_valid_i && residual_i} : '0;
    plain_q = rst_ni ? {plain_q[Add-3:0], row_valid_i && !residual_i} : '0;
    now_q   = now_q + 1'b1;
  end
  // verilator lint_on BLKSEQ

  if (Columns % 4 != 0) $error("hb_add: Columns must be a multiple of 4");
  if (2 ** RingBits <= Add) $error("hb_add: rings too short for the stages");

endmodule
