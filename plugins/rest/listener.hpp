// The socket that clients connect to.
#pragma once
#include <Poco/Net/ServerSocket.h>

#include "core/base/result.hpp"
#include "plugins/rest/settings.hpp"

namespace bank::rest {

// Takes ownership of `descriptor`, a listening socket. Fails if it is none.
[[nodiscard]] Result<Poco::Net::ServerSocket> adopt_listener(int descriptor);

[[nodiscard]] Result<Poco::Net::ServerSocket> open_listener(Settings const& settings);

}  // namespace bank::rest
