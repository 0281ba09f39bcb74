# The one place for language, warnings, hardening and sanitizers.

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

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE}")
endif()

add_library(bank_options INTERFACE)
target_include_directories(bank_options INTERFACE "${CMAKE_SOURCE_DIR}")
target_compile_options(bank_options INTERFACE
  -Wall -Wextra -Wpedantic -Werror
  -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  -Wold-style-cast -Wcast-align -Wcast-qual -Wformat=2 -Wimplicit-fallthrough
  -Wundef -Wduplicated-cond -Wlogical-op -Wswitch-enum
  # A designated initialiser names what differs; the rest is value-initialised on purpose.
  -Wno-missing-field-initializers
  # GCC 12 reports these falsely inside the standard library once it inlines std::variant and
  # std::string.
  -Wno-maybe-uninitialized -Wno-restrict -Wno-null-dereference)

if(BANK_SANITIZE)
  target_compile_options(bank_options INTERFACE
    "-fsanitize=${BANK_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(bank_options INTERFACE "-fsanitize=${BANK_SANITIZE}")
  if(BANK_SANITIZE MATCHES "thread")
    target_compile_options(bank_options INTERFACE -Wno-tsan)
  endif()
else()
  target_compile_options(bank_options INTERFACE
    -fstack-protector-strong -fstack-clash-protection -fcf-protection=full
    -ftrivial-auto-var-init=zero)
  # _FORTIFY_SOURCE needs the optimiser; the Debug preset goes without.
  target_compile_options(bank_options INTERFACE
    $<$<NOT:$<CONFIG:Debug>>:-U_FORTIFY_SOURCE>
    $<$<NOT:$<CONFIG:Debug>>:-D_FORTIFY_SOURCE=2>)
endif()
target_compile_options(bank_options INTERFACE $<$<CONFIG:Debug>:-D_GLIBCXX_ASSERTIONS>)
target_link_options(bank_options INTERFACE
  -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code -Wl,--as-needed)
