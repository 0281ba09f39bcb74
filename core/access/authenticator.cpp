#include "core/access/authenticator.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>

#include "core/access/token_cache.hpp"
#include "core/base/bytes.hpp"
#include "core/base/log.hpp"
#include "core/base/random.hpp"
#include "core/base/uuid.hpp"

namespace bank::access {
namespace {

constexpr std::size_t cached_tokens_max = 100'000;

// A refresh token says whose it is: the row that its digest finds must agree. Otherwise the digest
// was copied from another session.
constexpr std::size_t refresh_secret_size = 32;
constexpr std::size_t refresh_token_size = refresh_secret_size + sizeof(std::int64_t) + 1;

struct TokenOwner {
    UserId user;
    api::Role role = api::Role::customer;
};

std::string refresh_token_of(TokenOwner owner, BytesView secret) {
    std::string bytes(secret.begin(), secret.end());
    auto const id = big_endian(static_cast<std::uint64_t>(owner.user.value));
    bytes.append(id.begin(), id.end());
    bytes += static_cast<char>(owner.role);
    auto text = to_base64url(as_bytes(bytes));
    wipe(bytes);
    return text;
}

std::optional<TokenOwner> owner_of(Secret const& refresh_token) {
    auto const bytes = from_base64url(refresh_token.reveal());
    if (!bytes || bytes->size() != refresh_token_size) return std::nullopt;
    std::uint64_t id = 0;
    for (std::size_t i = refresh_secret_size; i + 1 < bytes->size(); ++i)
        id = id << 8U | (*bytes)[i];
    auto const role = static_cast<api::Role>(bytes->back());
    if (api::to_string(role).empty()) return std::nullopt;
    return TokenOwner{UserId{static_cast<std::int64_t>(id)}, role};
}

// Longest time until a session that ended in another daemon is rejected here, even by calls that do
// not query the database.
constexpr std::chrono::seconds seen_alive_for{30};

std::int64_t seconds(Timestamp time) {
    return time.us / 1'000'000;
}

Principal principal_of(SessionRecord const& session, SessionSecret const& secret) {
    Principal principal;
    principal.acting.session = secret;
    principal.acting.role = session.user.role;
    principal.user_id = session.user.id;
    principal.session_id = session.id;
    principal.user_name = session.user.user_name;
    principal.role = session.user.role;
    principal.expires_at = session.expires_at;
    principal.must_change_password = session.user.password_state == api::PasswordState::one_time;
    return principal;
}

Error not_authenticated(std::string detail) {
    return {.code = Code::not_authenticated, .detail = std::move(detail)};
}

}  // namespace

struct Authenticator::State {
    UserStore& users;
    crypto::TokenSigner signer;
    Bindings const& bindings;
    Clock const& clock;
    TokenCache cache{cached_tokens_max};

    std::mutex mutex;
    Settings settings;                           // Guarded by mutex, as the next.
    std::map<std::uint32_t, Principal> local{};  // By uid.

    Settings current() {
        std::lock_guard const lock(mutex);
        return settings;
    }

    // New secrets for `owner`; `refresh_token` returns the token itself.
    NewSession new_session(TokenOwner owner, Secret& refresh_token) {
        NewSession session;
        session.user_id = owner.user;
        session.random = random_bytes<bounds::session_random_size>();
        session.lifetime = current().session_lifetime;
        refresh_token = made_token(owner, random_bytes<refresh_secret_size>(), session);
        return session;
    }

    // Derived from `refresh_token`, so that a repeated renewal gets the same session.
    NewSession renewed_session(TokenOwner owner, Secret const& refresh_token, Secret& next_token) {
        NewSession session;
        auto const secret = bindings.of_renewal("session secret after", refresh_token.reveal());
        std::copy_n(secret.begin(), session.random.size(), session.random.begin());
        next_token = made_token(
            owner, bindings.of_renewal("refresh token after", refresh_token.reveal()), session);
        return session;
    }

    Secret made_token(TokenOwner owner, BytesView secret, NewSession& session) const {
        auto text = refresh_token_of(owner, secret);
        session.refresh_digest = bindings.of_refresh_token(text);
        return Secret::take(text);
    }

    // The database's word for it is not enough.
    [[nodiscard]] bool is_bound(SessionRecord const& record) const {
        if (bindings.has_role(record.user.id, record.user.role, record.role_mac)) return true;
        log::error("access",
                   "The database gives user {} the role {}, which the bank did not: session {} is "
                   "refused.",
                   record.user.id.value, api::to_string(record.user.role), record.id.value);
        return false;
    }

    // Nobody gets its secrets; ended, so that it is not listed as open.
    Error close(SessionRecord const& record, NewSession const& session, Source const& source) {
        Acting acting;
        acting.session = session_secret(session.random, record.user.id);
        acting.role = record.user.role;
        acting.source = source;
        static_cast<void>(users.end_session(acting));
        return {.code = Code::session_ended,
                .detail = "the session's row is not bound to its user"};
    }

    api::Tokens tokens(SessionRecord const& record, NewSession const& session,
                       Secret refresh_token) {
        auto const now = clock.now();
        auto const lifetime = std::min<std::int64_t>(current().access_token_lifetime.count(),
                                                     seconds(record.expires_at) - seconds(now));
        crypto::AccessClaims claims;
        claims.user_id = record.user.id;
        claims.session_secret = session_secret(session.random, record.user.id);
        claims.token_id = new_uuid(now);
        claims.role = std::string(api::to_string(record.user.role));
        claims.issued_at_s = seconds(now);
        claims.expires_at_s = seconds(now) + std::max<std::int64_t>(lifetime, 1);
        api::Tokens tokens;
        tokens.access_token = signer.sign(claims);
        tokens.refresh_token = std::move(refresh_token);
        tokens.expires_in_s = static_cast<std::uint32_t>(claims.expires_at_s - claims.issued_at_s);
        tokens.session_id = record.id;
        tokens.user = record.user;
        return tokens;
    }
};

Authenticator::Authenticator(UserStore& users, crypto::TokenSigner signer, Bindings const& bindings,
                             Settings settings, Clock const& clock)
    : state_(new State{.users = users,
                       .signer = std::move(signer),
                       .bindings = bindings,
                       .clock = clock,
                       .mutex = {},
                       .settings = std::move(settings)}) {}

Authenticator::~Authenticator() = default;

Result<Principal> Authenticator::by_token(std::string const& token, Source source) {
    if (token.empty()) return not_authenticated("no token");
    auto const now = state_->clock.now();
    if (auto known = state_->cache.find(token, now)) {
        known->acting.source = std::move(source);
        return std::move(*known);
    }
    auto claims = state_->signer.verify(token, seconds(now));
    if (!claims.ok()) return std::move(claims).error();
    auto const session = state_->users.find_session(claims->session_secret);
    if (!session.ok()) return session.error();
    if (session->user.id != claims->user_id || api::to_string(session->user.role) != claims->role) {
        return Error{.code = Code::session_ended, .detail = "token and session differ"};
    }
    if (!state_->is_bound(*session)) return Code::session_ended;
    auto principal = principal_of(*session, claims->session_secret);
    // Not cached: otherwise a password change in another daemon would take effect here with a
    // delay.
    if (!principal.must_change_password) {
        auto const valid_until = std::min({Timestamp{claims->expires_at_s * 1'000'000},
                                           session->expires_at, now + seen_alive_for});
        state_->cache.add(token, principal, valid_until);
    }
    principal.acting.source = std::move(source);
    return principal;
}

Result<Principal> Authenticator::by_peer(api::LocalPeer const& peer, Source source) {
    if (!is_local_administrator(state_->current().local_access, peer.uid)) {
        return Error{
            .code = Code::permission_denied,
            .detail = "uid " + std::to_string(peer.uid),
            .message = fmt::format("Your Unix user (uid {}) is not an administrator of this "
                                   "bank; see [admin-access] in bankd.conf.",
                                   peer.uid)};
    }
    {
        std::lock_guard const lock(state_->mutex);
        auto const known = state_->local.find(peer.uid);
        if (known != state_->local.end() && known->second.expires_at > state_->clock.now()) {
            auto principal = known->second;
            principal.acting.source = std::move(source);
            return principal;
        }
    }
    Secret unused;
    auto const session = state_->new_session({}, unused);
    auto const record = state_->users.open_local_session(source, peer.uid, session);
    if (!record.ok()) return record.error();
    auto principal = principal_of(*record, session_secret(session.random, record->user.id));
    {
        std::lock_guard const lock(state_->mutex);
        state_->local[peer.uid] = principal;
    }
    principal.acting.source = std::move(source);
    return principal;
}

UserId Authenticator::user_of(std::string const& token) {
    if (token.empty()) return {};
    auto const now = state_->clock.now();
    if (auto const known = state_->cache.find(token, now)) return known->user_id;
    auto const claims = state_->signer.verify(token, seconds(now));
    return claims.ok() ? claims->user_id : UserId{};
}

Result<api::Tokens> Authenticator::open(LoginRecord const& verified, Source const& source,
                                        DeviceTags const& tags) {
    Secret refresh_token;
    auto session = state_->new_session({verified.user.id, verified.user.role}, refresh_token);
    session.password_version = verified.password.version;
    session.known_from_now = tags;
    auto const record = state_->users.open_session(source, session);
    if (!record.ok()) return record.error();
    if (record->user.role != verified.user.role || !state_->is_bound(*record))
        return state_->close(*record, session, source);
    return state_->tokens(*record, session, std::move(refresh_token));
}

Result<api::Tokens> Authenticator::refresh(Secret const& refresh_token, Source const& source) {
    auto const owner = owner_of(refresh_token);
    if (!owner) return not_authenticated("malformed refresh token");
    Secret next_token;
    auto const renewed = state_->renewed_session(*owner, refresh_token, next_token);
    auto const old_digest = state_->bindings.of_refresh_token(refresh_token.reveal());
    auto const record = state_->users.refresh_session(source, old_digest, renewed);
    if (!record.ok()) return record.error();
    state_->cache.forget_session(record->id);
    if (record->user.id != owner->user || record->user.role != owner->role ||
        !state_->is_bound(*record))
        return state_->close(*record, renewed, source);
    return state_->tokens(*record, renewed, std::move(next_token));
}

void Authenticator::forget_session(SessionId id) {
    state_->cache.forget_session(id);
    std::lock_guard const lock(state_->mutex);
    std::erase_if(state_->local, [&](auto const& item) { return item.second.session_id == id; });
}

void Authenticator::forget_user(UserId id) {
    state_->cache.forget_user(id);
    std::lock_guard const lock(state_->mutex);
    std::erase_if(state_->local, [&](auto const& item) { return item.second.user_id == id; });
}

void Authenticator::reload(Settings settings) {
    std::lock_guard const lock(state_->mutex);
    state_->settings = std::move(settings);
}

}  // namespace bank::access
