-- Reads that row-level security alone cannot provide, the audit trail, and the ledger check.

-- One entry; see history for the columns. No "set search_path": it would prevent inlining.
create function bank.entry(wanted bigint) returns table (
    account_id bigint, id bigint, amount bigint, balance bigint, "timestamp" timestamptz, type bank.transfer_kind,
    previous bigint, counterparty_id bigint, reference text
)
language sql stable
as $$
    select case wanted % 2 when 0 then t.debit_account_id else t.credit_account_id end, wanted,
        case wanted % 2 when 0 then -t.amount else t.amount end,
        case wanted % 2 when 0 then t.debit_balance else t.credit_balance end, t.created_at, t.kind,
        case wanted % 2 when 0 then t.debit_previous else t.credit_previous end,
        case wanted % 2 when 0 then t.credit_account_id else t.debit_account_id end, t.reference
    from bank.transfers t
    where t.id = wanted / 2 and t.debit_previous is not null
$$;
comment on function bank.entry(bigint) is 'The entry of this id: half of it is the transfer, an even one its debit.';

create function bank.may_see_account(wanted bigint) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select bank.is_staff() or exists (
        select from bank.accounts a where a.id = wanted and a.user_id = bank.actor_id('customer'))
$$;
comment on function bank.may_see_account(bigint) is 'Whether the entered session may see the account.';

-- Owned by bank_owner: it sees all rows and returns only those of accounts that the session may
-- see. Each of a transfer's two customers sees only their own entry.
create view bank.history with (security_barrier = true) as
    select e.account_id, e.id, e.amount, e.balance, e."timestamp", e.type
    from (
        select t.debit_account_id as account_id, 2 * t.id as id, -t.amount as amount, t.debit_balance as balance,
            t.created_at as "timestamp", t.kind as type
        from bank.transfers t
        where t.debit_previous is not null
        union all
        select t.credit_account_id, 2 * t.id + 1, t.amount, t.credit_balance, t.created_at, t.kind
        from bank.transfers t
        where t.credit_previous is not null
    ) e
    where (select bank.is_staff())
        or e.account_id = any (array(select a.id from bank.accounts a where a.user_id = (select bank.actor_id('customer'))));
comment on view bank.history is 'The ledger: two entries for each posted movement, summing to zero. What the session may see.';
comment on column bank.history.account_id is 'The account that moved.';
comment on column bank.history.id is 'Twice the transfer''s id for the debit, one more for the credit: id / 2 is the transfer.';
comment on column bank.history.amount is 'Minor units of the account''s currency; a credit is positive.';
comment on column bank.history.balance is 'Of the account after this entry.';
comment on column bank.history."timestamp" is 'As the transfer''s created_at.';
comment on column bank.history.type is 'The transfer''s kind.';

create function bank.last_entry_before(of_account bigint, moment timestamptz) returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    -- Walks back from the first mark after the moment, or from the newest entry, to one that is not
    -- after it. A mark that is not its entry's account and time is passed over: without marks the
    -- walk is only longer.
    with recursive steps as (
        select e.id, e.previous, e."timestamp"
        from bank.entry(coalesce(
            (select m.entry_id from bank.history_marks m
             cross join lateral bank.entry(m.entry_id) k
             where k.account_id = m.account_id and k."timestamp" = m."timestamp"
                and m.account_id = of_account and m."timestamp" >= moment
             order by m."timestamp", m.entry_id
             limit 1),
            (select a.last_entry from bank.accounts a where a.id = of_account))) e
        union all
        select e.id, e.previous, e."timestamp"
        from steps s
        cross join lateral bank.entry(s.previous) e
        where s."timestamp" >= moment
    )
    select s.id from steps s where s."timestamp" < moment
$$;
comment on function bank.last_entry_before(bigint, timestamptz) is 'The newest entry of an account before a moment; null if there is none.';

create function bank.account_history(
    of_account bigint, before_entry bigint, since timestamptz, until timestamptz, up_to integer
) returns table (
    id bigint, account_id bigint, type bank.transfer_kind, amount bigint, balance bigint,
    counterparty_no text, reference text, "timestamp" timestamptz
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    start bigint;
begin
    if bank.may_see_account(of_account) is not true then
        return;
    end if;
    start := case
        when before_entry is not null then (
            select e.previous from bank.entry(before_entry) e where e.account_id = of_account)
        when until is not null then bank.last_entry_before(of_account, until)
        else (select a.last_entry from bank.accounts a where a.id = of_account)
    end;
    return query
        with recursive chain as (
            select e.*, 1 as place from bank.entry(start) e
            union all
            select e.*, c.place + 1
            from chain c
            cross join lateral bank.entry(c.previous) e
            where c.place < up_to and (since is null or c."timestamp" >= since)
        )
        select c.id, c.account_id, c.type, c.amount, c.balance, o.account_no, c.reference, c."timestamp"
        from chain c
        join bank.accounts o on o.id = c.counterparty_id
        where since is null or c."timestamp" >= since
        order by c.place;
end
$$;
comment on function bank.account_history(bigint, bigint, timestamptz, timestamptz, integer) is 'The entries of an account that the entered session may see, newest first, before an entry or a time.';

create function bank.balance_at(of_account bigint, moment timestamptz)
returns table (currency text, balance bigint, entry_id bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select a.currency, coalesce(e.balance, 0), e.id
    from bank.accounts a
    left join lateral bank.entry(case
        when moment is null then a.last_entry
        -- Includes entries at the moment itself.
        else bank.last_entry_before(of_account, moment + interval '1 microsecond')
    end) e on true
    where a.id = of_account and bank.may_see_account(of_account)
$$;
comment on function bank.balance_at(bigint, timestamptz) is 'The booked balance of an account at a moment (null: now), for a session that may see it.';

create function bank.hold_answer(t bank.transfers)
returns table (
    id bigint, state text, debit_account_no text, credit_account_no text, amount bigint, currency text,
    captured_amount bigint, reference text, created_at timestamptz, expires_at timestamptz, settled_by bigint
)
language sql stable
as $$
    select t.id,
        case s.kind when 'capture' then 'captured' when 'release' then 'released' when 'expiry' then 'expired'
            else case when t.expires_at <= now() then 'expired' else 'open' end end,
        d.account_no, c.account_no, t.amount, t.currency,
        case s.kind when 'capture' then s.amount else 0 end, t.reference, t.created_at, t.expires_at, s.id
    from (select) one
    join bank.accounts d on d.id = t.debit_account_id
    join bank.accounts c on c.id = t.credit_account_id
    left join bank.transfers s on s.origin_id = t.id and s.status = 'posted'
$$;
comment on function bank.hold_answer(bank.transfers) is 'A hold as it stands now. One whose time is over is expired, also before the bank has come to say so.';

create function bank.find_hold(wanted bigint)
returns table (
    id bigint, state text, debit_account_no text, credit_account_no text, amount bigint, currency text,
    captured_amount bigint, reference text, created_at timestamptz, expires_at timestamptz, settled_by bigint
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select h.*
    from bank.transfers t
    cross join lateral bank.hold_answer(t) h
    where t.id = wanted
        and bank.places_hold(t.kind)
        and t.status = 'posted'
        and (bank.may_see_account(t.debit_account_id) or bank.may_see_account(t.credit_account_id))
$$;
comment on function bank.find_hold(bigint) is 'A hold that the entered session may see, as payer, payee or staff.';

create function bank.account_holds(of_account bigint, after bigint, up_to integer)
returns table (
    id bigint, state text, debit_account_no text, credit_account_no text, amount bigint, currency text,
    captured_amount bigint, reference text, created_at timestamptz, expires_at timestamptz, settled_by bigint
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select h.*
    from (
        select o.id
        from bank.open_holds o
        where o.account_id = of_account and o.id > after and bank.may_see_account(of_account)
        order by o.id
        limit up_to
    ) o
    join bank.transfers t on t.id = o.id
    cross join lateral bank.hold_answer(t) h
    order by h.id
$$;
comment on function bank.account_holds(bigint, bigint, integer) is 'The open holds on an account that the entered session may see, oldest first.';

create function bank.find_transfer(wanted bigint)
returns table (
    id bigint, kind bank.transfer_kind, status bank.transfer_status, debit_account_no text, credit_account_no text,
    origin_id bigint, amount bigint, currency text, reference text, expires_at timestamptz,
    balance bigint, available bigint, balance_currency text, entry_id bigint, created_at timestamptz
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select a.*
    from (
        select t, bank.answers_credit_side(t.kind) as is_credit_side
        from bank.transfers t
        where t.id = wanted and (bank.is_staff() or t.user_id = bank.actor_id('customer'))
        union
        -- A customer who did not request a posted transfer, the payee or the payer of an ended
        -- hold, sees it from the side of their own account.
        select t, c.user_id is not distinct from bank.actor_id('customer')
        from bank.transfers t
        join bank.accounts d on d.id = t.debit_account_id
        join bank.accounts c on c.id = t.credit_account_id
        where t.id = wanted
            and t.status = 'posted'
            and not bank.is_staff()
            and t.user_id is distinct from bank.actor_id('customer')
            and bank.actor_id('customer') in (d.user_id, c.user_id)
    ) seen
    cross join lateral bank.transfer_answer(seen.t, seen.is_credit_side) a
$$;
comment on function bank.find_transfer(bigint) is 'A decided request as the entered session may see it: never the other side''s balance.';

create function bank.list_transfers(
    before bigint, of_account bigint, of_kind text, of_status text, up_to integer
) returns table (
    id bigint, kind bank.transfer_kind, status bank.transfer_status, debit_account_no text, credit_account_no text,
    origin_id bigint, amount bigint, currency text, reference text, expires_at timestamptz,
    balance bigint, available bigint, balance_currency text, entry_id bigint, created_at timestamptz
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select a.*
    from (
        select t
        from bank.transfers t
        where bank.is_staff()
            and t.id <= coalesce(before - 1, 9223372036854775807)
            and (of_account is null or of_account in (t.debit_account_id, t.credit_account_id))
            and (of_kind = '' or t.kind = of_kind::bank.transfer_kind)
            and (of_status = '' or t.status = of_status::bank.transfer_status)
        order by t.id desc
        limit up_to
    ) seen
    cross join lateral bank.transfer_answer(seen.t, bank.answers_credit_side((seen.t).kind)) a
    order by a.id desc
$$;
comment on function bank.list_transfers(bigint, bigint, text, text, integer) is 'Decided requests before an id, newest first, for staff.';

create function bank.record_event(
    caller bank.caller, action text, outcome text, details json
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.find_actor(caller.session);
begin
    -- Functions that change something record it themselves: only they may say that it was done.
    if (action in ('start', 'stop', 'load_plugin', 'reload', 'schema_restored') or outcome not in ('ok', 'posted')) is not true then
        raise exception using errcode = 'BK001', message = format('the event %s %s', action, outcome);
    end if;
    perform bank.write_audit(actor, caller, action, outcome, null, details);
end
$$;
comment on function bank.record_event(bank.caller, text, text, json) is 'What happened and changed nothing: a refusal, or an event of the daemon. The actor is whom the session names, also if it is over.';

create function bank.record_reading(caller bank.caller, is_following boolean, details json) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'view_audit');
begin
    -- A follower polls every second: one record per ten minutes suffices, otherwise the trail would
    -- consist of them.
    if actor.refusal is null and is_following and exists (
        select from bank.audit_logs l
        where l.actor_id = actor.user_id
            and l.action = 'view_audit'
            -- A record from before the clock was set back does not count: it would suppress later
            -- ones for just as long.
            and l."timestamp" between clock_timestamp() - interval '10 minutes' and clock_timestamp())
    then
        return 'ok';
    end if;
    perform bank.write_audit(actor, caller, 'view_audit', coalesce(actor.refusal, 'ok'), null, details);
    return coalesce(actor.refusal, 'ok');
end
$$;
comment on function bank.record_reading(bank.caller, boolean, json) is 'Reading the trail is itself recorded.';

create function bank.begin_check(caller bank.caller) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'check_ledger');
begin
    perform bank.write_audit(actor, caller, 'check_ledger', coalesce(actor.refusal, 'ok'), null, null);
    return coalesce(actor.refusal, 'ok');
end
$$;
comment on function bank.begin_check(bank.caller) is 'Lets this transaction check the ledger, and records it. What is found goes to the caller.';
