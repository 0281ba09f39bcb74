// The password that the bank makes for a user who has forgotten theirs: read out or written down by
// one person, typed by another, once.
#pragma once
#include "core/base/secret.hpp"

namespace bank::auth {

// "k7mp-x2wn-9hqe-r4tz": 79 bits of chance in lower-case letters and digits, none of which is taken
// for another. It passes check_new_password() for every user name.
[[nodiscard]] Secret make_one_time_password();

}  // namespace bank::auth
