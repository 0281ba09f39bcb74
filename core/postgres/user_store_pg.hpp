// Users and sessions on PostgreSQL.
#pragma once
#include "core/auth/user_store.hpp"
#include "core/money/iban.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class UserStorePg final : public auth::UserStore {
public:
    // `pool` must outlive the store. `iban` is the prefix of cash drawers' account numbers.
    UserStorePg(Pool& pool, money::IbanPrefix iban) : pool_(pool), iban_(std::move(iban)) {}

    Result<std::optional<auth::LoginRecord>> login_record(std::string const& user_name) override;
    Result<auth::SessionRecord> open_session(auth::Origin const& origin,
                                             auth::NewSession const& session) override;
    Status rehash_password(UserId user_id, std::string const& old_record,
                           std::string const& new_record) override;
    Result<auth::SessionRecord> refresh_session(auth::Origin const& origin,
                                                auth::TokenDigest const& old_digest,
                                                auth::NewSession const& renewed) override;
    Result<auth::SessionRecord> open_local_session(auth::Origin const& origin, std::uint32_t uid,
                                                   auth::NewSession const& session) override;
    Result<auth::SessionRecord> find_session(auth::SessionSecret const& secret) override;

    Status end_session(auth::Acting const& acting) override;
    Status revoke_session(auth::Acting const& acting, SessionId id) override;
    Result<api::Page<api::Session>> list_sessions(auth::Acting const& acting,
                                                  api::ListSessionsRequest const& request) override;
    Result<auth::PasswordRecord> password_record(auth::Acting const& acting) override;
    Status change_password(auth::Acting const& acting, std::int64_t version,
                           std::string const& new_hash) override;

    Result<api::User> add_user(auth::Acting const& acting, api::AddUserRequest const& request,
                               std::string const& password_hash) override;
    Result<api::Page<api::User>> list_users(auth::Acting const& acting,
                                            api::ListUsersRequest const& request) override;
    Result<api::User> find_user(auth::Acting const& acting, UserId id) override;
    Result<api::User> set_role(auth::Acting const& acting,
                               api::SetUserRoleRequest const& request) override;
    Result<api::User> set_disabled(auth::Acting const& acting,
                                   api::SetUserDisabledRequest const& request) override;
    Result<api::User> reset_password(auth::Acting const& acting, UserId id,
                                     std::string const& password_hash) override;
    Result<api::User> erase_subject(auth::Acting const& acting, UserId id) override;

private:
    // Appends the cash drawers that a teller or admin may need: currencies, ids, account numbers.
    Status add_drawers(Parameters& parameters, api::Role role);
    // Runs a statement as the daemon's own role that changes data and returns a
    // bank.session_answer.
    Result<auth::SessionRecord> session_by(Statement const& statement,
                                           Parameters const& parameters);
    // The same for a statement that returns only a status word.
    Status status_by(Statement const& statement, Parameters const& parameters);

    Pool& pool_;
    money::IbanPrefix iban_;
};

}  // namespace bank::postgres
