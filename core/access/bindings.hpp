// MACs by a key of the core over what rows of the database say: nothing there is believed because
// it is there. A row that was planted in the database, or copied from another owner, has none.
//
// Threads: any.
#pragma once
#include <string_view>

#include "core/access/user_store.hpp"
#include "core/api/users.hpp"
#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"

namespace bank::access {

class Bindings {
public:
    // `pepper`: at least 32 bytes, base64url; all daemons of a database share it. Each kind of MAC
    // has a key of its own, derived from it.
    explicit Bindings(Secret const& pepper);

    // That the user has the role. Stored beside it and checked at each login, renewal and new
    // token.
    [[nodiscard]] Mac of_role(UserId user, api::Role role) const;
    [[nodiscard]] bool has_role(UserId user, api::Role role, BytesView mac) const;

    // Stored in place of a refresh token, which cannot be made from it.
    [[nodiscard]] Mac of_refresh_token(std::string_view token) const;

    // That the core has verified the account's PIN for the session, and for how long.
    [[nodiscard]] Mac of_pin(SessionId session, AccountId account, PinScope const& scope) const;
    [[nodiscard]] bool is_pin(SessionId session, AccountId account, PinScope const& scope,
                              BytesView mac) const;

    // The successor of a refresh token; `what` names the part of it.
    [[nodiscard]] Mac of_renewal(std::string_view what, std::string_view token) const;

    // That the core accepted, when it checked this restoration, that records which the note covers
    // are missing.
    [[nodiscard]] Mac of_lost_checkpoint(std::int64_t restore, std::string_view note) const;
    [[nodiscard]] bool is_lost_checkpoint(std::int64_t restore, std::string_view note,
                                          BytesView mac) const;

    // That the copy of the audit log has every record before `next`.
    [[nodiscard]] Mac of_delivery(std::string_view sink, std::uint64_t next) const;
    [[nodiscard]] bool is_delivery(std::string_view sink, std::uint64_t next, BytesView mac) const;

private:
    Bytes role_key_;
    Bytes refresh_key_;
    Bytes pin_key_;
    Bytes renewal_key_;
    Bytes loss_key_;
    Bytes delivery_key_;
};

}  // namespace bank::access
