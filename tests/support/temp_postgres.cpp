#include "tests/support/temp_postgres.hpp"

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "core/crypto/digest.hpp"
#include "core/postgres/schema/migrations.hpp"
#include "core/postgres/schema/migrator.hpp"

namespace bank::test {
namespace {

std::string superuser() {
    auto const* text = std::getenv("BANK_TEST_PG");
    if (text == nullptr || *text == '\0') {
        throw std::runtime_error("BANK_TEST_PG names no PostgreSQL cluster; tests/run starts one.");
    }
    return text;
}

std::vector<std::string> must(std::string const& connection, std::string const& sql) {
    std::vector<std::string> rows;
    auto const state = run_sql(connection, sql, &rows);
    if (!state.empty())
        throw std::runtime_error("SQLSTATE " + state + ": " + rows.front() + ": " +
                                 sql.substr(0, 300));
    return rows;
}

std::string roles_script() {
    std::ifstream file(BANK_SOURCE_DIR "/core/sql/roles.sql");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::string in_database(std::string const& name) {
    return superuser() + " dbname=" + name;
}

void make_empty(std::string const& name) {
    must(superuser(), "create database " + name + " owner bank_owner");
    must(in_database(name), roles_script());
}

// Named by its content, so that it serves all tests of one state of core/sql.
std::string template_name() {
    auto digests = postgres::embedded_functions().digest;
    for (auto const& migration : postgres::embedded_migrations()) digests += migration.digest;
    return "bank_template_" + to_hex(crypto::sha256(as_bytes(digests))).substr(0, 16);
}

// Created under a temporary name and renamed when complete.
void make_template(std::string const& name) {
    auto const draft = name + "_draft";
    must(superuser(), "drop database if exists " + draft + " with (force)");
    make_empty(draft);
    auto const done = postgres::migrate(in_database(draft) + " user=bank_owner", {});
    if (!done) throw std::runtime_error("migrate: " + done.error().detail);
    must(superuser(), "alter database " + draft + " rename to " + name);
}

struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};

}  // namespace

std::string run_sql(std::string const& connection, std::string const& sql,
                    std::vector<std::string>* rows) {
    std::unique_ptr<PGconn, Finish> const handle(PQconnectdb(connection.c_str()));
    PQsetNoticeReceiver(
        handle.get(), [](void*, PGresult const*) {}, nullptr);
    auto* const result = PQexec(handle.get(), sql.c_str());
    std::string state;
    auto const status = PQresultStatus(result);
    if (rows != nullptr) rows->clear();
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY) {
        auto const* text = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        state = text == nullptr ? "08000" : text;
        if (rows != nullptr) rows->emplace_back(PQerrorMessage(handle.get()));
    } else if (rows != nullptr) {
        for (int i = 0; i < PQntuples(result); ++i) rows->emplace_back(PQgetvalue(result, i, 0));
    }
    PQclear(result);
    return state;
}

TempPostgres::TempPostgres(Content content) {
    static std::atomic<int> count{0};
    name_ = "bank_test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    must(superuser(), "drop database if exists " + name_ + " with (force)");

    // Held by this connection until it closes: one process creates the roles and the template.
    std::unique_ptr<PGconn, Finish> const turn(PQconnectdb(superuser().c_str()));
    PQclear(PQexec(turn.get(), "select pg_advisory_lock(4711)"));
    must(superuser(), roles_script());
    if (content == Content::empty) {
        make_empty(name_);
        return;
    }
    auto const source = template_name();
    if (must(superuser(), "select 1 from pg_database where datname = '" + source + "'").empty()) {
        make_template(source);
    }
    must(superuser(), "create database " + name_ + " template " + source + " owner bank_owner");
    must(in_database(name_), roles_script());
}

TempPostgres::~TempPostgres() {
    // Each removal would wait for a checkpoint; tests/run removes the whole cluster at the end.
    if (std::getenv("BANK_TEST_LEAVES_DATABASES") != nullptr) return;
    std::vector<std::string> ignored;
    run_sql(superuser(), "drop database if exists " + name_ + " with (force)", &ignored);
}

std::string TempPostgres::connection_as(std::string const& user) const {
    return in_database(name_) + " user=" + user;
}

std::string TempPostgres::connection_as_superuser() const {
    return in_database(name_);
}

std::vector<std::string> TempPostgres::query(std::string const& sql) const {
    return must(in_database(name_), sql);
}

std::string TempPostgres::value(std::string const& sql) const {
    auto const rows = query(sql);
    if (rows.empty()) throw std::runtime_error("no row: " + sql);
    return rows.front();
}

void TempPostgres::alter(std::string const& sql) const {
    query("set session_replication_role = replica; " + sql);
}

}  // namespace bank::test
