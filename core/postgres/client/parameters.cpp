#include "core/postgres/client/parameters.hpp"

#include <arpa/inet.h>

#include "core/base/secret.hpp"

namespace bank::postgres {

Parameters::~Parameters() {
    for (auto& value : values_) {
        if (value) wipe(*value);
    }
}

Parameters Parameters::caller(access::Acting const& acting) {
    Parameters parameters;
    parameters.add_bytes(acting.session)
        .add(inet_or_nothing(acting.source.ip))
        .add(acting.source.user_agent)
        .add(to_string(acting.source.request_id));
    return parameters;
}

Parameters Parameters::caller(access::Source const& source) {
    Parameters parameters;
    parameters.add_null()
        .add(inet_or_nothing(source.ip))
        .add(source.user_agent)
        .add(to_string(source.request_id));
    return parameters;
}

Parameters& Parameters::add(std::string_view value) {
    values_.emplace_back(value);
    return *this;
}

Parameters& Parameters::add(std::int64_t value) {
    return add(std::to_string(value));
}

Parameters& Parameters::add(std::optional<std::int64_t> value) {
    return value ? add(*value) : add_null();
}

Parameters& Parameters::add(bool value) {
    return add(value ? "t" : "f");
}

Parameters& Parameters::add_bytes(BytesView value) {
    return add("\\x" + to_hex(value));
}

Parameters& Parameters::add_null() {
    values_.emplace_back(std::nullopt);
    return *this;
}

Parameters& Parameters::add(std::optional<Timestamp> value) {
    return value ? add(to_string(*value)) : add_null();
}

Parameters& Parameters::add_unless_empty(std::string_view value) {
    return value.empty() ? add_null() : add(value);
}

std::vector<char const*> Parameters::pointers() const {
    std::vector<char const*> pointers;
    pointers.reserve(values_.size());
    for (auto const& value : values_) pointers.push_back(value ? value->c_str() : nullptr);
    return pointers;
}

std::string inet_or_nothing(std::string const& ip) {
    in6_addr address{};
    auto const is_address = inet_pton(AF_INET, ip.c_str(), &address) == 1 ||
                            inet_pton(AF_INET6, ip.c_str(), &address) == 1;
    return is_address ? ip : std::string{};
}

}  // namespace bank::postgres
