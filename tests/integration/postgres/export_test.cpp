// Receipts and the export of the log, verified as by a person who has only them.
#include <fmt/format.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/integration/postgres/proofs_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    while (true) {
        auto const end = text.find(at);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::string salted(std::string const& salt_hex, std::string const& text) {
    auto bytes = from_hex(salt_hex).value();
    bytes.insert(bytes.end(), text.begin(), text.end());
    return to_hex(crypto::sha256(bytes));
}

TEST_F(Proofs, ReceiptsProveATransferToBothSidesAndToNobodyElse) {
    auto const anna = person(Role::customer, "anna");
    auto const bert = person(Role::customer, "bert");
    auto const carl = person(Role::customer, "carl");
    auto const from = account(anna).id;
    auto const to = account(bert).id;
    pay_in(from, 1000);
    authorize(anna, from);
    auto sent = transfer(anna, from, to, 100, "k");
    sent.reference = "rent";
    auto const id = posted(sent);
    EXPECT_EQ(word(receipt(anna, id).code()), "receipt_pending");
    auto const covering = database.value(fmt::format(
        "select xid::text || ' ' || id from bank.audit_logs where transfer_id = {}", id.value));
    ASSERT_TRUE(requested);
    EXPECT_EQ(fmt::format("{} {}", requested->xid, requested->id), covering);
    seal_all();
    requested.reset();

    for (auto const& who : {anna, bert, teller, admin}) {
        auto const proven = receipt(who, id);
        ASSERT_TRUE(proven) << proven.error().detail;
        audit::Proof proof;
        for (auto const& text : proven->proof) {
            auto const bytes = from_base64(text).value();
            ASSERT_EQ(bytes.size(), proof.emplace_back().size());
            std::copy(bytes.begin(), bytes.end(), proof.back().begin());
        }
        auto const head = head_of(proven->checkpoint);
        EXPECT_EQ(head.size, proven->tree_size);
        EXPECT_TRUE(audit::is_included(audit::leaf_hash(as_bytes(proven->record)), proven->number,
                                       proof, head));
        auto const fields = split(proven->record, '\t');
        EXPECT_EQ(fields.at(7), std::to_string(id.value));
        ASSERT_TRUE(proven->reference);
        EXPECT_EQ(proven->reference->value, "rent");
        EXPECT_EQ(fields.at(16), salted(to_hex(proven->reference->salt), proven->reference->value));
    }
    EXPECT_EQ(word(receipt(carl, id).code()), "not_found");
    EXPECT_EQ(word(receipt(anna, TransferId{id.value + 1000}).code()), "not_found");
    EXPECT_FALSE(requested) << "nothing is signed for a stranger, nor for what is signed";

    auto const later = posted(transfer(anna, from, to, 100, "later"));
    EXPECT_EQ(word(receipt(anna, later).code()), "receipt_pending");
}

TEST_F(Proofs, ReceiptsAreRefusedForARecordThatWasChanged) {
    auto const anna = person(Role::customer, "anna");
    auto const id = account(anna).id;
    auto const paid = posted(deposit(teller, id, 100, "k"));
    seal_all();
    ASSERT_TRUE(receipt(anna, paid));
    database.query(fmt::format(
        "alter table bank.transfers disable trigger all; update bank.transfers set amount = 99"
        " where id = {}; alter table bank.transfers enable always trigger refuse_row_change",
        paid.value));
    EXPECT_EQ(word(receipt(anna, paid).code()), "internal_error");
}

// Reads an export line by line, and compares every hash and number in it with the rest.
class Reader {
public:
    explicit Reader(std::string const& text) {
        EXPECT_TRUE(text.ends_with('\n'));
        auto lines = split(text, '\n');
        lines.pop_back();
        for (auto const& line : lines) read(line);
        finish_record();
    }

    std::uint64_t next = 0;
    std::uint64_t seals = 0;
    std::uint64_t tiles = 0;
    std::vector<audit::Hash> leaves;
    std::vector<std::string> notes;
    std::vector<std::string> actions;  // "transfer posted"
    std::map<std::string, std::string> subjects;
    std::set<std::string> states;  // Table and key.
    std::map<std::string, std::string> accounts;  // id: balance, held.
    std::map<std::string, std::int64_t> balances;
    std::map<std::string, std::int64_t> held;
    std::string last;

private:
    void read(std::string const& line) {
        auto const tag = line.substr(0, line.find('\t'));
        auto const fields = split(line, '\t');
        auto const rest = [&](int before) {
            auto text = line;
            for (int i = 0; i < before; ++i) text.erase(0, text.find('\t') + 1);
            return text;
        };
        if (tag == "bankd-export/1") {
            EXPECT_EQ(fields.at(1), origin);
            next = std::stoull(fields.at(2));
        } else if (tag == "S") {
            finish_record();
            EXPECT_EQ(seal_end(), next) << line;
            EXPECT_EQ(fields.at(1), std::to_string(next));
            seal_begin_ = next;
            seal_count_ = std::stoull(fields.at(2));
            ++seals;
        } else if (tag == "T") {
            tiles_.push_back(fields);
            ++tiles;
        } else if (tag == "R" || tag == "U") {
            finish_record();
            record_ = split(rest(2), '\t');
            auto const leaf = audit::leaf_hash(as_bytes(rest(2)));
            EXPECT_EQ(fields.at(1), to_hex(leaf)) << line;
            needs_private_ = record_.at(0) == "transfer/1";
            if (tag == "U") return;
            leaves.push_back(leaf);
            ++next;
        } else if (tag == "E") {
            EXPECT_EQ(record_.at(17), salted(fields.at(1), rest(2)));
            EXPECT_TRUE(std::exchange(needs_private_, false));
        } else if (tag == "F") {
            EXPECT_EQ(record_.at(16), salted(fields.at(1), rest(2)));
        } else if (tag == "D") {
            EXPECT_EQ(record_.at(8), salted(fields.at(1), rest(2)));
        } else if (tag == "C") {
            auto const note = from_base64(fields.at(1)).value();
            notes.emplace_back(note.begin(), note.end());
        } else if (tag == "P") {
            EXPECT_EQ(fields.at(1), salted(fields.at(2), rest(3)));
            subjects[fields.at(1)] = rest(3);
        } else if (tag == "A") {
            accounts[fields.at(1)] = fields.at(3) + " " + fields.at(4);
        } else if (tag == "V") {
            states.insert(fields.at(1) + " " + fields.at(2));
        } else if (tag == ".") {
            EXPECT_EQ(fields.at(1), std::to_string(next));
            last = line;
        } else {
            ADD_FAILURE() << line;
        }
    }
    std::uint64_t seal_end() const { return seals == 0 ? next : seal_begin_ + seal_count_; }

    void finish_record() {
        if (record_.empty()) return;
        auto const record = std::exchange(record_, {});
        actions.push_back(record.at(2) + " " + record.at(3));
        if (record.at(0) != "transfer/1" || record.at(3) != "posted") return;
        auto const& action = record.at(2);
        auto const amount = std::stoll(record.at(10));
        if (action == "hold") {
            holds_[record.at(7)] = {record.at(8), amount};
            held[record.at(8)] += amount;
            return;
        }
        if (action == "capture" || action == "release" || action == "expiry") {
            auto const& [account, reserved] = holds_.at(record.at(12));
            held[account] -= reserved;
        }
        if (action == "release" || action == "expiry") return;
        balances[record.at(8)] -= amount;
        balances[record.at(9)] += amount;
    }

    std::uint64_t seal_begin_ = 0;
    std::uint64_t seal_count_ = 0;
    std::vector<std::string> record_;
    bool needs_private_ = false;
    std::map<std::string, std::pair<std::string, std::int64_t>> holds_;

public:
    std::vector<std::vector<std::string>> tiles_;
};

TEST_F(Proofs, ExportsHoldAllThatAnAuditNeeds) {
    fill_trail();
    seal_all();
    auto const anna_pending = person(Role::customer, "nina");  // Not sealed.
    pay_in(account(anna_pending).id, 777);
    auto const auditor = person(Role::auditor, "otto");
    auto const text = exported(auditor);
    ASSERT_TRUE(text) << text.error().detail << text.error().message;
    Reader const read(*text);

    EXPECT_EQ(read.last, fmt::format(".\t{}", read.next));
    EXPECT_EQ(std::to_string(read.leaves.size()),
              database.value("select tree_size from bank.sealed()"));
    EXPECT_EQ(std::to_string(read.actions.size()),
              database.value("select count(*) from bank.audit_logs"));
    EXPECT_GT(read.seals, 4U);
    // The export contains the record of the export.
    EXPECT_EQ(read.actions.back(), "view_audit ok");
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("view_audit ok"));

    ASSERT_EQ(read.tiles, 1U);
    Bytes hashes;
    for (std::size_t i = 0; i < audit::tile_width; ++i) {
        hashes.insert(hashes.end(), read.leaves[i].begin(), read.leaves[i].end());
    }
    EXPECT_EQ(read.tiles_[0], (std::vector<std::string>{"T", "0", "0", to_base64(hashes)}));

    ASSERT_FALSE(read.notes.empty());
    for (auto const& note : read.notes) {
        auto const head = head_of(note);
        audit::TileEdge tree;
        for (std::size_t i = 0; i < head.size; ++i) tree.append(read.leaves.at(i));
        EXPECT_EQ(tree.head(), head);
    }

    EXPECT_EQ(std::to_string(read.accounts.size()),
              database.value("select count(*) from bank.accounts"));
    EXPECT_EQ(std::to_string(read.states.size()),
              database.value("select (select count(*) from bank.accounts)"
                             " + (select count(*) from bank.users)"
                             " + (select count(*) from bank.open_holds) + 1"))
        << "the last one: the rules";
    for (auto const& [id, kept] : read.accounts) {
        auto const sum = [&](std::map<std::string, std::int64_t> const& sums) {
            auto const found = sums.find(id);
            return found == sums.end() ? 0 : found->second;
        };
        EXPECT_EQ(fmt::format("{} {}", sum(read.balances), sum(read.held)), kept) << id;
    }
}

TEST_F(Proofs, ExportsGoOnWhereTheyWereCut) {
    fill_trail();
    seal_all();
    auto const whole = exported(admin);
    ASSERT_TRUE(whole) << whole.error().detail;
    auto const sealed = [](std::string const& text) { return text.substr(0, text.find("\nU\t")); };
    for (auto const* where : {"\nS\t0\t", "\nS\t128\t", "\nS\t"}) {
        auto const at = whole->rfind(where);
        ASSERT_NE(at, std::string::npos) << where;
        auto const from = std::stoull(whole->substr(at + 3));
        auto const rest = exported(admin, {.from = from, .is_resumed = true});
        ASSERT_TRUE(rest) << rest.error().message;
        EXPECT_EQ(sealed(whole->substr(0, at + 1) + *rest), sealed(*whole));
        EXPECT_NE(rest->find("\n.\t"), std::string::npos);
    }
    auto const later = exported(admin, {.from = 130});
    ASSERT_TRUE(later);
    EXPECT_TRUE(later->starts_with(fmt::format("bankd-export/1\t{}\t128\nL\t", origin)));
    EXPECT_EQ(later->substr(later->find("\nS\t"), 7), "\nS\t128\t");
    EXPECT_EQ(word(exported(admin, {.from = 130, .is_resumed = true}).code()), "invalid_field");
    EXPECT_EQ(word(exported(admin, {.from = 1'000'000}).code()), "invalid_field");
}

TEST_F(Proofs, ExportsOfAnEmptyTreeHaveWhatIsPending) {
    auto const text = exported(admin);
    ASSERT_TRUE(text) << text.error().detail;
    Reader const read(*text);
    EXPECT_EQ(read.last, ".\t0");
    EXPECT_FALSE(read.actions.empty());
}

TEST_F(Proofs, ExportsAreForAdminsAndAuditorsAndEndWithTheirReader) {
    auto const anna = person(Role::customer, "anna");
    for (auto const& who : {anna, teller}) {
        EXPECT_EQ(word(exported(who).code()), "permission_denied");
        EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("view_audit permission_denied"));
    }
    auto const gone = bank->audit().export_trail(
        admin.acting, origin, {}, [](std::string_view) { return Status(Code::shutting_down); });
    EXPECT_EQ(word(gone.code()), "shutting_down");
    ASSERT_TRUE(exported(admin));
}

}  // namespace
}  // namespace bank::test
