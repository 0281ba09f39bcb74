# The shipped admin plugin, over a real socket, with the real bankctl.
if(TARGET plugin_admin AND TARGET bankctl)
  file(GLOB admin_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/admin_*_test.cpp")
  set(admin_paths "${CMAKE_CURRENT_LIST_DIR}/admin_paths.cpp")
  bank_test(integration_admin LABEL integration SOURCES ${admin_sources} "${admin_paths}"
    USES plugins_api admin_wire core_api core_metrics core_money ${CMAKE_DL_LIBS} util)
  set_property(SOURCE "${admin_paths}" APPEND PROPERTY COMPILE_DEFINITIONS
    "BANKD_ADMIN_PLUGIN=\"$<TARGET_FILE:plugin_admin>\"" "BANKCTL=\"$<TARGET_FILE:bankctl>\"")
  add_dependencies(integration_admin plugin_admin bankctl)
endif()
