#include "plugins/rest/json/transfer_reader.hpp"

#include <algorithm>
#include <limits>

#include "core/base/bounds.hpp"

namespace bank::rest {
namespace {

using api::TransferKind;

// What the bank itself does, nobody may ask for.
std::optional<TransferKind> parse_kind(std::string_view text) noexcept {
    auto const kind = api::parse_transfer_kind(text);
    return kind == TransferKind::expiry ? std::nullopt : kind;
}

void read_accounts(BodyReader& body, api::TransferRequest& request) {
    BodyReader::TextBounds const size{.size_max = bounds::account_no_size_max};
    switch (request.kind) {
    case TransferKind::deposit: return body.text("account_no", request.credit_account_no, size);
    case TransferKind::withdrawal: return body.text("account_no", request.debit_account_no, size);
    case TransferKind::transfer:
    case TransferKind::hold:
        body.text("debit_account_no", request.debit_account_no, size);
        return body.text("credit_account_no", request.credit_account_no, size);
    case TransferKind::capture:
    case TransferKind::release:
    case TransferKind::expiry:
    case TransferKind::reversal:
        return body.integer("origin_id", request.origin.value,
                            {.minimum = 1, .maximum = std::numeric_limits<std::int64_t>::max()});
    }
}

}  // namespace

bool is_idempotency_key(std::string_view text) noexcept {
    return !text.empty() && text.size() <= bounds::idempotency_key_size_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

void read_expiry(BodyReader& body, api::TransferRequest& request) {
    body.integer(
        "expires_in_s", request.expires_in_s,
        {.minimum = 1, .maximum = bounds::hold_lifetime_s_max, .presence = Presence::optional});
}

void read_reference(BodyReader& body, api::TransferRequest& request) {
    body.text(
        "reference", request.reference,
        {.size_min = 0, .size_max = bounds::reference_size_max, .presence = Presence::optional});
}

void read_pin(BodyReader& body, api::TransferRequest& request) {
    body.secret("pin", request.pin,
                {.size_max = bounds::pin_size_max, .presence = Presence::optional});
}

void read_transfer(BodyReader& body, api::TransferRequest& request) {
    body.word("kind", request.kind, parse_kind, Presence::optional);
    read_accounts(body, request);
    if (request.kind != TransferKind::release) {
        auto const may_be_all = api::has_origin(request.kind);
        body.money("amount", request.amount, may_be_all ? Presence::optional : Presence::required);
    }
    if (request.kind == TransferKind::hold) read_expiry(body, request);
    read_reference(body, request);
    read_pin(body, request);
}

}  // namespace bank::rest
