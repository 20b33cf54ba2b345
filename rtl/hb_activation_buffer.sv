// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Activation buffer: banks of words, each with one read and one write port. Nothing arbitrates: two readers or two writers of one
/// bank in a cycle are BANK_CONFLICT, raised in the next; the later one (order: feed, store; load, output, copy) loses.
/// A read requested in t has its word at `feed_data_o` / `store_data_o` in t + 1.
module hb_activation_buffer
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned Banks = 8,
  parameter int unsigned BankWords = 4096,
  parameter int unsigned Granule = 16,
  localparam int unsigned WordBits = 32 * Rows,
  localparam int unsigned Granules = 4 * Rows / Granule
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  // Reads. Addresses are checked at dispatch: their upper bits are 0
  // verilator lint_off UNUSEDSIGNAL
  input  logic                  feed_i,
  input  logic [31:0]           feed_address_i,
  output logic [WordBits-1:0]   feed_data_o,
  input  logic                  store_i,
  input  logic [31:0]           store_address_i,
  input  index_t                store_index_i,
  output logic [WordBits-1:0]   store_data_o,
  // Writes
  input  logic                  load_i,
  input  logic [31:0]           load_address_i,
  input  logic [7:0]            load_part_i,
  input  logic [8*BusBytes-1:0] load_data_i,
  input  logic                  output_i,
  input  logic [31:0]           output_address_i,
  input  logic [Granules-1:0]   output_mask_i,
  input  logic [WordBits-1:0]   output_data_i,
  input  index_t                output_index_i,
  input  logic                  copy_i,
  input  logic [31:0]           copy_address_i,
  input  logic [Granules-1:0]   copy_mask_i,
  input  logic [WordBits-1:0]   copy_data_i,
  input  index_t                copy_index_i,
  // verilator lint_on UNUSEDSIGNAL
  output error_t                error_o
);

  localparam int unsigned AddressBits = $clog2(BankWords);
  localparam int unsigned BankBits = $clog2(Banks);
  localparam int unsigned WordBeats = 4 * Rows / BusBytes;
  typedef logic [BankBits-1:0] bank_t;

  bank_t feed_bank, store_bank, load_bank, output_bank, copy_bank;
  assign feed_bank   = feed_address_i[AddressBits+:BankBits];
  assign store_bank  = store_address_i[AddressBits+:BankBits];
  assign load_bank   = load_address_i[AddressBits+:BankBits];
  assign output_bank = output_address_i[AddressBits+:BankBits];
  assign copy_bank   = copy_address_i[AddressBits+:BankBits];

  logic [WordBits-1:0] load_data, load_mask, output_mask, copy_mask;
  for (genvar b = 0; b < WordBeats; b++) begin : gen_beats
    assign load_data[8*BusBytes*b+:8*BusBytes] = load_data_i;
    assign load_mask[8*BusBytes*b+:8*BusBytes] = {8 * BusBytes{load_part_i == 8'(b)}};
  end
  for (genvar g = 0; g < Granules; g++) begin : gen_masks
    assign output_mask[8*Granule*g+:8*Granule] = {8 * Granule{output_mask_i[g]}};
    assign copy_mask[8*Granule*g+:8*Granule]   = {8 * Granule{copy_mask_i[g]}};
  end

  // Who uses which bank: one bit per bank.
  logic [Banks-1:0] feeds, stores, loads, outputs, copies, reads, writes;
  assign feeds   = Banks'(feed_i) << feed_bank;
  assign stores  = Banks'(store_i) << store_bank;
  assign loads   = Banks'(load_i) << load_bank;
  assign outputs = Banks'(output_i) << output_bank;
  assign copies  = Banks'(copy_i) << copy_bank;
  assign reads   = feeds | stores;
  assign writes  = loads | outputs | copies;

  // One memory per bank with the multiplexers of its two ports; earlier requesters win.
  logic [WordBits-1:0] data_q [Banks];
  for (genvar b = 0; b < Banks; b++) begin : gen_banks
    logic [WordBits-1:0] memory_q [BankWords];
    always_ff @(posedge clk_i) begin : bank
      logic [AddressBits-1:0] address;
      address = '0;
      if (reads[b]) begin
        address = feeds[b] ? feed_address_i[AddressBits-1:0] : store_address_i[AddressBits-1:0];
        data_q[b] <= memory_q[address];
      end
      if (writes[b]) begin
        if (loads[b]) begin
          address = load_address_i[AddressBits-1:0];
          memory_q[address] <= (memory_q[address] & ~load_mask) | (load_data & load_mask);
        end else if (outputs[b]) begin
          address = output_address_i[AddressBits-1:0];
          memory_q[address] <= (memory_q[address] & ~output_mask) | output_data_i;
        end else begin
          address = copy_address_i[AddressBits-1:0];
          memory_q[address] <= (memory_q[address] & ~copy_mask) | copy_data_i;
        end
      end
    end
  end

  bank_t feed_bank_q, store_bank_q;
  error_t error_q;
  logic conflict_store, conflict_output, conflict_copy;
  assign conflict_store  = feed_i && store_i && feed_bank == store_bank;
  assign conflict_output = output_i && load_i && output_bank == load_bank;
  assign conflict_copy   = copy_i && ((load_i && copy_bank == load_bank) || (output_i && copy_bank == output_bank));
  always_ff @(posedge clk_i) begin
    if (feed_i) feed_bank_q <= feed_bank;
    if (store_i) store_bank_q <= store_bank;
    error_q.valid <= rst_ni && (conflict_store || conflict_output || conflict_copy);
    error_q.code  <= ErrBankConflict;
    error_q.index <= conflict_store ? store_index_i : conflict_output ? output_index_i : copy_index_i;
  end

  assign feed_data_o  = data_q[feed_bank_q];
  assign store_data_o = data_q[store_bank_q];
  assign error_o      = error_q;

  if (Banks != 2 ** BankBits || BankWords != 2 ** AddressBits) begin
    $error("hb_activation_buffer: Banks and BankWords must be powers of two");
  end

endmodule
