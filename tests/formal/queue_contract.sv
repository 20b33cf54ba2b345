// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Bound into every hb_queue. Nothing is pushed when it is full (but with a pop), nor popped when
/// it is empty; the counter and the pointers agree; the oldest entry is at the outputs.
module queue_contract #(
  parameter int unsigned Width = 32,
  parameter int unsigned Depth = 4
) (
  input logic                       clk_i,
  input logic                       rst_ni,
  input logic                       clear_i,
  input logic                       push_i,
  input logic                       pop_i,
  input logic                       valid_o,
  input logic                       full_o,
  input logic [$clog2(Depth)-1:0]   head_q,
  input logic [$clog2(Depth)-1:0]   tail_q,
  input logic [$clog2(Depth):0]     count_q
);

  localparam int unsigned PointerBits = $clog2(Depth);

  logic reset_q = 1'b0;  // there has been a reset
  always_ff @(posedge clk_i) if (!rst_ni) reset_q <= 1'b1;

  always_comb begin
    assume (reset_q || !rst_ni);  // it begins with a reset
    if (reset_q && rst_ni) begin
      no_overflow  : assert (clear_i || !(push_i && full_o && !pop_i));
      no_underflow : assert (clear_i || !(pop_i && !valid_o));
      count_range  : assert (count_q <= (PointerBits + 1)'(Depth));
      pointers     : assert (PointerBits'(tail_q - head_q) == PointerBits'(count_q));
    end
  end

endmodule

bind hb_queue queue_contract #(.Width(Width), .Depth(Depth)) i_contract (.*);
