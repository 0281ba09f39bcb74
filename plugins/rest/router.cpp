#include "plugins/rest/router.hpp"

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "plugins/rest/handlers.hpp"
#include "plugins/rest/input.hpp"

namespace bank::rest {
namespace {

using Api = api::BankApi;

constexpr auto get = Method::get;
constexpr auto post = Method::post;
constexpr auto put = Method::put;
constexpr auto del = Method::delete_;
constexpr auto login = api::RouteClass::login;
constexpr auto read = api::RouteClass::read;
constexpr auto write = api::RouteClass::write;
constexpr auto money = api::RouteClass::money;
constexpr auto uncounted = std::nullopt;
constexpr auto none = BodyRule::none;
constexpr auto may = BodyRule::optional;
constexpr auto json = BodyRule::required;
constexpr auto lines = BodyRule::lines;

// A literal path stands before a pattern that would match it too.
// clang-format off
constexpr std::array table{
    Route{post, "/v1/login", login, json, ask<&Api::login>, "login"},
    Route{post, "/v1/refresh", login, json, ask<&Api::refresh>, "refresh"},
    Route{post, "/v1/logout", write, none, ask<&Api::logout>, "logout"},
    Route{post, "/v1/web-session", login, json, handlers::web_login, "web_login"},
    Route{post, "/v1/web-session/refresh", login, none, handlers::web_refresh, "web_refresh"},
    Route{del, "/v1/web-session", write, none, handlers::web_logout, "web_logout"},
    Route{get, "/v1/sessions", read, none, ask<&Api::list_sessions>, "list_sessions"},
    Route{del, "/v1/sessions/{id}", write, none, ask<&Api::revoke_session>, "revoke_session"},

    Route{get, "/v1/users/me", read, none, ask<&Api::who_am_i>, "who_am_i"},
    Route{put, "/v1/users/me/password", write, json, ask<&Api::change_password>, "change_password"},
    Route{get, "/v1/users", read, none, ask<&Api::list_users>, "list_users"},
    Route{post, "/v1/users", write, json, create<&Api::add_user>, "add_user"},
    Route{get, "/v1/users/{id}", read, none, ask<&Api::find_user>, "find_user"},
    Route{put, "/v1/users/{id}/role", write, json, ask<&Api::set_user_role>, "set_user_role"},
    Route{put, "/v1/users/{id}/disabled", write, json, ask<&Api::set_user_disabled>,
          "set_user_disabled"},
    Route{post, "/v1/users/{id}/reset-password", write, may, ask<&Api::reset_password>,
          "reset_password"},
    Route{post, "/v1/users/{id}/erase-subject", write, may, ask<&Api::erase_subject>,
          "erase_subject"},

    Route{post, "/v1/accounts", write, json, create<&Api::open_account>, "open_account"},
    Route{get, "/v1/accounts", read, none, ask<&Api::list_accounts>, "list_accounts"},
    Route{get, "/v1/accounts/{id}", read, none, ask<&Api::find_account>, "find_account"},
    Route{post, "/v1/accounts/{id}/lock", write, json, ask<&Api::lock_account>, "lock_account"},
    Route{post, "/v1/accounts/{id}/unlock", write, json, ask<&Api::unlock_account>,
          "unlock_account"},
    Route{post, "/v1/accounts/{id}/close", write, may, ask<&Api::close_account>, "close_account"},
    Route{put, "/v1/accounts/{id}/overdraft-limit", write, json, ask<&Api::set_overdraft>,
          "set_overdraft"},
    Route{put, "/v1/accounts/{id}/limits", write, json, ask<&Api::set_limits>, "set_limits"},
    Route{put, "/v1/accounts/{id}/freeze", write, json, handlers::freeze_account,
          "freeze_account"},
    Route{put, "/v1/accounts/{id}/pin", write, json, ask<&Api::set_pin>, "set_pin"},
    Route{post, "/v1/accounts/{id}/pin-authorization", write, json, create<&Api::authorize_pin>,
          "authorize_pin"},
    Route{get, "/v1/accounts/{id}/balance", read, none, ask<&Api::balance>, "balance"},
    Route{get, "/v1/accounts/{id}/holds", read, none, ask<&Api::list_holds>, "list_holds"},
    Route{get, "/v1/accounts/{id}/history", read, none, ask<&Api::history>, "history"},
    Route{get, "/v1/role-limits", read, none, handlers::list_role_limits, "list_role_limits"},
    Route{put, "/v1/role-limits", write, json, ask<&Api::set_role_limits>, "set_role_limits"},

    Route{post, "/v1/deposits", money, json, handlers::deposit, "deposit"},
    Route{post, "/v1/withdrawals", money, json, handlers::withdraw, "withdraw"},
    Route{post, "/v1/transfers", money, json, handlers::transfer, "transfer"},
    Route{get, "/v1/transfers/{id}", read, none, ask<&Api::find_transfer>, "find_transfer"},
    Route{get, "/v1/transfers/{id}/receipt", read, none, ask<&Api::receipt>,
          "transfer_receipt"},
    Route{post, "/v1/transfers/{id}/reversal", money, json, handlers::reverse_transfer,
          "reverse_transfer"},
    Route{post, "/v1/holds", money, json, handlers::place_hold, "place_hold"},
    Route{get, "/v1/holds/{id}", read, none, ask<&Api::find_hold>, "find_hold"},
    Route{post, "/v1/holds/{id}/capture", money, json, handlers::capture_hold, "capture_hold"},
    Route{post, "/v1/holds/{id}/release", money, may, handlers::release_hold, "release_hold"},
    Route{post, "/v1/transfer-batches", money, lines, handlers::transfer_batch, "transfer_batch"},
    Route{post, "/v1/linked-transfers", money, json, handlers::link_transfers, "link_transfers"},

    Route{get, "/v1/audit-logs", read, none, ask<&Api::audit>, "list_audit_records"},
    Route{get, "/v1/audit/checkpoint", read, none, handlers::audit_checkpoint, "audit_checkpoint"},
    Route{get, "/v1/audit/consistency", read, none, ask<&Api::prove_growth>,
          "audit_consistency"},
    Route{get, "/v1/audit/range", read, none, ask<&Api::prove_audit>, "audit_range"},
    Route{get, "/v1/audit/keys", read, none, handlers::audit_keys, "audit_keys"},
    Route{get, "/v1/ledger/check", read, none, ask<&Api::check_ledger>, "check_ledger"},
    Route{get, "/v1/bank", read, none, ask<&Api::public_facts>, "public_facts"},
    Route{get, "/v1/system/settings", read, none, ask<&Api::list_settings>, "list_settings"},
    Route{get, "/v1/system/status", read, none, ask<&Api::system_status>, "system_status"},
    Route{get, "/v1/currencies", read, none, handlers::list_currencies, "list_currencies"},

    Route{get, "/healthz", uncounted, none, handlers::liveness, "liveness"},
    Route{get, "/readyz", uncounted, none, handlers::readiness, "readiness"},

    Route{get, "/", uncounted, none, handlers::home, ""},
    Route{get, "/app", uncounted, none, handlers::web_page, ""},
    Route{get, "/app/assets/{name}", uncounted, none, handlers::web_asset, ""},
    Route{get, "/app/{page...}", uncounted, none, handlers::web_page, ""},
    Route{get, "/openapi.json", uncounted, none, handlers::openapi, ""},
    Route{get, "/docs", uncounted, none, handlers::docs_home, ""},
    Route{get, "/docs/", uncounted, none, handlers::docs_home, ""},
    Route{get, "/docs/{name}", uncounted, none, handlers::docs_file, ""},
    Route{get, "/problems", uncounted, none, handlers::list_problems, ""},
    Route{get, "/problems/pages.css", uncounted, none, handlers::problems_style, ""},
    Route{get, "/problems/{name}", uncounted, none, handlers::find_problem, ""},
};
// clang-format on

constexpr bool is_streamed(Route const& route) {
    return route.body == lines;
}
static_assert(std::count_if(table.begin(), table.end(), is_streamed) == 1);

// One segment of a path with its slash.
std::string_view take_segment(std::string_view& path) {
    auto const end = path.find('/', 1);
    auto const segment = path.substr(0, end);
    path.remove_prefix(segment.size());
    return segment;
}

bool matches(std::string_view pattern, std::string_view path, Match& found) {
    while (!pattern.empty() && !path.empty()) {
        auto const expected = take_segment(pattern);
        auto const given = take_segment(path);
        if (expected == "/{id}") {
            auto const id = parse_int64(given.substr(1));
            if (!id || *id < 1) return false;
            found.id = *id;
        } else if (expected == "/{page...}") {
            // Whatever follows: the page finds out what it means.
            return true;
        } else if (expected == "/{name}") {
            if (given.size() < 2) return false;
            found.name = given.substr(1);
        } else if (expected != given) {
            return false;
        }
    }
    return pattern.empty() && path.empty();
}

}  // namespace

std::span<Route const> routes() noexcept {
    return table;
}

std::string_view streamed_path() noexcept {
    return std::find_if(table.begin(), table.end(), is_streamed)->pattern;
}

Match match(Method method, std::string_view path) {
    auto const wanted = method == Method::head ? Method::get : method;
    Match found;
    for (auto const& route : table) {
        if (!matches(route.pattern, path, found)) continue;
        if (route.method == wanted) {
            found.route = &route;
            found.allow.clear();
            return found;
        }
        if (!found.allow.empty()) found.allow += ", ";
        found.allow += to_string(route.method);
        if (route.method == Method::get) found.allow += ", HEAD";
    }
    return found;
}

}  // namespace bank::rest
