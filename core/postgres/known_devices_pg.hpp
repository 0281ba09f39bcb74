// Known devices on PostgreSQL. See core/sql/functions/identity.sql.
#pragma once
#include <optional>

#include "core/access/known_devices.hpp"
#include "core/postgres/client/parameters.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

// Null if there is none.
Parameters& add_tag(Parameters& parameters, std::optional<access::DeviceTag> const& tag);

class KnownDevicesPg final : public access::KnownDeviceStore {
public:
    // `pool` must outlive it.
    explicit KnownDevicesPg(Pool& pool) : pool_(pool) {}

    Result<Known> find_known(access::DeviceTags const& tags) override;

private:
    Pool& pool_;
};

}  // namespace bank::postgres
