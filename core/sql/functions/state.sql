-- The state of users, accounts, limits and rules as it follows from the audit log. Each function
-- that changes such a row increments its change_no and calls record_change(), so that the log has one
-- record for each change, with the changed fields before and after it. bankd-verify applies
-- them in the order of change_no and compares the result with the rows.
--
-- Texts that may name a person, and hashes of credentials, are in these records as salted hashes:
-- these records are never erased. An erasure exchanges the salt instead.

create function bank.text_hash(salt bytea, value text) returns text
language sql stable
as $$
    select encode(substring(bank.salted_hash(salt, value) for 16), 'hex')
$$;
comment on function bank.text_hash(bytea, text) is 'A text in a state: the first 128 bits of its salted hash.';

create function bank.state_of(u bank.users) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'user_name', bank.text_hash(u.text_salt, u.user_name),
        'password', bank.text_hash(u.text_salt, u.password),
        'password_expires_at', bank.us(u.password_expires_at),
        'role', u.role,
        'is_disabled', u.is_disabled,
        'os_uid', u.os_uid,
        'created_at', bank.us(u.created_at)))
$$;
comment on function bank.state_of(bank.users) is 'The fields of a user that count. Role and MAC prove each other.';

create function bank.state_of(a bank.accounts) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'account_no', a.account_no,
        'user_id', a.user_id,
        'name', bank.text_hash(s.salt, a.name),
        'kind', a.kind,
        'currency', a.currency,
        'overdraft_limit', a.overdraft_limit,
        'minimum_balance', a.minimum_balance,
        'limit_per_transfer', a.limit_per_transfer,
        'limit_per_day', a.limit_per_day,
        'limit_per_week', a.limit_per_week,
        'limit_per_month', a.limit_per_month,
        'is_locked', a.is_locked,
        'lock_reason', bank.text_hash(s.salt, a.lock_reason),
        'is_debit_frozen', a.is_debit_frozen,
        'is_credit_frozen', a.is_credit_frozen,
        'freeze_reason', bank.text_hash(s.salt, a.freeze_reason),
        'is_closed', a.is_closed,
        'pin_hash', bank.text_hash(s.salt, a.pin_hash),
        'failed_attempts', a.failed_attempts,
        'created_at', bank.us(a.created_at)))
    from (
        -- The owner's salt; the bank's own accounts have no owner and name nobody.
        select coalesce((select u.text_salt from bank.users u where u.id = a.user_id), '') || int8send(a.id) as salt
    ) s
$$;
comment on function bank.state_of(bank.accounts) is 'The fields of an account that count. Money follows from its transfers.';

create function bank.state_of(l bank.role_limits) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(to_jsonb(l) - '{role,currency,change_no}'::text[])
$$;
comment on function bank.state_of(bank.role_limits) is 'The limits of a role in a currency.';

create function bank.state_of(r bank.rules) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(to_jsonb(r) - '{only_one,change_no}'::text[])
$$;
comment on function bank.state_of(bank.rules) is 'The rules.';

create function bank.state_of(p bank.audit_prunings) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(jsonb_build_object('digest', encode(p.digest, 'hex')))
$$;
comment on function bank.state_of(bank.audit_prunings) is 'The archive that has the records.';

create function bank.state_of(r bank.restores) returns jsonb
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_strip_nulls(jsonb_build_object(
        'accepted_missing', r.accepted_missing,
        'lost_checkpoint', encode(sha256(convert_to(r.lost_checkpoint, 'UTF8')), 'hex')))
$$;
comment on function bank.state_of(bank.restores) is 'The loss to which a restore that was checked consented.';

create function bank.other_fields(state jsonb, other jsonb) returns jsonb
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select jsonb_object_agg(f.key, f.value) from jsonb_each(state) f where f.value is distinct from other -> f.key
$$;
comment on function bank.other_fields(jsonb, jsonb) is 'The fields of a state that another one has not, or has otherwise; null: none.';

create function bank.record_state(
    actor bank.actor, caller bank.caller, of_table text, of_key text, of_account bigint, change_no bigint,
    before jsonb, after jsonb
) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select bank.write_audit(actor, caller, 'change_state', 'ok', of_account, json_build_object(
        'table', of_table, 'key', of_key, 'change_no', change_no,
        'before', bank.other_fields(before, after), 'after', bank.other_fields(after, before)))
$$;
comment on function bank.record_state(bank.actor, bank.caller, text, text, bigint, bigint, jsonb, jsonb) is 'The record of one change of one row. Change 0 is the first state of the row and has all fields.';

create function bank.record_change(actor bank.actor, caller bank.caller, before bank.users, after bank.users) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select bank.record_state(actor, caller, 'users', after.id::text, null, after.change_no,
                             bank.state_of(before), bank.state_of(after))
$$;
comment on function bank.record_change(bank.actor, bank.caller, bank.users, bank.users) is 'A user was added (no row before) or changed.';

create function bank.record_change(actor bank.actor, caller bank.caller, before bank.accounts, after bank.accounts) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select bank.record_state(actor, caller, 'accounts', after.id::text, after.id, after.change_no,
                             case when before.id is not null then bank.state_of(before) else '{}' end,
                             bank.state_of(after))
$$;
comment on function bank.record_change(bank.actor, bank.caller, bank.accounts, bank.accounts) is 'An account was opened (no row before) or changed.';

create function bank.record_change(actor bank.actor, caller bank.caller, before bank.role_limits, after bank.role_limits) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select bank.record_state(actor, caller, 'role_limits', after.role || ' ' || after.currency, null, after.change_no,
                             bank.state_of(before), bank.state_of(after))
$$;
comment on function bank.record_change(bank.actor, bank.caller, bank.role_limits, bank.role_limits) is 'The limits of a role were set (no row before) or changed.';

create function bank.present_state() returns table (of_table text, key text, change_no bigint, state jsonb)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select 'users', u.id::text, u.change_no, bank.state_of(u) from bank.users u
    union all
    select 'accounts', a.id::text, a.change_no, bank.state_of(a) from bank.accounts a
    union all
    select 'role_limits', l.role || ' ' || l.currency, l.change_no, bank.state_of(l) from bank.role_limits l
    union all
    select 'rules', 'all', r.change_no, bank.state_of(r) from bank.rules r
    union all
    select 'audit_prunings', p.end_no::text, 0, bank.state_of(p) from bank.audit_prunings p
    union all
    -- What the cluster's superuser noted counts from the check on.
    select 'restores', r.id::text, 0, bank.state_of(r) from bank.restores r where r.checked_at is not null
$$;
comment on function bank.present_state() is 'All rows whose state follows from the audit log, as they are.';

create function bank.exported_state() returns table (of_table text, key text, change_no bigint, state text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select s.of_table, s.key, s.change_no, s.state::text
    from bank.present_state() s
    where bank.is_staff()
    union all
    select 'open_holds', h.id::text, 0, jsonb_build_object(
        'account_id', h.account_id, 'amount', h.amount, 'expires_at', bank.us(h.expires_at))::text
    from bank.open_holds h
    where bank.is_staff()
$$;
comment on function bank.exported_state() is 'The present state for an export; open holds follow from the records of transfers.';

create function bank.record_erasure(actor bank.actor, caller bank.caller, hashes bytea[]) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    -- As many as fit into the details of one record.
    select bank.write_audit(actor, caller, 'erase_details', 'ok', null, json_build_object('hashes', p.hashes))
    from (
        select json_agg(encode(substring(h.hash for 16), 'hex') order by h.n) as hashes
        from unnest(record_erasure.hashes) with ordinality as h (hash, n)
        group by (h.n - 1) / 100
        order by (h.n - 1) / 100
    ) p
$$;
comment on function bank.record_erasure(bank.actor, bank.caller, bytea[]) is 'Lists what was erased: details and subjects, by the first 128 bits of their hashes. An erasure without such a record was not the bank''s.';

create function bank.exchange_salt(actor bank.actor, caller bank.caller, of_user bigint) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    user_before bank.users;
    user_after bank.users;
    account bank.accounts;
    states jsonb;
begin
    perform a.id from bank.accounts a where a.user_id = of_user order by a.id for no key update;
    states := (select jsonb_object_agg(a.id, bank.state_of(a)) from bank.accounts a where a.user_id = of_user);
    select * into strict user_before from bank.users u where u.id = of_user for update;
    update bank.users u
    set text_salt = bank.new_salt(), change_no = u.change_no + 1
    where u.id = of_user
    returning * into user_after;
    perform bank.record_change(actor, caller, user_before, user_after);
    for account in
        update bank.accounts a set change_no = a.change_no + 1 where a.user_id = of_user returning *
    loop
        perform bank.record_state(actor, caller, 'accounts', account.id::text, account.id, account.change_no,
                                  states -> account.id::text, bank.state_of(account));
    end loop;
end
$$;
comment on function bank.exchange_salt(bank.actor, bank.caller, bigint) is 'Gives a user another salt: the hashes of the user''s texts in the records before say nothing any more.';

create function bank.begin_state(up_to integer) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    progress bank.state_begin;
    some_user bank.users;
    some_account bank.accounts;
    found_count bigint := 0;
    rest bigint;
begin
    insert into bank.state_begin default values on conflict do nothing;
    select * into strict progress from bank.state_begin for update;
    if progress.ended_at is not null then
        return false;
    end if;
    for some_user in
        select * from bank.users u where u.id > progress.last_user order by u.id limit up_to
    loop
        perform bank.record_change(null, null, null, some_user);
        progress.last_user := some_user.id;
        found_count := found_count + 1;
    end loop;
    for some_account in
        select * from bank.accounts a where a.id > progress.last_account order by a.id limit up_to - found_count
    loop
        perform bank.record_change(null, null, null, some_account);
        progress.last_account := some_account.id;
        found_count := found_count + 1;
    end loop;
    progress.recorded := progress.recorded + found_count;
    if found_count < up_to then
        perform bank.record_state(null, null, s.of_table, s.key, null, s.change_no, '{}', s.state)
        from bank.present_state() s
        where s.of_table not in ('users', 'accounts');
        get diagnostics rest = row_count;
        perform bank.record_erasure(null, null, array(
            select d.hash from bank.audit_details d where d.details is null
            union all
            select s.hash from bank.audit_subjects s where s.value is null));
        progress.recorded := progress.recorded + rest;
        progress.ended_at := clock_timestamp();
        perform bank.write_audit(null, null, 'begin_state', 'ok', null,
            json_build_object('rows', progress.recorded));
    end if;
    update bank.state_begin
    set last_user = progress.last_user, last_account = progress.last_account, recorded = progress.recorded,
        ended_at = progress.ended_at;
    return progress.ended_at is null;
end
$$;
comment on function bank.begin_state(integer) is 'Records, once, the state and the erasures that are older than their records: so many rows at a time, because a transaction is sealed as a whole. True: there are more. The migrator calls it; a second record of it contradicts the first.';

create function bank.refuse_unrecorded_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = 'BK002',
        message = format('%s: a change of a state that does not count in change_no is refused', tg_table_name);
end
$$;
comment on function bank.refuse_unrecorded_change() is 'Reminds functions of the record that a change needs. A superuser gets past it, and bankd-verify finds the change.';

create trigger refuse_unrecorded_change before
    update of user_name, password, password_expires_at, role, is_disabled, os_uid, created_at, text_salt on bank.users
    for each row when (new.change_no <> old.change_no + 1) execute function bank.refuse_unrecorded_change();
create trigger refuse_unrecorded_change before
    update of account_no, user_id, name, kind, currency, overdraft_limit, minimum_balance, limit_per_transfer,
        limit_per_day, limit_per_week, limit_per_month, is_locked, lock_reason, is_debit_frozen, is_credit_frozen,
        freeze_reason, is_closed, pin_hash, failed_attempts, created_at on bank.accounts
    for each row when (new.change_no <> old.change_no + 1) execute function bank.refuse_unrecorded_change();
create trigger refuse_unrecorded_change before update on bank.role_limits
    for each row when (new.change_no <> old.change_no + 1) execute function bank.refuse_unrecorded_change();
create trigger refuse_unrecorded_change before update on bank.rules
    for each row when (new.change_no <> old.change_no + 1) execute function bank.refuse_unrecorded_change();
