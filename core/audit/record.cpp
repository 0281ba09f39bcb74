// record   = event / transfer
// event    = "event/1" TAB time TAB action TAB outcome TAB actor TAB account TAB request
//            TAB subject TAB details
// transfer = "transfer/1" TAB time TAB action TAB outcome TAB actor TAB request TAB subject TAB id
//            TAB debit TAB credit TAB amount TAB currency TAB origin TAB group TAB value-date
//            TAB expires TAB reference TAB private
// subject-text = actor TAB name TAB ip TAB user-agent
// private-text = debit-balance TAB debit-previous TAB credit-balance TAB credit-previous
//            TAB available TAB session TAB idempotency TAB digest
//
// No field contains control characters such as TAB or LF; "-" is an absent field; nothing is
// escaped.
// time, expires                  microseconds since 1970 UTC, decimal
// action, outcome                1*40( "a".."z" / "_" )
// id, amount                     decimal, at least 1
// actor ... group, session       the same, or "-"
// balances, available            decimal, may be negative
// debit-, credit-previous        decimal, at least 0, or "-"
// request, idempotency           lower-case UUID, or "-"
// subject, details, private      64 lower-case hexadecimal digits
// reference, digest              the same, or "-"
// currency                       3 upper-case letters
// value-date                     YYYY-MM-DD
#include "core/audit/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>

#include "core/api/transfer_kind.hpp"
#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/crypto/digest.hpp"

namespace bank::audit {
namespace {

constexpr std::string_view event_tag = "event/1";
constexpr std::string_view transfer_tag = "transfer/1";
constexpr std::string_view absent = "-";
constexpr std::size_t word_size_max = 40;
constexpr auto int64_max = std::numeric_limits<std::int64_t>::max();

bool is_word(std::string_view text) noexcept {
    auto const is_sound = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    return !text.empty() && text.size() <= word_size_max && std::ranges::all_of(text, is_sound);
}

bool is_date(std::string_view text) noexcept {
    constexpr std::size_t size = 10;
    return text.size() == size && parse_timestamp(text).has_value();
}

// Reads the fields of a text in order. Keeps the name of the first invalid field, after which all
// values are meaningless: callers check error() once, at the end.
class FieldReader {
public:
    explicit FieldReader(std::string_view text) : rest_(text) {}

    [[nodiscard]] std::string_view take(char const* name) noexcept {
        if (is_at_end_) return refuse(name);
        auto const end = rest_.find('\t');
        auto const field = rest_.substr(0, end);
        is_at_end_ = end == std::string_view::npos;
        if (!is_at_end_) rest_.remove_prefix(end + 1);
        return field;
    }

    [[nodiscard]] std::int64_t integer(char const* name, std::int64_t minimum,
                                       std::int64_t maximum = int64_max) noexcept {
        return read_integer(take(name), name, minimum, maximum);
    }
    [[nodiscard]] std::optional<std::int64_t> integer_or_absent(char const* name,
                                                                std::int64_t minimum) noexcept {
        auto const field = take(name);
        if (field == absent) return std::nullopt;
        return read_integer(field, name, minimum, int64_max);
    }
    template <typename Id>
    [[nodiscard]] Id id_or_absent(char const* name) noexcept {
        return Id{integer_or_absent(name, 1).value_or(0)};
    }
    [[nodiscard]] std::string_view word(char const* name) noexcept {
        auto const field = take(name);
        return is_word(field) ? field : refuse(name);
    }
    [[nodiscard]] std::optional<Uuid> uuid_or_absent(char const* name) noexcept {
        auto const field = take(name);
        if (field == absent) return std::nullopt;
        auto const uuid = parse_uuid(field);
        auto const is_upper = [](char c) { return c >= 'A' && c <= 'F'; };
        if (!uuid || std::ranges::any_of(field, is_upper)) refuse(name);
        return uuid;
    }
    [[nodiscard]] Hash hash(char const* name) noexcept { return read_hash(take(name), name); }
    [[nodiscard]] std::optional<Hash> hash_or_absent(char const* name) noexcept {
        auto const field = take(name);
        if (field == absent) return std::nullopt;
        return read_hash(field, name);
    }
    [[nodiscard]] money::Currency currency(char const* name) noexcept {
        auto const field = take(name);
        auto const is_upper = [](char c) { return c >= 'A' && c <= 'Z'; };
        if (field.size() != 3 || !std::ranges::all_of(field, is_upper)) {
            refuse(name);
            return {};
        }
        return {{field[0], field[1], field[2]}};
    }
    [[nodiscard]] std::string_view date(char const* name) noexcept {
        auto const field = take(name);
        return is_date(field) ? field : refuse(name);
    }
    // Empty if absent: a present field is never empty.
    [[nodiscard]] std::string_view text_or_absent(char const* name) noexcept {
        auto const field = take(name);
        if (field == absent) return {};
        return !field.empty() && is_plain_text(field) ? field : refuse(name);
    }
    [[nodiscard]] std::string_view text(char const* name) noexcept {
        auto const field = take(name);
        return is_plain_text(field) ? field : refuse(name);
    }

    // nullopt: all fields were valid, and none is left over.
    [[nodiscard]] std::optional<Error> error(char const* what) {
        if (wrong_ == nullptr && !is_at_end_) wrong_ = "end";
        if (wrong_ == nullptr) return std::nullopt;
        return Error{.code = Code::invalid_field,
                     .detail = fmt::format("{}: its {} is missing or invalid", what, wrong_)};
    }

private:
    std::string_view refuse(char const* name) noexcept {
        if (wrong_ == nullptr) wrong_ = name;
        return {};
    }
    std::int64_t read_integer(std::string_view field, char const* name, std::int64_t minimum,
                              std::int64_t maximum) noexcept {
        auto const value = parse_int64(field);
        if (value && *value >= minimum && *value <= maximum) return *value;
        refuse(name);
        return minimum;
    }
    Hash read_hash(std::string_view field, char const* name) noexcept {
        Hash hash{};
        if (!read_hex(field, hash)) refuse(name);
        return hash;
    }

    std::string_view rest_;
    bool is_at_end_ = false;
    char const* wrong_ = nullptr;
};

class FieldWriter {
public:
    FieldWriter() { text_.reserve(record_size_usual); }
    explicit FieldWriter(std::string_view tag) : FieldWriter() { text(tag); }

    FieldWriter& text(std::string_view field) {
        if (!text_.empty()) text_ += '\t';
        text_ += field;
        return *this;
    }
    FieldWriter& integer(std::int64_t value) {
        std::array<char, 20> digits{};  // "-9223372036854775808"
        auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
        return text({digits.data(), static_cast<std::size_t>(end - digits.data())});
    }
    FieldWriter& integer_or_absent(std::optional<std::int64_t> value) {
        return value ? integer(*value) : text(absent);
    }
    FieldWriter& id_or_absent(std::int64_t id) { return id == 0 ? text(absent) : integer(id); }
    FieldWriter& text_or_absent(std::string_view field) {
        return text(field.empty() ? absent : field);
    }
    FieldWriter& uuid_or_absent(std::optional<Uuid> const& uuid) {
        return uuid ? text(to_string(*uuid)) : text(absent);
    }
    FieldWriter& hash(Hash const& hash) { return text(to_hex(hash)); }
    FieldWriter& hash_or_absent(std::optional<Hash> const& value) {
        return value ? hash(*value) : text(absent);
    }
    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    static constexpr std::size_t record_size_usual = 512;
    std::string text_;
};

EventRecord read_event(FieldReader& fields) {
    EventRecord record;
    record.time = {fields.integer("time", 0)};
    record.action = fields.word("action");
    record.outcome = fields.word("outcome");
    record.actor = fields.id_or_absent<UserId>("actor");
    record.account = fields.id_or_absent<AccountId>("account");
    record.request = fields.uuid_or_absent("request");
    record.subject = fields.hash("subject");
    record.details = fields.hash("details");
    return record;
}

TransferRecord read_transfer(FieldReader& fields) {
    TransferRecord record;
    record.time = {fields.integer("time", 0)};
    record.action = fields.word("action");
    record.outcome = fields.word("outcome");
    record.actor = fields.id_or_absent<UserId>("actor");
    record.request = fields.uuid_or_absent("request");
    record.subject = fields.hash("subject");
    record.id = {fields.integer("id", 1)};
    record.debit = fields.id_or_absent<AccountId>("debit");
    record.credit = fields.id_or_absent<AccountId>("credit");
    record.amount = fields.integer("amount", 1);
    record.currency = fields.currency("currency");
    record.origin = fields.id_or_absent<TransferId>("origin");
    record.group = fields.integer_or_absent("group", 1).value_or(0);
    record.value_date = fields.date("value date");
    auto const expires = fields.integer_or_absent("expires", 0);
    if (expires) record.expires = Timestamp{*expires};
    record.reference = fields.hash_or_absent("reference");
    record.private_part = fields.hash("private part");
    return record;
}

}  // namespace

std::string to_text(EventRecord const& record) {
    return FieldWriter(event_tag)
        .integer(record.time.us)
        .text(record.action)
        .text(record.outcome)
        .id_or_absent(record.actor.value)
        .id_or_absent(record.account.value)
        .uuid_or_absent(record.request)
        .hash(record.subject)
        .hash(record.details)
        .take();
}

std::string to_text(TransferRecord const& record) {
    auto const expires = record.expires ? std::optional(record.expires->us) : std::nullopt;
    return FieldWriter(transfer_tag)
        .integer(record.time.us)
        .text(record.action)
        .text(record.outcome)
        .id_or_absent(record.actor.value)
        .uuid_or_absent(record.request)
        .hash(record.subject)
        .integer(record.id.value)
        .id_or_absent(record.debit.value)
        .id_or_absent(record.credit.value)
        .integer(record.amount)
        .text(record.currency.code())
        .id_or_absent(record.origin.value)
        .id_or_absent(record.group)
        .text(record.value_date)
        .integer_or_absent(expires)
        .hash_or_absent(record.reference)
        .hash(record.private_part)
        .take();
}

std::string to_text(Record const& record) {
    return std::visit([](auto const& one) { return to_text(one); }, record);
}

Result<Record> parse_record(std::string_view text) {
    FieldReader fields(text);
    auto const tag = fields.take("kind");
    if (tag == transfer_tag) {
        auto record = read_transfer(fields);
        if (auto error = fields.error(transfer_tag.data())) return *std::move(error);
        return Record{record};
    }
    if (tag == event_tag) {
        auto record = read_event(fields);
        if (auto error = fields.error(event_tag.data())) return *std::move(error);
        return Record{record};
    }
    return Error{.code = Code::invalid_field, .detail = "neither event/1 nor transfer/1"};
}

bool moves_money(TransferRecord const& record) noexcept {
    // A transfer's action is the word of its kind.
    auto const kind = api::parse_transfer_kind(record.action);
    return record.outcome == "posted" && kind && api::moves_money(*kind);
}

std::string to_text(SubjectText const& subject) {
    return FieldWriter()
        .id_or_absent(subject.actor.value)
        .text_or_absent(subject.name)
        .text_or_absent(subject.ip)
        .text(subject.user_agent)
        .take();
}

std::string to_text(PrivatePart const& part) {
    return FieldWriter()
        .integer(part.debit_balance)
        .integer_or_absent(part.debit_previous)
        .integer(part.credit_balance)
        .integer_or_absent(part.credit_previous)
        .integer(part.available)
        .id_or_absent(part.session.value)
        .uuid_or_absent(part.idempotency)
        .hash_or_absent(part.digest)
        .take();
}

Result<SubjectText> parse_subject(std::string_view text) {
    FieldReader fields(text);
    SubjectText subject;
    subject.actor = fields.id_or_absent<UserId>("actor");
    subject.name = fields.text_or_absent("name");
    subject.ip = fields.text_or_absent("ip");
    subject.user_agent = fields.text("user agent");
    if (auto error = fields.error("subject")) return *std::move(error);
    return subject;
}

Result<PrivatePart> parse_private_part(std::string_view text) {
    constexpr auto int64_min = std::numeric_limits<std::int64_t>::min();
    FieldReader fields(text);
    PrivatePart part;
    part.debit_balance = fields.integer("debit balance", int64_min);
    part.debit_previous = fields.integer_or_absent("debit previous", 0);
    part.credit_balance = fields.integer("credit balance", int64_min);
    part.credit_previous = fields.integer_or_absent("credit previous", 0);
    part.available = fields.integer("available", int64_min);
    part.session = fields.id_or_absent<SessionId>("session");
    part.idempotency = fields.uuid_or_absent("idempotency");
    part.digest = fields.hash_or_absent("digest");
    if (auto error = fields.error("private part")) return *std::move(error);
    return part;
}

Hash salted_hash(Salt const& salt, std::string_view text) {
    return crypto::thread_sha256().update(salt).update(as_bytes(text)).finish();
}

}  // namespace bank::audit
