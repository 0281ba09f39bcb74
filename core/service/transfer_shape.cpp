// digest  = SHA-256( "bankd-transfer-2" text(kind) text(debit_account_no) text(credit_account_no)
//                    int64(origin) int64(amount) text(currency) text(reference)
//                    int64(expires_in_s) int64(place.index) int64(place.count) )
// hash    = SHA-256( "bankd-idempotency-2" int64(actor) text(key) int64(place.index) )
// id      = time(key) hash[0..10)  if the key is a UUID of version 7 (RFC 9562, section 5.7);
//           hash[0..16)            if not
// time(k) = the 48 bits of its unix_ts_ms
// text(x) = int64(size in bytes) bytes;  int64 = 8 bytes, big-endian
#include "core/service/transfer_shape.hpp"

#include <fmt/format.h>

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
        return invalid(field, "Not allowed for this kind of transaction.");
    if (is_wanted && !money::is_iban(account_no)) {
        return invalid(field, "Invalid account number; check for typing errors.");
    }
    return Done{};
}

Status check_accounts(api::TransferRequest const& transfer) {
    auto const& facts = api::facts(transfer.kind);
    auto const is_single = api::uses_cash(transfer.kind);
    auto const names_accounts = !api::has_origin(transfer.kind);
    auto debit =
        check_account_no(transfer.debit_account_no, is_single ? "/account_no" : "/debit_account_no",
                         facts.debit == api::KindAccount::named);
    if (!debit.ok()) return debit;
    auto credit = check_account_no(transfer.credit_account_no,
                                   is_single ? "/account_no" : "/credit_account_no",
                                   facts.credit == api::KindAccount::named);
    if (!credit.ok()) return credit;
    if (names_accounts != (transfer.origin.value == 0) || transfer.origin.value < 0) {
        return invalid("/origin_id", names_accounts ? "Not allowed for this kind of transaction."
                                                    : "Must be the id of a hold or transaction.");
    }
    return Done{};
}

Status check_amount(api::TransferRequest const& transfer) {
    auto const allowed = api::facts(transfer.kind).amount;
    auto const [amount, currency] = transfer.amount;
    auto const is_all = amount == 0 && currency == money::Currency{};
    if (allowed == api::KindAmount::none) {
        if (is_all) return Done{};
        return invalid("/amount", "Not allowed: a release frees the whole hold.");
    }
    if (is_all && allowed == api::KindAmount::optional) return Done{};
    if (amount >= 1 && amount <= bounds::amount_max) return Done{};
    return invalid("/amount/amount",
                   fmt::format("Must be from 1 to {} minor units.", bounds::amount_max));
}

Status check_hold_lifetime(api::TransferRequest const& transfer) {
    auto const lifetime = transfer.expires_in_s;
    if (!api::places_hold(transfer.kind) && lifetime != 0) {
        return invalid("/expires_in_s", "Not allowed for this kind of transaction.");
    }
    if (lifetime >= 0 && lifetime <= bounds::hold_lifetime_s_max) return Done{};
    return invalid("/expires_in_s", "Must be from 1 to 2678400 seconds (31 days).");
}

Status check_key(std::string const& key) {
    if (key.empty()) return Code::idempotency_key_missing;
    auto const is_printable = [](char c) { return c > ' ' && c <= '~'; };
    if (key.size() > bounds::idempotency_key_size_max ||
        !std::all_of(key.begin(), key.end(), is_printable)) {
        return invalid("Idempotency-Key",
                       "Must be 1 to 255 printable ASCII characters without blanks.");
    }
    return Done{};
}

Status check_contents(api::TransferRequest const& transfer) {
    if (!api::facts(transfer.kind).is_requested) {
        return invalid("/kind", "Holds expire automatically.");
    }
    if (auto accounts = check_accounts(transfer); !accounts.ok()) return accounts;
    if (auto amount = check_amount(transfer); !amount.ok()) return amount;
    if (auto lifetime = check_hold_lifetime(transfer); !lifetime.ok()) return lifetime;
    if (!is_legible_text(transfer.reference) ||
        count_characters(transfer.reference) > bounds::reference_size_max) {
        return invalid("/reference",
                       "Must be at most 140 characters, without characters that are hidden or "
                       "change the direction of others.");
    }
    return Done{};
}

}  // namespace

Status check_shape(api::TransferRequest const& transfer) {
    if (auto key = check_key(transfer.idempotency_key); !key.ok()) return key;
    return check_contents(transfer);
}

Status check_shape(api::LinkedTransfersRequest const& linked) {
    if (auto key = check_key(linked.idempotency_key); !key.ok()) return key;
    auto const count = linked.transfers.size();
    if (count == 0 || count > bounds::linked_transfers_max) {
        return invalid("/transfers", "Must be 1 to 100 transfers.");
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (auto contents = check_contents(linked.transfers[i]); !contents.ok()) {
            return at_leg(contents.error(), i);
        }
    }
    return Done{};
}

Error at_leg(Error error, std::size_t index) {
    error.field = "/transfers/" + std::to_string(index) + error.field;
    return error;
}

ledger::Digest digest_of(api::TransferRequest const& transfer, LegPlace place) {
    auto const currency = transfer.amount.currency;
    return Encoder("bankd-transfer-2")
        .text(api::to_string(transfer.kind))
        .text(transfer.debit_account_no)
        .text(transfer.credit_account_no)
        .integer(transfer.origin.value)
        .integer(transfer.amount.amount)
        .text(currency == money::Currency{} ? std::string_view{} : currency.code())
        .text(transfer.reference)
        .integer(transfer.expires_in_s)
        .integer(static_cast<std::int64_t>(place.index))
        .integer(static_cast<std::int64_t>(place.count))
        .finish();
}

Uuid idempotency_id_of(UserId actor, std::string const& idempotency_key, LegPlace place) {
    constexpr std::size_t time_size = 6;
    auto const digest = Encoder("bankd-idempotency-2")
                            .integer(actor.value)
                            .text(idempotency_key)
                            .integer(static_cast<std::int64_t>(place.index))
                            .finish();
    Uuid id;
    auto const key = parse_uuid(idempotency_key);
    auto const is_time_ordered = key && (key->bytes[6] & 0xf0) == 0x70;
    auto const head = is_time_ordered ? time_size : 0;
    if (is_time_ordered) std::copy_n(key->bytes.begin(), head, id.bytes.begin());
    std::copy_n(digest.begin(), id.bytes.size() - head, id.bytes.begin() + head);
    return id;
}

}  // namespace bank::service
