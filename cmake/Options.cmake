# SPDX-FileCopyrightText: 2026 The Halfbyte authors
# SPDX-License-Identifier: Apache-2.0

# Options every target shares. -ffp-contract=off: g++ fuses a*b+c by itself at x86-64-v3, which breaks bit-exactness.
add_library(hb_options INTERFACE)
target_compile_options(hb_options INTERFACE -Wall -Wextra -Wconversion -Wshadow -Werror -ffp-contract=off)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang") # make fuzz: g++'s -Wconversion does not hold this one
  target_compile_options(hb_options INTERFACE -Wno-sign-conversion)
endif()
if(NOT HB_PORTABLE)
  add_compile_options(-march=x86-64-v3)
endif()
if(HB_SANITIZE)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
if(HB_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -g1")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1") # for the sanitizers: compiles in half of -O2's time

# hb_library(NAME folder DEPENDS targets... SOURCES files...): the library of one folder. It sees the headers of its
# dependencies and its own only: each library's headers are reached through a view of the tree that holds just its folder.
function(hb_library target folder)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  set(view ${CMAKE_BINARY_DIR}/include/${target})
  cmake_path(GET folder PARENT_PATH parent)
  file(MAKE_DIRECTORY ${view}/${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${view}/${folder} SYMBOLIC)
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    target_include_directories(${target} PUBLIC ${view})
    target_link_libraries(${target} PUBLIC ${arg_DEPENDS} PRIVATE hb_options)
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE ${view})
    target_link_libraries(${target} INTERFACE ${arg_DEPENDS})
  endif()
endfunction()
