# A front end's bank and the core's server, over real sockets.
file(GLOB wire_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/wire_*_test.cpp")
bank_test(integration_wire LABEL integration SOURCES ${wire_sources}
  USES core_wire plugins_api core_api core_money)
