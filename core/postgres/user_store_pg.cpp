#include "core/postgres/user_store_pg.hpp"

#include <limits>

#include "core/postgres/client/acting_call.hpp"
#include "core/postgres/client/array_text.hpp"
#include "core/postgres/known_devices_pg.hpp"

namespace bank::postgres {
namespace {

#define USER_COLUMNS_OF(from)                                                          \
    from ".id, " from ".user_name, " from ".role, " from ".is_disabled, bank.us(" from \
         ".created_at), bank.password_state(" from ".user_name, " from                 \
         ".password_expires_at), "                                                     \
         "bank.us(" from ".password_expires_at)"
#define USER_COLUMNS USER_COLUMNS_OF("u")
#define SESSION_ANSWER                                                 \
    "s.status, s.session_id, bank.us(s.expires_at), " USER_COLUMNS_OF( \
        "s") ", coalesce(s.role_mac, '')"
#define USER_ANSWER "u.status, " USER_COLUMNS

constexpr Statement login_record_statement{
    "login_record",
    "select " USER_COLUMNS
    ", u.password, u.password_version, coalesce(u.role_mac, '') from bank.login_record($1) u"};
constexpr Statement open_session_statement{
    "open_session", "select " SESSION_ANSWER " from bank.open_session(" BANK_SQL_CALLER
                    ", $5, $6, $7, $8, $9, $10, $11) s"};
constexpr Statement open_local_session_statement{
    "open_local_session", "select " SESSION_ANSWER " from bank.open_local_session(" BANK_SQL_CALLER
                          ", $5, $6, $7, $8) s"};
constexpr Statement refresh_session_statement{
    "refresh_session",
    "select " SESSION_ANSWER " from bank.refresh_session(" BANK_SQL_CALLER ", $5, $6, $7) s"};
constexpr Statement session_record_statement{
    "session_record", "select " SESSION_ANSWER " from bank.session_record($1) s"};
constexpr Statement rehash_password_statement{
    "rehash_password", "select bank.rehash_password(" BANK_SQL_CALLER ", $5, $6, $7)"};
constexpr Statement end_session_statement{"end_session",
                                          "select bank.end_session(" BANK_SQL_CALLER ")"};
constexpr Statement revoke_session_statement{"revoke_session",
                                             "select bank.revoke_session(" BANK_SQL_CALLER ", $5)"};
constexpr Statement password_record_statement{
    "password_record",
    "select p.status, p.password, p.password_version from bank.password_record($1) p"};
constexpr Statement change_password_statement{
    "change_password", "select bank.change_password(" BANK_SQL_CALLER ", $5, $6)"};
constexpr Statement list_sessions_statement{
    "list_sessions",
    "select s.id, s.user_id, u.user_name, s.role, host(s.ip), s.user_agent, bank.us(s.created_at),"
    " bank.us(s.expires_at), s.id = bank.actor_session()"
    " from bank.sessions s join bank.users u on u.id = s.user_id"
    " where s.user_id = coalesce($1::bigint, (select o.user_id from bank.sessions o where o.id = "
    "bank.actor_session()))"
    " and s.revoked_at is null and s.expires_at > now() and not u.is_disabled and s.role = u.role"
    " and (u.password_expires_at is null or u.password_expires_at > now())"
    " and s.id < $2 order by s.id desc limit $3"};
constexpr RareStatement draw_drawers_statement{"select d.currency, d.id from bank.draw_drawers() d",
                                               2};
constexpr Statement draw_user_id_statement{"draw_user_id", "select bank.draw_user_id()"};
constexpr RareStatement unbound_statement{
    "select u.what, u.owner_id, u.value from bank.unbound_credentials() u", 3};
constexpr Statement bind_statement{
    "", "select bank.bind_credentials(" BANK_SQL_CALLER ", $5, $6, $7, $8, $9, $10)"};
constexpr Statement add_user_statement{"add_user",
                                       "select " USER_ANSWER " from bank.add_user(" BANK_SQL_CALLER
                                       ", $5, $6, $7, $8, $9, $10, $11, $12) u"};
constexpr Statement set_role_statement{"set_role",
                                       "select " USER_ANSWER " from bank.set_role(" BANK_SQL_CALLER
                                       ", $5, $6, $7, $8, $9, $10) u"};
constexpr Statement set_disabled_statement{
    "set_disabled", "select " USER_ANSWER " from bank.set_disabled(" BANK_SQL_CALLER ", $5, $6) u"};
constexpr Statement reset_password_statement{
    "reset_password",
    "select " USER_ANSWER " from bank.reset_password(" BANK_SQL_CALLER ", $5, $6) u"};
constexpr Statement erase_subject_statement{
    "erase_subject", "select " USER_ANSWER " from bank.erase_subject(" BANK_SQL_CALLER ", $5) u"};
constexpr Statement list_users_statement{
    "list_users", "select " USER_COLUMNS
                  " from bank.users u"
                  " where ($1::text is null or starts_with(lower(u.user_name), lower($1)))"
                  " and ($2::bank.role is null or u.role = $2)"
                  " and u.id > $3 order by u.id limit $4"};
constexpr Statement find_user_statement{
    "find_user", "select " USER_COLUMNS " from bank.users u where u.id = $1"};

// The first one also adds the user.
constexpr Records local_login{1, 2};

#undef USER_ANSWER
#undef SESSION_ANSWER
#undef USER_COLUMNS
#undef USER_COLUMNS_OF

api::User read_user(Row& row) {
    api::User user;
    user.id = row.id<UserId>();
    user.user_name = row.text();
    user.role = row.word(api::parse_role);
    user.is_disabled = row.boolean();
    user.created_at = row.time();
    user.password_state = row.word(api::parse_password_state);
    if (auto const us = row.optional_integer()) user.password_expires_at = Timestamp{*us};
    return user;
}

Result<api::User> changed_user(Result<Rows> const& rows) {
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    row.skip();  // The status: ok.
    return read_user(row);
}

Result<access::SessionRecord> read_session(Rows const& rows) {
    if (rows.count() == 0) return Code::session_ended;
    auto row = rows[0];
    if (auto const status = status_of(row.text()); !status) return status.error();
    access::SessionRecord session;
    session.id = row.id<SessionId>();
    session.expires_at = row.time();
    session.user = read_user(row);
    session.role_mac = row.bytes();
    return session;
}

}  // namespace

Result<access::SessionRecord> UserStorePg::session_by(Statement const& statement,
                                                      Parameters const& parameters,
                                                      Records expected) {
    auto const rows = act_alone(pool_, statement, parameters, expected);
    return rows ? read_session(*rows) : rows.error();
}

Status UserStorePg::status_by(Statement const& statement, Parameters const& parameters) {
    auto const rows = act_alone(pool_, statement, parameters, one_record);
    if (!rows) return rows.error();
    return status_of((*rows)[0].text());
}

Result<std::optional<access::LoginRecord>> UserStorePg::login_record(std::string const& user_name) {
    Parameters parameters;
    parameters.add(user_name);
    auto const rows = run_alone(pool_, login_record_statement, parameters);
    if (!rows) return rows.error();
    if (rows->count() == 0) return std::optional<access::LoginRecord>{};
    auto row = (*rows)[0];
    access::LoginRecord record;
    record.user = read_user(row);
    record.password.hash = row.text();
    record.password.version = row.integer();
    record.role_mac = row.bytes();
    return std::optional{std::move(record)};
}

Result<access::SessionRecord> UserStorePg::open_session(access::Source const& source,
                                                        access::NewSession const& session) {
    auto parameters = Parameters::caller(source);
    parameters.add(session.user_id)
        .add(session.password_version)
        .add_bytes(session.random)
        .add_bytes(session.refresh_digest)
        .add(std::int64_t{session.lifetime.count()});
    add_tag(parameters, session.known_from_now.device);
    add_tag(parameters, session.known_from_now.source);
    return session_by(open_session_statement, parameters, one_record);
}

Result<std::optional<std::int64_t>> UserStorePg::rehash_password(access::Source const& source,
                                                                 UserId user_id,
                                                                 std::int64_t verified,
                                                                 std::string const& record) {
    auto parameters = Parameters::caller(source);
    parameters.add(user_id).add(verified).add(record);
    auto const rows = act_alone(pool_, rehash_password_statement, parameters, {0, 1});
    if (!rows) return rows.error();
    return (*rows)[0].optional_integer();
}

Result<access::SessionRecord> UserStorePg::refresh_session(access::Source const& source,
                                                           access::TokenDigest const& old_digest,
                                                           access::NewSession const& renewed) {
    auto parameters = Parameters::caller(source);
    parameters.add_bytes(old_digest).add_bytes(renewed.random).add_bytes(renewed.refresh_digest);
    return session_by(refresh_session_statement, parameters, one_record);
}

Result<access::SessionRecord> UserStorePg::open_local_session(access::Source const& source,
                                                              std::uint32_t uid,
                                                              access::NewSession const& session) {
    auto parameters = Parameters::caller(source);
    parameters.add(std::int64_t{uid})
        .add_bytes(session.random)
        .add_bytes(session.refresh_digest)
        .add(std::int64_t{session.lifetime.count()});
    return session_by(open_local_session_statement, parameters, local_login);
}

Result<access::SessionRecord> UserStorePg::find_session(access::SessionSecret const& secret) {
    Parameters parameters;
    parameters.add_bytes(secret);
    auto const rows = run_alone(pool_, session_record_statement, parameters);
    return rows ? read_session(*rows) : rows.error();
}

Status UserStorePg::end_session(access::Acting const& acting) {
    return status_by(end_session_statement, Parameters::caller(acting));
}

Status UserStorePg::revoke_session(access::Acting const& acting, SessionId id) {
    auto parameters = Parameters::caller(acting);
    parameters.add(id.value);
    return status_by(revoke_session_statement, parameters);
}

Result<api::Page<api::Session>> UserStorePg::list_sessions(
    access::Acting const& acting, api::ListSessionsRequest const& request) {
    auto const before =
        first_key(request.page, api::List::sessions, std::numeric_limits<std::int64_t>::max());
    if (!before) return before.error();
    Parameters parameters;
    parameters.add(request.user_id).add(*before).add(std::int64_t{request.page.limit} + 1);
    auto const rows = read_as(pool_, acting, list_sessions_statement, parameters);
    if (!rows) return rows.error();
    return page_of<api::Session>(*rows, request.page, api::List::sessions, [](Row row) {
        api::Session session;
        session.id = row.id<SessionId>();
        session.user_id = row.id<UserId>();
        session.user_name = row.text();
        session.role = row.word(api::parse_role);
        session.ip = row.text();
        session.user_agent = row.text();
        session.created_at = row.time();
        session.expires_at = row.time();
        session.is_current = row.boolean();
        return session;
    });
}

Result<access::PasswordRecord> UserStorePg::password_record(access::Acting const& acting) {
    Parameters parameters;
    parameters.add_bytes(acting.session);
    auto const rows = run_alone(pool_, password_record_statement, parameters);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    if (auto const status = status_of(row.text()); !status) return status.error();
    access::PasswordRecord record;
    record.hash = row.text();
    record.version = row.integer();
    return record;
}

Status UserStorePg::change_password(access::Acting const& acting, std::int64_t version,
                                    std::string const& new_hash) {
    auto parameters = Parameters::caller(acting);
    parameters.add(version).add(new_hash);
    return status_by(change_password_statement, parameters);
}

Status UserStorePg::add_drawers(Parameters& parameters, api::Role role) {
    ArrayText currencies;
    ArrayText ids;
    ArrayText account_nos;
    if (role == api::Role::teller || role == api::Role::admin) {
        auto const rows = run_alone(pool_, draw_drawers_statement);
        if (!rows) return rows.error();
        for (int i = 0; i < rows->count(); ++i) {
            auto row = (*rows)[i];
            currencies.add(row.text());
            auto const id = row.integer();
            auto const account_no = money::make_iban(iban_, id);
            if (!account_no) return Error{Code::internal_error, "account numbers are used up"};
            ids.add(id);
            account_nos.add(*account_no);
        }
    }
    parameters.add(std::move(currencies).take())
        .add(std::move(ids).take())
        .add(std::move(account_nos).take());
    return Done{};
}

Result<UserId> UserStorePg::draw_user_id() {
    auto const drawn = run_alone(pool_, draw_user_id_statement, {});
    if (!drawn) return drawn.error();
    return UserId{(*drawn)[0].integer()};
}

Result<api::User> UserStorePg::add_user(access::Acting const& acting, access::NewUser const& user) {
    auto parameters = Parameters::caller(acting);
    parameters.add(user.id.value)
        .add(user.user_name)
        .add(to_string(user.role))
        .add_unless_empty(user.password_record)
        .add_bytes(user.role_mac);
    if (auto const drawn = add_drawers(parameters, user.role); !drawn) return drawn.error();
    return changed_user(
        act(pool_, acting, audit::Action::add_user, add_user_statement, parameters));
}

Result<api::Page<api::User>> UserStorePg::list_users(access::Acting const& acting,
                                                     api::ListUsersRequest const& request) {
    auto const after = first_key(request.page, api::List::users, 0);
    if (!after) return after.error();
    Parameters parameters;
    parameters.add_unless_empty(request.name_prefix)
        .add_unless_empty(request.role ? to_string(*request.role) : std::string_view{})
        .add(*after)
        .add(std::int64_t{request.page.limit} + 1);
    auto const rows = read_as(pool_, acting, list_users_statement, parameters);
    if (!rows) return rows.error();
    return page_of<api::User>(*rows, request.page, api::List::users,
                              [](Row row) { return read_user(row); });
}

Result<api::User> UserStorePg::find_user(access::Acting const& acting, UserId id) {
    Parameters parameters;
    parameters.add(id.value);
    auto const rows = read_as(pool_, acting, find_user_statement, parameters);
    if (!rows) return rows.error();
    if (rows->count() == 0) return Code::user_not_found;
    auto row = (*rows)[0];
    return read_user(row);
}

Result<api::User> UserStorePg::set_role(access::Acting const& acting,
                                        api::SetUserRoleRequest const& request,
                                        access::Mac const& role_mac) {
    auto parameters = Parameters::caller(acting);
    parameters.add(request.user_id.value).add(to_string(request.role)).add_bytes(role_mac);
    if (auto const drawn = add_drawers(parameters, request.role); !drawn) return drawn.error();
    return changed_user(
        act(pool_, acting, audit::Action::set_role, set_role_statement, parameters));
}

Result<api::User> UserStorePg::set_disabled(access::Acting const& acting,
                                            api::SetUserDisabledRequest const& request) {
    auto parameters = Parameters::caller(acting);
    parameters.add(request.user_id.value).add(request.is_disabled);
    return changed_user(
        act(pool_, acting, audit::Action::set_disabled, set_disabled_statement, parameters));
}

Result<api::User> UserStorePg::reset_password(access::Acting const& acting, UserId id,
                                              std::string const& password_hash) {
    auto parameters = Parameters::caller(acting);
    parameters.add(id.value).add(password_hash);
    return changed_user(
        act(pool_, acting, audit::Action::reset_password, reset_password_statement, parameters));
}

Result<api::User> UserStorePg::erase_subject(access::Acting const& acting, UserId id) {
    auto parameters = Parameters::caller(acting);
    parameters.add(id.value);
    return changed_user(
        act(pool_, acting, audit::Action::erase_subject, erase_subject_statement, parameters));
}

Result<access::UnboundCredentials> UserStorePg::unbound_credentials() {
    auto const rows = run_alone(pool_, unbound_statement);
    if (!rows) return rows.error();
    access::UnboundCredentials unbound;
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto const what = row.text();
        auto const owner = row.integer();
        if (what == "role") {
            unbound.roles.push_back({UserId{owner}, row.word(api::parse_role)});
        } else {
            auto& records = what == "pin" ? unbound.pins : unbound.passwords;
            records.push_back({owner, row.text()});
        }
    }
    return unbound;
}

Status UserStorePg::bind_credentials(access::Source const& source,
                                     access::BoundCredentials const& bound) {
    auto parameters = Parameters::caller(source);
    ArrayText user_ids;
    ArrayText macs;
    for (auto const& role : bound.roles) {
        user_ids.add(role.user.value);
        macs.add_bytes(role.mac);
    }
    parameters.add(std::move(user_ids).take()).add(std::move(macs).take());
    for (auto const* records : {&bound.passwords, &bound.pins}) {
        ArrayText owners;
        ArrayText texts;
        for (auto const& record : *records) {
            owners.add(record.owner);
            texts.add(record.record);
        }
        parameters.add(std::move(owners).take()).add(std::move(texts).take());
    }
    auto const rows = act_alone(pool_, bind_statement, parameters, {0, 1});
    if (!rows) return rows.error();
    if ((*rows)[0].boolean()) return Done{};
    return Error{Code::internal_error, "a credential is bound already"};
}

}  // namespace bank::postgres
