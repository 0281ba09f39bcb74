// token := base64url(id 16 bytes, proof 16 bytes)
// proof := the first half of mac("device token 1", hex(id), user name)
// tag   := mac("known device 1", hex(id), user name)
//        | mac("known source 1", network, user name)
// mac   := HMAC-SHA-256(key, purpose HT subject HT user name); neither of the first two has an HT.
#include "core/access/known_devices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/random.hpp"
#include "core/crypto/constant_time.hpp"
#include "core/crypto/hmac.hpp"

namespace bank::access {
namespace {

constexpr std::size_t id_size = 16;
constexpr std::size_t proof_size = 16;
constexpr std::size_t token_size = 43;  // In base64url.
constexpr std::string_view token_purpose = "device token 1";

}  // namespace

DeviceTag DeviceMarks::mac(std::string_view purpose, std::string_view what,
                           std::string_view user_name) const {
    return crypto::hmac_sha256(as_bytes(key_.reveal()),
                               as_bytes(fmt::format("{}\t{}\t{}", purpose, what, user_name)));
}

Secret DeviceMarks::make_token(std::string_view user_name) const {
    auto const id = random_bytes<id_size>();
    auto const proof = mac(token_purpose, to_hex(id), user_name);
    std::array<std::uint8_t, id_size + proof_size> bytes{};
    std::ranges::copy(id, bytes.begin());
    std::copy_n(proof.begin(), proof_size, bytes.begin() + id_size);
    auto text = to_base64url(bytes);
    return Secret::take(text);
}

std::optional<DeviceTag> DeviceMarks::device_tag(std::string_view user_name,
                                                 Secret const& token) const {
    if (token.reveal().size() != token_size) return std::nullopt;
    auto const bytes = from_base64url(token.reveal());
    if (!bytes || bytes->size() != id_size + proof_size) return std::nullopt;
    auto const id = to_hex(BytesView(*bytes).first(id_size));
    auto const proof = mac(token_purpose, id, user_name);
    if (!crypto::constant_time_equal(BytesView(*bytes).last(proof_size),
                                     BytesView(proof).first(proof_size))) {
        return std::nullopt;
    }
    return mac("known device 1", id, user_name);
}

DeviceTag DeviceMarks::source_tag(std::string_view user_name, std::string_view network) const {
    return mac("known source 1", network, user_name);
}

}  // namespace bank::access
