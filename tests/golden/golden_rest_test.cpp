// For each route its request to the core and its answer, for valid and faulty requests, compared
// with expected/rest.txt: codes, fields and values; texts for people may change.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "plugins/rest/routes/dispatcher.hpp"
#include "tests/golden/core_host.hpp"
#include "tests/golden/mutations.hpp"

namespace bank::golden {
namespace {

namespace dom = simdjson::dom;
using rest::Method;
using rest::Response;

struct Row {
    std::string method;
    std::string target;
    std::string body = {};
};

// Every operation of the contract, and each of its forms.
std::vector<Row> rows() {
    std::string const money = R"("amount":{"amount":"5","currency":"EUR"})";
    std::string const rest = R"(,"reference":"rent","pin":"4711"})";
    auto const euros = [](char const* name, int units) {
        return fmt::format(R"("{}":{{"amount":"{}","currency":"EUR"}})", name, units);
    };
    auto const limits = euros("per_transfer", 5) + "," + euros("per_day", 6) + "," +
                        euros("per_week", 7) + "," + euros("per_month", 8);
    return {
        {"POST", "/v1/login", R"({"user_name":"alice","password":"s3cret"})"},
        {"POST", "/v1/refresh", R"({"refresh_token":"r"})"},
        {"POST", "/v1/logout"},
        {"POST", "/v1/web-session", R"({"user_name":"alice","password":"s3cret"})"},
        {"POST", "/v1/web-session/refresh"},
        {"DELETE", "/v1/web-session"},
        {"GET", "/v1/sessions?user_id=9&limit=5&cursor=c"},
        {"DELETE", "/v1/sessions/3"},
        {"GET", "/v1/users/me"},
        {"PUT", "/v1/users/me/password", R"({"current_password":"a","new_password":"b"})"},
        {"GET", "/v1/users?name_prefix=al&role=teller&limit=5&cursor=c"},
        {"POST", "/v1/users", R"({"user_name":"bob","role":"teller","password":"p"})"},
        {"GET", "/v1/users/7"},
        {"PUT", "/v1/users/7/role", R"({"role":"auditor"})"},
        {"PUT", "/v1/users/7/disabled", R"({"is_disabled":true})"},
        {"POST", "/v1/users/7/reset-password"},
        {"POST", "/v1/users/7/erase-subject"},
        {"POST", "/v1/accounts",
         R"({"owner":"alice","name":"n","currency":"EUR",)" + euros("overdraft_limit", 9) +
             R"(,"pin":"4711"})"},
        {"GET", "/v1/accounts?owner=alice&account_no=X&search=s&kind=cash&limit=5&cursor=c"},
        {"GET", "/v1/accounts/12"},
        {"POST", "/v1/accounts/12/lock", R"({"reason":"lost card"})"},
        {"POST", "/v1/accounts/12/unlock", R"({"reason":"found"})"},
        {"POST", "/v1/accounts/12/close"},
        {"PUT", "/v1/accounts/12/overdraft-limit", "{" + euros("overdraft_limit", 5) + "}"},
        {"PUT", "/v1/accounts/12/limits", "{" + limits + "," + euros("minimum_balance", 9) + "}"},
        {"PUT", "/v1/accounts/12/freeze",
         R"({"is_debit_frozen":true,"is_credit_frozen":false,"reason":"court"})"},
        {"PUT", "/v1/accounts/12/freeze", R"({"is_debit_frozen":false,"is_credit_frozen":false})"},
        {"PUT", "/v1/accounts/12/pin", R"({"current_pin":"1","new_pin":"4711"})"},
        {"POST", "/v1/accounts/12/pin-authorization", R"({"pin":"4711"})"},
        {"GET", "/v1/accounts/12/balance?at=2026-01-01T00:00:00Z"},
        {"GET", "/v1/accounts/12/holds?limit=5&cursor=c"},
        {"GET", "/v1/accounts/12/history?from=2026-01-01&until=2026-02-01&limit=5&cursor=c"},
        {"GET", "/v1/role-limits"},
        {"PUT", "/v1/role-limits", R"({"role":"teller","currency":"EUR",)" + limits + "}"},
        {"POST", "/v1/deposits", R"({"account_no":"A",)" + money + rest},
        {"POST", "/v1/withdrawals", R"({"account_no":"A",)" + money + rest},
        {"POST", "/v1/transfers",
         R"({"debit_account_no":"A","credit_account_no":"B",)" + money + rest},
        {"GET", "/v1/transfers/99"},
        {"GET", "/v1/transfers/99/receipt"},
        {"POST", "/v1/transfers/99/reversal", "{" + money + rest},
        {"POST", "/v1/holds",
         R"({"debit_account_no":"A","credit_account_no":"B","expires_in_s":60,)" + money + rest},
        {"GET", "/v1/holds/98"},
        {"POST", "/v1/holds/98/capture", "{" + money + R"(,"reference":"r"})"},
        {"POST", "/v1/holds/98/release", R"({"reference":"r"})"},
        {"POST", "/v1/holds/98/release"},
        {"POST", "/v1/linked-transfers",
         R"({"transfers":[{"debit_account_no":"A","credit_account_no":"B",)" + money + rest +
             R"(,{"kind":"deposit","account_no":"B",)" + money +
             R"(},{"kind":"hold","debit_account_no":"A","credit_account_no":"B",)" + money +
             R"(,"expires_in_s":60},{"kind":"capture","origin_id":"98"},)" +
             R"({"kind":"release","origin_id":"98"},{"kind":"reversal","origin_id":"99"}]})"},
        {"GET",
         "/v1/audit-logs?actor=a&action=login&outcome=ok&ip=192.0.2.1&request_id=r&account_id=4"
         "&from=2026-01-01&until=2026-02-01&after=4&limit=5&cursor=c"},
        {"GET", "/v1/audit/checkpoint"},
        {"GET", "/v1/audit/consistency?older=4&newer=9"},
        {"GET", "/v1/audit/range?first=4&last=9"},
        {"GET", "/v1/audit/keys"},
        {"GET", "/v1/ledger/check"},
        {"GET", "/v1/bank"},
        {"GET", "/v1/system/settings"},
        {"GET", "/v1/system/status"},
        {"GET", "/readyz"},
    };
}

Method method_of(std::string_view word) {
    if (word == "GET") return Method::get;
    if (word == "PUT") return Method::put;
    if (word == "POST") return Method::post;
    return Method::delete_;
}

// A problem without its sentences.
std::string shown_problem(std::string const& body) {
    dom::parser parser;
    dom::element const problem = parser.parse(body);
    std::string text{std::string_view(problem["code"])};
    dom::array errors;
    if (problem["errors"].get(errors) == simdjson::SUCCESS) {
        for (auto const error : errors) {
            for (auto const [place, name] : dom::object(error)) {
                if (place != "message") {
                    text += fmt::format(" {} {}", place, std::string_view(name));
                }
            }
        }
    }
    for (auto const* key : {"retry_after", "refused_index", "transfer", "transfers"}) {
        dom::element value;
        if (problem[key].get(value) == simdjson::SUCCESS) {
            text += fmt::format(" {} {}", key, std::string(simdjson::minify(value)));
        }
    }
    return text;
}

enum class Shown : std::uint8_t { all, faults };

// Of a success, the body too if `which` says so.
std::string shown(Response const& response, Shown which) {
    std::string text = fmt::format("  {}", response.status);
    auto const add = [&](std::string_view name, std::string_view value) {
        if (!value.empty()) text += fmt::format(" {}: {}", name, value);
    };
    add("Location", response.location);
    add("Link", response.link);
    add("Allow", response.allow);
    for (auto const& cookie : response.set_cookies) add("Set-Cookie", cookie);
    if (response.retry_after_s != 0)
        text += fmt::format(" Retry-After: {}", response.retry_after_s);
    if (response.is_replay) text += " replayed";
    if (response.rate) text += fmt::format(" {}", to_string(response.rate->route));
    auto const is_problem = response.content_type == "application/problem+json";
    if (!is_problem) add("Content-Type", response.content_type);
    text += "\n";
    if (response.content().empty() || (!is_problem && which == Shown::faults)) return text;
    return text + "  " + (is_problem ? shown_problem(response.body) : escaped(response.content())) +
           "\n";
}

class GoldenRest : public testing::Test {
protected:
    Response ask(Row const& row) {
        rest::RequestHead head;
        head.method = method_of(row.method);
        auto const question = row.target.find('?');
        path_ = row.target.substr(0, question);
        query_ = question == std::string::npos ? "" : row.target.substr(question + 1);
        head.path = path_;
        head.query = query_;
        head.content_type = "application/json";
        head.authorization = "Bearer token";
        head.idempotency_key = "key-1";
        head.has_idempotency_key = true;
        head.host = "bank.example";
        head.origin = "https://bank.example";
        head.sec_fetch_site = "same-origin";
        head.bankd_client = "web";
        head.cookie = cookie;
        auto const padded = row.body + std::string(rest::body_padding, '\0');
        return dispatcher_.dispatch({.head = head,
                                     .body = std::string_view(padded).substr(0, row.body.size()),
                                     .source_ip = "192.0.2.1",
                                     .id = {},
                                     .id_text = "request-id"});
    }

    // The result of one request. The arguments of `admit` show the route's budget.
    std::string told(Row const& row, Shown which = Shown::faults) {
        auto const response = ask(row);
        std::string asked;
        std::istringstream lines(core_.take_asked());
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with("  asks admit ")) asked += line + "\n";
        }
        return asked + shown(response, which);
    }

    std::string const cookie = "__Secure-bankd-refresh=r";
    StubCore core_;
    CoreHost host_{core_, api::FrontEnd::rest};
    rest::StaticFiles files_;
    rest::OwnNames own_names_{"bank.example", true};
    rest::Dispatcher dispatcher_{host_, files_, own_names_, std::chrono::seconds(10)};
    std::string path_;
    std::string query_;
};

TEST_F(GoldenRest, EveryRouteAsksAndAnswersAsBefore) {
    std::string actual;
    for (auto const& row : rows()) {
        actual += fmt::format("== {} {} {}\n", row.method, row.target, row.body);
        for (auto const sample : {Sample::full, Sample::bare, Sample::declined, Sample::refused}) {
            core_.answer_with(sample);
            actual += told(row, Shown::all);
        }
    }
    EXPECT_EQ(difference_from("rest", actual), "");
}

TEST_F(GoldenRest, EachFaultOfABodyIsToldAsBefore) {
    std::string actual;
    for (auto const& row : rows()) {
        if (row.body.empty()) continue;
        actual += fmt::format("== {} {} {}\n", row.method, row.target, row.body);
        for (auto const& mutation : mutations_of(row.body)) {
            actual += fmt::format("{}:{}\n", mutation.what,
                                  in_one_line(told({row.method, row.target, mutation.text})));
        }
    }
    EXPECT_EQ(difference_from("rest-bodies", actual), "");
}

// Each parameter omitted, empty, repeated, and of another type; and an unknown one.
std::vector<std::string> faulty_queries(std::string const& query) {
    std::vector<std::string> parameters;
    std::istringstream all(query);
    for (std::string one; std::getline(all, one, '&');) parameters.push_back(one);
    auto const joined = [](std::vector<std::string> const& some) {
        std::string text;
        for (auto const& one : some) text += (text.empty() ? "" : "&") + one;
        return text;
    };
    std::vector<std::string> queries{query + "&surprise=1"};
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        auto const name = parameters[i].substr(0, parameters[i].find('=') + 1);
        auto without = parameters;
        without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
        queries.push_back(joined(without));
        queries.push_back(query + "&" + parameters[i]);
        for (auto const* value : {"", "?", "0", "-1", "101", "%zz", "9223372036854775808"}) {
            auto changed = parameters;
            changed[i] = name + value;
            queries.push_back(joined(changed));
        }
    }
    return queries;
}

TEST_F(GoldenRest, EachFaultOfAQueryOrPathIsToldAsBefore) {
    std::string actual;
    for (auto const& row : rows()) {
        auto const question = row.target.find('?');
        auto const path = row.target.substr(0, question);
        if (question != std::string::npos) {
            for (auto const& query : faulty_queries(row.target.substr(question + 1))) {
                auto const target = path + "?" + query;
                actual += fmt::format("{} {}:{}\n", row.method, target,
                                      in_one_line(told({row.method, target, row.body})));
            }
        } else {
            auto const target = path + "?surprise=1";
            actual += fmt::format("{} {}:{}\n", row.method, target,
                                  in_one_line(told({row.method, target, row.body})));
        }
        auto const digit = path.find_first_of("0123456789", 3);
        if (digit == std::string::npos) continue;
        auto const after = path.find('/', digit);
        for (auto const* id : {"0", "x", "-1", "9223372036854775808", "07"}) {
            auto const target =
                path.substr(0, digit) + id + (after == std::string::npos ? "" : path.substr(after));
            actual += fmt::format("{} {}:{}\n", row.method, target,
                                  in_one_line(told({row.method, target, row.body})));
        }
    }
    EXPECT_EQ(difference_from("rest-queries", actual), "");
}

}  // namespace
}  // namespace bank::golden
