#include "plugins/rest/json/transfer_bodies.hpp"

#include <algorithm>
#include <array>

#include "core/api/describe.hpp"
#include "core/base/bounds.hpp"
#include "core/base/check.hpp"

namespace bank::rest {
namespace {

using api::Field;
using api::field;
using api::KindAccount;
using api::KindAmount;
using api::KindFacts;
using api::KindHeld;
using api::KindOrigin;
using api::TransferRequest;
using api::Type;
using api::ValueKind;

// The kinds that a client may ask for, by the numbers of TransferKind.
enum class RequestedKind : std::uint8_t {};

std::string_view to_string(RequestedKind kind) noexcept {
    auto const index = static_cast<std::size_t>(kind);
    if (index >= api::kinds_count || !api::kind_facts[index].is_requested) return {};
    return api::kind_facts[index].word;
}

constexpr Field account(Field const& named, std::string_view name, std::string_view text) {
    auto account = named.sized(1, bounds::account_no_size_max);
    account.name = name;
    account.text = text;
    return account;
}

constexpr Field debit_account =
    field<&TransferRequest::debit_account_no>({}, {}, api::example_account_no);
constexpr Field credit_account =
    field<&TransferRequest::credit_account_no>({}, {}, api::example_payee_no);
// Of a deposit or withdrawal, the customer's.
constexpr Field own_account =
    field<&TransferRequest::credit_account_no>({}, {}, api::example_account_no);

constexpr Field origin =
    field<&TransferRequest::origin>("origin_id", "Id of the hold or transaction.", "98");

constexpr Field amount(std::string_view text) {
    return field<&TransferRequest::amount>("amount", text).bounded(1, bounds::amount_max);
}

constexpr Field lifetime =
    field<&TransferRequest::expires_in_s>(
        "expires_in_s", "Seconds until the hold expires; at most 31 days, 7 days by default.",
        "604800")
        .bounded(1, bounds::hold_lifetime_s_max)
        .optional();

constexpr Field reference =
    field<&TransferRequest::reference>("reference", "Text for the account holders.", "\"rent\"")
        .sized(0, bounds::reference_size_max)
        .optional();

constexpr Field pin =
    field<&TransferRequest::pin>(
        "pin", "The account's PIN. Required for customers without a PIN authorization.", "\"4711\"")
        .sized(1, bounds::pin_size_max)
        .optional();

constexpr Field kind_of_listed = [] {
    auto kind = field<&TransferRequest::kind>("kind", "Kind of the transaction.", "\"transfer\"");
    kind.type = api::type_of<RequestedKind>;
    return kind.optional();
}();

// route: the path says the kind and the origin. listed: the object says both.
enum class Place : std::uint8_t { route, listed };

struct Fields {
    std::array<Field, 10> items{};
    std::size_t count = 0;

    constexpr Fields& add(Field const& added) {
        items[count++] = added;
        return *this;
    }
    [[nodiscard]] constexpr std::span<Field const> all() const { return {items.data(), count}; }
};

constexpr void add_accounts(Fields& fields, KindFacts const& facts) {
    auto const is_debit_named = facts.debit == KindAccount::named;
    auto const is_credit_named = facts.credit == KindAccount::named;
    if (is_debit_named && is_credit_named) {
        fields.add(account(debit_account, "debit_account_no", "IBAN of the payer."));
        fields.add(account(credit_account, "credit_account_no", "IBAN of the payee."));
    } else if (is_credit_named) {
        fields.add(account(own_account, "account_no", "IBAN of the account to credit."));
    } else if (is_debit_named) {
        fields.add(account(debit_account, "account_no", "IBAN of the account to debit."));
    }
}

constexpr Fields fields_of(KindFacts const& facts, Place place) {
    Fields fields;
    add_accounts(fields, facts);
    auto const has_origin = facts.origin != KindOrigin::none;
    if (has_origin) fields.add(place == Place::route ? origin.in_path() : origin);
    if (facts.amount == KindAmount::required) fields.add(amount("The amount."));
    if (facts.amount == KindAmount::optional) {
        fields.add(amount("The full amount by default.").optional());
    }
    if (facts.held == KindHeld::places) fields.add(lifetime);
    fields.add(reference);
    // In a list every kind may have one. A reversal takes it for the account that it debits.
    auto const takes_pin = facts.needs_pin || facts.origin == KindOrigin::transfer;
    if (place == Place::listed || takes_pin) fields.add(pin);
    return fields;
}

constexpr auto fields_by_kind(Place place) {
    std::array<Fields, api::kinds_count> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = fields_of(api::kind_facts[i], place);
    return all;
}

// What the contract calls the bodies of the routes; empty: there is no such route.
constexpr std::array<std::string_view, api::kinds_count> names{"DepositRequest",
                                                               "WithdrawalRequest",
                                                               "TransferRequest",
                                                               "HoldRequest",
                                                               "CaptureHoldRequest",
                                                               "ReleaseHoldRequest",
                                                               {},
                                                               "ReverseTransferRequest"};

constexpr auto route_fields = fields_by_kind(Place::route);
constexpr auto listed_fields = fields_by_kind(Place::listed);

constexpr auto types_of(std::array<Fields, api::kinds_count> const& fields) {
    std::array<Type, api::kinds_count> types{};
    for (std::size_t i = 0; i < types.size(); ++i) {
        types[i] = {.kind = ValueKind::object, .name = names[i], .fields = fields[i].all()};
    }
    return types;
}

constexpr auto route_bodies = types_of(route_fields);
constexpr auto listed_bodies = types_of(listed_fields);

Type const& listed_fields_of(void const* request) {
    auto const kind = static_cast<TransferRequest const*>(request)->kind;
    return listed_bodies.at(static_cast<std::size_t>(kind));
}

// All that any kind has.
constexpr void add_listed(Fields& fields) {
    fields.add(kind_of_listed);
    fields.add(account(debit_account, "debit_account_no", "IBAN of the payer.").optional());
    fields.add(account(credit_account, "credit_account_no", "IBAN of the payee.").optional());
    fields.add(account(own_account, "account_no",
                       "IBAN of the account to credit or to debit; for deposits and withdrawals.")
                   .optional());
    fields.add(origin.optional()).add(amount("The amount.").optional());
    fields.add(lifetime).add(reference).add(pin);
}

constexpr Field list_of(std::string_view name) {
    auto list = field<&api::LinkedTransfersRequest::transfers>(
                    name, "In posting order; each sees the effects of the preceding ones.")
                    .sized(1, bounds::linked_transfers_max);
    list.type = []() -> Type const& {
        static constexpr Type type = [] {
            auto transfers = api::detail::list_type<TransferRequest>();
            transfers.item = listed_transfer;
            return transfers;
        }();
        return type;
    };
    return list;
}

constexpr std::string_view key_text = "Idempotency key of the line.";

}  // namespace

bool is_idempotency_key(std::string_view text) noexcept {
    return !text.empty() && text.size() <= bounds::idempotency_key_size_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

Type const& route_body(api::TransferKind kind) {
    BANK_CHECK(api::facts(kind).is_requested);
    return route_bodies.at(static_cast<std::size_t>(kind));
}

Type const& listed_transfer() {
    static constexpr Fields fields = [] {
        Fields all;
        add_listed(all);
        return all;
    }();
    static constexpr Type type{.kind = ValueKind::object,
                               .name = "LinkedTransfer",
                               .fields = fields.all(),
                               .variant = listed_fields_of};
    return type;
}

Type const& linked_body() {
    static constexpr std::array fields{list_of("transfers")};
    static constexpr Type type{
        .kind = ValueKind::object, .name = "LinkedTransfersRequest", .fields = fields};
    return type;
}

Type const& batch_transfer() {
    static constexpr Fields fields = [] {
        Fields all;
        all.add(field<&TransferRequest::idempotency_key>("key", key_text, "\"salary-1\"")
                    .sized(1, bounds::idempotency_key_size_max));
        add_listed(all);
        return all;
    }();
    static constexpr Type type{
        .kind = ValueKind::object, .name = "BatchTransfer", .fields = fields.all()};
    return type;
}

Type const& batch_group() {
    static constexpr std::array fields{
        field<&api::LinkedTransfersRequest::idempotency_key>("key", key_text, "\"group-1\"")
            .sized(1, bounds::idempotency_key_size_max),
        list_of("linked")};
    static constexpr Type type{.kind = ValueKind::object, .name = "BatchGroup", .fields = fields};
    return type;
}

}  // namespace bank::rest
