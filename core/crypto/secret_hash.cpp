// Grammar of a record:
//   record = "v1$" pepper-id "$" bcrypt
//   bcrypt = "$2b$" 2digit "$" 22salt 31hash    (60 characters of ./A-Za-z0-9 after the cost)
#include "core/crypto/secret_hash.hpp"

#include <crypt.h>
#include <fmt/format.h>
#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"
#include "core/base/random.hpp"
#include "core/crypto/constant_time.hpp"
#include "core/crypto/hmac.hpp"
#include "core/crypto/key_maker.hpp"

namespace bank::crypto {
namespace {

constexpr std::string_view bcrypt_prefix = "$2b$";
constexpr std::size_t bcrypt_size = 60;
constexpr std::size_t bcrypt_setting_size = 29;  // "$2b$10$" and the salt.
constexpr std::size_t salt_size = 16;
constexpr std::size_t pepper_id_size_max = 32;

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) noexcept {
    return c >= 'a' && c <= 'z';
}
constexpr bool is_bcrypt_character(char c) noexcept {
    return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '/';
}

bool is_pepper_id(std::string_view text) noexcept {
    return !text.empty() && text.size() <= pepper_id_size_max &&
           std::ranges::all_of(text, [](char c) { return is_digit(c) || is_lower(c) || c == '-'; });
}

// 0 unless `text` is a bcrypt hash that this class could have made.
int bcrypt_cost(std::string_view text) noexcept {
    if (text.size() != bcrypt_size || !text.starts_with(bcrypt_prefix)) return 0;
    if (!is_digit(text[4]) || !is_digit(text[5]) || text[6] != '$') return 0;
    if (!std::ranges::all_of(text.substr(7), is_bcrypt_character)) return 0;
    auto const cost = (text[4] - '0') * 10 + (text[5] - '0');
    return cost >= bcrypt_cost_min && cost <= bcrypt_cost_max ? cost : 0;
}

// Working memory of crypt_r: 32 KB, too large for a stack, and full of secrets to wipe.
class Workspace {
public:
    Workspace() : data_(std::make_unique<crypt_data>()) {}
    Workspace(Workspace const&) = delete;
    Workspace& operator=(Workspace const&) = delete;
    ~Workspace() { OPENSSL_cleanse(data_.get(), sizeof(crypt_data)); }

    // Empty if crypt_r failed; its error text "*0" or "*1" is never returned.
    std::string bcrypt(std::string const& phrase, std::string const& setting) {
        auto const* const text = crypt_r(phrase.c_str(), setting.c_str(), data_.get());
        if (text == nullptr || *text == '*') return {};
        return text;
    }

private:
    std::unique_ptr<crypt_data> data_;
};

std::string make_setting(int cost) {
    auto salt = random_bytes<salt_size>();
    std::array<char, CRYPT_GENSALT_OUTPUT_SIZE> setting{};
    std::array<char, salt_size> entropy{};
    std::ranges::copy(salt, entropy.begin());
    auto const* const made = crypt_gensalt_rn(
        bcrypt_prefix.data(), static_cast<unsigned long>(cost), entropy.data(),
        static_cast<int>(entropy.size()), setting.data(), static_cast<int>(setting.size()));
    BANK_CHECK(made != nullptr);
    std::string text = setting.data();
    BANK_CHECK(text.size() == bcrypt_setting_size);
    return text;
}

}  // namespace

struct SecretHasher::State {
    State(Bytes key, std::string const& pepper_id, int bcrypt_cost)
        : pepper(std::move(key)), prefix("v1$" + pepper_id + "$"), cost(bcrypt_cost) {}
    State(State const&) = delete;
    State& operator=(State const&) = delete;
    ~State() { OPENSSL_cleanse(pepper.data(), pepper.size()); }

    // Text, because bcrypt stops at a NUL byte.
    [[nodiscard]] Secret phrase(Secret const& secret) const {
        auto digest = hmac_sha256(pepper, as_bytes(secret.reveal()));
        auto text = to_base64url(digest);
        OPENSSL_cleanse(digest.data(), digest.size());
        return Secret::take(text);
    }

    // Empty unless `record` has this version, this pepper and a bcrypt hash.
    [[nodiscard]] std::string_view bcrypt_of(std::string_view record) const noexcept {
        if (!record.starts_with(prefix)) return {};
        record.remove_prefix(prefix.size());
        return bcrypt_cost(record) != 0 ? record : std::string_view{};
    }

    Bytes pepper;
    std::string prefix;
    int cost;
};

SecretHasher::SecretHasher(std::unique_ptr<State> state) : state_(std::move(state)) {}
SecretHasher::SecretHasher(SecretHasher&& other) noexcept = default;
SecretHasher& SecretHasher::operator=(SecretHasher&& other) noexcept = default;
SecretHasher::~SecretHasher() = default;

Result<SecretHasher> SecretHasher::make(Secret pepper, std::string const& pepper_id, int cost) {
    if (!is_pepper_id(pepper_id)) {
        return Error{.code = Code::invalid_field,
                     .detail = "the pepper's id must be 1 to 32 of a-z, 0-9 and '-'"};
    }
    if (cost < bcrypt_cost_min || cost > bcrypt_cost_max) {
        return Error{.code = Code::invalid_field,
                     .detail = fmt::format("the bcrypt cost must be {} to {}", bcrypt_cost_min,
                                           bcrypt_cost_max)};
    }
    auto checked = read_pepper(pepper.reveal());
    if (!checked) return std::move(checked).error();
    auto key = from_base64url(checked->reveal());
    BANK_CHECK(key);
    return SecretHasher(std::make_unique<State>(std::move(*key), pepper_id, cost));
}

std::string SecretHasher::hash(Secret const& secret) const {
    auto const phrase = state_->phrase(secret);
    std::string text{phrase.reveal()};
    auto const hashed = Workspace{}.bcrypt(text, make_setting(state_->cost));
    wipe(text);
    BANK_CHECK(bcrypt_cost(hashed) == state_->cost);
    return state_->prefix + hashed;
}

bool SecretHasher::verify(Secret const& secret, std::string_view record) const {
    auto const expected = state_->bcrypt_of(record);
    if (expected.empty()) return false;
    auto const phrase = state_->phrase(secret);
    std::string text{phrase.reveal()};
    auto const hashed =
        Workspace{}.bcrypt(text, std::string{expected.substr(0, bcrypt_setting_size)});
    wipe(text);
    return !hashed.empty() && constant_time_equal(as_bytes(hashed), as_bytes(expected));
}

bool SecretHasher::needs_rehash(std::string_view record) const {
    return bcrypt_cost(state_->bcrypt_of(record)) < state_->cost;
}

std::string SecretHasher::dummy_record() const {
    // The hash part belongs to no secret: finding one is as hard as breaking the HMAC.
    auto const noise = random_bytes<bcrypt_size - bcrypt_setting_size>();
    auto record = state_->prefix + make_setting(state_->cost);
    for (auto const byte : noise) record += static_cast<char>('a' + byte % 26);
    return record;
}

}  // namespace bank::crypto
