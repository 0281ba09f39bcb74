// Who pays whom, and in whose name: what both load generators send.
//
// Threads: a Population is read by any, each Workload belongs to one.
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
    std::uint32_t owner = 0;  // Place in Population::users.
};

// Made by population.sql and written to a file, one line each, before the accounts their owners:
//
//     user ID ROLE SECRET_HEX
//     account ACCOUNT_NO OWNER_ID
struct Population {
    std::vector<User> users;
    std::vector<std::uint32_t> tellers;  // Places in users.
    std::vector<Account> accounts;
};

// What tokens are signed with and for, as the daemon has it.
struct Signing {
    service::Keys keys;
    std::string issuer;
    std::string audience;
};

// Reads the file and signs an access token for each user's session: the bank verifies it, and looks
// for the session, as after any login. Errors: malformed_request with a detail.
[[nodiscard]] Result<Population> read_population(std::string const& path, Signing const& signing);

// The configuration of bankd names the keys. invalid_field with a detail.
[[nodiscard]] Result<Signing> read_signing(std::string const& config_path);

enum class Distribution : std::uint8_t { uniform, zipf, hot };
[[nodiscard]] std::optional<Distribution> parse_distribution(std::string_view word);

enum class KeyKind : std::uint8_t { v7, v4 };

struct Mix {
    Distribution distribution = Distribution::uniform;
    KeyKind keys = KeyKind::v7;
    double teller_share = 0.5;  // The rest is asked for by the owners of the accounts to debit.
};

struct Order {
    std::uint32_t debit = 0;  // Place in Population::accounts, as the next.
    std::uint32_t credit = 0;
    std::uint32_t user = 0;
};

class Workload {
public:
    // `population` must outlive it.
    Workload(Population const& population, Mix mix, std::uint64_t seed);

    // Draws a million orders beforehand, so that drawing costs nothing while it is measured.
    void draw();
    // Precondition: draw() was called. Begins again after the last.
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
