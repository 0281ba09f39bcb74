// Reads one JSON object field by field, strictly: nothing is converted, rounded, guessed or
// ignored.
//
//     BodyReader body(text);
//     body.text("user_name", request.user_name, {.size_max = 64});
//     body.integer("limit", request.limit, {.minimum = 0, .maximum = 100});
//     if (auto problem = body.finish()) return *problem;   // Else every field was read.
//
// It goes on after a bad field, so that finish() can name them all.
//
// Threads: one; only one BodyReader per thread at a time, for they share the thread's parser. What
// the parser held is wiped at the end: it may be a password.
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/api/type.hpp"
#include "core/base/secret.hpp"
#include "core/money/money.hpp"
#include "plugins/rest/json/problem.hpp"

namespace bank::rest {

// Bytes that must be readable behind a body's last one; their values do not matter.
inline constexpr std::size_t body_padding = 64;

enum class Presence : std::uint8_t { required, optional };

class BodyReader {
public:
    struct TextBounds {
        std::size_t size_min = 1;
        std::size_t size_max = 0;
        Presence presence = Presence::required;
    };
    struct IntegerBounds {
        std::int64_t minimum = 0;
        std::int64_t maximum = 0;
        Presence presence = Presence::required;
    };
    struct CountBounds {
        std::size_t minimum = 1;
        std::size_t maximum = 0;
    };

    // Precondition: body_padding readable bytes follow `body`.
    explicit BodyReader(std::string_view body);
    ~BodyReader();
    BodyReader(BodyReader const&) = delete;
    BodyReader& operator=(BodyReader const&) = delete;

    // An absent optional field leaves the value as it was.
    void text(std::string_view key, std::string& value, TextBounds bounds);
    void secret(std::string_view key, Secret& value, TextBounds bounds);
    void integer(std::string_view key, std::int64_t& value, IntegerBounds bounds);
    // The same as a string of decimal digits, for what some clients would round.
    void digits(std::string_view key, std::int64_t& value, IntegerBounds bounds);
    void boolean(std::string_view key, bool& value);
    // {"amount": "1", "currency": "EUR"}
    void money(std::string_view key, money::Money& value, IntegerBounds bounds);
    // The same, of an object whose amounts have one currency: that of the first one, or one that is
    // set before. Another is refused as a currency_mismatch.
    void amount(std::string_view key, std::int64_t& value, money::Currency& currency,
                IntegerBounds bounds);
    // null is a value of its own: nothing.
    void amount_or_null(std::string_view key, std::optional<std::int64_t>& value,
                        money::Currency& currency, IntegerBounds bounds);
    void currency(std::string_view key, money::Currency& value);

    // A word of an enumeration.
    void word(std::string_view key, api::Type const& type, void* value, Presence presence);
    // An array of objects. `read` is called for each one, and what it asks of this reader meanwhile
    // is asked of that object. Not within another array.
    void objects(std::string_view key, CountBounds bounds, std::function<void()> const& read);

    // Notes what a caller found wrong with a field that it has asked for.
    void refuse(std::string_view key, std::string message);

    // Whether the key is there at all; it still has to be asked for.
    [[nodiscard]] bool has(std::string_view key) const;

    // Nothing if the body is good. Each key that was not asked for, or stands twice, is an error.
    [[nodiscard]] std::optional<Problem> finish();

private:
    std::optional<std::string_view> read_word(std::string_view key, Presence presence);

    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::rest
