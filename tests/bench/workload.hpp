// The orders that both load generators send: payers, payees and callers.
//
// Threads: any may read a Population; a Workload belongs to one.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/strong_id.hpp"
#include "core/service/bank.hpp"

namespace bank::bench {

struct User {
    UserId id;
    std::string role;
    std::vector<std::uint8_t> session_secret;
    std::string access_token;
};

struct Account {
    std::string account_no;
    std::uint32_t owner = 0;  // Index in Population::users.
};

// Written to a file by population.sql, one line each, owners before their accounts:
//
//     user ID ROLE SECRET_HEX
//     account ACCOUNT_NO OWNER_ID
struct Population {
    std::vector<User> users;
    std::vector<std::uint32_t> tellers;  // Indexes in users.
    std::vector<Account> accounts;
};

// The key and claims of tokens, as the daemon has them.
struct Signing {
    service::Keys keys;
    std::string issuer;
    std::string audience;
};

// Reads the file and signs an access token for each user's session. The bank verifies it, and looks
// up the session, as after any login. Errors: malformed_request with a detail.
[[nodiscard]] Result<Population> read_population(std::string const& path, Signing const& signing);

// The keys named by bankd's configuration. Errors: invalid_field with a detail.
[[nodiscard]] Result<Signing> read_signing(std::string const& config_path);

enum class Distribution : std::uint8_t { uniform, zipf, hot };
[[nodiscard]] std::optional<Distribution> parse_distribution(std::string_view word);

enum class KeyKind : std::uint8_t { v7, v4 };

struct Mix {
    Distribution distribution = Distribution::uniform;
    KeyKind keys = KeyKind::v7;
    double teller_share = 0.5;  // The owners of the debited accounts request the rest.
};

struct Order {
    std::uint32_t debit = 0;  // Indexes in Population::accounts.
    std::uint32_t credit = 0;
    std::uint32_t user = 0;
};

class Workload {
public:
    // `population` must outlive it.
    Workload(Population const& population, Mix mix, std::uint64_t seed);

    // Draws a million orders in advance, so that drawing takes no time during the measurement.
    void draw();
    // Precondition: draw() was called. Starts over after the last.
    [[nodiscard]] Order next() noexcept;
    [[nodiscard]] std::string next_key();

    [[nodiscard]] std::uint64_t random() noexcept;

private:
    [[nodiscard]] double random_share() noexcept;

    Population const& population_;
    Mix mix_;
    std::uint64_t state_;
    std::vector<Order> orders_;
    std::size_t at_ = 0;
};

}  // namespace bank::bench
