// SPDX-FileCopyrightText: 2026 The Halfbyte authors
// SPDX-License-Identifier: Apache-2.0
/// Counters of toggled bits (docs/energy.md section 8). sim/activity_machine.cpp.in compares them
/// with model/arch/activity.hpp at compile time.
package hb_activity_pkg;

  typedef enum logic [3:0] {
    ToggleOperand        = 4'd0,
    ToggleWeight         = 4'd1,
    ToggleEntry          = 4'd2,
    ToggleActiveInt8     = 4'd3,
    ToggleActiveInt4     = 4'd4,
    ToggleAccumulator    = 4'd5,
    ToggleWeightRead     = 4'd6,
    ToggleFeedRead       = 4'd7,
    ToggleStoreRead      = 4'd8,
    ToggleResidualRead   = 4'd9,
    ToggleParameterRead  = 4'd10,
    ToggleActivationLoad = 4'd11,
    ToggleWeightLoad     = 4'd12,
    ToggleParameterLoad  = 4'd13,
    ToggleOutputWrite    = 4'd14,
    ToggleCount          = 4'd15
  } toggle_e  /*verilator public*/;

endpackage
