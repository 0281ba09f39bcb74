// Connection strings of key=value pairs, parsed by libpq itself.
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

// The options in `text`, in libpq's order; the last of a repeated keyword counts. invalid_field
// with libpq's reason, which may quote a part of `text`.
[[nodiscard]] Result<std::vector<ConnectionOption>> parse_conninfo(std::string_view text);

// `options` as a connection string, with values quoted where necessary.
[[nodiscard]] std::string to_conninfo(std::vector<ConnectionOption> const& options);

// Whether the value contains a blank. POCO ends the value there, even if it is quoted.
[[nodiscard]] bool has_blank(ConnectionOption const& option);

// Whether any host is reached by TCP, by libpq's rules: an address always is, a host unless it is a
// Unix socket directory or an abstract socket.
[[nodiscard]] bool uses_network(std::vector<ConnectionOption> const& options);

}  // namespace bank::postgres
