// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Bound into hb_fetch: the FIFO of commands never overflows nor runs empty, because every place in
/// it is free, asked for or filled. Assumes an AXI4 memory: a beat answers a burst whose address
/// has been taken and whose last beat has not come.
module fetch_contract
  import hb_pkg::*;
(
  input logic       clk_i,
  input logic       rst_ni,
  input logic       clear_i,
  input logic       arvalid_q,
  input logic       arready_i,
  input logic       rvalid_i,
  input logic       last_beat,
  input logic       pop_i,
  input logic [2:0] credits_q,
  input logic [2:0] outstanding_q,
  input logic [2:0] ready_q,
  input logic [1:0] head_q,
  input logic [1:0] tail_q
);

  logic reset_q = 1'b0;
  logic [2:0] asked_q;  // bursts asked for and not answered
  always_ff @(posedge clk_i) begin
    if (!rst_ni) reset_q <= 1'b1;
    if (!rst_ni || clear_i) asked_q <= '0;
    else asked_q <= asked_q + 3'(arvalid_q && arready_i) - 3'(last_beat);
  end

  always_comb begin
    assume (reset_q || !rst_ni);  // it begins with a reset
    assume (!reset_q || !rvalid_i || asked_q != '0);
    if (reset_q && rst_ni) begin
      places       : assert (5'(credits_q) + 5'(outstanding_q) + 5'(ready_q) == 5'(FetchDepth));
      outstanding  : assert (4'(outstanding_q) == 4'(asked_q) + 4'(arvalid_q));
      pointers     : assert (2'(tail_q - head_q) == 2'(ready_q));
      no_overflow  : assert (!rvalid_i || ready_q != 3'(FetchDepth));
      no_underflow : assert (clear_i || !pop_i || ready_q != '0);
    end
  end

endmodule

/// Bound into hb_dispatch: a command stays in the FIFO until it has been dispatched.
module dispatch_contract (
  input logic       clk_i,
  input logic       rst_ni,
  input logic       valid_i,
  input logic       command   // one is being checked or waits for its queue
);

  logic reset_q = 1'b0;
  always_ff @(posedge clk_i) if (!rst_ni) reset_q <= 1'b1;
  always_comb begin
    assume (reset_q || !rst_ni);  // it begins with a reset
    if (reset_q && rst_ni) begin
      held : assert (!command || valid_i);
    end
  end

endmodule

/// Bound into hb_commands: the engines pop only what is there (start_contract proves it of them).
module commands_contract (
  input logic load_valid_o,
  input logic load_pop_i,
  input logic compute_valid_o,
  input logic compute_pop_i,
  input logic store_valid_o,
  input logic store_pop_i
);

  always_comb begin
    assume (load_valid_o || !load_pop_i);
    assume (compute_valid_o || !compute_pop_i);
    assume (store_valid_o || !store_pop_i);
  end

endmodule

bind hb_fetch fetch_contract i_contract (.*);
bind hb_dispatch dispatch_contract i_contract (
  .command(state_q inside {Products, Sums, Decide}), .*
);
bind hb_commands commands_contract i_contract (.*);
