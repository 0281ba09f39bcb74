// A database administrator who may change every row, with the triggers off, but has no key of the
// core: rows by which the daemon decides are not believed because they are there.
#include <fmt/format.h>

#include "core/access/bindings.hpp"
#include "core/audit/restore_check.hpp"
#include "core/audit/sealer.hpp"
#include "core/crypto/key_maker.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto origin = "bank.example/audit";

class PlantedRows : public BankFixture {
protected:
    void change(std::string const& table, std::string const& sql) const {
        database.query(
            fmt::format("alter table bank.{0} disable trigger user; {1};"
                        "alter table bank.{0} enable always trigger refuse_row_change,"
                        " enable always trigger refuse_change",
                        table, sql));
    }
    std::unique_ptr<audit::Sealer> sealer(std::vector<std::string> evidence) {
        std::vector<audit::NoteSigner> signers;
        signers.push_back(audit::NoteSigner::make(origin, key).value());
        audit::SealerSettings settings;
        settings.origin = origin;
        settings.checkpoint_every = std::chrono::milliseconds{0};
        return std::make_unique<audit::Sealer>(
            *store, clock, record_keys(), std::move(signers), settings,
            audit::Sealer::Hooks{[this](std::string const& note) { newest = note; },
                                 [this](std::string const& sentence) { refused = sentence; },
                                 [](audit::RecordsAlarm const& alarm) {
                                     ADD_FAILURE() << alarm.sentence;
                                     return Status{Done{}};
                                 },
                                 [this](audit::LostCheckpoint const& lost) {
                                     return bindings.is_lost_checkpoint(lost.restore, lost.note,
                                                                        lost.mac);
                                 }},
            std::move(evidence));
    }
    std::int64_t sealed() const {
        return std::stoll(
            database.value("select coalesce(max(first_no + record_count), 0) from "
                           "bank.audit_seals"));
    }
    void seal_more(audit::Sealer& one) {
        auto const before = sealed();
        ASSERT_TRUE(bank->audit().record({}));
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds{60};
        while (sealed() == before || one.step() != audit::Sealer::Step::idle) {
            ASSERT_LT(std::chrono::steady_clock::now(), end);
            one.step();
        }
    }
    // A database of an earlier time: without the seal that `newest` is of.
    void roll_back() {
        auto const one = sealer({});
        seal_more(*one);
        auto const size = sealed();
        seal_more(*one);
        ASSERT_GT(sealed(), size);
        change("audit_seals",
               fmt::format("delete from bank.audit_seals where first_no >= {}", size));
        change("audit_checkpoints",
               fmt::format("delete from bank.audit_checkpoints where tree_size > {}", size));
        store->release();
    }
    // Why the sealer does not start.
    std::string refusal() {
        auto const checked = sealer({newest})->check();
        return checked ? "" : checked.error().detail;
    }

    SystemClock clock;
    Secret const key = crypto::make_signing_key_pem();
    access::Bindings const bindings{Secret("a key for tests")};
    std::unique_ptr<audit::SealStore> store = bank->make_seal_store();
    std::string newest;
    std::string refused;
};

TEST_F(PlantedRows, ARestoreThatNeverWasExcusesNoLoss) {
    roll_back();
    EXPECT_THAT(refusal(), HasSubstr("were signed"));
    database.query(
        fmt::format("insert into bank.restores (backup, wanted, checked_at, "
                    "lost_checkpoint) values ('b', 'newest', now(), '{}')",
                    newest));
    EXPECT_THAT(refusal(), HasSubstr("Row 1 of bank.restores"));
    EXPECT_THAT(refusal(), HasSubstr("that bankd did not write"));
    // Nor with the MAC of another row or note.
    auto const plant = [&](audit::RowMac const& mac) {
        database.query(
            fmt::format(R"(update bank.restores set mac = '\x{}' where id = 1)", to_hex(mac)));
    };
    for (auto const& other : {bindings.of_lost_checkpoint(2, newest),
                              bindings.of_lost_checkpoint(1, newest + "x"), access::Mac{}}) {
        plant(other);
        EXPECT_THAT(refusal(), HasSubstr("Row 1 of bank.restores"));
    }
    auto const other_core = access::Bindings{Secret("another key")};
    plant(other_core.of_lost_checkpoint(1, newest));
    EXPECT_THAT(refusal(), HasSubstr("Row 1 of bank.restores"));
    database.query("delete from bank.restores");
    EXPECT_THAT(refusal(), HasSubstr("were signed"));
}

TEST_F(PlantedRows, ALossThatWasAcceptedIsExcusedAndAnAlteredOneNot) {
    roll_back();
    database.query("select bank.mark_restored('20261130', 'newest')");
    auto const identity =
        audit::LogIdentity{origin, {audit::NoteSigner::make(origin, key).value().key()}};
    auto const unchecked = bank->restores().open_restore();
    ASSERT_TRUE(unchecked && *unchecked);
    EXPECT_EQ(word(store->lost_checkpoints().code()), "storage_unavailable");
    auto const missing = audit::check_restore(*store, identity, **unchecked, newest).error().detail;
    EXPECT_THAT(missing, HasSubstr("1 records are missing"));
    database.query("select bank.accept_loss(1, 'the disk is lost')");
    auto const restore = bank->restores().open_restore();
    auto const checked = audit::check_restore(*store, identity, **restore, newest);
    ASSERT_TRUE(checked) << checked.error().detail;
    ASSERT_TRUE(checked->lost_checkpoint);
    ASSERT_TRUE(bank->restores().finish(
        {}, *checked, bindings.of_lost_checkpoint(checked->id, *checked->lost_checkpoint)));
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("restore ok"));
    EXPECT_EQ(refusal(), "");
    database.query("update bank.restores set lost_checkpoint = lost_checkpoint || 'x'");
    EXPECT_THAT(refusal(), HasSubstr("Row 1 of bank.restores"));
}

TEST_F(PlantedRows, ACopyThatTheCoreDidNotMoveIsSeenAndBegunAgain) {
    auto const one = sealer({});
    seal_more(*one);
    auto const all = static_cast<std::uint64_t>(sealed());
    ASSERT_GT(all, 1U);
    auto const is_own = [&](audit::Delivered const& delivered) {
        return bindings.is_delivery("journald", delivered.next.value_or(0), delivered.mac);
    };
    auto const reach = [&](std::uint64_t next, bool is_restart) {
        ASSERT_TRUE(bank->audit().set_delivered(
            "journald", {next, bindings.of_delivery("journald", next), is_restart}));
    };
    auto delivered = bank->audit().delivered("journald").value();
    EXPECT_EQ(delivered.next, std::nullopt);
    EXPECT_EQ(delivered.oldest, 0U);
    reach(1, false);
    delivered = bank->audit().delivered("journald").value();
    EXPECT_EQ(delivered.next, 1U);
    EXPECT_TRUE(is_own(delivered));
    database.query(fmt::format("update bank.audit_deliveries set next_no = {}", all));
    delivered = bank->audit().delivered("journald").value();
    EXPECT_EQ(delivered.next, all);
    EXPECT_FALSE(is_own(delivered));
    EXPECT_EQ(delivered.oldest, 0U);
    reach(0, true);
    delivered = bank->audit().delivered("journald").value();
    EXPECT_EQ(delivered.next, 0U);
    EXPECT_TRUE(is_own(delivered));
    // What is gone cannot be copied: the copy begins with the first seal that is whole.
    auto const first =
        database.value("select record_count from bank.audit_seals where first_no = 0");
    database.query(
        "alter table bank.audit_logs disable trigger user;"
        "delete from bank.audit_logs where id = (select min(id) from bank.audit_logs);"
        "alter table bank.audit_logs enable always trigger refuse_row_change,"
        " enable always trigger refuse_change, enable always trigger refuse_row_deletion");
    EXPECT_EQ(std::to_string(bank->audit().delivered("journald")->oldest), first);
}

TEST_F(PlantedRows, TheAccountOfATransfersRecordIsNotBelieved) {
    auto const anna = person(api::Role::customer, "anna");
    auto const bert = person(api::Role::customer, "bert");
    auto const from = account(anna).id;
    auto const to = account(bert).id;
    auto const other = account(bert).id;
    pay_in(from, 100);
    authorize(anna, from);
    posted(transfer(anna, from, to, 10, "posted"));
    EXPECT_EQ(outcome(transfer(anna, from, to, 1000, "refused")), "insufficient_funds");
    auto const trail = [&](AccountId id) {
        api::AuditRequest request;
        request.account_id = id;
        request.action = "transfer";
        return bank->audit().read(admin.acting, request).value().items.size();
    };
    auto const altered = [&] {
        return database.query(
            "select l.outcome from bank.audit_logs l join bank.audit_subjects s on s.id = "
            "l.subject_id, bank.audit_secret a, bank.written_record(l, s.hash, a.value) w where "
            "bank.leaf_of(w.record) <> l.leaf order by l.id");
    };
    auto const set_account = [&](std::string const& value, std::string const& which) {
        database.query(
            "alter table bank.audit_logs disable trigger user;"
            "update bank.audit_logs set account_id = " +
            value + " where action = 'transfer' and outcome = '" + which + "'");
    };
    EXPECT_EQ(trail(from), 2U);
    EXPECT_THAT(altered(), IsEmpty());
    for (auto const& value : {std::string("null"), std::to_string(other.value)}) {
        set_account(value, "insufficient_funds");
        EXPECT_THAT(altered(), ::testing::ElementsAre("insufficient_funds")) << value;
        EXPECT_EQ(trail(from), 2U) << value;
        EXPECT_EQ(trail(other), 0U) << value;
    }
    set_account(std::to_string(from.value), "insufficient_funds");
    EXPECT_THAT(altered(), IsEmpty());
    set_account(std::to_string(other.value), "posted");
    EXPECT_THAT(altered(), ::testing::ElementsAre("posted"));
    EXPECT_EQ(trail(other), 0U);
}

}  // namespace
}  // namespace bank::test
