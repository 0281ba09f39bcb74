// Values of every type that crosses the core's socket, the same in each run: full ones, in which
// everything is set, and bare ones, in which nothing is.
#pragma once
#include <cstdint>
#include <string>

#include "core/wire/archive.hpp"
#include "core/wire/operation.hpp"

namespace bank::golden {

enum class Sample : std::uint8_t { full, bare, declined, refused };

// Fills a value through the list of its fields. Each number and text of a full one is another.
class Filler {
public:
    explicit Filler(Sample sample)
        : is_bare_(sample == Sample::bare),
          status_(sample == Sample::declined ? Code::insufficient_funds : Code::posted) {}

    template <typename... T>
    void operator()(T&... values) {
        (fill(values), ...);
    }

    template <typename T>
    void fill(T& value) {
        using namespace wire::detail;
        if constexpr (std::is_same_v<T, money::Currency>) {
            value = *money::parse_currency("EUR");  // No amount is without one.
        } else if constexpr (requires { wire::fields(*this, value); }) {
            wire::fields(*this, value);
            finish(value);
        } else if constexpr (!std::is_same_v<T, Done>) {
            if (!is_bare_) set(value);
        }
    }

private:
    template <typename T>
    void set(T& value) {
        using namespace wire::detail;
        if constexpr (std::is_same_v<T, bool>) {
            value = true;
        } else if constexpr (std::is_same_v<T, Code>) {
            value = status_;
        } else if constexpr (std::is_integral_v<T>) {
            value = static_cast<T>(++count_);
        } else if constexpr (std::is_enum_v<T>) {
            auto const second = static_cast<T>(static_cast<std::underlying_type_t<T>>(1));
            value = wire::is_known(second) ? second : T{};
        } else if constexpr (std::is_same_v<T, std::string>) {
            value = "text " + std::to_string(++count_);
        } else if constexpr (std::is_same_v<T, Secret>) {
            value = Secret("secret-" + std::to_string(++count_));
        } else if constexpr (std::is_same_v<T, Bytes>) {
            value.assign(16, static_cast<std::uint8_t>(++count_));
        } else if constexpr (Raw<T>) {
            value.fill(static_cast<std::uint8_t>(++count_));
        } else if constexpr (is_a<T, StrongId>) {
            fill(value.value);
        } else if constexpr (is_a<T, std::optional>) {
            fill(value.emplace());
        } else {
            static_assert(is_a<T, std::vector>);
            value.clear();
            fill(value.emplace_back());
            fill(value.emplace_back());
        }
    }

    // Parts that must make sense to their readers.
    template <typename T>
    void finish(T&) {}
    void finish(Timestamp& time) {
        if (!is_bare_) time.us = 1'772'366'400'000'000 + count_ * 1'000'001;
    }
    void finish(api::User& user) { user.user_name = "bob"; }
    void finish(api::AuditRecord& record) { record.details = R"({"note":"x"})"; }
    void finish(api::Metrics& metrics) { metrics.families.clear(); }
    void finish(api::LinkedTransfers& linked) {
        linked.refused_index.reset();
        if (!linked.transfers.empty() && status_ != Code::posted) linked.refused_index = 1;
    }

    bool is_bare_;
    Code status_;
    std::int64_t count_ = 0;
};

// The encoded Result of an operation.
template <wire::Operation operation>
std::string encoded_answer(Sample sample) {
    using Answer = typename wire::Call<operation>::Answer;
    using Value = typename wire::ValueOf<Answer>::type;
    if (sample == Sample::refused) {
        return wire::encode(Answer(Error{.code = Code::invalid_field,
                                         .field = "/some/field",
                                         .message = "Some sentence.",
                                         .retry_after_s = 7}));
    }
    Value value{};
    Filler(sample).fill(value);
    return wire::encode(Answer(std::move(value)));
}

}  // namespace bank::golden
