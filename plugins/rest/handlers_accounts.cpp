#include <fmt/format.h>

#include "core/base/bounds.hpp"
#include "plugins/rest/handlers.hpp"

namespace bank::rest::handlers {
namespace {

constexpr std::size_t account_no_size_max = 34;  // ISO 13616.

Response answer_account(Call const& call, Result<api::Account> const& account) {
    return answer_with(call, account, to_json<api::Account>);
}

// Unlocking and closing say all in the path; an empty object is what many clients send with a POST.
std::optional<Problem> check_empty(Call const& call) {
    if (call.body.empty()) return std::nullopt;
    BodyReader body(call.body);
    return body.finish();
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
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    return answer_account(call, call.bank.unlock_account(call.caller, AccountId{call.id}));
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
