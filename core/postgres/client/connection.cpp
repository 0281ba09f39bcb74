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
#include "core/postgres/client/conninfo.hpp"
#include "core/postgres/client/server_error.hpp"
#include "core/postgres/client/session.hpp"

namespace bank::postgres {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

// The server's timeout expires first; exceeding this one means that the server itself is stuck.
constexpr std::chrono::milliseconds patience_margin{2000};

// Server settings that the statements rely on. Separated by tabs, which the server accepts: POCO
// ends the text at a blank.
std::string server_options(ConnectionSettings const& settings) {
    return fmt::format(
        "-c\tstatement_timeout={0}\t-c\tlock_timeout={0}\t-c\t"
        "idle_in_transaction_session_timeout={1}\t-c\tsearch_path=pg_catalog\t-c\ttimezone=UTC"
        "\t-c\tdatestyle=ISO\t-c\tbytea_output=hex",
        settings.statement_timeout.count(), 3 * settings.statement_timeout.count());
}

// Not among the options above, because its value contains a blank.
constexpr Statement read_committed_statement{
    "", "set default_transaction_isolation = 'read committed'"};

// Precedence: our options, then the administrator's text, then our defaults.
Result<std::string> complete(ConnectionSettings const& settings) {
    auto options = parse_conninfo(settings.connection);
    if (!options) return connection_error(options.error().detail);
    auto const has = [&](std::string_view keyword) {
        return std::any_of(options->begin(), options->end(),
                           [&](auto const& option) { return option.keyword == keyword; });
    };
    auto const timeout_s = std::chrono::ceil<std::chrono::seconds>(settings.connect_timeout);
    for (auto& [keyword, value] : std::array<std::pair<char const*, std::string>, 4>{{
             {"connect_timeout", std::to_string(timeout_s.count())},
             {"tcp_user_timeout", std::to_string(settings.statement_timeout.count())},
             {"keepalives_idle", "10"},
             {"application_name", "bankd"},
         }}) {
        if (!has(keyword)) options->push_back({keyword, std::move(value)});
    }
    std::erase_if(*options, [](auto const& option) { return option.keyword == "options"; });
    for (auto const& option : *options) {
        if (!has_blank(option)) continue;
        return connection_error(fmt::format("the value of {} contains a blank", option.keyword));
    }
    options->push_back({"options", server_options(settings)});
    return to_conninfo(*options);
}

// The objects that block a drop, such as views created by others.
std::string dependents(PGresult const* result) {
    constexpr std::string_view dependent_objects_still_exist = "2BP01";
    auto const* const state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    auto const* const detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    if (state == nullptr || detail == nullptr || state != dependent_objects_still_exist) return {};
    auto text = fmt::format(" ({})", detail);
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

}  // namespace

struct Connection::Libpq {
    std::unique_ptr<Session> session;
    PGconn* handle = nullptr;  // The session's.
    std::unordered_set<std::string> prepared;

    // Waits until the socket is readable (or writable, if requested). False at the deadline.
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
            // Must also read: a server that is blocked on sending does not read.
            if (PQconsumeInput(handle) == 0) return false;
        }
    }

    // The next result, or null; `is_ok` then distinguishes the end of a call from a lost
    // connection.
    PGresult* next(SteadyTime deadline, bool& is_ok) const {
        is_ok = true;
        while (PQisBusy(handle) != 0) {
            if (!wait(false, deadline)) {
                is_ok = false;
                return nullptr;
            }
            if (PQconsumeInput(handle) == 0) break;  // libpq returns the error as a result.
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
    auto const text = complete(settings);
    if (!text) return text.error();
    auto session = Session::open(*text);
    if (!session) return std::move(session).error();
    auto libpq = std::make_unique<Libpq>();
    libpq->session = std::move(session).value();
    libpq->handle = libpq->session->handle();
    PQsetnonblocking(libpq->handle, 1);
    auto connection = std::unique_ptr<Connection>(new Connection(std::move(libpq)));
    connection->is_disk_full_ = settings.is_disk_full;
    connection->signer_ = settings.signer;
    connection->set_patience(settings.connect_timeout);
    if (auto const set = connection->run(read_committed_statement); !set) return set.error();
    connection->was_used_ = false;
    connection->set_patience(settings.statement_timeout + patience_margin);
    return connection;
}

PipelineOutcome Connection::pipeline(std::span<Call const> calls) {
    PipelineOutcome outcome;
    auto const deadline = std::chrono::steady_clock::now() + patience_;
    auto const lose = [&]() -> PipelineOutcome&& {
        is_lost_ = true;
        outcome.is_lost = true;
        is_timeout_ = is_timeout_ || std::chrono::steady_clock::now() >= deadline;
        outcome.is_timeout = is_timeout_;
        if (!outcome.error)
            outcome.error = connection_error("connection lost: " + libpq_->last_words());
        return std::move(outcome);
    };
    if (is_lost_ || PQenterPipelineMode(libpq_->handle) != 1) return lose();

    // Expected results: a statement's first use adds one for its preparation.
    std::vector<std::pair<Call const*, bool>> expected;
    for (auto const& call : calls) {
        std::string const name = call.statement->name;
        if (!name.empty() && !libpq_->prepared.contains(name)) expected.emplace_back(&call, true);
        expected.emplace_back(&call, false);
        if (!libpq_->send(call)) return lose();
    }
    if (PQpipelineSync(libpq_->handle) != 1 || !libpq_->flush(deadline)) {
        // The server may have sent a reason before it disconnected: keep reading.
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
                auto server = read_server_error(raw);
                outcome.error = to_error(server);
                outcome.sqlstate = std::move(server.sqlstate);
                outcome.constraint = std::move(server.constraint);
                note_disk_full(*outcome.error);
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
    if (is_lost_ || PQsetnonblocking(libpq_->handle, 0) != 0)
        return connection_error("connection lost");
    Rows const rows(PQexec(libpq_->handle, sql.c_str()));
    PQsetnonblocking(libpq_->handle, 1);
    auto const* const result = rows.raw();
    auto const state = PQresultStatus(result);
    if (state == PGRES_COMMAND_OK || state == PGRES_TUPLES_OK || state == PGRES_EMPTY_QUERY)
        return Done{};
    is_lost_ = PQstatus(libpq_->handle) != CONNECTION_OK;
    auto error = to_error(read_server_error(result));
    error.detail += dependents(result);
    auto const* const position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (auto const place = parse_int64(position == nullptr ? "" : position)) {
        auto const before = std::string_view{sql}.substr(0, static_cast<std::size_t>(*place));
        error.detail +=
            fmt::format(" (line {})", 1 + std::count(before.begin(), before.end(), '\n'));
    }
    return error;
}

bool Connection::is_idle() {
    if (is_lost_) return false;
    // An idle socket is readable if the server sent a final message or closed the connection.
    pollfd place{PQsocket(libpq_->handle), POLLIN, 0};
    if (::poll(&place, 1, 0) > 0) {
        PQconsumeInput(libpq_->handle);
        // The first read returns only the final message; the second detects the end of the stream.
        if (::poll(&place, 1, 0) > 0) PQconsumeInput(libpq_->handle);
        is_lost_ = PQstatus(libpq_->handle) != CONNECTION_OK;
    }
    return !is_lost_ && PQtransactionStatus(libpq_->handle) == PQTRANS_IDLE;
}

audit::RecordSigner const& Connection::signer() const {
    BANK_CHECK(signer_ != nullptr);
    return *signer_;
}

bool Connection::take_notifications() {
    bool is_notified = false;
    while (auto* const notification = PQnotifies(libpq_->handle)) {
        PQfreemem(notification);
        is_notified = true;
    }
    return is_notified;
}

// `use` gets the session and its deadline.
template <typename Use>
auto Connection::use_session(Use const& use) {
    auto& session = *libpq_->session;
    auto const deadline = std::chrono::steady_clock::now() + patience_;
    using Answer = decltype(use(session, deadline));
    if (is_lost_) return Answer{connection_error("connection lost")};
    auto result = use(session, deadline);
    is_timeout_ = is_timeout_ || session.is_timeout();
    is_lost_ = is_lost_ || session.is_lost();
    if (result) {
        was_used_ = true;
    } else {
        note_disk_full(result.error());
    }
    return result;
}

Result<Rows> Connection::run(RareStatement const& statement, Parameters const& parameters) {
    return use_session([&](Session& session, Session::Deadline deadline) {
        return session.run(statement, parameters, deadline);
    });
}

Status Connection::begin() {
    return use_session(
        [](Session& session, Session::Deadline deadline) { return session.begin(deadline); });
}

Status Connection::commit() {
    return use_session(
        [](Session& session, Session::Deadline deadline) { return session.commit(deadline); });
}

void Connection::rollback() {
    static_cast<void>(use_session([](Session& session, Session::Deadline deadline) -> Status {
        session.rollback(deadline);
        return Done{};
    }));
}

void Connection::note_disk_full(Error const& error) const {
    if (error.code == Code::storage_full && is_disk_full_ != nullptr) *is_disk_full_ = true;
}

}  // namespace bank::postgres
