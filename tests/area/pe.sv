// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Processing elements to measure, not part of the machine: what hb_array has once per row and
/// column, with the product of the RTL's package in both modes, or with one mode only. `Plain` ones
/// multiply without the package's nibbles. tests/area/pe_check.cpp says that their netlists compute
/// what hb_array does (docs/area.md).

/// The sum of products of two operands. A module of its own, so that synthesis does not merge its
/// partial products with the accumulator, at the accumulator's width.
module area_product
  import hb_product_pkg::*;
#(
  parameter bit Int8 = 1'b1,
  parameter bit Int4 = 1'b1,
  parameter bit Plain = 1'b0
) (
  input  logic        int4_i,  // looked at if both modes are there
  input  logic [31:0] operand_i,
  input  logic [31:0] weight_i,
  output sum_t        product_o
);

  localparam int unsigned Bits = Int8 ? 8 : 4;

  if (Plain) begin : gen_plain
    always_comb begin
      product_o = '0;
      for (int unsigned b = 0; b < 32; b += Bits) begin
        product_o = product_o + 18'(signed'(operand_i[b+:Bits])) * 18'(signed'(weight_i[b+:Bits]));
      end
    end
  end else begin : gen_nibbles
    assign product_o = product(Int4 && (!Int8 || int4_i), operand_i, weight_i);
  end

  if (!Int8 && !Int4) $error("area_product: no mode (expected one or two)");
  if (Plain && Int8 && Int4) $error("area_product: plain products have one mode");

endmodule

/// A step takes what enters: it goes to the registers, and its products to the accumulator.
module area_pe #(
  parameter bit Int8 = 1'b1,
  parameter bit Int4 = 1'b1,
  parameter bit Plain = 1'b0
) (
  input  logic        clk_i,
  input  logic        clear_i,
  input  logic        step_i,    // operands are in the array
  input  logic        ending_i,  // a tile's end is in the array
  input  logic        int4_i,
  input  logic        last_i,    // the tile ends with these operands
  input  logic [31:0] operand_i,
  input  logic [31:0] weight_i,
  input  logic [31:0] column_i,  // finished sums of the column's PEs above
  output logic        last_o,
  output logic [31:0] operand_o,
  output logic [31:0] weight_o,
  output logic [31:0] column_o
);

  logic last_q;
  logic [31:0] operand_q, weight_q, accumulator_q, accumulator;
  hb_product_pkg::sum_t product;

  area_product #(
    .Int8 (Int8),
    .Int4 (Int4),
    .Plain(Plain)
  ) i_product (
    .int4_i,
    .operand_i,
    .weight_i,
    .product_o(product)
  );
  assign accumulator = accumulator_q + 32'(product);
  assign column_o = column_i | (accumulator & {32{last_i}});

  always_ff @(posedge clk_i) begin
    if (clear_i) begin
      operand_q     <= '0;
      last_q        <= 1'b0;
      accumulator_q <= '0;
    end else if (step_i) begin
      operand_q     <= operand_i;
      weight_q      <= weight_i;
      accumulator_q <= accumulator & ~{32{ending_i && last_i}};
      if (ending_i) last_q <= last_i;
    end
  end
  assign {last_o, operand_o, weight_o} = {last_q, operand_q, weight_q};

endmodule

/// All of them side by side, by index: both modes, int8, int4, plain int8, plain int4.
module area_pes (
  input  logic              clk_i,
  input  logic              clear_i,
  input  logic              step_i,
  input  logic              ending_i,
  input  logic              int4_i,
  input  logic              last_i,
  input  logic [31:0]       operand_i,
  input  logic [31:0]       weight_i,
  input  logic [31:0]       column_i,
  output logic [4:0]        last_o,
  output logic [4:0][31:0]  operand_o,
  output logic [4:0][31:0]  weight_o,
  output logic [4:0][31:0]  column_o
);

  area_pe #(
    .Int8 (1'b1),
    .Int4 (1'b1),
    .Plain(1'b0)
  ) i_both (
    .clk_i,
    .clear_i,
    .step_i,
    .ending_i,
    .int4_i,
    .last_i,
    .operand_i,
    .weight_i,
    .column_i,
    .last_o   (last_o[0]),
    .operand_o(operand_o[0]),
    .weight_o (weight_o[0]),
    .column_o (column_o[0])
  );
  area_pe #(
    .Int8 (1'b1),
    .Int4 (1'b0),
    .Plain(1'b0)
  ) i_int8 (
    .clk_i,
    .clear_i,
    .step_i,
    .ending_i,
    .int4_i,
    .last_i,
    .operand_i,
    .weight_i,
    .column_i,
    .last_o   (last_o[1]),
    .operand_o(operand_o[1]),
    .weight_o (weight_o[1]),
    .column_o (column_o[1])
  );
  area_pe #(
    .Int8 (1'b0),
    .Int4 (1'b1),
    .Plain(1'b0)
  ) i_int4 (
    .clk_i,
    .clear_i,
    .step_i,
    .ending_i,
    .int4_i,
    .last_i,
    .operand_i,
    .weight_i,
    .column_i,
    .last_o   (last_o[2]),
    .operand_o(operand_o[2]),
    .weight_o (weight_o[2]),
    .column_o (column_o[2])
  );
  area_pe #(
    .Int8 (1'b1),
    .Int4 (1'b0),
    .Plain(1'b1)
  ) i_plain_int8 (
    .clk_i,
    .clear_i,
    .step_i,
    .ending_i,
    .int4_i,
    .last_i,
    .operand_i,
    .weight_i,
    .column_i,
    .last_o   (last_o[3]),
    .operand_o(operand_o[3]),
    .weight_o (weight_o[3]),
    .column_o (column_o[3])
  );
  area_pe #(
    .Int8 (1'b0),
    .Int4 (1'b1),
    .Plain(1'b1)
  ) i_plain_int4 (
    .clk_i,
    .clear_i,
    .step_i,
    .ending_i,
    .int4_i,
    .last_i,
    .operand_i,
    .weight_i,
    .column_i,
    .last_o   (last_o[4]),
    .operand_o(operand_o[4]),
    .weight_o (weight_o[4]),
    .column_o (column_o[4])
  );

endmodule
