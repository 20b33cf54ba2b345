# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

# Random networks and the real tool's, with ONNX Runtime's results, for onnx_differential. Where ONNX Runtime cannot be
# installed the cases cannot be made, and ctest counts every test that requires them as failed: nothing is skipped.
set(hb_suffix "")
if(HB_SANITIZE)
  set(hb_suffix .asan)
endif()
set(hb_onnx_python ${CMAKE_SOURCE_DIR}/.ci/onnx-environment)
set(hb_onnx_cases ${CMAKE_BINARY_DIR}/onnx-cases)
# On more networks: tests/onnx/make_cases.py --count 5000 --seed 2, and onnx_differential on them.
set(hb_onnx_count 200)

function(hb_onnx_cases name)
  add_test(NAME ${name}_cases${hb_suffix} COMMAND ${hb_onnx_python} ${CMAKE_CURRENT_LIST_DIR}/${ARGN})
  set_tests_properties(${name}_cases${hb_suffix} PROPERTIES
    FIXTURES_SETUP ${name}${hb_suffix} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR} TIMEOUT 600)
endfunction()

# hb_onnx_test(NAME FIXTURE folder arguments of onnx_differential)
function(hb_onnx_test name fixture folder)
  add_test(NAME ${name}${hb_suffix} COMMAND onnx_differential --cases ${hb_onnx_cases}/${folder} ${ARGN})
  set_tests_properties(${name}${hb_suffix} PROPERTIES
    FIXTURES_REQUIRED ${fixture}${hb_suffix} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

hb_onnx_cases(onnx make_cases.py --output ${hb_onnx_cases}/random --count ${hb_onnx_count} --seed 1)
hb_onnx_test(onnx_golden onnx random --on golden --count ${hb_onnx_count})
hb_onnx_test(onnx_sharp onnx random --wrong all --within 50)

# SystemC elaborates once per process, so each machine has a process, and networks, of its own.
set(hb_onnx_first 0)
set(hb_onnx_each 66)
foreach(machine IN LISTS HB_MACHINES)
  hb_onnx_test(onnx_lockstep_${machine} onnx random
    --on lockstep --preset ${machine} --first ${hb_onnx_first} --count ${hb_onnx_each})
  math(EXPR hb_onnx_first "(${hb_onnx_first} + ${hb_onnx_each}) % (${hb_onnx_count} - ${hb_onnx_each} + 1)")
endforeach()

hb_onnx_cases(onnx_tool real_tool.py --output ${hb_onnx_cases}/tool --seed 1)
foreach(machine IN LISTS HB_MACHINES)
  hb_onnx_test(onnx_tool_${machine} onnx_tool tool --on lockstep --preset ${machine})
endforeach()
