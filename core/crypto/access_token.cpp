// Grammar of a token; its claims have no other encoding:
//   token   = header "." claims "." signature          each base64url (RFC 4648) without padding
//   header  = {"alg":"ES256","typ":"at+jwt","kid":K}   byte for byte
//   claims  = {"iss":I,"aud":A,"sub":"<user-id>","sid":"<base64url>","jti":"<uuid>",
//              "role":"<word>","iat":<s>,"exp":<s>}    byte for byte, as claims_json() writes them
//   signature = r s, 32 bytes each, s in the lower half of the group's order: (r, n - s) would
//               verify as well and give the token a second text.
#include "core/crypto/access_token.hpp"

#include <Poco/Crypto/ECDSADigestEngine.h>
#include <Poco/Crypto/ECKey.h>
#include <Poco/Crypto/EVPPKey.h>
#include <Poco/Exception.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/bounds.hpp"
#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"
#include "core/crypto/digest.hpp"
#include "core/crypto/openssl_handle.hpp"
#include "core/crypto/private_key.hpp"

namespace bank::crypto {
namespace {

constexpr std::size_t key_id_size_max = 64;
constexpr std::size_t name_size_max = 255;  // Of issuer and audience.
constexpr std::size_t role_size_max = 32;
constexpr std::size_t scalar_size = 32;
constexpr std::size_t signature_size = 64;

using Signature = std::array<std::uint8_t, signature_size>;

using PocoBytes = Poco::Crypto::ECDSASignature::ByteVec;

constexpr bool is_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_key_id_character(char c) noexcept {
    return is_lower(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool is_key_id(std::string_view text) noexcept {
    return !text.empty() && text.size() <= key_id_size_max &&
           std::ranges::all_of(text, is_key_id_character);
}

bool is_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= name_size_max && is_plain_text(text);
}

bool is_role(std::string_view text) noexcept {
    return !text.empty() && text.size() <= role_size_max &&
           std::ranges::all_of(text, [](char c) { return is_lower(c) || c == '_'; });
}

Error refusal(char const* why) {
    return {.code = Code::not_authenticated, .detail = why};
}

bool is_p256(EVP_PKEY const* key) {
    std::array<char, 64> group{};
    return EVP_PKEY_get_group_name(key, group.data(), group.size(), nullptr) == 1 &&
           std::string_view(group.data()) == "prime256v1";
}

// POCO ignores OpenSSL's errors: the digest of a failed update is all zeros, and one signature
// would be valid for every text.
void feed(Poco::Crypto::ECDSADigestEngine& engine, std::string_view text) {
    engine.update(text.data(), text.size());
    BANK_CHECK(std::ranges::equal(engine.digest(), sha256(as_bytes(text))));
}

std::string claims_json(AccessClaims const& claims, std::string_view issuer,
                        std::string_view audience) {
    JsonWriter json;
    json.begin_object();
    json.key("iss").text(issuer);
    json.key("aud").text(audience);
    json.key("sub").text(std::to_string(claims.user_id.value));
    json.key("sid").text(to_base64url(claims.session_secret));
    json.key("jti").text(to_string(claims.token_id));
    json.key("role").text(claims.role);
    json.key("iat").number(claims.issued_at_s);
    json.key("exp").number(claims.expires_at_s);
    json.end_object();
    return std::move(json).take();
}

// One claim of a JSON object; nullopt if it is absent or has another type.
template <typename T>
std::optional<T> claim(simdjson::dom::element const& object, std::string_view name) {
    T value{};
    if (object[name].get(value) != simdjson::SUCCESS) return std::nullopt;
    return value;
}

// The three parts of a token, separated by dots.
struct Parts {
    std::string_view header;
    std::string_view claims;
    std::string_view signature;
    std::string_view signed_text;  // header "." claims
};

std::optional<Parts> split(std::string_view token) noexcept {
    auto const first = token.find('.');
    if (first == std::string_view::npos) return std::nullopt;
    auto const second = token.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    // A third dot would be in the signature, where base64url rejects it.
    return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1),
                 token.substr(second + 1), token.substr(0, second)};
}

}  // namespace

struct TokenSigner::State {
    [[nodiscard]] Signature sign(std::string_view text) const;
    [[nodiscard]] bool is_signed(std::string_view text, BytesView signature) const;
    [[nodiscard]] Result<AccessClaims> read_claims(std::string_view json) const;

    std::optional<Poco::Crypto::ECKey> key;
    NumberHandle order;       // Of the group, n.
    NumberHandle half_order;  // Rounded down.
    std::string header;       // As in every token.
    std::string issuer;
    std::string audience;
};

Signature TokenSigner::State::sign(std::string_view text) const try {
    Poco::Crypto::ECDSADigestEngine engine(*key, "SHA256");
    feed(engine, text);
    Poco::Crypto::ECDSASignature const pair(engine.signature());
    auto const r = pair.rawR();
    auto const raw_s = pair.rawS();
    BANK_CHECK(r.size() <= scalar_size && raw_s.size() <= scalar_size);
    NumberHandle const s(BN_bin2bn(raw_s.data(), static_cast<int>(raw_s.size()), nullptr));
    BANK_CHECK(s != nullptr);
    if (BN_cmp(s.get(), half_order.get()) > 0) {
        BANK_CHECK(BN_sub(s.get(), order.get(), s.get()) == 1);
    }
    Signature signature{};
    std::ranges::copy(r, signature.begin() + (scalar_size - r.size()));
    BANK_CHECK(BN_bn2binpad(s.get(), signature.data() + scalar_size, scalar_size) == scalar_size);
    return signature;
} catch (Poco::Exception const&) {
    BANK_UNREACHABLE();
}

bool TokenSigner::State::is_signed(std::string_view text, BytesView signature) const try {
    if (signature.size() != signature_size) return false;
    PocoBytes const r(signature.begin(), signature.begin() + scalar_size);
    PocoBytes const s(signature.begin() + scalar_size, signature.end());
    NumberHandle const number(BN_bin2bn(s.data(), scalar_size, nullptr));
    BANK_CHECK(number != nullptr);
    if (BN_cmp(number.get(), half_order.get()) > 0) return false;
    Poco::Crypto::ECDSADigestEngine engine(*key, "SHA256");
    feed(engine, text);
    return engine.verify(Poco::Crypto::ECDSASignature(r, s).toDER());
} catch (Poco::Exception const&) {
    return false;  // The numbers are not a valid signature.
}

Result<AccessClaims> TokenSigner::State::read_claims(std::string_view json) const {
    simdjson::padded_string const padded(json);
    simdjson::dom::parser parser(access_token_size_max);
    simdjson::dom::element object;
    if (parser.parse(padded).get(object) != simdjson::SUCCESS) {
        return refusal("the claims are not JSON");
    }
    if (claim<std::string_view>(object, "iss") != issuer) return refusal("iss does not match");
    if (claim<std::string_view>(object, "aud") != audience) return refusal("aud does not match");

    auto const user_id = parse_int64(claim<std::string_view>(object, "sub").value_or(""));
    if (!user_id || *user_id <= 0) return refusal("sub is not a user id");
    auto const secret = from_base64url(claim<std::string_view>(object, "sid").value_or(""));
    AccessClaims claims;
    if (!secret || secret->size() != claims.session_secret.size()) {
        return refusal("sid is not a session secret");
    }
    auto const token_id = parse_uuid(claim<std::string_view>(object, "jti").value_or(""));
    if (!token_id) return refusal("jti is not a UUID");
    auto const role = claim<std::string_view>(object, "role").value_or("");
    if (!is_role(role)) return refusal("role is not a word");
    auto const issued_at_s = claim<std::int64_t>(object, "iat");
    auto const expires_at_s = claim<std::int64_t>(object, "exp");
    if (!issued_at_s || !expires_at_s || *issued_at_s < 0 || *expires_at_s <= *issued_at_s ||
        *expires_at_s - *issued_at_s > bounds::access_token_lifetime_s_max) {
        return refusal("iat and exp are not a valid period");
    }

    claims.user_id = UserId{*user_id};
    std::ranges::copy(*secret, claims.session_secret.begin());
    claims.token_id = *token_id;
    claims.role = role;
    claims.issued_at_s = *issued_at_s;
    claims.expires_at_s = *expires_at_s;
    // Excludes additional, duplicate and differently encoded claims.
    if (claims_json(claims, issuer, audience) != json)
        return refusal("the claims are not in canonical form");
    return claims;
}

TokenSigner::TokenSigner(std::unique_ptr<State> state) : state_(std::move(state)) {}
TokenSigner::TokenSigner(TokenSigner&& other) noexcept = default;
TokenSigner& TokenSigner::operator=(TokenSigner&& other) noexcept = default;
TokenSigner::~TokenSigner() = default;

Result<TokenSigner> TokenSigner::make(TokenSettings settings) {
    ErrorScope const errors;
    auto const invalid = [](char const* why) {
        return Error{.code = Code::invalid_field, .detail = why};
    };
    if (!is_key_id(settings.key_id))
        return invalid("the token key's id is not 1 to 64 of A-Za-z0-9._-");
    if (!is_name(settings.issuer)) return invalid("the issuer is not 1 to 255 bytes of plain text");
    if (!is_name(settings.audience))
        return invalid("the audience is not 1 to 255 bytes of plain text");

    auto state = std::make_unique<State>();
    auto const key = read_private_key(settings.key_pem, "EC");
    if (!key || !is_p256(key.get()))
        return invalid("the token key is not a P-256 private key in PEM, unencrypted");
    state->key.emplace(Poco::Crypto::EVPPKey(key.get()));
    GroupHandle const group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
    BANK_CHECK(group != nullptr);
    state->order.reset(BN_dup(EC_GROUP_get0_order(group.get())));
    state->half_order.reset(BN_new());
    BANK_CHECK(state->order && state->half_order);
    BANK_CHECK(BN_rshift1(state->half_order.get(), state->order.get()) == 1);

    JsonWriter header;
    header.begin_object();
    header.key("alg").text("ES256");
    header.key("typ").text("at+jwt");
    header.key("kid").text(settings.key_id);
    header.end_object();
    state->header = to_base64url(as_bytes(std::move(header).take()));
    state->issuer = std::move(settings.issuer);
    state->audience = std::move(settings.audience);
    return TokenSigner(std::move(state));
}

Secret TokenSigner::sign(AccessClaims const& claims) const {
    BANK_CHECK(claims.user_id.value > 0 && is_role(claims.role));
    BANK_CHECK(claims.issued_at_s >= 0 && claims.expires_at_s > claims.issued_at_s);
    auto json = claims_json(claims, state_->issuer, state_->audience);
    auto token = state_->header + '.' + to_base64url(as_bytes(json));
    wipe(json);
    token += '.' + to_base64url(state_->sign(token));
    BANK_CHECK(token.size() <= access_token_size_max);
    return Secret::take(token);
}

Result<AccessClaims> TokenSigner::verify(std::string_view token, std::int64_t now_s) const {
    ErrorScope const errors;
    if (token.size() > access_token_size_max) return refusal("the token is too long");
    auto const parts = split(token);
    if (!parts) return refusal("the token does not have three parts");
    if (parts->header != state_->header) return refusal("alg, typ or kid does not match");
    auto const signature = from_base64url(parts->signature);
    if (!signature || !state_->is_signed(parts->signed_text, *signature)) {
        return refusal("the signature is wrong");
    }
    auto const json = from_base64url(parts->claims);
    if (!json) return refusal("the claims are not base64url");
    auto claims = state_->read_claims({reinterpret_cast<char const*>(json->data()), json->size()});
    if (!claims) return claims;
    if (now_s >= claims->expires_at_s) return refusal("the token has expired");
    // iat is not negative, so this cannot overflow.
    if (claims->issued_at_s - clock_skew_s_max > now_s) return refusal("iat is in the future");
    return claims;
}

}  // namespace bank::crypto
