# A folder is a library. bank_library(core_ledger USES core_base core_money) builds every .cpp of
# the current folder into the static library core_ledger; a folder without .cpp is an interface.

function(bank_library name)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC bank_options ${arg_USES} ${arg_LINKS})
    bank_use_precompiled(${name} bank_precompiled)
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE bank_options ${arg_USES} ${arg_LINKS})
  endif()
endfunction()

# A front end as a loadable module: bankd-<name>.so, one exported symbol.
function(bank_plugin name)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  list(FILTER sources EXCLUDE REGEX "/plugin\\.cpp$")
  add_library(plugin_${name}_static STATIC ${sources})
  target_link_libraries(plugin_${name}_static PUBLIC bank_options plugins_api ${arg_USES} ${arg_LINKS})
  bank_use_precompiled(plugin_${name}_static bank_precompiled)
  if(NOT EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/plugin.cpp")
    return()
  endif()
  add_library(plugin_${name} MODULE plugin.cpp)
  target_link_libraries(plugin_${name} PRIVATE plugin_${name}_static)
  target_link_options(plugin_${name} PRIVATE -Wl,--exclude-libs,ALL)
  set_target_properties(plugin_${name} PROPERTIES
    PREFIX "" OUTPUT_NAME "bankd-${name}"
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/plugins")
endfunction()

# One test program for the tests of a folder or file. tests/cases.py runs it under the label, as one
# test of ctest or as SHARDS that share its cases.
function(bank_test name)
  cmake_parse_arguments(arg "" "LABEL;SHARDS" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE bank_test_options ${arg_USES} GTest::gtest_main)
  bank_use_precompiled(${name} bank_test_precompiled)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  set(run /usr/bin/env python3 -B "${CMAKE_SOURCE_DIR}/tests/cases.py")
  if(NOT arg_SHARDS)
    add_test(NAME ${name} COMMAND ${run} ${name} $<TARGET_FILE:${name}>)
    set(tests ${name})
  else()
    foreach(shard RANGE 1 ${arg_SHARDS})
      add_test(NAME ${name}.${shard}
        COMMAND ${run} ${name}.${shard} $<TARGET_FILE:${name}> ${shard} ${arg_SHARDS})
      list(APPEND tests ${name}.${shard})
    endforeach()
  endif()
  set_tests_properties(${tests} PROPERTIES LABELS "${arg_LABEL}" TIMEOUT 600)
endfunction()
