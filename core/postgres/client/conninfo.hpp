// Connection strings of key=value pairs, read by libpq itself.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace bank::postgres {

struct ConnectionOption {
    std::string keyword;
    std::string value;
    bool is_secret = false;  // libpq marks it as a password.
};

// The options that `text` gives, in libpq's order; the last of one keyword counts. invalid_field
// with libpq's reason, which may repeat a part of `text`.
[[nodiscard]] Result<std::vector<ConnectionOption>> parse_conninfo(std::string_view text);

// `options` as a connection string, each value quoted where it has to be.
[[nodiscard]] std::string to_conninfo(std::vector<ConnectionOption> const& options);

// Whether the value has a blank. POCO ends a value there, whatever is quoted.
[[nodiscard]] bool has_blank(ConnectionOption const& option);

// Whether one of the hosts is reached by TCP, by libpq's rules: an address always is, a host unless
// it is the directory of a Unix socket or an abstract one.
[[nodiscard]] bool uses_network(std::vector<ConnectionOption> const& options);

}  // namespace bank::postgres
