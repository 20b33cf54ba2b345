// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Command path: fetch, checks and dispatch, and the three engines' queues. A queue's head is at
/// its outputs while its valid is set; the engine pops it when it starts (compute: when it moves to
/// the next slot).
module hb_commands
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned ActivationWords = 32768,
  parameter int unsigned WeightRows = 4096,
  parameter int unsigned ParameterTiles = 64
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  clear_i,
  input  logic                  running_i,
  input  logic                  stop_i,
  input  logic                  misaligned_i,      // doorbell: program address
  input  logic                  overrun_i,         // doorbell: program end beyond the limit
  input  logic [31:0]           program_address_i,
  input  index_t                program_count_i,
  input  logic [31:0]           memory_limit_i,
  // AXI4 AR and R
  output logic                  arvalid_o,
  output logic [31:0]           araddr_o,
  input  logic                  arready_i,
  input  logic                  rvalid_i,
  input  logic [8*BusBytes-1:0] rdata_i,
  input  logic [1:0]            rresp_i,
  // Queue heads
  output logic                  load_valid_o,
  output transfer_t             load_o,
  input  logic                  load_pop_i,
  output logic                  compute_valid_o,
  output conv_t                 compute_o,
  input  logic                  compute_pop_i,
  output logic                  store_valid_o,
  output transfer_t             store_o,
  input  logic                  store_pop_i,
  // Status
  output logic                  dispatched_o,      // a push, one cycle later
  output logic                  ended_o,
  output logic                  idle_o,            // no fetch burst outstanding
  output logic                  blocked_o,         // a command waits for a full queue
  output index_t                next_index_o,      // of the next command to dispatch
  output error_t                dispatch_error_o,
  output error_t                fetch_error_o
);

  logic command_valid, command_take, command_pop;
  logic [CommandBits-1:0] command;
  hb_fetch #(
    .BusBytes(BusBytes)
  ) i_fetch (
    .clk_i,
    .rst_ni,
    .clear_i,
    .running_i,
    .stop_i,
    .ended_i  (ended_o),
    .refused_i(misaligned_i || overrun_i),
    .address_i(program_address_i),
    .count_i  (program_count_i),
    .arvalid_o,
    .araddr_o,
    .arready_i,
    .rvalid_i,
    .rdata_i,
    .rresp_i,
    .valid_o  (command_valid),
    .take_i   (command_take),
    .command_o(command),
    .pop_i    (command_pop),
    .idle_o,
    .error_o  (fetch_error_o)
  );

  logic load_push, load_full, compute_push, compute_full, store_push, store_full;
  transfer_t transfer;
  conv_t conv;
  hb_dispatch #(
    .Rows           (Rows),
    .Columns        (Columns),
    .BusBytes       (BusBytes),
    .ActivationWords(ActivationWords),
    .WeightRows     (WeightRows),
    .ParameterTiles (ParameterTiles)
  ) i_dispatch (
    .clk_i,
    .rst_ni,
    .clear_i,
    .running_i,
    .stop_i,
    .misaligned_i,
    .overrun_i,
    .count_i       (program_count_i),
    .memory_limit_i,
    .valid_i       (command_valid),
    .take_o        (command_take),
    .command_i     (command),
    .pop_o         (command_pop),
    .load_full_i   (load_full),
    .compute_full_i(compute_full),
    .store_full_i  (store_full),
    .load_push_o   (load_push),
    .compute_push_o(compute_push),
    .store_push_o  (store_push),
    .transfer_o    (transfer),
    .conv_o        (conv),
    .pushed_o      (dispatched_o),
    .ended_o,
    .blocked_o,
    .index_o       (next_index_o),
    .error_o       (dispatch_error_o)
  );

  hb_queue #(
    .Width($bits(transfer_t)),
    .Depth(LoadQueue)
  ) i_load_queue (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (load_push),
    .data_i (transfer),
    .pop_i  (load_pop_i),
    .valid_o(load_valid_o),
    .full_o (load_full),
    .data_o (load_o)
  );
  hb_queue #(
    .Width($bits(conv_t)),
    .Depth(ComputeQueue)
  ) i_compute_queue (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (compute_push),
    .data_i (conv),
    .pop_i  (compute_pop_i),
    .valid_o(compute_valid_o),
    .full_o (compute_full),
    .data_o (compute_o)
  );
  hb_queue #(
    .Width($bits(transfer_t)),
    .Depth(StoreQueue)
  ) i_store_queue (
    .clk_i,
    .rst_ni,
    .clear_i,
    .push_i (store_push),
    .data_i (transfer),
    .pop_i  (store_pop_i),
    .valid_o(store_valid_o),
    .full_o (store_full),
    .data_o (store_o)
  );

endmodule
