#include "tests/bench/workload.hpp"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <numeric>
#include <sstream>
#include <unordered_map>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "core/base/uuid.hpp"
#include "core/crypto/access_token.hpp"
#include "daemon/config/config.hpp"
#include "daemon/keys.hpp"

namespace bank::bench {
namespace {

constexpr std::size_t drawn_count = 1'000'000;
constexpr std::uint64_t permutation_seed = 20'260'101;  // The same accounts are hot in each run.
constexpr std::uint32_t hot_count = 10;
constexpr std::int64_t token_lifetime_s = 6 * 3600;

Error malformed(std::string detail) {
    return {.code = Code::malformed_request, .detail = std::move(detail)};
}

// SplitMix64: fast, and good enough to choose accounts.
std::uint64_t advance(std::uint64_t& state) noexcept {
    auto z = (state += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

Status read_line(std::string const& line, Population& population,
                 std::unordered_map<std::int64_t, std::uint32_t>& places) {
    std::istringstream words(line);
    std::string what;
    words >> what;
    if (what == "user") {
        User user;
        std::string secret;
        words >> user.id.value >> user.role >> secret;
        auto bytes = from_hex(secret);
        if (!words || !bytes || bytes->size() != bounds::session_secret_size) {
            return malformed("not a user: " + line);
        }
        user.session_secret = std::move(*bytes);
        auto const place = static_cast<std::uint32_t>(population.users.size());
        places.emplace(user.id.value, place);
        if (user.role == "teller") population.tellers.push_back(place);
        population.users.push_back(std::move(user));
        return Done{};
    }
    Account account;
    std::int64_t owner = 0;
    words >> account.account_no >> owner;
    auto const place = places.find(owner);
    if (what != "account" || !words || place == places.end()) {
        return malformed("not an account: " + line);
    }
    account.owner = place->second;
    population.accounts.push_back(std::move(account));
    return Done{};
}

Status sign_tokens(Population& population, Signing const& signing) {
    auto signer = crypto::TokenSigner::make({.key_pem = signing.keys.token_key_pem.clone(),
                                             .key_id = signing.keys.token_key_id,
                                             .issuer = signing.issuer,
                                             .audience = signing.audience});
    if (!signer.ok()) return signer.error();
    auto const now_s = SystemClock().now().us / 1'000'000;
    std::uint64_t state = static_cast<std::uint64_t>(now_s);
    for (auto& user : population.users) {
        crypto::AccessClaims claims;
        claims.user_id = user.id;
        std::copy(user.session_secret.begin(), user.session_secret.end(),
                  claims.session_secret.begin());
        std::array<std::uint8_t, 10> tail{};
        for (auto& byte : tail) byte = static_cast<std::uint8_t>(advance(state));
        claims.token_id = make_uuid_v7(now_s * 1000, tail);
        claims.role = user.role;
        claims.issued_at_s = now_s;
        claims.expires_at_s = now_s + token_lifetime_s;
        user.access_token = signer->sign(claims).reveal();
    }
    return Done{};
}

// The share of the first i + 1 ranks, with weight 1 / rank.
std::vector<double> zipf_shares(std::size_t count) {
    std::vector<double> shares(count);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) shares[i] = (sum += 1.0 / static_cast<double>(i + 1));
    for (auto& share : shares) share /= sum;
    return shares;
}

}  // namespace

Result<Population> read_population(std::string const& path, Signing const& signing) {
    std::ifstream file(path);
    if (!file) return malformed("cannot read " + path);
    Population population;
    std::unordered_map<std::int64_t, std::uint32_t> places;
    for (std::string line; std::getline(file, line);) {
        auto const read = read_line(line, population, places);
        if (!read.ok()) return read.error();
    }
    if (population.accounts.size() < hot_count || population.tellers.empty()) {
        return malformed(path + " has too few accounts or no teller");
    }
    auto const is_signed = sign_tokens(population, signing);
    if (!is_signed.ok()) return is_signed.error();
    return population;
}

Result<Signing> read_signing(std::string const& config_path) {
    daemon::Report report;
    auto const config = daemon::read_config(
        config_path, [](auto const&) { return daemon::PluginNotLoaded{}; }, report);
    if (!report.mistakes.empty()) {
        return Error{.code = Code::invalid_field, .detail = to_string(report.mistakes.front())};
    }
    auto keys = daemon::read_keys({config.text("keys", "directory"), ""});
    if (!keys.ok()) return keys.error();
    return Signing{std::move(*keys), config.text("identity", "issuer"),
                   config.text("identity", "audience")};
}

std::optional<Distribution> parse_distribution(std::string_view word) {
    if (word == "uniform") return Distribution::uniform;
    if (word == "zipf") return Distribution::zipf;
    if (word == "hot") return Distribution::hot;
    return std::nullopt;
}

Workload::Workload(Population const& population, Mix mix, std::uint64_t seed)
    : population_(population), mix_(mix), state_(seed) {}

std::uint64_t Workload::random() noexcept {
    return advance(state_);
}

double Workload::random_share() noexcept {
    return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

void Workload::draw() {
    orders_.clear();
    auto const count = static_cast<std::uint32_t>(population_.accounts.size());
    std::vector<std::uint32_t> permutation(count);
    std::iota(permutation.begin(), permutation.end(), 0U);
    std::uint64_t shuffling = permutation_seed;
    for (std::uint32_t i = count; i > 1; --i) {
        std::swap(permutation[i - 1], permutation[advance(shuffling) % i]);
    }
    auto const shares =
        mix_.distribution == Distribution::zipf ? zipf_shares(count) : std::vector<double>();
    auto const choose = [&]() -> std::uint32_t {
        if (mix_.distribution == Distribution::uniform) return permutation[random() % count];
        if (mix_.distribution == Distribution::hot) return permutation[random() % hot_count];
        auto const at = std::lower_bound(shares.begin(), shares.end(), random_share());
        auto const rank = static_cast<std::size_t>(at - shares.begin());
        return permutation[std::min<std::size_t>(rank, count - 1)];
    };
    orders_.reserve(drawn_count);
    while (orders_.size() < drawn_count) {
        Order order{choose(), choose(), 0};
        if (order.debit == order.credit) continue;
        order.user = random_share() < mix_.teller_share
                         ? population_.tellers[random() % population_.tellers.size()]
                         : population_.accounts[order.debit].owner;
        orders_.push_back(order);
    }
}

Order Workload::next() noexcept {
    if (at_ == orders_.size()) at_ = 0;
    return orders_[at_++];
}

std::string Workload::next_key() {
    std::array<std::uint8_t, 16> bytes{};
    for (std::size_t i = 0; i < bytes.size(); i += 8) {
        auto const word = random();
        for (std::size_t k = 0; k < 8; ++k) bytes[i + k] = static_cast<std::uint8_t>(word >> 8 * k);
    }
    if (mix_.keys == KeyKind::v4) {
        bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0fU) | 0x40U);
        bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3fU) | 0x80U);
        return to_string(Uuid{bytes});
    }
    std::array<std::uint8_t, 10> tail{};
    std::copy_n(bytes.begin(), tail.size(), tail.begin());
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return to_string(
        make_uuid_v7(std::chrono::duration_cast<std::chrono::milliseconds>(now).count(), tail));
}

}  // namespace bank::bench
