# The one place for the language, warnings, hardening and sanitizers.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_LINK_DEPENDS_NO_SHARED ON)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()

include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

# Clones share the compiler cache: ccache sees paths relative to the clone only. It trusts the
# compiler's list of included files and does not preprocess. Precompiled headers need its
# sloppiness; nothing here expands __TIME__ or __DATE__ (-Wdate-time).
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}"
    CCACHE_DEPEND=1 "CCACHE_SLOPPINESS=pch_defines,time_macros" "${CCACHE}")
endif()

add_library(bank_options INTERFACE)
target_include_directories(bank_options INTERFACE "${CMAKE_SOURCE_DIR}")
# The same paths in the debug symbols wherever the clone is, with and without ccache.
cmake_path(RELATIVE_PATH CMAKE_SOURCE_DIR BASE_DIRECTORY "${CMAKE_BINARY_DIR}" OUTPUT_VARIABLE way_up)
target_compile_options(bank_options INTERFACE
  "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=." "-ffile-prefix-map=${CMAKE_BINARY_DIR}/="
  "-ffile-prefix-map=${way_up}=.")
target_compile_options(bank_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror
  -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wcast-align -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
  -Wundef -Wswitch-enum -Wdate-time $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond;-Wlogical-op>
  # A designated initialiser names the differing members; the others are value-initialised on
  # purpose.
  -Wno-missing-field-initializers
  # False positives of GCC 12 inside the standard library, once it inlines std::variant and
  # std::string.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized;-Wno-restrict> -Wno-null-dereference)

if(BANK_SANITIZE)
  target_compile_options(bank_options INTERFACE
    # Reports need functions and lines alone.
    "-fsanitize=${BANK_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all -g1)
  target_link_options(bank_options INTERFACE "-fsanitize=${BANK_SANITIZE}")
  if(BANK_SANITIZE MATCHES "thread")
    target_compile_options(bank_options INTERFACE -Wno-tsan)
  endif()
else()
  target_compile_options(bank_options INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
    $<$<CXX_COMPILER_ID:GNU>:-ftrivial-auto-var-init=zero>)
  # _FORTIFY_SOURCE needs the optimiser, so the Debug preset does not use it.
  target_compile_options(bank_options INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
    $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
target_compile_options(bank_options INTERFACE $<$<CONFIG:Debug>:-D_GLIBCXX_ASSERTIONS>)
target_link_options(bank_options INTERFACE
  -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code -Wl,--as-needed)
