// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Encodings, command layouts and fixed depths of the machine: the one place for them in hardware.
/// docs/commands.md defines encodings and layouts, docs/timing.md the depths. sim/contract.hpp
/// compares the encodings with C++ at compile time.

// A memory's write, the last access of its block, so that both forms mean the same. Verilator is
// faster with the first (docs/architecture.md); synthesis knows a memory by the second.
`ifdef SYNTHESIS
`define HB_WRITE <=
`else
`define HB_WRITE =
`endif

package hb_pkg;

  localparam int unsigned CommandBytes = 128;
  localparam int unsigned CommandBits = 8 * CommandBytes;
  localparam int unsigned FetchDepth = 4;     // commands
  localparam int unsigned LoadQueue = 8;      // commands
  localparam int unsigned ComputeQueue = 4;   // commands
  localparam int unsigned StoreQueue = 8;     // commands
  localparam int unsigned Slots = 4;          // compute commands in flight
  localparam int unsigned Bursts = 16;        // outstanding bursts of an engine
  localparam int unsigned StoreWords = 4;     // words read ahead of the bus
  localparam int unsigned Quantize = 5;       // stages from a row of sums to its codes (hb_lanes)
  localparam int unsigned Add = 7;            // stages of the residual's addition (hb_add)
  localparam int unsigned PoolWidth = 8;      // widest window of POOL
  localparam int unsigned MaxBeats = 256;     // AXI4's longest burst
  localparam int unsigned BurstBorder = 4096; // bytes; no burst crosses a multiple
  localparam int unsigned IndexBits  /*verilator public*/ = 20;  // of a command in its program

  typedef enum logic [7:0] {
    OpEnd   = 8'd1,
    OpLoad  = 8'd2,
    OpStore = 8'd3,
    OpConv  = 8'd4,
    OpPool  = 8'd5
  } opcode_e  /*verilator public*/;

  typedef enum logic [1:0] {
    EngineLoad    = 2'd0,
    EngineCompute = 2'd1,
    EngineStore   = 2'd2
  } engine_e  /*verilator public*/;

  typedef enum logic [1:0] {
    BufferActivation = 2'd0,
    BufferWeight     = 2'd1,
    BufferParameter  = 2'd2,
    BufferUnused     = 2'd3
  } buffer_e  /*verilator public*/;

  typedef enum logic [1:0] {
    Int8 = 2'd0,
    Int4 = 2'd1
  } precision_e  /*verilator public*/;

  typedef enum logic [2:0] {
    ContractOrt    = 3'd0,
    ContractTflite = 3'd1
  } contract_e  /*verilator public*/;

  typedef enum logic [3:0] {
    ErrNone                = 4'd0,
    ErrIllegalOpcode       = 4'd1,
    ErrReservedField       = 4'd2,
    ErrIllegalFormat       = 4'd3,
    ErrIllegalSize         = 4'd4,
    ErrAlignment           = 4'd5,
    ErrBufferRange         = 4'd6,
    ErrMemoryRange         = 4'd7,
    ErrIllegalQuantization = 4'd8,
    ErrTruncated           = 4'd9,
    ErrFetchBus            = 4'd10,
    ErrLoadBus             = 4'd11,
    ErrStoreBus            = 4'd12,
    ErrTokenOverflow       = 4'd13,
    ErrBankConflict        = 4'd14,
    ErrAborted             = 4'd15
  } error_e  /*verilator public*/;

  typedef enum logic [3:0] {
    CauseBusy       = 4'd0,
    CauseWaitLoad   = 4'd1,
    CauseWaitStore  = 4'd2,
    CauseWaitPost   = 4'd3,
    CauseModeChange = 4'd4,
    CauseStart      = 4'd5,
    CauseFetch      = 4'd6,
    CauseDrain      = 4'd7,
    CauseTransfer   = 4'd8,
    CauseFinish     = 4'd9,
    CauseStop       = 4'd10
  } cause_e  /*verilator public*/;
  localparam int unsigned Causes = 11;

  typedef enum logic [4:0] {
    CounterTotal      = 5'd0,
    CounterCause      = 5'd1,  // + cause
    CounterFetchBeats = 5'd12,
    CounterLoadBeats  = 5'd13,
    CounterStoreBeats = 5'd14,
    CounterRetired    = 5'd15, // + engine
    CounterCount      = 5'd18
  } counter_e  /*verilator public*/;

  typedef enum logic [11:0] {
    RegId             = 12'h000,
    RegShape          = 12'h004,
    RegControl        = 12'h008,
    RegStatus         = 12'h00c,
    RegProgramAddress = 12'h010,
    RegProgramCount   = 12'h014,
    RegMemoryLimit    = 12'h018,
    RegErrorCode      = 12'h01c,
    RegErrorIndex     = 12'h020,
    RegIrqEnable      = 12'h024,
    RegIrqStatus      = 12'h028,
    RegLoadState      = 12'h030,
    RegComputeState   = 12'h034,
    RegStoreState     = 12'h038,
    RegFetchState     = 12'h03c,
    RegCounters       = 12'h100
  } register_e  /*verilator public*/;

  typedef logic [IndexBits-1:0] index_t;
  typedef logic [7:0] tokens_t;  // one bit per token of an engine's wait or signal field

  /// A pulse of one engine: a command started or retired. `tokens` are those it takes or gives.
  typedef struct packed {
    logic    valid;
    index_t  index;
    tokens_t tokens;
  } pulse_t;

  /// An error as a module raises it.
  typedef struct packed {
    logic   valid;
    error_e code;
    index_t index;
  } error_t;

  /// LOAD and STORE as they lie in memory, w31 first (docs/commands.md section 2).
  typedef struct packed {
    logic [32*23-1:0] reserved_w31_w9;
    logic [15:0]      reserved_w8;
    logic [15:0]      segments;
    logic [15:0]      reserved_w7;
    logic [15:0]      rows;
    logic [31:0]      buffer_stride;
    logic [31:0]      buffer_address;
    logic [31:0]      memory_stride;
    logic [31:0]      memory_address;
    logic [29:0]      reserved_w2;
    buffer_e          target;
    logic [15:0]      reserved_w1;
    logic [15:0]      layer;
    logic [7:0]       reserved_w0;
    tokens_t          signals;
    tokens_t          waits;
    logic [7:0]       opcode;
  } transfer_command_t;

  /// CONV and POOL as they lie in memory, w31 first (docs/commands.md sections 3 and 4).
  typedef struct packed {
    logic [32*4-1:0]  reserved_w31_w28;
    logic [7:0]       reserved_w27;
    logic [7:0]       output_shift;
    logic [7:0]       residual_shift;
    logic [7:0]       sum_shift;
    logic [31:0]      sum_term;
    logic [31:0]      residual_scale;
    logic [31:0]      sum_scale;
    logic [31:0]      residual_plane;
    logic [31:0]      residual_address;
    logic [15:0]      reserved_w21;
    logic [15:0]      copy_offset;
    logic [15:0]      residual_offset;
    logic [15:0]      sum_offset;
    logic [7:0]       residual_part;
    logic [7:0]       sum_zero_point;
    logic [7:0]       sum_high;
    logic [7:0]       sum_low;
    logic [7:0]       reserved_w18;
    logic [7:0]       copy_zero_point;
    logic [7:0]       copy_high;
    logic [7:0]       copy_low;
    logic [7:0]       reserved_w17;
    logic [7:0]       output_zero_point;
    logic [7:0]       output_high;
    logic [7:0]       output_low;
    logic [31:0]      copy_plane;
    logic [31:0]      copy_address;
    logic [15:0]      reserved_w14;
    logic [7:0]       copy_part;
    logic [7:0]       output_part;
    logic [31:0]      output_plane;
    logic [31:0]      output_address;
    logic [31:0]      parameter_address;
    logic [31:0]      weight_address;
    logic [15:0]      output_width;
    logic [15:0]      output_height;
    logic [15:0]      tiles;
    logic [15:0]      channel_words;
    logic [7:0]       reserved_w7;
    logic [7:0]       pad_value;
    logic [7:0]       pad_left;
    logic [7:0]       pad_top;
    logic [7:0]       stride_x;
    logic [7:0]       stride_y;
    logic [7:0]       kernel_width;
    logic [7:0]       kernel_height;
    logic [15:0]      input_width;
    logic [15:0]      input_height;
    logic [31:0]      input_plane;
    logic [31:0]      input_address;
    logic [9:0]       reserved_w2_high;
    logic             partial;
    logic             repeat_weights;
    logic [1:0]       residual_precision;
    logic             residual_first;
    logic             residual;
    logic [2:0]       reserved_w2_middle;
    logic [2:0]       contract;
    logic             copy_code;
    logic             copy;
    logic [1:0]       copy_precision;
    logic [1:0]       output_precision;
    logic [1:0]       weight_precision;
    logic [1:0]       activation_precision;
    logic [15:0]      reserved_w1;
    logic [15:0]      layer;
    logic [6:0]       reserved_w0;
    logic             fence;
    tokens_t          signals;
    tokens_t          waits;
    logic [7:0]       opcode;
  } conv_command_t;

  /// LOAD and STORE as queued.
  typedef struct packed {
    index_t      index;
    tokens_t     waits;
    tokens_t     signals;
    buffer_e     target;
    logic [31:0] memory_address;
    logic [31:0] memory_stride;
    logic [31:0] buffer_address;
    logic [31:0] buffer_stride;
    logic [15:0] rows;
    logic [15:0] segments;
  } transfer_t;

  /// A tensor of the post-processor: word, words between channel words, part of tile 0.
  typedef struct packed {
    logic [31:0] address;
    logic [31:0] plane;
    logic [7:0]  part;
  } place_t;

  /// A quantizer's integer side.
  typedef struct packed {
    logic [7:0] low;
    logic [7:0] high;
    logic [7:0] zero_point;
  } quantizer_t;

  /// Where a tile's rows are written.
  typedef struct packed {
    logic        writes;   // at all
    logic        int4;
    logic        clears;   // the words' parts above
    logic [7:0]  part;
    index_t      index;
    logic [31:0] address;  // of row 0's word
  } writing_t;

  /// The residual's addition (docs/arithmetic.md section 4): scales are float32 or multipliers.
  typedef struct packed {
    logic [31:0] sum_scale;
    logic [31:0] residual_scale;
    logic [31:0] term;
    logic [8:0]  sum_offset;       // signed
    logic [8:0]  residual_offset;  // signed
    logic [4:0]  sum_shift;
    logic [4:0]  residual_shift;
    logic [4:0]  output_shift;
    logic        residual_first;
    logic        tflite;
    quantizer_t  quantizer;
  } addition_t;

  // Tensors of the post-processor.
  localparam int unsigned Output = 0;
  localparam int unsigned Copy = 1;
  localparam int unsigned Residual = 2;

  /// The nest of a CONV or POOL: what steps and reads. `pixels` is output height x width, from the
  /// checks. Fields fill 32-bit words, which simulates faster.
  typedef struct packed {
    logic        pool;
    logic        fence;
    logic        int4;
    logic        narrow;          // int4 weights for int8 activations
    logic        repeat_weights;
    logic        partial;
    logic [7:0]  pad_value;
    index_t      index;
    tokens_t     waits;
    tokens_t     signals;
    logic [31:0] input_address;
    logic [31:0] input_plane;
    logic [15:0] input_height;
    logic [15:0] input_width;
    logic [7:0]  kernel_height;
    logic [7:0]  kernel_width;
    logic [7:0]  stride_y;
    logic [7:0]  stride_x;
    logic [7:0]  pad_top;
    logic [7:0]  pad_left;
    logic [15:0] output_height;
    logic [15:0] output_width;
    logic [15:0] channel_words;
    logic [15:0] tiles;
    logic [31:0] pixels;
    logic [31:0] weight_address;
  } nest_t;

  /// What becomes of its sums. A POOL has the output's place only.
  typedef struct packed {
    logic             copy;
    logic             copy_code;
    logic             residual;
    logic [2:0]       place_int4;      // as `places`
    logic [8:0]       copy_offset;     // signed
    addition_t        addition;
    quantizer_t [1:0] quantizers;      // of the convolution's own code, of the copy
    place_t [2:0]     places;
    logic [31:0]      parameter_address;
  } outcome_t;

  /// CONV or POOL as queued.
  typedef struct packed {
    outcome_t outcome;
    nest_t    nest;
  } conv_t;

endpackage
