// Values of every type that crosses the core's socket, the same in each run: full ones with
// everything set, and bare ones with nothing set.
#pragma once
#include <cstdint>
#include <string>

#include "core/codec/binary.hpp"
#include "core/operations/list.hpp"
#include "tests/support/filled.hpp"

namespace bank::golden {

enum class Sample : std::uint8_t { full, bare, declined, refused };

// Values derived only from the names of their fields.
class NamedValues {
public:
    explicit NamedValues(Code status) : status_(status) {}

    static bool boolean() { return true; }
    std::uint64_t integer() const { return static_cast<std::uint64_t>(id()); }
    std::uint64_t word(api::Type const& type) const {
        if (type.word == api::type_of<Code>().word) return static_cast<std::uint64_t>(status_);
        return type.word(1).empty() ? 0 : 1;
    }
    std::string text() const { return "some " + name_; }
    std::string secret() const { return "secret-" + name_; }
    Bytes bytes() const { return Bytes(16, static_cast<std::uint8_t>(id())); }
    Uuid uuid() const {
        Uuid uuid;
        uuid.bytes.fill(static_cast<std::uint8_t>(id()));
        return uuid;
    }
    std::int64_t id() const {
        std::int64_t sum = 0;
        for (auto const c : name_) sum = (sum * 31 + c) % 9000;
        return 1000 + sum;
    }
    static money::Currency currency() { return *money::parse_currency("EUR"); }
    Timestamp instant() const { return {1'772'366'400'000'000 + id() * 1'000'001}; }
    static bool has_value() { return true; }
    static std::size_t list_size() { return 2; }
    void on_field(api::Field const& field) { name_ = field.name; }

    // Values that must be valid for their readers.
    void on_object(api::Type const& type, void* object) const {
        if (&type == &api::type_of<api::User>()) {
            codec::as<api::User>(object).user_name = "bob";
        } else if (&type == &api::type_of<api::AuditRecord>()) {
            codec::as<api::AuditRecord>(object).details = R"({"note":"x"})";
        } else if (&type == &api::type_of<api::Alarm>()) {
            codec::as<api::Alarm>(object).details = R"({"note":"x"})";
        } else if (&type == &api::type_of<api::Metrics>()) {
            codec::as<api::Metrics>(object).families.clear();
        } else if (&type == &api::type_of<api::LinkedTransfers>()) {
            auto& linked = codec::as<api::LinkedTransfers>(object);
            linked.refused_index.reset();
            if (linked.transfers.back().status != Code::posted) linked.refused_index = 1;
        }
    }

private:
    Code status_;
    std::string name_;
};

// Every amount has a currency.
inline void set_currencies(api::Type const& type, void* value) {
    if (type.kind == api::ValueKind::currency) {
        codec::as<money::Currency>(value) = NamedValues::currency();
    }
    for (auto const& field : type.fields) {
        if (!field.is_derived) set_currencies(field.type(), field.of(value));
    }
}

inline void fill(Sample sample, api::Type const& type, void* value) {
    if (sample == Sample::bare) {
        if (&type == &api::type_of<api::Alarm>()) codec::as<api::Alarm>(value).details = "{}";
        return set_currencies(type, value);
    }
    NamedValues values(sample == Sample::declined ? Code::insufficient_funds : Code::posted);
    test::fill(values, type, value);
}

inline std::string encoded(api::Type const& type, void const* value) {
    codec::Writer writer;
    writer.write_value(type, value);
    return std::move(writer).take();
}

// The encoded answer of an operation.
inline std::string encoded_answer(operations::Operation const& operation, Sample sample) {
    api::RateDecision rate;
    if (operation.facts.budget) fill(Sample::full, api::type_of<api::RateDecision>(), &rate);
    if (sample == Sample::refused) {
        return codec::encode(rate, false,
                             Error{.code = Code::invalid_field,
                                   .field = "/some/field",
                                   .message = "Some sentence.",
                                   .retry_after_s = 7});
    }
    auto const value = operation.make_output();
    fill(sample, operation.output(), value.get());
    return codec::encode(rate, true) + encoded(operation.output(), value.get());
}

}  // namespace bank::golden
