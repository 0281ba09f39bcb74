// Ranges of the audit log and its growth, verified against a checkpoint's signature.
#include <gmock/gmock.h>

#include <bit>

#include "core/audit/record.hpp"
#include "core/base/bytes.hpp"
#include "core/service/log_proof.hpp"
#include "tests/integration/postgres/proofs_fixture.hpp"

namespace bank::test {
namespace {

using testing::HasSubstr;

std::vector<audit::Hash> hashes_of(std::vector<std::string> const& texts) {
    std::vector<audit::Hash> hashes;
    for (auto const& text : texts) {
        auto const bytes = from_base64(text);
        EXPECT_TRUE(bytes && bytes->size() == std::tuple_size_v<audit::Hash>);
        std::ranges::copy(*bytes, hashes.emplace_back().begin());
    }
    return hashes;
}

class LogProof : public Proofs {
protected:
    LogProof() {
        fill_trail();
        seal_all();
    }

    Result<api::ProvenRange> prove(Person const& who, std::int64_t first, std::int64_t last) {
        requested.reset();
        auto made = service::make_range_proof(bank->audit(), who.acting,
                                              {.first = AuditId{first}, .last = AuditId{last}},
                                              note_request());
        if (!made) return made.error();
        return *made ? Result<api::ProvenRange>{std::move(**made)} : Code::receipt_pending;
    }
    // The position of a record, as in requests for proofs.
    std::optional<audit::Position> position_of(std::int64_t id) {
        auto const xid =
            database.value(fmt::format("select xid from bank.audit_logs where id = {}", id));
        return audit::Position{std::stoull(xid), id};
    }
    std::int64_t id_at(std::string const& where) {
        return std::stoll(database.value("select " + where + " from bank.audit_logs"));
    }
    // From the records' own texts and the proof alone.
    static audit::Hash root_of(api::ProvenRange const& range) {
        auto const proof = hashes_of(range.proof);
        auto next = proof.begin();
        auto const end = range.first_number + range.records.size();
        auto const root = [&](auto const& self, std::uint64_t from,
                              std::uint64_t to) -> audit::Hash {
            if (to <= range.first_number || end <= from) return *next++;
            if (to - from == 1) {
                return audit::leaf_hash(as_bytes(range.records[from - range.first_number].record));
            }
            auto const middle = from + std::bit_floor(to - from - 1);
            auto const left = self(self, from, middle);
            return audit::node_hash(left, self(self, middle, to));
        };
        auto const found = root(root, 0, range.tree_size);
        EXPECT_TRUE(next == proof.end());
        return found;
    }
};

TEST_F(LogProof, LeadsFromARangeToASignedCheckpoint) {
    auto const last = id_at("max(id)");
    for (auto const& [from, to] :
         {std::pair{last - 40, last - 10}, {last - 450, last}, {1L, 30L}}) {
        auto const range = prove(admin, from, to);
        ASSERT_TRUE(range) << range.error().detail;
        auto const head = head_of(range->checkpoint);
        EXPECT_EQ(head.size, range->tree_size);
        EXPECT_EQ(root_of(*range), head.root);
        auto const asked = database.value(fmt::format(
            "select count(*) from bank.audit_logs where id between {} and {}", from, to));
        EXPECT_GE(range->records.size() + 2, std::stoul(asked));  // The newest are not signed yet.
    }
}

TEST_F(LogProof, RevealsWhatStandsBehindTheHashes) {
    auto const last = id_at("max(id) filter (where details_hash is not null)");
    auto const range = prove(admin, last - 20, last);
    ASSERT_TRUE(range);
    for (auto const& proven : range->records) {
        auto const record = audit::parse_record(proven.record);
        ASSERT_TRUE(record);
        auto const& event = std::get<audit::EventRecord>(*record);
        audit::Salt salt{};
        ASSERT_TRUE(proven.subject && proven.details);
        std::ranges::copy(proven.subject->salt, salt.begin());
        EXPECT_EQ(audit::salted_hash(salt, proven.subject->value), event.subject);
        std::ranges::copy(proven.details->salt, salt.begin());
        EXPECT_EQ(audit::salted_hash(salt, proven.details->value), event.details);
    }
}

TEST_F(LogProof, DoesNotHideWhatWasChanged) {
    auto const id = id_at("max(id) filter (where transfer_id is null) - 5");
    database.query(
        fmt::format("alter table bank.audit_logs disable trigger all;"
                    "update bank.audit_logs set outcome = 'ok' where id = {};"
                    "alter table bank.audit_logs enable trigger all",
                    id));
    auto const range = prove(admin, id - 3, id + 3);
    ASSERT_TRUE(range);
    EXPECT_NE(root_of(*range), head_of(range->checkpoint).root);
    for (auto const& proven : range->records) {
        auto const leaf = to_base64(audit::leaf_hash(as_bytes(proven.record)));
        EXPECT_EQ(leaf == proven.leaf, proven.id.value != id) << proven.id.value;
    }
}

TEST_F(LogProof, IsForThoseWhoMayReadTheTrail) {
    EXPECT_TRUE(prove(person(api::Role::auditor, "ada"), 1, 10));
    EXPECT_EQ(word(prove(person(api::Role::teller, "tess"), 1, 10).code()), "permission_denied");
    EXPECT_EQ(word(prove(person(api::Role::customer, "cleo"), 1, 10).code()), "permission_denied");
}

TEST_F(LogProof, IsRecordedAsAReading) {
    ASSERT_TRUE(prove(admin, 3, 9));
    EXPECT_THAT(database.value("select bank.record_details(l.details_hash, null)::text"
                               " from bank.audit_logs l order by l.id desc limit 1"),
                HasSubstr(R"("prove_from":3,"prove_to":9)"));
}

TEST_F(LogProof, RefusesWhatIsNoRange) {
    EXPECT_EQ(word(prove(admin, 10, 9).code()), "invalid_field");
    EXPECT_EQ(word(prove(admin, 1'000'000, 1'000'001).code()), "not_found");
    auto const newest = id_at("max(id)");
    EXPECT_EQ(word(prove(admin, newest, newest).code()), "receipt_pending");
    EXPECT_EQ(requested, position_of(newest));
    // The rest of a partly covered range is requested too.
    ASSERT_TRUE(prove(admin, newest - 5, newest));
    EXPECT_EQ(requested, position_of(newest));
    ASSERT_TRUE(prove(admin, 3, 9));
    EXPECT_FALSE(requested);
    audit::Event event;
    for (int i = 0; i < 300; ++i) ASSERT_TRUE(bank->audit().record(event));
    seal_all();
    auto const whole = prove(admin, 1, 1'000'000);
    ASSERT_FALSE(whole);
    EXPECT_EQ(word(whole.code()), "invalid_field");
    EXPECT_THAT(whole.error().message, HasSubstr("500"));
}

TEST_F(LogProof, ProvesThatTheLogOnlyGrew) {
    auto const older = head_of(bank->audit().last_checkpoint()->value().note);
    audit::Event event;
    for (int i = 0; i < 70; ++i) ASSERT_TRUE(bank->audit().record(event));
    seal_all();
    auto const newer = head_of(bank->audit().last_checkpoint()->value().note);
    ASSERT_GT(newer.size, older.size);
    auto const proof = service::make_growth_proof(bank->audit(), {older.size, newer.size});
    ASSERT_TRUE(proof);
    EXPECT_TRUE(audit::is_consistent(older, newer, hashes_of(proof->proof)));
    auto const forked = audit::TreeHead{older.size, newer.root};
    EXPECT_FALSE(audit::is_consistent(forked, newer, hashes_of(proof->proof)));
    for (auto const& [from, to] : {std::pair{0UL, 5UL}, {6UL, 5UL}, {5UL, newer.size + 1}}) {
        auto const refused = service::make_growth_proof(bank->audit(), {from, to});
        EXPECT_EQ(word(refused.code()), "invalid_field") << from << ' ' << to;
    }
}

}  // namespace
}  // namespace bank::test
