// Descriptors 0, 1 and 2 as a program may rely on them.
#pragma once
#include <string_view>

namespace bank {

// Called first in main(). Puts /dev/null in the place of each standard stream that the caller
// closed: else the next file or socket gets its number, and receives what is printed. Reading the
// input and writing the output then fail, as on a closed descriptor; messages go nowhere. False if
// that is impossible: then end the process.
[[nodiscard]] bool open_standard_streams() noexcept;

// Writes a message to standard error as far as that can be written: if not, nobody can be told, and
// unlike fmt::print() it does not throw.
void say(std::string_view text) noexcept;

}  // namespace bank
