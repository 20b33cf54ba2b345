// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Counts the bits that toggle in the machine's registers (docs/energy.md section 8). A probe,
/// bound to hb_top in activity builds only, so that the machine's own text has no trace of it;
/// hence the hierarchical references. Looks at falling edges, when all registers are stable, for
/// what the rising edge before changed; `count_q` shows it from the next rising edge on.
module hb_activity
  import hb_pkg::*;
  import hb_activity_pkg::*;
#(
  parameter int unsigned Rows = 8,
  parameter int unsigned Columns = 32,
  parameter int unsigned BusBytes = 32,
  parameter int unsigned Banks = 8,
  parameter int unsigned Granule = 16,
  localparam int unsigned WordBits = 32 * Rows,
  localparam int unsigned Granules = 4 * Rows / Granule
) (
  input logic                  clk_i,
  input logic                  rst_ni,
  input logic                  clear_i,
  // Writes of the buffers
  input logic                  load_i,
  input logic [1:0]            load_buffer_i,
  input logic [8*BusBytes-1:0] load_data_i,
  input logic                  output_i,
  input logic [Granules-1:0]   output_mask_i,
  input logic [WordBits-1:0]   output_data_i,
  input logic                  copy_i,
  input logic [Granules-1:0]   copy_mask_i,
  input logic [WordBits-1:0]   copy_data_i
);

`define HB_ARRAY hb_top.i_compute.i_array
`define HB_LANES hb_top.i_compute.i_post_processor.i_lanes
`define HB_BANKS hb_top.i_activation_buffer

  localparam int unsigned GranuleBits = 8 * Granule;
  typedef logic [31:0] word_t;
  typedef logic [15:0] half_t;
  typedef logic [63:0] count_t;

  count_t now_q [32'(ToggleCount)];
  count_t count_q [32'(ToggleCount)]  /*verilator public_flat_rd*/;
  always_ff @(posedge clk_i) count_q <= now_q;

  // What was there in the cycle before.
  word_t operand_q [Rows][Columns];
  word_t weight_q [Rows][Columns];
  word_t accumulator_q [Rows][Columns];
  word_t word_q [Rows][Rows];
  word_t top_q [Columns];
  word_t raw_q [Columns];
  logic moves_q, int4_q;
  word_t bias_q [Columns];
  word_t scale_q [2][Columns];
  half_t shift_q [2][Columns];
  logic [WordBits-1:0] bank_q [Banks];
  logic [Banks-1:0] feeds_q, stores_q, residuals_q;
  // What the write ports carried last.
  logic [8*BusBytes-1:0] load_q;
  logic [WordBits-1:0] output_q, copy_q;

  logic [WordBits-1:0] bank [Banks];
  logic [WordBits-1:0] output_bits, copy_bits;
  for (genvar g = 0; g < Granules; g++) begin : gen_granules
    for (genvar b = 0; b < Banks; b++) begin : gen_banks
      assign bank[b][GranuleBits*g+:GranuleBits] = `HB_BANKS.gen_granules[g].data_q[b];
    end
    assign output_bits[GranuleBits*g+:GranuleBits] = {GranuleBits{output_mask_i[g]}};
    assign copy_bits[GranuleBits*g+:GranuleBits]   = {GranuleBits{copy_mask_i[g]}};
  end

  // Blocking assignments to private state, as in hb_array.
  // verilator lint_off BLKSEQ
  always_ff @(negedge clk_i) begin : array
    int unsigned i;
    int unsigned j;
    word_t operands;
    word_t weights;
    word_t actives;
    word_t accumulators;
    word_t entries;
    word_t raws;
    word_t top;     // bit of each lane
    word_t fold;    // from a lane's top bit to its lowest
    word_t a;
    word_t w;
    word_t m;
    i            = 0;
    j            = 0;
    operands     = 0;
    weights      = 0;
    actives      = 0;
    accumulators = 0;
    entries      = 0;
    raws         = 0;
    top          = int4_q ? 32'h88888888 : 32'h80808080;
    fold         = int4_q ? 3 : 7;
    a            = 0;
    w            = 0;
    m            = 0;
    if (moves_q) begin
      for (i = 0; i < Rows; i = i + 1) begin
        for (j = 0; j < Columns; j = j + 1) begin
          a = operand_q[i][j] | `HB_ARRAY.operand_q[i][j];
          w = weight_q[i][j] | `HB_ARRAY.weight_q[i][j];
          // Lanes of which neither side was 0 before and is 0 now.
          a = (((a & ~top) + ~top) | a) & (((w & ~top) + ~top) | w) & top;
          m = (a << 1) - (a >> fold);
          a = operand_q[i][j] ^ `HB_ARRAY.operand_q[i][j];
          w = weight_q[i][j] ^ `HB_ARRAY.weight_q[i][j];
          operands = operands + $countones(a);
          weights  = weights + $countones(w);
          actives  = actives + $countones(a & m) + $countones(w & m);
          accumulators = accumulators
              + $countones(accumulator_q[i][j] ^ `HB_ARRAY.accumulator_q[i][j]);
        end
      end
    end
    for (i = 0; i < Rows; i = i + 1) begin
      for (j = 0; j < Columns; j = j + 1) begin
        operand_q[i][j]     = `HB_ARRAY.operand_q[i][j];
        weight_q[i][j]      = `HB_ARRAY.weight_q[i][j];
        accumulator_q[i][j] = `HB_ARRAY.accumulator_q[i][j];
      end
      for (j = 0; j < Rows; j = j + 1) begin
        entries = entries + $countones(word_q[i][j] ^ `HB_ARRAY.word_q[i][j]);
        word_q[i][j] = `HB_ARRAY.word_q[i][j];
      end
    end
    for (j = 0; j < Columns; j = j + 1) begin
      entries = entries + $countones(top_q[j] ^ `HB_ARRAY.top_q[j]);
      raws    = raws + $countones(raw_q[j] ^ `HB_ARRAY.raw_q[j]);
      top_q[j] = `HB_ARRAY.top_q[j];
      raw_q[j] = `HB_ARRAY.raw_q[j];
    end
    now_q[ToggleOperand]     = now_q[ToggleOperand] + 64'(operands);
    now_q[ToggleWeight]      = now_q[ToggleWeight] + 64'(weights);
    now_q[ToggleEntry]       = now_q[ToggleEntry] + 64'(entries);
    now_q[ToggleActiveInt8]  = now_q[ToggleActiveInt8] + (int4_q ? 64'd0 : 64'(actives));
    now_q[ToggleActiveInt4]  = now_q[ToggleActiveInt4] + (int4_q ? 64'(actives) : 64'd0);
    now_q[ToggleAccumulator] = now_q[ToggleAccumulator] + 64'(accumulators);
    now_q[ToggleWeightRead]  = now_q[ToggleWeightRead] + 64'(raws);
    // At the next rising edge: a clear is no work.
    moves_q = rst_ni && !clear_i && `HB_ARRAY.travel_q != '0;
    int4_q  = `HB_ARRAY.int4_q;
  end

  always_ff @(negedge clk_i) begin : buffers
    int unsigned b;
    int unsigned j;
    int unsigned p;
    word_t toggles;
    word_t parameters;
    b          = 0;
    j          = 0;
    p          = 0;
    toggles    = 0;
    parameters = 0;
    for (b = 0; b < Banks; b = b + 1) begin
      if (feeds_q[b] || stores_q[b] || residuals_q[b]) begin
        // Who wins a bank: see hb_activation_buffer.
        toggles = $countones(bank_q[b] ^ bank[b]);
        if (feeds_q[b]) now_q[ToggleFeedRead] = now_q[ToggleFeedRead] + 64'(toggles);
        else if (stores_q[b]) now_q[ToggleStoreRead] = now_q[ToggleStoreRead] + 64'(toggles);
        else now_q[ToggleResidualRead] = now_q[ToggleResidualRead] + 64'(toggles);
        bank_q[b] = bank[b];
      end
    end
    feeds_q     = `HB_BANKS.feeds;
    stores_q    = `HB_BANKS.stores;
    residuals_q = `HB_BANKS.residuals;
    for (j = 0; j < Columns; j = j + 1) begin
      parameters = parameters + $countones(bias_q[j] ^ `HB_LANES.bias_q[j]);
      bias_q[j]  = `HB_LANES.bias_q[j];
    end
    for (p = 0; p < 2; p = p + 1) begin
      for (j = 0; j < Columns; j = j + 1) begin
        parameters = parameters + $countones(scale_q[p][j] ^ `HB_LANES.scale_q[p][j])
                     + $countones(shift_q[p][j] ^ `HB_LANES.shift_q[p][j]);
        scale_q[p][j] = `HB_LANES.scale_q[p][j];
        shift_q[p][j] = `HB_LANES.shift_q[p][j];
      end
    end
    now_q[ToggleParameterRead] = now_q[ToggleParameterRead] + 64'(parameters);
  end

  always_ff @(negedge clk_i) begin : writes
    word_t toggles;
    logic [WordBits-1:0] data;
    toggles = 0;
    data    = '0;
    if (load_i) begin
      toggles = $countones(load_q ^ load_data_i);
      load_q  = load_data_i;
      unique case (load_buffer_i)
        BufferActivation: now_q[ToggleActivationLoad] = now_q[ToggleActivationLoad] + 64'(toggles);
        BufferWeight:     now_q[ToggleWeightLoad] = now_q[ToggleWeightLoad] + 64'(toggles);
        default:          now_q[ToggleParameterLoad] = now_q[ToggleParameterLoad] + 64'(toggles);
      endcase
    end
    // Lines of bytes that are not written hold still.
    toggles = 0;
    if (output_i) begin
      data     = (output_q & ~output_bits) | (output_data_i & output_bits);
      toggles  = toggles + $countones(output_q ^ data);
      output_q = data;
    end
    if (copy_i) begin
      data    = (copy_q & ~copy_bits) | (copy_data_i & copy_bits);
      toggles = toggles + $countones(copy_q ^ data);
      copy_q  = data;
    end
    now_q[ToggleOutputWrite] = now_q[ToggleOutputWrite] + 64'(toggles);
  end
  // verilator lint_on BLKSEQ

endmodule

bind hb_top hb_activity #(
  .Rows    (Rows),
  .Columns (Columns),
  .BusBytes(BusBytes),
  .Banks   (Banks),
  .Granule (Granule)
) i_activity (
  .clk_i,
  .rst_ni,
  .clear_i      (clear),
  .load_i       (write_valid),
  .load_buffer_i(write_buffer),
  .load_data_i  (write_data),
  .output_i     (output_valid),
  .output_mask_i(output_mask),
  .output_data_i(output_data),
  .copy_i       (copy_valid),
  .copy_mask_i  (copy_mask),
  .copy_data_i  (copy_data)
);
