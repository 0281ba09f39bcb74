#include "daemon/config/typed_settings.hpp"

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/postgres/client/conninfo.hpp"

namespace bank::daemon {
namespace {

// The table guarantees that each value fits its type.
template <typename T>
T narrow(Config const& config, std::string_view section, std::string_view key) {
    auto const wide = config.integer(section, key);
    auto const value = static_cast<T>(wide);
    BANK_CHECK(static_cast<std::int64_t>(value) == wide);
    return value;
}

access::RateBudget per_minute(Config const& config, std::string_view key) {
    return {narrow<std::uint32_t>(config, "rates", key), 60};
}

std::chrono::milliseconds milliseconds(Config const& config, std::string_view key) {
    return std::chrono::milliseconds{config.integer("database", key)};
}

}  // namespace

service::Settings service_settings(Config const& config) {
    service::Settings s;
    s.issuer = config.text("identity", "issuer");
    s.audience = config.text("identity", "audience");
    auto const seconds = [&](std::string_view key) {
        return std::chrono::seconds{config.integer("identity", key)};
    };
    s.access_token_lifetime = seconds("access_token_lifetime_s");
    s.session_lifetime = seconds("session_lifetime_s");
    s.pin_authorization_lifetime = seconds("pin_authorization_lifetime_s");
    s.pin_attempts_max = narrow<int>(config, "identity", "pin_attempts_max");
    s.bcrypt_cost = narrow<int>(config, "identity", "bcrypt_cost");
    s.hash_threads = narrow<std::uint32_t>(config, "identity", "hash_threads");
    s.hash_queue_max = narrow<std::uint32_t>(config, "identity", "hash_queue_max");
    s.lanes = narrow<std::uint32_t>(config, "posting", "lanes");
    s.posting_queue_max = narrow<std::uint32_t>(config, "posting", "queue_max");
    s.posting_batch_max = narrow<std::uint32_t>(config, "posting", "batch_max");
    s.forgotten_password_text = config.text("bank", "forgotten_password_text");
    s.ended_sessions_days = config.integer("retention", "ended_sessions_days");
    s.audit_origin = config.text("audit", "origin");
    s.rates.login = per_minute(config, "login_per_minute");
    s.rates.read = per_minute(config, "read_per_minute");
    s.rates.write = per_minute(config, "write_per_minute");
    s.rates.money = per_minute(config, "money_per_minute");
    s.rates.sources_max = narrow<std::uint32_t>(config, "rates", "sources_max");
    for (auto const& code : config.list("bank", "currencies")) {
        auto const currency = money::parse_currency(code);
        BANK_CHECK(currency.has_value());
        s.currencies.push_back(*currency);
    }
    s.customer_cash = config.boolean("bank", "customer_cash");
    for (auto const& uid : config.list("admin-access", "uids")) {
        auto const number = parse_int64(uid);
        BANK_CHECK(number.has_value());
        s.local_admin_uids.push_back(static_cast<std::uint32_t>(*number));
    }
    s.local_admin_group = config.text("admin-access", "group");
    return s;
}

bool needs_network(Config const& config) {
    auto const options = postgres::parse_conninfo(config.text("database", "connection"));
    return options && postgres::uses_network(*options);
}

postgres::Settings database_settings(Config const& config, audit::RecordSigner const* signer) {
    postgres::Settings s;
    s.connection = config.text("database", "connection");
    s.pool_size = narrow<int>(config, "database", "pool_size");
    s.connect_timeout = milliseconds(config, "connect_timeout_ms");
    s.statement_timeout = milliseconds(config, "statement_timeout_ms");
    s.pool_wait = milliseconds(config, "pool_wait_ms");
    s.iban = {config.text("bank", "country"), config.text("bank", "bank_code")};
    s.signer = signer;
    return s;
}

audit::SealerSettings sealer_settings(Config const& config) {
    audit::SealerSettings s;
    s.origin = config.text("audit", "origin");
    s.interval = std::chrono::milliseconds{config.integer("audit", "seal_interval_ms")};
    s.checkpoint_every = std::chrono::seconds{config.integer("audit", "checkpoint_interval_s")};
    return s;
}

CheckpointPublisher::Settings publisher_settings(Config const& config) {
    return {config.text("audit", "checkpoint_file"), config.text("audit", "checkpoint_hook"),
            config.boolean("audit", "journald")};
}

}  // namespace bank::daemon
