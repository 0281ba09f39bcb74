#include "tests/integration/postgres/bank_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "core/base/bytes.hpp"
#include "core/base/random.hpp"
#include "core/crypto/digest.hpp"

namespace bank::test {
namespace {

postgres::Settings settings_for(TempPostgres const& database) {
    postgres::Settings settings;
    settings.connection = database.connection_as("bankd");
    settings.pool_size = 8;
    settings.iban = {"DE", "99999999"};
    settings.signer = &record_keys();
    return settings;
}

// As if the core had written them.
void sign_records_of(TempPostgres const& database, std::string const& xid) {
    auto const leaves = from_hex(database.value(
        fmt::format("select encode(string_agg(leaf, '' order by id), 'hex') from bank.audit_logs"
                    " where xid = '{}'",
                    xid)));
    auto const mac = record_keys().sign(std::stoull(xid), leaves.value());
    database.query(fmt::format(
        R"(insert into bank.audit_macs values ('{}', '\x{}', {}, '\x{}') on conflict do nothing)",
        xid, to_hex(mac.key_id), mac.count, to_hex(mac.mac)));
}

}  // namespace

BankFixture::BankFixture(TempPostgres::Content content,
                         std::function<void(TempPostgres const&)> const& prepare)
    : database(content),
      bank(std::make_unique<postgres::Database>(settings_for(database))),
      eur(*money::parse_currency("EUR")) {
    if (prepare) prepare(database);
    // What the migration recorded.
    for (auto const& xid : database.query("select xid from bank.unsigned_records()")) {
        sign_records_of(database, xid);
    }
    database.query("insert into bank.audit_macs_start default values on conflict do nothing");
    admin = person(api::Role::admin, "root");
    teller = person(api::Role::teller, "tina");
    auto const kept = bank->keep_currency(eur);
    if (!kept) throw std::runtime_error(kept.error().detail);
}

access::TokenDigest BankFixture::digest_of(std::string const& token) {
    return crypto::sha256(as_bytes(token));
}

access::NewSession BankFixture::new_session(UserId user, std::string const& token) {
    access::NewSession session;
    session.user_id = user;
    fill_random(session.random);
    session.refresh_digest = digest_of(token);
    session.lifetime = std::chrono::hours{12};
    return session;
}

access::PinGrant BankFixture::grant(std::chrono::seconds lifetime) {
    return {.lifetime = lifetime, .only_for = {}, .bind = [](Timestamp) { return access::Mac{}; }};
}

Person BankFixture::person(api::Role role, std::string const& name) {
    auto const id =
        database.value(fmt::format("with added as ("
                                   "insert into bank.users (user_name, role, password) values "
                                   "('{}', '{}', 'record of {}') returning users as row)"
                                   " select (row).id, bank.record_change(null, null, null, row)"
                                   " from added",
                                   name, to_string(role), name));
    sign_last_records();
    Person who{{std::stoll(id)}, name, {}, {}};
    who.acting.role = role;
    return log_in_again(who);
}

void BankFixture::sign_last_records() {
    // The core's own transactions have their MACs when they are seen.
    for (auto const& xid :
         database.query("select l.xid from bank.audit_logs l left join bank.sealed() e on true"
                        " where (l.xid, l.id) > (coalesce(e.last_xid, '0'), coalesce(e.last_id, 0))"
                        " and not exists (select from bank.audit_macs m where m.xid = l.xid)"
                        " order by l.id desc limit 1")) {
        sign_records_of(database, xid);
    }
}

Person BankFixture::log_in_again(Person const& who) {
    static int count = 0;
    auto session = new_session(who.id, fmt::format("{} {}", who.name, ++count));
    auto const record = bank->users().login_record(who.name);
    if (record && *record) session.password_version = (*record)->password.version;
    access::Source const source{"192.0.2.1", "test", {}};
    auto const opened = bank->users().open_session(source, session);
    if (!opened)
        throw std::runtime_error(fmt::format("{}: {}", word(opened.code()), opened.error().detail));
    Person again = who;
    again.session = opened->id;
    again.acting.session = access::session_secret(session.random, who.id);
    again.acting.source = source;
    return again;
}

api::Account BankFixture::account(Person const& owner, std::int64_t overdraft_limit,
                                  std::string const& pin) {
    api::OpenAccountRequest request;
    request.owner = owner.name;
    request.name = "Main";
    request.currency = eur;
    request.overdraft_limit = overdraft_limit;
    auto opened = open_account(admin.acting, request, pin);
    if (!opened)
        throw std::runtime_error(fmt::format("{}: {}", word(opened.code()), opened.error().detail));
    return *std::move(opened);
}

Result<api::Account> BankFixture::open_account(access::Acting const& acting,
                                               api::OpenAccountRequest const& request,
                                               std::string const& pin) {
    auto const id = bank->ledger().draw_account_id();
    if (!id) return id.error();
    return bank->ledger().open_account(acting, *id, request, pin);
}

Result<api::User> BankFixture::add_user(access::Acting const& acting,
                                        api::AddUserRequest const& request,
                                        std::string const& record) {
    auto const id = bank->users().draw_user_id();
    if (!id) return id.error();
    return bank->users().add_user(acting, {.id = *id,
                                           .user_name = request.user_name,
                                           .role = request.role,
                                           .password_record = record});
}

Result<api::User> BankFixture::set_role(access::Acting const& acting,
                                        api::SetUserRoleRequest const& request) {
    return bank->users().set_role(acting, request, {});
}

api::Account BankFixture::read(AccountId id) {
    auto found = bank->ledger().find_account(admin.acting, id);
    if (!found) throw std::runtime_error(std::string{word(found.code())});
    return *std::move(found);
}

std::int64_t BankFixture::balance(AccountId id) {
    return std::stoll(
        database.value(fmt::format("select balance from bank.accounts where id = {}", id.value)));
}

void BankFixture::pay_in(AccountId id, std::int64_t amount) {
    static int count = 0;
    auto const results = run({deposit(teller, id, amount, fmt::format("pay in {}", ++count))});
    ASSERT_EQ(word(results[0].decision.code), word(Code::posted));
}

void BankFixture::authorize(Person const& who, AccountId id) {
    database.query(
        fmt::format("insert into bank.pin_authorizations (session_id, account_id, expires_at, "
                    "mac) values ({}, {}, now() + interval '5 min', sha256('none'))"
                    " on conflict do nothing",
                    who.session.value, id.value));
}

ledger::TransferOrder BankFixture::order(api::TransferKind kind, Person const& who, AccountId debit,
                                         AccountId credit, std::int64_t amount,
                                         std::string const& key) const {
    ledger::TransferOrder order;
    order.kind = kind;
    auto const id = crypto::sha256(as_bytes(fmt::format("{}/{}", who.id.value, key)));
    std::copy_n(id.begin(), order.idempotency_id.bytes.size(), order.idempotency_id.bytes.begin());
    order.request_digest = crypto::sha256(
        as_bytes(fmt::format("{} {} {} {}", to_string(kind), debit.value, credit.value, amount)));
    order.acting = who.acting;
    order.is_pin_proven = true;  // SQL looks for the authorization.
    order.debit_account = debit;
    order.credit_account = credit;
    order.amount = {amount, eur};
    order.reference = "R\"1\" \\ {,} é";
    return order;
}

ledger::TransferOrder BankFixture::hold(Person const& who, AccountId from, AccountId to,
                                        std::int64_t amount, std::string const& key) const {
    auto made = order(api::TransferKind::hold, who, from, to, amount, key);
    made.expires_in_s = 3600;
    return made;
}

ledger::TransferOrder BankFixture::settling(api::TransferKind kind, Person const& who,
                                            TransferId of, std::int64_t amount,
                                            std::string const& key) const {
    auto made = order(kind, who, {}, {}, amount, key);
    made.origin = of;
    made.request_digest =
        crypto::sha256(as_bytes(fmt::format("{} of {} {}", to_string(kind), of.value, amount)));
    if (amount == 0) made.amount = {};
    return made;
}

std::vector<ledger::TransferOrder> BankFixture::linked(std::vector<ledger::TransferOrder> orders) {
    static std::atomic<std::uint64_t> last{0};
    auto const group = ++last;
    for (auto& order : orders) order.group = group;
    return orders;
}

void BankFixture::end_time_of(TransferId hold) {
    // Transfers are immutable: their triggers are off for this one statement.
    database.query(
        fmt::format("alter table bank.transfers disable trigger all;"
                    "update bank.transfers set expires_at = created_at where id = {0};"
                    "update bank.open_holds h set expires_at = t.expires_at"
                    " from bank.transfers t where t.id = h.id and h.id = {0};"
                    "alter table bank.transfers"
                    " enable always trigger refuse_row_change,"
                    " enable always trigger refuse_change",
                    hold.value));
}

std::int64_t BankFixture::expire_holds(int count_max) {
    auto const ended = std::stoll(
        database.value(fmt::format("select ended from bank.expire_holds({})", count_max)));
    if (ended > 0) sign_last_records();
    return ended;
}

void BankFixture::wait_until(std::string const& sql, std::string const& answer) {
    auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (database.value(sql) != answer) {
        ASSERT_LT(std::chrono::steady_clock::now(), end) << sql;
        std::this_thread::yield();
    }
}

std::string BankFixture::outcome(ledger::TransferOrder const& order) {
    return std::string{word(run({order})[0].decision.code)};
}

TransferId BankFixture::posted(ledger::TransferOrder const& order) {
    auto const result = run({order})[0];
    EXPECT_EQ(word(result.decision.code), "posted");
    return result.posted.id;
}

Code BankFixture::force(std::vector<ledger::TransferOrder> const& orders,
                        std::vector<ledger::Decision> const& decisions) {
    auto const lane = bank->make_lane();
    auto const locked = lane->lock(orders);
    EXPECT_TRUE(locked);
    auto const posted = lane->post(orders, decisions, *locked);
    return posted ? Code::posted : posted.code();
}

std::vector<OrderResult> BankFixture::run(ledger::LaneStore& lane,
                                          std::vector<ledger::TransferOrder> const& orders) {
    auto const locked = lane.lock(orders);
    if (!locked) throw std::runtime_error("lock: " + locked.error().detail);
    auto const decisions = ledger::decide(orders, *locked);
    auto const posted = lane.post(orders, decisions, *locked);
    if (!posted)
        throw std::runtime_error(
            fmt::format("post: {}: {}", word(posted.code()), posted.error().detail));
    std::vector<OrderResult> results;
    for (std::size_t i = 0; i < orders.size(); ++i) results.push_back({decisions[i], (*posted)[i]});
    return results;
}

std::vector<OrderResult> BankFixture::run(std::vector<ledger::TransferOrder> const& orders) {
    auto const lane = bank->make_lane();
    return run(*lane, orders);
}

std::vector<std::string> BankFixture::audit_tail(int count) {
    return database.query(
        fmt::format("select t from (select id, action || ' ' || outcome as t from bank.audit_logs"
                    " where action not in ('change_state', 'erase_details')"
                    " order by id desc limit {}) l order by id",
                    count));
}

void BankFixture::expect_sound_ledger() {
    auto const report = bank->ledger().check_ledger(admin.acting);
    ASSERT_TRUE(report) << report.error().detail;
    EXPECT_TRUE(report->is_sound);
    for (auto const& finding : report->findings) ADD_FAILURE() << finding.what;
}

std::string BankFixture::money() {
    return database.value(
        "select coalesce((select string_agg(a.id || ':' || a.balance || '/' || a.held, ' ' order "
        "by "
        "a.id) from bank.accounts a), '')"
        " || ' ' || (select count(*) from bank.transfers)"
        " || ' ' || (select count(*) from bank.transfers where debit_previous is not null)"
        " || ' ' || (select count(*) from bank.open_holds)");
}

}  // namespace bank::test
