#include "core/postgres/client/session.hpp"

#include <Poco/Any.h>
#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/SessionHandle.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <Poco/Exception.h>
#include <Poco/Nullable.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-events.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/check.hpp"
#include "core/base/secret.hpp"
#include "core/postgres/client/server_error.hpp"

namespace bank::postgres {
namespace {

using PocoHandle = Poco::Data::PostgreSQL::SessionHandle;

// Access to POCO's private pointer, which POCO frees only while the connection works.
template <auto member>
struct Opened {
    friend PGconn*& connection_of(PocoHandle& handle) { return handle.*member; }
};
PGconn*& connection_of(PocoHandle& handle);
template struct Opened<&PocoHandle::_pConnection>;

struct Finish {
    void operator()(PGconn* connection) const noexcept { PQfinish(connection); }
};

// Collected from libpq's results during one call of POCO.
struct Seen {
    std::optional<ServerError> error;  // The first one.
    std::string tag;                   // Of COMMIT or ROLLBACK.
    int columns = 0;
};

int see(PGEventId event, void* info, void* passed) {
    if (event != PGEVT_RESULTCREATE) return 1;
    auto* const result = static_cast<PGEventResultCreate const*>(info)->result;
    auto& seen = *static_cast<Seen*>(passed);
    auto const state = PQresultStatus(result);
    if (state == PGRES_TUPLES_OK) {
        seen.columns = PQnfields(result);
    } else if (state == PGRES_FATAL_ERROR) {
        if (!seen.error) seen.error = read_server_error(result);
    } else if (state == PGRES_COMMAND_OK) {
        std::string_view const tag = PQcmdStatus(result);
        if (tag == "COMMIT" || tag == "ROLLBACK") seen.tag = tag;
    }
    return 1;
}

// Shuts a socket down at the deadline, which ends libpq's wait.
class Watch {
public:
    // Duplicates the descriptor: libpq may close its own, whose number could then be reused.
    Watch(int socket, Session::Deadline deadline)
        : socket_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)),
          thread_([this, deadline](std::stop_token const& stop) {
              std::unique_lock lock(mutex_);
              static_cast<void>(ended_.wait_until(lock, stop, deadline, [] { return false; }));
              if (stop.stop_requested()) return;
              ::shutdown(socket_, SHUT_RDWR);
              is_expired_ = true;
          }) {}
    ~Watch() {
        end();
        ::close(socket_);
    }
    Watch(Watch const&) = delete;
    Watch& operator=(Watch const&) = delete;

    // Ends the watch. True: the deadline came first.
    bool end() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
        return is_expired_;
    }

private:
    std::mutex mutex_;
    std::condition_variable_any ended_;
    bool is_expired_ = false;
    int socket_;
    std::jthread thread_;
};

using Value = Poco::Nullable<std::string>;
using Column = std::vector<Value>;

Rows make_rows(std::vector<Column>& columns) {
    auto* const result = PQmakeEmptyPGresult(nullptr, PGRES_TUPLES_OK);
    BANK_CHECK(result != nullptr);
    Rows rows(result);
    std::vector<PGresAttDesc> descriptions(columns.size());
    if (columns.empty()) return rows;
    BANK_CHECK(PQsetResultAttrs(result, static_cast<int>(columns.size()), descriptions.data()) ==
               1);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        for (std::size_t row = 0; row < columns[i].size(); ++row) {
            auto& value = columns[i][row];
            auto* const text = value.isNull() ? nullptr : value.value().data();
            auto const size = value.isNull() ? -1 : static_cast<int>(value.value().size());
            BANK_CHECK(PQsetvalue(result, static_cast<int>(row), static_cast<int>(i), text, size) ==
                       1);
        }
    }
    return rows;
}

}  // namespace

struct Session::State {
    explicit State(Poco::Data::Session opened)
        : session(std::move(opened)),
          poco(*Poco::AnyCast<PocoHandle*>(session.getProperty("handle"))),
          handle(poco) {
        // Otherwise notices go to stderr.
        PQsetNoticeReceiver(
            handle, [](void*, PGresult const*) {}, nullptr);
    }
    State(State const&) = delete;
    State& operator=(State const&) = delete;
    ~State() {
        if (PQstatus(handle) != CONNECTION_OK)
            PQfinish(std::exchange(connection_of(poco), nullptr));
    }

    // False: POCO threw an exception.
    template <typename Call>
    bool call(Deadline deadline, Call const& what) {
        seen = {};
        failure.clear();
        if (is_lost) return false;
        std::optional<Watch> watch;
        bool is_done = false;
        try {
            // Not registered for sessions that only run pipelines: it has a cost per result.
            is_seeing = is_seeing || PQregisterEventProc(handle, see, "bankd", &seen) != 0;
            watch.emplace(PQsocket(handle), deadline);
            what();
            is_done = true;
        } catch (Poco::Exception const& exception) {
            failure = exception.displayText();
        } catch (std::exception const& exception) {
            failure = exception.what();
        }
        is_timeout = watch && watch->end();
        is_lost = is_timeout || PQstatus(handle) != CONNECTION_OK;
        return is_done;
    }

    // Error of the failed call.
    [[nodiscard]] Error error() const {
        if (seen.error && !seen.error->sqlstate.empty()) return to_error(*seen.error);
        if (is_lost) return connection_error(fmt::format("connection lost: {}", last_words()));
        return {Code::internal_error, failure};
    }
    [[nodiscard]] std::string last_words() const { return PQerrorMessage(handle); }

    Seen seen;  // Before the session, whose event procedure writes to it.
    Poco::Data::Session session;
    PocoHandle& poco;
    PGconn* handle;
    std::string failure;  // POCO's text.
    bool is_seeing = false;
    bool is_poisoned = false;
    bool is_lost = false;
    bool is_timeout = false;
};

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::~Session() = default;

Result<std::unique_ptr<Session>> Session::open(std::string const& connection) {
    // First without POCO, which leaks failed connections: about 36 KB per attempt while the server
    // is unavailable.
    {
        std::unique_ptr<PGconn, Finish> const tried(PQconnectdb(connection.c_str()));
        if (PQstatus(tried.get()) != CONNECTION_OK) {
            return connection_error(PQerrorMessage(tried.get()));
        }
    }
    static std::once_flag is_registered;
    std::call_once(is_registered, [] { Poco::Data::PostgreSQL::Connector::registerConnector(); });
    try {
        Poco::Data::Session session(Poco::Data::PostgreSQL::Connector::KEY, connection);
        return std::unique_ptr<Session>(new Session(std::make_unique<State>(std::move(session))));
    } catch (Poco::Exception const& exception) {
        return connection_error(exception.displayText());
    }
}

PGconn* Session::handle() const noexcept {
    return state_->handle;
}

Result<Rows> Session::run(RareStatement const& statement, Parameters const& parameters,
                          Deadline deadline) {
    using Poco::Data::Keywords::into;
    using Poco::Data::Keywords::use;
    BANK_CHECK(!state_->is_poisoned);
    std::vector<Value> values;
    values.reserve(parameters.pointers().size());  // Growth would leave copies behind.
    for (auto const* text : parameters.pointers()) {
        values.push_back(text == nullptr ? Value{} : Value{std::string{text}});
    }
    std::vector<Column> columns(static_cast<std::size_t>(statement.columns));
    auto const is_done = state_->call(deadline, [&] {
        Poco::Data::Statement running(state_->session);
        running << statement.sql;
        for (auto& column : columns) running.addExtract(into(column));
        for (auto& value : values) running.addBind(use(value));
        running.execute();
    });
    for (auto& value : values) {
        if (!value.isNull()) wipe(value.value());
    }
    if (!is_done) {
        state_->is_poisoned = state_->session.isTransaction();
        return state_->error();
    }
    BANK_CHECK(state_->seen.columns == statement.columns);
    return make_rows(columns);
}

Status Session::begin(Deadline deadline) {
    state_->is_poisoned = false;
    if (!state_->call(deadline, [&] { state_->session.begin(); })) return state_->error();
    return Done{};
}

Status Session::commit(Deadline deadline) {
    if (state_->is_poisoned) {
        rollback(deadline);
        return Error{Code::internal_error, "commit after a failed statement"};
    }
    state_->call(deadline, [&] { state_->session.commit(); });
    // POCO also throws if only its subsequent cleanup failed.
    if (!state_->seen.tag.empty()) return check_commit(state_->seen.tag);
    if (state_->is_lost || !state_->seen.error) {
        return Error{Code::outcome_unknown,
                     fmt::format("the answer to COMMIT was lost: {}",
                                 state_->is_lost ? state_->last_words() : state_->failure)};
    }
    auto refusal = state_->error();
    // The server has rolled back, but POCO considers the transaction open.
    rollback(deadline);
    return refusal;
}

void Session::rollback(Deadline deadline) {
    state_->is_poisoned = false;
    state_->call(deadline, [&] { state_->session.rollback(); });
}

bool Session::is_lost() const noexcept {
    return state_->is_lost;
}

bool Session::is_timeout() const noexcept {
    return state_->is_timeout;
}

}  // namespace bank::postgres
