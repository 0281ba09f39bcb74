-- Accounts: opening, locking, closing, limits, PINs.

create function bank.account_owner(of_user bigint) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.user_name
    from bank.users u
    where u.id = of_user
        and (bank.is_staff() or u.id = bank.actor_id('customer'))
$$;
comment on function bank.account_owner(bigint) is 'The name behind accounts.user_id, for those who may see the account; tellers may not see users as such.';

create function bank.account_owner_id(name text) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.id
    from bank.users u
    where lower(u.user_name) = lower(name)
        and (bank.is_staff() or u.id = bank.actor_id('customer'))
$$;
comment on function bank.account_owner_id(text) is 'The other way round, for finding a customer''s accounts.';

create function bank.resolve_account_no(wanted text) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select a.id from bank.accounts a where a.account_no = wanted
$$;
comment on function bank.resolve_account_no(text) is 'The account of a number, whoever owns it.';

create view bank.account_rows with (security_invoker = true) as
    select a.id, a.account_no, a.name, a.kind, a.user_id, bank.account_owner(a.user_id) as owner,
        a.currency, a.balance,
        case
            when a.is_locked or a.is_closed then 0
            when a.overdraft_limit is null then 9007199254740991
            else a.balance + a.overdraft_limit
        end as available,
        coalesce(a.overdraft_limit, 9007199254740991) as overdraft_limit,
        a.has_pin, a.is_locked, a.lock_reason, a.is_closed, a.created_at
    from bank.accounts a;
comment on view bank.account_rows is 'Accounts as bank::api::Account shows them; sees what the reader may see. No limit shows as the largest amount.';

create function bank.draw_account_id() returns bigint
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select nextval('bank.account_ids')
$$;
comment on function bank.draw_account_id() is 'An id for an account that will be opened; gaps do no harm.';

create type bank.account_answer as (status text, account_id bigint);
comment on type bank.account_answer is 'What became of a change to an account.';

create function bank.open_account(
    caller bank.caller, new_id bigint, new_account_no text, owner text, new_name text,
    new_currency text, new_limit bigint, pin_record text
) returns bank.account_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, '{teller,admin}');
    outcome text := actor.refusal;
    owner_id bigint;
begin
    select u.id into owner_id from bank.users u where lower(u.user_name) = lower(owner) and u.os_uid is null;
    outcome := case
        when outcome is not null then outcome
        when owner_id is null then 'user_not_found'
        when new_currency not in (select bank.kept_currencies()) then 'unknown_currency'
        -- Credit is for an admin to grant.
        when new_limit <> 0 and actor.role <> 'admin' then 'permission_denied'
        else 'ok'
    end;
    if outcome = 'ok' then
        insert into bank.accounts (id, account_no, name, kind, currency, overdraft_limit, user_id, pin_hash)
        values (new_id, new_account_no, new_name, 'customer', new_currency, new_limit, owner_id,
                nullif(pin_record, ''));
    else
        new_id := null;
    end if;
    perform bank.write_audit(actor, caller, 'open_account', outcome, new_id,
        json_build_object('account_id', new_id, 'user_id', owner_id, 'currency', left(new_currency, 3),
                          'overdraft_limit', new_limit));
    return (outcome, new_id)::bank.account_answer;
end
$$;
comment on function bank.open_account(bank.caller, bigint, text, text, text, text, bigint, text) is 'Teller and admin; an overdraft limit from the start, admin only.';

create function bank.change_account(
    caller bank.caller, what text, roles bank.role[], wanted bigint, reason text, new_limit bigint
) returns bank.account_answer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, roles);
    outcome text := actor.refusal;
    present bank.accounts;
begin
    select * into present from bank.accounts a where a.id = wanted for no key update;
    outcome := case
        when outcome is not null then outcome
        when present.id is null then 'account_not_found'
        -- The bank's own accounts are not closed and have no limit to set.
        when present.kind <> 'customer' and what in ('close_account', 'set_overdraft') then 'permission_denied'
        when present.is_closed then 'account_closed'
        when what = 'close_account' and present.balance <> 0 then 'account_not_empty'
        when what = 'set_overdraft' and present.balance < -new_limit then 'limit_below_use'
        else 'ok'
    end;
    if outcome = 'ok' then
        update bank.accounts a
        set is_locked = case what when 'lock_account' then true when 'unlock_account' then false else a.is_locked end,
            lock_reason = case what when 'lock_account' then reason when 'unlock_account' then null else a.lock_reason end,
            failed_attempts = case what when 'unlock_account' then 0 else a.failed_attempts end,
            is_closed = what = 'close_account',
            overdraft_limit = case what when 'set_overdraft' then new_limit else a.overdraft_limit end
        where a.id = wanted;
    end if;
    perform bank.write_audit(actor, caller, what, outcome, present.id,
        json_build_object('account_id', wanted, 'reason', left(reason, 200),
                          'overdraft_limit_before', case what when 'set_overdraft' then present.overdraft_limit end,
                          'overdraft_limit', new_limit));
    return (outcome, case outcome when 'ok' then wanted end)::bank.account_answer;
end
$$;
comment on function bank.change_account(bank.caller, text, bank.role[], bigint, text, bigint) is 'The one way to change an account''s state; the functions below say who may do which.';

create function bank.lock_account(caller bank.caller, wanted bigint, reason text) returns bank.account_answer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.change_account(caller, 'lock_account', '{teller,admin}', wanted, reason, null)
$$;
comment on function bank.lock_account(bank.caller, bigint, text) is 'Teller and admin.';

create function bank.unlock_account(caller bank.caller, wanted bigint) returns bank.account_answer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.change_account(caller, 'unlock_account', '{teller,admin}', wanted, null, null)
$$;
comment on function bank.unlock_account(bank.caller, bigint) is 'Teller and admin; forgets the wrong PINs.';

create function bank.close_account(caller bank.caller, wanted bigint) returns bank.account_answer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.change_account(caller, 'close_account', '{teller,admin}', wanted, null, null)
$$;
comment on function bank.close_account(bank.caller, bigint) is 'Teller and admin; a customer''s account at balance zero.';

create function bank.set_overdraft(caller bank.caller, wanted bigint, new_limit bigint) returns bank.account_answer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.change_account(caller, 'set_overdraft', '{admin}', wanted, null, new_limit)
$$;
comment on function bank.set_overdraft(bank.caller, bigint, bigint) is 'Admin only; not below what is in use.';
