// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Dispatch: takes commands from hb_fetch one at a time, checks every field and range (hb_check, 3
/// cycles) and pushes them into the engines' queues in program order. States A to D of
/// docs/timing.md section 3. Halts at END and at the first error.
module hb_dispatch
  import hb_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned ActivationWords = 32768,
  parameter int unsigned WeightRows = 4096,
  parameter int unsigned ParameterTiles = 64
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   clear_i,
  input  logic                   running_i,
  input  logic                   stop_i,
  input  logic                   misaligned_i,   // doorbell: program address
  input  logic                   overrun_i,      // doorbell: program end beyond the limit
  input  index_t                 count_i,
  input  logic [31:0]            memory_limit_i,
  // From hb_fetch
  input  logic                   valid_i,
  output logic                   take_o,         // from the next cycle on, command_i is the head
  input  logic [CommandBits-1:0] command_i,
  output logic                   pop_o,
  // To the queues
  input  logic                   load_full_i,
  input  logic                   compute_full_i,
  input  logic                   store_full_i,
  output logic                   load_push_o,
  output logic                   compute_push_o,
  output logic                   store_push_o,
  output transfer_t              transfer_o,
  output conv_t                  conv_o,
  // Status
  output logic                   pushed_o,       // a push, one cycle later
  output logic                   ended_o,
  output logic                   blocked_o,      // a command waits for a full queue
  output index_t                 index_o,        // of the next command to dispatch
  output error_t                 error_o
);

  typedef enum logic [2:0] {Await, Products, Sums, Decide, Halt} state_e;

  state_e state_q;
  index_t index_q;
  logic ended_q;
  logic pushed_q;
  logic first_q;  // cycle 0: the doorbell's checks
  error_t error_q;
  transfer_t transfer_q;
  conv_t conv_q;
  logic [31:0] pixels;
  error_e check;

  logic [7:0] opcode;
  assign opcode = command_i[7:0];

  hb_check #(
    .Rows           (Rows),
    .Columns        (Columns),
    .BusBytes       (BusBytes),
    .ActivationWords(ActivationWords),
    .WeightRows     (WeightRows),
    .ParameterTiles (ParameterTiles)
  ) i_check (
    .clk_i,
    .products_i     (state_q == Products),
    .sums_i         (state_q == Sums),
    .command_i,
    .memory_limit_i,
    .pixels_o       (pixels),
    .error_o        (check)
  );

  logic decide;
  logic computes;
  logic full;
  logic push;
  assign decide = state_q == Decide && !stop_i;
  assign computes = opcode == OpConv || opcode == OpPool;
  assign full = (opcode == OpLoad && load_full_i) || (computes && compute_full_i)
                || (opcode == OpStore && store_full_i);
  assign push = decide && check == ErrNone && opcode != OpEnd && !full;
  assign load_push_o    = push && opcode == OpLoad;
  assign compute_push_o = push && computes;
  assign store_push_o   = push && opcode == OpStore;
  assign pop_o          = push;
  assign blocked_o      = state_q == Decide && check == ErrNone && full;

  always_ff @(posedge clk_i) begin
    if (!rst_ni || clear_i) begin
      state_q  <= Await;
      index_q  <= '0;
      ended_q  <= 1'b0;
      pushed_q <= 1'b0;
      first_q  <= 1'b1;
      error_q  <= '{valid: 1'b0, code: ErrNone, index: '0};
    end else begin
      pushed_q      <= push;
      error_q.valid <= 1'b0;
      if (running_i) first_q <= 1'b0;
      unique case (state_q)
        Await: begin
          if (running_i && first_q && (misaligned_i || overrun_i)) begin
            error_q <= '{valid: 1'b1, code: misaligned_i ? ErrAlignment : ErrMemoryRange,
                         index: '0};
            state_q <= Halt;
          end else if (running_i && !stop_i) begin
            if (index_q == count_i) begin
              error_q <= '{valid: 1'b1, code: ErrTruncated, index: index_q};
              state_q <= Halt;
            end else if (valid_i) begin
              state_q <= Products;
            end
          end
        end
        Products: state_q <= Sums;
        Sums:     state_q <= Decide;
        Decide: begin
          if (decide && check != ErrNone) begin
            error_q <= '{valid: 1'b1, code: check, index: index_q};
            state_q <= Halt;
          end else if (decide && opcode == OpEnd) begin
            ended_q <= 1'b1;
            state_q <= Halt;
          end else if (push) begin
            index_q <= index_q + 1'b1;
            state_q <= Await;
          end
        end
        default: state_q <= Halt;
      endcase
    end
  end

  // The command, read as either kind; what is only checked is hb_check's.
  // verilator lint_off UNUSEDSIGNAL
  transfer_command_t t;
  conv_command_t c;
  // verilator lint_on UNUSEDSIGNAL
  assign t = command_i;
  assign c = command_i;
  quantizer_t output_quantizer, sum_quantizer;
  assign output_quantizer = '{low: c.output_low, high: c.output_high,
                              zero_point: c.output_zero_point};
  assign sum_quantizer = '{low: c.sum_low, high: c.sum_high, zero_point: c.sum_zero_point};
  assign take_o = state_q == Await && valid_i;
  always_ff @(posedge clk_i) begin
    if (state_q == Products) begin
      transfer_q.index          <= index_q;
      transfer_q.waits          <= t.waits;
      transfer_q.signals        <= t.signals;
      transfer_q.target         <= t.target;
      transfer_q.memory_address <= t.memory_address;
      transfer_q.memory_stride  <= t.memory_stride;
      transfer_q.buffer_address <= t.buffer_address;
      transfer_q.buffer_stride  <= t.buffer_stride;
      transfer_q.rows           <= t.rows;
      transfer_q.segments       <= t.segments;
      conv_q.nest.index                       <= index_q;
      conv_q.nest.pool                        <= c.opcode == OpPool;
      conv_q.nest.int4                        <= c.activation_precision[0];
      conv_q.nest.narrow                      <= c.weight_precision[0]
                                                 && !c.activation_precision[0];
      conv_q.nest.repeat_weights              <= c.repeat_weights;
      conv_q.nest.partial                     <= c.partial;
      conv_q.outcome.copy                     <= c.copy;
      conv_q.outcome.copy_code                <= c.copy_code;
      conv_q.outcome.residual                 <= c.residual;
      conv_q.outcome.place_int4               <= {c.residual_precision[0], c.copy_precision[0],
                                                  c.output_precision[0]};
      conv_q.outcome.copy_offset              <= c.copy_offset[8:0];
      conv_q.nest.fence                       <= c.fence;
      conv_q.nest.pad_value                   <= c.pad_value;
      conv_q.nest.waits                       <= c.waits;
      conv_q.nest.signals                     <= c.signals;
      conv_q.nest.input_address               <= c.input_address;
      conv_q.nest.input_plane                 <= c.input_plane;
      conv_q.nest.input_height                <= c.input_height;
      conv_q.nest.input_width                 <= c.input_width;
      conv_q.nest.kernel_height               <= c.kernel_height;
      conv_q.nest.kernel_width                <= c.kernel_width;
      conv_q.nest.stride_y                    <= c.stride_y;
      conv_q.nest.stride_x                    <= c.stride_x;
      conv_q.nest.pad_top                     <= c.pad_top;
      conv_q.nest.pad_left                    <= c.pad_left;
      conv_q.nest.output_height               <= c.output_height;
      conv_q.nest.output_width                <= c.output_width;
      conv_q.nest.channel_words               <= c.channel_words;
      conv_q.nest.tiles                       <= c.tiles;
      conv_q.nest.weight_address              <= c.weight_address;
      conv_q.outcome.parameter_address        <= c.parameter_address;
      conv_q.outcome.places[Output]           <= '{address: c.output_address, plane: c.output_plane,
                                                   part: c.output_part};
      conv_q.outcome.places[Copy]             <= '{address: c.copy_address, plane: c.copy_plane,
                                                   part: c.copy_part};
      conv_q.outcome.places[Residual]         <= '{address: c.residual_address,
                                                   plane: c.residual_plane, part: c.residual_part};
      conv_q.outcome.quantizers[Copy]         <= '{low: c.copy_low, high: c.copy_high,
                                                   zero_point: c.copy_zero_point};
      conv_q.outcome.quantizers[Output]       <= c.residual ? sum_quantizer : output_quantizer;
      conv_q.outcome.addition.sum_scale       <= c.sum_scale;
      conv_q.outcome.addition.residual_scale  <= c.residual_scale;
      conv_q.outcome.addition.term            <= c.sum_term;
      conv_q.outcome.addition.sum_offset      <= c.sum_offset[8:0];
      conv_q.outcome.addition.residual_offset <= c.residual_offset[8:0];
      conv_q.outcome.addition.sum_shift       <= c.sum_shift[4:0];
      conv_q.outcome.addition.residual_shift  <= c.residual_shift[4:0];
      conv_q.outcome.addition.output_shift    <= c.output_shift[4:0];
      conv_q.outcome.addition.residual_first  <= c.residual_first;
      conv_q.outcome.addition.tflite          <= c.contract == ContractTflite;
      conv_q.outcome.addition.quantizer       <= output_quantizer;
    end
    if (state_q == Sums) conv_q.nest.pixels <= pixels;
  end

  assign transfer_o = transfer_q;
  assign conv_o     = conv_q;
  assign pushed_o = pushed_q;
  assign ended_o  = ended_q;
  assign index_o  = index_q;
  assign error_o  = error_q;

endmodule
