// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// A processing element's product as hardware: 16 products of nibbles serve both modes, four int8
/// or eight int4 products of a 32-bit lane, summed. Combinational. hb_array builds it for
/// synthesis; in simulation it has plain multiplications, which Verilator vectorises.
/// tests/formal proves the two equal.
///
/// A byte is 16 h + l, its upper nibble h always signed, its lower one l unsigned in int8 and
/// signed in int4: a w = 256 h h' + 16 (h l' + l h') + l l', and int4 is h h' + l l'.
package hb_product_pkg;

  localparam int unsigned Bytes = 4;  // of an operand

  typedef logic signed [7:0] nibbles_t;   // h h': -56 .. 64
  typedef logic signed [8:0] low_t;       // l l': -56 .. 225
  typedef logic signed [9:0] middle_t;    // h l' + l h': -240 .. 210
  typedef logic signed [17:0] sum_t;      // -65,024 .. 65,536

  /// The parts of one byte's product.
  typedef struct packed {
    nibbles_t high;
    middle_t  middle;  // 0 in int4
    low_t     low;
  } parts_t;

  /// 4 x 4 bits, each factor signed or not: -120 .. 225.
  function automatic low_t nibble(logic [3:0] a, logic a_signed, logic [3:0] w, logic w_signed);
    logic signed [4:0] x;
    logic signed [4:0] y;
    x = {a_signed & a[3], a};
    y = {w_signed & w[3], w};
    return 9'(x) * 9'(y);
  endfunction

  function automatic parts_t parts(logic int4, logic [7:0] a, logic [7:0] w);
    parts_t p;
    p.high   = 8'(nibble(a[7:4], 1'b1, w[7:4], 1'b1));
    p.low    = nibble(a[3:0], int4, w[3:0], int4);
    p.middle = 10'(nibble(a[7:4] & {4{!int4}}, 1'b1, w[3:0], 1'b0))
               + 10'(nibble(a[3:0], 1'b0, w[7:4] & {4{!int4}}, 1'b1));
    return p;
  endfunction

  /// Sums of like parts first, so that they are shifted and selected once.
  function automatic sum_t total(logic int4, parts_t [Bytes-1:0] p);
    logic signed [9:0] high;
    logic signed [11:0] middle;
    logic signed [10:0] low;
    high   = 10'(p[0].high) + 10'(p[1].high) + 10'(p[2].high) + 10'(p[3].high);
    middle = 12'(p[0].middle) + 12'(p[1].middle) + 12'(p[2].middle) + 12'(p[3].middle);
    low    = 11'(p[0].low) + 11'(p[1].low) + 11'(p[2].low) + 11'(p[3].low);
    return (int4 ? 18'(high) : 18'(high) <<< 8) + (18'(middle) <<< 4) + 18'(low);
  endfunction

  /// Sum of the four int8 or eight int4 products of two operands.
  function automatic sum_t product(logic int4, logic [31:0] a, logic [31:0] w);
    parts_t [Bytes-1:0] p;
    for (int unsigned b = 0; b < Bytes; b++) p[b] = parts(int4, a[8*b+:8], w[8*b+:8]);
    return total(int4, p);
  endfunction

endpackage
