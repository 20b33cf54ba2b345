// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Bound into hb_store. Assumes an AXI4 memory: a response answers a burst whose last beat has been
/// taken. Then the queues of words, bursts' lengths and responses have room for what is pushed:
/// `ahead_q` counts the words on their way, and lengths are never more than responses.
module store_contract (
  input logic       clk_i,
  input logic       rst_ni,
  input logic       clear_i,
  input logic       wvalid_q,
  input logic       wlast_q,
  input logic       wready_i,
  input logic       bvalid_i,
  input logic [2:0] ahead_q,
  input logic [1:0] read_pipe_q,
  input logic [2:0] words,
  input logic [4:0] beats_count,
  input logic [4:0] responses
);

  logic reset_q = 1'b0;
  logic [4:0] sent_q;  // bursts sent and not answered
  always_ff @(posedge clk_i) begin
    if (!rst_ni) reset_q <= 1'b1;
    if (!rst_ni || clear_i) sent_q <= '0;
    else sent_q <= sent_q + 5'(wvalid_q && wlast_q && wready_i) - 5'(bvalid_i);
  end

  always_comb begin
    assume (reset_q || !rst_ni);  // it begins with a reset
    assume (!reset_q || !bvalid_i || sent_q != '0);
    if (reset_q && rst_ni) begin
      words_ahead : assert (4'(ahead_q) == 4'(words) + 4'(read_pipe_q[0]) + 4'(read_pipe_q[1]));
      ahead_range : assert (ahead_q <= 3'd4);
      outstanding : assert (7'(responses)
                            == 7'(beats_count) + 7'(sent_q) + 7'(wvalid_q && wlast_q));
    end
  end

endmodule

bind hb_store store_contract i_contract (
  .words(i_words.count_q), .beats_count(i_beats.count_q), .responses(i_responses.count_q), .*
);
