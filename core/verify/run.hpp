// bankd-verify, from its command line to its exit code.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/verify/exit_code.hpp"

namespace bank::verify {

// Prints the result on standard output and everything else on standard error.
[[nodiscard]] Exit run(std::vector<std::string> const& arguments, std::string_view version);

}  // namespace bank::verify
