// The forms of values that only REST has.
#pragma once
#include <string>
#include <vector>

#include "core/api/transfers.hpp"
#include "core/api/users.hpp"
#include "core/codec/json.hpp"

namespace bank::rest {

// Tokens without the refresh token, which the web client gets as a cookie.
struct WebTokens {
    explicit WebTokens(api::Tokens const& tokens);

    Secret access_token;
    std::uint32_t expires_in_s = 0;
    SessionId session_id;
    api::User user;
    bool may_move_cash = false;
};

// The facts of a Transfer that whoever asked for it does not know yet.
struct CompactTransfer {
    explicit CompactTransfer(api::Transfer const& transfer);

    TransferId id;
    Code status = Code::posted;
    std::int64_t balance = 0;
    std::int64_t available = 0;
    money::Currency balance_currency;
    EntryId entry_id;
    std::optional<Timestamp> expires_at;
    Timestamp created_at;
};

[[nodiscard]] api::Type const& describe(std::type_identity<WebTokens>);
[[nodiscard]] api::Type const& describe(std::type_identity<CompactTransfer>);

// Of all that are known.
[[nodiscard]] std::string currencies_to_json();

}  // namespace bank::rest
