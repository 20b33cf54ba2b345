// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Load engine: LOAD commands from its queue become AXI4 read bursts, their beats buffer writes.
/// Its front starts the next command while beats of earlier ones still arrive. Timing:
/// docs/timing.md section 5. rready is always 1.
module hb_load
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  input  logic                  stop_i,
  // Queue head and tokens
  input  logic                  valid_i,
  input  transfer_t             transfer_i,
  output logic                  pop_o,
  input  tokens_t               present_i,
  // AXI4 AR and R
  output logic                  arvalid_o,
  output logic [31:0]           araddr_o,
  output logic [7:0]            arlen_o,
  input  logic                  arready_i,
  input  logic                  rvalid_i,
  input  logic [8*BusBytes-1:0] rdata_i,
  input  logic [1:0]            rresp_i,
  // Buffer write: one beat
  output logic                  write_valid_o,
  output buffer_e               write_buffer_o,
  output logic [31:0]           write_row_o,
  output logic [7:0]            write_part_o,
  output logic [8*BusBytes-1:0] write_data_o,
  // Status
  output pulse_t                start_o,
  output pulse_t                retire_o,
  output logic                  working_o,
  output error_t                error_o
);

  localparam int unsigned WordBeats = 4 * Rows / BusBytes;
  localparam int unsigned RowBeats = 4 * Columns / BusBytes;

  typedef struct packed {
    index_t      index;
    tokens_t     signals;
    buffer_e     target;
    logic [31:0] row;
    logic [7:0]  part;
    logic [8:0]  beats;
    logic        last;
  } burst_t;

  // Front: one burst per cycle into the AR register.
  logic working_q;
  index_t index_q;
  tokens_t signals_q;
  buffer_e target_q;
  logic arvalid_q;
  logic [31:0] araddr_q;
  logic [7:0] arlen_q;
  pulse_t start_q;

  logic start, issue, bursts_full, bursts_valid;
  logic [31:0] burst_address;
  burst_t next_burst, burst;
  assign start = !working_q && valid_i && (transfer_i.waits & ~present_i) == '0 && !stop_i;
  assign issue = working_q && (!arvalid_q || arready_i) && !bursts_full;
  assign pop_o = start;

  hb_burst_walker #(
    .Rows    (Rows),
    .Columns (Columns),
    .BusBytes(BusBytes)
  ) i_walker (
    .clk_i,
    .start_i   (start),
    .transfer_i,
    .next_i    (issue),
    .address_o (burst_address),
    .beats_o   (next_burst.beats),
    .row_o     (next_burst.row),
    .part_o    (next_burst.part),
    .last_o    (next_burst.last)
  );
  assign next_burst.index   = index_q;
  assign next_burst.signals = signals_q;
  assign next_burst.target  = target_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      working_q <= 1'b0;
      arvalid_q <= 1'b0;
      start_q   <= '0;
    end else begin
      start_q.valid <= start;
      if (start) begin
        working_q      <= 1'b1;
        start_q.index  <= transfer_i.index;
        start_q.tokens <= transfer_i.waits;
        index_q        <= transfer_i.index;
        signals_q      <= transfer_i.signals;
        target_q       <= transfer_i.target;
      end else if (issue && next_burst.last) begin
        working_q <= 1'b0;
      end
      if (issue) begin
        arvalid_q <= 1'b1;
        araddr_q  <= burst_address;
        arlen_q   <= 8'(next_burst.beats - 9'd1);
      end else if (arready_i) begin
        arvalid_q <= 1'b0;
      end
    end
  end

  // Back: beats of the oldest burst go to the buffers. A burst is in the queue exactly while it is
  // outstanding.
  logic last_beat;
  hb_queue #(
    .Width($bits(burst_t)),
    .Depth(Bursts)
  ) i_bursts (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (issue),
    .data_i (next_burst),
    .pop_i  (last_beat),
    .valid_o(bursts_valid),
    .full_o (bursts_full),
    .data_o (burst)
  );

  logic [8:0] beat_q;    // of the burst
  logic [31:0] row_q;    // of the next beat, but for a burst's first
  logic [7:0] part_q;
  logic [31:0] row;
  logic [7:0] part;
  logic [7:0] last_part;
  assign last_beat = rvalid_i && beat_q == burst.beats - 9'd1;
  assign row       = beat_q == '0 ? burst.row : row_q;
  assign part      = beat_q == '0 ? burst.part : part_q;
  assign last_part = burst.target == BufferActivation ? 8'(WordBeats - 1) : 8'(RowBeats - 1);

  logic write_valid_q;
  buffer_e write_buffer_q;
  logic [31:0] write_row_q;
  logic [7:0] write_part_q;
  logic [8*BusBytes-1:0] write_data_q;
  pulse_t retire_q;
  error_t error_q;
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      beat_q        <= '0;
      write_valid_q <= 1'b0;
      retire_q      <= '0;
      error_q       <= '{valid: 1'b0, code: ErrLoadBus, index: '0};
    end else begin
      write_valid_q  <= rvalid_i;
      retire_q.valid <= last_beat && burst.last;
      error_q.valid  <= rvalid_i && rresp_i != '0;
      if (rvalid_i) begin
        beat_q         <= last_beat ? '0 : beat_q + 9'd1;
        part_q         <= part == last_part ? '0 : part + 8'd1;
        row_q          <= part == last_part ? row + 32'd1 : row;
        write_buffer_q <= burst.target;
        write_row_q    <= row;
        write_part_q   <= part;
        write_data_q   <= rdata_i;
        error_q.index  <= burst.index;
        if (last_beat) begin
          retire_q.index  <= burst.index;
          retire_q.tokens <= burst.signals;
        end
      end
    end
  end

  assign arvalid_o      = arvalid_q;
  assign araddr_o       = araddr_q;
  assign arlen_o        = arlen_q;
  assign write_valid_o  = write_valid_q;
  assign write_buffer_o = write_buffer_q;
  assign write_row_o    = write_row_q;
  assign write_part_o   = write_part_q;
  assign write_data_o   = write_data_q;
  assign start_o        = start_q;
  assign retire_o       = retire_q;
  assign working_o      = working_q;
  assign error_o        = error_q;

  // The memory answers only what was asked.
  always_ff @(posedge clk_i) begin
    if (rst_ni && !clear_i) assert (!(rvalid_i && !bursts_valid));
  end

endmodule
