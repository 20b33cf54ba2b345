// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// The RTL's own modules with an input tied that chooses a mode, to measure what the other costs
/// (docs/area.md): synthesis removes what that other one alone uses. Not part of the machine.

/// hb_lanes with `tflite_i` tied.
module area_lanes
  import hb_pkg::*;
#(
  parameter int unsigned Columns = 4,
  parameter int unsigned BusBytes = 8,
  parameter int unsigned ParameterTiles = 64,
  parameter int unsigned History = 16,
  parameter bit Tflite = 1'b1
) (
  input  logic                       clk_i,
  input  logic                       rst_ni,
  input  logic                       write_i,
  input  logic [31:0]                write_row_i,
  input  logic [7:0]                 write_part_i,
  input  logic [8*BusBytes-1:0]      write_data_i,
  input  logic                       bias_read_i,
  input  logic [1:0]                 shift_read_i,
  input  logic [1:0]                 scale_read_i,
  input  logic [31:0]                bias_tile_i,
  input  logic [1:0][31:0]           shift_tile_i,
  input  logic [1:0][31:0]           scale_tile_i,
  input  logic                       row_valid_i,
  input  logic [32*Columns-1:0]      row_i,
  input  logic                       keep_i,
  input  logic [$clog2(History)-1:0] now_i,
  input  logic                       copy_valid_i,
  input  logic                       copy_code_i,
  input  logic [8:0]                 copy_offset_i,
  input  logic [8*Columns-1:0]       codes_i,
  input  quantizer_t [1:0]           quantizer_i,
  output logic [1:0][8*Columns-1:0]  codes_o
);

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
    .bias_read_i,
    .shift_read_i,
    .scale_read_i,
    .bias_tile_i,
    .shift_tile_i,
    .scale_tile_i,
    .row_valid_i,
    .row_i,
    .keep_i,
    .now_i,
    .copy_valid_i,
    .copy_code_i,
    .copy_offset_i,
    .codes_i,
    .tflite_i({2{Tflite}}),
    .quantizer_i,
    .codes_o
  );

endmodule

/// hb_add with `addition_i.tflite` tied.
module area_add
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 4,
  parameter int unsigned Columns = 4,
  parameter bit Tflite = 1'b1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 word_valid_i,
  input  logic                 word_int4_i,
  input  logic [7:0]           word_part_i,
  input  logic [32*Rows-1:0]   word_i,
  input  logic                 row_valid_i,
  input  logic                 residual_i,
  input  addition_t            addition_i,
  input  logic [8*Columns-1:0] codes_i,
  output logic [8*Columns-1:0] codes_o
);

  addition_t addition;
  always_comb begin
    addition        = addition_i;
    addition.tflite = Tflite;
  end

  hb_add #(
    .Rows   (Rows),
    .Columns(Columns)
  ) i_add (
    .clk_i,
    .rst_ni,
    .word_valid_i,
    .word_int4_i,
    .word_part_i,
    .word_i,
    .row_valid_i,
    .residual_i,
    .addition_i(addition),
    .codes_i,
    .codes_o
  );

endmodule

/// hb_array with `word_int4_i` tied.
module area_array #(
  parameter int unsigned Rows = 4,
  parameter int unsigned Columns = 4,
  parameter int unsigned BusBytes = 8,
  parameter int unsigned WeightRows = 2048,
  parameter bit Int4 = 1'b0
) (
  input  logic                  clk_i,
  input  logic                  clear_i,
  input  logic                  write_i,
  input  logic [31:0]           write_row_i,
  input  logic [7:0]            write_part_i,
  input  logic [8*BusBytes-1:0] write_data_i,
  input  logic                  step_i,
  input  logic                  narrow_i,
  input  logic                  half_i,
  input  logic [31:0]           weight_row_i,
  input  logic                  word_valid_i,
  input  logic                  word_last_i,
  input  logic                  word_partial_i,
  input  logic [4:0]            word_row_i,
  input  logic                  word_read_i,
  input  logic [7:0]            word_fill_i,
  input  logic [32*Rows-1:0]    word_i,
  output logic                  last_o,
  output logic [32*Columns-1:0] row_o
);

  hb_array #(
    .Rows      (Rows),
    .Columns   (Columns),
    .BusBytes  (BusBytes),
    .WeightRows(WeightRows)
  ) i_array (
    .clk_i,
    .clear_i,
    .write_i,
    .write_row_i,
    .write_part_i,
    .write_data_i,
    .step_i,
    .narrow_i  (narrow_i && !Int4),  // narrow weights are for int8 operands
    .half_i    (half_i && !Int4),
    .weight_row_i,
    .word_valid_i,
    .word_last_i,
    .word_partial_i,
    .word_int4_i(Int4),
    .word_row_i,
    .word_read_i,
    .word_fill_i,
    .word_i,
    .last_o,
    .row_o
  );

endmodule
