// list = item *( "," item )     item = host [ ":" ( port | "*" ) ]
// host = name / IPv4 / "[" IPv6 "]"
#include "plugins/rest/http/own_names.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>

#include "core/base/text.hpp"
#include "plugins/rest/http/ascii.hpp"

namespace bank::rest {
namespace {

constexpr std::size_t names_max = 64;
constexpr std::array<std::string_view, 3> loopback_names{"localhost", "127.0.0.1", "[::1]"};

struct Authority {
    std::string host;  // As canonical() has it.
    std::string_view port;
};

std::string lower(std::string_view text) {
    std::string lowered(text);
    std::ranges::transform(lowered, lowered.begin(), ascii::lower);
    return lowered;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= 253 && std::ranges::all_of(text, [](char c) {
        return ascii::is_letter(c) || ascii::is_digit(c) || c == '-' || c == '.' || c == '_';
    });
}

// Browsers take a host for an IPv4 address if its last label is a number.
bool ends_in_number(std::string_view name) {
    auto const label = name.substr(name.rfind('.') + 1);
    return !label.empty() && std::ranges::all_of(label, ascii::is_digit);
}

template <typename Address>
std::optional<std::string> canonical_address(int family, std::string_view text) {
    Address address{};
    std::array<char, INET6_ADDRSTRLEN> canonical{};
    // What follows a zero byte, inet_pton() would not see.
    if (text.find('\0') != std::string_view::npos ||
        ::inet_pton(family, std::string(text).c_str(), &address) != 1 ||
        ::inet_ntop(family, &address, canonical.data(), canonical.size()) == nullptr) {
        return std::nullopt;
    }
    return canonical.data();
}

// One text for each host: a name in lower case, an address in the system's own form.
std::optional<std::string> canonical(std::string_view host) {
    if (host.starts_with('[') && host.ends_with(']')) {
        auto address = canonical_address<in6_addr>(AF_INET6, host.substr(1, host.size() - 2));
        if (!address) return std::nullopt;
        return "[" + *address + "]";
    }
    if (!is_name(host)) return std::nullopt;
    return ends_in_number(host) ? canonical_address<in_addr>(AF_INET, host) : lower(host);
}

// Host and port of "host", "host:port" or "[address]:port"; the port is not looked at.
std::optional<Authority> split(std::string_view text) {
    auto const end = text.starts_with('[') ? text.find(']') : text.find(':');
    auto const size = text.starts_with('[') && end != std::string_view::npos ? end + 1 : end;
    auto host = canonical(text.substr(0, size));
    if (!host) return std::nullopt;
    text.remove_prefix(std::min(size, text.size()));
    if (text.empty()) return Authority{*std::move(host), {}};
    if (text.front() != ':' || text.size() == 1) return std::nullopt;
    return Authority{*std::move(host), text.substr(1)};
}

bool is_port(std::string_view text) {
    auto const number = parse_int64(text);
    return text.size() <= 5 && number && *number >= 1 && *number <= 65535;
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
    // People type the short name of a machine that knows its long one.
    if (auto const dot = host_name.find('.'); dot != std::string_view::npos && dot > 0) {
        names.emplace_back(host_name.substr(0, dot));
    }
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

// Browsers leave out the port of their scheme. Without TLS that may be a proxy's https.
OwnNames::Names OwnNames::parse(std::string_view list, bool uses_tls) {
    Names names;
    for (auto const item : items_of(list)) {
        auto authority = split(item);
        if (!authority) continue;
        auto const number = parse_int64(authority->port);
        auto const is_hidden = number == 443 || (!uses_tls && number == 80);
        names.push_back(
            {std::move(authority->host), is_hidden ? "" : std::string(authority->port)});
    }
    return names;
}

OwnNames::OwnNames(std::string_view list, bool uses_tls)
    : uses_tls_(uses_tls), is_listed_(!items_of(list).empty()), own_(parse(list, uses_tls)) {
    if (is_listed_) return;
    for (auto const name : loopback_names) own_.push_back({std::string(name), "*"});
    for (auto const& name : machine_names(host_name(), hosts_file())) {
        if (auto host = canonical(name)) own_.push_back({*std::move(host), "*"});
    }
}

void OwnNames::set_certificate_names(std::vector<std::string> const& names) {
    if (is_listed_) return;
    auto certified = std::make_shared<Names>();
    for (auto const& name : names) {
        auto const is_address = name.find(':') != std::string::npos;
        auto const is_wildcard = name.starts_with("*.");
        auto host = is_wildcard ? lower(name) : canonical(is_address ? "[" + name + "]" : name);
        if (host) certified->push_back({*std::move(host), "*"});
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
    auto const own =
        canonical(own_ip.find(':') == std::string_view::npos ? std::string(own_ip)
                                                             : fmt::format("[{}]", own_ip));
    if (own && *own == asked->host) return true;
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
