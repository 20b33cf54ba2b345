// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Bound into every engine: it starts only with tokens that were there when it decided, in the
/// cycle before, and never twice in a row, so that it never looks at a token that its last start
/// has yet to take (tokens_contract). It pops its queue only when a command is there.
module start_contract
  import hb_pkg::*;
(
  input logic    clk_i,
  input logic    rst_ni,
  input logic    clear_i,
  input logic    valid_i,
  input logic    pop_o,
  input tokens_t present_i,
  input pulse_t  start_o
);

  logic reset_q = 1'b0;
  logic started_q;
  tokens_t present_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni) reset_q <= 1'b1;
    started_q <= rst_ni && !clear_i && start_o.valid;
    present_q <= present_i;
  end

  always_comb begin
    assume (reset_q || !rst_ni);  // it begins with a reset
    if (reset_q && rst_ni) begin
      tokens_there : assert (!start_o.valid || (start_o.tokens & ~present_q) == '0);
      never_twice  : assert (!(start_o.valid && started_q));
      pops_command : assert (!pop_o || valid_i);
    end
  end

endmodule

bind hb_load start_contract i_start_contract (.*);
bind hb_store start_contract i_start_contract (.*);
bind hb_sequencer start_contract i_start_contract (.*);
