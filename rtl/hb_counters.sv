// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Performance counters of 64 bits (docs/commands.md section 6): total cycles, cycles by cause, bus
/// beats, retired commands. Every counted cycle has one cause, so the causes add up to the total.
/// `clear_i` zeroes them.
module hb_counters
  import hb_pkg::*;
(
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        cause_valid_i,
  input  cause_e      cause_i,
  input  logic        fetch_beat_i,
  input  logic        load_beat_i,
  input  logic        store_beat_i,
  input  logic [2:0]  retired_i,
  input  logic [4:0]  index_i,
  output logic [63:0] count_o
);

  logic [63:0] total_q, fetch_q, load_q, store_q;
  logic [63:0] cause_q [2 ** $bits(cause_e)];
  logic [63:0] retired_q [4];

  // Blocking on purpose: private state, see hb_array.
  // verilator lint_off BLKSEQ
  always_ff @(posedge clk_i) begin : count
    if (!rst_ni || clear_i) begin
      total_q = '0;
      fetch_q = '0;
      load_q  = '0;
      store_q = '0;
      for (int unsigned i = 0; i < 2 ** $bits(cause_e); i++) cause_q[i] = '0;
      for (int unsigned i = 0; i < 4; i++) retired_q[i] = '0;
    end else begin
      if (cause_valid_i) begin
        total_q          = total_q + 64'd1;
        cause_q[cause_i] = cause_q[cause_i] + 64'd1;
      end
      if (fetch_beat_i) fetch_q = fetch_q + 64'd1;
      if (load_beat_i) load_q = load_q + 64'd1;
      if (store_beat_i) store_q = store_q + 64'd1;
      if (retired_i[EngineLoad]) retired_q[EngineLoad] = retired_q[EngineLoad] + 64'd1;
      if (retired_i[EngineCompute]) retired_q[EngineCompute] = retired_q[EngineCompute] + 64'd1;
      if (retired_i[EngineStore]) retired_q[EngineStore] = retired_q[EngineStore] + 64'd1;
    end
  end
  // verilator lint_on BLKSEQ

  always_comb begin
    count_o = '0;
    if (index_i == CounterTotal) count_o = total_q;
    else if (index_i < CounterFetchBeats) count_o = cause_q[4'(index_i - CounterCause)];
    else if (index_i == CounterFetchBeats) count_o = fetch_q;
    else if (index_i == CounterLoadBeats) count_o = load_q;
    else if (index_i == CounterStoreBeats) count_o = store_q;
    else if (index_i < CounterCount) count_o = retired_q[2'(index_i - CounterRetired)];
  end

  if (Causes != 32'(CounterFetchBeats) - 32'(CounterCause)) begin
    $error("hb_counters: causes and counters disagree");
  end

endmodule
