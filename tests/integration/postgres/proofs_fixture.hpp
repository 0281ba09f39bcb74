// A bank with a sealed and signed log, as seen by a person who knows only its key.
#pragma once
#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/audit/checkpoint.hpp"
#include "core/audit/sealer.hpp"
#include "core/crypto/key_maker.hpp"
#include "core/service/receipt.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {

inline constexpr auto origin = "bank.test/log";

class Proofs : public BankFixture {
protected:
    Proofs() {
        std::vector<audit::NoteSigner> signers;
        signers.push_back(audit::NoteSigner::make(origin, crypto::make_signing_key_pem()).value());
        keys_ = {signers.front().key()};
        audit::SealerSettings settings;
        settings.origin = origin;
        settings.checkpoint_every = std::chrono::milliseconds{0};
        settings.seal_max = 64;
        sealer_.emplace(*store_, clock_, record_keys(), std::move(signers), settings,
                        audit::Sealer::Hooks{[](std::string const&) {},
                                             [](std::string const& why) { FAIL() << why; },
                                             [](audit::RecordsAlarm const& alarm) {
                                                 ADD_FAILURE() << alarm.sentence;
                                                 return Status{Done{}};
                                             }});
    }
    ~Proofs() override { sealer_.reset(); }

    void seal_all() {
        auto const left = [&] {
            return database.value(
                "select count(*) from bank.audit_logs l left join bank.sealed() e on true"
                " where (l.xid, l.id) > (coalesce(e.last_xid, '0'), coalesce(e.last_id, 0))");
        };
        // The end of a seal also depends on transactions in other tests' databases: all
        // transactions of a cluster are in one order.
        auto const is_held_up = [&] {
            return database.value(
                "select exists (select from bank.audit_logs l"
                " where l.xid >= pg_snapshot_xmin(pg_current_snapshot()))");
        };
        auto const end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
        while (is_held_up() != "f" && std::chrono::steady_clock::now() < end) {
            std::this_thread::yield();
        }
        for (int i = 0; i < 1000 && left() != "0"; ++i) sealer_->step();
        ASSERT_EQ(left(), "0");
        sealer_->step();
    }
    // Verified by the log's keys.
    audit::TreeHead head_of(std::string const& note) {
        auto const opened = audit::open_note(note, keys_);
        EXPECT_TRUE(opened) << opened.error().detail;
        auto const checkpoint = audit::parse_checkpoint(opened->text);
        EXPECT_TRUE(checkpoint);
        EXPECT_EQ(checkpoint->origin, origin);
        return checkpoint->head;
    }
    // Without a covering checkpoint: receipt_pending, and `requested` is the position up to which
    // one was requested.
    Result<api::Receipt> receipt(Person const& who, TransferId id) {
        auto record = bank->audit().find_record(who.acting, id);
        if (!record) return record.error();
        auto made = service::make_receipt(bank->audit(), std::move(*record), note_request());
        if (!made) return made.error();
        return *made ? Result<api::Receipt>{std::move(**made)} : Code::receipt_pending;
    }
    service::CheckpointRequest note_request() {
        return [this](audit::Position covering) {
            requested = covering;
            return true;
        };
    }
    Result<std::string> exported(Person const& who, api::ExportRequest request = {}) {
        std::string text;
        auto const done =
            bank->audit().export_trail(who.acting, origin, request, [&](std::string_view lines) {
                EXPECT_TRUE(lines.ends_with('\n'));
                text += lines;
                return Status(Done{});
            });
        if (!done) return done.error();
        return text;
    }
    void fill_trail() {
        auto const anna = person(api::Role::customer, "anna");
        auto const bert = person(api::Role::customer, "bert");
        auto const from = account(anna).id;
        auto const to = account(bert).id;
        pay_in(from, 100'000);
        authorize(anna, from);
        for (int i = 0; i < 40; ++i) {
            auto sent = transfer(anna, from, to, 100 + i, fmt::format("t{}", i));
            if (i % 2 == 0) sent.reference = fmt::format("Rechnung {} für März", i);
            posted(sent);
        }
        EXPECT_EQ(outcome(transfer(anna, from, to, 10'000'000, "much")), "insufficient_funds");
        auto const captured = posted(hold(anna, from, to, 500, "h1"));
        auto const released = posted(hold(anna, from, to, 600, "h2"));
        posted(hold(anna, from, to, 700, "h3"));
        posted(capture(bert, captured, 200, "c1"));
        posted(release(bert, released, "r1"));
        audit::Event event;
        event.action = audit::Action::view_users;
        event.outcome = Code::permission_denied;
        event.details = R"({"text":"é \" \\ \n"})";
        event.source = {"192.0.2.9", "agent\t\"x\"", {{9}}};
        for (int i = 0; i < 300; ++i) ASSERT_TRUE(bank->audit().record(event));
    }

    std::optional<audit::Position> requested;
    std::unique_ptr<audit::SealStore> store_ = bank->make_seal_store();
    std::vector<audit::NoteKey> keys_;
    SystemClock clock_;
    std::optional<audit::Sealer> sealer_;
};

}  // namespace bank::test
