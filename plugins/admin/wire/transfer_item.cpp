// item     = {"key": text, field, ...} | {"key": text, "linked": [{field, ...}, ...]}
// field    = "kind": word                   ; "transfer" if it is missing
//          | "debit_account_no": text | "credit_account_no": text
//          | "account_no": text             ; instead of these two, of a deposit or withdrawal
//          | "origin_id": digits            ; a string, as in REST
//          | "amount": {"amount": digits, "currency": text}
//          | "reference": text | "expires_in_s": integer
//
// Which kind has which is the table `rules`.
#include "plugins/admin/wire/transfer_item.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/bounds.hpp"
#include "core/base/text.hpp"

namespace bank::admin::wire {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t account_no_size_max = 64;

enum class Need : std::uint8_t { none, optional, required };

struct Rule {
    std::string_view kind;
    Need debit = Need::none;
    Need credit = Need::none;
    Need origin = Need::none;
    Need amount = Need::none;
    Need lifetime = Need::none;
};

constexpr auto none = Need::none;
constexpr auto optional = Need::optional;
constexpr auto required = Need::required;

constexpr std::array<Rule, 7> rules{{
    {"deposit", none, required, none, required, none},
    {"withdrawal", required, none, none, required, none},
    {"transfer", required, required, none, required, none},
    {"hold", required, required, none, required, optional},
    {"capture", none, none, required, optional, none},
    {"release", none, none, required, none, none},
    {"reversal", none, none, required, optional, none},
}};

Rule const* rule_of(std::string_view kind) {
    auto const* const found =
        std::find_if(rules.begin(), rules.end(), [&](Rule const& r) { return r.kind == kind; });
    return found == rules.end() ? nullptr : found;
}

Error invalid(std::string field, std::string message) {
    return {.code = Code::invalid_field, .field = std::move(field), .message = std::move(message)};
}

Status check_presence(std::string_view kind, std::string_view field, Need need, bool is_there) {
    if (need == Need::required && !is_there) {
        return invalid(fmt::format("/{}", field), fmt::format("A {} requires it.", kind));
    }
    if (need == Need::none && is_there) {
        return invalid(fmt::format("/{}", field), fmt::format("A {} does not have it.", kind));
    }
    return Done{};
}

Status check_text(std::string_view field, std::string_view text, std::size_t size_max) {
    auto const pointer = fmt::format("/{}", field);
    if (!is_utf8(text)) return invalid(pointer, "It is not UTF-8.");
    auto const size = count_characters(text);
    if (size > size_max) {
        return invalid(
            pointer, fmt::format("It has {} characters; at most {} are allowed.", size, size_max));
    }
    if (is_plain_text(text)) return Done{};
    return invalid(pointer, "Line breaks and other control characters are not allowed.");
}

Status check_amount(ItemTransfer const& transfer) {
    if (transfer.amount == 0 && transfer.currency.empty()) return Done{};
    if (transfer.amount < 1 || transfer.amount > bounds::amount_max) {
        return invalid("/amount/amount",
                       fmt::format("It must be 1 to {} minor units.", bounds::amount_max));
    }
    auto const is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    auto const& code = transfer.currency;
    if (code.empty()) return invalid("/amount/currency", "It is missing.");
    if (code.size() == 3 && std::all_of(code.begin(), code.end(), is_upper)) return Done{};
    return invalid("/amount/currency", "It must be three upper-case letters (ISO 4217).");
}

Status check(ItemTransfer const& transfer) {
    auto const* rule = rule_of(transfer.kind);
    if (rule == nullptr) {
        return invalid("/kind",
                       "A kind is deposit, withdrawal, transfer, hold, capture, release "
                       "or reversal.");
    }
    auto const has_amount = transfer.amount != 0 || !transfer.currency.empty();
    for (auto const& checked :
         {check_presence(rule->kind, "debit_account_no", rule->debit,
                         !transfer.debit_account_no.empty()),
          check_presence(rule->kind, "credit_account_no", rule->credit,
                         !transfer.credit_account_no.empty()),
          check_presence(rule->kind, "origin_id", rule->origin, transfer.origin_id != 0),
          check_presence(rule->kind, "amount", rule->amount, has_amount),
          check_presence(rule->kind, "expires_in_s", rule->lifetime, transfer.expires_in_s != 0),
          check_text("debit_account_no", transfer.debit_account_no, account_no_size_max),
          check_text("credit_account_no", transfer.credit_account_no, account_no_size_max),
          check_text("reference", transfer.reference, bounds::reference_size_max),
          check_amount(transfer)}) {
        if (!checked) return checked.error();
    }
    if (transfer.origin_id < 0) return invalid("/origin_id", "It must be at least 1.");
    if (transfer.expires_in_s < 0 || transfer.expires_in_s > bounds::hold_lifetime_s_max) {
        return invalid("/expires_in_s",
                       fmt::format("It must be 1 to {}.", bounds::hold_lifetime_s_max));
    }
    return Done{};
}

Status check_key(std::string_view key) {
    if (key.empty()) return invalid("/key", "It is missing.");
    if (key.size() > bounds::idempotency_key_size_max) {
        return invalid("/key", fmt::format("It has {} characters; at most {} are allowed.",
                                           key.size(), bounds::idempotency_key_size_max));
    }
    auto const is_printable = [](char c) { return c > ' ' && c <= '~'; };
    if (std::all_of(key.begin(), key.end(), is_printable)) return Done{};
    return invalid("/key", "Only printable ASCII characters without blanks are allowed.");
}

// The fields of one object, each at most once.
class Fields {
public:
    // False if `name` is not known.
    bool read(std::string_view name, dom::element value, ItemTransfer& transfer) {
        if (name == "kind") return text(name, value, transfer.kind);
        if (name == "debit_account_no") return text(name, value, transfer.debit_account_no);
        if (name == "credit_account_no") return text(name, value, transfer.credit_account_no);
        if (name == "account_no") return text(name, value, account_no_);
        if (name == "origin_id") return digits(name, value, transfer.origin_id);
        if (name == "reference") return text(name, value, transfer.reference);
        if (name == "expires_in_s") return integer(name, value, transfer.expires_in_s);
        if (name == "amount") return amount(value, transfer);
        return false;
    }

    bool text(std::string_view name, dom::element value, std::string& out) {
        std::string_view read;
        if (value.get(read) != simdjson::SUCCESS) return fail(name, "Text is required.");
        if (read.empty()) return fail(name, "It is empty.");
        if (!out.empty()) return fail(name, "It is given twice.");
        out = read;
        return true;
    }

    bool integer(std::string_view name, dom::element value, std::int64_t& out) {
        if (out != 0) return fail(name, "It is given twice.");
        auto const is_integer = value.type() == dom::element_type::INT64;
        if (!is_integer || value.get(out) != simdjson::SUCCESS || out == 0) {
            return fail(name, "An integer other than 0 is required.");
        }
        return true;
    }

    bool digits(std::string_view name, dom::element value, std::int64_t& out) {
        if (out != 0) return fail(name, "It is given twice.");
        std::string_view text;
        auto const is_text = value.get(text) == simdjson::SUCCESS;
        auto const number = is_text ? parse_int64(text) : std::nullopt;
        if (!number || *number == 0) {
            return fail(name, "A string of decimal digits is required, such as \"1250\".");
        }
        out = *number;
        return true;
    }

    bool fail(std::string_view name, std::string message) {
        if (!error_) error_ = invalid(fmt::format("/{}", name), std::move(message));
        return true;
    }

    // Puts the one account of a deposit or withdrawal on its side.
    void finish(ItemTransfer& transfer) {
        if (transfer.kind.empty()) transfer.kind = "transfer";
        auto const is_deposit = transfer.kind == "deposit";
        auto const is_one_sided = is_deposit || transfer.kind == "withdrawal";
        auto const has_sides =
            !transfer.debit_account_no.empty() || !transfer.credit_account_no.empty();
        if (is_one_sided && has_sides) {
            fail("account_no", fmt::format("A {} names its account in account_no.", transfer.kind));
        }
        if (!account_no_.empty() && !is_one_sided) {
            fail("account_no", fmt::format("A {} does not have it.", transfer.kind));
        }
        if (is_one_sided && account_no_.empty()) {
            fail("account_no", fmt::format("A {} requires it.", transfer.kind));
        }
        if (!is_one_sided || has_sides) return;
        (is_deposit ? transfer.credit_account_no : transfer.debit_account_no) =
            std::move(account_no_);
    }

    [[nodiscard]] std::optional<Error> const& error() const { return error_; }

private:
    bool amount(dom::element value, ItemTransfer& transfer) {
        dom::object object;
        if (transfer.amount != 0) return fail("amount", "It is given twice.");
        if (value.get(object) != simdjson::SUCCESS) {
            return fail("amount", "An object with amount and currency is required.");
        }
        for (auto const [name, part] : object) {
            if (name == "amount") {
                digits("amount/amount", part, transfer.amount);
            } else if (name == "currency") {
                text("amount/currency", part, transfer.currency);
            } else {
                fail(fmt::format("amount/{}", plain_text(name, 64)), "It is unknown.");
            }
        }
        if (transfer.amount == 0) fail("amount/amount", "It is missing.");
        if (transfer.currency.empty()) fail("amount/currency", "It is missing.");
        return true;
    }

    std::string account_no_;
    std::optional<Error> error_;
};

Error within(std::string_view prefix, Error error) {
    error.field = fmt::format("{}{}", prefix, error.field);
    return error;
}

Result<ItemTransfer> read_transfer(dom::element value) {
    dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return invalid("", "An object is required.");
    Fields fields;
    ItemTransfer transfer;
    for (auto const [name, part] : object) {
        if (!fields.read(name, part, transfer)) {
            fields.fail(plain_text(name, 64), "It is unknown.");
        }
    }
    fields.finish(transfer);
    if (fields.error()) return *fields.error();
    return transfer;
}

Result<std::vector<ItemTransfer>> read_group(dom::element value) {
    dom::array list;
    if (value.get(list) != simdjson::SUCCESS) return invalid("/linked", "A list is required.");
    std::vector<ItemTransfer> transfers;
    for (auto const one : list) {
        if (transfers.size() == bounds::linked_transfers_max) break;
        auto transfer = read_transfer(one);
        if (!transfer) {
            return within(fmt::format("/linked/{}", transfers.size()), transfer.error());
        }
        transfers.push_back(std::move(transfer).value());
    }
    if (list.size() > bounds::linked_transfers_max || transfers.empty()) {
        return invalid("/linked",
                       fmt::format("A group has 1 to {} transfers.", bounds::linked_transfers_max));
    }
    return transfers;
}

Result<TransferItem> read_item(dom::element value) {
    dom::object object;
    if (value.get(object) != simdjson::SUCCESS) return invalid("", "An object is required.");
    TransferItem item;
    Fields fields;
    ItemTransfer single;
    bool has_single = false;
    for (auto const [name, part] : object) {
        if (name == "key") {
            fields.text(name, part, item.key);
        } else if (name == "linked") {
            if (item.is_linked) return invalid("/linked", "It is given twice.");
            auto group = read_group(part);
            if (!group) return group.error();
            item.is_linked = true;
            item.transfers = std::move(group).value();
        } else if (fields.read(name, part, single)) {
            has_single = true;
        } else {
            fields.fail(plain_text(name, 64), "It is unknown.");
        }
    }
    if (item.is_linked && has_single) fields.fail("linked", "A linked group has no other fields.");
    if (!item.is_linked) {
        fields.finish(single);
        item.transfers.push_back(std::move(single));
    }
    if (fields.error()) return *fields.error();
    return item;
}

void write_fields(JsonWriter& json, ItemTransfer const& transfer) {
    auto const text = [&json](std::string_view name, std::string const& value) {
        if (!value.empty()) json.key(name).text(value);
    };
    text("kind", transfer.kind);
    if (transfer.kind == "deposit") {
        text("account_no", transfer.credit_account_no);
    } else if (transfer.kind == "withdrawal") {
        text("account_no", transfer.debit_account_no);
    } else {
        text("debit_account_no", transfer.debit_account_no);
        text("credit_account_no", transfer.credit_account_no);
    }
    if (transfer.origin_id != 0) json.key("origin_id").text(std::to_string(transfer.origin_id));
    if (transfer.amount != 0) {
        json.key("amount").begin_object().key("amount").text(std::to_string(transfer.amount));
        json.key("currency").text(transfer.currency).end_object();
    }
    text("reference", transfer.reference);
    if (transfer.expires_in_s != 0) json.key("expires_in_s").number(transfer.expires_in_s);
}

}  // namespace

Status check(TransferItem const& item) {
    if (auto key = check_key(item.key); !key) return key;
    auto const size = item.transfers.size();
    if (size == 0 || size > bounds::linked_transfers_max) {
        return invalid("/linked",
                       fmt::format("A group has 1 to {} transfers.", bounds::linked_transfers_max));
    }
    for (std::size_t i = 0; i < size; ++i) {
        auto const checked = check(item.transfers[i]);
        if (checked) continue;
        return item.is_linked ? within(fmt::format("/linked/{}", i), checked.error())
                              : checked.error();
    }
    return Done{};
}

void write(JsonWriter& json, TransferItem const& item) {
    json.begin_object().key("key").text(item.key);
    if (item.is_linked) {
        json.key("linked").begin_array();
        for (auto const& transfer : item.transfers) {
            json.begin_object();
            write_fields(json, transfer);
            json.end_object();
        }
        json.end_array();
    } else {
        for (auto const& transfer : item.transfers) write_fields(json, transfer);
    }
    json.end_object();
}

struct TransferItemReader::State {
    dom::parser parser;
};

TransferItemReader::TransferItemReader() : state_(std::make_unique<State>()) {}
TransferItemReader::~TransferItemReader() = default;

Result<TransferItem> TransferItemReader::read(std::string_view json) {
    dom::element root;
    if (state_->parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) {
        return Error{.code = Code::malformed_request, .message = "This is not a JSON object."};
    }
    return read_item(root);
}

Result<std::vector<TransferItem>> TransferItemReader::read_list(std::string_view json) {
    dom::array list;
    if (state_->parser.parse(json.data(), json.size()).get(list) != simdjson::SUCCESS) {
        return Error{.code = Code::malformed_request, .message = "This is not a JSON list."};
    }
    if (list.size() == 0 || list.size() > submit_items_max) {
        return invalid("", fmt::format("A request has 1 to {} items.", submit_items_max));
    }
    std::vector<TransferItem> items;
    items.reserve(list.size());
    std::size_t transfers = 0;
    for (auto const one : list) {
        auto item = read_item(one);
        auto const checked = item ? check(*item) : Status{item.error()};
        if (!checked) return within(fmt::format("/{}", items.size()), checked.error());
        transfers += item->transfers.size();
        items.push_back(std::move(item).value());
    }
    if (transfers > submit_transfers_max) {
        return invalid("",
                       fmt::format("A request has at most {} transfers.", submit_transfers_max));
    }
    return items;
}

}  // namespace bank::admin::wire
