# The admin plugin as it is shipped, over a real socket, with the real bankctl.
if(TARGET plugin_admin AND TARGET bankctl)
  bank_test(integration_admin LABEL integration
    SOURCES "${CMAKE_CURRENT_LIST_DIR}/admin_test.cpp"
    USES plugins_api admin_wire core_api core_money ${CMAKE_DL_LIBS} util)
  target_compile_definitions(integration_admin PRIVATE
    BANKD_ADMIN_PLUGIN="$<TARGET_FILE:plugin_admin>" BANKCTL="$<TARGET_FILE:bankctl>")
  add_dependencies(integration_admin plugin_admin bankctl)
endif()
