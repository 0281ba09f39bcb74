// Archives: their content, what may then be removed from the database, and what remains valid.
#include "core/verify/export_verifier.hpp"
#include "tests/integration/postgres/proofs_fixture.hpp"

namespace bank::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Timestamp always{253'402'300'799'000'000};

class Archives : public Proofs {
protected:
    // How old records must be: a test cannot wait for 90 days.
    void require_age(std::string const& age) const {
        database.query(
            "create or replace function bank.archive_age() returns interval language sql immutable "
            "set search_path = pg_catalog, pg_temp as $$ select interval '" +
            age + "' $$");
    }
    // As an attacker with all rights.
    void change(std::string const& table, std::string const& assignment) const {
        database.query(
            fmt::format("alter table bank.{0} disable trigger user;"
                        "update bank.{0} set {1};"
                        "alter table bank.{0} enable always trigger refuse_row_change,"
                        " enable always trigger refuse_change",
                        table, assignment));
    }
    struct Written {
        std::string text;
        api::Archive archive;
    };
    Result<Written> archive(Person const& who, Timestamp before = always) {
        Written written;
        auto const done =
            bank->audit().archive(who.acting, origin, before, [&](std::string_view lines) {
                written.text += lines;
                return Status(Done{});
            });
        if (!done) return done.error();
        written.archive = *done;
        return written;
    }
    std::string prune(Person const& who, std::string const& digest) {
        auto const pruned = bank->audit().prune(who.acting, digest);
        return pruned ? fmt::format("{} to {}", pruned->first, pruned->end)
                      : std::string(word(pruned.code()));
    }
    std::int64_t count(std::string const& table) const {
        return std::stoll(database.value("select count(*) from bank." + table));
    }
    // The codes of the findings.
    std::vector<std::string> verify(std::vector<std::string> const& files) const {
        verify::ExportVerifier verifier(keys_);
        for (std::size_t i = 0; i < files.size(); ++i) {
            verify::TextSource source(files[i]);
            EXPECT_TRUE(verifier.add_file("file", source, i + 1 == files.size()));
        }
        static_cast<void>(verifier.finish());
        std::vector<std::string> words;
        for (auto const& finding : verifier.findings().kept()) {
            words.emplace_back(word(finding.code));
            EXPECT_EQ(words.back(), "incomplete") << finding.text;
        }
        return words;
    }
};

TEST_F(Archives, HoldWholeSealsAndThenTheirRecordsMayGo) {
    fill_trail();
    auto const anna = person(api::Role::customer, "nina");
    auto const own = account(anna).id;
    seal_all();
    auto const early = posted(deposit(teller, own, 5, "early"));
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(bank->audit().record({}));
    seal_all();
    auto const late = posted(deposit(teller, own, 7, "late"));
    seal_all();
    require_age("0");
    auto const first = archive(admin);
    require_age("90 days");
    ASSERT_TRUE(first) << first.error().detail;
    EXPECT_EQ(first->archive.first, 0U);
    auto const end = first->archive.end;
    ASSERT_GT(end, 256U);
    EXPECT_EQ(first->archive.digest, to_hex(crypto::sha256(as_bytes(first->text))));
    EXPECT_THAT(audit_tail(2), ElementsAre("view_audit ok", "archive_audit ok"));
    EXPECT_THAT(verify({first->text}), IsEmpty());
    // Nothing is removed before pruning.
    EXPECT_TRUE(exported(admin)->starts_with(fmt::format("bankd-export/1\t{}\t0\nS\t0\t", origin)));

    auto const records = count("audit_logs");
    auto const details = count("audit_details");
    EXPECT_EQ(prune(admin, std::string(64, '0')), "archive_not_found");
    EXPECT_EQ(prune(admin, "no digest"), "invalid_field");
    EXPECT_EQ(prune(admin, first->archive.digest), fmt::format("0 to {}", end));
    EXPECT_THAT(audit_tail(2), ElementsAre("prune_audit archive_not_found", "prune_audit ok"));
    EXPECT_EQ(count("audit_logs"), records + 3 - static_cast<std::int64_t>(end));
    EXPECT_LT(count("audit_details"), details);
    EXPECT_EQ(prune(admin, first->archive.digest), fmt::format("0 to {}", end))
        << "said again it goes on";
    EXPECT_EQ(count("audit_logs"), records + 3 - static_cast<std::int64_t>(end));
    expect_sound_ledger();

    // The rest can be verified on its own, and together with the archive completely.
    seal_all();
    auto const rest = exported(admin);
    ASSERT_TRUE(rest) << rest.error().detail;
    EXPECT_TRUE(rest->starts_with(fmt::format("bankd-export/1\t{}\t{}\nL\t", origin, end)));
    EXPECT_THAT(verify({*rest}), ElementsAre("incomplete"));
    EXPECT_THAT(verify({first->text, *rest}), IsEmpty());

    EXPECT_EQ(word(receipt(anna, early).code()), "record_archived");
    auto const proven = receipt(anna, late);
    ASSERT_TRUE(proven) << proven.error().detail;
    EXPECT_GE(proven->number, end);

    // The next archive continues.
    EXPECT_EQ(word(archive(admin).code()), "nothing_to_archive");
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(bank->audit().record({}));
    seal_all();
    require_age("0");
    auto const second = archive(admin);
    ASSERT_TRUE(second) << second.error().detail;
    EXPECT_EQ(second->archive.first, end);
    EXPECT_EQ(prune(admin, second->archive.digest),
              fmt::format("{} to {}", end, second->archive.end));
    EXPECT_EQ(prune(admin, first->archive.digest), "archive_not_found") << "it is behind";
    EXPECT_THAT(verify({first->text, second->text, *exported(admin)}), IsEmpty());
    expect_sound_ledger();
}

TEST_F(Archives, TakeNothingThatIsFreshOrNotDelivered) {
    fill_trail();
    seal_all();
    EXPECT_EQ(word(archive(admin).code()), "nothing_to_archive");
    require_age("1 hour");
    EXPECT_EQ(word(archive(admin).code()), "nothing_to_archive");
    require_age("0");
    EXPECT_EQ(word(archive(admin, clock_.now() + std::chrono::hours(-24 * 92)).code()),
              "nothing_to_archive");
    ASSERT_TRUE(bank->audit().set_delivered("journald", {100, {}, false}));
    auto const some = archive(admin);
    ASSERT_TRUE(some) << some.error().detail;
    EXPECT_EQ(some->archive.end, 64U);
    ASSERT_TRUE(bank->audit().set_delivered("journald", {300, {}, false}));
    auto const more = archive(admin);
    ASSERT_TRUE(more) << more.error().detail;
    EXPECT_EQ(more->archive.end, 256U) << "of the last tile the tree needs the records";
}

TEST_F(Archives, TakeNothingForOlderThanItsRecordsAre) {
    fill_trail();
    seal_all();
    change("audit_checkpoints", "signed_at = signed_at - interval '1 year'");
    EXPECT_EQ(word(archive(admin).code()), "nothing_to_archive");
    change("audit_seals", "sealed_at = sealed_at - interval '1 year'");
    EXPECT_EQ(word(archive(admin).code()), "nothing_to_archive");
    // A record that was altered is not what the tree has, with its leaf or without.
    change("audit_logs", R"("timestamp" = "timestamp" - interval '1 year')");
    EXPECT_EQ(word(archive(admin).code()), "nothing_to_archive");
    change("transfers", "created_at = created_at - interval '1 year'");
    change("audit_logs",
           "leaf = (select bank.leaf_of(w.record) from bank.audit_subjects s, bank.audit_secret a,"
           " bank.written_record(audit_logs, s.hash, a.value) w where s.id = subject_id)");
    EXPECT_EQ(word(archive(admin).code()), "nothing_to_archive");
    change("audit_checkpoints", "signed_at = signed_at + interval '10 years'");
    require_age("0");
    EXPECT_EQ(word(archive(admin).code()), "nothing_to_archive");
}

TEST_F(Archives, WhatIsInTheDatabaseStaysWhoeverAsks) {
    constexpr auto append_only = "BK002";
    constexpr auto insufficient_privilege = "42501";
    fill_trail();
    seal_all();
    require_age("0");
    auto const teller_archives = archive(teller);
    EXPECT_EQ(word(teller_archives.code()), "permission_denied");
    EXPECT_EQ(prune(teller, std::string(64, '0')), "permission_denied");
    auto const auditor = person(api::Role::auditor, "otto");
    EXPECT_EQ(word(archive(auditor).code()), "permission_denied");

    // A compromised daemon cannot pass off a recent range as archived.
    auto const caller = fmt::format(R"(row('\x{}'::bytea, null, 'attack', null)::bank.caller)",
                                    to_hex(admin.acting.session));
    auto const as_admin = [&](std::string const& sql) {
        return run_sql(database.connection_as("bankd"), "set role bank_admin; " + sql, nullptr);
    };
    auto const digest = std::string(64, '1');
    auto const keep = [&](std::string const& from, std::string const& to) {
        return as_admin(fmt::format(R"(select bank.keep_archive({}, {}, {}, '\x{}'))", caller, from,
                                    to, digest));
    };
    auto const size = database.value("select tree_size from bank.sealed()");
    EXPECT_EQ(keep("0", size), "BK001");
    EXPECT_EQ(keep("0", "65"), "BK001");
    EXPECT_EQ(keep("64", "128"), "BK001");
    EXPECT_EQ(as_admin("insert into bank.audit_prunings default values"), insufficient_privilege);
    EXPECT_EQ(as_admin("select bank.drop_pruned(1)"), insufficient_privilege);

    auto const written = archive(admin);
    ASSERT_TRUE(written);
    auto const records = count("audit_logs");
    auto const remove = [&](std::string const& which) {
        return run_sql(database.connection_as_superuser(),
                       "delete from bank.audit_logs where id = " + which, nullptr);
    };
    auto const oldest = "(select min(id) from bank.audit_logs)";
    EXPECT_EQ(remove(oldest), append_only) << "archived, but not pruned";
    EXPECT_EQ(count("audit_logs"), records);
    EXPECT_EQ(prune(admin, written->archive.digest), fmt::format("0 to {}", written->archive.end));
    EXPECT_EQ(remove(oldest), append_only) << "what is left";
    for (auto const* change :
         {"update bank.audit_logs set action = 'x' where id = (select min(id) from "
          "bank.audit_logs)",
          "truncate bank.audit_logs", "update bank.audit_archives set end_no = 9999",
          "delete from bank.audit_prunings", "truncate bank.audit_prunings"}) {
        EXPECT_EQ(run_sql(database.connection_as_superuser(), change, nullptr), append_only)
            << change;
    }
}

}  // namespace
}  // namespace bank::test
