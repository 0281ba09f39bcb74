# A folder is a library. bank_library(core_ledger USES core_base core_money) builds every .cpp of
# the current folder into the static library core_ledger; a folder without .cpp is an interface.

function(bank_library name)
  cmake_parse_arguments(arg "" "" "USES;LINKS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(sources)
    add_library(${name} STATIC ${sources})
    target_link_libraries(${name} PUBLIC bank_options ${arg_USES} ${arg_LINKS})
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

# One test program for the folder's or the file's tests; every case is registered with ctest under
# the label. EXTRA names further sources and libraries.
function(bank_test name)
  cmake_parse_arguments(arg "" "LABEL" "SOURCES;USES" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE bank_options ${arg_USES} GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
    PROPERTIES LABELS "${arg_LABEL}" TIMEOUT 120)
endfunction()
