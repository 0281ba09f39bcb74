-- Actors. Only a session secret identifies an actor; SET ROLE or a forged setting gains nothing,
-- because the secret is looked up each time.

create type bank.caller as (session bytea, ip inet, user_agent text, request_id uuid);
comment on type bank.caller is 'What the daemon says of a request. Only the secret in session is believed; the rest is recorded.';

create type bank.actor as (
    session_id bigint,
    user_id bigint,
    user_name text,
    role bank.role,
    refusal text
);
comment on type bank.actor is 'Who a session secret names; refusal is null if it may act.';

-- The secret is 16 random bytes and the id of the user: a session that is given another user in the
-- database is nobody's. No "set search_path" here: it would prevent inlining, and with it the index.
create function bank.opens(secret bytea, secret_hash bytea, user_id bigint) returns boolean
language sql immutable
as $$
    select secret_hash = sha256(secret) and substring(secret from 17) = int8send(user_id)
$$;
comment on function bank.opens(bytea, bytea, bigint) is 'Whether the secret is that of a session with this digest and user.';

create view bank.open_sessions as
    select s.id, s.user_id, u.user_name, s.role, s.secret_hash, s.created_at, s.expires_at, s.ip, s.user_agent,
        u.password_expires_at is not null as must_change_password
    from bank.sessions s
    join bank.users u on u.id = s.user_id
    where s.revoked_at is null
        and s.expires_at > now()
        and not u.is_disabled
        and s.role = u.role
        and (u.password_expires_at is null or u.password_expires_at > now());
comment on view bank.open_sessions is 'Sessions that are not over, not revoked, user not disabled, role unchanged. One of a one-time password may do nothing but end, say whose it is, and change the password.';

create view bank.live_sessions as
    select s.id, s.user_id, s.user_name, s.role, s.secret_hash, s.created_at, s.expires_at, s.ip, s.user_agent
    from bank.open_sessions s
    where not s.must_change_password;
comment on view bank.live_sessions is 'Sessions that may act.';

create function bank.actor_id(wanted bank.role) returns bigint
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
    select s.user_id
    from bank.live_sessions s
    where bank.opens(decode(nullif(current_setting('bank.session', true), ''), 'hex'), s.secret_hash, s.user_id)
        and s.role = wanted
$$;
comment on function bank.actor_id(bank.role) is 'The user of the entered session if it is live and of this role, else null. Row policies ask it.';

create function bank.actor_session() returns bigint
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
    select s.id
    from bank.live_sessions s
    where bank.opens(decode(nullif(current_setting('bank.session', true), ''), 'hex'), s.secret_hash, s.user_id)
$$;
comment on function bank.actor_session() is 'The entered session if it is live, else null.';

create function bank.is_staff() returns boolean
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select
        from bank.live_sessions s
        where bank.opens(decode(nullif(current_setting('bank.session', true), ''), 'hex'), s.secret_hash, s.user_id)
            and s.role <> 'customer')
$$;
comment on function bank.is_staff() is 'Whether the entered session may see every account.';

create function bank.find_actor(secret bytea) returns bank.actor
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select (s.id, s.user_id, u.user_name, s.role,
            case
                when o.id is null then 'session_ended'
                when o.must_change_password then 'password_change_required'
            end)::bank.actor
    from (select) one
    left join bank.sessions s on bank.opens(secret, s.secret_hash, s.user_id)
    left join bank.users u on u.id = s.user_id
    left join bank.open_sessions o on o.id = s.id
$$;
comment on function bank.find_actor(bytea) is 'Who the secret names, also if the session is over or may not act yet: then refusal says so.';

create function bank.enter(secret bytea) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.find_actor(secret);
begin
    perform set_config('bank.session', '', true);
    if actor.refusal is not null then
        return actor.refusal;
    end if;
    if current_setting('role') <> 'bank_' || actor.role then
        return 'session_ended';
    end if;
    perform set_config('bank.session', encode(secret, 'hex'), true);
    return 'ok';
end
$$;
comment on function bank.enter(bytea) is 'Lets the rest of this transaction read as the session, if it is live and of the role that was SET.';

create function bank.admit(caller bank.caller, permission text) returns bank.actor
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.find_actor(caller.session);
begin
    -- An unknown permission is nobody's.
    if actor.refusal is null and (actor.role = any (bank.roles_with(permission))) is not true then
        actor.refusal := 'permission_denied';
    end if;
    perform set_config('bank.session',
        case when actor.refusal is null then encode(caller.session, 'hex') else '' end, true);
    return actor;
end
$$;
comment on function bank.admit(bank.caller, text) is 'The first step of each function that acts: identifies the actor and checks the permission of its role. Enters the session for reading the result.';

create function bank.admit_with_any_password(caller bank.caller) returns bank.actor
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.find_actor(caller.session);
begin
    if actor.refusal = 'password_change_required' then
        actor.refusal := null;
    end if;
    return actor;
end
$$;
comment on function bank.admit_with_any_password(bank.caller) is 'The first step of what a session of a one-time password may do as well. Enters nothing: such a session reads nothing.';

-- Stable like the functions it calls, and without "set search_path": otherwise it is not inlined,
-- and each statement that uses it parses and plans it again.
create function bank.us(moment timestamptz) returns bigint
language sql stable strict parallel safe
as $$
    select (extract(epoch from moment) * 1000000)::bigint
$$;
comment on function bank.us(timestamptz) is 'Microseconds since 1970-01-01T00:00:00Z.';
