#include "core/access/bindings.hpp"

#include <fmt/format.h>

#include "core/crypto/constant_time.hpp"
#include "core/crypto/hmac.hpp"

namespace bank::access {
namespace {

// The pepper itself hashes passwords and PINs, nothing else.
Bytes derived(Secret const& pepper, std::string_view purpose) {
    auto const key = crypto::hmac_sha256(as_bytes(pepper.reveal()), as_bytes(purpose));
    return {key.begin(), key.end()};
}

Mac mac_of(Bytes const& key, std::string_view text) {
    return crypto::hmac_sha256(key, as_bytes(text));
}

}  // namespace

Bindings::Bindings(Secret const& pepper)
    : role_key_(derived(pepper, "bankd roles 1")),
      refresh_key_(derived(pepper, "bankd refresh digests 1")),
      pin_key_(derived(pepper, "bankd PIN authorizations 1")),
      renewal_key_(derived(pepper, "bankd refresh tokens 1")),
      loss_key_(derived(pepper, "bankd lost checkpoints 1")),
      delivery_key_(derived(pepper, "bankd deliveries 1")) {}

Mac Bindings::of_role(UserId user, api::Role role) const {
    return mac_of(role_key_, fmt::format("{} {}", user.value, to_string(role)));
}

bool Bindings::has_role(UserId user, api::Role role, BytesView mac) const {
    return crypto::constant_time_equal(of_role(user, role), mac);
}

Mac Bindings::of_refresh_token(std::string_view token) const {
    return mac_of(refresh_key_, token);
}

Mac Bindings::of_pin(SessionId session, AccountId account, PinScope const& scope) const {
    return mac_of(pin_key_, fmt::format("{} {} {} {}", session.value, account.value,
                                        to_string(scope.only_for), scope.expires_at.us));
}

bool Bindings::is_pin(SessionId session, AccountId account, PinScope const& scope,
                      BytesView mac) const {
    return crypto::constant_time_equal(of_pin(session, account, scope), mac);
}

Mac Bindings::of_renewal(std::string_view what, std::string_view token) const {
    auto text = fmt::format("{} {}", what, token);
    auto const mac = mac_of(renewal_key_, text);
    wipe(text);
    return mac;
}

Mac Bindings::of_lost_checkpoint(std::int64_t restore, std::string_view note) const {
    return mac_of(loss_key_, fmt::format("{} {}", restore, note));
}

bool Bindings::is_lost_checkpoint(std::int64_t restore, std::string_view note,
                                  BytesView mac) const {
    return crypto::constant_time_equal(of_lost_checkpoint(restore, note), mac);
}

Mac Bindings::of_delivery(std::string_view sink, std::uint64_t next) const {
    return mac_of(delivery_key_, fmt::format("{} {}", sink, next));
}

bool Bindings::is_delivery(std::string_view sink, std::uint64_t next, BytesView mac) const {
    return crypto::constant_time_equal(of_delivery(sink, next), mac);
}

}  // namespace bank::access
