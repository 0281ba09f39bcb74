// A user store controlled by the test.
#pragma once
#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "core/access/user_store.hpp"

namespace bank::test {

class MockUserStore : public access::UserStore {
public:
    MOCK_METHOD(Result<std::optional<access::LoginRecord>>, login_record, (std::string const&),
                (override));
    MOCK_METHOD(Result<access::SessionRecord>, open_session,
                (access::Source const&, access::NewSession const&), (override));
    MOCK_METHOD(Result<std::optional<std::int64_t>>, rehash_password,
                (access::Source const&, UserId, std::int64_t, std::string const&), (override));
    MOCK_METHOD(Result<access::SessionRecord>, refresh_session,
                (access::Source const&, access::TokenDigest const&, access::NewSession const&),
                (override));
    MOCK_METHOD(Result<access::SessionRecord>, open_local_session,
                (access::Source const&, std::uint32_t, access::NewSession const&), (override));
    MOCK_METHOD(Result<access::SessionRecord>, find_session, (access::SessionSecret const&),
                (override));
    MOCK_METHOD(Status, end_session, (access::Acting const&), (override));
    MOCK_METHOD(Status, revoke_session, (access::Acting const&, SessionId), (override));
    MOCK_METHOD(Result<api::Page<api::Session>>, list_sessions,
                (access::Acting const&, api::ListSessionsRequest const&), (override));
    MOCK_METHOD(Result<access::PasswordRecord>, password_record, (access::Acting const&),
                (override));
    MOCK_METHOD(Status, change_password, (access::Acting const&, std::int64_t, std::string const&),
                (override));
    MOCK_METHOD(Result<UserId>, draw_user_id, (), (override));
    MOCK_METHOD(Result<api::User>, add_user, (access::Acting const&, access::NewUser const&),
                (override));
    MOCK_METHOD(Result<api::Page<api::User>>, list_users,
                (access::Acting const&, api::ListUsersRequest const&), (override));
    MOCK_METHOD(Result<api::User>, find_user, (access::Acting const&, UserId), (override));
    MOCK_METHOD(Result<api::User>, set_role,
                (access::Acting const&, api::SetUserRoleRequest const&, access::Mac const&),
                (override));
    MOCK_METHOD(Result<api::User>, set_disabled,
                (access::Acting const&, api::SetUserDisabledRequest const&), (override));
    MOCK_METHOD(Result<api::User>, reset_password,
                (access::Acting const&, UserId, std::string const&), (override));
    MOCK_METHOD(Result<api::User>, erase_subject, (access::Acting const&, UserId), (override));
    MOCK_METHOD(Result<access::UnboundCredentials>, unbound_credentials, (), (override));
    MOCK_METHOD(Status, bind_credentials, (access::Source const&, access::BoundCredentials const&),
                (override));
};

}  // namespace bank::test
