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
                (storage::Origin const&, auth::NewSession const&), (override));
    MOCK_METHOD(Status, rehash_password, (UserId, std::string const&, std::string const&),
                (override));
    MOCK_METHOD(Result<auth::SessionRecord>, refresh_session,
                (storage::Origin const&, auth::TokenDigest const&, auth::NewSession const&),
                (override));
    MOCK_METHOD(Result<auth::SessionRecord>, open_local_session,
                (storage::Origin const&, std::uint32_t, auth::NewSession const&), (override));
    MOCK_METHOD(Result<auth::SessionRecord>, find_session, (storage::SessionSecret const&),
                (override));
    MOCK_METHOD(Status, end_session, (storage::Acting const&), (override));
    MOCK_METHOD(Status, revoke_session, (storage::Acting const&, SessionId), (override));
    MOCK_METHOD(Result<api::Page<api::Session>>, list_sessions,
                (storage::Acting const&, api::ListSessionsRequest const&), (override));
    MOCK_METHOD(Result<auth::PasswordRecord>, password_record, (storage::Acting const&),
                (override));
    MOCK_METHOD(Status, change_password, (storage::Acting const&, std::int64_t, std::string const&),
                (override));
    MOCK_METHOD(Result<api::User>, add_user,
                (storage::Acting const&, api::AddUserRequest const&, std::string const&),
                (override));
    MOCK_METHOD(Result<api::Page<api::User>>, list_users,
                (storage::Acting const&, api::ListUsersRequest const&), (override));
    MOCK_METHOD(Result<api::User>, find_user, (storage::Acting const&, UserId), (override));
    MOCK_METHOD(Result<api::User>, set_role,
                (storage::Acting const&, api::SetUserRoleRequest const&), (override));
    MOCK_METHOD(Result<api::User>, set_disabled,
                (storage::Acting const&, api::SetUserDisabledRequest const&), (override));
    MOCK_METHOD(Result<api::User>, reset_password,
                (storage::Acting const&, UserId, std::string const&), (override));
    MOCK_METHOD(Result<api::User>, erase_subject, (storage::Acting const&, UserId), (override));
};

}  // namespace bank::test
