-- PINs. Verification takes 54 ms of bcrypt outside the database, so attempts on one account queue
-- on an advisory lock instead of its row, and posting continues meanwhile.
--
--     begin; pin_begin(); the daemon verifies; pin_end() or set_pin(); commit
--
-- The lock is held until the end of the transaction, so there are never more verdicts than
-- attempts_max.

create function bank.hold_pin(wanted bigint) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    select pg_advisory_xact_lock(1, (wanted % 2147483648)::integer)
$$;
comment on function bank.hold_pin(bigint) is 'One try at a time for each account, over all daemons. Two accounts that share a key only wait for each other.';

create function bank.pin_refusal(actor bank.actor, wanted bigint, is_change boolean) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select case
        when actor.refusal is not null then actor.refusal
        when a.id is null or a.kind <> 'customer' then 'account_not_found'
        when actor.role = 'customer' and a.user_id <> actor.user_id then 'account_not_found'
        when a.is_closed then 'account_closed'
        -- A teller may set a new PIN for a customer who locked the account with wrong ones.
        when a.is_locked and not (is_change and actor.role <> 'customer') then 'account_locked'
        when not is_change and a.pin_hash is null then 'pin_not_set'
    end
    from (select) one
    left join bank.accounts a on a.id = wanted
$$;
comment on function bank.pin_refusal(bank.actor, bigint, boolean) is 'Why this PIN may not be verified or set, or null.';

create function bank.pin_begin(caller bank.caller, wanted bigint, is_change boolean)
returns table (status text, pin_hash text, present timestamptz)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, case when is_change then 'set_pin' else 'authorize_pin' end);
    outcome text;
begin
    perform bank.hold_pin(wanted);
    outcome := bank.pin_refusal(actor, wanted, is_change);
    if outcome is not null then
        perform bank.write_audit(actor, caller, case when is_change then 'set_pin' else 'authorize_pin' end,
            outcome, (select a.id from bank.accounts a where a.id = wanted),
            json_build_object('account_id', wanted));
        return query select outcome, null::text, null::timestamptz;
        return;
    end if;
    return query select 'ok', a.pin_hash, clock_timestamp() from bank.accounts a where a.id = wanted;
end
$$;
comment on function bank.pin_begin(bank.caller, bigint, boolean) is 'Takes the account''s turn and returns the PIN''s hash, to verify an attempt, and the time, from which an authorization lasts. The one function that returns the hash.';

create function bank.count_wrong_pin(
    actor bank.actor, caller bank.caller, wanted bigint, attempts_max integer
) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    present bank.accounts;
    changed bank.accounts;
begin
    select * into present from bank.accounts a where a.id = wanted for no key update;
    update bank.accounts a
    set failed_attempts = a.failed_attempts + 1,
        is_locked = a.is_locked or a.failed_attempts + 1 >= least(attempts_max, 10),
        lock_reason = case
            when a.is_locked then a.lock_reason
            when a.failed_attempts + 1 >= least(attempts_max, 10) then 'wrong PIN'
        end,
        version = a.version + 1,
        change_no = a.change_no + 1
    where a.id = wanted
    returning * into changed;
    perform bank.record_change(actor, caller, present, changed);
    if changed.failed_attempts >= least(attempts_max, 10) then
        delete from bank.pin_authorizations p where p.account_id = wanted;
        perform bank.write_audit(actor, caller, 'pin_lockout', 'ok', wanted,
            json_build_object('account_id', wanted, 'failed_attempts', changed.failed_attempts));
    end if;
end
$$;
comment on function bank.count_wrong_pin(bank.actor, bank.caller, bigint, integer) is 'Counts a wrong PIN, and locks the account when there were too many.';

create function bank.pin_end(
    caller bank.caller, wanted bigint, is_right boolean, attempts_max integer, until timestamptz,
    only_for uuid, mac bytea
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'authorize_pin');
    outcome text;
    present bank.accounts;
    changed bank.accounts;
begin
    perform bank.hold_pin(wanted);
    outcome := coalesce(bank.pin_refusal(actor, wanted, false), case when is_right then 'ok' else 'pin_wrong' end);
    if outcome = 'pin_wrong' then
        perform bank.count_wrong_pin(actor, caller, wanted, attempts_max);
    elsif outcome = 'ok' then
        if (until <= clock_timestamp() + interval '1 hour') is not true then
            raise exception using errcode = 'BK001', message = format('a PIN authorization until %s', until);
        end if;
        select * into present from bank.accounts a
        where a.id = wanted and a.failed_attempts <> 0
        for no key update;
        if found then
            update bank.accounts a
            set failed_attempts = 0, change_no = a.change_no + 1
            where a.id = wanted
            returning * into changed;
            perform bank.record_change(actor, caller, present, changed);
        end if;
        delete from bank.pin_authorizations p
        where p.session_id = actor.session_id
            and (p.expires_at <= now() or (p.account_id = wanted and p.idempotency_id = only_for));
        insert into bank.pin_authorizations (session_id, account_id, expires_at, idempotency_id, mac)
        values (actor.session_id, wanted, until, only_for, mac);
    end if;
    perform bank.write_audit(actor, caller, 'authorize_pin', outcome,
        (select a.id from bank.accounts a where a.id = wanted), json_build_object('account_id', wanted));
    return outcome;
end
$$;
comment on function bank.pin_end(bank.caller, bigint, boolean, integer, timestamptz, uuid, bytea) is 'Counts a wrong PIN; a right one lets the session move the account for a while, or only the transfer of this idempotency id if that is not all zeros.';

-- In PL/pgSQL, which caches plans.
create function bank.pin_authorizations_for(secret bytea, wanted bigint, transfer uuid)
returns table (account_id bigint, idempotency_id uuid, expires_at timestamptz, mac bytea)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    return query
        select p.account_id, p.idempotency_id, p.expires_at, p.mac
        from bank.live_sessions s
        join bank.pin_authorizations p on p.session_id = s.id
        where bank.opens(secret, s.secret_hash, s.user_id)
            and (p.idempotency_id = '00000000-0000-0000-0000-000000000000'
                or (p.account_id = wanted and p.idempotency_id = transfer))
            and p.expires_at > now()
        order by p.account_id = wanted desc
        limit 1000;
end
$$;
comment on function bank.pin_authorizations_for(bytea, bigint, uuid) is 'What the session has proven: the account''s PIN for this transfer, and the PINs of accounts for any. The daemon verifies the MACs.';

create function bank.set_pin(
    caller bank.caller, wanted bigint, new_record text, is_right boolean, attempts_max integer
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'set_pin');
    outcome text;
    present bank.accounts;
    changed bank.accounts;
begin
    perform bank.hold_pin(wanted);
    select * into present from bank.accounts a where a.id = wanted for no key update;
    outcome := coalesce(bank.pin_refusal(actor, wanted, true), case
        when is_right is null and present.has_pin and actor.role = 'customer' then 'pin_required'
        when is_right is not null and not present.has_pin then 'pin_not_set'
        when not is_right then 'pin_wrong'
        else 'ok'
    end);
    if outcome = 'pin_wrong' then
        perform bank.count_wrong_pin(actor, caller, wanted, attempts_max);
    elsif outcome = 'ok' then
        update bank.accounts a
        set pin_hash = new_record, failed_attempts = 0, change_no = a.change_no + 1
        where a.id = wanted
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
        delete from bank.pin_authorizations p where p.account_id = wanted;
    end if;
    perform bank.write_audit(actor, caller, 'set_pin', outcome,
        (select a.id from bank.accounts a where a.id = wanted), json_build_object('account_id', wanted));
    return outcome;
end
$$;
comment on function bank.set_pin(bank.caller, bigint, text, boolean, integer) is 'A new PIN. is_right: the verdict on the present one; null: none was brought.';
