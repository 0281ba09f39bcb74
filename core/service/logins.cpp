#include "core/service/logins.hpp"

#include "core/access/credential_rules.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/random.hpp"
#include "core/base/text.hpp"

namespace bank::service {
namespace {

using audit::Action;
using operations::Permission;

// Of one session: others neither slow down the person who is signed in, nor are slowed down.
constexpr access::PenaltyRule change_rule{.failures_free = 4};
constexpr std::size_t sessions_max = 65'536;

std::string details_of(std::string_view user_name) {
    JsonWriter details;
    details.begin_object();
    details.key("user_name").text(plain_text(user_name, bounds::user_name_size_max));
    details.end_object();
    return std::move(details).take();
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (auto& c : lowered) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lowered;
}

// If the new password could equal the old one, a one-time password would stay known to the
// administrator who set it.
Status check_change(api::ChangePasswordRequest const& change, std::string_view user_name) {
    auto fit = access::check_new_password(change.new_password, user_name);
    if (fit.ok() && change.new_password.reveal() == change.current_password.reveal()) {
        fit = Error{.code = Code::secret_too_weak,
                    .message = "The new password must differ from the current one."};
    }
    if (fit.ok()) return fit;
    auto error = fit.error();
    error.field = "/new_password";
    return error;
}

}  // namespace

Logins::Logins(Context& context)
    : context_(context),
      throttle_(context.clock, context.stores.known_devices, context.device_marks,
                random_bytes<std::tuple_size_v<access::FairTurns::Key>>()),
      changes_(change_rule, sessions_max) {}

Result<api::Tokens> Logins::login(Request const& request, api::LoginRequest const& login) {
    auto const user_name = lower(login.user_name);
    access::LoginThrottle::Login tried{request.caller.source_ip, user_name, std::nullopt};
    if (login.device_token) tried.device_token = login.device_token->clone();
    auto attempt = throttle_.begin(std::move(tried));
    if (!attempt.ok() && attempt.code() != Code::login_throttled) return attempt.error();
    if (!attempt.ok()) {
        context_.meters.note(metrics::Throttle::login_delay);
        auto const source = access::source_of(request.caller);
        context_.refusals.stranger(source.ip, {.action = Action::login,
                                               .outcome = attempt.code(),
                                               .details = details_of(user_name),
                                               .source = source});
        return std::move(attempt).error();
    }
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto const source = access::source_of(request.caller);
    auto const user = prove(source, user_name, login.password);
    if (!user.ok()) {
        if (user.code() != Code::login_refused) return user.error();
        attempt->fail();
        return refuse_login(request, user_name, user.error());
    }
    auto familiarity = attempt->succeed();
    auto tokens = context_.authenticator.open(*user, source, familiarity.tags);
    if (tokens.ok()) tokens->device_token = std::move(familiarity.device_token);
    return described(std::move(tokens));
}

Result<access::LoginRecord> Logins::prove(access::Source const& source,
                                          std::string const& user_name, Secret const& password) {
    auto user = verify(user_name, password);
    if (!user.ok() || !context_.hasher.needs_rehash(user->password.hash)) return user;
    auto const adopted = context_.stores.users.rehash_password(
        source, user->user.id, user->password.version,
        context_.hasher.hash(password_of(user->user.id), password));
    // Another login of the user adopted one first, or the password was changed.
    if (!adopted.ok() || !*adopted) return verify(user_name, password);
    user->password.version = **adopted;
    return user;
}

Result<access::LoginRecord> Logins::verify(std::string const& user_name, Secret const& password) {
    auto const has_shape = access::check_user_name(user_name).ok();
    auto record = has_shape ? context_.stores.users.login_record(user_name)
                            : Result<std::optional<access::LoginRecord>>(std::nullopt);
    if (!record.ok()) return record.error();
    auto const& found = *record;
    auto const can_log_in =
        found && !found->password.hash.empty() && !found->user.is_disabled &&
        found->user.password_state != api::PasswordState::expired &&
        context_.bindings.has_role(found->user.id, found->user.role, found->role_mac);
    // An unknown or disabled user, and one whose one-time password has expired, takes as long as
    // any other, and gets the same answer.
    auto const stored = can_log_in ? found->password.hash : context_.hasher.dummy_record();
    auto const owner = password_of(found ? found->user.id : UserId{});
    auto const matches = context_.hasher.verify(owner, password, stored);
    if (!can_log_in || !matches) return Code::login_refused;
    return *std::move(*record);
}

Error Logins::refuse_login(Request const& request, std::string const& user_name, Error error) {
    context_.refusals.known({.action = Action::login,
                             .outcome = error.code,
                             .details = details_of(user_name),
                             .source = access::source_of(request.caller)});
    return error;
}

Result<api::Tokens> Logins::refresh(Request const& request, api::RefreshRequest const& refresh) {
    auto const source = access::source_of(request.caller);
    auto tokens = context_.authenticator.refresh(refresh.refresh_token, source);
    // SQL records the exchange and the re-use; a token that is none leaves no trace there.
    if (!tokens.ok() && tokens.code() == Code::not_authenticated) {
        context_.refusals.stranger(
            source.ip, {.action = Action::refresh, .outcome = tokens.code(), .source = source});
    }
    return described(std::move(tokens));
}

Result<api::Tokens> Logins::described(Result<api::Tokens> tokens) const {
    if (!tokens.ok()) return tokens;
    auto const settings = context_.settings.get();
    tokens->may_move_cash = access::may_move_cash(tokens->user.role, settings->customer_cash);
    return tokens;
}

Status Logins::logout(access::Principal const& who) {
    auto ended = context_.stores.users.end_session(who.acting);
    context_.authenticator.forget_session(who.session_id);
    return ended;
}

Result<api::User> Logins::who_am_i(access::Principal const& who) {
    auto session = context_.stores.users.find_session(who.acting.session);
    if (!session.ok()) return session.error();
    return std::move(session->user);
}

Result<api::Page<api::Session>> Logins::list_sessions(access::Principal const& who,
                                                      api::ListSessionsRequest const& list) {
    auto wanted = list;
    if (!wanted.user_id) wanted.user_id = who.user_id;
    auto const allowed =
        context_.gate.may(who, {Permission::list_sessions, Action::list_sessions}, wanted.user_id);
    if (!allowed.ok()) return allowed.error();
    return context_.stores.users.list_sessions(who.acting, wanted);
}

// Whose session it is, only the database knows: SQL decides, and records, what is not the caller's.
Status Logins::revoke_session(access::Principal const& who,
                              api::RevokeSessionRequest const& revoke) {
    auto revoked = context_.stores.users.revoke_session(who.acting, revoke.session_id);
    if (revoked.ok()) context_.authenticator.forget_session(revoke.session_id);
    return revoked;
}

Status Logins::change_password(access::Principal const& who,
                               api::ChangePasswordRequest const& change) {
    auto const fit = check_change(change, who.user_name);
    if (!fit.ok()) return fit.error();
    auto attempt = changes_.begin(std::to_string(who.session_id.value), context_.clock.steady());
    if (!attempt.ok()) {
        context_.meters.note(metrics::Throttle::login_delay);
        return context_.gate.refused(who, Action::change_password, attempt.error());
    }
    auto const permit = context_.hash_gate.enter();
    if (!permit.ok()) return permit.error();
    auto const record = context_.stores.users.password_record(who.acting);
    if (!record.ok()) return record.error();
    auto const owner = password_of(who.user_id);
    if (!context_.hasher.verify(owner, change.current_password, record->hash)) {
        attempt->fail(context_.clock.steady());
        return context_.gate.refused(who, Action::change_password,
                                     {.code = Code::password_wrong, .field = "/current_password"});
    }
    attempt->succeed();
    auto changed = context_.stores.users.change_password(
        who.acting, record->version, context_.hasher.hash(owner, change.new_password));
    // The other sessions have ended; this one proves itself anew at its next call.
    if (changed.ok()) context_.authenticator.forget_user(who.user_id);
    return changed;
}

}  // namespace bank::service
