# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

"""Faults that .ci/plant-faults plants in the RTL, one at a time; each must be caught by its test.

Small on purpose: a tie, a sign, one bit, one cycle, one step too many; wrong only with stalls, at the end, or when two
things coincide. `old` stands exactly once in rtl/UNIT.sv.
"""

import dataclasses


@dataclasses.dataclass(frozen=True)
class Fault:
    name: str
    unit: str  # rtl/UNIT.sv
    old: str
    new: str
    what: str
    test: str = "random_programs"


FAULTS = (
    Fault(
        "residual_beside_store",
        "hb_activation_buffer",
        "if (residual_i) residual_bank_q <= residual_bank;",
        "if (residual_i && !store_i) residual_bank_q <= residual_bank;",
        "a residual's word from the last bank, if a store reads too",
    ),
    Fault(
        "copy_conflict_missed",
        "hb_activation_buffer",
        "assign conflict_copy   = copy_i && ((load_i && copy_bank == load_bank)",
        "assign conflict_copy   = copy_i && ((load_i && output_i && copy_bank == load_bank)",
        "copy and load meet in a bank: an error only beside an output",
        "activation_buffer_test",
    ),
    Fault(
        "add_ort_tie",
        "hb_add",
        "a = a + 64'h7fffffff + ((a >> 32) & 1);",
        "a = a + 64'h80000000;",
        "ort sum: a tie goes up, not to even",
    ),
    Fault(
        "add_ort_alignment",
        "hb_add",
        "b = (b & ~m) | ((b << 32) & m);",
        "b = (b & ~m) | ((b << 31) & m);",
        "ort sum: a term 32 or more places ahead is halved",
    ),
    Fault(
        "add_tflite_tie",
        "hb_add",
        "q = 32'((a + 64'h40000000) >> 31);",
        "q = 32'((a + 64'h3fffffff) >> 31);",
        "tflite sum: a tie of the last shift goes to zero",
    ),
    Fault(
        "add_tflite_negative_tie",
        "hb_add",
        "a = scaled_q[2][j] + 64'h40000000 - 64'(scaled_sign_q[2][j][0]);",
        "a = scaled_q[2][j] + 64'h40000000;",
        "tflite sum: a negative tie of the high product goes down",
        "add_test",
    ),
    Fault(
        "add_nibble_sign",
        "hb_add",
        "t = x & 32'h8080808;",
        "t = x & 32'h0080808;",
        "int4 residual: every fourth channel is unsigned",
    ),
    Fault(
        "array_int8_sign",
        "hb_array",
        "+ (((a >> 24) ^ 32'h80) - 32'h80) * (",
        "+ (a >> 24) * (",
        "int8: byte 3 of the operand is unsigned",
    ),
    Fault(
        "array_int4_sign",
        "hb_array",
        "+ ((((a >> 12) & 32'hf000f) ^ 32'h80008) - 32'h80008)",
        "+ ((((a >> 12) & 32'hf000f) ^ 32'h80000) - 32'h80000)",
        "int4: nibble 3 of the operand is unsigned",
    ),
    Fault(
        "array_int4_borrow",
        "hb_array",
        "p = 32'h8000\n",
        "p = 32'h0\n",
        "int4: low terms below zero borrow from the sum",
    ),
    Fault(
        "array_narrow_sign",
        "hb_array",
        "w = p & 32'h8080808;",
        "w = p & 32'h8080800;",
        "narrow weights: every fourth one is unsigned",
    ),
    Fault(
        "array_narrow_last_column",
        "hb_array",
        "narrow_q = 8'(Columns);",
        "narrow_q = 8'(Columns - 1);",
        "narrow weights: the last row misses the last column",
    ),
    Fault(
        "array_partial_lost",
        "hb_array",
        "0 - 32'(word_valid_i && word_last_i && !word_partial_i);",
        "0 - 32'(word_valid_i && word_last_i);",
        "partial sums are lost if an earlier tile still leaves",
    ),
    Fault(
        "walker_border",
        "hb_burst_walker",
        "assign to_border = (BurstBorder - 32'",
        "assign to_border = (BurstBorder + BusBytes - 32'",
        "a burst crosses the 4 KB border by one beat",
    ),
    Fault(
        "check_offset",
        "hb_check",
        "return offset < -16'sd128 || offset > 16'sd128;",
        "return offset < -16'sd128 || offset > 16'sd127;",
        "the largest legal offset is refused",
    ),
    Fault(
        "check_partial_pixels",
        "hb_check",
        "(c.partial && (c.tiles != 16'd1 || pixels_q > Rows))",
        "(c.partial && (c.tiles != 16'd1 || pixels_q > Rows + 1))",
        "partial with one pixel too many is taken",
        "sim_lockstep",
    ),
    Fault(
        "commands_store_queue",
        "hb_commands",
        ".Depth(StoreQueue)",
        ".Depth(StoreQueue / 2)",
        "half the store queue: the same bytes, later",
    ),
    Fault(
        "compute_pool_slot",
        "hb_compute",
        ".start_i         (starts && !next.nest.pool),",
        ".start_i         (starts),",
        "a POOL takes a slot of the post-processor",
    ),
    Fault(
        "control_first_error",
        "hb_control",
        "assign raised = running_q && !stop_q && ",
        "assign raised = running_q && ",
        "a later error hides the first one",
        "sim_lockstep",
    ),
    Fault(
        "control_fetch_outstanding",
        "hb_control",
        "active_q == '0 && fetch_idle_i",
        "active_q == '0",
        "the end does not wait for an outstanding fetch",
    ),
    Fault(
        "counters_coincide",
        "hb_counters",
        "if (load_beat_i) load_q",
        "if (load_beat_i && !fetch_beat_i) load_q",
        "a load beat beside a fetch beat is not counted",
    ),
    Fault(
        "dispatch_offset_sign",
        "hb_dispatch",
        "conv_q.outcome.addition.residual_offset <= c.residual_offset[8:0];",
        "conv_q.outcome.addition.residual_offset <= {c.residual_offset[7], c.residual_offset[7:0]};",
        "a residual offset of 128 becomes -128",
    ),
    Fault(
        "dispatch_while_stopping",
        "hb_dispatch",
        "assign decide = state_q == Decide && !stop_i;",
        "assign decide = state_q == Decide;",
        "a command checked while the machine stops is queued",
    ),
    Fault(
        "feed_no_pixel",
        "hb_feed",
        "fill1_q      <= pixel_i ? nest_i.pad_value : '0;",
        "fill1_q      <= nest_i.pad_value;",
        "a row without a pixel adds padding to partial sums",
        "sim_lockstep",
    ),
    Fault(
        "feed_row_end",
        "hb_feed",
        "walk_row_base_q = row_base + row_step_i;",
        "walk_row_base_q = row_base + 32'(nest_i.input_width);",
        "from the third image row on, stride y counts as 1",
    ),
    Fault(
        "fetch_response",
        "hb_fetch",
        "if (rresp_i != '0 && !failed_q)",
        "if (rresp_i != '0 && last_beat && !failed_q)",
        "a bus error is seen in a command's last beat only",
    ),
    Fault(
        "lanes_ort_tie",
        "hb_lanes",
        "q = (q >> 1) + (q & 1 & (t | (q >> 1)));",
        "q = (q >> 1) + (q & 1);",
        "ort: a tie goes up, not to even",
    ),
    Fault(
        "lanes_ort_sticky",
        "hb_lanes",
        "r = r | (q & 32'h1 & t);",
        "r = r | 32'h0;",
        "ort: just above a tie is a tie, for every other exponent",
    ),
    Fault(
        "lanes_tflite_negative_tie",
        "hb_lanes",
        "t = 32'h40000000 + sign3_q[p][j];",
        "t = 32'h40000000;",
        "tflite: a negative tie of the high product goes down",
    ),
    Fault(
        "lanes_kept_sum",
        "hb_lanes",
        "if (p == 0 && keep_i) begin",
        "if (p == 0 && keep_i && !copy_valid_i) begin",
        "a sum is not kept while another row's copy starts",
    ),
    Fault(
        "load_stalled_request",
        "hb_load",
        "assign issue = working_q && (!arvalid_q || arready_i) && !bursts_full;",
        "assign issue = working_q && !bursts_full;",
        "a stalled request is overwritten by the next",
    ),
    Fault(
        "pool_widest_window",
        "hb_pool",
        "for (k = 0; k < PoolWidth; k = k + 1) begin",
        "for (k = 0; k < PoolWidth - 1; k = k + 1) begin",
        "a window of width 8 misses its first column",
    ),
    Fault(
        "pool_nibble_sign",
        "hb_pool",
        "{4'h0, read_data_i[8*b+4+:4] ^ 4'h8}",
        "{4'h0, read_data_i[8*b+4+:4] ^ 4'h0}",
        "int4: odd channels are compared and negated unsigned",
    ),
    Fault(
        "pool_last_rows",
        "hb_pool",
        "&& leaving_left_q != '0;",
        "&& (leaving_left_q != '0 || leaving_row_q == 5'(Rows - 1));",
        "a last group of fewer rows writes its row R - 1",
    ),
    Fault(
        "post_clears_last_tile",
        "hb_post_processor",
        "clears_of[tile_new_q]    <= tiles_left_q == '0;",
        "clears_of[tile_new_q]    <= tiles_left_q == '0 && pixels_left_q <= Rows;",
        "rests of words are cleared for the last R pixels only",
    ),
    Fault(
        "post_part_precision",
        "hb_post_processor",
        "(slot_q[front_q].outcome.place_int4[p] ? Parts4 : Parts8)",
        "(slot_q[front_q].outcome.place_int4[Output] ? Parts4 : Parts8)",
        "copy and residual change words as the output does",
    ),
    Fault(
        "post_early_retirement",
        "hb_post_processor",
        "end else if (ends_q[Copied]) begin",
        "end else if (ends_q[Copied-1]) begin",
        "a CONV retires and gives its tokens a cycle early",
    ),
    Fault(
        "queue_push_and_pop",
        "hb_queue",
        "(count_q == '0 || (pop_i && count_q == (PointerBits + 1)'(1)))",
        "(count_q == '0)",
        "a push while the only entry is popped shows an old entry",
    ),
    Fault(
        "sequencer_mode_change",
        "hb_sequencer",
        "(!active_q && quiet_q == 8'(ModeChange))",
        "(!active_q && quiet_q >= 8'(ModeChange - 1))",
        "a CONV of the other precision starts a cycle early",
    ),
    Fault(
        "sequencer_fence",
        "hb_sequencer",
        "alone ? in_flight_q == '0 :",
        "alone ? in_flight_q <= 3'd1 :",
        "a fence is open while one command is in flight",
    ),
    Fault(
        "sequencer_after_pool",
        "hb_sequencer",
        "next_q.nest.fence || next_q.nest.pool || pooled_q;",
        "next_q.nest.fence || next_q.nest.pool;",
        "the command after a POOL does not wait for it",
    ),
    Fault(
        "store_response",
        "hb_store",
        "error_q.valid  <= bvalid_i && bresp_i != '0;",
        "error_q.valid  <= bvalid_i && bresp_i != '0 && response.last;",
        "a bus error is seen in a command's last burst only",
    ),
    Fault(
        "store_stalled_beat",
        "hb_store",
        "(!wvalid_q || wready_i) && word_valid && beats_valid;",
        "(!wvalid_q || wready_i || wlast_q) && word_valid && beats_valid;",
        "a burst's last beat is overwritten if it stalls",
    ),
    Fault(
        "tokens_coincide",
        "hb_tokens",
        "if (taken[8*e+t] && !given[8*e+t]) next",
        "if (taken[8*e+t] && (!given[8*e+t] || count_q[e][t] > 8'd1)) next",
        "a token given and one taken at once: one too few",
        "control_units_test",
    ),
    Fault(
        "tokens_early",
        "hb_tokens",
        "assign present_o[e] = present_q[8*e+:8];",
        "assign present_o[e] = present_q[8*e+:8] | given[8*e+:8];",
        "a token is seen a cycle early",
    ),
    Fault(
        "writer_mask_bit",
        "hb_writer",
        "writing_i.clears ? rest :",
        "writing_i.clears ? (rest & ~(Granules'(1) << (Granules - 1))) | (rest & ~(rest << granules)) :",
        "a word's last bytes are not cleared",
    ),
)
