// The names under which browsers open the bank. What a request says of itself in Host is not
// believed: a page of a stranger can have a name of the stranger's lead here.
//
// Threads: any.
#pragma once
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace bank::rest {

class OwnNames {
public:
    // Why `list`, as in [rest] own_names, cannot be used, as a clause; empty: it can.
    [[nodiscard]] static std::string check(std::string_view list);

    // Precondition: check(list) has nothing against it. Of an empty list the names are localhost,
    // those of the machine, and those of the certificate; each on any port.
    OwnNames(std::string_view list, bool uses_tls);

    // DNS names and addresses, a first label may be "*". Not asked if there is a list.
    void set_certificate_names(std::vector<std::string> const& names);

    // `host` is "name", "name:port" or "[address]:port". `own_ip` is the address that the
    // connection came to: one that is not listed is a name by itself, as nobody else can have it
    // lead here.
    [[nodiscard]] bool have(std::string_view host, std::string_view own_ip) const;

    // Whether a page of `origin` is one that the bank served under `host`. http counts where the
    // bank has no TLS of its own, and from this machine: a tool for developers.
    [[nodiscard]] bool is_own_origin(std::string_view origin, std::string_view host,
                                     std::string_view own_ip) const;

    // True only for the first call: the first foreign name is logged, and strangers cannot flood
    // the log.
    [[nodiscard]] bool is_first_refusal() const noexcept { return !is_told_.test_and_set(); }

private:
    struct Name {
        std::string host;  // A name in lower case, or an address as inet_ntop() writes it.
        std::string port;  // "": none is shown; "*": any.
    };
    using Names = std::vector<Name>;
    static Names parse(std::string_view list, bool uses_tls);

    bool const uses_tls_;
    bool const is_listed_;
    Names own_;
    mutable std::atomic_flag is_told_;
    mutable std::mutex mutex_;
    std::shared_ptr<Names const> certified_ = std::make_shared<Names>();  // Guarded by mutex_.
};

// Of this machine: its host name, the first label of that, and what /etc/hosts calls it besides.
// `hosts` is that file's text.
[[nodiscard]] std::vector<std::string> machine_names(std::string_view host_name,
                                                     std::string_view hosts);

}  // namespace bank::rest
