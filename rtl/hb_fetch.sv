// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Command fetch: reads the program over its own AXI4 read port into a FIFO of `FetchDepth`
/// commands, one burst each. The head goes through hb_dispatch. Never stalls the bus (rready is 1):
/// a burst is requested only with room for it.
module hb_fetch
  import hb_pkg::*;
#(
  parameter int unsigned BusBytes = 32
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  input  logic                  running_i,
  input  logic                  stop_i,
  input  logic                  ended_i,     // END has been dispatched
  input  logic                  refused_i,   // the doorbell's checks fail (cycle 0)
  input  logic [31:0]           address_i,
  input  index_t                count_i,
  // AXI4 AR and R
  output logic                  arvalid_o,
  output logic [31:0]           araddr_o,
  input  logic                  arready_i,
  input  logic                  rvalid_i,
  input  logic [8*BusBytes-1:0] rdata_i,
  input  logic [1:0]            rresp_i,
  // To hb_dispatch
  output logic                  valid_o,
  input  logic                  take_i,      // show the head in the next cycle
  output logic [CommandBits-1:0] command_o,  // the command taken
  input  logic                  pop_i,
  output logic                  idle_o,      // no burst outstanding
  output error_t                error_o
);

  localparam int unsigned Beats = CommandBytes / BusBytes;
  localparam int unsigned BeatBits = $clog2(Beats);

  logic arvalid_q;
  logic [31:0] araddr_q;
  index_t requested_q;
  logic [2:0] credits_q;
  logic [2:0] outstanding_q;
  logic [BeatBits-1:0] beat_q;
  logic [1:0] tail_q;
  logic [1:0] head_q;
  logic [2:0] ready_q;          // whole commands in the FIFO
  index_t receiving_q;          // index of the command whose beats arrive
  logic failed_q;
  error_t error_q;
  logic [8*BusBytes-1:0] beats_q [FetchDepth * Beats];

  logic request;
  logic last_beat;
  assign request = running_i && !stop_i && !failed_q && !refused_i && !ended_i
                   && requested_q != count_i && credits_q != '0 && (!arvalid_q || arready_i);
  assign last_beat = rvalid_i && beat_q == BeatBits'(Beats - 1);

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      arvalid_q     <= 1'b0;
      araddr_q      <= address_i;
      requested_q   <= '0;
      credits_q     <= 3'(FetchDepth);
      outstanding_q <= '0;
      beat_q        <= '0;
      tail_q        <= '0;
      head_q        <= '0;
      ready_q       <= '0;
      receiving_q   <= '0;
      failed_q      <= 1'b0;
      error_q       <= '{valid: 1'b0, code: ErrFetchBus, index: '0};
    end else begin
      if (request) begin
        arvalid_q   <= 1'b1;
        araddr_q    <= address_i + 32'(requested_q) * CommandBytes;
        requested_q <= requested_q + 1'b1;
      end else if (arready_i) begin
        arvalid_q <= 1'b0;
      end
      credits_q     <= credits_q + 3'(pop_i) - 3'(request);
      outstanding_q <= outstanding_q + 3'(request) - 3'(last_beat);
      ready_q       <= ready_q + 3'(last_beat) - 3'(pop_i);
      if (pop_i) head_q <= head_q + 1'b1;
      error_q.valid <= 1'b0;
      if (rvalid_i) begin
        beat_q <= beat_q + 1'b1;
        if (last_beat) begin
          tail_q      <= tail_q + 1'b1;
          receiving_q <= receiving_q + 1'b1;
        end
        if (rresp_i != '0 && !failed_q) begin
          failed_q <= 1'b1;
          error_q  <= '{valid: 1'b1, code: ErrFetchBus, index: receiving_q};
        end
      end
    end
  end

  logic [CommandBits-1:0] command_q;
  always_ff @(posedge clk_i) begin
    if (take_i) begin
      for (int unsigned b = 0; b < Beats; b++) begin
        command_q[8*BusBytes*b+:8*BusBytes] <= beats_q[{head_q, BeatBits'(b)}];
      end
    end
    // Private to this block, see hb_array.
    // verilator lint_off BLKSEQ
    if (rvalid_i) beats_q[{tail_q, beat_q}] `HB_WRITE rdata_i;
    // verilator lint_on BLKSEQ
  end

  assign command_o = command_q;
  assign arvalid_o = arvalid_q;
  assign araddr_o  = araddr_q;
  assign valid_o   = ready_q != '0;
  assign idle_o    = outstanding_q == '0;
  assign error_o   = error_q;

  // A command is one burst that no 4 KB border cuts.
  if (BusBytes < 4 || BusBytes > CommandBytes / 2 || CommandBytes % BusBytes != 0) begin
    $error("hb_fetch: a command must be two beats or more");
  end

endmodule
