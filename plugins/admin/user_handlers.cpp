// Users and their sessions.
#include <fmt/format.h>

#include <utility>

#include "core/operations/sessions.hpp"
#include "core/operations/users.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/operation.hpp"

namespace bank::admin {
namespace {

constexpr int name_pages_max = 100;

// BankApi names users by id; people do not.
Result<api::User> find_user(Context const& context, std::string const& name) {
    api::ListUsersRequest request;
    request.name_prefix = name;
    request.page.limit = bounds::page_limit_max;
    for (int i = 0; i < name_pages_max; ++i) {
        auto const page = context.bank.ask<operations::ListUsers>(context.caller, request);
        if (!page) return page.error();
        for (auto const& user : page->items) {
            if (user.user_name == name) return user;
        }
        if (page->next_cursor.empty()) break;
        request.page.cursor = page->next_cursor;
    }
    return Error{.code = Code::user_not_found, .field = "/arguments/user_name"};
}

Result<std::string> set_disabled(Context const& context, wire::Arguments const& arguments,
                                 bool is_disabled) {
    auto const id = find_user_id(context, arguments.text("user_name"));
    if (!id) return id.error();
    return ask_for_json<operations::SetUserDisabled>(context,
                                                     {.user_id = *id, .is_disabled = is_disabled});
}

}  // namespace

Result<UserId> find_user_id(Context const& context, std::string const& name) {
    auto const user = find_user(context, name);
    if (!user) return user.error();
    return user->id;
}

Error invalid_argument(std::string_view name, std::string message) {
    return {.code = Code::invalid_field,
            .field = fmt::format("/arguments/{}", name),
            .message = std::move(message)};
}

api::PageRequest page_of(wire::Arguments const& arguments) {
    api::PageRequest page;
    if (auto const limit = arguments.integer("limit"))
        page.limit = static_cast<std::uint32_t>(*limit);
    page.cursor = arguments.text("cursor");
    return page;
}

Result<std::string> user_disable(Context const& context, wire::Arguments const& arguments) {
    return set_disabled(context, arguments, true);
}

Result<std::string> user_enable(Context const& context, wire::Arguments const& arguments) {
    return set_disabled(context, arguments, false);
}

Result<std::string> session_revoke(Context const& context, wire::Arguments const& arguments) {
    SessionId const id{*arguments.integer("session_id")};
    auto const revoked =
        context.bank.ask<operations::RevokeSession>(context.caller, {.session_id = id});
    if (!revoked) return revoked.error();
    JsonWriter json;
    json.begin_object().key("id");
    codec::write_json(json, id);
    json.key("is_revoked").boolean(true).end_object();
    return std::move(json).take();
}

}  // namespace bank::admin
