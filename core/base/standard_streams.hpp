// Guarantees for descriptors 0, 1 and 2.
#pragma once
#include <string_view>

namespace bank {

// Call first in main(). Opens /dev/null for each closed standard stream; otherwise the next file or
// socket would get its number and receive the output. Reading stdin and writing stdout then fail,
// as on a closed descriptor; stderr is discarded. On false the process must end.
[[nodiscard]] bool open_standard_streams() noexcept;

// Writes a message to standard error. Failures are ignored; unlike fmt::print() it does not throw.
void say(std::string_view text) noexcept;

}  // namespace bank
