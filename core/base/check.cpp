#include "core/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace bank {

void check_failed(char const* what, char const* file, int line) noexcept {
    std::fprintf(stderr, "bankd: check failed: %s (%s:%d)\n", what, file, line);
    std::abort();
}

}  // namespace bank
