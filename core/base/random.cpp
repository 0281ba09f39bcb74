#include "core/base/random.hpp"

#include <sys/random.h>

#include <cerrno>

#include "core/base/check.hpp"

namespace bank {

void fill_random(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        auto const got = getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        BANK_CHECK(got > 0);
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
}

}  // namespace bank
