// Many movements of money at once, and what is asked before they are sent.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/money/iban.hpp"
#include "core/money/money.hpp"
#include "core/operations/accounts.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/submission.hpp"
#include "plugins/admin/wire/transfer_item.hpp"
#include "plugins/admin/wire/vocabulary.hpp"

namespace bank::admin {
namespace {

constexpr std::string_view items_field = "/arguments/items";

Error invalid_item(std::size_t index, std::string_view field, Code code) {
    return {.code = code, .field = fmt::format("{}/{}/{}", items_field, index, field)};
}

// Normalises `account_no`; empty stays empty.
bool normalise(std::string& account_no) {
    if (account_no.empty()) return true;
    auto iban = money::normalise_iban(account_no);
    if (!iban) return false;
    account_no = *std::move(iban);
    return true;
}

Result<api::TransferRequest> request_of(std::size_t index, wire::ItemTransfer transfer) {
    auto const kind = api::parse_transfer_kind(transfer.kind);
    if (!kind) return invalid_item(index, "kind", Code::invalid_field);
    if (!normalise(transfer.debit_account_no)) {
        return invalid_item(index, "debit_account_no", Code::invalid_field);
    }
    if (!normalise(transfer.credit_account_no)) {
        return invalid_item(index, "credit_account_no", Code::invalid_field);
    }
    api::TransferRequest request;
    request.kind = *kind;
    request.debit_account_no = std::move(transfer.debit_account_no);
    request.credit_account_no = std::move(transfer.credit_account_no);
    request.origin = TransferId{transfer.origin_id};
    request.reference = std::move(transfer.reference);
    request.expires_in_s = transfer.expires_in_s;
    if (transfer.amount == 0) return request;
    auto const currency = money::parse_currency(transfer.currency);
    if (!currency) return invalid_item(index, "amount/currency", Code::unknown_currency);
    request.amount = {transfer.amount, *currency};
    return request;
}

Result<Submitted> submitted_of(std::size_t index, wire::TransferItem item) {
    api::LinkedTransfersRequest group;
    group.idempotency_key = item.key;
    for (auto& transfer : item.transfers) {
        auto request = request_of(index, std::move(transfer));
        if (!request) return request.error();
        group.transfers.push_back(std::move(request).value());
    }
    if (item.is_linked) return Submitted{std::move(group)};
    group.transfers.front().idempotency_key = std::move(item.key);
    return Submitted{std::move(group.transfers.front())};
}

void write_money(JsonWriter& json, std::string_view name, money::Money const& money) {
    json.key(name);
    codec::write_json(json, money);
}

// What an answer adds to its question.
void write_answer(JsonWriter& json, api::Transfer const& transfer) {
    json.begin_object();
    json.key("id");
    codec::write_json(json, transfer.id);
    json.key("kind").text(to_string(transfer.kind));
    json.key("status").text(word(transfer.status));
    write_money(json, "amount", transfer.amount);
    write_money(json, "balance", {transfer.balance, transfer.balance_currency});
    write_money(json, "available", {transfer.available, transfer.balance_currency});
    json.key("entry_id");
    if (transfer.entry_id) {
        codec::write_json(json, transfer.entry_id);
    } else {
        json.null();
    }
    if (transfer.expires_at) json.key("expires_at").text(to_string(*transfer.expires_at));
    json.key("created_at").text(to_string(transfer.created_at));
    json.end_object();
}

// The core knows the transfers of a group by another name than an item has for them.
std::string item_field(std::string_view pointer) {
    constexpr std::string_view core = "/transfers/";
    if (!pointer.starts_with(core)) return std::string{pointer};
    return fmt::format("/linked/{}", pointer.substr(core.size()));
}

void write_error(JsonWriter& json, Error const& error) {
    json.key("status").text(word(error.code));
    if (!error.field.empty()) json.key("field").text(item_field(error.field));
    json.key("detail").text(error.message.empty() ? title(error.code) : error.message);
    if (error.retry_after_s != 0) {
        json.key("retry_after").number(std::uint64_t{error.retry_after_s});
    }
}

void write_outcome(JsonWriter& json, Result<api::Transfer> const& transfer) {
    if (!transfer) return write_error(json, transfer.error());
    json.key("status").text(word(transfer->status));
    if (transfer->is_replay) json.key("is_replay").boolean(true);
    json.key("transfer");
    write_answer(json, *transfer);
}

void write_outcome(JsonWriter& json, Result<api::LinkedTransfers> const& group) {
    if (!group) return write_error(json, group.error());
    auto const& transfers = group->transfers;
    auto const refused = group->refused_index;
    auto const status =
        refused && *refused < transfers.size() ? transfers[*refused].status : Code::posted;
    json.key("status").text(word(status));
    auto const is_replay = !transfers.empty() && transfers.front().is_replay;
    if (is_replay) json.key("is_replay").boolean(true);
    if (refused) json.key("refused_index").number(std::uint64_t{*refused});
    json.key("transfers").begin_array();
    for (auto const& transfer : transfers) write_answer(json, transfer);
    json.end_array();
}

// Null for a number that the bank does not know.
Status write_account(Context const& context, JsonWriter& json, std::string_view account_no) {
    api::ListAccountsRequest request;
    request.page.limit = 1;
    auto iban = money::normalise_iban(account_no);
    if (!iban) return invalid_argument("account_nos", "One of them is not a valid IBAN.");
    request.account_no = *std::move(iban);
    auto const page = context.bank.ask<operations::ListAccounts>(context.caller, request);
    if (!page) return page.error();
    if (page->items.empty()) {
        json.null();
    } else {
        codec::write_json(json, page->items.front());
    }
    return Done{};
}

}  // namespace

// One answer for each item, in their order. Each item stands for itself: what becomes of it does
// not depend on the others, and an error of the whole means that nothing was submitted.
Result<std::string> transfer_submit(Context const& context, wire::Arguments const& arguments) {
    wire::TransferItemReader reader;
    auto items = reader.read_list(arguments.json("items"));
    if (!items) {
        auto error = std::move(items).error();
        error.field = fmt::format("{}{}", items_field, error.field);
        return error;
    }
    std::vector<std::string> keys;
    std::vector<Submitted> requests;
    for (auto& item : *items) {
        keys.push_back(item.key);
        auto request = submitted_of(requests.size(), std::move(item));
        if (!request) return std::move(request).error();
        requests.push_back(std::move(request).value());
    }
    auto const outcomes = submit_all(context, std::move(requests));
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        json.begin_object().key("key").text(keys[i]);
        std::visit([&json](auto const& outcome) { write_outcome(json, outcome); }, outcomes[i]);
        json.end_object();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

// Accounts by their numbers, in the order of these.
Result<std::string> account_lookup(Context const& context, wire::Arguments const& arguments) {
    JsonWriter json;
    json.begin_object().key("items").begin_array();
    std::size_t count = 0;
    for (std::string_view rest = arguments.text("account_nos"); !rest.empty();) {
        auto const account_no = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(account_no.size() + 1, rest.size()));
        if (++count > wire::lookup_accounts_max) {
            return invalid_argument(
                "account_nos", fmt::format("At most {} are allowed.", wire::lookup_accounts_max));
        }
        auto const written = write_account(context, json, account_no);
        if (!written) return written.error();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

}  // namespace bank::admin
