// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// A byte's product of nibbles is the plain one, for every pair of bytes in both modes.
module product_of_byte
  import hb_product_pkg::*;
(
  input logic       int4,
  input logic [7:0] a,
  input logic [7:0] w
);

  parts_t p;
  sum_t structural, plain;
  assign p = parts(int4, a, w);
  assign structural = (int4 ? 18'(p.high) : 18'(p.high) <<< 8) + (18'(p.middle) <<< 4) + 18'(p.low);
  always_comb begin
    plain = 18'(signed'(a)) * 18'(signed'(w));
    if (int4) begin
      plain = 18'(signed'(a[7:4])) * 18'(signed'(w[7:4]))
              + 18'(signed'(a[3:0])) * 18'(signed'(w[3:0]));
    end
    same   : assert (structural == plain);
    high   : assert (p.high >= -8'sd56 && p.high <= 8'sd64);
    middle : assert (p.middle >= -10'sd240 && p.middle <= 10'sd210);
    low    : assert (p.low >= -9'sd56 && p.low <= 9'sd225);
    absent : assert (!int4 || p.middle == '0);
  end

endmodule

/// The three sums of `total` lose no carry for parts in the ranges above. What it adds up is then
/// the sum of the bytes' products by the laws of addition alone.
module product_of_word
  import hb_product_pkg::*;
(
  input logic               int4,
  input parts_t [Bytes-1:0] p
);

  sum_t high, middle, low;
  always_comb begin
    high   = '0;
    middle = '0;
    low    = '0;
    for (int unsigned b = 0; b < Bytes; b++) begin
      assume (p[b].high >= -8'sd56 && p[b].high <= 8'sd64);
      assume (p[b].middle >= -10'sd240 && p[b].middle <= 10'sd210);
      assume (p[b].low >= -9'sd56 && p[b].low <= 9'sd225);
      high   = high + 18'(p[b].high);
      middle = middle + 18'(p[b].middle);
      low    = low + 18'(p[b].low);
    end
    same : assert (total(int4, p) == (int4 ? high : high <<< 8) + (middle <<< 4) + low);
  end

endmodule
