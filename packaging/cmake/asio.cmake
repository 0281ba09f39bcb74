# Compiles the non-template parts of Boost.Asio and Beast once, not in every file that includes
# them.
file(CONFIGURE OUTPUT "${CMAKE_BINARY_DIR}/bank_asio.cpp" CONTENT
"#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
")
add_library(bank_asio STATIC "${CMAKE_BINARY_DIR}/bank_asio.cpp")
target_link_libraries(bank_asio PUBLIC bank_options Boost::headers Threads::Threads)
target_compile_definitions(bank_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION)
