// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Activation buffer: banks of words, each with one read and one write port. Nothing arbitrates:
/// two readers or two writers of one bank in a cycle are BANK_CONFLICT, raised in the next; the
/// later one (order: feed, store, residual; load, output, copy) loses. A read requested in t has
/// its word at the reader's `data_o` in t + 1.
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
  // Addresses are checked at dispatch: their upper bits are 0
  // verilator lint_off UNUSEDSIGNAL
  input  logic [31:0]           feed_address_i,
  input  logic [31:0]           store_address_i,
  input  logic [31:0]           residual_address_i,
  input  logic [31:0]           load_address_i,
  input  logic [31:0]           output_address_i,
  input  logic [31:0]           copy_address_i,
  // verilator lint_on UNUSEDSIGNAL
  // Reads
  input  logic                  feed_i,
  output logic [WordBits-1:0]   feed_data_o,
  input  logic                  store_i,
  input  index_t                store_index_i,
  output logic [WordBits-1:0]   store_data_o,
  input  logic                  residual_i,
  input  index_t                residual_index_i,
  output logic [WordBits-1:0]   residual_data_o,
  // Writes
  input  logic                  load_i,
  input  logic [7:0]            load_part_i,
  input  logic [8*BusBytes-1:0] load_data_i,
  input  logic                  output_i,
  input  logic [Granules-1:0]   output_mask_i,
  input  logic [WordBits-1:0]   output_data_i,
  input  index_t                output_index_i,
  input  logic                  copy_i,
  input  logic [Granules-1:0]   copy_mask_i,
  input  logic [WordBits-1:0]   copy_data_i,
  input  index_t                copy_index_i,
  output error_t                error_o
);

  localparam int unsigned AddressBits = $clog2(BankWords);
  localparam int unsigned BankBits = $clog2(Banks);
  localparam int unsigned GranuleBits = 8 * Granule;
  typedef logic [BankBits-1:0] bank_t;
  typedef logic [GranuleBits-1:0] granule_t;

  bank_t feed_bank, store_bank, residual_bank, load_bank, output_bank, copy_bank;
  assign feed_bank   = feed_address_i[AddressBits+:BankBits];
  assign store_bank  = store_address_i[AddressBits+:BankBits];
  assign residual_bank = residual_address_i[AddressBits+:BankBits];
  assign load_bank   = load_address_i[AddressBits+:BankBits];
  assign output_bank = output_address_i[AddressBits+:BankBits];
  assign copy_bank   = copy_address_i[AddressBits+:BankBits];

  // Who uses which bank: one bit per bank.
  logic [Banks-1:0] feeds, stores, residuals, loads, outputs, copies, reads, writes;
  assign feeds   = Banks'(feed_i) << feed_bank;
  assign stores  = Banks'(store_i) << store_bank;
  assign residuals = Banks'(residual_i) << residual_bank;
  assign loads   = Banks'(load_i) << load_bank;
  assign outputs = Banks'(output_i) << output_bank;
  assign copies  = Banks'(copy_i) << copy_bank;
  assign reads   = feeds | stores | residuals;
  assign writes  = loads | outputs | copies;

  // One memory per bank and granule with the multiplexers of its two ports; earlier requesters win.
  bank_t feed_bank_q, store_bank_q, residual_bank_q;
  for (genvar g = 0; g < Granules; g++) begin : gen_granules
    localparam int unsigned Low = GranuleBits * g;
    localparam int unsigned BeatLow = Low % (8 * BusBytes);
    localparam int unsigned Part = Low / (8 * BusBytes);
    granule_t data_q [Banks];
    for (genvar b = 0; b < Banks; b++) begin : gen_banks
      (* ram_block *) granule_t memory_q [BankWords];
      always_ff @(posedge clk_i) begin
        if (reads[b]) begin
          data_q[b] <= memory_q[feeds[b] ? feed_address_i[AddressBits-1:0]
                                : stores[b] ? store_address_i[AddressBits-1:0]
                                : residual_address_i[AddressBits-1:0]];
        end
        // Read above, written here: private to this block, see hb_array.
        // verilator lint_off BLKSEQ
        if (writes[b]) begin
          if (loads[b]) begin
            if (load_part_i == 8'(Part)) begin
              memory_q[load_address_i[AddressBits-1:0]] `HB_WRITE load_data_i[BeatLow+:GranuleBits];
            end
          end else if (outputs[b]) begin
            if (output_mask_i[g]) begin
              memory_q[output_address_i[AddressBits-1:0]] `HB_WRITE output_data_i[Low+:GranuleBits];
            end
          end else if (copy_mask_i[g]) begin
            memory_q[copy_address_i[AddressBits-1:0]] `HB_WRITE copy_data_i[Low+:GranuleBits];
          end
        end
        // verilator lint_on BLKSEQ
      end
    end
    assign feed_data_o[Low+:GranuleBits]  = data_q[feed_bank_q];
    assign store_data_o[Low+:GranuleBits] = data_q[store_bank_q];
    assign residual_data_o[Low+:GranuleBits] = data_q[residual_bank_q];
  end

  error_t error_q;
  logic conflict_store, conflict_residual, conflict_output, conflict_copy;
  assign conflict_store  = feed_i && store_i && feed_bank == store_bank;
  assign conflict_residual = residual_i && ((feed_i && residual_bank == feed_bank)
                                            || (store_i && residual_bank == store_bank));
  assign conflict_output = output_i && load_i && output_bank == load_bank;
  assign conflict_copy   = copy_i && ((load_i && copy_bank == load_bank)
                                      || (output_i && copy_bank == output_bank));
  always_ff @(posedge clk_i) begin
    if (feed_i) feed_bank_q <= feed_bank;
    if (store_i) store_bank_q <= store_bank;
    if (residual_i) residual_bank_q <= residual_bank;
    error_q.valid <= rst_ni && (conflict_store || conflict_residual || conflict_output
                                || conflict_copy);
    error_q.code  <= ErrBankConflict;
    error_q.index <= conflict_store ? store_index_i
                     : conflict_residual ? residual_index_i
                     : conflict_output ? output_index_i : copy_index_i;
  end

  assign error_o = error_q;

  if (Banks != 2 ** BankBits || BankWords != 2 ** AddressBits) begin
    $error("hb_activation_buffer: Banks and BankWords must be powers of two");
  end

endmodule
