// Users, sessions and what proves them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/api/page.hpp"
#include "core/api/type.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"

namespace bank::api {

// An auditor reads everything and changes nothing.
enum class Role : std::uint8_t { customer, teller, admin, auditor };

[[nodiscard]] std::string_view to_string(Role role) noexcept;
[[nodiscard]] std::optional<Role> parse_role(std::string_view text) noexcept;

// none: a local administrator, who signs in without one. one_time: an administrator set it, and its
// first sign-in can only choose another; expired: nobody did so in time.
enum class PasswordState : std::uint8_t { none, chosen, one_time, expired };

[[nodiscard]] std::string_view to_string(PasswordState state) noexcept;
[[nodiscard]] std::optional<PasswordState> parse_password_state(std::string_view text) noexcept;

struct User {
    UserId id;
    std::string user_name;
    Role role = Role::customer;
    bool is_disabled = false;
    Timestamp created_at;
    PasswordState password_state = PasswordState::none;
    std::optional<Timestamp> password_expires_at;  // Of a one-time password, expired or not.
};

struct Session {
    SessionId id;
    UserId user_id;
    std::string user_name;
    Role role = Role::customer;
    std::string ip;
    std::string user_agent;
    Timestamp created_at;
    Timestamp expires_at;
    bool is_current = false;  // The session that asked.
};

struct LoginRequest {
    std::string user_name;
    Secret password;
    // From the last login of this device; empty if there was none. None: the client keeps no token.
    std::optional<Secret> device_token;
};

struct Tokens {
    Secret access_token;   // A JWT; for the Authorization header.
    Secret refresh_token;  // Works once, and again within 10 s if its answer was lost.
    std::uint32_t expires_in_s = 0;
    SessionId session_id;
    User user;
    bool may_move_cash = false;  // Deposits and withdrawals are for the user, as the bank has it.
    Secret device_token;         // Of a login whose client keeps one.
};

struct RefreshRequest {
    Secret refresh_token;
};

struct ListSessionsRequest {
    UserId user_id;  // None: the caller's own. Another's needs role admin or auditor.
    PageRequest page;
};

struct RevokeSessionRequest {
    SessionId session_id;
};

struct ChangePasswordRequest {
    Secret current_password;
    Secret new_password;
};

struct AddUserRequest {
    std::string user_name;
    Role role = Role::customer;
    Secret password;  // A one-time password.
};

// Made by the bank, and known to nobody after this answer.
struct OneTimePassword {
    User user;
    Secret password;
};

struct UserById {
    UserId user_id;
};

struct ListUsersRequest {
    std::string name_prefix;  // Empty: all.
    std::optional<Role> role;
    PageRequest page;
};

struct SetUserRoleRequest {
    UserId user_id;
    Role role = Role::customer;
};

struct SetUserDisabledRequest {
    UserId user_id;
    bool is_disabled = false;  // Disabling ends the user's sessions at once.
};

// The token_type of tokens, whose it is to say (see derived()).
[[nodiscard]] void* bearer(void* tokens);

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<User>);
[[nodiscard]] Type const& describe(std::type_identity<Session>);
[[nodiscard]] Type const& describe(std::type_identity<LoginRequest>);
[[nodiscard]] Type const& describe(std::type_identity<Tokens>);
[[nodiscard]] Type const& describe(std::type_identity<RefreshRequest>);
[[nodiscard]] Type const& describe(std::type_identity<ListSessionsRequest>);
[[nodiscard]] Type const& describe(std::type_identity<RevokeSessionRequest>);
[[nodiscard]] Type const& describe(std::type_identity<ChangePasswordRequest>);
[[nodiscard]] Type const& describe(std::type_identity<AddUserRequest>);
[[nodiscard]] Type const& describe(std::type_identity<OneTimePassword>);
[[nodiscard]] Type const& describe(std::type_identity<UserById>);
[[nodiscard]] Type const& describe(std::type_identity<ListUsersRequest>);
[[nodiscard]] Type const& describe(std::type_identity<SetUserRoleRequest>);
[[nodiscard]] Type const& describe(std::type_identity<SetUserDisabledRequest>);

}  // namespace bank::api
