// A user store controlled by the test.
#pragma once
#include <gmock/gmock.h>

#include <optional>
#include <string>

#include "core/auth/user_store.hpp"

namespace bank::test {

class MockUserStore : public auth::UserStore {
public:
    MOCK_METHOD(Result<std::optional<auth::LoginRecord>>, login_record, (std::string const&),
                (override));
    MOCK_METHOD(Result<auth::SessionRecord>, open_session,
                (auth::Origin const&, auth::NewSession const&), (override));
    MOCK_METHOD(Status, rehash_password, (UserId, std::string const&, std::string const&),
                (override));
    MOCK_METHOD(Result<auth::SessionRecord>, refresh_session,
                (auth::Origin const&, auth::TokenDigest const&, auth::NewSession const&),
                (override));
    MOCK_METHOD(Result<auth::SessionRecord>, open_local_session,
                (auth::Origin const&, std::uint32_t, auth::NewSession const&), (override));
    MOCK_METHOD(Result<auth::SessionRecord>, find_session, (auth::SessionSecret const&),
                (override));
    MOCK_METHOD(Status, end_session, (auth::Acting const&), (override));
    MOCK_METHOD(Status, revoke_session, (auth::Acting const&, SessionId), (override));
    MOCK_METHOD(Result<api::Page<api::Session>>, list_sessions,
                (auth::Acting const&, api::ListSessionsRequest const&), (override));
    MOCK_METHOD(Result<auth::PasswordRecord>, password_record, (auth::Acting const&), (override));
    MOCK_METHOD(Status, change_password, (auth::Acting const&, std::int64_t, std::string const&),
                (override));
    MOCK_METHOD(Result<api::User>, add_user,
                (auth::Acting const&, api::AddUserRequest const&, std::string const&), (override));
    MOCK_METHOD(Result<api::Page<api::User>>, list_users,
                (auth::Acting const&, api::ListUsersRequest const&), (override));
    MOCK_METHOD(Result<api::User>, find_user, (auth::Acting const&, UserId), (override));
    MOCK_METHOD(Result<api::User>, set_role, (auth::Acting const&, api::SetUserRoleRequest const&),
                (override));
    MOCK_METHOD(Result<api::User>, set_disabled,
                (auth::Acting const&, api::SetUserDisabledRequest const&), (override));
    MOCK_METHOD(Result<api::User>, reset_password,
                (auth::Acting const&, UserId, std::string const&), (override));
    MOCK_METHOD(Result<api::User>, erase_subject, (auth::Acting const&, UserId), (override));
};

}  // namespace bank::test
