# Headers that hardly change, compiled once. bank_precompiled serves the product, and
# bank_test_precompiled the test code, which has other compiler options.
#
# BANK_PRECOMPILED=OFF compiles every file with its own includes only: for compilers that cannot
# read GCC's precompiled headers, such as clang-tidy, and to find missing includes.
option(BANK_PRECOMPILED "Compile the standard library's and the test framework's headers once" ON)

set(bank_precompiled_headers
  <algorithm> <array> <atomic> <bit> <charconv> <chrono> <compare> <condition_variable> <cstddef>
  <cstdint> <cstring> <exception> <filesystem> <functional> <iterator> <limits> <map> <memory>
  <mutex> <optional> <set> <span> <string> <string_view> <system_error> <thread> <tuple>
  <type_traits> <unordered_map> <utility> <variant> <vector> <fmt/format.h>)

# bank_precompile(NAME OPTIONS LIBRARY HEADERS...): precompiles the headers with the given options.
function(bank_precompile name options)
  if(NOT BANK_PRECOMPILED)
    return()
  endif()
  file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/${name}.cpp" CONTENT "// The headers alone.\n")
  add_library(${name} OBJECT "${CMAKE_BINARY_DIR}/${name}.cpp")
  target_link_libraries(${name} PRIVATE ${options} fmt::fmt)
  target_precompile_headers(${name} PRIVATE ${ARGN})
endfunction()

# bank_use_precompiled(TARGET NAME): no-op if NAME does not exist.
function(bank_use_precompiled target name)
  if(TARGET ${name})
    target_precompile_headers(${target} REUSE_FROM ${name})
  endif()
endfunction()

# One precompiled header serves libraries and programs only if both have the same compiler options;
# code for libraries can be linked into programs.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE "-fPIC")
bank_precompile(bank_precompiled bank_options ${bank_precompiled_headers})
