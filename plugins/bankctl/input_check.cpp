#include "plugins/bankctl/input_check.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/bytes.hpp"
#include "core/base/text.hpp"
#include "core/base/uuid.hpp"
#include "core/money/currency.hpp"
#include "core/money/iban.hpp"
#include "plugins/admin/wire/amount.hpp"
#include "plugins/admin/wire/words.hpp"
#include "plugins/bankctl/suggest.hpp"

namespace bank::bankctl::check {
namespace {

namespace wire = admin::wire;

std::string sentence_if(bool is_wrong, std::string_view text, std::string_view what) {
    return is_wrong ? fmt::format("{} is not {}.", text, what) : std::string{};
}

}  // namespace

std::string account(std::string_view text) {
    auto const id = parse_int64(text);
    auto const is_known = (id && *id > 0) || money::normalise_iban(text);
    return sentence_if(!is_known, text, "a valid IBAN or account id");
}

std::string iban(std::string_view text) {
    return sentence_if(!money::normalise_iban(text), text, "a valid IBAN");
}

std::string currency(std::string_view text) {
    return sentence_if(!money::parse_currency(text), text, "a currency code (ISO 4217), like EUR");
}

std::string amount(std::string_view text) {
    return sentence_if(!wire::looks_like_amount(text), text,
                       "an amount; write digits and a decimal point only, like 500.00");
}

std::string amount_or_none(std::string_view text) {
    if (text == "none") return {};
    return sentence_if(!wire::looks_like_amount(text), text,
                       "an amount; write digits and a decimal point only, like 500.00, or none");
}

std::string money(std::string_view text) {
    auto const blank = std::min(text.find(' '), text.size());
    auto const is_money = wire::looks_like_amount(text.substr(0, blank)) && blank < text.size() &&
                          money::parse_currency(text.substr(blank + 1));
    return sentence_if(!is_money, text, "an amount with its currency, like 500.00 EUR");
}

std::string action(std::string_view text) {
    if (wire::is_audit_action(text)) return {};
    auto const all = wire::audit_actions();
    auto const meant = did_you_mean(text, all);
    if (!meant.empty()) return fmt::format("{} is not an action.{}", text, meant);
    return fmt::format("{} is not an action. Actions: {}.", text, fmt::join(all, ", "));
}

std::string outcome(std::string_view text) {
    return sentence_if(!wire::is_outcome(text), text,
                       "an outcome; it is ok, posted, or a code such as pin_wrong");
}

std::string transfer_status(std::string_view text) {
    return sentence_if(!wire::is_transfer_status(text), text,
                       "a status; it is posted, or a code such as insufficient_funds");
}

std::string address(std::string_view text) {
    std::array<unsigned char, 16> bytes{};
    std::string const whole{text};
    auto const is_address = ::inet_pton(AF_INET, whole.c_str(), bytes.data()) == 1 ||
                            ::inet_pton(AF_INET6, whole.c_str(), bytes.data()) == 1;
    return sentence_if(!is_address, text, "an IP address");
}

std::string uuid(std::string_view text) {
    return sentence_if(!parse_uuid(text), text, "a UUID");
}

std::string sha256(std::string_view text) {
    std::array<std::uint8_t, 32> bytes{};
    return sentence_if(!read_hex(text, bytes), text, "a SHA-256 digest of 64 hex digits");
}

std::string missing_records(std::string_view text) {
    auto const count = parse_int64(text);
    return sentence_if(text != "unknown" && (!count || *count < 1), text,
                       "a number of records or unknown");
}

}  // namespace bank::bankctl::check
