// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Token counters between the engines: 24 counters of 8 bits, one set of eight per waiting engine
/// (index: load, compute, store). A retirement's tokens count one cycle after its pulse, a start's
/// are taken one cycle after its pulse. Raises TOKEN_OVERFLOW the cycle after the retirement that
/// would pass 255. Decides nothing: engines look at `present_o`.
module hb_tokens
  import hb_pkg::*;
(
  input  logic         clk_i,
  input  logic         rst_ni,
  input  logic         clear_i,
  input  pulse_t       start_i  [3],
  input  pulse_t       retire_i [3],
  output tokens_t      present_o[3],
  output error_t       error_o
);

  logic [7:0] count_q [3][8];
  logic [23:0] present_q;
  error_t error_q;

  // What each waiting engine is given: bits 3:0 from the first other engine, 7:4 from the second.
  tokens_t signal_load, signal_compute, signal_store;
  logic [23:0] given, taken;
  assign signal_load    = retire_i[EngineLoad].valid ? retire_i[EngineLoad].tokens : '0;
  assign signal_compute = retire_i[EngineCompute].valid ? retire_i[EngineCompute].tokens : '0;
  assign signal_store   = retire_i[EngineStore].valid ? retire_i[EngineStore].tokens : '0;
  assign given = {signal_compute[7:4], signal_load[7:4],    // to store
                  signal_store[7:4], signal_load[3:0],      // to compute
                  signal_store[3:0], signal_compute[3:0]};  // to load
  assign taken = {start_i[EngineStore].valid ? start_i[EngineStore].tokens : 8'd0,
                  start_i[EngineCompute].valid ? start_i[EngineCompute].tokens : 8'd0,
                  start_i[EngineLoad].valid ? start_i[EngineLoad].tokens : 8'd0};

  // Blocking on purpose: state private to this block; outputs are copied to registers, see
  // hb_array.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : count
    logic [23:0] present;
    logic [23:0] over;
    logic [7:0] next;
    present = present_q;
    over    = '0;
    next    = '0;
    if (!rst_ni || clear_i) begin
      present = '0;
      for (int unsigned e = 0; e < 3; e++) begin
        for (int unsigned t = 0; t < 8; t++) count_q[e][t] = '0;
      end
    end else if ((given | taken) != '0) begin
      for (int unsigned e = 0; e < 3; e++) begin
        for (int unsigned t = 0; t < 8; t++) begin
          next = count_q[e][t];
          over[8*e+t] = given[8*e+t] && !taken[8*e+t] && next == 8'hff;
          if (given[8*e+t] && !taken[8*e+t] && next != 8'hff) next = next + 8'd1;
          if (taken[8*e+t] && !given[8*e+t]) next = next - 8'd1;
          count_q[e][t] = next;
          present[8*e+t] = next != '0;
        end
      end
    end
    present_q <= present;
    // Who overflowed, in the order load, compute, store: the bits of `given` that each engine
    // drives.
    error_q.valid <= over != '0;
    error_q.code  <= ErrTokenOverflow;
    if ((over & 24'h0f0f00) != '0) error_q.index <= retire_i[EngineLoad].index;
    else if ((over & 24'hf0000f) != '0) error_q.index <= retire_i[EngineCompute].index;
    else error_q.index <= retire_i[EngineStore].index;
  end
  // verilator lint_on BLKSEQ

  for (genvar e = 0; e < 3; e++) begin : gen_present
    assign present_o[e] = present_q[8*e+:8];
  end
  assign error_o = error_q;

endmodule
