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

create function bank.account_owner_ids(name_prefix text) returns setof bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select u.id
    from bank.users u
    where bank.is_staff() and starts_with(lower(u.user_name), lower(name_prefix))
    order by lower(u.user_name)
    limit 100
$$;
comment on function bank.account_owner_ids(text) is 'Those whose name begins so, for staff that searches; no more than a person would look through.';

create function bank.resolve_account_no(wanted text) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select a.id from bank.accounts a where a.account_no = wanted
$$;
comment on function bank.resolve_account_no(text) is 'The account with this number, of any owner.';

-- No "set search_path" here: it would prevent inlining.
create function bank.spending(spent_on date, spent_day bigint, spent_week bigint, spent_month bigint)
returns table (today bigint, this_week bigint, this_month bigint)
language sql stable
as $$
    select
        case when spent_on >= d.today then spent_day else 0 end,
        case when spent_on >= date_trunc('week', d.today)::date then spent_week else 0 end,
        case when spent_on >= date_trunc('month', d.today)::date then spent_month else 0 end
    from (select (now() at time zone 'UTC')::date as today) d
$$;
comment on function bank.spending(date, bigint, bigint, bigint) is 'An account''s counters as they stand today: those of a day, week or month that is over are 0.';

-- A reason could reveal an investigation to the customer, which the law may forbid.
create function bank.staff_reasons(wanted bigint) returns table (lock_reason text, freeze_reason text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select a.lock_reason, a.freeze_reason from bank.accounts a where a.id = wanted and bank.is_staff()
$$;
comment on function bank.staff_reasons(bigint) is 'Why an account is locked or frozen, for staff alone.';

create view bank.account_rows with (security_invoker = true) as
    select a.id, a.account_no, a.name, a.kind, a.user_id, bank.account_owner(a.user_id) as owner,
        a.currency, a.balance, a.held,
        case
            when a.is_locked or a.is_closed or a.is_debit_frozen then 0
            when a.overdraft_limit is null then 9007199254740991
            else a.balance - a.held - a.minimum_balance + a.overdraft_limit
        end as available,
        coalesce(a.overdraft_limit, 9007199254740991) as overdraft_limit,
        a.minimum_balance, a.limit_per_transfer, a.limit_per_day, a.limit_per_week, a.limit_per_month,
        s.today as spent_today, s.this_week as spent_this_week, s.this_month as spent_this_month,
        a.has_pin, a.is_locked, r.lock_reason, a.is_debit_frozen, a.is_credit_frozen, r.freeze_reason,
        a.is_closed, a.created_at
    from bank.accounts a
    cross join lateral bank.spending(a.spent_on, a.spent_day, a.spent_week, a.spent_month) s
    left join lateral bank.staff_reasons(a.id) r on true;
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
    actor bank.actor := bank.admit(caller, 'open_account');
    outcome text := actor.refusal;
    owner_id bigint;
    opened bank.accounts;
begin
    select u.id into owner_id from bank.users u where lower(u.user_name) = lower(owner) and u.os_uid is null;
    outcome := case
        when outcome is not null then outcome
        when owner_id is null then 'user_not_found'
        when new_currency not in (select bank.kept_currencies()) then 'unknown_currency'
        -- Only admins grant credit.
        when new_limit <> 0 and actor.role <> 'admin' then 'permission_denied'
        else 'ok'
    end;
    if outcome = 'ok' then
        insert into bank.accounts (id, account_no, name, kind, currency, overdraft_limit, user_id, pin_hash)
        values (new_id, new_account_no, new_name, 'customer', new_currency, new_limit, owner_id,
                nullif(pin_record, ''))
        returning * into opened;
        perform bank.record_change(actor, caller, null, opened);
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

create function bank.hold_that_pays(wanted bigint) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select min(h.id)
    from bank.open_holds h
    join bank.transfers t on t.id = h.id
    where t.credit_account_id = wanted
$$;
comment on function bank.hold_that_pays(bigint) is 'The oldest open hold whose payee an account is, or null.';

-- Returns why a change of the account `present` is refused.
create function bank.account_refusal(present bank.accounts, what text, new_overdraft bigint) returns text
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select case
        when present.id is null then 'account_not_found'
        -- The bank's own accounts cannot be closed or renamed, and have no limits.
        when present.kind <> 'customer' and what in ('close_account', 'set_overdraft', 'rename_account')
            then 'permission_denied'
        when present.is_closed then 'account_closed'
        when what = 'close_account' and (present.balance <> 0 or present.held <> 0) then 'account_not_empty'
        -- The hold could never be captured, and would block the payer's money until it expires.
        when what = 'close_account' and bank.hold_that_pays(present.id) is not null then 'payee_of_open_hold'
        when what = 'set_overdraft' and present.balance - present.held < -new_overdraft then 'limit_below_use'
        -- The available amount must also fit into 64 bits.
        when what = 'set_overdraft' and present.balance > 9223372036854775807 - new_overdraft then 'balance_out_of_range'
    end
$$;
comment on function bank.account_refusal(bank.accounts, text, bigint) is 'Why an account does not change so, or null.';

create function bank.change_account(
    caller bank.caller, what text, wanted bigint, reason text, new_limit bigint
) returns bank.account_answer
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, what);
    outcome text;
    present bank.accounts;
    changed bank.accounts;
begin
    select * into present from bank.accounts a where a.id = wanted for no key update;
    outcome := coalesce(actor.refusal, bank.account_refusal(present, what, new_limit), 'ok');
    if outcome = 'ok' then
        update bank.accounts a
        set is_locked = case what when 'lock_account' then true when 'unlock_account' then false else a.is_locked end,
            lock_reason = case what when 'lock_account' then reason when 'unlock_account' then null else a.lock_reason end,
            failed_attempts = case what when 'unlock_account' then 0 else a.failed_attempts end,
            is_closed = what = 'close_account',
            overdraft_limit = case what when 'set_overdraft' then new_limit else a.overdraft_limit end,
            version = a.version + 1,
            change_no = a.change_no + 1
        where a.id = wanted
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
    end if;
    perform bank.write_audit(actor, caller, what, outcome, present.id,
        json_build_object('account_id', wanted, 'reason', left(reason, 200),
                          'overdraft_limit_before', case what when 'set_overdraft' then present.overdraft_limit end,
                          'overdraft_limit', new_limit));
    return (outcome, case outcome when 'ok' then wanted end)::bank.account_answer;
end
$$;
comment on function bank.change_account(bank.caller, text, bigint, text, bigint) is 'The one way to lock, unlock or close an account or to change its overdraft; `what` is the permission and the audit action.';

create function bank.lock_account(caller bank.caller, wanted bigint, reason text) returns bank.account_answer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.change_account(caller, 'lock_account', wanted, reason, null)
$$;
comment on function bank.lock_account(bank.caller, bigint, text) is 'Teller and admin.';

create function bank.unlock_account(caller bank.caller, wanted bigint, reason text) returns bank.account_answer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.change_account(caller, 'unlock_account', wanted, reason, null)
$$;
comment on function bank.unlock_account(bank.caller, bigint, text) is 'Teller and admin; forgets the wrong PINs.';

create function bank.close_account(caller bank.caller, wanted bigint) returns bank.account_answer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.change_account(caller, 'close_account', wanted, null, null)
$$;
comment on function bank.close_account(bank.caller, bigint) is 'Teller and admin; a customer''s account at balance zero.';

create function bank.set_overdraft(caller bank.caller, wanted bigint, new_limit bigint) returns bank.account_answer
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.change_account(caller, 'set_overdraft', wanted, null, new_limit)
$$;
comment on function bank.set_overdraft(bank.caller, bigint, bigint) is 'Admin only; not below what is in use.';

create function bank.set_limits(
    caller bank.caller, wanted bigint, per_transfer bigint, per_day bigint, per_week bigint, per_month bigint,
    new_minimum bigint
) returns bank.account_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'set_limits');
    outcome text;
    present bank.accounts;
    changed bank.accounts;
begin
    select * into present from bank.accounts a where a.id = wanted for no key update;
    outcome := coalesce(actor.refusal, bank.account_refusal(present, 'set_limits', null), 'ok');
    if outcome = 'ok' then
        update bank.accounts a
        set limit_per_transfer = per_transfer, limit_per_day = per_day, limit_per_week = per_week,
            limit_per_month = per_month, minimum_balance = new_minimum, version = a.version + 1,
            change_no = a.change_no + 1
        where a.id = wanted
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
    end if;
    perform bank.write_audit(actor, caller, 'set_limits', outcome, present.id,
        json_build_object('account_id', wanted,
            'before', json_strip_nulls(json_build_object(
                'per_transfer', present.limit_per_transfer, 'per_day', present.limit_per_day,
                'per_week', present.limit_per_week, 'per_month', present.limit_per_month,
                'minimum_balance', present.minimum_balance)),
            'per_transfer', per_transfer, 'per_day', per_day, 'per_week', per_week, 'per_month', per_month,
            'minimum_balance', new_minimum));
    return (outcome, case outcome when 'ok' then wanted end)::bank.account_answer;
end
$$;
comment on function bank.set_limits(bank.caller, bigint, bigint, bigint, bigint, bigint, bigint) is 'Admin only; null takes a limit away. A minimum above the balance stops debits until there is more.';

create function bank.freeze_account(
    caller bank.caller, wanted bigint, debits boolean, credits boolean, reason text
) returns bank.account_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'freeze_account');
    outcome text;
    present bank.accounts;
    changed bank.accounts;
begin
    select * into present from bank.accounts a where a.id = wanted for no key update;
    outcome := coalesce(actor.refusal, bank.account_refusal(present, 'freeze_account', null), 'ok');
    if outcome = 'ok' then
        update bank.accounts a
        set is_debit_frozen = debits, is_credit_frozen = credits,
            freeze_reason = case when debits or credits then reason end, version = a.version + 1,
            change_no = a.change_no + 1
        where a.id = wanted
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
    end if;
    perform bank.write_audit(actor, caller, 'freeze_account', outcome, present.id,
        json_build_object('account_id', wanted, 'is_debit_frozen', debits, 'is_credit_frozen', credits,
                          'reason', nullif(left(reason, 200), '')));
    return (outcome, case outcome when 'ok' then wanted end)::bank.account_answer;
end
$$;
comment on function bank.freeze_account(bank.caller, bigint, boolean, boolean, text) is 'Teller and admin; both false ends it.';

create function bank.rename_account(caller bank.caller, wanted bigint, new_name text) returns bank.account_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'rename_account');
    outcome text;
    present bank.accounts;
    changed bank.accounts;
begin
    select * into present from bank.accounts a where a.id = wanted for no key update;
    outcome := case
        when actor.refusal is not null then actor.refusal
        when actor.role = 'customer' and present.user_id is distinct from actor.user_id then 'account_not_found'
        else coalesce(bank.account_refusal(present, 'rename_account', null), 'ok')
    end;
    if outcome = 'ok' then
        update bank.accounts a
        set name = new_name, change_no = a.change_no + 1
        where a.id = wanted
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
    end if;
    perform bank.write_audit(actor, caller, 'rename_account', outcome,
        case when outcome <> 'account_not_found' then present.id end,
        json_build_object('account_id', wanted, 'name_before', case outcome when 'ok' then present.name end,
                          'name', left(new_name, 140)));
    return (outcome, case outcome when 'ok' then wanted end)::bank.account_answer;
end
$$;
comment on function bank.rename_account(bank.caller, bigint, text) is 'Of a customer''s account: its owner, teller and admin.';

create function bank.set_role_limits(
    caller bank.caller, of_role bank.role, of_currency text,
    new_per_transfer bigint, new_per_day bigint, new_per_week bigint, new_per_month bigint
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'set_role_limits');
    present bank.role_limits;
    changed bank.role_limits;
begin
    if actor.refusal is null then
        -- So that a row that another administrator is adding is here when it is read.
        lock table bank.role_limits in share row exclusive mode;
        select * into present from bank.role_limits l where l.role = of_role and l.currency = of_currency;
        insert into bank.role_limits as l (role, currency, per_transfer, per_day, per_week, per_month)
        values (of_role, of_currency, new_per_transfer, new_per_day, new_per_week, new_per_month)
        on conflict (role, currency) do update
        set per_transfer = excluded.per_transfer, per_day = excluded.per_day, per_week = excluded.per_week,
            per_month = excluded.per_month, change_no = l.change_no + 1
        returning * into changed;
        perform bank.record_change(actor, caller, present, changed);
    end if;
    perform bank.write_audit(actor, caller, 'set_role_limits', coalesce(actor.refusal, 'ok'), null,
        json_build_object('role', of_role, 'currency', left(of_currency, 3), 'per_transfer', new_per_transfer,
                          'per_day', new_per_day, 'per_week', new_per_week, 'per_month', new_per_month));
    return coalesce(actor.refusal, 'ok');
end
$$;
comment on function bank.set_role_limits(bank.caller, bank.role, text, bigint, bigint, bigint, bigint) is 'Admin only; all null takes the role''s limits in this currency away.';
