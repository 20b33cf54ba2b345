// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Store engine: STORE commands from its queue become AXI4 write bursts of words read from the
/// activation buffer. Addresses, word reads and beats run apart, joined by queues. Timing:
/// docs/timing.md section 6. bready is always 1.
module hb_store
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
  // Activation buffer read: request, then the word two cycles after the decision
  output logic                  read_valid_o,
  output logic [31:0]           read_address_o,
  output index_t                read_index_o,
  input  logic [32*Rows-1:0]    read_data_i,
  // AXI4 AW, W and B
  output logic                  awvalid_o,
  output logic [31:0]           awaddr_o,
  output logic [7:0]            awlen_o,
  input  logic                  awready_i,
  output logic                  wvalid_o,
  output logic [8*BusBytes-1:0] wdata_o,
  output logic                  wlast_o,
  input  logic                  wready_i,
  input  logic                  bvalid_i,
  input  logic [1:0]            bresp_i,
  // Status
  output pulse_t                start_o,
  output pulse_t                retire_o,
  output logic                  working_o,
  output error_t                error_o
);

  localparam int unsigned WordBeats = 4 * Rows / BusBytes;
  localparam int unsigned PartBits = WordBeats > 1 ? $clog2(WordBeats) : 1;

  typedef struct packed {
    index_t  index;
    tokens_t signals;
    logic    last;
  } burst_t;

  // Front: address walker and word walker, together as long as the longer of them.
  logic addresses_q, words_q;
  index_t index_q;
  tokens_t signals_q;
  pulse_t start_q;
  logic awvalid_q;
  logic [31:0] awaddr_q;
  logic [7:0] awlen_q;

  logic start, issue, responses_full, responses_valid, beats_valid;
  logic [31:0] burst_address;
  logic [8:0] burst_beats;
  logic burst_last;
  assign start = !addresses_q && !words_q && valid_i && (transfer_i.waits & ~present_i) == '0
                 && !stop_i;
  assign issue = addresses_q && (!awvalid_q || awready_i) && !responses_full;
  assign pop_o = start;

  // Rows and parts are the word walker's business here.
  logic [31:0] unused_row;
  logic [7:0] unused_part;
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
    .beats_o   (burst_beats),
    .row_o     (unused_row),
    .part_o    (unused_part),
    .last_o    (burst_last)
  );

  logic [31:0] word_q, segment_word_q, stride_q;
  logic [15:0] words_left_q, segment_words_q, segments_left_q;  // left after this one
  logic [2:0] ahead_q;
  logic [1:0] read_pipe_q;   // requested, at the bank
  logic read_valid_q;
  logic [31:0] read_address_q;
  index_t read_index_q;
  logic read, pop_word, word_valid;
  assign read = words_q && ahead_q != 3'(StoreWords);

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      addresses_q  <= 1'b0;
      words_q      <= 1'b0;
      awvalid_q    <= 1'b0;
      ahead_q      <= '0;
      read_pipe_q  <= '0;
      read_valid_q <= 1'b0;
      start_q      <= '0;
    end else begin
      start_q.valid <= start;
      read_valid_q  <= read;
      read_pipe_q   <= {read_pipe_q[0], read};
      ahead_q       <= ahead_q + 3'(read) - 3'(pop_word);
      if (start) begin
        addresses_q     <= 1'b1;
        words_q         <= 1'b1;
        start_q.index   <= transfer_i.index;
        start_q.tokens  <= transfer_i.waits;
        index_q         <= transfer_i.index;
        signals_q       <= transfer_i.signals;
        word_q          <= transfer_i.buffer_address;
        segment_word_q  <= transfer_i.buffer_address;
        stride_q        <= transfer_i.buffer_stride;
        words_left_q    <= transfer_i.rows - 16'd1;
        segment_words_q <= transfer_i.rows - 16'd1;
        segments_left_q <= transfer_i.segments - 16'd1;
      end
      if (issue && burst_last) addresses_q <= 1'b0;
      if (issue) begin
        awvalid_q <= 1'b1;
        awaddr_q  <= burst_address;
        awlen_q   <= 8'(burst_beats - 9'd1);
      end else if (awready_i) begin
        awvalid_q <= 1'b0;
      end
      if (read) begin
        read_address_q <= word_q;
        read_index_q   <= index_q;
        if (words_left_q != '0) begin
          words_left_q <= words_left_q - 16'd1;
          word_q       <= word_q + 32'd1;
        end else begin
          words_left_q    <= segment_words_q;
          word_q          <= segment_word_q + stride_q;
          segment_word_q  <= segment_word_q + stride_q;
          segments_left_q <= segments_left_q - 16'd1;
          if (segments_left_q == '0) words_q <= 1'b0;
        end
      end
    end
  end

  // Sender: beats of the oldest burst, parts of the oldest word.
  logic [32*Rows-1:0] word;
  logic [8:0] beats;
  logic unused_words_full, unused_beats_full;
  logic send, burst_done;
  hb_queue #(
    .Width(32 * Rows),
    .Depth(StoreWords)
  ) i_words (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (read_pipe_q[1]),
    .data_i (read_data_i),
    .pop_i  (pop_word),
    .valid_o(word_valid),
    .full_o (unused_words_full),
    .data_o (word)
  );
  hb_queue #(
    .Width(9),
    .Depth(Bursts)
  ) i_beats (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (issue),
    .data_i (burst_beats),
    .pop_i  (burst_done),
    .valid_o(beats_valid),
    .full_o (unused_beats_full),
    .data_o (beats)
  );

  logic wvalid_q, wlast_q;
  logic [8*BusBytes-1:0] wdata_q;
  logic [8:0] beat_q;
  logic [PartBits-1:0] part_q;
  assign send       = (!wvalid_q || wready_i) && word_valid && beats_valid;
  assign burst_done = send && beat_q == beats - 9'd1;
  assign pop_word   = send && part_q == PartBits'(WordBeats - 1);

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      wvalid_q <= 1'b0;
      beat_q   <= '0;
      part_q   <= '0;
    end else if (send) begin
      wvalid_q <= 1'b1;
      wlast_q  <= burst_done;
      wdata_q  <= word[8*BusBytes*32'(part_q)+:8*BusBytes];
      beat_q   <= burst_done ? '0 : beat_q + 9'd1;
      part_q   <= pop_word ? '0 : part_q + 1'b1;
    end else if (wready_i) begin
      wvalid_q <= 1'b0;
    end
  end

  // Responses: a burst is in this queue exactly while it is outstanding.
  burst_t response;
  pulse_t retire_q;
  error_t error_q;
  hb_queue #(
    .Width($bits(burst_t)),
    .Depth(Bursts)
  ) i_responses (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (issue),
    .data_i ({index_q, signals_q, burst_last}),
    .pop_i  (bvalid_i),
    .valid_o(responses_valid),
    .full_o (responses_full),
    .data_o (response)
  );
  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      retire_q <= '0;
      error_q  <= '{valid: 1'b0, code: ErrStoreBus, index: '0};
    end else begin
      retire_q.valid <= bvalid_i && response.last;
      error_q.valid  <= bvalid_i && bresp_i != '0;
      if (bvalid_i) begin
        retire_q.index  <= response.index;
        retire_q.tokens <= response.signals;
        error_q.index   <= response.index;
      end
    end
  end

  assign read_valid_o   = read_valid_q;
  assign read_address_o = read_address_q;
  assign read_index_o   = read_index_q;
  assign awvalid_o      = awvalid_q;
  assign awaddr_o       = awaddr_q;
  assign awlen_o        = awlen_q;
  assign wvalid_o       = wvalid_q;
  assign wdata_o        = wdata_q;
  assign wlast_o        = wlast_q;
  assign start_o        = start_q;
  assign retire_o       = retire_q;
  assign working_o      = addresses_q || words_q;
  assign error_o        = error_q;

  // The memory answers only what was asked.
  always_ff @(posedge clk_i) begin
    if (rst_ni && !clear_i) assert (!(bvalid_i && !responses_valid));
  end

endmodule
