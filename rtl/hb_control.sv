// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Control: AXI4-Lite registers, doorbell, stop, errors, end of program and interrupt
/// (docs/commands.md section 6, docs/timing.md section 2). One access at a time in each direction,
/// two cycles to the response. The first error wins and stops the machine.
module hb_control
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  // AXI4-Lite
  input  logic        awvalid_i,
  input  logic [11:0] awaddr_i,
  output logic        awready_o,
  input  logic        wvalid_i,
  input  logic [31:0] wdata_i,
  output logic        wready_o,
  output logic        bvalid_o,
  output logic [1:0]  bresp_o,
  input  logic        bready_i,
  input  logic        arvalid_i,
  input  logic [11:0] araddr_i,
  output logic        arready_o,
  output logic        rvalid_o,
  output logic [31:0] rdata_o,
  output logic [1:0]  rresp_o,
  input  logic        rready_i,
  output logic        irq_o,
  // Program
  output logic [31:0] program_address_o,
  output index_t      program_count_o,
  output logic [31:0] memory_limit_o,
  output logic        misaligned_o,     // the program's address
  output logic        overrun_o,        // the program's end is beyond the limit
  // State
  output logic        clear_o,          // the cycle before cycle 0
  output logic        running_o,
  output logic        stop_o,
  output logic        busy_o,           // a command is dispatched and not retired
  input  logic        ended_i,
  input  logic        dispatched_i,
  input  logic [2:0]  started_i,
  input  logic [2:0]  retired_i,
  input  logic        fetch_idle_i,
  // Errors in order of precedence: dispatch, fetch, load, store, tokens, banks
  input  error_t      error_i [6],
  // State registers and counters
  input  logic [31:0] state_i [4],      // load, compute, store, fetch
  output logic [4:0]  counter_o,
  input  logic [63:0] count_i
);

  localparam logic [1:0] Okay = 2'd0;
  localparam logic [1:0] Slverr = 2'd2;
  localparam logic [31:0] Id = 32'h48423031;  // "HB01"

  logic ready_q, bvalid_q, arready_q, rvalid_q;
  logic [1:0] bresp_q, rresp_q;
  logic [31:0] rdata_q;
  logic [31:0] address_q, limit_q;
  index_t count_q;
  logic clear_q, running_q, stop_q, done_q;
  error_e code_q;
  index_t index_q;
  logic irq_enable_q, irq_status_q;
  logic [31:0] pending_q, active_q;  // commands dispatched and not started, started and not retired

  logic write, start, abort, finish;
  assign write = ready_q;   // the handshake
  assign start = write && awaddr_i == RegControl && wdata_i[0] && !running_q && !clear_q;
  assign abort = write && awaddr_i == RegControl && wdata_i[1] && running_q;
  assign finish = running_q && started_i == '0 && active_q == '0 && fetch_idle_i
                  && (stop_q || (ended_i && pending_q == '0));

  // Errors of this cycle in their order of precedence.
  logic [5:0] errors;
  for (genvar i = 0; i < 6; i++) begin : gen_errors
    assign errors[i] = error_i[i].valid;
  end

  logic raised;  // the first error of the program, this cycle
  assign raised = running_q && !stop_q && (errors != '0 || abort);

  // Writes: which addresses take one now.
  logic writable;
  always_comb begin
    unique case (awaddr_i)
      RegControl, RegIrqEnable, RegIrqStatus: writable = 1'b1;
      RegProgramAddress, RegProgramCount, RegMemoryLimit: writable = !running_q && !clear_q;
      default: writable = 1'b0;
    endcase
  end

  always_ff @(posedge clk_i) begin
    if (!rst_ni) begin
      ready_q      <= 1'b0;
      bvalid_q     <= 1'b0;
      address_q    <= '0;
      count_q      <= '0;
      limit_q      <= '1;
      clear_q      <= 1'b0;
      running_q    <= 1'b0;
      stop_q       <= 1'b0;
      done_q       <= 1'b0;
      code_q       <= ErrNone;
      index_q      <= '0;
      irq_enable_q <= 1'b0;
      irq_status_q <= 1'b0;
      pending_q    <= '0;
      active_q     <= '0;
    end else begin
      ready_q <= awvalid_i && wvalid_i && !bvalid_q && !ready_q;
      clear_q <= start;
      if (write) begin
        bvalid_q <= 1'b1;
        bresp_q  <= writable ? Okay : Slverr;
        if (writable) begin
          unique case (awaddr_i)
            RegProgramAddress: address_q <= wdata_i;
            RegProgramCount:   count_q <= wdata_i[IndexBits-1:0];
            RegMemoryLimit:    limit_q <= wdata_i;
            RegIrqEnable:      irq_enable_q <= wdata_i[0];
            RegIrqStatus:      if (wdata_i[0]) irq_status_q <= 1'b0;
            default: ;
          endcase
        end
      end else if (bready_i) begin
        bvalid_q <= 1'b0;
      end

      pending_q <= pending_q + 32'(dispatched_i) - 32'($countones(started_i));
      active_q  <= active_q + 32'($countones(started_i)) - 32'($countones(retired_i));
      if (raised) begin
        stop_q  <= 1'b1;
        code_q  <= ErrAborted;
        index_q <= '0;
        for (int i = 5; i >= 0; i--) begin
          if (errors[i]) begin
            code_q  <= error_i[i].code;
            index_q <= error_i[i].index;
          end
        end
      end
      if (finish) begin
        running_q    <= 1'b0;
        done_q       <= !stop_q && !raised;
        irq_status_q <= 1'b1;
      end
      if (clear_q) begin
        running_q    <= 1'b1;
        stop_q       <= 1'b0;
        done_q       <= 1'b0;
        code_q       <= ErrNone;
        index_q      <= '0;
        irq_status_q <= 1'b0;
        pending_q    <= '0;
        active_q     <= '0;
      end
    end
  end

  // Reads: the value is picked in the handshake's cycle only.
  assign counter_o = arready_q ? araddr_i[7:3] : '0;
  always_ff @(posedge clk_i) begin : read
    logic readable;
    logic [31:0] data;
    readable = 1'b1;
    data     = '0;
    if (arready_q) begin
      unique case (araddr_i)
        RegId:             data = Id;
        RegShape:          data = 32'({8'(BusBytes), 8'(Columns), 8'(Rows)});
        RegControl:        data = '0;
        RegStatus:         data = 32'({code_q != ErrNone && !running_q, done_q, running_q});
        RegProgramAddress: data = address_q;
        RegProgramCount:   data = 32'(count_q);
        RegMemoryLimit:    data = limit_q;
        RegErrorCode:      data = 32'(code_q);
        RegErrorIndex:     data = 32'(index_q);
        RegIrqEnable:      data = 32'(irq_enable_q);
        RegIrqStatus:      data = 32'(irq_status_q);
        RegLoadState:      data = state_i[0];
        RegComputeState:   data = state_i[1];
        RegStoreState:     data = state_i[2];
        RegFetchState:     data = state_i[3];
        default: begin
          readable = araddr_i[11:8] == RegCounters[11:8] && araddr_i[1:0] == '0
                     && counter_o < CounterCount;
          if (readable) data = araddr_i[2] ? count_i[63:32] : count_i[31:0];
        end
      endcase
      rdata_q <= data;
      rresp_q <= readable ? Okay : Slverr;
    end
    arready_q <= rst_ni && arvalid_i && !arready_q && !rvalid_q;
    rvalid_q  <= rst_ni && (arready_q || (rvalid_q && !rready_i));
  end

  logic [32:0] program_end;  // one past its last byte
  assign program_end = 33'(address_q) + 33'(count_q) * 33'(CommandBytes);

  assign awready_o         = ready_q;
  assign wready_o          = ready_q;
  assign bvalid_o          = bvalid_q;
  assign bresp_o           = bresp_q;
  assign arready_o         = arready_q;
  assign rvalid_o          = rvalid_q;
  assign rdata_o           = rdata_q;
  assign rresp_o           = rresp_q;
  assign irq_o             = irq_status_q && irq_enable_q;
  assign program_address_o = address_q;
  assign program_count_o   = count_q;
  assign memory_limit_o    = limit_q;
  assign misaligned_o      = address_q[$clog2(CommandBytes)-1:0] != '0;
  assign overrun_o         = program_end > 33'(limit_q) + 33'd1;
  assign clear_o           = clear_q;
  assign running_o         = running_q;
  assign stop_o            = stop_q;
  assign busy_o            = pending_q != '0 || active_q != '0;

endmodule
