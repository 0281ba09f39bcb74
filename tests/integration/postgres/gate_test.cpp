// The gate that every call passes, whatever front end it comes through: the core limits its guests.
#include <unistd.h>

#include <future>

#include "core/crypto/key_maker.hpp"
#include "core/operations/list.hpp"
#include "core/service/bank.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::service {
namespace {

namespace op = operations;

template <typename T>
std::string said(Result<T> const& result) {
    return result.ok() ? "ok" : std::string(word(result.code()));
}

class GateTest : public test::BankFixture {
protected:
    GateTest() : bank_(settings(), stores(), surroundings(), keys(), clock_) {
        EXPECT_TRUE(bank_.start());
        peer_.local_peer = api::LocalPeer{.uid = ::getuid()};
        caller_.source_ip = "192.0.2.7";
    }
    ~GateTest() override { bank_.stop(); }

    Stores stores() {
        return {bank->users(),
                bank->known_devices(),
                bank->pins(),
                bank->ledger(),
                bank->audit(),
                bank->jobs(),
                [this] { return bank->make_lane(); }};
    }
    static Settings settings() {
        Settings settings;
        settings.bcrypt_cost = 4;
        settings.local_admin_uids = {::getuid()};
        settings.currencies = {*money::parse_currency("EUR")};
        // An hour, in which nothing comes back while a test runs.
        settings.rates.read = {3, 3600};
        settings.rates.money = {2, 3600};
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
    // The same each time.
    static Keys keys() {
        static auto const pepper = crypto::make_pepper();
        static auto const token_key = crypto::make_private_key_pem();
        return {.pepper = pepper.clone(),
                .pepper_id = "p1",
                .token_key_pem = token_key.clone(),
                .token_key_id = "k1"};
    }

    op::BankApi& rest() { return bank_.front_end(api::FrontEnd::rest); }
    op::BankApi& admin_socket() { return bank_.front_end(api::FrontEnd::admin); }

    void log_in(std::string const& name, std::string const& password) {
        auto const tokens =
            rest().ask<op::Login>(caller_, {.user_name = name, .password = Secret(password)});
        ASSERT_TRUE(tokens.ok()) << said(tokens);
        caller_.access_token = tokens->access_token.reveal();
    }
    void add_and_log_in(std::string const& name) {
        ASSERT_TRUE(admin_socket()
                        .ask<op::AddUser>(peer_, {.user_name = name,
                                                  .role = api::Role::customer,
                                                  .password = Secret("correct horse battery")})
                        .ok());
        log_in(name, "correct horse battery");
    }
    void choose_password(std::string const& name) {
        ASSERT_TRUE(rest()
                        .ask<op::ChangePassword>(
                            caller_, {.current_password = Secret("correct horse battery"),
                                      .new_password = Secret("staple another battery")})
                        .ok());
        log_in(name, "staple another battery");
    }
    // Refused by the ledger at the latest: neither account exists.
    std::string pay() {
        std::string code;
        std::promise<void> settled;
        rest().send<op::Submit>(caller_,
                                {.idempotency_key = "k" + std::to_string(++payments_),
                                 .debit_account_no = "DE87999999990000000012",
                                 .credit_account_no = "DE60999999990000000013",
                                 .amount = {1, *money::parse_currency("EUR")}},
                                [&](Result<api::Transfer> result) {
                                    code = said(result);
                                    settled.set_value();
                                });
        settled.get_future().wait();
        return code;
    }

    SystemClock clock_;
    Bank bank_;
    api::Caller peer_;
    api::Caller caller_;
    int payments_ = 0;
};

TEST_F(GateTest, ChargesEachCallAndTellsWhatIsLeft) {
    add_and_log_in("gwen");
    Done nothing;
    for (std::uint32_t left = 3; left-- > 0;) {
        auto const outcome = rest().ask(op::operation<op::WhoAmI>, caller_, &nothing);
        EXPECT_FALSE(outcome.error);
        EXPECT_EQ(outcome.rate.quota, 3U);
        EXPECT_EQ(outcome.rate.remaining, left);
    }
    auto const outcome = rest().ask(op::operation<op::WhoAmI>, caller_, &nothing);
    ASSERT_TRUE(outcome.error);
    EXPECT_EQ(outcome.error->code, Code::rate_limited);
    EXPECT_GT(outcome.error->retry_after_s, 0U);
    // Another class has a budget of its own, and another source does not help the same user.
    EXPECT_EQ(said(rest().ask<op::Logout>(caller_)), "ok");
    caller_.source_ip = "198.51.100.1";
    EXPECT_EQ(said(rest().ask<op::AuditCheckpoint>({})), "not_found");
}

TEST_F(GateTest, AnotherSourceDoesNotRenewTheBudgetOfAUser) {
    add_and_log_in("gwen");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(said(rest().ask<op::WhoAmI>(caller_)), "ok");
    caller_.source_ip = "198.51.100.1";
    EXPECT_EQ(said(rest().ask<op::WhoAmI>(caller_)), "rate_limited");
}

TEST_F(GateTest, APermitPaysForAHundredCallsOfABatchAndForNothingElse) {
    add_and_log_in("gwen");
    choose_password("gwen");
    auto const permit = rest().ask<op::ReserveBatch>(caller_);
    ASSERT_TRUE(permit.ok());
    EXPECT_EQ(permit->calls, 100U);
    caller_.batch = permit->id;
    for (int i = 0; i < 100; ++i) ASSERT_EQ(pay(), "debit_account_not_found") << i;
    EXPECT_EQ(pay(), "rate_limited");
    EXPECT_EQ(said(rest().ask<op::WhoAmI>(caller_)), "ok") << "which its own budget pays for";
    caller_.batch = Uuid{{1, 2, 3}};
    EXPECT_EQ(pay(), "rate_limited") << "a permit that nobody gave";
    // Of the two calls of the budget one is left.
    caller_.batch.reset();
    EXPECT_EQ(pay(), "debit_account_not_found");
    EXPECT_EQ(pay(), "rate_limited");
    EXPECT_EQ(said(rest().ask<op::ReserveBatch>(caller_)), "rate_limited");
    caller_.batch = permit->id;
    EXPECT_EQ(said(rest().ask<op::ReserveBatch>(caller_)), "rate_limited") << "by a permit";
}

TEST_F(GateTest, AOneTimePasswordOpensNothingButItsChange) {
    add_and_log_in("gwen");
    EXPECT_EQ(said(rest().ask<op::ListAccounts>(caller_)), "password_change_required");
    EXPECT_EQ(said(rest().ask<op::ReserveBatch>(caller_)), "password_change_required");
    EXPECT_EQ(pay(), "password_change_required");
    EXPECT_EQ(said(rest().ask<op::WhoAmI>(caller_)), "ok");
}

TEST_F(GateTest, LoginsAtOnceAdoptAStrongerHashOnceAndGoOn) {
    add_and_log_in("gwen");
    choose_password("gwen");
    auto const version = [this] {
        return database.value("select password_version from bank.users where user_name = 'gwen'");
    };
    ASSERT_EQ(version(), "1");
    auto stronger = settings();
    stronger.bcrypt_cost = 5;
    Bank other(stronger, stores(), surroundings(), keys(), clock_);
    ASSERT_TRUE(other.start());
    auto const log_in = [&] {
        return said(other.front_end(api::FrontEnd::rest)
                        .ask<op::Login>(caller_, {.user_name = "gwen",
                                                  .password = Secret("staple another battery")}));
    };
    std::vector<std::future<std::string>> logins;
    for (int i = 0; i < 4; ++i) logins.push_back(std::async(std::launch::async, log_in));
    for (auto& login : logins) EXPECT_EQ(login.get(), "ok");
    EXPECT_EQ(version(), "2");
    EXPECT_EQ(database.value("select count(*) from bank.audit_logs l"
                             " join bank.audit_details d on d.hash = l.details_hash"
                             " where l.action = 'change_password' and l.outcome = 'ok'"
                             " and d.details ->> 'stronger_hash' = 'true'"),
              "1");
    EXPECT_EQ(log_in(), "ok");
    EXPECT_EQ(version(), "2");
    EXPECT_EQ(said(rest().ask<op::WhoAmI>(caller_)), "ok") << "the earlier session";
    other.stop();
}

TEST_F(GateTest, GrantsAFrontEndItsOwnOperationsAlone) {
    EXPECT_EQ(said(rest().ask<op::Metrics>({})), "permission_denied");
    EXPECT_EQ(said(rest().ask<op::PruneAudit>(peer_, {.digest = "x"})), "permission_denied");
    EXPECT_EQ(said(admin_socket().ask<op::Login>(peer_)), "permission_denied");
    // Nor does the REST interface vouch for a process of the machine.
    EXPECT_EQ(said(rest().ask<op::ListUsers>(peer_)), "not_authenticated");
}

TEST_F(GateTest, AnEndedSessionIsForgottenAtItsFirstRefusal) {
    add_and_log_in("gwen");
    choose_password("gwen");
    EXPECT_EQ(said(rest().ask<op::WhoAmI>(caller_)), "ok");
    database.query("update bank.sessions set revoked_at = now()");
    EXPECT_EQ(said(rest().ask<op::WhoAmI>(caller_)), "session_ended");
    EXPECT_EQ(said(rest().ask<op::ListAccounts>(caller_)), "session_ended");
}

}  // namespace
}  // namespace bank::service
