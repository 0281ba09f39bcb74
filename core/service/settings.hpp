// What the configuration can change about the core. Plain values; the daemon fills them in.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "core/access/rate_budgets.hpp"
#include "core/money/currency.hpp"

namespace bank::service {

struct Settings {
    std::string issuer = "bankd";    // `iss` of access tokens.
    std::string audience = "bankd";  // `aud` of access tokens.
    std::chrono::seconds access_token_lifetime{600};
    std::chrono::seconds session_lifetime{12 * 3600};
    std::chrono::seconds pin_authorization_lifetime{300};
    int pin_attempts_max = 3;
    int bcrypt_cost = 10;  // 4..16; below 10 for tests only.
    std::uint32_t hash_threads = 2;
    std::uint32_t hash_queue_max = 64;
    std::uint32_t lanes = 1;
    std::uint32_t posting_queue_max = 8192;
    std::uint32_t posting_batch_max = 512;
    // What the sign-in page tells who has forgotten their password.
    std::string forgotten_password_text =
        "Ask your branch or the bank's staff. They can give you a one-time password after checking "
        "who you are.";
    std::int64_t ended_sessions_days = 90;  // How long ended sessions are kept.
    std::string audit_origin = "bankd";     // The log's name, in its checkpoints and exports.
    access::RateBudgets rates;
    std::vector<money::Currency> currencies;
    bool customer_cash = true;                    // Customers deposit and withdraw by themselves.
    std::vector<std::uint32_t> local_admin_uids;  // Besides 0 and the daemon's own.
    std::string local_admin_group;                // Its members too; empty: none.
};

}  // namespace bank::service
