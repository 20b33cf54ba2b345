# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

# Target lint_rtl: Verilator's lint of the whole machine with every machine's parameters, warnings are errors.
find_program(HB_VERILATOR verilator)
file(GLOB hb_rtl_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/rtl/*.sv)
if(NOT HB_VERILATOR)
  add_custom_target(lint_rtl
    COMMAND ${CMAKE_COMMAND} -E echo "lint_rtl: no verilator (expected it to be installed)"
    COMMAND ${CMAKE_COMMAND} -E false)
else()
  add_custom_target(lint_rtl)
  list(REMOVE_ITEM hb_rtl_sources ${CMAKE_SOURCE_DIR}/rtl/hb_pkg.sv)
  # Also with the probe of activity builds.
  set(hb_probe_sources ${CMAKE_SOURCE_DIR}/sim/hb_activity_pkg.sv ${CMAKE_SOURCE_DIR}/sim/hb_activity.sv)
  foreach(name IN LISTS HB_MACHINES)
    set(lint ${HB_VERILATOR} --lint-only -Wall --top-module hb_top
      -GRows=${HB_${name}_rows} -GColumns=${HB_${name}_columns} -GBusBytes=${HB_${name}_bus_bytes}
      -GBanks=${HB_${name}_activation_banks} -GBankWords=${HB_${name}_bank_words}
      -GWeightRows=${HB_${name}_weight_rows} -GParameterTiles=${HB_${name}_parameter_tiles}
      ${CMAKE_SOURCE_DIR}/rtl/hb_pkg.sv ${hb_rtl_sources})
    add_custom_target(lint_rtl_${name}
      COMMAND ${lint}
      COMMAND ${lint} ${hb_probe_sources}
      COMMENT "verilator --lint-only -Wall: ${name}"
      VERBATIM)
    add_dependencies(lint_rtl lint_rtl_${name})
  endforeach()
endif()
