-- User administration, and the bank's own accounts for tellers and currencies.

create function bank.kept_currencies() returns setof text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select a.currency from bank.accounts a where a.kind = 'cash' and a.user_id is null
$$;
comment on function bank.kept_currencies() is 'Those of which the bank has a cash account of its own.';

create function bank.draw_drawers() returns table (currency text, id bigint)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.kept, nextval('bank.account_ids') from bank.kept_currencies() as c (kept)
$$;
comment on function bank.draw_drawers() is 'Ids for a teller''s cash drawers, one per currency; account numbers are made of them outside.';

create function bank.open_drawers(
    actor bank.actor, caller bank.caller, of_user bigint, currencies text[], ids bigint[], account_nos text[]
) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    with opened as (
        insert into bank.accounts (id, account_no, name, kind, currency, user_id)
        select d.id, d.account_no, 'Cash drawer of ' || u.user_name, 'cash', d.currency, u.id
        from unnest(currencies, ids, account_nos) as d (currency, id, account_no)
        join bank.users u on u.id = of_user
        where d.currency in (select bank.kept_currencies())
        on conflict (user_id, currency) where kind = 'cash' and user_id is not null do nothing
        returning *
    )
    select bank.record_change(actor, caller, null, o)
    from (select opened::bank.accounts as o from opened) x
    order by (o).id
$$;
comment on function bank.open_drawers(bank.actor, bank.caller, bigint, text[], bigint[], text[]) is 'Gives a teller or admin the cash drawers that are missing.';

create function bank.missing_own_accounts(wanted text)
returns table (kind bank.account_kind, user_id bigint, id bigint)
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select m.kind, m.user_id, nextval('bank.account_ids')
    from (
        select k.kind, null::bigint as user_id
        from unnest('{cash,suspense,fees}'::bank.account_kind[]) as k (kind)
        where not exists (
            select from bank.accounts a where a.kind = k.kind and a.currency = wanted and a.user_id is null)
        union all
        select 'cash', u.id
        from bank.users u
        where u.role in ('teller', 'admin')
            and u.os_uid is null
            and not exists (
                select from bank.accounts a where a.kind = 'cash' and a.currency = wanted and a.user_id = u.id)
    ) m
$$;
comment on function bank.missing_own_accounts(text) is 'What keeping a currency still needs, with an id drawn for each.';

create function bank.keep_currency(
    wanted text, kinds bank.account_kind[], user_ids bigint[], ids bigint[], account_nos text[]
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    made bank.accounts;
begin
    -- The configured currencies are not known here. An id that was not drawn would be drawn later.
    if (wanted ~ '^[A-Z]{3}$' and (select s.last_value from bank.account_ids s) >= all (ids)) is not true then
        raise exception using errcode = 'BK001', message = format('the currency %s, accounts %s', wanted, ids);
    end if;
    for made in
        insert into bank.accounts (id, account_no, name, kind, currency, user_id)
        select m.id, m.account_no,
            coalesce('Cash drawer of ' || u.user_name, initcap(m.kind::text) || ' ' || wanted),
            m.kind, wanted, u.id
        from unnest(kinds, user_ids, ids, account_nos) as m (kind, user_id, id, account_no)
        left join bank.users u on u.id = m.user_id and u.role in ('teller', 'admin') and u.os_uid is null
        where m.kind in ('cash', 'suspense', 'fees')
            and (m.user_id is null or (u.id is not null and m.kind = 'cash'))
        on conflict do nothing
        returning *
    loop
        perform bank.record_change(null, null, null, made);
        perform bank.write_audit(null, null, 'open_account', 'ok', made.id,
            json_build_object('account_id', made.id, 'kind', made.kind, 'currency', wanted));
    end loop;
end
$$;
comment on function bank.keep_currency(text, bank.account_kind[], bigint[], bigint[], text[]) is 'Makes the bank''s own accounts of a currency: empty ones, and only those that are missing.';

create function bank.keep_customer_cash(wanted boolean) returns boolean
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    with present as materialized (
        select r as of_rules from bank.rules r where r.customer_cash <> wanted for update
    ), changed as (
        update bank.rules r
        set customer_cash = wanted, change_no = r.change_no + 1
        from present
        returning r as to_rules
    ), recorded as (
        select
            bank.record_state(null, null, 'rules', 'all', null, (c.to_rules).change_no,
                              bank.state_of(p.of_rules), bank.state_of(c.to_rules)),
            bank.write_audit(null, null, 'set_customer_cash', 'ok', null,
                             json_build_object('customer_cash', wanted))
        from present p
        cross join changed c
    )
    select count(*) > 0 from recorded
$$;
comment on function bank.keep_customer_cash(boolean) is 'Whether customers deposit and withdraw by themselves, from now on. True if it was otherwise, which is recorded.';

create function bank.user_answer(outcome text, wanted bigint) returns bank.user_answer
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select row(outcome, u.id, u.user_name, u.role, u.is_disabled, u.created_at, u.password_expires_at)::bank.user_answer
    from (select) one
    left join bank.users u on u.id = wanted and outcome = 'ok'
$$;
comment on function bank.user_answer(text, bigint) is 'A status, and the user if it is ok.';

create function bank.draw_user_id() returns bigint
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select nextval('bank.users_id_seq')
$$;
comment on function bank.draw_user_id() is 'An id for add_user(); the user''s hash and role are bound to it outside.';

create function bank.add_user(
    caller bank.caller, new_id bigint, new_name text, new_role bank.role, password_record text, new_role_mac bytea,
    currencies text[], ids bigint[], account_nos text[]
) returns bank.user_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'add_user');
    outcome text := actor.refusal;
    added bank.users;
begin
    if outcome is null and (new_name ilike 'os:%' or octet_length(new_name) not between 3 and 64) then
        outcome := 'invalid_field';
    end if;
    if outcome is null then
        insert into bank.users (id, user_name, role, role_mac, password, password_expires_at)
        overriding system value
        values (new_id, new_name, new_role, new_role_mac, password_record,
                case when password_record is not null then bank.one_time_until() end)
        on conflict (lower(user_name)) do nothing
        returning * into added;
        outcome := case when added.id is null then 'user_name_taken' else 'ok' end;
    end if;
    if outcome = 'ok' then
        perform bank.record_change(actor, caller, null, added);
    end if;
    if outcome = 'ok' and new_role in ('teller', 'admin') then
        perform bank.open_drawers(actor, caller, added.id, currencies, ids, account_nos);
    end if;
    perform bank.write_audit(actor, caller, 'add_user', outcome, null,
        json_build_object('user_id', added.id, 'user_name', left(new_name, 64), 'role', new_role));
    return bank.user_answer(outcome, added.id);
end
$$;
comment on function bank.add_user(bank.caller, bigint, text, bank.role, text, bytea, text[], bigint[], text[]) is 'Admin only. A teller or admin gets cash drawers. The password is a one-time password.';

create function bank.is_last_admin(wanted bigint) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select exists (
            select
            from bank.users u
            where u.id = wanted
                and u.role = 'admin'
                and not u.is_disabled
                and u.password is not null
                and (u.password_expires_at is null or u.password_expires_at > now()))
        and not exists (
            select
            from bank.users u
            where u.id <> wanted
                and u.role = 'admin'
                and not u.is_disabled
                and u.password is not null
                and u.password_expires_at is null)
$$;
comment on function bank.is_last_admin(bigint) is 'Whether this admin can log in by password and no other has chosen one: a one-time password may expire unused. Local administrators do not count: they need the machine.';

create function bank.set_role(
    caller bank.caller, wanted bigint, new_role bank.role, new_role_mac bytea,
    currencies text[], ids bigint[], account_nos text[]
) returns bank.user_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'set_role');
    outcome text := actor.refusal;
    present bank.users;
    changed bank.users;
begin
    -- Serializes changes of admins: two could otherwise remove each other.
    perform pg_advisory_xact_lock(2, 0);
    select * into present from bank.users u where u.id = wanted for update;
    outcome := case
        when outcome is not null then outcome
        when present.id is null then 'user_not_found'
        when present.os_uid is not null then 'permission_denied'
        when new_role <> 'admin' and bank.is_last_admin(wanted) then 'last_admin'
        else 'ok'
    end;
    -- The same role with another MAC: the daemon has a new key.
    if outcome = 'ok' and (new_role <> present.role or new_role_mac is distinct from present.role_mac) then
        update bank.users u
        set role = new_role, role_mac = new_role_mac, change_no = u.change_no + 1
        where u.id = wanted
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
        perform bank.end_sessions(wanted, null);
    end if;
    if outcome = 'ok' and new_role in ('teller', 'admin') then
        perform bank.open_drawers(actor, caller, wanted, currencies, ids, account_nos);
    end if;
    perform bank.write_audit(actor, caller, 'set_role', outcome, null,
        json_build_object('user_id', wanted, 'user_name', present.user_name,
                          'role_before', present.role, 'role', new_role));
    return bank.user_answer(outcome, wanted);
end
$$;
comment on function bank.set_role(bank.caller, bigint, bank.role, bytea, text[], bigint[], text[]) is 'Admin only. Ends the user''s sessions. A local administrator''s role is fixed.';

create function bank.set_disabled(caller bank.caller, wanted bigint, new_value boolean) returns bank.user_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'set_disabled');
    outcome text := actor.refusal;
    present bank.users;
    changed bank.users;
begin
    perform pg_advisory_xact_lock(2, 0);
    select * into present from bank.users u where u.id = wanted for update;
    outcome := case
        when outcome is not null then outcome
        when present.id is null then 'user_not_found'
        when new_value and bank.is_last_admin(wanted) then 'last_admin'
        else 'ok'
    end;
    if outcome = 'ok' then
        update bank.users u
        set is_disabled = new_value, change_no = u.change_no + 1
        where u.id = wanted
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
    end if;
    if outcome = 'ok' and new_value then
        perform bank.end_sessions(wanted, null);
    end if;
    perform bank.write_audit(actor, caller, 'set_disabled', outcome, null,
        json_build_object('user_id', wanted, 'user_name', present.user_name, 'is_disabled', new_value));
    return bank.user_answer(outcome, wanted);
end
$$;
comment on function bank.set_disabled(bank.caller, bigint, boolean) is 'Admin only. Disabling ends the user''s sessions.';

create function bank.reset_password(caller bank.caller, wanted bigint, new_record text) returns bank.user_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'reset_password');
    outcome text := actor.refusal;
    present bank.users;
    changed bank.users;
begin
    select * into present from bank.users u where u.id = wanted for update;
    outcome := case
        when outcome is not null then outcome
        when present.id is null then 'user_not_found'
        when present.os_uid is not null or wanted = actor.user_id then 'permission_denied'
        else 'ok'
    end;
    if outcome = 'ok' then
        update bank.users u
        set password = new_record,
            password_version = u.password_version + 1,
            password_expires_at = bank.one_time_until(),
            change_no = u.change_no + 1
        where u.id = wanted
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
        perform bank.end_sessions(wanted, null);
    end if;
    perform bank.write_audit(actor, caller, 'reset_password', outcome, null,
        json_build_object('user_id', wanted, 'user_name', present.user_name));
    return bank.user_answer(outcome, wanted);
end
$$;
comment on function bank.reset_password(bank.caller, bigint, text) is 'Admin only. Sets a one-time password and ends the user''s sessions. Nobody resets their own, which would spare them the present one, or that of a local administrator, who has none.';

create function bank.has_bound_credentials() returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select exists (select from bank.users u where u.role_mac is not null or u.password not like 'v1$%')
        or exists (select from bank.accounts a where a.pin_hash not like 'v1$%')
$$;
comment on function bank.has_bound_credentials() is 'Whether a daemon that binds credentials to their owners has written one.';

create function bank.unbound_credentials() returns table (what text, owner_id bigint, value text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.what, c.owner_id, c.value
    from (
        select 'password', u.id, u.password from bank.users u where u.password is not null
        union all
        select 'role', u.id, u.role::text from bank.users u where u.os_uid is null
        union all
        select 'pin', a.id, a.pin_hash from bank.accounts a where a.pin_hash is not null
    ) c (what, owner_id, value)
    where not bank.has_bound_credentials()
$$;
comment on function bank.unbound_credentials() is 'Of a database of an earlier version: the hash records and roles to bind. Nothing once one is bound: what is unbound then was planted.';

create function bank.bind_credentials(
    caller bank.caller, user_ids bigint[], role_macs bytea[], password_ids bigint[], passwords text[],
    account_ids bigint[], pins text[]
) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    user_before bank.users;
    user_after bank.users;
    account_before bank.accounts;
    account_after bank.accounts;
begin
    lock table bank.users in share row exclusive mode;
    if bank.has_bound_credentials() then
        return false;
    end if;
    update bank.users u set role_mac = n.mac from unnest(user_ids, role_macs) as n (id, mac) where u.id = n.id;
    for user_before in
        select u.* from unnest(password_ids) as n (id) join bank.users u using (id) order by id
    loop
        update bank.users u
        set password = passwords[array_position(password_ids, u.id)], change_no = u.change_no + 1
        where u.id = user_before.id
        returning * into user_after;
        perform bank.record_change(null, caller, user_before, user_after);
    end loop;
    for account_before in
        select a.* from unnest(account_ids) as n (id) join bank.accounts a using (id) order by id for no key update of a
    loop
        update bank.accounts a
        set pin_hash = pins[array_position(account_ids, a.id)], change_no = a.change_no + 1
        where a.id = account_before.id
        returning * into account_after;
        perform bank.record_change(null, caller, account_before, account_after);
    end loop;
    perform bank.write_audit(null, caller, 'bind_credentials', 'ok', null,
        json_build_object('roles', cardinality(user_ids), 'passwords', cardinality(password_ids),
                          'pins', cardinality(account_ids)));
    return true;
end
$$;
comment on function bank.bind_credentials(bank.caller, bigint[], bytea[], bigint[], text[], bigint[], text[]) is 'Binds the credentials of a database of an earlier version, once: false if one is bound already.';
