// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Signed multiplication for Yosys's techmap, after Baugh and Wooley: terms without a sign, to be
/// added. Yosys's own mapping sign-extends every partial product to the width of the result.
/// With a = -2^m s + l and b = -2^n t + k: a b = l k + 2^(m+n) s t - 2^m s k - 2^n t l, and for any
/// x of n bits -x = ~x - (2^n - 1).
(* techmap_celltype = "$mul" *)
module signed_multiply (A, B, Y);
  parameter A_SIGNED = 0;
  parameter B_SIGNED = 0;
  parameter A_WIDTH = 2;
  parameter B_WIDTH = 2;
  parameter Y_WIDTH = 1;
  localparam M = A_WIDTH > 1 ? A_WIDTH - 1 : 1;
  localparam N = B_WIDTH > 1 ? B_WIDTH - 1 : 1;
  localparam [127:0] Ones = -128'd1;
  localparam [127:0] Fix = -(((Ones >> (128 - N)) << M) + ((Ones >> (128 - M)) << N));

  input [A_WIDTH-1:0] A;
  input [B_WIDTH-1:0] B;
  output [Y_WIDTH-1:0] Y;

  wire _TECHMAP_FAIL_ = !A_SIGNED || !B_SIGNED || A_WIDTH < 2 || B_WIDTH < 2 || Y_WIDTH > 128;

  wire [Y_WIDTH-1:0] low = A[M-1:0] * B[N-1:0];
  wire [Y_WIDTH-1:0] high = {A[A_WIDTH-1] & B[B_WIDTH-1], {(M + N) {1'b0}}};
  wire [Y_WIDTH-1:0] left = {~(B[N-1:0] & {N{A[A_WIDTH-1]}}), {M{1'b0}}};
  wire [Y_WIDTH-1:0] right = {~(A[M-1:0] & {M{B[B_WIDTH-1]}}), {N{1'b0}}};
  wire [Y_WIDTH-1:0] fix = Fix[Y_WIDTH-1:0];
  assign Y = low + high + left + right + fix;
endmodule
