#include "plugins/rest/routes/router.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "core/base/text.hpp"
#include "core/operations/list.hpp"
#include "plugins/rest/routes/handlers.hpp"
#include "plugins/rest/routes/input.hpp"

namespace bank::rest {
namespace {

namespace op = operations;

constexpr auto get = Method::get;
constexpr auto post = Method::post;
constexpr auto del = Method::delete_;
constexpr auto login = op::Budget::login;
constexpr auto read = op::Budget::read;
constexpr auto write = op::Budget::write;
constexpr auto money = op::Budget::money;
constexpr auto uncounted = std::nullopt;
constexpr auto none = BodyRule::none;
constexpr auto may = BodyRule::optional;
constexpr auto json = BodyRule::required;
constexpr auto lines = BodyRule::lines;

template <typename Op>
Response run(Call const& call) {
    return run_operation(call, op::operation<Op>);
}

Method method_of(op::Method method) {
    switch (method) {
    case op::Method::get: return Method::get;
    case op::Method::post: return Method::post;
    case op::Method::put: return Method::put;
    case op::Method::del: return Method::delete_;
    }
    BANK_UNREACHABLE();
}

// Many clients send an empty object where there is nothing to say.
BodyRule body_rule(op::Operation const& operation) {
    auto const method = operation.facts.route.method;
    if (method == op::Method::get || method == op::Method::del) return none;
    auto const fields = operation.input().fields;
    auto const is_in_body = [](api::Field const& field) { return !field.is_in_path; };
    return std::any_of(fields.begin(), fields.end(), is_in_body) ? json : may;
}

// As the facts of the operation say.
Route route_of(op::Operation const& operation, Response (*handler)(Call const&)) {
    auto const& facts = operation.facts;
    return {method_of(facts.route.method), facts.route.path, facts.budget,
            body_rule(operation),          handler,          facts.name};
}

template <typename Op>
Route route(Response (*handler)(Call const&)) {
    return route_of(op::operation<Op>, handler);
}

// More than one operation's input and output, or no operation of the core.
std::vector<Route> special_routes() {
    return {
        {post, "/v1/web-session", login, json, handlers::web_login, "web_login"},
        {post, "/v1/web-session/refresh", login, none, handlers::web_refresh, "web_refresh"},
        {del, "/v1/web-session", write, none, handlers::web_logout, "web_logout"},

        route<op::FreezeAccount>(handlers::freeze_account),
        route<op::ListRoleLimits>(handlers::list_role_limits),
        {post, "/v1/deposits", money, json, handlers::deposit, "deposit"},
        {post, "/v1/withdrawals", money, json, handlers::withdraw, "withdraw"},
        {post, "/v1/transfers", money, json, handlers::transfer, "transfer"},
        {post, "/v1/transfers/{id}/reversal", money, json, handlers::reverse_transfer,
         "reverse_transfer"},
        {post, "/v1/holds", money, json, handlers::place_hold, "place_hold"},
        {post, "/v1/holds/{id}/capture", money, json, handlers::capture_hold, "capture_hold"},
        {post, "/v1/holds/{id}/release", money, may, handlers::release_hold, "release_hold"},
        {post, "/v1/transfer-batches", money, lines, handlers::transfer_batch, "transfer_batch"},
        {post, "/v1/linked-transfers", money, json, handlers::link_transfers, "link_transfers"},

        route<op::AuditCheckpoint>(handlers::audit_checkpoint),
        route<op::AuditKeys>(handlers::audit_keys),
        {get, "/v1/currencies", uncounted, none, handlers::list_currencies, "list_currencies"},
        {get, "/healthz", uncounted, none, handlers::liveness, "liveness"},
        {get, "/readyz", uncounted, none, handlers::readiness, "readiness"},

        {get, "/", uncounted, none, handlers::home, ""},
        {get, "/app", uncounted, none, handlers::web_page, ""},
        {get, "/app/assets/{name}", uncounted, none, handlers::web_asset, ""},
        {get, "/app/{page...}", uncounted, none, handlers::web_page, ""},
        {get, "/openapi.json", uncounted, none, handlers::openapi, ""},
        {get, "/docs", uncounted, none, handlers::docs_home, ""},
        {get, "/docs/", uncounted, none, handlers::docs_home, ""},
        {get, "/docs/{name}", uncounted, none, handlers::docs_file, ""},
        {get, "/problems", uncounted, none, handlers::list_problems, ""},
        {get, "/problems/pages.css", uncounted, none, handlers::problems_style, ""},
        {get, "/problems/{name}", uncounted, none, handlers::find_problem, ""},
    };
}

template <typename Op>
void add_route(std::vector<Route>& table) {
    auto const is_special = [](Route const& route) { return route.operation_id == Op::facts.name; };
    if (Op::facts.route.path.empty() || std::any_of(table.begin(), table.end(), is_special)) return;
    table.push_back(route<Op>(run<Op>));
}

template <typename... Op>
void add_routes(std::vector<Route>& table, op::List<Op...>) {
    (add_route<Op>(table), ...);
}

std::vector<Route> const& table() {
    static std::vector<Route> const table = [] {
        auto routes = special_routes();
        add_routes(routes, op::All{});
        // A literal path before a pattern that would match it too: '{' comes after all that a
        // literal has.
        std::sort(routes.begin(), routes.end(), [](Route const& one, Route const& other) {
            return std::tie(one.pattern, one.method) < std::tie(other.pattern, other.method);
        });
        return routes;
    }();
    return table;
}

bool is_streamed(Route const& route) {
    return route.body == lines;
}

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
    return table();
}

std::string_view streamed_path() noexcept {
    auto const found = std::find_if(table().begin(), table().end(), is_streamed);
    BANK_CHECK(found != table().end());
    return found->pattern;
}

Match match(Method method, std::string_view path) {
    auto const wanted = method == Method::head ? Method::get : method;
    Match found;
    for (auto const& route : table()) {
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
