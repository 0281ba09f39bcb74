// The attack suite: logged in with the daemon's own database role, without any C++ of ours in
// between.
#include <fmt/format.h>

#include "core/base/bytes.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using api::to_string;

class Vault : public BankFixture {
protected:
    Vault()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          auditor(person(Role::auditor, "otto")),
          a(account(anna, 0, "own record").id),
          b(account(bert, 0, "secret record").id) {
        pay_in(a, 1000);
        pay_in(b, 1000);
    }

    static std::string secret_of(Person const& who) { return to_hex(who.acting.session); }
    static std::string caller(Person const& who) {
        return fmt::format(R"(row('\x{}'::bytea, null, 'attack', null)::bank.caller)",
                           secret_of(who));
    }

    // The SQLSTATE, or the first column of the rows joined, as bankd.
    std::string attack(std::string const& sql) const {
        std::vector<std::string> rows;
        auto const state = run_sql(database.connection_as("bankd"), sql, &rows);
        if (!state.empty()) return state;
        std::string joined;
        for (auto const& row : rows) joined += (joined.empty() ? "" : ",") + row;
        return joined;
    }
    // After SET ROLE and bank.enter(); committed.
    std::string attack_as(std::string const& role, Person const& who,
                          std::string const& sql) const {
        return attack(
            fmt::format(R"(begin; set local role bank_{}; select bank.enter('\x{}'); {};)", role,
                        secret_of(who), sql));
    }
    std::string attack_as(Person const& who, std::string const& sql) const {
        return attack_as(std::string{to_string(who.acting.role)}, who, sql);
    }

    Person const& of(Role role) const {
        switch (role) {
        case Role::customer: return anna;
        case Role::teller: return teller;
        case Role::admin: return admin;
        case Role::auditor: return auditor;
        }
        throw std::logic_error("role");
    }

    Person anna;
    Person bert;
    Person auditor;
    AccountId a;
    AccountId b;
};

constexpr auto insufficient_privilege = "42501";
constexpr Role all_roles[] = {Role::customer, Role::teller, Role::admin, Role::auditor};

TEST_F(Vault, LetsNoRoleOfTheDaemonWriteATable) {
    auto const before = money();
    auto const trail = database.value("select count(*) from bank.audit_logs");
    std::vector<std::string> statements;
    auto const tables = database.query(
        "select relname from pg_class where relnamespace = 'bank'::regnamespace and relkind = 'r'");
    EXPECT_GT(tables.size(), 20U);
    for (auto const& table : tables) {
        statements.push_back(fmt::format("delete from bank.{}", table));
        statements.push_back(fmt::format("truncate bank.{} cascade", table));
        statements.push_back(fmt::format("insert into bank.{} default values", table));
        statements.push_back(fmt::format("alter table bank.{} disable trigger all", table));
        statements.push_back(fmt::format("alter table bank.{} disable row level security", table));
        statements.push_back(fmt::format("drop table bank.{} cascade", table));
        statements.push_back(
            fmt::format("create trigger t before insert on bank.{} for each row execute function"
                        " bank.refuse_change()",
                        table));
    }
    statements.emplace_back("update bank.accounts set balance = balance + 1");
    statements.emplace_back("update bank.users set role = 'admin'");
    statements.emplace_back("update bank.sessions set role = 'admin'");
    statements.emplace_back("update bank.known_devices set seen_at = now()");
    statements.emplace_back("update bank.history_marks set entry_id = 1");
    statements.emplace_back("update bank.open_holds set expires_at = now()");
    statements.emplace_back("update bank.role_limits set per_day = null");
    statements.emplace_back("update bank.rules set customer_cash = true");
    statements.emplace_back("select customer_cash from bank.rules");
    statements.emplace_back("update bank.transfer_kinds set needs_pin = false");
    statements.emplace_back("update bank.function_sets set program = '0.0.1'");
    statements.emplace_back("update bank.transfers set status = 'posted'");
    statements.emplace_back("update bank.audit_logs set action = 'x'");
    statements.emplace_back("update bank.audit_subjects set value = null, salt = null");
    statements.emplace_back("update bank.audit_details set details = null, salt = null");
    statements.emplace_back("update bank.audit_seals set first_no = 1");
    statements.emplace_back("update bank.audit_tiles set tile_no = 1");
    statements.emplace_back("update bank.audit_checkpoints set note = ''");
    statements.emplace_back("update bank.audit_deliveries set next_no = 0");
    statements.emplace_back("select value from bank.audit_secret");
    statements.emplace_back("create table public.t (x bigint references bank.audit_logs)");
    statements.emplace_back("select nextval('bank.transfer_ids')");
    statements.emplace_back("select setval('bank.account_ids', 1)");
    statements.emplace_back("create table bank.mine (x int)");
    statements.emplace_back("create table public.mine (x int)");
    statements.emplace_back("create temporary table mine (x int)");
    statements.emplace_back("create function bank.f() returns int language sql as 'select 1'");
    statements.emplace_back("set session_replication_role = replica");
    statements.emplace_back("set session authorization bank_owner");
    statements.emplace_back("set role bank_owner");
    statements.emplace_back("grant bank_owner to bankd");
    for (auto const& statement : statements) {
        EXPECT_EQ(attack(statement), insufficient_privilege) << statement;
        for (auto const role : all_roles) {
            EXPECT_EQ(attack_as(of(role), statement), insufficient_privilege)
                << to_string(role) << ": " << statement;
        }
    }
    constexpr auto not_updatable = "55000";
    for (auto const* statement :
         {"update bank.account_rows set balance = 1", "delete from bank.account_rows",
          "update bank.history set amount = 1", "delete from bank.history"}) {
        EXPECT_EQ(attack(statement), not_updatable) << statement;
        for (auto const role : all_roles) EXPECT_EQ(attack_as(of(role), statement), not_updatable);
    }
    EXPECT_EQ(money(), before);
    EXPECT_EQ(database.value("select count(*) from bank.audit_logs"), trail);
}

TEST_F(Vault, KeepsWhatIsAppendedFromItsOwnOwnerToo) {
    auto const before = money();
    // A row trigger needs a row.
    database.query(
        "insert into bank.history_marks (account_id, \"timestamp\", entry_id)"
        " select min(id), now(), 1 from bank.accounts;"
        "insert into bank.audit_seals (first_no, record_count, last_xid, last_id)"
        " values (0, 1, '1', 1);"
        "insert into bank.audit_tiles (level, tile_no, hashes)"
        " values (0, 0, decode(repeat('00', 8192), 'hex'));"
        "insert into bank.audit_checkpoints (tree_size, note) values (1, 'note')");
    std::pair<char const*, char const*> const kept[] = {
        {"transfers", "amount"},     {"history_marks", "entry_id"}, {"audit_logs", "action"},
        {"audit_seals", "first_no"}, {"audit_tiles", "tile_no"},    {"audit_checkpoints", "note"}};
    for (auto const& [table, column] : kept) {
        ASSERT_NE(database.value(fmt::format("select count(*) from bank.{}", table)), "0") << table;
        for (auto const* statement :
             {"delete from bank.{0}", "truncate bank.{0}", "update bank.{0} set {1} = {1}",
              "update bank.{0} set {1} = {1} where false"}) {
            auto const sql = fmt::format(fmt::runtime(statement), table, column);
            EXPECT_EQ(run_sql(database.connection_as("bank_owner"), sql, nullptr), "BK002") << sql;
            EXPECT_EQ(run_sql(database.connection_as_superuser(),
                              "set session_replication_role = replica; " + sql, nullptr),
                      "BK002")
                << sql;
        }
    }
    EXPECT_EQ(money(), before);
}

TEST_F(Vault, ShowsNoHashToAnyRole) {
    for (auto const* query :
         {"select password from bank.users", "select pin_hash from bank.accounts",
          "select secret_hash from bank.sessions", "select refresh_hash from bank.sessions",
          "select lock_reason from bank.accounts", "select freeze_reason from bank.accounts",
          "select * from bank.users", "select * from bank.accounts", "select u from bank.users u",
          "select debit_balance from bank.transfers", "select credit_balance from bank.transfers",
          "select * from bank.transfers", "select * from bank.refresh_tokens",
          "select * from bank.known_devices", "select * from bank.live_sessions",
          "select * from bank.pin_authorizations"}) {
        EXPECT_EQ(attack(query), insufficient_privilege) << query;
        for (auto const role : all_roles) {
            EXPECT_EQ(attack_as(of(role), query), insufficient_privilege)
                << to_string(role) << ": " << query;
        }
    }
}

TEST_F(Vault, ShowsNothingWithoutASession) {
    for (auto const* table :
         {"users", "sessions", "accounts", "transfers", "history", "account_rows"}) {
        EXPECT_EQ(attack(fmt::format("select count(*) from bank.{}", table)),
                  insufficient_privilege);
        for (auto const* role : {"customer", "teller", "admin", "auditor"}) {
            EXPECT_EQ(
                attack(fmt::format("begin; set local role bank_{}; select count(*) from bank.{}",
                                   role, table)),
                "0");
        }
    }
    EXPECT_EQ(attack("begin; set local role bank_admin; select count(*) from bank.audit_logs"),
              "0");
}

TEST_F(Vault, BelievesNoForgedSettingAndNoRoleThatTheSessionHasNot) {
    auto const query = std::string{"select count(*) from bank.accounts"};
    auto const forged = [&](std::string const& role, std::string const& value) {
        return attack(
            fmt::format("begin; set local role bank_{}; set local bank.session = '{}';"
                        " set local bank.user_id = '1'; set local bank.role = 'admin'; {}",
                        role, value, query));
    };
    EXPECT_EQ(forged("admin", "1"), "22023");
    EXPECT_EQ(forged("admin", "00"), "0");
    EXPECT_EQ(
        forged("admin",
               database.value(
                   "select encode(secret_hash, 'hex') from bank.sessions where role = 'admin'")),
        "0");
    // The secret itself identifies its holder, whatever role is set.
    EXPECT_EQ(forged("admin", secret_of(anna)), "0");
    EXPECT_EQ(forged("customer", secret_of(admin)), "0");
    EXPECT_EQ(forged("customer", secret_of(anna)), "1");
    EXPECT_EQ(attack_as("admin", anna, query), "0");
    EXPECT_EQ(attack_as("teller", anna, "select count(*) from bank.history"), "0");
    EXPECT_EQ(
        attack("begin; set local role bank_admin; select bank.enter('\\x" + secret_of(anna) + "')"),
        "session_ended");
    EXPECT_EQ(attack_as("admin", anna,
                        fmt::format("select status from bank.set_overdraft({}, {}, 100000)",
                                    caller(anna), a.value)),
              "permission_denied");
    EXPECT_EQ(attack_as("admin", anna,
                        fmt::format(
                            "select status from bank.set_role({}, {}, 'admin', sha256(''), '{{}}', "
                            "'{{}}', '{{}}')",
                            caller(anna), anna.id.value)),
              "permission_denied");
    EXPECT_EQ(attack_as("teller", anna,
                        fmt::format("select status from bank.unlock_account({}, {}, 'x')",
                                    caller(anna), a.value)),
              "permission_denied");
    EXPECT_EQ(attack_as("admin", anna, fmt::format("select bank.begin_check({})", caller(anna))),
              "permission_denied");
    EXPECT_EQ(attack_as("admin", anna, "select count(*) from bank.check_sums()"), "0");
}

TEST_F(Vault, ShowsACustomerTheOwnAlone) {
    EXPECT_EQ(attack_as(anna, "select id from bank.accounts"), std::to_string(a.value));
    EXPECT_EQ(
        attack_as(anna, fmt::format("select count(*) from bank.accounts where id = {}", b.value)),
        "0");
    EXPECT_EQ(attack_as(anna, "select distinct account_id from bank.history"),
              std::to_string(a.value));
    EXPECT_EQ(attack_as(anna, "select user_name from bank.users"), "anna");
    EXPECT_EQ(attack_as(anna, "select count(*) from bank.sessions"), "1");
    EXPECT_EQ(attack_as(anna, "select count(*) from bank.transfers"), "1");
    EXPECT_EQ(attack_as(anna, fmt::format("select bank.account_owner({})", bert.id.value)), "");
    EXPECT_EQ(attack_as(anna, "select bank.account_owner_id('bert')"), "");
    EXPECT_EQ(
        attack_as(anna, fmt::format("select count(*) from bank.account_history({}, null, null, "
                                    "null, 10)",
                                    b.value)),
        "0");
    EXPECT_EQ(
        attack_as(anna, fmt::format("select count(*) from bank.balance_at({}, null)", b.value)),
        "0");
    EXPECT_EQ(attack_as(teller, "select user_name from bank.users"), "tina");
}

struct DeadSession {
    char const* name;
    char const* sql;
};
class Dead : public Vault, public ::testing::WithParamInterface<DeadSession> {};

TEST_P(Dead, SessionDoesNothing) {
    database.alter(GetParam().sql);
    auto const before = money();
    auto const trail = database.value("select count(*) from bank.audit_logs");
    EXPECT_EQ(attack_as(teller, "select count(*) from bank.accounts"), "0");
    EXPECT_EQ(
        attack_as(teller, fmt::format("select status from bank.lock_account({}, {}, 'x'); commit",
                                      caller(teller), a.value)),
        "");
    EXPECT_FALSE(read(a).is_locked);
    EXPECT_EQ(std::stoll(database.value("select count(*) from bank.audit_logs")),
              std::stoll(trail) + 1);
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("lock_account session_ended"));
    EXPECT_EQ(word(run({deposit(teller, a, 5, "dead")})[0].decision.code), "session_ended");
    EXPECT_EQ(money(), before);
    EXPECT_EQ(
        attack(fmt::format("select status from bank.password_record('\\x{}')", secret_of(teller))),
        "session_ended");
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Dead,
    ::testing::Values(
        DeadSession{"revoked", "update bank.sessions set revoked_at = now() where role = 'teller'"},
        DeadSession{"expired", "update bank.sessions set expires_at = now() where role = 'teller'"},
        DeadSession{"password_expired",
                    "update bank.users set password_expires_at = now() where role = 'teller'"},
        DeadSession{"disabled", "update bank.users set is_disabled = true where role = 'teller'"},
        DeadSession{"demoted", "update bank.users set role = 'customer' where role = 'teller'"}),
    [](auto const& cell) { return std::string{cell.param.name}; });

// The capability matrix. `statement` returns a status word or rows; {a} is the customer's own
// account, {b} another's, {me} the caller.
enum class Cell : std::uint8_t { no, own, any };
struct Capability {
    char const* name;
    Cell customer, teller, admin, auditor;
    char const* statement;
    char const* done;  // The result when it is allowed.
};

Cell cell_of(Capability const& capability, Role role) {
    switch (role) {
    case Role::customer: return capability.customer;
    case Role::teller: return capability.teller;
    case Role::admin: return capability.admin;
    case Role::auditor: return capability.auditor;
    }
    throw std::logic_error("role");
}

class Matrix : public Vault, public ::testing::WithParamInterface<Capability> {
protected:
    std::string attempt(Person const& who, AccountId target) const {
        return attack_as(
            who, fmt::format(fmt::runtime(GetParam().statement), fmt::arg("account", target.value),
                             fmt::arg("me", caller(who)), fmt::arg("user", bert.id.value)) +
                     "; commit");
    }
    // The result of the same statement, read before it is rolled back.
    std::string answer(Person const& who, AccountId target) const {
        return attack_as(
            who, fmt::format(fmt::runtime(GetParam().statement), fmt::arg("account", target.value),
                             fmt::arg("me", caller(who)), fmt::arg("user", bert.id.value)));
    }
};

TEST_P(Matrix, HoldsInSql) {
    auto const& capability = GetParam();
    auto const is_refusal = [](std::string const& text) {
        return text == insufficient_privilege || text == "permission_denied" ||
               text == "account_not_found" || text == "0";
    };
    for (auto const role : all_roles) {
        auto const& who = of(role);
        for (auto const target : {a, b}) {
            auto const cell = cell_of(capability, role);
            auto const is_allowed = cell == Cell::any || (cell == Cell::own && target == a);
            auto const answered = answer(who, target);
            if (is_allowed) {
                EXPECT_EQ(answered, capability.done)
                    << to_string(role) << (target == a ? " a" : " b");
                continue;
            }
            EXPECT_TRUE(is_refusal(answered)) << to_string(role) << ": " << answered;
            auto const state = "select md5(string_agg(t::text, '' order by id)) from bank.";
            auto const accounts = database.value(std::string{state} + "accounts t");
            auto const users = database.value(std::string{state} + "users t");
            static_cast<void>(attempt(who, target));
            EXPECT_EQ(database.value(std::string{state} + "accounts t"), accounts)
                << to_string(role);
            EXPECT_EQ(database.value(std::string{state} + "users t"), users) << to_string(role);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Capabilities, Matrix,
    ::testing::Values(
        Capability{"view_balance", Cell::own, Cell::any, Cell::any, Cell::any,
                   "select count(*) from bank.accounts where id = {account} and balance = 1000",
                   "1"},
        Capability{"view_history", Cell::own, Cell::any, Cell::any, Cell::any,
                   "select count(*) from bank.history where account_id = {account}", "1"},
        Capability{"create_account", Cell::no, Cell::any, Cell::any, Cell::no,
                   "select status from bank.open_account({me}, 500000 + {account}, 'NEW' || "
                   "({account} + 10000), 'anna',"
                   " 'x', 'EUR', 0, '')",
                   "ok"},
        Capability{"lock_account", Cell::no, Cell::any, Cell::any, Cell::no,
                   "select status from bank.lock_account({me}, {account}, 'x')", "ok"},
        Capability{"unlock_account", Cell::no, Cell::any, Cell::any, Cell::no,
                   "select status from bank.unlock_account({me}, {account}, 'x')", "ok"},
        Capability{"close_account", Cell::no, Cell::any, Cell::any, Cell::no,
                   "select status from bank.close_account({me}, {account})", "account_not_empty"},
        Capability{"set_overdraft", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select status from bank.set_overdraft({me}, {account}, 5)", "ok"},
        Capability{"set_limits", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select status from bank.set_limits({me}, {account}, 5, null, null, null, 0)",
                   "ok"},
        Capability{"rename_account", Cell::own, Cell::any, Cell::any, Cell::no,
                   "select status from bank.rename_account({me}, {account}, 'x')", "ok"},
        Capability{"freeze_account", Cell::no, Cell::any, Cell::any, Cell::no,
                   "select status from bank.freeze_account({me}, {account}, true, false, 'x')",
                   "ok"},
        Capability{"set_role_limits", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select bank.set_role_limits({me}, 'teller', 'EUR', 5, null, null, null)", "ok"},
        Capability{"balance_at", Cell::own, Cell::any, Cell::any, Cell::any,
                   "select count(*) from bank.balance_at({account}, null) where balance = 1000",
                   "1"},
        Capability{"account_history", Cell::own, Cell::any, Cell::any, Cell::any,
                   "select count(*) from bank.account_history({account}, null, null, null, 10)",
                   "1"},
        Capability{"set_pin", Cell::own, Cell::any, Cell::any, Cell::no,
                   "select bank.set_pin({me}, {account}, 'new', true, 3)", "ok"},
        Capability{"view_all_users", Cell::no, Cell::no, Cell::any, Cell::any,
                   "select count(*) from bank.users where user_name in ('bert', 'otto')", "2"},
        Capability{
            "add_user", Cell::no, Cell::no, Cell::any, Cell::no,
            "select status from bank.add_user({me}, 500000 + {account}, 'new_' || {account}, "
            "'customer', 'x', sha256(''), '{{}}', '{{}}', '{{}}')",
            "ok"},
        Capability{
            "set_role", Cell::no, Cell::no, Cell::any, Cell::no,
            "select status from bank.set_role({me}, {user}, 'auditor', sha256(''), '{{}}', '{{}}', "
            "'{{}}')",
            "ok"},
        Capability{"disable_user", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select status from bank.set_disabled({me}, {user}, true)", "ok"},
        Capability{"reset_password", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select status from bank.reset_password({me}, {user}, 'x')", "ok"},
        Capability{"erase_subject", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select status from bank.erase_subject({me}, {user})", "user_not_disabled"},
        Capability{"archive_audit", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select status from bank.begin_archive({me}, now())", "nothing_to_archive"},
        Capability{"prune_audit", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select status from bank.prune_audit({me}, '')", "archive_not_found"},
        Capability{"clear_alarm", Cell::no, Cell::no, Cell::any, Cell::no,
                   "select bank.clear_alarm({me}, 1, 'x', sha256('x'), null, null, null, null,"
                   " null)",
                   "not_found"},
        Capability{"view_audit_logs", Cell::no, Cell::no, Cell::any, Cell::any,
                   "select least(count(*), 1) from bank.audit_logs", "1"},
        Capability{"check_ledger", Cell::no, Cell::no, Cell::any, Cell::any,
                   "select bank.begin_check({me})", "ok"},
        Capability{"check_schema", Cell::no, Cell::no, Cell::any, Cell::any,
                   "select bank.check_schema({me})", "ok"}),
    [](auto const& cell) { return std::string{cell.param.name}; });

struct Movement {
    char const* name;
    api::TransferKind kind;
};
class MoneyMatrix : public Vault, public ::testing::WithParamInterface<Movement> {};

// Directly to post_batch with the decision `posted`: the engine is bypassed.
TEST_P(MoneyMatrix, HoldsInPostBatch) {
    for (auto const role : all_roles) {
        for (auto const target : {a, b}) {
            auto const& who = of(role);
            authorize(who, target);  // A verified PIN does not make an account one's own.
            auto const is_allowed = role == Role::teller || role == Role::admin ||
                                    (role == Role::customer && target == a);
            auto const other = target == a ? b : a;
            auto order = this->order(GetParam().kind, who, target, other, 1,
                                     fmt::format("{} {}", to_string(role), target.value));
            if (order.kind == api::TransferKind::deposit)
                std::swap(order.debit_account, order.credit_account);
            if (order.kind == api::TransferKind::deposit) order.debit_account = {};
            if (order.kind == api::TransferKind::withdrawal) order.credit_account = {};
            if (order.kind == api::TransferKind::hold) order.expires_in_s = 60;
            auto const before = money();
            auto const lane = bank->make_lane();
            std::vector const orders{order};
            auto const locked = lane->lock(orders);
            ASSERT_TRUE(locked);
            auto const cash = locked->authorities[0].cash_account;
            ledger::Decision decision;
            decision.code = Code::posted;
            decision.debit_account = order.debit_account ? order.debit_account : cash;
            decision.credit_account = order.credit_account ? order.credit_account : cash;
            decision.debit_balance = locked->accounts.at(decision.debit_account).balance - 1;
            decision.credit_balance = locked->accounts.at(decision.credit_account).balance + 1;
            if (order.kind == api::TransferKind::hold) {
                ++decision.debit_balance, --decision.credit_balance;
                decision.debit_held = locked->accounts.at(decision.debit_account).held + 1;
            }
            decision.available = api::answers_credit_side(order.kind)
                                     ? decision.credit_balance
                                     : decision.debit_balance - decision.debit_held;
            auto const posted = lane->post(orders, std::vector{decision}, *locked);
            EXPECT_EQ(posted ? "posted" : word(posted.code()),
                      is_allowed ? "posted" : "decision_refused")
                << to_string(role) << (target == a ? " a" : " b");
            if (!is_allowed) {
                EXPECT_EQ(money(), before);
            }
        }
    }
    expect_sound_ledger();
}

INSTANTIATE_TEST_SUITE_P(Movements, MoneyMatrix,
                         ::testing::Values(Movement{"deposit", api::TransferKind::deposit},
                                           Movement{"withdraw", api::TransferKind::withdrawal},
                                           Movement{"transfer", api::TransferKind::transfer},
                                           Movement{"hold", api::TransferKind::hold}),
                         [](auto const& cell) { return std::string{cell.param.name}; });

TEST_F(Vault, GrantsNoFunctionToThePublicAndNoInternalOneToTheDaemon) {
    EXPECT_EQ(
        database.query("select p.proname from pg_proc p where p.pronamespace = 'bank'::regnamespace"
                       " and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', "
                       "p.proowner))) e where e.grantee = 0)"),
        std::vector<std::string>{});
    for (auto const* internal :
         {"select bank.write_audit(null, null, 'x', 'ok', null, null)",
          "select bank.end_sessions(1, null)",
          "select bank.change_account(null, 'set_overdraft', 1, null, 5)",
          "select bank.start_session(null, 1, '\\x00', '\\x00', 60)",
          "select bank.admit(null, '{admin}')", "select bank.admit_with_any_password(null)",
          "select bank.keep_run('expire_holds', now(), 'ok', 0)", "select bank.job_due(null)",
          "select bank.find_actor('\\x00')",
          "select bank.open_drawers(null, null, 1, '{}', '{}', '{}')", "select bank.begin_state(1)",
          "select bank.record_state(null, null, 'users', '1', null, 0, null, null)",
          "select bank.record_erasure(null, null, '{}')",
          "select bank.exchange_salt(null, null, 1)"}) {
        EXPECT_EQ(attack(internal), insufficient_privilege) << internal;
        for (auto const role : all_roles)
            EXPECT_EQ(attack_as(of(role), internal), insufficient_privilege) << internal;
    }
}

}  // namespace
}  // namespace bank::test
