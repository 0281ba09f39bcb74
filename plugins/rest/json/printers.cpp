#include "plugins/rest/json/printers.hpp"

#include "core/api/describe.hpp"

namespace bank::rest {
namespace {

using api::amount;
using api::Appearance;
using api::derived;
using api::field;
using api::Type;
using api::ValueKind;

}  // namespace

WebTokens::WebTokens(api::Tokens const& tokens)
    : access_token(tokens.access_token.reveal()),
      expires_in_s(tokens.expires_in_s),
      session_id(tokens.session_id),
      user(tokens.user),
      may_move_cash(tokens.may_move_cash) {}

BANK_DESCRIBE(
    WebTokens, "WebTokens",
    field<&WebTokens::access_token>("access_token", "For the header Authorization: Bearer.",
                                    "\"eyJhbGciOiJFUzI1NiJ9.e30.c2ln\""),
    derived<std::string>("token_type", "Always Bearer (RFC 6750).", "\"Bearer\"", api::bearer),
    field<&WebTokens::expires_in_s>("expires_in", "Lifetime of the access token in seconds.",
                                    "600"),
    field<&WebTokens::session_id>("session_id", "Id of the session.", "42"),
    field<&WebTokens::user>("user", "The user who signed in."),
    field<&WebTokens::may_move_cash>(
        "may_move_cash",
        "Whether the user may make deposits and withdrawals: tellers and administrators, and "
        "customers unless the bank has switched it off.",
        "true"))

CompactTransfer::CompactTransfer(api::Transfer const& transfer)
    : id(transfer.id),
      status(transfer.status),
      balance(transfer.balance),
      available(transfer.available),
      balance_currency(transfer.balance_currency),
      entry_id(transfer.entry_id),
      expires_at(transfer.expires_at),
      created_at(transfer.created_at) {}

BANK_DESCRIBE(
    CompactTransfer, "CompactTransfer",
    field<&CompactTransfer::id>("id", "Id of the transaction.", "99"),
    field<&CompactTransfer::status>("status", "posted, or the reason why the ledger declined.",
                                    "\"posted\""),
    amount<&CompactTransfer::balance, &CompactTransfer::balance_currency>(
        "balance",
        "Balance of the debit account after the transaction; for deposits, captures and releases, "
        "of the credit account.",
        "9845"),
    amount<&CompactTransfer::available, &CompactTransfer::balance_currency>(
        "available", "Available balance of that account.", "9845"),
    field<&CompactTransfer::entry_id>("entry_id",
                                      "Id of the entry on that account; null if the transaction "
                                      "was declined or moved no money.",
                                      "198")
        .as(Appearance::null_if_empty),
    field<&CompactTransfer::expires_at>("expires_at", "For posted holds only.",
                                        api::example_instant)
        .as(Appearance::left_out_if_none),
    field<&CompactTransfer::created_at>("created_at", "When it was decided.", api::example_instant))

std::string currencies_to_json() {
    JsonWriter json;
    json.begin_object();
    json.key("items").begin_array();
    for (auto const& facts : money::currencies()) {
        json.begin_object();
        json.key("code").text(facts.currency.code());
        json.key("exponent").number(std::int64_t{facts.exponent});
        json.key("name").text(facts.name);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return std::move(json).take();
}

}  // namespace bank::rest
