// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Bound into hb_load. Assumes an AXI4 memory: a beat answers a burst whose address has been taken
/// and whose last beat has not come. Then a burst is in the queue exactly while it is outstanding.
module load_contract (
  input logic       clk_i,
  input logic       rst_ni,
  input logic       clear_i,
  input logic       arvalid_q,
  input logic       arready_i,
  input logic       rvalid_i,
  input logic       last_beat,
  input logic [4:0] count
);

  logic reset_q = 1'b0;
  logic [4:0] asked_q;  // bursts asked for and not answered
  always_ff @(posedge clk_i) begin
    if (!rst_ni) reset_q <= 1'b1;
    if (!rst_ni || clear_i) asked_q <= '0;
    else asked_q <= asked_q + 5'(arvalid_q && arready_i) - 5'(last_beat);
  end

  always_comb begin
    assume (reset_q || !rst_ni);  // it begins with a reset
    assume (!reset_q || !rvalid_i || asked_q != '0);
    if (reset_q && rst_ni) begin
      outstanding : assert (6'(count) == 6'(asked_q) + 6'(arvalid_q));
    end
  end

endmodule

bind hb_load load_contract i_contract (.count(i_bursts.count_q), .*);
