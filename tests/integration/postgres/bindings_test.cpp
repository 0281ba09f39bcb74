// A database administrator who may change every row, but has no key of the core, tries to get into
// the bank: planted and copied credentials open nothing.
#include <crypt.h>
#include <fmt/format.h>
#include <unistd.h>

#include <future>

#include "core/access/old_credentials.hpp"
#include "core/base/bytes.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/key_maker.hpp"
#include "core/operations/list.hpp"
#include "core/service/bank.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::service {
namespace {

namespace op = operations;

constexpr auto one_time = "correct horse battery";
constexpr auto chosen = "staple another battery";

template <typename T>
std::string said(Result<T> const& result) {
    return result.ok() ? "ok" : std::string(word(result.code()));
}

class BindingsTest : public test::BankFixture {
protected:
    struct Client {
        std::string name;
        api::Tokens tokens;
        api::Caller caller;
        UserId id;
    };

    BindingsTest()
        : bank_(settings(),
                {bank->users(), bank->known_devices(), bank->pins(), bank->ledger(), bank->audit(),
                 bank->jobs(), [this] { return bank->make_lane(); }},
                surroundings(), keys(), clock_) {
        EXPECT_TRUE(bank_.start());
        peer_.local_peer = api::LocalPeer{.uid = ::getuid()};
    }
    ~BindingsTest() override { bank_.stop(); }

    static Settings settings() {
        Settings settings;
        settings.bcrypt_cost = 4;
        settings.local_admin_uids = {::getuid()};
        settings.currencies = {*money::parse_currency("EUR")};
        return settings;
    }
    static Surroundings surroundings() {
        Surroundings surroundings;
        surroundings.readiness = [] { return api::Readiness::ready; };
        surroundings.obstacle = [] { return std::nullopt; };
        surroundings.sealing_lag = [] { return std::chrono::milliseconds{0}; };
        surroundings.request_checkpoint = [](audit::Position) { return true; };
        return surroundings;
    }
    Keys keys() const {
        return {.pepper = pepper_.clone(),
                .pepper_id = "p1",
                .token_key_pem = crypto::make_private_key_pem(),
                .token_key_id = "k1"};
    }

    op::BankApi& rest() { return bank_.front_end(api::FrontEnd::rest); }
    op::BankApi& socket() { return bank_.front_end(api::FrontEnd::admin); }

    static api::Caller from_nowhere() {
        api::Caller caller;
        caller.source_ip = "192.0.2.7";
        return caller;
    }
    Result<api::Tokens> log_in(std::string const& name, std::string const& password) {
        return rest().ask<op::Login>(from_nowhere(),
                                     {.user_name = name, .password = Secret(password)});
    }
    std::string login(std::string const& name, std::string const& password) {
        return said(log_in(name, password));
    }
    Client client(std::string const& name, api::Role role) {
        auto const added = socket().ask<op::AddUser>(
            peer_, {.user_name = name, .role = role, .password = Secret(std::string{one_time})});
        EXPECT_EQ(said(added), "ok");
        Client made{.name = name, .tokens = {}, .caller = from_nowhere(), .id = added->id};
        made.caller.access_token = log_in(name, one_time)->access_token.reveal();
        EXPECT_TRUE(rest()
                        .ask<op::ChangePassword>(made.caller,
                                                 {.current_password = Secret(std::string{one_time}),
                                                  .new_password = Secret(chosen + name)})
                        .ok());
        made.tokens = log_in(name, chosen + name).value();
        made.caller.access_token = made.tokens.access_token.reveal();
        return made;
    }
    api::Account account(Client const& owner, std::string const& pin) {
        api::OpenAccountRequest open;
        open.owner = owner.name;
        open.name = "Main";
        open.currency = *money::parse_currency("EUR");
        open.pin = Secret(pin);
        auto opened = socket().ask<op::OpenAccount>(peer_, std::move(open));
        EXPECT_EQ(said(opened), "ok");
        return *opened;
    }
    std::string authorize(Client const& who, api::Account const& account, std::string const& pin) {
        return said(rest().ask<op::AuthorizePin>(who.caller,
                                                 {.account_id = account.id, .pin = Secret(pin)}));
    }
    std::string pay(Client const& from, api::Account const& debit, api::Account const& credit,
                    std::string const& pin = "") {
        std::promise<std::string> settled;
        api::TransferRequest transfer;
        transfer.idempotency_key = "k" + std::to_string(++payments_);
        transfer.debit_account_no = debit.account_no;
        transfer.credit_account_no = credit.account_no;
        transfer.amount = {1, *money::parse_currency("EUR")};
        transfer.pin = Secret(pin);
        rest().send<op::Submit>(
            from.caller, std::move(transfer), [&](Result<api::Transfer> result) {
                settled.set_value(result.ok() ? std::string(word(result->status)) : said(result));
            });
        return settled.get_future().get();
    }

    std::string refresh(Secret const& token) {
        return said(rest().ask<op::Refresh>(from_nowhere(), {.refresh_token = token.clone()}));
    }

    Secret const pepper_ = crypto::make_pepper();
    SystemClock clock_;
    Bank bank_;
    api::Caller peer_;
    int payments_ = 0;
};

TEST_F(BindingsTest, ACopiedPasswordOpensNothing) {
    client("mallory", api::Role::customer);
    client("ruth", api::Role::admin);
    ASSERT_EQ(login("mallory", std::string(chosen) + "mallory"), "ok");
    database.alter(
        "update bank.users u set password = m.password from bank.users m"
        " where u.user_name = 'ruth' and m.user_name = 'mallory'");
    EXPECT_EQ(login("ruth", std::string(chosen) + "mallory"), "login_refused");
    EXPECT_EQ(login("mallory", std::string(chosen) + "mallory"), "ok");
}

TEST_F(BindingsTest, APinIsNoPasswordAndACopiedPinProvesNothing) {
    auto const mallory = client("mallory", api::Role::customer);
    auto const alice = client("alice", api::Role::customer);
    auto const own = account(mallory, "483920");
    auto const other = account(alice, "771203");
    database.alter(
        fmt::format("update bank.accounts a set pin_hash = m.pin_hash from bank.accounts m"
                    " where a.id = {} and m.id = {}",
                    other.id.value, own.id.value));
    auto const proven = rest().ask<op::AuthorizePin>(
        alice.caller, {.account_id = other.id, .pin = Secret(std::string{"483920"})});
    EXPECT_EQ(said(proven), "pin_wrong");
    database.alter(
        fmt::format("update bank.users u set password = m.pin_hash from bank.accounts m"
                    " where u.user_name = 'alice' and m.id = {}",
                    own.id.value));
    EXPECT_EQ(login("alice", "483920"), "login_refused");
}

TEST_F(BindingsTest, APlantedSessionIsNotRenewed) {
    auto const root = client("ruth", api::Role::admin);
    std::string const token(55, 'A');  // Of the form of a refresh token.
    for (auto const* const digest : {"sha256('{0}')", "sha256(convert_to('{0}', 'UTF8'))"}) {
        database.query(fmt::format(
            "insert into bank.sessions (user_id, role, secret_hash, refresh_hash, expires_at, "
            "user_agent) values ({}, 'admin', sha256(uuid_send(gen_random_uuid())), {}, now() + "
            "interval '1 hour', '') on conflict do nothing",
            root.id.value, fmt::format(fmt::runtime(digest), token)));
    }
    EXPECT_NE(refresh(Secret(token)), "ok");
}

TEST_F(BindingsTest, ARefreshDigestThatWasMovedToAnotherSessionEndsIt) {
    auto const mallory = client("mallory", api::Role::customer);
    auto const root = client("ruth", api::Role::admin);
    auto const id = mallory.tokens.session_id.value;
    database.query(fmt::format(
        "create temporary table moved as select refresh_hash from bank.sessions where id = {0};"
        "update bank.sessions set refresh_hash = sha256('x') where id = {0};"
        "update bank.sessions s set refresh_hash = m.refresh_hash from moved m where s.id = {1}",
        id, root.tokens.session_id.value));
    EXPECT_EQ(refresh(mallory.tokens.refresh_token), "session_ended");
    EXPECT_EQ(database.value(fmt::format("select revoked_at is not null from bank.sessions where "
                                         "id = {}",
                                         root.tokens.session_id.value)),
              "t");
}

TEST_F(BindingsTest, AnHonestRenewalWorks) {
    auto const alice = client("alice", api::Role::customer);
    auto const renewed = rest().ask<op::Refresh>(
        from_nowhere(), {.refresh_token = alice.tokens.refresh_token.clone()});
    ASSERT_EQ(said(renewed), "ok");
    EXPECT_EQ(refresh(renewed->refresh_token), "ok");
}

TEST_F(BindingsTest, APlantedAuthorizationReplacesNoPin) {
    auto const alice = client("alice", api::Role::customer);
    auto const bob = client("bob", api::Role::customer);
    auto const debit = account(alice, "771203");
    auto const credit = account(bob, "483920");
    database.alter(fmt::format("update bank.accounts set overdraft_limit = 1000 where id = {}",
                               debit.id.value));
    EXPECT_EQ(pay(alice, debit, credit), "pin_required");
    database.query(
        fmt::format("insert into bank.pin_authorizations (session_id, account_id, expires_at, mac)"
                    " values ({}, {}, now() + interval '1 hour', sha256(''))",
                    alice.tokens.session_id.value, debit.id.value));
    EXPECT_EQ(pay(alice, debit, credit), "pin_required");
    // Nor one that was copied from his own account.
    ASSERT_EQ(authorize(bob, credit, "483920"), "ok");
    database.query(
        fmt::format("update bank.pin_authorizations p set mac = m.mac, expires_at = "
                    "m.expires_at from bank.pin_authorizations m"
                    " where p.account_id = {} and m.account_id = {}",
                    debit.id.value, credit.id.value));
    EXPECT_EQ(pay(alice, debit, credit), "pin_required");
    // A right PIN still does.
    EXPECT_EQ(pay(alice, debit, credit, "771203"), "posted");
    ASSERT_EQ(authorize(alice, debit, "771203"), "ok");
    EXPECT_EQ(pay(alice, debit, credit), "posted");
}

TEST_F(BindingsTest, AnAuthorizationCountsForWhatItWasGivenAndNotWithoutItsRow) {
    auto const alice = client("alice", api::Role::customer);
    auto const bob = client("bob", api::Role::customer);
    auto const debit = account(alice, "771203");
    auto const credit = account(bob, "483920");
    database.alter(fmt::format("update bank.accounts set overdraft_limit = 1000 where id = {}",
                               debit.id.value));
    // One of a single transfer, made one of all.
    EXPECT_EQ(pay(alice, debit, credit, "771203"), "posted");
    database.query(
        "update bank.pin_authorizations set idempotency_id = "
        "'00000000-0000-0000-0000-000000000000'");
    EXPECT_EQ(pay(alice, debit, credit), "pin_required");
    database.query("delete from bank.pin_authorizations");
    ASSERT_EQ(authorize(alice, debit, "771203"), "ok");
    EXPECT_EQ(pay(alice, debit, credit), "posted");
    database.query("delete from bank.pin_authorizations");
    EXPECT_EQ(pay(alice, debit, credit), "pin_required");
}

TEST_F(BindingsTest, ASessionThatWasGivenAnotherUserOpensNothing) {
    auto const alice = client("alice", api::Role::customer);
    auto const bob = client("bob", api::Role::customer);
    auto const own = account(alice, "771203");
    auto const other = account(bob, "483920");
    // Its token is cached.
    ASSERT_EQ(said(rest().ask<op::ListAccounts>(alice.caller, {})), "ok");
    database.query(fmt::format("update bank.sessions set user_id = {} where id = {}", bob.id.value,
                               alice.tokens.session_id.value));
    EXPECT_EQ(said(rest().ask<op::ListAccounts>(alice.caller, {})), "session_ended");
    EXPECT_EQ(pay(alice, other, own, "483920"), "session_ended");
    EXPECT_EQ(refresh(alice.tokens.refresh_token), "session_ended");
}

TEST_F(BindingsTest, ARoleThatTheBankDidNotGiveSignsNobodyIn) {
    auto const mallory = client("mallory", api::Role::customer);
    database.alter("update bank.users set role = 'admin' where user_name = 'mallory'");
    EXPECT_EQ(login("mallory", std::string(chosen) + "mallory"), "login_refused");
    // Nor a session that was made to fit.
    database.query(
        "update bank.sessions s set role = 'admin' from bank.users u"
        " where u.id = s.user_id and u.user_name = 'mallory'");
    EXPECT_EQ(refresh(mallory.tokens.refresh_token), "session_ended");
    EXPECT_EQ(said(rest().ask<op::ListUsers>(mallory.caller, {})), "session_ended");
    // Nor with the MAC of an admin.
    client("ruth", api::Role::admin);
    database.query(
        "update bank.users u set role_mac = r.role_mac from bank.users r"
        " where u.user_name = 'mallory' and r.user_name = 'ruth'");
    EXPECT_EQ(login("mallory", std::string(chosen) + "mallory"), "login_refused");
}

TEST_F(BindingsTest, APlantedUserSignsNobodyIn) {
    client("mallory", api::Role::customer);
    database.query(
        "insert into bank.users (user_name, role, password, role_mac) select 'ghost', "
        "'admin', password, role_mac from bank.users where user_name = 'mallory'");
    EXPECT_EQ(login("ghost", std::string(chosen) + "mallory"), "login_refused");
}

TEST_F(BindingsTest, ARoleThatTheBankGaveSignsIn) {
    auto const mary = client("mary", api::Role::customer);
    ASSERT_EQ(
        said(socket().ask<op::SetUserRole>(peer_, {.user_id = mary.id, .role = api::Role::teller})),
        "ok");
    auto const tokens = log_in("mary", std::string(chosen) + "mary");
    ASSERT_EQ(said(tokens), "ok");
    EXPECT_EQ(tokens->user.role, api::Role::teller);
}

// Hash records of the earlier version, as it made them.
class OldCredentials : public BindingsTest {
protected:
    OldCredentials() {
        // The people of the fixture have records that are none.
        database.alter("update bank.users set password = null, role_mac = null");
        add("ada", "admin", "v1$p1$" + bcrypt_of("a long passphrase"));
        add("carl", "customer", "v1$p1$" + bcrypt_of("another passphrase"));
    }
    void add(std::string const& name, std::string const& role, std::string const& record) {
        database.query(fmt::format(
            "insert into bank.users (user_name, role, password) values ('{}', '{}', '{}')", name,
            role, record));
    }
    [[nodiscard]] std::string bcrypt_of(std::string_view secret) const {
        auto const key = from_base64url(pepper_.reveal()).value();
        auto const phrase = to_base64url(crypto::hmac_sha256(key, as_bytes(secret)));
        auto const data = std::make_unique<crypt_data>();
        return crypt_r(phrase.c_str(), "$2b$04$CCCCCCCCCCCCCCCCCCCCC.", data.get());
    }
    Status bind() {
        auto const hasher = crypto::SecretHasher::make(pepper_.clone(), "p1", 4);
        access::Bindings const bindings{pepper_};
        if (auto bound = access::bind_old_evidence(bank->restores(), bindings, {}); !bound)
            return bound;
        return access::bind_old_credentials(bank->users(), *hasher, bindings, {});
    }
    // Of each row of bank.restores, whether the core's MAC is there.
    std::vector<bool> lost_checkpoints() {
        access::Bindings const bindings{pepper_};
        auto const lost = bank->make_seal_store()->lost_checkpoints();
        EXPECT_TRUE(lost) << lost.error().detail;
        std::vector<bool> are_bound;
        for (auto const& row : *lost)
            are_bound.push_back(bindings.is_lost_checkpoint(row.restore, row.note, row.mac));
        return are_bound;
    }
};

TEST_F(OldCredentials, OpenNothingBeforeTheyAreBoundAndEverythingAfter) {
    EXPECT_EQ(login("ada", "a long passphrase"), "login_refused");
    ASSERT_TRUE(bind());
    EXPECT_EQ(login("ada", "a long passphrase"), "ok");
    EXPECT_EQ(login("carl", "another passphrase"), "ok");
    EXPECT_EQ(login("carl", "a long passphrase"), "login_refused");
    // Adopted at the login.
    EXPECT_EQ(database.value("select count(*) from bank.users where password like 'v2$%'"), "2");
    EXPECT_EQ(login("ada", "a long passphrase"), "ok");
    EXPECT_THAT(audit_tail(20), ::testing::Contains("bind_credentials ok"));
}

TEST_F(OldCredentials, AreBoundOnceSoThatOneThatIsPlantedLaterOpensNothing) {
    ASSERT_TRUE(bind());
    add("mallory", "admin", "v1$p1$" + bcrypt_of("a planted passphrase"));
    database.alter("update bank.users set password = 'v1$p1$" + bcrypt_of("a planted passphrase") +
                   "' where user_name = 'ada'");
    ASSERT_TRUE(bind());
    EXPECT_EQ(login("mallory", "a planted passphrase"), "login_refused");
    EXPECT_EQ(login("ada", "a planted passphrase"), "login_refused");
    EXPECT_EQ(database.value("select count(*) from bank.audit_logs where action = "
                             "'bind_credentials'"),
              "1");
}

TEST_F(OldCredentials, AndTheLossesOfEarlierRestoresAreBoundTogetherAndOnce) {
    auto const plant = [&](std::string const& note) {
        database.query(
            fmt::format("insert into bank.restores (backup, wanted, checked_at, lost_checkpoint)"
                        " values ('b', 'newest', now(), '{}')",
                        note));
    };
    plant("of the earlier version");
    EXPECT_EQ(word(bank->make_seal_store()->lost_checkpoints().code()), "storage_unavailable");
    ASSERT_TRUE(bind());
    EXPECT_THAT(lost_checkpoints(), ::testing::ElementsAre(true));
    EXPECT_THAT(audit_tail(2),
                ::testing::ElementsAre("bind_credentials ok", "bind_credentials ok"));
    plant("planted");
    ASSERT_TRUE(bind());
    EXPECT_THAT(lost_checkpoints(), ::testing::ElementsAre(true, false));
}

TEST_F(OldCredentials, ThatWereCopiedBeforeTheyAreBoundStayWhatTheyWere) {
    // What is older than the binding is believed as it was found.
    database.alter(
        "update bank.users u set password = c.password from bank.users c"
        " where u.user_name = 'ada' and c.user_name = 'carl'");
    ASSERT_TRUE(bind());
    EXPECT_EQ(login("ada", "another passphrase"), "ok");
}

}  // namespace
}  // namespace bank::service
