// Grammar of a record:
//   record = "v2$" pepper-id "$" bcrypt / "w1$" mac "$" old
//   old    = "v1$" pepper-id "$" bcrypt
//   mac    = 43 characters of base64url
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
constexpr std::string_view wrapper_prefix = "w1$";
constexpr std::size_t mac_size = 43;  // In base64url.

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

std::string_view word_of(Purpose purpose) noexcept {
    return purpose == Purpose::pin ? "pin" : "password";
}

Bytes derived(Bytes const& pepper, std::string_view purpose) {
    auto const key = hmac_sha256(pepper, as_bytes(purpose));
    return {key.begin(), key.end()};
}

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
        : pepper(std::move(key)),
          secret_key(derived(pepper, "bankd owned secrets 2")),
          wrapper_key(derived(pepper, "bankd wrapped records 1")),
          prefix("v2$" + pepper_id + "$"),
          old_prefix("v1$" + pepper_id + "$"),
          cost(bcrypt_cost) {}
    State(State const&) = delete;
    State& operator=(State const&) = delete;
    ~State() {
        for (auto* const key : {&pepper, &secret_key, &wrapper_key})
            OPENSSL_cleanse(key->data(), key->size());
    }

    // A part of a record that bcrypt verifies, and what it hashes of the secret.
    struct Hashed {
        std::string_view bcrypt;  // Empty: the record is none, or another owner's.
        bool is_old = false;
    };

    [[nodiscard]] Hashed hashed_of(SecretOwner owner, std::string_view record) const {
        if (record.starts_with(prefix)) return {bcrypt_after(prefix, record), false};
        if (!record.starts_with(wrapper_prefix)) return {};
        auto const mac = record.substr(wrapper_prefix.size()).substr(0, mac_size);
        auto const head = wrapper_prefix.size() + mac.size();
        if (record.size() <= head || record[head] != '$') return {};
        record.remove_prefix(head + 1);
        if (!constant_time_equal(as_bytes(mac), as_bytes(mac_of(owner, record)))) return {};
        return {bcrypt_after(old_prefix, record), true};
    }

    // Text, because bcrypt stops at a NUL byte.
    [[nodiscard]] Secret phrase(SecretOwner owner, Secret const& secret, bool is_old) const {
        auto owned =
            is_old ? std::string{secret.reveal()}
                   : fmt::format("{} {} {}", word_of(owner.purpose), owner.id, secret.reveal());
        auto digest = hmac_sha256(is_old ? pepper : secret_key, as_bytes(owned));
        wipe(owned);
        auto text = to_base64url(digest);
        OPENSSL_cleanse(digest.data(), digest.size());
        return Secret::take(text);
    }

    [[nodiscard]] std::string mac_of(SecretOwner owner, std::string_view record) const {
        auto const text = fmt::format("{} {} {}", word_of(owner.purpose), owner.id, record);
        return to_base64url(hmac_sha256(wrapper_key, as_bytes(text)));
    }

    // Empty unless `record` has this prefix and a bcrypt hash.
    [[nodiscard]] static std::string_view bcrypt_after(std::string_view prefix,
                                                       std::string_view record) noexcept {
        if (!record.starts_with(prefix)) return {};
        record.remove_prefix(prefix.size());
        return bcrypt_cost(record) != 0 ? record : std::string_view{};
    }

    Bytes pepper;
    Bytes secret_key;
    Bytes wrapper_key;
    std::string prefix;
    std::string old_prefix;
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

std::string SecretHasher::hash(SecretOwner owner, Secret const& secret) const {
    auto const phrase = state_->phrase(owner, secret, false);
    std::string text{phrase.reveal()};
    auto const hashed = Workspace{}.bcrypt(text, make_setting(state_->cost));
    wipe(text);
    BANK_CHECK(bcrypt_cost(hashed) == state_->cost);
    return state_->prefix + hashed;
}

bool SecretHasher::verify(SecretOwner owner, Secret const& secret, std::string_view record) const {
    auto const [expected, is_old] = state_->hashed_of(owner, record);
    if (expected.empty()) return false;
    auto const phrase = state_->phrase(owner, secret, is_old);
    std::string text{phrase.reveal()};
    auto const hashed =
        Workspace{}.bcrypt(text, std::string{expected.substr(0, bcrypt_setting_size)});
    wipe(text);
    return !hashed.empty() && constant_time_equal(as_bytes(hashed), as_bytes(expected));
}

bool SecretHasher::needs_rehash(std::string_view record) const {
    return bcrypt_cost(State::bcrypt_after(state_->prefix, record)) < state_->cost;
}

std::string SecretHasher::bind(SecretOwner owner, std::string_view record) const {
    if (State::bcrypt_after(state_->old_prefix, record).empty()) return {};
    return fmt::format("{}{}${}", wrapper_prefix, state_->mac_of(owner, record), record);
}

std::string SecretHasher::dummy_record() const {
    // The hash part belongs to no secret: finding one is as hard as breaking the HMAC.
    auto const noise = random_bytes<bcrypt_size - bcrypt_setting_size>();
    auto record = state_->prefix + make_setting(state_->cost);
    for (auto const byte : noise) record += static_cast<char>('a' + byte % 26);
    return record;
}

}  // namespace bank::crypto
