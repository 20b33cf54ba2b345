// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// First-in first-out queue of `Depth` entries. An entry pushed in cycle t is at `data_o` in t+1 if
/// the queue was empty. The caller never pushes when full, but with a pop, nor pops when empty
/// (asserted). `clear_i` empties it.
module hb_queue #(
  parameter int unsigned Width = 32,
  parameter int unsigned Depth = 4
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             clear_i,
  input  logic             push_i,
  input  logic [Width-1:0] data_i,
  input  logic             pop_i,
  output logic             valid_o,
  output logic             full_o,
  output logic [Width-1:0] data_o
);

  localparam int unsigned PointerBits = $clog2(Depth);

  logic [Width-1:0] entries_q [Depth];
  logic [Width-1:0] head_entry_q;  // the oldest entry: outputs are registers
  logic [PointerBits-1:0] head_q;
  logic [PointerBits-1:0] tail_q;
  logic [PointerBits:0] count_q;

  logic [PointerBits-1:0] second;
  assign second  = head_q + 1'b1;
  assign valid_o = count_q != '0;
  assign full_o  = count_q == (PointerBits + 1)'(Depth);
  assign data_o  = head_entry_q;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      head_q  <= '0;
      tail_q  <= '0;
      count_q <= '0;
    end else begin
      if (push_i) tail_q <= tail_q + 1'b1;
      if (pop_i) head_q <= second;
      if (push_i && !pop_i) count_q <= count_q + 1'b1;
      if (pop_i && !push_i) count_q <= count_q - 1'b1;
    end
    if (push_i && (count_q == '0 || (pop_i && count_q == (PointerBits + 1)'(1)))) begin
      head_entry_q <= data_i;
    end else if (pop_i) begin
      head_entry_q <= entries_q[second];
    end
    // Read above, written here: private to this block, see hb_array.
    // verilator lint_off BLKSEQ
    if (push_i) entries_q[tail_q] `HB_WRITE data_i;
    // verilator lint_on BLKSEQ
  end

  // Pointers wrap by themselves only for powers of two.
  if (Depth != 2 ** PointerBits) $error("hb_queue: Depth must be a power of two");

  // A push finds room, a pop finds an entry.
  always_ff @(posedge clk_i) begin
    if (rst_ni && !clear_i) begin
      assert (!(push_i && full_o && !pop_i));
      assert (!(pop_i && !valid_o));
    end
  end

endmodule
