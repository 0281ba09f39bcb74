#include "core/base/bounds.hpp"
#include "plugins/rest/handlers.hpp"

namespace bank::rest::handlers {
namespace {

constexpr std::size_t word_size_max = 64;
constexpr std::size_t ip_size_max = 45;
constexpr std::size_t request_id_size_max = 36;

Response answer_text(Call const& call, Result<std::string> text) {
    if (!text.ok()) return answer(call, text.error());
    Response response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(text).value();
    return response;
}

}  // namespace

Response list_audit_records(Call const& call) {
    api::AuditRequest request;
    QueryReader query(call.head.query);
    query.text("actor", request.actor, bounds::user_name_size_max);
    query.text("action", request.action, word_size_max);
    query.text("outcome", request.outcome, word_size_max);
    query.text("ip", request.ip, ip_size_max);
    query.text("request_id", request.request_id, request_id_size_max);
    query.id("account_id", request.account_id.value);
    query.instant("from", request.from);
    query.instant("until", request.until);
    query.id("after", request.after.value);
    query.page(request.page);
    if (auto const problem = query.finish()) return answer(call, *problem);
    return answer_page(
        call, call.bank.audit(call.caller, request),
        [](JsonWriter& json, api::AuditRecord const& record) { print(json, record); });
}

Response audit_range(Call const& call) {
    api::AuditRange range;
    QueryReader query(call.head.query);
    query.needed_id("first", range.first.value);
    query.needed_id("last", range.last.value);
    if (auto const problem = query.finish()) return answer(call, *problem);
    return answer_signed(call, call.bank.prove_audit(call.caller, range),
                         to_json<api::ProvenRange>);
}

Response audit_consistency(Call const& call) {
    std::int64_t older = 0;
    std::int64_t newer = 0;
    QueryReader query(call.head.query);
    query.needed_id("older", older);
    query.needed_id("newer", newer);
    if (auto const problem = query.finish()) return answer(call, *problem);
    api::LogGrowth const growth{static_cast<std::uint64_t>(older),
                                static_cast<std::uint64_t>(newer)};
    auto const proof = call.bank.prove_growth(growth);
    if (!proof.ok()) return answer(call, proof.error());
    JsonWriter json;
    print(json, growth, *proof);
    return answer_json(std::move(json).take());
}

// As signed: a client compares bytes.
Response audit_checkpoint(Call const& call) {
    return answer_text(call, call.bank.last_checkpoint());
}

Response audit_keys(Call const& call) {
    return answer_text(call, call.bank.checkpoint_keys());
}

Response check_ledger(Call const& call) {
    return answer_with(call, call.bank.check_ledger(call.caller), to_json<api::LedgerReport>);
}

Response system_status(Call const& call) {
    return answer_with(call, call.bank.system_status(call.caller), to_json<api::SystemStatus>);
}

Response public_facts(Call const& call) {
    return answer_with(call, call.bank.public_facts(), to_json<api::PublicFacts>);
}

Response list_settings(Call const& call) {
    auto const settings = call.bank.list_settings(call.caller);
    if (!settings.ok()) return answer(call, settings.error());
    JsonWriter json;
    print(json, *settings);
    return answer_json(std::move(json).take());
}

Response list_currencies(Call const&) {
    JsonWriter json;
    print_currencies(json);
    return answer_json(std::move(json).take());
}

Response liveness(Call const&) {
    return answer_json(status_json("ok"));
}

Response readiness(Call const& call) {
    auto const state = call.bank.readiness();
    auto response = answer_json(status_json(api::to_string(state)));
    if (state != api::Readiness::ready) {
        response.status = 503;
        response.retry_after_s = 1;
    }
    return response;
}

}  // namespace bank::rest::handlers
