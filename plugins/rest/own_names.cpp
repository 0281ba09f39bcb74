// list = item *( "," item )     item = host [ ":" ( port | "*" ) ]
// host = name / IPv4 / "[" IPv6 "]"
#include "plugins/rest/own_names.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "core/base/text.hpp"
#include "plugins/rest/ascii.hpp"

namespace bank::rest {
namespace {

constexpr std::size_t names_max = 64;
constexpr std::array<std::string_view, 3> loopback_names{"localhost", "127.0.0.1", "[::1]"};

struct Authority {
    std::string_view host;
    std::string_view port;
};

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, [](char c) {
        return ascii::is_letter(c) || ascii::is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

bool is_bracketed_address(std::string_view text) {
    return text.size() > 2 && text.size() <= 41 && text.front() == '[' && text.back() == ']' &&
           text.find_first_not_of("0123456789abcdefABCDEF:.", 1) == text.size() - 1;
}

// Host and port of "host", "host:port" or "[address]:port"; the port is not looked at.
std::optional<Authority> split(std::string_view text) {
    auto const end = text.starts_with('[') ? text.find(']') : text.find(':');
    auto const size = text.starts_with('[') && end != std::string_view::npos ? end + 1 : end;
    Authority authority{text.substr(0, size), {}};
    if (!is_name(authority.host) && !is_bracketed_address(authority.host)) return std::nullopt;
    text.remove_prefix(authority.host.size());
    if (text.empty()) return authority;
    if (text.front() != ':' || text.size() == 1) return std::nullopt;
    authority.port = text.substr(1);
    return authority;
}

bool is_port(std::string_view text) {
    auto const number = parse_int64(text);
    return text.size() <= 5 && number && *number >= 1 && *number <= 65535;
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), ascii::lower);
    return lowered;
}

std::vector<std::string_view> items_of(std::string_view list) {
    std::vector<std::string_view> items;
    while (!ascii::trim(list).empty()) {
        auto const comma = list.find(',');
        items.push_back(ascii::trim(list.substr(0, comma)));
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
        if (ascii::trim(list).empty()) items.emplace_back();
    }
    return items;
}

// "*.bank.example" is of one label before ".bank.example", as in certificates.
bool is_host(std::string_view name, std::string_view host) {
    if (!name.starts_with("*.")) return ascii::equal_ignoring_case(name, host);
    auto const dot = host.find('.');
    return dot != std::string_view::npos && dot > 0 &&
           ascii::equal_ignoring_case(name.substr(1), host.substr(dot));
}

bool is_loopback(std::string_view host) {
    return std::ranges::any_of(loopback_names, [&](std::string_view name) {
        return ascii::equal_ignoring_case(name, host);
    });
}

std::string host_name() {
    std::array<char, 256> buffer{};
    if (::gethostname(buffer.data(), buffer.size() - 1) != 0) return {};
    return buffer.data();
}

std::string hosts_file() {
    std::ifstream file("/etc/hosts");
    std::ostringstream text;
    text << file.rdbuf();
    return std::move(text).str();
}

}  // namespace

std::vector<std::string> machine_names(std::string_view host_name, std::string_view hosts) {
    std::vector<std::string> names;
    if (!is_name(host_name)) return names;
    names.emplace_back(host_name);
    std::istringstream lines{std::string(hosts)};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words(line.substr(0, line.find('#')));
        std::string address;
        words >> address;
        std::vector<std::string> aliases;
        for (std::string word; words >> word;) aliases.push_back(word);
        auto const is_own = std::ranges::any_of(aliases, [&](std::string const& alias) {
            return ascii::equal_ignoring_case(alias, host_name);
        });
        if (is_own) std::ranges::copy_if(aliases, std::back_inserter(names), is_name);
    }
    return names;
}

std::string OwnNames::check(std::string_view list) {
    auto const items = items_of(list);
    if (items.size() > names_max) return fmt::format("must have at most {} names", names_max);
    for (auto const item : items) {
        auto const authority = split(item);
        auto const is_whole = authority && (authority->port.empty() || authority->port == "*" ||
                                            is_port(authority->port));
        if (is_whole) continue;
        return "must be names like bank.example, bank.example:8443 or bank.example:*, separated by "
               "commas, without https://";
    }
    return {};
}

OwnNames::Names OwnNames::parse(std::string_view list) {
    Names names;
    for (auto const item : items_of(list)) {
        auto const authority = split(item);
        if (authority) names.push_back({lower(authority->host), std::string(authority->port)});
    }
    return names;
}

OwnNames::OwnNames(std::string_view list, bool uses_tls)
    : uses_tls_(uses_tls), is_listed_(!items_of(list).empty()), own_(parse(list)) {
    if (is_listed_) return;
    for (auto const name : loopback_names) own_.push_back({std::string(name), "*"});
    for (auto const& name : machine_names(host_name(), hosts_file())) {
        own_.push_back({lower(name), "*"});
    }
}

void OwnNames::set_certificate_names(std::vector<std::string> const& names) {
    if (is_listed_) return;
    auto certified = std::make_shared<Names>();
    for (auto const& name : names) {
        auto const is_address = name.find(':') != std::string::npos;
        certified->push_back({is_address ? "[" + lower(name) + "]" : lower(name), "*"});
    }
    std::lock_guard const lock(mutex_);
    certified_ = std::move(certified);
}

bool OwnNames::have(std::string_view host, std::string_view own_ip) const {
    auto const asked = split(host);
    if (!asked || (!asked->port.empty() && !is_port(asked->port))) return false;
    auto const is_it = [&](Name const& name) {
        return is_host(name.host, asked->host) && (name.port == "*" || name.port == asked->port);
    };
    if (std::ranges::any_of(own_, is_it)) return true;
    if (is_listed_) return false;
    auto const bare =
        asked->host.front() == '[' ? asked->host.substr(1, asked->host.size() - 2) : asked->host;
    if (!own_ip.empty() && ascii::equal_ignoring_case(bare, own_ip)) return true;
    auto const certified = [&] {
        std::lock_guard const lock(mutex_);
        return certified_;
    }();
    return std::ranges::any_of(*certified, is_it);
}

bool OwnNames::is_own_origin(std::string_view origin, std::string_view host,
                             std::string_view own_ip) const {
    constexpr std::string_view https = "https://";
    constexpr std::string_view http = "http://";
    auto const is_https = origin.starts_with(https);
    if (!is_https && !origin.starts_with(http)) return false;
    origin.remove_prefix(is_https ? https.size() : http.size());
    if (!ascii::equal_ignoring_case(origin, host) || !have(origin, own_ip)) return false;
    return is_https || !uses_tls_ || is_loopback(split(origin)->host);
}

}  // namespace bank::rest
