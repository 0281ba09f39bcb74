# The stores and their SQL, on a real PostgreSQL.
file(GLOB postgres_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/postgres_*_test.cpp")
bank_test(integration_postgres LABEL integration SHARDS 4
  SOURCES ${postgres_sources} "${CMAKE_CURRENT_LIST_DIR}/bank_fixture.cpp"
          "${CMAKE_SOURCE_DIR}/tests/support/temp_postgres.cpp" "${CMAKE_SOURCE_DIR}/tests/support/catalog.cpp"
  USES core_postgres core_service core_verify core_ledger core_crypto)
# Only for these files: the others compile identically in every clone, so ccache finds them.
set_property(SOURCE "${CMAKE_SOURCE_DIR}/tests/support/temp_postgres.cpp"
                    "${CMAKE_CURRENT_LIST_DIR}/postgres_upgrade_test.cpp" APPEND PROPERTY
  COMPILE_DEFINITIONS "BANK_SOURCE_DIR=\"${CMAKE_SOURCE_DIR}\"")
