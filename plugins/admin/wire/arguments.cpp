#include "plugins/admin/wire/arguments.hpp"

#include <algorithm>
#include <utility>

#include "core/base/check.hpp"

namespace bank::admin::wire {
namespace {

template <typename T>
T const& as(Arguments::Value const& value) {
    auto const* typed = std::get_if<T>(&value);
    BANK_CHECK(typed != nullptr);
    return *typed;
}

}  // namespace

void Arguments::set(std::string_view name, Value value) {
    std::erase_if(items_, [&](Item const& item) { return item.name == name; });
    items_.push_back({std::string{name}, std::move(value)});
}

Arguments::Value const* Arguments::find(std::string_view name) const noexcept {
    auto const found =
        std::find_if(items_.begin(), items_.end(), [&](Item const& i) { return i.name == name; });
    return found == items_.end() ? nullptr : &found->value;
}

std::string const& Arguments::text(std::string_view name) const {
    static std::string const none;
    auto const* value = find(name);
    return value == nullptr ? none : as<std::string>(*value);
}

std::optional<std::int64_t> Arguments::integer(std::string_view name) const {
    auto const* value = find(name);
    if (value == nullptr) return std::nullopt;
    return as<std::int64_t>(*value);
}

bool Arguments::boolean(std::string_view name) const {
    auto const* value = find(name);
    return value != nullptr && as<bool>(*value);
}

std::string_view Arguments::json(std::string_view name) const {
    auto const* value = find(name);
    return value == nullptr ? std::string_view{} : std::string_view{as<JsonText>(*value).text};
}

Secret Arguments::secret(std::string_view name) const {
    auto const* value = find(name);
    return value == nullptr ? Secret{} : as<Secret>(*value).clone();
}

}  // namespace bank::admin::wire
