// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Cuts a transfer (segments of consecutive bytes) into AXI4 bursts: one burst at its outputs, the
/// next one the cycle after `next_i`. A burst ends with its segment, at a 4 KB border or after 256
/// beats. Knows nothing of the bus's state.
module hb_burst_walker
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32
) (
  input  logic        clk_i,
  input  logic        start_i,        // take `transfer_i`
  // Index and tokens are not this module's business.
  // verilator lint_off UNUSEDSIGNAL
  input  transfer_t   transfer_i,
  // verilator lint_on UNUSEDSIGNAL
  input  logic        next_i,
  output logic [31:0] address_o,      // of the burst, bytes
  output logic [8:0]  beats_o,        // 1 .. 256
  output logic [31:0] row_o,          // buffer row of the first beat
  output logic [7:0]  part_o,         // bus-wide part of that row
  output logic        last_o          // the transfer's last burst
);

  localparam int unsigned BusShift = $clog2(BusBytes);
  localparam int unsigned WordBeats = 4 * Rows / BusBytes;
  localparam int unsigned RowBeats = 4 * Columns / BusBytes;
  localparam int unsigned BorderBits = $clog2(BurstBorder);

  logic [31:0] address_q, segment_address_q, memory_stride_q;
  logic [31:0] row_q, segment_row_q, buffer_stride_q;
  logic [31:0] beats_left_q, segment_beats_q;
  logic [15:0] segments_left_q;  // after this one
  logic [7:0] part_q;
  logic word_rows_q;             // rows of the activation buffer

  logic [31:0] row_beats;
  logic [31:0] to_border;
  logic [31:0] beats;
  logic [31:0] part_sum;
  assign row_beats = word_rows_q ? WordBeats : RowBeats;
  assign to_border = (BurstBorder - 32'(address_q[BorderBits-1:0])) >> BusShift;
  assign beats     = beats_left_q < to_border ? (beats_left_q < MaxBeats ? beats_left_q : MaxBeats)
                                              : (to_border < MaxBeats ? to_border : MaxBeats);
  assign part_sum  = 32'(part_q) + beats;

  always_ff @(posedge clk_i) begin : walk
    logic [31:0] total;
    total = '0;
    if (start_i) begin
      total = 32'(transfer_i.rows)
              * (transfer_i.target == BufferActivation ? WordBeats : RowBeats);
      address_q         <= transfer_i.memory_address;
      segment_address_q <= transfer_i.memory_address;
      memory_stride_q   <= transfer_i.memory_stride;
      row_q             <= transfer_i.buffer_address;
      segment_row_q     <= transfer_i.buffer_address;
      buffer_stride_q   <= transfer_i.buffer_stride;
      beats_left_q      <= total;
      segment_beats_q   <= total;
      segments_left_q   <= transfer_i.segments - 16'd1;
      part_q            <= '0;
      word_rows_q       <= transfer_i.target == BufferActivation;
    end else if (next_i) begin
      if (beats == beats_left_q) begin
        address_q         <= segment_address_q + memory_stride_q;
        segment_address_q <= segment_address_q + memory_stride_q;
        row_q             <= segment_row_q + buffer_stride_q;
        segment_row_q     <= segment_row_q + buffer_stride_q;
        beats_left_q      <= segment_beats_q;
        segments_left_q   <= segments_left_q - 16'd1;
        part_q            <= '0;
      end else begin
        address_q    <= address_q + (beats << BusShift);
        beats_left_q <= beats_left_q - beats;
        // Beats per row is a power of two, so quotient and remainder are shifts and masks.
        part_q       <= 8'(part_sum & (row_beats - 32'd1));
        row_q        <= row_q + (word_rows_q ? part_sum / WordBeats : part_sum / RowBeats);
      end
    end
  end

  assign address_o = address_q;
  assign beats_o   = 9'(beats);
  assign row_o     = row_q;
  assign part_o    = part_q;
  assign last_o    = beats == beats_left_q && segments_left_q == '0;

endmodule
