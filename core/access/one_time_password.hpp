// Passwords that the bank generates for users who have forgotten theirs: read out or written down
// by one person, typed once by another.
#pragma once
#include "core/base/secret.hpp"

namespace bank::access {

// "k7mp-x2wn-9hqe-r4tz": 79 bits of entropy in lower-case letters and digits that cannot be
// confused. Satisfies check_new_password() for every user name.
[[nodiscard]] Secret make_one_time_password();

}  // namespace bank::access
