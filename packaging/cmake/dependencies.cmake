# All libraries that the project links. Debian 12 packages only; packaging/dependencies lists them
# by name.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(OpenSSL 3.0 REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS program_options)
find_package(PostgreSQL REQUIRED)
# POCO's own configuration refers to libpq by this name without defining it.
if(NOT TARGET PostgreSQL::client)
  add_library(PostgreSQL::client INTERFACE IMPORTED)
  target_link_libraries(PostgreSQL::client INTERFACE PostgreSQL::PostgreSQL)
endif()
find_package(Poco 1.11 REQUIRED COMPONENTS Foundation Net NetSSL Crypto Data DataPostgreSQL)
# POCO requires feature macros of libc that _GNU_SOURCE, which g++ always defines, implies on 64-bit
# machines. If defined again they would prevent the use of a precompiled header.
get_target_property(poco_definitions Poco::Foundation INTERFACE_COMPILE_DEFINITIONS)
list(REMOVE_ITEM poco_definitions
  _XOPEN_SOURCE=500 _FILE_OFFSET_BITS=64 _LARGEFILE64_SOURCE _REENTRANT _THREAD_SAFE)
set_target_properties(Poco::Foundation PROPERTIES
  INTERFACE_COMPILE_DEFINITIONS "${poco_definitions}")
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
pkg_check_modules(CRYPT REQUIRED IMPORTED_TARGET libxcrypt)
pkg_check_modules(SYSTEMD REQUIRED IMPORTED_TARGET libsystemd)
# The data model and its text format; the HTTP server of the same library is not used.
pkg_check_modules(PROMETHEUS REQUIRED IMPORTED_TARGET prometheus-cpp-core)
