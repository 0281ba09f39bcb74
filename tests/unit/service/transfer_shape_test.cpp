#include "core/service/transfer_shape.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/base/bytes.hpp"

namespace bank::service {
namespace {

using api::TransferKind;

api::TransferRequest transfer() {
    api::TransferRequest request;
    request.idempotency_key = "order-17";
    request.debit_account_no = "DE89370400440532013000";
    request.credit_account_no = "GB82WEST12345698765432";
    request.amount = {1250, *money::parse_currency("EUR")};
    request.reference = "rent";
    return request;
}

TEST(TransferShape, OfAGoodRequestIsFine) {
    EXPECT_TRUE(check_shape(transfer()).ok());
}

struct Row {
    char const* name;
    void (*spoil)(api::TransferRequest&);
    Code expected;
    char const* field;
};

class BadShape : public testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(
    TransferShape, BadShape,
    testing::Values(
        Row{"no_key", [](auto& r) { r.idempotency_key = ""; }, Code::idempotency_key_missing, ""},
        Row{"long_key", [](auto& r) { r.idempotency_key = std::string(256, 'k'); },
            Code::invalid_field, "Idempotency-Key"},
        Row{"blank_in_key", [](auto& r) { r.idempotency_key = "a b"; }, Code::invalid_field,
            "Idempotency-Key"},
        Row{"control_in_key", [](auto& r) { r.idempotency_key = "a\x01"; }, Code::invalid_field,
            "Idempotency-Key"},
        Row{"no_debit", [](auto& r) { r.debit_account_no = ""; }, Code::invalid_field,
            "/debit_account_no"},
        Row{"check_digits", [](auto& r) { r.credit_account_no = "GB83WEST12345698765432"; },
            Code::invalid_field, "/credit_account_no"},
        Row{"deposit_with_debit", [](auto& r) { r.kind = TransferKind::deposit; },
            Code::invalid_field, "/account_no"},
        Row{"zero", [](auto& r) { r.amount.amount = 0; }, Code::invalid_field, "/amount/amount"},
        Row{"negative", [](auto& r) { r.amount.amount = -1; }, Code::invalid_field,
            "/amount/amount"},
        Row{"too_much", [](auto& r) { r.amount.amount = 9'007'199'254'740'992; },
            Code::invalid_field, "/amount/amount"},
        Row{"long_reference", [](auto& r) { r.reference = std::string(141, 'r'); },
            Code::invalid_field, "/reference"},
        Row{"control_in_reference", [](auto& r) { r.reference = "a\nb"; }, Code::invalid_field,
            "/reference"}),
    [](auto const& row) { return row.param.name; });

TEST_P(BadShape, IsRefusedWithItsField) {
    auto request = transfer();
    GetParam().spoil(request);
    auto const checked = check_shape(request);
    ASSERT_FALSE(checked.ok());
    EXPECT_EQ(checked.code(), GetParam().expected);
    EXPECT_EQ(checked.error().field, GetParam().field);
}

TEST(TransferDigest, CoversAllThatIsAskedForButNotThePin) {
    std::set<ledger::Digest> digests;
    auto add = [&](auto change) {
        auto request = transfer();
        change(request);
        return digests.insert(digest_of(request)).second;
    };
    EXPECT_TRUE(add([](auto&) {}));
    EXPECT_FALSE(add([](auto& r) { r.pin = Secret("1357"); }));
    EXPECT_FALSE(add([](auto& r) { r.idempotency_key = "other"; }));
    EXPECT_TRUE(add([](auto& r) { r.kind = TransferKind::deposit; }));
    EXPECT_TRUE(add([](auto& r) { std::swap(r.debit_account_no, r.credit_account_no); }));
    EXPECT_TRUE(add([](auto& r) { r.amount.amount = 1251; }));
    EXPECT_TRUE(add([](auto& r) { r.amount.currency = *money::parse_currency("USD"); }));
    EXPECT_TRUE(add([](auto& r) { r.reference = "rent "; }));
    // Adjacent texts cannot exchange characters.
    EXPECT_TRUE(add([](auto& r) { r.debit_account_no += "G", r.credit_account_no.erase(0, 1); }));
}

// Stored in the database for good: a changed value would allow old requests to be posted again.
TEST(TransferDigest, HasTheValueThatIsAlreadyStored) {
    EXPECT_EQ(to_hex(digest_of(transfer())),
              "f6d2c0f9f30f5cf390f2b6537c9a19855e4a77d8d67f73e2881df5968ba72dd5");
    EXPECT_EQ(to_string(idempotency_id_of(UserId{42}, "order-17")),
              "66eb9527-d9c7-4048-69ae-9483f3dfb6ea");
}

TEST(IdempotencyIds, BelongToOneActorAndOneKey) {
    EXPECT_NE(idempotency_id_of(UserId{1}, "a"), idempotency_id_of(UserId{2}, "a"));
    EXPECT_NE(idempotency_id_of(UserId{1}, "a"), idempotency_id_of(UserId{1}, "b"));
    EXPECT_NE(idempotency_id_of(UserId{1}, "a", {0, 2}), idempotency_id_of(UserId{1}, "a", {1, 2}));
}

TEST(IdempotencyIds, KeepTheTimeOfAKeyThatIsAUuidOfVersion7) {
    std::string const key = "01941f29-7c00-7aaa-8bbb-0123456789ab";
    auto const id = idempotency_id_of(UserId{42}, key, {3, 5});
    EXPECT_EQ(to_string(id), "01941f29-7c00-d963-e85a-5a4ff511b2f7");
    // Another user's key, or the same in other case, is another request of the same moment.
    auto const another = to_string(idempotency_id_of(UserId{43}, key, {3, 5}));
    EXPECT_EQ(another.substr(0, 13), "01941f29-7c00");
    EXPECT_NE(another, to_string(id));
    auto const version_4 = idempotency_id_of(UserId{42}, "01941f29-7c00-4aaa-8bbb-0123456789ab");
    EXPECT_NE(to_string(version_4).substr(0, 13), "01941f29-7c00");
}

struct OriginRow {
    char const* name;
    void (*change)(api::TransferRequest&);
    char const* field;  // Empty: it is valid.
};

class OriginShape : public testing::TestWithParam<OriginRow> {};

TEST_P(OriginShape, IsJudgedByKind) {
    api::TransferRequest request;
    request.idempotency_key = "order-17";
    request.origin = TransferId{5};
    GetParam().change(request);
    auto const status = check_shape(request);
    EXPECT_EQ(status.ok() ? "" : status.error().field, GetParam().field);
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, OriginShape,
    testing::Values(
        OriginRow{"capture_of_all", [](auto& r) { r.kind = api::TransferKind::capture; }, ""},
        OriginRow{"reversal_of_all", [](auto& r) { r.kind = api::TransferKind::reversal; }, ""},
        OriginRow{"release", [](auto& r) { r.kind = api::TransferKind::release; }, ""},
        OriginRow{"release_of_a_part",
                  [](auto& r) {
                      r.kind = api::TransferKind::release;
                      r.amount = {1, *money::parse_currency("EUR")};
                  },
                  "/amount"},
        OriginRow{"capture_without_hold",
                  [](auto& r) {
                      r.kind = api::TransferKind::capture;
                      r.origin = {};
                  },
                  "/origin_id"},
        OriginRow{"capture_of_an_account",
                  [](auto& r) {
                      r.kind = api::TransferKind::capture;
                      r.debit_account_no = "DE89370400440532013000";
                  },
                  "/debit_account_no"},
        OriginRow{"expiry", [](auto& r) { r.kind = api::TransferKind::expiry; }, "/kind"},
        OriginRow{"hold_too_long",
                  [](auto& r) {
                      r = transfer();
                      r.kind = api::TransferKind::hold;
                      r.expires_in_s = bounds::hold_lifetime_s_max + 1;
                  },
                  "/expires_in_s"}),
    [](auto const& row) { return std::string{row.param.name}; });

TEST(LinkedShape, NamesTheTransferThatIsWrong) {
    api::LinkedTransfersRequest linked;
    linked.idempotency_key = "group";
    EXPECT_EQ(check_shape(linked).error().field, "/transfers");
    linked.transfers.push_back(transfer());
    linked.transfers.push_back(transfer());
    EXPECT_TRUE(check_shape(linked).ok());
    linked.transfers[1].amount.amount = 0;
    EXPECT_EQ(check_shape(linked).error().field, "/transfers/1/amount/amount");
    linked.transfers.resize(1);
    for (std::size_t i = 0; i < bounds::linked_transfers_max; ++i) {
        linked.transfers.push_back(transfer());
    }
    EXPECT_EQ(check_shape(linked).error().field, "/transfers");
}

}  // namespace
}  // namespace bank::service
