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
    // Neighbouring texts cannot trade characters.
    EXPECT_TRUE(add([](auto& r) { r.debit_account_no += "G", r.credit_account_no.erase(0, 1); }));
}

// Kept for ever in the database: a changed value would let old requests be posted again.
TEST(TransferDigest, HasTheValueThatIsAlreadyStored) {
    EXPECT_EQ(to_hex(digest_of(transfer())),
              "064b205c36852a296b4a7b769a08926d9fc4de8a131efef018c645ed5caef44c");
    EXPECT_EQ(to_string(idempotency_id_of(UserId{42}, "order-17")),
              "cbe54ee2-b579-4357-b1bc-60f941def859");
}

TEST(IdempotencyIds, BelongToOneActorAndOneKey) {
    EXPECT_NE(idempotency_id_of(UserId{1}, "a"), idempotency_id_of(UserId{2}, "a"));
    EXPECT_NE(idempotency_id_of(UserId{1}, "a"), idempotency_id_of(UserId{1}, "b"));
}

}  // namespace
}  // namespace bank::service
