// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// The accelerator: AXI4-Lite control, AXI4 ports for command fetch, load (both read only) and
/// store (write only), an interrupt line, and observation outputs (`obs_*`) that say what happens
/// inside, for lockstep comparison and tracing.
module hb_top
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned Banks = 8,
  parameter int unsigned BankWords = 4096,
  parameter int unsigned WeightRows = 4096,
  parameter int unsigned ParameterTiles = 64
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  // Command fetch
  output logic                  fetch_arvalid_o,
  output logic [31:0]           fetch_araddr_o,
  output logic [7:0]            fetch_arlen_o,
  output logic [2:0]            fetch_arsize_o,
  output logic [1:0]            fetch_arburst_o,
  input  logic                  fetch_arready_i,
  input  logic                  fetch_rvalid_i,
  output logic                  fetch_rready_o,
  input  logic [8*BusBytes-1:0] fetch_rdata_i,
  input  logic [1:0]            fetch_rresp_i,
  // verilator lint_off UNUSEDSIGNAL
  input  logic                  fetch_rlast_i,  // beats are counted
  // verilator lint_on UNUSEDSIGNAL
  // Load
  output logic                  load_arvalid_o,
  output logic [31:0]           load_araddr_o,
  output logic [7:0]            load_arlen_o,
  output logic [2:0]            load_arsize_o,
  output logic [1:0]            load_arburst_o,
  input  logic                  load_arready_i,
  input  logic                  load_rvalid_i,
  output logic                  load_rready_o,
  input  logic [8*BusBytes-1:0] load_rdata_i,
  input  logic [1:0]            load_rresp_i,
  // verilator lint_off UNUSEDSIGNAL
  input  logic                  load_rlast_i,   // beats are counted
  // verilator lint_on UNUSEDSIGNAL
  // Store
  output logic                  store_awvalid_o,
  output logic [31:0]           store_awaddr_o,
  output logic [7:0]            store_awlen_o,
  output logic [2:0]            store_awsize_o,
  output logic [1:0]            store_awburst_o,
  input  logic                  store_awready_i,
  output logic                  store_wvalid_o,
  output logic [8*BusBytes-1:0] store_wdata_o,
  output logic [BusBytes-1:0]   store_wstrb_o,
  output logic                  store_wlast_o,
  input  logic                  store_wready_i,
  input  logic                  store_bvalid_i,
  output logic                  store_bready_o,
  input  logic [1:0]            store_bresp_i,
  // Control
  input  logic                  lite_awvalid_i,
  input  logic [11:0]           lite_awaddr_i,
  output logic                  lite_awready_o,
  input  logic                  lite_wvalid_i,
  input  logic [31:0]           lite_wdata_i,
  // verilator lint_off UNUSEDSIGNAL
  input  logic [3:0]            lite_wstrb_i,   // registers are written whole
  // verilator lint_on UNUSEDSIGNAL
  output logic                  lite_wready_o,
  output logic                  lite_bvalid_o,
  output logic [1:0]            lite_bresp_o,
  input  logic                  lite_bready_i,
  input  logic                  lite_arvalid_i,
  input  logic [11:0]           lite_araddr_i,
  output logic                  lite_arready_o,
  output logic                  lite_rvalid_o,
  output logic [31:0]           lite_rdata_o,
  output logic [1:0]            lite_rresp_o,
  input  logic                  lite_rready_i,
  output logic                  irq_o,
  // Observation
  output logic                  obs_running_o,
  output logic                  obs_cause_valid_o,
  output logic [3:0]            obs_cause_o,
  output logic [2:0]            obs_start_valid_o,
  output index_t [2:0]          obs_start_index_o,
  output logic [2:0]            obs_retire_valid_o,
  output index_t [2:0]          obs_retire_index_o,
  output logic                  obs_feed_read_valid_o,
  output logic [31:0]           obs_feed_read_address_o,
  output logic                  obs_store_read_valid_o,
  output logic [31:0]           obs_store_read_address_o,
  output logic                  obs_residual_read_valid_o,
  output logic [31:0]           obs_residual_read_address_o,
  output logic                  obs_load_write_valid_o,
  output logic [1:0]            obs_load_write_buffer_o,
  output logic [31:0]           obs_load_write_row_o,
  output logic [7:0]            obs_load_write_part_o,
  output logic [8*BusBytes-1:0] obs_load_write_data_o,
  output logic                  obs_output_write_valid_o,
  output logic [31:0]           obs_output_write_address_o,
  output logic [4*Rows-1:0]     obs_output_write_mask_o,
  output logic [32*Rows-1:0]    obs_output_write_data_o,
  output logic                  obs_copy_write_valid_o,
  output logic [31:0]           obs_copy_write_address_o,
  output logic [4*Rows-1:0]     obs_copy_write_mask_o,
  output logic [32*Rows-1:0]    obs_copy_write_data_o
);

  // Smallest piece of a word that anything writes: an int4 part or a beat.
  localparam int unsigned Granule = Columns / 2 < BusBytes ? Columns / 2 : BusBytes;
  localparam int unsigned Granules = 4 * Rows / Granule;
  localparam logic [1:0] BurstIncr = 2'd1;

  // Control.
  logic clear, running, stop, busy, ended, dispatched, fetch_idle, misaligned, overrun, blocked;
  logic [31:0] program_address, memory_limit;
  index_t program_count, next_index;
  pulse_t start [3];
  pulse_t retire [3];
  tokens_t present [3];
  error_t error [6];
  logic [2:0] started, retired;
  logic [31:0] state [4];
  logic [4:0] counter;
  logic [63:0] count;
  logic [2:0] working, waiting;
  tokens_t missing [3];
  index_t head_index [3];
  for (genvar e = 0; e < 3; e++) begin : gen_pulses
    assign started[e] = start[e].valid;
    assign retired[e] = retire[e].valid;
    assign state[e]   = {head_index[e], 2'd0, working[e], waiting[e], missing[e]};
  end
  assign state[3] = {next_index, 10'd0, blocked, ended};

  hb_control #(
    .Rows    (Rows),
    .Columns (Columns),
    .BusBytes(BusBytes)
  ) i_control (
    .clk_i,
    .rst_ni,
    .awvalid_i        (lite_awvalid_i),
    .awaddr_i         (lite_awaddr_i),
    .awready_o        (lite_awready_o),
    .wvalid_i         (lite_wvalid_i),
    .wdata_i          (lite_wdata_i),
    .wready_o         (lite_wready_o),
    .bvalid_o         (lite_bvalid_o),
    .bresp_o          (lite_bresp_o),
    .bready_i         (lite_bready_i),
    .arvalid_i        (lite_arvalid_i),
    .araddr_i         (lite_araddr_i),
    .arready_o        (lite_arready_o),
    .rvalid_o         (lite_rvalid_o),
    .rdata_o          (lite_rdata_o),
    .rresp_o          (lite_rresp_o),
    .rready_i         (lite_rready_i),
    .irq_o,
    .program_address_o(program_address),
    .program_count_o  (program_count),
    .memory_limit_o   (memory_limit),
    .misaligned_o     (misaligned),
    .overrun_o        (overrun),
    .clear_o          (clear),
    .running_o        (running),
    .stop_o           (stop),
    .busy_o           (busy),
    .ended_i          (ended),
    .dispatched_i     (dispatched),
    .started_i        (started),
    .retired_i        (retired),
    .fetch_idle_i     (fetch_idle),
    .error_i          (error),
    .state_i          (state),
    .counter_o        (counter),
    .count_i          (count)
  );

  cause_e cause;
  logic cause_valid;
  hb_counters i_counters (
    .clk_i,
    .rst_ni,
    .clear_i      (clear),
    .cause_valid_i(cause_valid),
    .cause_i      (cause),
    .fetch_beat_i (fetch_rvalid_i),
    .load_beat_i  (load_rvalid_i),
    .store_beat_i (store_wvalid_o && store_wready_i),
    .retired_i    (retired),
    .index_i      (counter),
    .count_o      (count)
  );

  // Commands.
  logic load_valid, load_pop, compute_valid, compute_pop, store_valid, store_pop;
  transfer_t load_command, store_command;
  conv_t compute_command;
  hb_commands #(
    .Rows           (Rows),
    .Columns        (Columns),
    .BusBytes       (BusBytes),
    .ActivationWords(Banks * BankWords),
    .WeightRows     (WeightRows),
    .ParameterTiles (ParameterTiles)
  ) i_commands (
    .clk_i,
    .rst_ni,
    .clear_i          (clear),
    .running_i        (running),
    .stop_i           (stop),
    .misaligned_i     (misaligned),
    .overrun_i        (overrun),
    .program_address_i(program_address),
    .program_count_i  (program_count),
    .memory_limit_i   (memory_limit),
    .arvalid_o        (fetch_arvalid_o),
    .araddr_o         (fetch_araddr_o),
    .arready_i        (fetch_arready_i),
    .rvalid_i         (fetch_rvalid_i),
    .rdata_i          (fetch_rdata_i),
    .rresp_i          (fetch_rresp_i),
    .load_valid_o     (load_valid),
    .load_o           (load_command),
    .load_pop_i       (load_pop),
    .compute_valid_o  (compute_valid),
    .compute_o        (compute_command),
    .compute_pop_i    (compute_pop),
    .store_valid_o    (store_valid),
    .store_o          (store_command),
    .store_pop_i      (store_pop),
    .dispatched_o     (dispatched),
    .ended_o          (ended),
    .idle_o           (fetch_idle),
    .blocked_o        (blocked),
    .next_index_o     (next_index),
    .dispatch_error_o (error[0]),
    .fetch_error_o    (error[1])
  );

  hb_tokens i_tokens (
    .clk_i,
    .rst_ni,
    .clear_i  (clear),
    .start_i  (start),
    .retire_i (retire),
    .present_o(present),
    .error_o  (error[4])
  );

  // Load.
  buffer_e write_buffer;
  logic write_valid;
  logic [31:0] write_row;
  logic [7:0] write_part;
  logic [8*BusBytes-1:0] write_data;
  hb_load #(
    .Rows    (Rows),
    .Columns (Columns),
    .BusBytes(BusBytes)
  ) i_load (
    .clk_i,
    .rst_ni,
    .clear_i       (clear),
    .stop_i        (stop),
    .valid_i       (load_valid),
    .transfer_i    (load_command),
    .pop_o         (load_pop),
    .present_i     (present[EngineLoad]),
    .arvalid_o     (load_arvalid_o),
    .araddr_o      (load_araddr_o),
    .arlen_o       (load_arlen_o),
    .arready_i     (load_arready_i),
    .rvalid_i      (load_rvalid_i),
    .rdata_i       (load_rdata_i),
    .rresp_i       (load_rresp_i),
    .write_valid_o (write_valid),
    .write_buffer_o(write_buffer),
    .write_row_o   (write_row),
    .write_part_o  (write_part),
    .write_data_o  (write_data),
    .start_o       (start[EngineLoad]),
    .retire_o      (retire[EngineLoad]),
    .working_o     (working[EngineLoad]),
    .error_o       (error[2])
  );
  assign waiting[EngineLoad]    = load_valid;
  assign missing[EngineLoad]    = load_valid ? load_command.waits & ~present[EngineLoad] : '0;
  assign head_index[EngineLoad] = load_valid ? load_command.index : '0;

  // Store.
  logic store_read;
  logic [31:0] store_read_address;
  index_t store_read_index;
  logic [32*Rows-1:0] store_read_data;
  hb_store #(
    .Rows    (Rows),
    .Columns (Columns),
    .BusBytes(BusBytes)
  ) i_store (
    .clk_i,
    .rst_ni,
    .clear_i       (clear),
    .stop_i        (stop),
    .valid_i       (store_valid),
    .transfer_i    (store_command),
    .pop_o         (store_pop),
    .present_i     (present[EngineStore]),
    .read_valid_o  (store_read),
    .read_address_o(store_read_address),
    .read_index_o  (store_read_index),
    .read_data_i   (store_read_data),
    .awvalid_o     (store_awvalid_o),
    .awaddr_o      (store_awaddr_o),
    .awlen_o       (store_awlen_o),
    .awready_i     (store_awready_i),
    .wvalid_o      (store_wvalid_o),
    .wdata_o       (store_wdata_o),
    .wlast_o       (store_wlast_o),
    .wready_i      (store_wready_i),
    .bvalid_i      (store_bvalid_i),
    .bresp_i       (store_bresp_i),
    .start_o       (start[EngineStore]),
    .retire_o      (retire[EngineStore]),
    .working_o     (working[EngineStore]),
    .error_o       (error[3])
  );
  assign waiting[EngineStore]    = store_valid;
  assign missing[EngineStore]    = store_valid ? store_command.waits & ~present[EngineStore] : '0;
  assign head_index[EngineStore] = store_valid ? store_command.index : '0;

  // Compute.
  logic feed_read, residual_read, output_valid, copy_valid;
  logic [31:0] feed_read_address, residual_read_address, output_address, copy_address;
  logic [Granules-1:0] output_mask, copy_mask;
  logic [32*Rows-1:0] feed_read_data, residual_read_data, output_data, copy_data;
  index_t residual_read_index, output_index, copy_index, next_slot_index;
  hb_compute #(
    .Rows          (Rows),
    .Columns       (Columns),
    .BusBytes      (BusBytes),
    .WeightRows    (WeightRows),
    .ParameterTiles(ParameterTiles),
    .Granule       (Granule)
  ) i_compute (
    .clk_i,
    .rst_ni,
    .clear_i           (clear),
    .running_i         (running),
    .stop_i            (stop),
    .ended_i           (ended),
    .busy_i            (busy),
    .valid_i           (compute_valid),
    .conv_i            (compute_command),
    .pop_o             (compute_pop),
    .present_i         (present[EngineCompute]),
    .weight_write_i    (write_valid && write_buffer == BufferWeight),
    .parameter_write_i (write_valid && write_buffer == BufferParameter),
    .write_row_i       (write_row),
    .write_part_i      (write_part),
    .write_data_i      (write_data),
    .read_valid_o      (feed_read),
    .read_address_o    (feed_read_address),
    .read_data_i       (feed_read_data),
    .residual_valid_o  (residual_read),
    .residual_address_o(residual_read_address),
    .residual_index_o  (residual_read_index),
    .residual_data_i   (residual_read_data),
    .output_valid_o    (output_valid),
    .output_address_o  (output_address),
    .output_mask_o     (output_mask),
    .output_data_o     (output_data),
    .output_index_o    (output_index),
    .copy_valid_o      (copy_valid),
    .copy_address_o    (copy_address),
    .copy_mask_o       (copy_mask),
    .copy_data_o       (copy_data),
    .copy_index_o      (copy_index),
    .start_o           (start[EngineCompute]),
    .retire_o          (retire[EngineCompute]),
    .waiting_o         (waiting[EngineCompute]),
    .missing_o         (missing[EngineCompute]),
    .waiting_index_o   (next_slot_index),
    .working_o         (working[EngineCompute]),
    .cause_valid_o     (cause_valid),
    .cause_o           (cause)
  );
  assign head_index[EngineCompute] = waiting[EngineCompute] ? next_slot_index : '0;

  hb_activation_buffer #(
    .Rows     (Rows),
    .BusBytes (BusBytes),
    .Banks    (Banks),
    .BankWords(BankWords),
    .Granule  (Granule)
  ) i_activation_buffer (
    .clk_i,
    .rst_ni,
    .feed_i            (feed_read),
    .feed_address_i    (feed_read_address),
    .feed_data_o       (feed_read_data),
    .store_i           (store_read),
    .store_address_i   (store_read_address),
    .store_index_i     (store_read_index),
    .store_data_o      (store_read_data),
    .residual_i        (residual_read),
    .residual_address_i(residual_read_address),
    .residual_index_i  (residual_read_index),
    .residual_data_o   (residual_read_data),
    .load_i            (write_valid && write_buffer == BufferActivation),
    .load_address_i    (write_row),
    .load_part_i       (write_part),
    .load_data_i       (write_data),
    .output_i          (output_valid),
    .output_address_i  (output_address),
    .output_mask_i     (output_mask),
    .output_data_i     (output_data),
    .output_index_i    (output_index),
    .copy_i            (copy_valid),
    .copy_address_i    (copy_address),
    .copy_mask_i       (copy_mask),
    .copy_data_i       (copy_data),
    .copy_index_i      (copy_index),
    .error_o           (error[5])
  );

  // Constant bus signals.
  assign fetch_arlen_o   = 8'(CommandBytes / BusBytes - 1);
  assign fetch_arsize_o  = 3'($clog2(BusBytes));
  assign fetch_arburst_o = BurstIncr;
  assign fetch_rready_o  = 1'b1;
  assign load_arsize_o   = 3'($clog2(BusBytes));
  assign load_arburst_o  = BurstIncr;
  assign load_rready_o   = 1'b1;
  assign store_awsize_o  = 3'($clog2(BusBytes));
  assign store_awburst_o = BurstIncr;
  assign store_wstrb_o   = '1;
  assign store_bready_o  = 1'b1;

  // Observation.
  assign obs_running_o              = running;
  assign obs_cause_valid_o          = cause_valid;
  assign obs_cause_o                = cause;
  assign obs_start_valid_o          = started;
  assign obs_start_index_o          = {start[2].index, start[1].index, start[0].index};
  assign obs_retire_valid_o         = retired;
  assign obs_retire_index_o         = {retire[2].index, retire[1].index, retire[0].index};
  assign obs_feed_read_valid_o      = feed_read;
  assign obs_feed_read_address_o    = feed_read_address;
  assign obs_store_read_valid_o     = store_read;
  assign obs_store_read_address_o   = store_read_address;
  assign obs_residual_read_valid_o   = residual_read;
  assign obs_residual_read_address_o = residual_read_address;
  assign obs_load_write_valid_o     = write_valid;
  assign obs_load_write_buffer_o    = write_buffer;
  assign obs_load_write_row_o       = write_row;
  assign obs_load_write_part_o      = write_part;
  assign obs_load_write_data_o      = write_data;
  assign obs_output_write_valid_o   = output_valid;
  assign obs_output_write_address_o = output_address;
  assign obs_output_write_data_o    = output_data;
  assign obs_copy_write_valid_o     = copy_valid;
  assign obs_copy_write_address_o   = copy_address;
  assign obs_copy_write_data_o      = copy_data;
  for (genvar g = 0; g < Granules; g++) begin : gen_obs_masks
    assign obs_output_write_mask_o[Granule*g+:Granule] = {Granule{output_mask[g]}};
    assign obs_copy_write_mask_o[Granule*g+:Granule]   = {Granule{copy_mask[g]}};
  end

  // Sizes that work together (config/machines.json's rules).
  if (BusBytes > 4 * Rows || BusBytes > 4 * Columns) begin
    $error("hb_top: BusBytes must be at most 4 Rows and 4 Columns");
  end
  if (Granule * Granules != 4 * Rows) $error("hb_top: a word must be whole granules");

endmodule
