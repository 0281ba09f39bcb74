#include "core/postgres/client/acting_call.hpp"

#include <fmt/format.h>

#include <optional>

#include "core/base/bounds.hpp"
#include "core/base/log.hpp"
#include "core/postgres/client/statements.hpp"

namespace bank::postgres {

void record_if_denied(Pool& pool, access::Acting const& acting, audit::Action action,
                      Error const& error) {
    // The status permission_denied has no detail and is already recorded; the server's error has
    // one.
    if (error.code != Code::permission_denied || error.detail.empty()) return;
    auto parameters = Parameters::caller(acting);
    parameters.add(audit::facts(action).word).add(word(Code::permission_denied)).add("{}");
    auto const recorded = act_alone(pool, record_event_statement, parameters, one_record);
    if (!recorded) log::error("postgres", "cannot record a refusal: {}", recorded.error().detail);
}

namespace {

Result<Rows> act(Pool& pool, access::Acting const& acting, Statement const& statement,
                 Parameters const& parameters, Statement const* reading, Records expected) {
    auto transaction = Transaction::begin_as(pool, acting);
    if (!transaction) return std::move(transaction).error();
    auto rows = transaction->run(statement, parameters);
    if (!rows) return rows;
    auto row = (*rows)[0];
    auto const status = status_of(row.text());
    if (status && reading != nullptr) {
        Parameters key;
        key.add(row.integer());
        auto read = transaction->run(*reading, key);
        if (!read) return read;
        rows = std::move(read);
    }
    auto committed = transaction->commit(expected);
    if (!committed) return std::move(committed).error();
    if (!status) return status.error();
    return rows;
}

}  // namespace

Status status_of(std::string const& word) {
    if (word == "ok") return Done{};
    auto const code = code_of(word);
    if (!code) return Error{Code::internal_error, "unknown status word " + word};
    return *code;
}

Result<Rows> act(Pool& pool, access::Acting const& acting, audit::Action action,
                 Statement const& statement, Parameters const& parameters, Records expected) {
    auto rows = act(pool, acting, statement, parameters, nullptr, expected);
    if (!rows) record_if_denied(pool, acting, action, rows.error());
    return rows;
}

Result<Rows> act_and_read(Pool& pool, access::Acting const& acting, audit::Action action,
                          Statement const& statement, Parameters const& parameters,
                          Statement const& reading) {
    auto rows = act(pool, acting, statement, parameters, &reading, one_record);
    if (!rows) record_if_denied(pool, acting, action, rows.error());
    return rows;
}

Result<Rows> read_as(Pool& pool, access::Acting const& acting, Statement const& statement,
                     Parameters const& parameters) {
    auto transaction = Transaction::enter(pool, acting);
    if (!transaction) return std::move(transaction).error();
    auto rows = transaction->run(statement, parameters);
    if (!rows) return rows;
    // Read-only: a lost reply to COMMIT does no harm.
    static_cast<void>(transaction->commit());
    return rows;
}

Result<std::int64_t> first_key(api::PageRequest const& page, api::List list, std::int64_t first) {
    if (page.limit < 1 || page.limit > bounds::page_limit_max) {
        return Error{.code = Code::invalid_field,
                     .field = "limit",
                     .message = fmt::format("Must be from 1 to {}.", bounds::page_limit_max)};
    }
    if (page.cursor.empty()) return first;
    if (auto const key = api::read_cursor(list, page.cursor)) return *key;
    Error error{Code::invalid_field};
    error.field = "cursor";
    error.message = "Not a cursor returned by an earlier page.";
    return error;
}

}  // namespace bank::postgres
