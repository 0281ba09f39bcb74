#include "core/postgres/client/connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/base/text.hpp"
#include "core/postgres/client/sqlstate.hpp"

namespace bank::postgres {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// The server ends a statement first; waiting longer means that the server itself is stuck.
constexpr std::chrono::milliseconds patience_margin{2000};

std::string field(PGresult const* result, int which) {
    auto const* text = PQresultErrorField(result, which);
    return text == nullptr ? std::string{} : std::string{text};
}

// Log lines are one line each.
Error away(std::string detail) {
    std::replace(detail.begin(), detail.end(), '\n', ' ');
    Error error{Code::storage_unavailable, std::move(detail)};
    error.retry_after_s = 1;
    return error;
}

// The texts go to the log's detail only: they may show user data.
Error error_of(PGresult const* result, std::string const& sqlstate) {
    Error error{code_of_sqlstate(sqlstate)};
    error.detail = fmt::format("SQLSTATE {}: {}", sqlstate, field(result, PG_DIAG_MESSAGE_PRIMARY));
    auto const constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    if (!constraint.empty()) error.detail += fmt::format(" (constraint {})", constraint);
    if (is_transient(error.code)) error.retry_after_s = 1;
    return error;
}

}  // namespace

struct Connection::Libpq {
    PGconn* handle = nullptr;
    std::unordered_set<std::string> prepared;

    Libpq() = default;
    ~Libpq() { PQfinish(handle); }
    Libpq(Libpq const&) = delete;
    Libpq& operator=(Libpq const&) = delete;

    // Waits until the socket is readable (or writable, if asked), or false at the deadline.
    bool wait(bool for_writing, SteadyTime deadline) const {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) return false;
        auto const events = static_cast<short>(for_writing ? POLLIN | POLLOUT : POLLIN);
        pollfd place{PQsocket(handle), events, 0};
        return ::poll(&place, 1, static_cast<int>(left.count()) + 1) >= 0;
    }

    bool flush(SteadyTime deadline) const {
        while (true) {
            auto const state = PQflush(handle);
            if (state == 0) return true;
            if (state < 0 || !wait(true, deadline)) return false;
            // Reading meanwhile: a server that cannot send does not read either.
            if (PQconsumeInput(handle) == 0) return false;
        }
    }

    // The next result, or nothing: then `is_ok` tells the end of a call from a lost connection.
    PGresult* next(SteadyTime deadline, bool& is_ok) const {
        is_ok = true;
        while (PQisBusy(handle) != 0) {
            if (!wait(false, deadline)) {
                is_ok = false;
                return nullptr;
            }
            if (PQconsumeInput(handle) == 0) break;  // libpq hands out the error as a result.
        }
        return PQgetResult(handle);
    }

    bool send(Call const& call) const {
        auto const pointers = call.parameters->pointers();
        auto const* const values = pointers.empty() ? nullptr : pointers.data();
        if (*call.statement->name == '\0') {
            return PQsendQueryParams(handle, call.statement->sql, call.parameters->count(), nullptr,
                                     values, nullptr, nullptr, 0) == 1;
        }
        if (!prepared.contains(call.statement->name) &&
            PQsendPrepare(handle, call.statement->name, call.statement->sql, 0, nullptr) != 1) {
            return false;
        }
        return PQsendQueryPrepared(handle, call.statement->name, call.parameters->count(), values,
                                   nullptr, nullptr, 0) == 1;
    }

    std::string last_words() const { return PQerrorMessage(handle); }
};

Connection::Connection(std::unique_ptr<Libpq> libpq) : libpq_(std::move(libpq)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(ConnectionSettings const& settings) {
    auto const timeout_s =
        std::to_string(std::chrono::ceil<std::chrono::seconds>(settings.connect_timeout).count());
    auto const silence_ms = std::to_string(settings.statement_timeout.count());
    auto const options = fmt::format(
        "-c statement_timeout={0} -c lock_timeout={0} -c idle_in_transaction_session_timeout={1}"
        " -c search_path=pg_catalog -c timezone=UTC -c datestyle=ISO -c bytea_output=hex"
        " -c default_transaction_isolation=read\\ committed",
        settings.statement_timeout.count(), 3 * settings.statement_timeout.count());
    // Later ones win: the administrator's text over our defaults, our options over that.
    std::array const keywords{"connect_timeout",
                              "tcp_user_timeout",
                              "keepalives_idle",
                              "application_name",
                              "dbname",
                              "options",
                              static_cast<char const*>(nullptr)};
    std::array const values{timeout_s.c_str(),
                            silence_ms.c_str(),
                            "10",
                            "bankd",
                            settings.connection.c_str(),
                            options.c_str(),
                            static_cast<char const*>(nullptr)};
    auto libpq = std::make_unique<Libpq>();
    libpq->handle = PQconnectdbParams(keywords.data(), values.data(), 1);
    if (PQstatus(libpq->handle) != CONNECTION_OK) return away(libpq->last_words());
    PQsetnonblocking(libpq->handle, 1);
    // Notices would go to stderr.
    PQsetNoticeReceiver(
        libpq->handle, [](void*, PGresult const*) {}, nullptr);
    auto connection = std::unique_ptr<Connection>(new Connection(std::move(libpq)));
    connection->is_disk_full_ = settings.is_disk_full;
    connection->set_patience(settings.statement_timeout + patience_margin);
    return connection;
}

PipelineOutcome Connection::pipeline(std::span<Call const> calls) {
    PipelineOutcome outcome;
    auto const deadline = std::chrono::steady_clock::now() + patience_;
    auto const lose = [&]() -> PipelineOutcome&& {
        is_lost_ = true;
        outcome.is_lost = true;
        outcome.is_timeout = std::chrono::steady_clock::now() >= deadline;
        if (!outcome.error) outcome.error = away("connection lost: " + libpq_->last_words());
        return std::move(outcome);
    };
    if (is_lost_ || PQenterPipelineMode(libpq_->handle) != 1) return lose();

    // Which results will come: of a statement's first use one for its preparation, too.
    std::vector<std::pair<Call const*, bool>> expected;
    for (auto const& call : calls) {
        std::string const name = call.statement->name;
        if (!name.empty() && !libpq_->prepared.contains(name)) expected.emplace_back(&call, true);
        expected.emplace_back(&call, false);
        if (!libpq_->send(call)) return lose();
    }
    if (PQpipelineSync(libpq_->handle) != 1 || !libpq_->flush(deadline)) {
        // The server may have said why before it hung up: read on.
        if (PQsocket(libpq_->handle) < 0) return lose();
    }
    for (auto const& [call, is_preparation] : expected) {
        auto is_ok = false;
        while (auto* const raw = libpq_->next(deadline, is_ok)) {
            Rows rows(raw);
            auto const state = PQresultStatus(raw);
            if (state == PGRES_COMMAND_OK || state == PGRES_TUPLES_OK) {
                if (is_preparation) {
                    libpq_->prepared.insert(call->statement->name);
                } else {
                    outcome.rows.push_back(std::move(rows));
                }
            } else if (!outcome.error && state != PGRES_PIPELINE_ABORTED) {
                outcome.sqlstate = field(raw, PG_DIAG_SQLSTATE);
                outcome.constraint = field(raw, PG_DIAG_CONSTRAINT_NAME);
                outcome.error = error_of(raw, outcome.sqlstate);
                if (outcome.error->code == Code::storage_full && is_disk_full_ != nullptr) {
                    *is_disk_full_ = true;
                }
            }
            if (PQstatus(libpq_->handle) != CONNECTION_OK) return lose();
        }
        if (!is_ok || PQstatus(libpq_->handle) != CONNECTION_OK) return lose();
    }
    auto is_ok = false;
    Rows const sync(libpq_->next(deadline, is_ok));
    if (!is_ok || PQexitPipelineMode(libpq_->handle) != 1) return lose();
    was_used_ = true;
    return outcome;
}

Result<Rows> Connection::run(Statement const& statement, Parameters const& parameters) {
    Call const call{&statement, &parameters};
    auto outcome = pipeline({&call, 1});
    if (outcome.error) return *std::move(outcome.error);
    return std::move(outcome.rows.front());
}

Status Connection::run_script(std::string const& sql) {
    if (is_lost_ || PQsetnonblocking(libpq_->handle, 0) != 0) return away("connection lost");
    Rows const rows(PQexec(libpq_->handle, sql.c_str()));
    PQsetnonblocking(libpq_->handle, 1);
    auto const* const result = rows.raw();
    auto const state = PQresultStatus(result);
    if (state == PGRES_COMMAND_OK || state == PGRES_TUPLES_OK || state == PGRES_EMPTY_QUERY)
        return Done{};
    is_lost_ = PQstatus(libpq_->handle) != CONNECTION_OK;
    auto error = error_of(result, field(result, PG_DIAG_SQLSTATE));
    if (auto const place = parse_int64(field(result, PG_DIAG_STATEMENT_POSITION))) {
        auto const before = std::string_view{sql}.substr(0, static_cast<std::size_t>(*place));
        error.detail +=
            fmt::format(" (line {})", 1 + std::count(before.begin(), before.end(), '\n'));
    }
    return error;
}

bool Connection::is_idle() {
    if (is_lost_) return false;
    // The server's farewell, or the end of the stream, makes an idle socket readable.
    pollfd place{PQsocket(libpq_->handle), POLLIN, 0};
    if (::poll(&place, 1, 0) > 0) {
        PQconsumeInput(libpq_->handle);
        // A first look takes in the farewell alone; the second finds the end behind it.
        if (::poll(&place, 1, 0) > 0) PQconsumeInput(libpq_->handle);
        is_lost_ = PQstatus(libpq_->handle) != CONNECTION_OK;
    }
    return !is_lost_ && PQtransactionStatus(libpq_->handle) == PQTRANS_IDLE;
}

bool Connection::take_notifications() {
    bool is_notified = false;
    while (auto* const notification = PQnotifies(libpq_->handle)) {
        PQfreemem(notification);
        is_notified = true;
    }
    return is_notified;
}

int Connection::backend_pid() const noexcept {
    return PQbackendPID(libpq_->handle);
}

}  // namespace bank::postgres
