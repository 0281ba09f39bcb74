// A bank in which every recorded action has happened, and the inconsistencies of its log.
#pragma once
#include <fmt/format.h>

#include "tests/integration/postgres/proofs_fixture.hpp"

namespace bank::test {

class RecordFixture : public Proofs {
protected:
    RecordFixture() { database.query(misfits_sql); }

    // Empty if the leaf of each record matches its text, and each salted hash its value. Erased
    // values are skipped.
    std::vector<std::string> misfits() const {
        return database.query("select m from bank.audit_logs l, public.misfits(l.id) m");
    }
    // Users, sessions, PINs.
    void live_as_users();
    // Accounts: opening, limits, locks.
    void live_as_accounts();
    // Transactions, with all possible outcomes of an order.
    void live_as_transfers();
    void live();

    // In independent SQL: the bank's functions would agree with themselves.
    static constexpr auto misfits_sql = R"(
        create function public.misfits(of_id bigint) returns setof text
        language sql volatile
        as $$
            select 'record ' || of_id || ' has another leaf'
            where not exists (
                select from bank.audit_logs l
                join bank.audit_subjects j on j.id = l.subject_id
                cross join bank.audit_secret s
                cross join bank.written_record(l, j.hash, s.value) w
                where l.id = of_id
                    and sha256('\x00'::bytea || convert_to(w.record, 'UTF8')) = l.leaf
                    and (w.private is null or position(
                        encode(sha256(w.private_salt || convert_to(w.private, 'UTF8')), 'hex')
                        in w.record) > 0)
                    and (w.reference is null or position(
                        encode(sha256(w.reference_salt || convert_to(w.reference, 'UTF8')), 'hex')
                        in w.record) > 0))
            union all
            select 'record ' || of_id || ' has another subject'
            where not exists (
                select from bank.audit_logs l
                join bank.audit_subjects j on j.id = l.subject_id
                where l.id = of_id
                    and (j.value is null and j.salt is null
                         or sha256(j.salt || convert_to(j.value, 'UTF8')) = j.hash))
            union all
            select 'record ' || of_id || ' has other details'
            where not exists (
                select from bank.audit_logs l
                left join bank.audit_details d on d.hash = l.details_hash
                where l.id = of_id
                    and case when l.details_hash is null then l.transfer_id is not null
                        else d.details is null and d.salt is null and d.hash is not null
                            or sha256(d.salt || convert_to(d.details::text, 'UTF8')) = d.hash
                        end)
        $$)";

    Person anna = person(api::Role::customer, "anna");
    Person bert = person(api::Role::customer, "bert");
    AccountId a = account(anna, 0, "the PIN").id;
    AccountId b = account(bert).id;
};

inline void RecordFixture::live_as_users() {
    auto& users = bank->users();
    access::Source const source{"2001:db8::7", "agent\twith a tab é", {{7}}};
    api::AddUserRequest carl;
    carl.user_name = "carl";
    carl.role = api::Role::customer;
    for (auto const& who : {admin, admin, teller}) {
        // Added, name taken, denied.
        static_cast<void>(add_user(who.acting, carl, "record"));
    }
    EXPECT_TRUE(users.open_local_session(source, 1000, new_session({}, "local")));
    auto const session = new_session(anna.id, "first");
    EXPECT_TRUE(users.open_session(source, session));
    for (int i = 0; i < 2; ++i) {  // Renewed, then reused.
        static_cast<void>(
            users.refresh_session(source, digest_of("first"), new_session({}, "second")));
    }
    EXPECT_FALSE(users.open_session(source, new_session(UserId{4711}, "nobody")));
    auto const again = log_in_again(bert);
    EXPECT_TRUE(users.revoke_session(admin.acting, again.session));
    EXPECT_FALSE(users.revoke_session(anna.acting, bert.session));
    EXPECT_TRUE(users.change_password(bert.acting, 0, "new record"));
    EXPECT_TRUE(users.end_session(log_in_again(bert).acting));
    auto const dora = person(api::Role::customer, "dora");
    EXPECT_TRUE(set_role(admin.acting, {dora.id, api::Role::teller}));
    EXPECT_TRUE(users.reset_password(admin.acting, dora.id, "one-time record"));
    EXPECT_FALSE(users.reset_password(admin.acting, admin.id, "one-time record"));
    EXPECT_TRUE(users.set_disabled(admin.acting, {dora.id, true}));
    EXPECT_FALSE(users.open_session(source, new_session(dora.id, "disabled")));
    for (bool const is_right : {false, true}) {
        static_cast<void>(bank->pins().authorize(
            anna.acting, a, [is_right](std::string_view) { return is_right; }, 3,
            grant(std::chrono::seconds{300})));
    }
    audit::Event event;
    event.action = audit::Action::login;
    event.outcome = Code::login_refused;
    event.details = R"({"user_name":"anna \" \\ é"})";
    EXPECT_TRUE(bank->audit().record(event));  // By no user, from no address.
    EXPECT_TRUE(bank->audit().read(admin.acting, {}));
    EXPECT_FALSE(bank->audit().read(teller.acting, {}));
}

inline void RecordFixture::live_as_accounts() {
    auto& ledger = bank->ledger();
    auto const other = account(anna).id;
    for (auto const& who : {admin, teller}) {  // Done, denied.
        static_cast<void>(ledger.set_limits(who.acting, {a, {500, 900, {}, 2000}, 5}));
        static_cast<void>(ledger.set_role_limits(who.acting, {api::Role::teller, eur, {{}, 7000}}));
        static_cast<void>(ledger.set_overdraft(who.acting, {b, 50}));
    }
    EXPECT_TRUE(ledger.freeze_account(teller.acting, {other, true, false, "court"}));
    EXPECT_TRUE(ledger.lock_account(teller.acting, {other, "lost card"}));
    EXPECT_TRUE(ledger.unlock_account(teller.acting, {other, "found"}));
    EXPECT_FALSE(ledger.close_account(teller.acting, a));  // Its balance is not zero.
    EXPECT_TRUE(ledger.close_account(teller.acting, other));
}

inline void RecordFixture::live_as_transfers() {
    authorize(anna, a);
    authorize(bert, b);
    auto const paid = deposit(teller, a, 1000, "paid in");
    EXPECT_EQ(outcome(paid), "posted");
    EXPECT_EQ(outcome(paid), "posted");  // A replay.
    EXPECT_EQ(outcome(withdrawal(anna, a, 100, "w")), "posted");
    auto silent = transfer(anna, a, b, 20, "no reference");
    silent.reference = "";
    auto const sent = posted(silent);
    EXPECT_EQ(outcome(transfer(anna, a, b, 100'000, "too much")), "insufficient_funds");
    EXPECT_EQ(outcome(transfer(bert, a, b, 1, "not his")), "permission_denied");
    EXPECT_EQ(outcome(transfer(anna, a, AccountId{4711}, 1, "nowhere")),
              "credit_account_not_found");
    EXPECT_EQ(outcome(transfer(anna, a, a, 1, "to itself")), "accounts_are_the_same");
    auto foreign = transfer(anna, a, b, 1, "foreign");
    foreign.amount.currency = *money::parse_currency("USD");
    EXPECT_EQ(outcome(foreign), "currency_mismatch");

    auto const captured = posted(hold(anna, a, b, 60, "captured"));
    EXPECT_EQ(outcome(capture(teller, captured, 40, "part")), "posted");
    auto const released = posted(hold(anna, a, b, 30, "released"));
    EXPECT_EQ(outcome(release(teller, released, "free")), "posted");
    auto short_hold = hold(anna, a, b, 10, "expired");
    short_hold.expires_in_s = 1;
    auto const expired = posted(short_hold);
    wait_until(
        fmt::format("select expires_at < now() from bank.transfers where id = {}", expired.value),
        "t");
    EXPECT_EQ(expire_holds(), 1);
    EXPECT_EQ(outcome(reversal(admin, sent, 5, "back")), "posted");
    EXPECT_EQ(outcome(reversal(admin, sent, 5, "back again")), "already_reversed");
    run(linked({transfer(anna, a, b, 1, "l1"), transfer(bert, b, a, 2, "l2")}));
    run(linked({transfer(anna, a, b, 1, "r1"), transfer(anna, a, b, 100'000, "r2")}));
    run({deposit(teller, a, 1, "one"), deposit(teller, b, 1, "of several"),
         transfer(anna, a, b, 1, "in one batch")});
}

inline void RecordFixture::live() {
    live_as_users();
    live_as_transfers();
    live_as_accounts();
}

}  // namespace bank::test
