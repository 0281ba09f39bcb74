// digest  = SHA-256( "bankd-transfer-1" text(kind) text(debit_account_no) text(credit_account_no)
//                    int64(amount) text(currency) text(reference) )
// id      = first 128 bits of SHA-256( "bankd-idempotency-1" int64(actor) text(key) )
// text(x) = int64(size in bytes) bytes;  int64 = 8 bytes, big-endian
#include "core/service/transfer_shape.hpp"

#include <algorithm>
#include <array>

#include "core/base/bounds.hpp"
#include "core/base/bytes.hpp"
#include "core/base/text.hpp"
#include "core/crypto/digest.hpp"
#include "core/money/iban.hpp"

namespace bank::service {
namespace {

class Encoder {
public:
    explicit Encoder(std::string_view domain) { digest_.update(as_bytes(domain)); }

    Encoder& integer(std::int64_t value) {
        std::array<std::uint8_t, 8> bytes{};
        for (std::size_t i = 0; i < bytes.size(); ++i) {
            bytes[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (56 - 8 * i));
        }
        digest_.update(bytes);
        return *this;
    }
    Encoder& text(std::string_view value) {
        integer(static_cast<std::int64_t>(value.size()));
        digest_.update(as_bytes(value));
        return *this;
    }
    ledger::Digest finish() { return digest_.finish(); }

private:
    crypto::Sha256 digest_;
};

Error invalid(std::string field, std::string message) {
    return {.code = Code::invalid_field, .field = std::move(field), .message = std::move(message)};
}

Status check_account_no(std::string const& account_no, std::string field, bool is_wanted) {
    if (!is_wanted && !account_no.empty())
        return invalid(field, "Not used by this kind of transfer.");
    if (is_wanted && !money::is_iban(account_no)) {
        return invalid(field, "Not an account number: look at its check digits.");
    }
    return Done{};
}

}  // namespace

Status check_shape(api::TransferRequest const& transfer) {
    using api::TransferKind;
    auto const& key = transfer.idempotency_key;
    if (key.empty()) return Code::idempotency_key_missing;
    auto const is_printable = [](char c) { return c > ' ' && c <= '~'; };
    if (key.size() > bounds::idempotency_key_size_max ||
        !std::all_of(key.begin(), key.end(), is_printable)) {
        return invalid("Idempotency-Key", "1 to 255 printable ASCII characters without blanks.");
    }
    auto const is_single = transfer.kind != TransferKind::transfer;
    auto debit =
        check_account_no(transfer.debit_account_no, is_single ? "/account_no" : "/debit_account_no",
                         transfer.kind != TransferKind::deposit);
    if (!debit.ok()) return debit;
    auto credit = check_account_no(transfer.credit_account_no,
                                   is_single ? "/account_no" : "/credit_account_no",
                                   transfer.kind != TransferKind::withdrawal);
    if (!credit.ok()) return credit;
    if (transfer.amount.amount < 1 || transfer.amount.amount > bounds::amount_max) {
        return invalid("/amount/amount", "From 1 to 9007199254740991 minor units.");
    }
    if (transfer.reference.size() > bounds::reference_size_max ||
        !is_plain_text(transfer.reference)) {
        return invalid("/reference", "At most 140 bytes of text without control characters.");
    }
    return Done{};
}

ledger::Digest digest_of(api::TransferRequest const& transfer) {
    return Encoder("bankd-transfer-1")
        .text(api::to_string(transfer.kind))
        .text(transfer.debit_account_no)
        .text(transfer.credit_account_no)
        .integer(transfer.amount.amount)
        .text(transfer.amount.currency.code())
        .text(transfer.reference)
        .finish();
}

Uuid idempotency_id_of(UserId actor, std::string const& idempotency_key) {
    auto const digest =
        Encoder("bankd-idempotency-1").integer(actor.value).text(idempotency_key).finish();
    Uuid id;
    std::copy_n(digest.begin(), id.bytes.size(), id.bytes.begin());
    return id;
}

}  // namespace bank::service
