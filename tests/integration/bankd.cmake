# The program bankd on a real PostgreSQL.
file(GLOB bankd_tests CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/bankd_*_test.cpp")
bank_test(integration_bankd LABEL integration
  SOURCES ${bankd_tests} "${CMAKE_SOURCE_DIR}/tests/support/temp_postgres.cpp"
  USES core_postgres core_audit)
target_compile_definitions(integration_bankd PRIVATE "BANKD_PROGRAM=\"$<TARGET_FILE:bankd>\"")
add_dependencies(integration_bankd bankd)
