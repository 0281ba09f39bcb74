#include "core/postgres/known_devices_pg.hpp"

#include "core/postgres/client/acting_call.hpp"

namespace bank::postgres {
namespace {

constexpr Statement find_known_statement{
    "find_known", "select k.is_device, k.is_source from bank.find_known($1, $2) k"};

}  // namespace

Parameters& add_tag(Parameters& parameters, std::optional<access::DeviceTag> const& tag) {
    return tag ? parameters.add_bytes(*tag) : parameters.add_null();
}

Result<access::KnownDeviceStore::Known> KnownDevicesPg::find_known(access::DeviceTags const& tags) {
    Parameters parameters;
    add_tag(parameters, tags.device);
    add_tag(parameters, tags.source);
    auto const rows = run_alone(pool_, find_known_statement, parameters);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    Known known;
    known.device = row.boolean();
    known.source = row.boolean();
    return known;
}

}  // namespace bank::postgres
