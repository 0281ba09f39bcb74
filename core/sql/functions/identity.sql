-- Login, sessions and passwords. Each function that changes or refuses something writes its audit
-- record itself; a refusal is returned as a word of core/base/codes.def, so that its record is
-- committed.

create type bank.user_answer as (
    status text, id bigint, user_name text, role bank.role, is_disabled boolean, created_at timestamptz,
    password_expires_at timestamptz
);
comment on type bank.user_answer is 'What became of a change to a user, and the user after it.';

create type bank.session_answer as (
    status text, session_id bigint, expires_at timestamptz,
    id bigint, user_name text, role bank.role, is_disabled boolean, created_at timestamptz,
    password_expires_at timestamptz, role_mac bytea
);
comment on type bank.session_answer is 'A session and its user.';

create function bank.password_state(of_user text, expires_at timestamptz) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select case
        when of_user like 'os:%' then 'none'
        when expires_at is null then 'chosen'
        when expires_at > now() then 'one_time'
        else 'expired'
    end
$$;
comment on function bank.password_state(text, timestamptz) is 'As bank::api::PasswordState, of a user''s name and password_expires_at.';

create function bank.one_time_until() returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select now() + interval '24 hours'
$$;
comment on function bank.one_time_until() is 'When a one-time password that is set now expires, if it is not used before.';

create function bank.login_record(wanted text)
returns table (
    id bigint, user_name text, role bank.role, is_disabled boolean, created_at timestamptz,
    password_expires_at timestamptz, password text, password_version bigint, role_mac bytea
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.id, u.user_name, u.role, u.is_disabled, u.created_at, u.password_expires_at, u.password,
        u.password_version, u.role_mac
    from bank.users u
    where lower(u.user_name) = lower(wanted)
$$;
comment on function bank.login_record(text) is 'Data of a login that the daemon verifies. One of two functions that return a password''s hash.';

create function bank.rehash_password(caller bank.caller, of_user bigint, verified bigint, new_record text)
returns bigint
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    present bank.users;
    changed bank.users;
begin
    select * into present from bank.users u where u.id = of_user for no key update;
    -- Counted as a change, because SQL cannot see that it is the same password.
    update bank.users u
    set password = new_record, password_version = u.password_version + 1, change_no = u.change_no + 1
    where u.id = of_user
        and u.password_version = verified
        and u.password is not null
        and not u.is_disabled
        and (u.password_expires_at is null or u.password_expires_at > now())
    returning * into changed;
    if changed.id is not null then
        perform bank.record_change((null, changed.id, changed.user_name, null, null)::bank.actor, caller, present, changed);
        perform bank.write_audit((null, changed.id, changed.user_name, null, null)::bank.actor,
            caller, 'change_password', 'ok', null, json_build_object('stronger_hash', true));
    end if;
    return changed.password_version;
end
$$;
comment on function bank.rehash_password(bank.caller, bigint, bigint, text) is 'Replaces the hash of a password that the daemon has just verified with a stronger one, and returns the new version. Sessions remain open. Null: the password was changed meanwhile.';

create function bank.session_record(secret bytea) returns setof bank.session_answer
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select 'ok', s.id, s.expires_at, u.id, u.user_name, u.role, u.is_disabled, u.created_at,
        u.password_expires_at, u.role_mac
    from bank.open_sessions s
    join bank.users u on u.id = s.user_id
    where bank.opens(secret, s.secret_hash, s.user_id)
$$;
comment on function bank.session_record(bytea) is 'The open session of this secret, or no row.';

create function bank.secret_hash(random bytea, of_user bigint) returns bytea
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select sha256(random || int8send(of_user))
$$;
comment on function bank.secret_hash(bytea, bigint) is 'The digest by which bank.opens() finds a session.';

create function bank.end_sessions(of_user bigint, except_session bigint) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    with ended as (
        update bank.sessions s
        set revoked_at = now()
        where s.user_id = of_user
            and s.revoked_at is null
            and s.id is distinct from except_session
        returning s.id
    )
    delete from bank.pin_authorizations p using ended where p.session_id = ended.id
$$;
comment on function bank.end_sessions(bigint, bigint) is 'Ends a user''s sessions, all or all but one.';

create function bank.start_session(
    caller bank.caller, of_user bigint, random bytea, refresh_digest bytea, lifetime_s bigint
) returns bank.session_answer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    found_user bank.users;
    started bank.sessions;
begin
    -- The longest that can be configured. A session that never ends would outlive what made it.
    if (octet_length(random) = 16 and lifetime_s between 1 and 7776000) is not true then
        raise exception using errcode = 'BK001', message = format('a session of %s s', lifetime_s);
    end if;
    select * into strict found_user from bank.users u where u.id = of_user;
    insert into bank.sessions (user_id, role, secret_hash, refresh_hash, expires_at, ip, user_agent)
    values (of_user, found_user.role, bank.secret_hash(random, of_user), refresh_digest,
            now() + make_interval(secs => lifetime_s), caller.ip, coalesce(caller.user_agent, ''))
    returning * into started;
    perform bank.write_audit(
        (started.id, found_user.id, found_user.user_name, found_user.role, null)::bank.actor,
        caller, 'login', 'ok', null, json_build_object('session_id', started.id));
    return ('ok', started.id, started.expires_at, found_user.id, found_user.user_name, found_user.role,
            found_user.is_disabled, found_user.created_at, found_user.password_expires_at,
            found_user.role_mac)::bank.session_answer;
end
$$;
comment on function bank.start_session(bank.caller, bigint, bytea, bytea, bigint) is 'Makes a session and its record of login. Its secret is the random bytes and the user''s id.';

create function bank.find_known(device bytea, source bytea) returns table (is_device boolean, is_source boolean)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        exists (select from bank.known_devices d where d.tag = device and d.kind = 'device'),
        exists (select from bank.known_devices d where d.tag = source and d.kind = 'source')
$$;
comment on function bank.find_known(bytea, bytea) is 'Whether a login with these tags succeeded before. A tag contains its user.';

create function bank.keep_known(of_user bigint, of_kind text, new_tag bytea) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into bank.known_devices (tag, user_id, kind)
    select new_tag, of_user, of_kind
    where new_tag is not null
    on conflict (tag) do update set user_id = excluded.user_id, kind = excluded.kind, seen_at = now();
    delete from bank.known_devices d
    where d.user_id = of_user
        and d.kind = of_kind
        and d.tag in (
            select o.tag from bank.known_devices o
            where o.user_id = of_user and o.kind = of_kind
            order by o.seen_at desc, o.tag = new_tag desc
            offset 8)
$$;
comment on function bank.keep_known(bigint, text, bytea) is 'Adds a device or network to the eight that are kept of a user, in place of the one that has not been seen for longest.';

create function bank.open_session(
    caller bank.caller, of_user bigint, verified bigint, random bytea, refresh_digest bytea, lifetime_s bigint,
    device bytea, source bytea
) returns bank.session_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    found_user bank.users;
    changed bank.users;
begin
    -- Locked, so that the user cannot be disabled before the session is opened, and the verified
    -- password is still the current one.
    select * into found_user from bank.users u where u.id = of_user for no key update;
    if found_user.id is null or found_user.is_disabled or found_user.password is null
        or found_user.password_version is distinct from verified
        or found_user.password_expires_at <= now()
    then
        perform bank.write_audit((null, found_user.id, found_user.user_name, null, null)::bank.actor,
            caller, 'login', 'login_refused', null, null);
        return row('login_refused', null, null, null, null, null, null, null, null, null)::bank.session_answer;
    end if;
    if found_user.password_expires_at is not null then
        -- First use. If the answer is lost, the same password remains valid long enough to retry
        -- and to choose a new one; only the newest session stays open.
        update bank.users u
        set password_expires_at = least(u.password_expires_at, now() + interval '15 minutes'),
            change_no = u.change_no + 1
        where u.id = of_user
        returning * into changed;
        perform bank.record_change((null, changed.id, changed.user_name, null, null)::bank.actor, caller, found_user, changed);
        perform bank.end_sessions(of_user, null);
    end if;
    perform bank.keep_known(of_user, 'device', device);
    perform bank.keep_known(of_user, 'source', source);
    return bank.start_session(caller, of_user, random, refresh_digest, lifetime_s);
end
$$;
comment on function bank.open_session(bank.caller, bigint, bigint, bytea, bytea, bigint, bytea, bytea) is 'A session for a user whose password the daemon has verified, in the version that it looked at. The first session of a one-time password leaves it a quarter of an hour. The tags of the device and the network, if there are any, are known from then on.';

create function bank.open_local_session(
    caller bank.caller, uid bigint, random bytea, refresh_digest bytea, lifetime_s bigint
) returns bank.session_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    found_user bank.users;
begin
    insert into bank.users (user_name, role, os_uid) values ('os:' || uid, 'admin', uid)
    on conflict do nothing
    returning * into found_user;
    if found then
        perform bank.record_change((null, found_user.id, found_user.user_name, 'admin', null)::bank.actor,
            caller, null, found_user);
        perform bank.write_audit((null, found_user.id, found_user.user_name, 'admin', null)::bank.actor,
            caller, 'add_user', 'ok', null,
            json_build_object('user_id', found_user.id, 'user_name', found_user.user_name, 'role', 'admin'));
    end if;
    select * into strict found_user from bank.users u where u.os_uid = uid for share;
    if found_user.is_disabled then
        perform bank.write_audit((null, found_user.id, found_user.user_name, null, null)::bank.actor,
            caller, 'login', 'login_refused', null, null);
        return row('login_refused', null, null, null, null, null, null, null, null, null)::bank.session_answer;
    end if;
    return bank.start_session(caller, found_user.id, random, refresh_digest, lifetime_s);
end
$$;
comment on function bank.open_local_session(bank.caller, bigint, bytea, bytea, bigint) is 'A session for a local administrator whom the kernel named; the user is made at first use.';

create function bank.refresh_session(
    caller bank.caller, old_digest bytea, random bytea, refresh_digest bytea
) returns bank.session_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    held bank.sessions;
    used bank.refresh_tokens;
    actor bank.actor;
    outcome text := 'ok';
    is_repeated boolean;
begin
    if (octet_length(random) = 16) is not true then
        raise exception using errcode = 'BK001', message = 'a session with a secret of another length';
    end if;
    -- Serializes concurrent uses of one token; the second finds it used.
    select * into held from bank.sessions s where s.refresh_hash = old_digest for update;
    if held.id is null then
        select * into used from bank.refresh_tokens t where t.hash = old_digest;
        select * into held from bank.sessions s where s.id = used.session_id for update;
        -- The same client, after a lost answer or a concurrent request, gets the same successor as
        -- long as that one is unused. The daemon derives it from the old token and its own key. A
        -- use dated later than the window is from before the clock was set back, so its age is
        -- unknown.
        is_repeated := used.used_at between now() - interval '10 seconds' and now() + interval '10 seconds'
            and held.refresh_hash = refresh_digest
            and held.secret_hash = bank.secret_hash(random, held.user_id)
            and held.user_agent = coalesce(caller.user_agent, '')
            and exists (select from bank.open_sessions o where o.id = held.id);
        outcome := case
            when used.hash is null then 'session_ended'
            when is_repeated then 'ok'
            else 'refresh_token_reused'
        end;
    elsif not exists (select from bank.open_sessions o where o.id = held.id) then
        outcome := 'session_ended';
    end if;
    select held.id, u.id, u.user_name, u.role into actor.session_id, actor.user_id, actor.user_name, actor.role
    from bank.users u
    where u.id = held.user_id;
    if outcome = 'refresh_token_reused' then
        update bank.sessions s set revoked_at = now() where s.id = held.id and s.revoked_at is null;
        delete from bank.pin_authorizations p where p.session_id = held.id;
    elsif outcome = 'ok' and is_repeated is null then
        insert into bank.refresh_tokens (hash, session_id) values (old_digest, held.id);
        update bank.sessions s
        set secret_hash = bank.secret_hash(random, held.user_id), refresh_hash = refresh_digest
        where s.id = held.id;
    end if;
    perform bank.write_audit(actor, caller, 'refresh', outcome, null, json_strip_nulls(
        json_build_object('session_id', held.id, 'is_repeated', nullif(is_repeated, false))));
    return (
        select row(outcome, held.id, held.expires_at, u.id, u.user_name, u.role, u.is_disabled, u.created_at,
                   u.password_expires_at, u.role_mac)::bank.session_answer
        from (select) one
        left join bank.users u on u.id = held.user_id
    );
end
$$;
comment on function bank.refresh_session(bank.caller, bytea, bytea, bytea) is 'Exchanges a refresh token and the session''s secret. A token that was used before ends its session, but for a repetition within 10 s.';

create function bank.end_session(caller bank.caller) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit_with_any_password(caller);
begin
    if actor.refusal is null then
        update bank.sessions s set revoked_at = now() where s.id = actor.session_id;
        delete from bank.pin_authorizations p where p.session_id = actor.session_id;
    end if;
    perform bank.write_audit(actor, caller, 'logout', coalesce(actor.refusal, 'ok'), null,
        json_build_object('session_id', actor.session_id));
    return coalesce(actor.refusal, 'ok');
end
$$;
comment on function bank.end_session(bank.caller) is 'Logout.';

create function bank.revoke_session(caller bank.caller, wanted bigint) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'revoke_session');
    outcome text := actor.refusal;
begin
    if outcome is null then
        update bank.sessions s
        set revoked_at = now()
        where s.id = wanted
            and s.revoked_at is null
            and (s.user_id = actor.user_id or actor.role = 'admin');
        outcome := case when found then 'ok' else 'not_found' end;
    end if;
    if outcome = 'ok' then
        delete from bank.pin_authorizations p where p.session_id = wanted;
    end if;
    perform bank.write_audit(actor, caller, 'revoke_session', outcome, null,
        json_build_object('session_id', wanted));
    return outcome;
end
$$;
comment on function bank.revoke_session(bank.caller, bigint) is 'Ends one''s own session, or as admin anybody''s.';

create function bank.password_record(secret bytea) returns table (status text, password text, password_version bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select case when s.id is null then 'session_ended' else 'ok' end, u.password, u.password_version
    from (select) one
    left join bank.open_sessions s on bank.opens(secret, s.secret_hash, s.user_id)
    left join bank.users u on u.id = s.user_id
$$;
comment on function bank.password_record(bytea) is 'The hash of the actor''s own password.';

create function bank.change_password(caller bank.caller, verified bigint, new_record text) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit_with_any_password(caller);
    outcome text := actor.refusal;
    present bank.users;
    changed bank.users;
begin
    if outcome is null then
        select * into present from bank.users u where u.id = actor.user_id for update;
        outcome := case
            when present.password is null then 'permission_denied'
            when present.password_version is distinct from verified then 'password_wrong'
            else 'ok'
        end;
    end if;
    if outcome = 'ok' then
        update bank.users u
        set password = new_record,
            password_version = u.password_version + 1,
            password_expires_at = null,
            change_no = u.change_no + 1
        where u.id = actor.user_id
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
        perform bank.end_sessions(actor.user_id, actor.session_id);
    end if;
    perform bank.write_audit(actor, caller, 'change_password', outcome, null, null);
    return outcome;
end
$$;
comment on function bank.change_password(bank.caller, bigint, text) is 'The actor''s own, whose present one the daemon has verified in this version; ends the actor''s other sessions. Of a one-time password nothing is left.';
