-- Who acts. A session secret is the only thing that names an actor; a role that was SET, or a
-- setting that was forged, gains nothing, because the secret is looked up again each time.

create view bank.live_sessions as
    select s.id, s.user_id, u.user_name, s.role, s.secret_hash, s.created_at, s.expires_at, s.ip, s.user_agent
    from bank.sessions s
    join bank.users u on u.id = s.user_id
    where s.revoked_at is null
        and s.expires_at > now()
        and not u.is_disabled
        and s.role = u.role;
comment on view bank.live_sessions is 'Sessions that may act: not over, not revoked, user not disabled, role unchanged.';

create function bank.actor_id(wanted bank.role) returns bigint
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
    select s.user_id
    from bank.live_sessions s
    where s.secret_hash = sha256(decode(nullif(current_setting('bank.session', true), ''), 'hex'))
        and s.role = wanted
$$;
comment on function bank.actor_id(bank.role) is 'The user of the entered session if it is live and of this role, else null. Row policies ask it.';

create function bank.actor_session() returns bigint
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
    select s.id
    from bank.live_sessions s
    where s.secret_hash = sha256(decode(nullif(current_setting('bank.session', true), ''), 'hex'))
$$;
comment on function bank.actor_session() is 'The entered session if it is live, else null.';

create function bank.is_staff() returns boolean
language sql stable security definer parallel restricted
set search_path = pg_catalog, pg_temp
as $$
    select exists (
        select
        from bank.live_sessions s
        where s.secret_hash = sha256(decode(nullif(current_setting('bank.session', true), ''), 'hex'))
            and s.role <> 'customer')
$$;
comment on function bank.is_staff() is 'Whether the entered session may see every account.';

create function bank.find_actor(secret bytea) returns bank.actor
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select (s.id, s.user_id, u.user_name, s.role,
            case when l.id is null then 'session_ended' end)::bank.actor
    from (select sha256(secret) as hash) wanted
    left join bank.sessions s on s.secret_hash = wanted.hash
    left join bank.users u on u.id = s.user_id
    left join bank.live_sessions l on l.id = s.id
$$;
comment on function bank.find_actor(bytea) is 'Who the secret names, also if the session is over: then refusal says so.';

create function bank.enter(secret bytea) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.find_actor(secret);
begin
    perform set_config('bank.session', '', true);
    if actor.refusal is not null or current_setting('role') <> 'bank_' || actor.role then
        return 'session_ended';
    end if;
    perform set_config('bank.session', encode(secret, 'hex'), true);
    return 'ok';
end
$$;
comment on function bank.enter(bytea) is 'Lets the rest of this transaction read as the session, if it is live and of the role that was SET.';

create function bank.admit(caller bank.caller, roles bank.role[]) returns bank.actor
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.find_actor(caller.session);
begin
    if actor.refusal is null and actor.role <> all (roles) then
        actor.refusal := 'permission_denied';
    end if;
    perform set_config('bank.session',
        case when actor.refusal is null then encode(caller.session, 'hex') else '' end, true);
    return actor;
end
$$;
comment on function bank.admit(bank.caller, bank.role[]) is 'The first step of each function that acts: who asks, and whether the role may. Enters the session for reading the result.';

-- Stable like what it calls, and without "set search_path": else it is not inlined, and parsed and
-- planned anew in each statement that has it.
create function bank.us(moment timestamptz) returns bigint
language sql stable strict parallel safe
as $$
    select (extract(epoch from moment) * 1000000)::bigint
$$;
comment on function bank.us(timestamptz) is 'Microseconds since 1970-01-01T00:00:00Z.';
