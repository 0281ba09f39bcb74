#include <fmt/format.h>

#include "core/base/bounds.hpp"
#include "plugins/rest/handlers.hpp"

namespace bank::rest::handlers {

Response who_am_i(Call const& call) {
    return answer_with(call, call.bank.who_am_i(call.caller), to_json<api::User>);
}

Response change_password(Call const& call) {
    api::ChangePasswordRequest request;
    BodyReader body(call.body);
    body.secret("current_password", request.current_password,
                {.size_max = bounds::password_size_max});
    // Whether it is strong enough is for the core to say.
    body.secret("new_password", request.new_password, {.size_max = bounds::password_size_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_status(call, call.bank.change_password(call.caller, request));
}

Response list_users(Call const& call) {
    api::ListUsersRequest request;
    QueryReader query(call.head.query);
    query.text("name_prefix", request.name_prefix, bounds::user_name_size_max);
    query.word("role", request.role, api::parse_role);
    query.page(request.page);
    if (auto const problem = query.finish()) return answer(call, *problem);
    return answer_page(call, call.bank.list_users(call.caller, request),
                       [](JsonWriter& json, api::User const& user) { print(json, user); });
}

Response add_user(Call const& call) {
    api::AddUserRequest request;
    BodyReader body(call.body);
    body.text("user_name", request.user_name,
              {.size_min = bounds::user_name_size_min, .size_max = bounds::user_name_size_max});
    body.word("role", request.role, api::parse_role, Presence::required);
    body.secret("password", request.password, {.size_max = bounds::password_size_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    auto const user = call.bank.add_user(call.caller, request);
    if (!user.ok()) return answer(call, user.error());
    return answer_created(to_json(*user), fmt::format("/v1/users/{}", user->id.value));
}

Response find_user(Call const& call) {
    return answer_with(call, call.bank.find_user(call.caller, UserId{call.id}), to_json<api::User>);
}

Response set_user_role(Call const& call) {
    api::SetUserRoleRequest request{.user_id = UserId{call.id}};
    BodyReader body(call.body);
    body.word("role", request.role, api::parse_role, Presence::required);
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_with(call, call.bank.set_user_role(call.caller, request), to_json<api::User>);
}

Response set_user_disabled(Call const& call) {
    api::SetUserDisabledRequest request{.user_id = UserId{call.id}};
    BodyReader body(call.body);
    body.boolean("is_disabled", request.is_disabled);
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_with(call, call.bank.set_user_disabled(call.caller, request), to_json<api::User>);
}

Response reset_password(Call const& call) {
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    auto response = answer_with(call, call.bank.reset_password(call.caller, UserId{call.id}),
                                to_json<api::OneTimePassword>);
    response.holds_secret = true;
    return response;
}

Response erase_subject(Call const& call) {
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    return answer_with(call, call.bank.erase_subject(call.caller, UserId{call.id}),
                       to_json<api::User>);
}

}  // namespace bank::rest::handlers
