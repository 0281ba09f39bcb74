# The HTTP front end in front of a scripted bank, over loopback.
if(TARGET plugin_rest_static)
  file(GLOB rest_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/rest_*.cpp")
  bank_test(integration_rest LABEL integration SOURCES ${rest_sources} USES plugin_rest_static)
endif()
