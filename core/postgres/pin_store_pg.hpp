// PINs on PostgreSQL.
#pragma once
#include <atomic>
#include <cstdint>

#include "core/access/user_store.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class PinStorePg final : public access::PinStore {
public:
    explicit PinStorePg(Pool& pool) : pool_(pool) {}

    Result<api::PinAuthorization> authorize(access::Acting const& acting, AccountId id,
                                            access::PinVerifier const& verify, int attempts_max,
                                            access::PinGrant const& grant) override;
    Result<std::vector<access::StoredPinAuthorization>> authorizations(
        access::Acting const& acting, AccountId id, Uuid const& transfer) override;
    Status set_pin(access::Acting const& acting, AccountId id, std::string const& new_record,
                   access::PinVerifier const& verify_current, int attempts_max) override;
    [[nodiscard]] std::uint64_t lockouts() const noexcept override { return lockouts_; }

private:
    Pool& pool_;
    std::atomic<std::uint64_t> lockouts_{0};
};

}  // namespace bank::postgres
