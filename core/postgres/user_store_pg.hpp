// Users and sessions on PostgreSQL.
#pragma once
#include "core/access/user_store.hpp"
#include "core/money/iban.hpp"
#include "core/postgres/client/pool.hpp"
#include "core/postgres/client/transaction.hpp"

namespace bank::postgres {

class UserStorePg final : public access::UserStore {
public:
    // `pool` must outlive the store. `iban` is the prefix of cash drawers' account numbers.
    UserStorePg(Pool& pool, money::IbanPrefix iban) : pool_(pool), iban_(std::move(iban)) {}

    Result<std::optional<access::LoginRecord>> login_record(std::string const& user_name) override;
    Result<access::SessionRecord> open_session(access::Source const& source,
                                               access::NewSession const& session) override;
    Result<std::optional<std::int64_t>> rehash_password(access::Source const& source,
                                                        UserId user_id, std::int64_t verified,
                                                        std::string const& record) override;
    Result<access::SessionRecord> refresh_session(access::Source const& source,
                                                  access::TokenDigest const& old_digest,
                                                  access::NewSession const& renewed) override;
    Result<access::SessionRecord> open_local_session(access::Source const& source,
                                                     std::uint32_t uid,
                                                     access::NewSession const& session) override;
    Result<access::SessionRecord> find_session(access::SessionSecret const& secret) override;

    Status end_session(access::Acting const& acting) override;
    Status revoke_session(access::Acting const& acting, SessionId id) override;
    Result<api::Page<api::Session>> list_sessions(access::Acting const& acting,
                                                  api::ListSessionsRequest const& request) override;
    Result<access::PasswordRecord> password_record(access::Acting const& acting) override;
    Status change_password(access::Acting const& acting, std::int64_t version,
                           std::string const& new_hash) override;

    Result<UserId> draw_user_id() override;
    Result<api::User> add_user(access::Acting const& acting, access::NewUser const& user) override;
    Result<api::Page<api::User>> list_users(access::Acting const& acting,
                                            api::ListUsersRequest const& request) override;
    Result<api::User> find_user(access::Acting const& acting, UserId id) override;
    Result<api::User> set_role(access::Acting const& acting, api::SetUserRoleRequest const& request,
                               access::Mac const& role_mac) override;
    Result<api::User> set_disabled(access::Acting const& acting,
                                   api::SetUserDisabledRequest const& request) override;
    Result<api::User> reset_password(access::Acting const& acting, UserId id,
                                     std::string const& password_hash) override;
    Result<api::User> erase_subject(access::Acting const& acting, UserId id) override;
    Result<access::UnboundCredentials> unbound_credentials() override;
    Status bind_credentials(access::Source const& source,
                            access::BoundCredentials const& bound) override;

private:
    // Appends the cash drawers that a teller or admin may need: currencies, ids, account numbers.
    Status add_drawers(Parameters& parameters, api::Role role);
    // Runs a statement as the daemon's own role that changes data and returns a
    // bank.session_answer.
    Result<access::SessionRecord> session_by(Statement const& statement,
                                             Parameters const& parameters, Records expected);
    // The same for a statement that returns only a status word.
    Status status_by(Statement const& statement, Parameters const& parameters);

    Pool& pool_;
    money::IbanPrefix iban_;
};

}  // namespace bank::postgres
