#include "daemon/version.hpp"

namespace bank::daemon {
char const* version() noexcept {
    return BANKD_VERSION;
}
}  // namespace bank::daemon
