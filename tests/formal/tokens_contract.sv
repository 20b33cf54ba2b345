// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Bound into hb_tokens: counters never pass 255 nor go below 0, what would pass 255 is always
/// raised, and `present_o` is what the counters say. Assumes what start_contract proves of every
/// engine: a start takes only tokens that were there in the cycle before, and never follows another
/// one at once.
module tokens_contract
  import hb_pkg::*;
(
  input logic       clk_i,
  input logic       rst_ni,
  input logic       clear_i,
  input pulse_t     start_i [3],
  input tokens_t    present_o [3],
  input error_t     error_o,
  input logic [7:0] count_q [3][8],
  input logic [23:0] given,
  input logic [23:0] taken
);

  logic reset_q = 1'b0;
  logic overflow_q;
  logic started_q [3];
  tokens_t present_before_q [3];
  logic [23:0][7:0] count_before_q;
  logic [23:0] given_before_q, taken_before_q;
  logic kept_q;  // no reset, no doorbell in the last cycle

  logic [23:0][7:0] count;
  logic overflow;
  always_comb begin
    overflow = 1'b0;
    for (int e = 0; e < 3; e++) begin
      for (int t = 0; t < 8; t++) begin
        count[8*e+t] = count_q[e][t];
        if (given[8*e+t] && !taken[8*e+t] && count_q[e][t] == 8'd255) overflow = 1'b1;
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) reset_q <= 1'b1;
    kept_q         <= rst_ni && !clear_i;
    overflow_q     <= rst_ni && !clear_i && overflow;
    count_before_q <= count;
    given_before_q <= given;
    taken_before_q <= taken;
    for (int e = 0; e < 3; e++) begin
      started_q[e]        <= start_i[e].valid && rst_ni && !clear_i;
      present_before_q[e] <= clear_i || !rst_ni ? '0 : present_o[e];
    end
  end

  always_comb assume (reset_q || !rst_ni);  // it begins with a reset

  // The rule of a start (start_contract).
  for (genvar e = 0; e < 3; e++) begin : gen_rule
    always_comb begin
      assume (!start_i[e].valid
              || (!started_q[e] && (start_i[e].tokens & ~present_before_q[e]) == '0));
    end
  end

  for (genvar e = 0; e < 3; e++) begin : gen_engines
    for (genvar t = 0; t < 8; t++) begin : gen_tokens
      localparam int unsigned I = 8 * e + t;
      always_comb begin
        if (reset_q && rst_ni) begin
          present  : assert (present_o[e][t] == (count[I] != '0));
          no_below : assert (clear_i || !(taken[I] && count[I] == '0));
          // One step of counting, written without wrapping: 9 bits.
          steps    : assert (!kept_q
                             || 9'(count[I]) == 9'(count_before_q[I]) + 9'(given_before_q[I])
                                                - 9'(taken_before_q[I])
                             || (overflow_q && count[I] == 8'd255 && count_before_q[I] == 8'd255));
          // Tokens that were there stay until the start that takes them.
          stay     : assert (started_q[e] || !present_before_q[e][t] || count[I] != '0);
        end
      end
    end
  end

  always_comb begin
    if (reset_q && rst_ni) raised : assert (error_o.valid == overflow_q);
  end

endmodule

bind hb_tokens tokens_contract i_contract (.*);
