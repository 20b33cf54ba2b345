# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

# cmake -DROOT=<repository> -P refuse_machines.cmake: CMake's reader takes the presets and refuses every bad file, naming it.
# With -DFILE=<machine file> it reads just that one.
cmake_minimum_required(VERSION 3.25)
include(${ROOT}/cmake/Machines.cmake)
if(FILE)
  set(names "")
  hb_read_machines(${FILE} names)
  return()
endif()

function(read file result message)
  execute_process(
    COMMAND ${CMAKE_COMMAND} -DROOT=${ROOT} -DFILE=${file} -P ${CMAKE_CURRENT_LIST_FILE}
    RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE text)
  set(${result} ${code} PARENT_SCOPE)
  string(REGEX REPLACE "[ \n]+" " " text "${text}")
  set(${message} "${text}" PARENT_SCOPE)
endfunction()

read(${ROOT}/config/machines.json code text)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "config/machines.json is refused: ${text}")
endif()
file(GLOB files ${ROOT}/tests/arch/bad_machines/*.json)
foreach(file IN LISTS files)
  read(${file} code text)
  get_filename_component(name ${file} NAME)
  if(code EQUAL 0 OR NOT text MATCHES "${name}: .*\\(expected ")
    message(SEND_ERROR "${name}: code ${code}, message: ${text}")
  endif()
endforeach()
