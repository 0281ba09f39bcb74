# The daemon with files, shared objects and processes, but without a database.

# Plugins that the loader must accept or reject; the word in the file's name is the fault.
function(test_plugin name)
  add_library(test_plugin_${name} MODULE "${CMAKE_CURRENT_LIST_DIR}/daemon_plugin.cpp")
  target_link_libraries(test_plugin_${name} PRIVATE bank_options plugins_api)
  target_compile_definitions(test_plugin_${name} PRIVATE "TEST_PLUGIN_NAME=\"${name}\"" ${ARGN})
  set_target_properties(test_plugin_${name} PROPERTIES PREFIX "" OUTPUT_NAME "bankd-${name}"
    LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests/plugins")
  set_property(GLOBAL APPEND PROPERTY test_plugins test_plugin_${name})
endfunction()

test_plugin(good)
test_plugin(old TEST_PLUGIN_ABI=0u)
test_plugin(foreign "TEST_PLUGIN_TOOLCHAIN=\"gcc 2.95\"")
test_plugin(blank TEST_PLUGIN_WITHOUT_SYMBOL)
test_plugin(twice "TEST_PLUGIN_SECOND_KEY=\"count\"")
test_plugin(outside "TEST_PLUGIN_DEFAULT=\"10\"")
test_plugin(thrower TEST_PLUGIN_THROWS)
get_property(test_plugins GLOBAL PROPERTY test_plugins)

file(GLOB daemon_tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/daemon_*_test.cpp")
bank_test(integration_daemon LABEL integration SOURCES ${daemon_tests} USES daemon_static)
# As in postgres.cmake: only for the files that use them.
set_property(SOURCE "${CMAKE_CURRENT_LIST_DIR}/daemon_plugin_loader_test.cpp"
  "${CMAKE_CURRENT_LIST_DIR}/daemon_program_test.cpp" APPEND PROPERTY COMPILE_DEFINITIONS
  "BANKD_PROGRAM=\"$<TARGET_FILE:bankd>\""
  "MAKE_CATALOG_PROGRAM=\"$<TARGET_FILE:make_catalog>\""
  "PLUGIN_DIRECTORY=\"${CMAKE_BINARY_DIR}/plugins\""
  "DATA_DIRECTORY=\"${CMAKE_INSTALL_FULL_DATADIR}\""
  "TEST_PLUGIN_DIRECTORY=\"${CMAKE_BINARY_DIR}/tests/plugins\""
  "SOURCE_DIRECTORY=\"${CMAKE_SOURCE_DIR}\"")
add_dependencies(integration_daemon bankd make_catalog plugin_rest plugin_admin ${test_plugins})
