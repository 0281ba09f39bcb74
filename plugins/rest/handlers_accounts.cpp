#include <fmt/format.h>

#include "core/base/bounds.hpp"
#include "plugins/rest/handlers.hpp"
#include "plugins/rest/transfer_reader.hpp"

namespace bank::rest::handlers {
namespace {

Response answer_account(Call const& call, Result<api::Account> const& account) {
    return answer_with(call, account, to_json<api::Account>);
}

// All of them, so that one that is left out is not taken away by mistake.
void read_limits(BodyReader& body, api::Limits& limits) {
    BodyReader::IntegerBounds const bounds{.maximum = bounds::amount_max};
    body.integer_or_null("per_transfer", limits.per_transfer, bounds);
    body.integer_or_null("per_day", limits.per_day, bounds);
    body.integer_or_null("per_week", limits.per_week, bounds);
    body.integer_or_null("per_month", limits.per_month, bounds);
}

}  // namespace

Response open_account(Call const& call) {
    api::OpenAccountRequest request;
    BodyReader body(call.body);
    body.text("owner", request.owner, {.size_max = bounds::user_name_size_max});
    body.text("name", request.name, {.size_max = bounds::name_size_max});
    body.currency("currency", request.currency);
    body.integer("overdraft_limit", request.overdraft_limit,
                 {.maximum = bounds::amount_max, .presence = Presence::optional});
    body.secret("pin", request.pin,
                {.size_max = bounds::pin_size_max, .presence = Presence::optional});
    if (auto const problem = body.finish()) return answer(call, *problem);
    auto const account = call.bank.open_account(call.caller, request);
    if (!account.ok()) return answer(call, account.error());
    return answer_created(to_json(*account), fmt::format("/v1/accounts/{}", account->id.value));
}

Response list_accounts(Call const& call) {
    api::ListAccountsRequest request;
    QueryReader query(call.head.query);
    query.text("owner", request.owner, bounds::user_name_size_max);
    query.text("account_no", request.account_no, account_no_size_max);
    query.text("search", request.search, bounds::name_size_max);
    query.word("kind", request.kind, api::parse_account_kind);
    query.page(request.page);
    if (auto const problem = query.finish()) return answer(call, *problem);
    return answer_page(call, call.bank.list_accounts(call.caller, request),
                       [](JsonWriter& json, api::Account const& account) { print(json, account); });
}

Response find_account(Call const& call) {
    return answer_account(call, call.bank.find_account(call.caller, AccountId{call.id}));
}

Response lock_account(Call const& call) {
    api::LockAccountRequest request{.account_id = AccountId{call.id}, .reason = {}};
    BodyReader body(call.body);
    body.text("reason", request.reason, {.size_max = bounds::reason_size_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_account(call, call.bank.lock_account(call.caller, request));
}

Response unlock_account(Call const& call) {
    api::UnlockAccountRequest request{.account_id = AccountId{call.id}, .reason = {}};
    BodyReader body(call.body);
    body.text("reason", request.reason, {.size_max = bounds::reason_size_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_account(call, call.bank.unlock_account(call.caller, request));
}

Response close_account(Call const& call) {
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    return answer_account(call, call.bank.close_account(call.caller, AccountId{call.id}));
}

Response set_overdraft(Call const& call) {
    api::SetOverdraftRequest request{.account_id = AccountId{call.id}};
    BodyReader body(call.body);
    body.integer("overdraft_limit", request.overdraft_limit, {.maximum = bounds::amount_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_account(call, call.bank.set_overdraft(call.caller, request));
}

Response set_limits(Call const& call) {
    api::SetLimitsRequest request{.account_id = AccountId{call.id}, .limits = {}};
    BodyReader body(call.body);
    read_limits(body, request.limits);
    body.integer("minimum_balance", request.minimum_balance, {.maximum = bounds::amount_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_account(call, call.bank.set_limits(call.caller, request));
}

Response freeze_account(Call const& call) {
    api::FreezeAccountRequest request{.account_id = AccountId{call.id}, .reason = {}};
    BodyReader body(call.body);
    body.boolean("debit", request.is_debit_frozen);
    body.boolean("credit", request.is_credit_frozen);
    auto const is_frozen = request.is_debit_frozen || request.is_credit_frozen;
    body.text("reason", request.reason,
              {.size_max = bounds::reason_size_max,
               .presence = is_frozen ? Presence::required : Presence::optional});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_account(call, call.bank.freeze_account(call.caller, request));
}

Response list_role_limits(Call const& call) {
    return answer_with(call, call.bank.list_role_limits(call.caller), [](auto const& all) {
        JsonWriter json;
        print_role_limits(json, all);
        return std::move(json).take();
    });
}

Response set_role_limits(Call const& call) {
    api::RoleLimits request;
    BodyReader body(call.body);
    body.word("role", request.role, api::parse_role, Presence::required);
    body.currency("currency", request.currency);
    read_limits(body, request.limits);
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_status(call, call.bank.set_role_limits(call.caller, request));
}

Response set_pin(Call const& call) {
    api::SetPinRequest request;
    request.account_id = AccountId{call.id};
    BodyReader body(call.body);
    body.secret("current_pin", request.current_pin,
                {.size_max = bounds::pin_size_max, .presence = Presence::optional});
    body.secret("new_pin", request.new_pin, {.size_max = bounds::pin_size_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_status(call, call.bank.set_pin(call.caller, request));
}

Response authorize_pin(Call const& call) {
    api::AuthorizePinRequest request;
    request.account_id = AccountId{call.id};
    BodyReader body(call.body);
    body.secret("pin", request.pin, {.size_max = bounds::pin_size_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    auto const authorization = call.bank.authorize_pin(call.caller, request);
    if (!authorization.ok()) return answer(call, authorization.error());
    return answer_created(to_json(*authorization), {});
}

Response balance(Call const& call) {
    api::BalanceRequest request{.account_id = AccountId{call.id}, .at = {}};
    QueryReader query(call.head.query);
    query.instant("at", request.at);
    if (auto const problem = query.finish()) return answer(call, *problem);
    return answer_with(call, call.bank.balance(call.caller, request), to_json<api::Balance>);
}

Response list_holds(Call const& call) {
    api::ListHoldsRequest request{.account_id = AccountId{call.id}, .page = {}};
    QueryReader query(call.head.query);
    query.page(request.page);
    if (auto const problem = query.finish()) return answer(call, *problem);
    return answer_page(call, call.bank.list_holds(call.caller, request),
                       [](JsonWriter& json, api::Hold const& hold) { print(json, hold); });
}

Response history(Call const& call) {
    api::HistoryRequest request;
    request.account_id = AccountId{call.id};
    QueryReader query(call.head.query);
    query.instant("from", request.from);
    query.instant("until", request.until);
    query.page(request.page);
    if (auto const problem = query.finish()) return answer(call, *problem);
    // An entry does not carry its currency; the account does.
    auto const account = call.bank.find_account(call.caller, request.account_id);
    if (!account.ok()) return answer(call, account.error());
    return answer_page(call, call.bank.history(call.caller, request),
                       [&](JsonWriter& json, api::HistoryEntry const& entry) {
                           print_entry(json, entry, account->currency);
                       });
}

}  // namespace bank::rest::handlers
