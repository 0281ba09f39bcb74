#include "core/postgres/client/conninfo.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <memory>

namespace bank::postgres {
namespace {

struct Free {
    void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
    void operator()(char* text) const noexcept { PQfreemem(text); }
};

std::string_view value_of(std::vector<ConnectionOption> const& options, std::string_view keyword) {
    for (auto const& option : options) {
        if (option.keyword == keyword) return option.value;
    }
    return {};
}

// Removes and returns the first item of a comma-separated list.
std::string_view next_item(std::string_view& list) {
    auto const end = std::min(list.find(','), list.size());
    auto const item = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    return item;
}

bool is_socket(std::string_view host) {
    return host.empty() || host.front() == '/' || host.front() == '@';
}

}  // namespace

Result<std::vector<ConnectionOption>> parse_conninfo(std::string_view text) {
    char* reason = nullptr;
    std::unique_ptr<PQconninfoOption, Free> const parsed{
        PQconninfoParse(std::string{text}.c_str(), &reason)};
    std::unique_ptr<char, Free> const owned{reason};
    if (!parsed) {
        Error error{.code = Code::invalid_field, .detail = reason != nullptr ? reason : ""};
        while (!error.detail.empty() && error.detail.back() == '\n') error.detail.pop_back();
        return error;
    }
    std::vector<ConnectionOption> options;
    for (auto const* option = parsed.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        options.push_back({option->keyword, option->val, option->dispchar[0] == '*'});
    }
    return options;
}

std::string to_conninfo(std::vector<ConnectionOption> const& options) {
    std::string text;
    for (auto const& [keyword, value, is_secret] : options) {
        if (!text.empty()) text += ' ';
        text.append(keyword).append("=");
        if (!value.empty() && value.find_first_of(" \t\n\r\f\v'\\") == std::string::npos) {
            text += value;
            continue;
        }
        text += '\'';
        for (char const c : value) {
            if (c == '\'' || c == '\\') text += '\\';
            text += c;
        }
        text += '\'';
    }
    return text;
}

bool has_blank(ConnectionOption const& option) {
    return option.value.find(' ') != std::string::npos;
}

bool uses_network(std::vector<ConnectionOption> const& options) {
    auto hosts = value_of(options, "host");
    auto addresses = value_of(options, "hostaddr");
    do {
        auto const host = next_item(hosts);
        if (!next_item(addresses).empty() || !is_socket(host)) return true;
    } while (!hosts.empty() || !addresses.empty());
    return false;
}

}  // namespace bank::postgres
