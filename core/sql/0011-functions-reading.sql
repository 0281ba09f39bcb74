-- Reading that row-level security alone cannot offer, the audit trail, and the ledger's check.

create function bank.find_transfer(wanted bigint)
returns table (
    id bigint, kind bank.transfer_kind, status bank.transfer_status, debit_account_no text, credit_account_no text,
    amount bigint, currency text, reference text, balance bigint, available bigint, entry_id bigint, created_at timestamptz
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select a.*
    from (
        select t, t.kind = 'deposit' as is_credit_side
        from bank.transfers t
        where t.id = wanted and (bank.is_staff() or t.user_id = bank.actor_id('customer'))
        union
        -- Who was paid sees a posted transfer from the side of the own account.
        select t, c.user_id is not distinct from bank.actor_id('customer')
        from bank.transfers t
        join bank.accounts d on d.id = t.debit_account_id
        join bank.accounts c on c.id = t.credit_account_id
        where t.id = wanted
            and t.status = 'posted'
            and not bank.is_staff()
            and t.user_id <> bank.actor_id('customer')
            and bank.actor_id('customer') in (d.user_id, c.user_id)
    ) seen
    cross join lateral bank.transfer_answer(seen.t, seen.is_credit_side) a
$$;
comment on function bank.find_transfer(bigint) is 'A decided request as the entered session may see it: never the other side''s balance.';

create function bank.counterparty_no(of_transfer bigint, of_account bigint) returns text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select other.account_no
    from bank.transfers t
    join bank.accounts own on own.id = of_account
    join bank.accounts other on other.id = t.debit_account_id + t.credit_account_id - of_account
    where t.id = of_transfer
        and t.status = 'posted'
        and of_account in (t.debit_account_id, t.credit_account_id)
        and (own.user_id = bank.actor_id('customer') or bank.is_staff())
$$;
comment on function bank.counterparty_no(bigint, bigint) is 'The number of the account on the other side of an entry that the entered session may see.';

create function bank.record_event(
    caller bank.caller, action text, outcome text, details json
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.find_actor(caller.session);
begin
    perform bank.write_audit(actor, caller, action, outcome, null, details);
end
$$;
comment on function bank.record_event(bank.caller, text, text, json) is 'What happened and changed nothing. The actor is whom the session names, also if it is over.';

create function bank.record_reading(caller bank.caller, is_following boolean, details json) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, '{admin,auditor}');
begin
    -- Following asks every second: once in ten minutes is enough, or the trail would be of itself.
    if actor.refusal is null and is_following and exists (
        select from bank.audit_logs l
        where l.actor_id = actor.user_id
            and l.action = 'view_audit'
            and l."timestamp" > clock_timestamp() - interval '10 minutes')
    then
        return 'ok';
    end if;
    perform bank.write_audit(actor, caller, 'view_audit', coalesce(actor.refusal, 'ok'), null, details);
    return coalesce(actor.refusal, 'ok');
end
$$;
comment on function bank.record_reading(bank.caller, boolean, json) is 'Reading the trail is itself recorded.';

create function bank.delivered(wanted text) returns table (xid xid8, id bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select d.xid, d.id from bank.audit_deliveries d where d.sink = wanted
$$;
comment on function bank.delivered(text) is 'Where a copy of the trail stands; no row: at the start.';

create function bank.set_delivered(wanted text, reached_xid xid8, reached_id bigint) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into bank.audit_deliveries as d (sink, xid, id)
    values (wanted, reached_xid, reached_id)
    on conflict (sink) do update
    set xid = excluded.xid, id = excluded.id
    where (d.xid, d.id) < (excluded.xid, excluded.id)
$$;
comment on function bank.set_delivered(text, xid8, bigint) is 'Moves a copy forward, never back.';

create function bank.undelivered(after_xid xid8, after_id bigint, up_to integer)
returns table (
    xid xid8, id bigint, "timestamp" timestamptz, actor text, action text, outcome text, details json,
    ip inet, user_agent text, request_id uuid
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.xid, l.id, l."timestamp", l.actor, l.action, l.outcome, l.details, l.ip, l.user_agent, l.request_id
    from bank.audit_logs l
    where (l.xid, l.id) > (after_xid, after_id)
        -- Every transaction below has ended: nothing can still appear between these rows.
        and l.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by l.xid, l.id
    limit up_to
$$;
comment on function bank.undelivered(xid8, bigint, integer) is 'What comes after a position, in the order of delivery, without gaps.';

create function bank.count_undelivered(after_xid xid8, after_id bigint) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select count(*) from bank.audit_logs l where (l.xid, l.id) > (after_xid, after_id)
$$;
comment on function bank.count_undelivered(xid8, bigint) is 'How far a copy is behind.';

create function bank.begin_check(caller bank.caller) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, '{admin,auditor}');
begin
    perform bank.write_audit(actor, caller, 'check_ledger', coalesce(actor.refusal, 'ok'), null, null);
    return coalesce(actor.refusal, 'ok');
end
$$;
comment on function bank.begin_check(bank.caller) is 'Lets this transaction check the ledger, and records it. What is found goes to the caller.';

create function bank.check_sums() returns table (currency text, entries bigint, balances bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select a.currency, coalesce(sum(h.total), 0)::bigint, sum(a.balance)::bigint
    from bank.accounts a
    left join (select e.account_id, sum(e.amount) as total from bank.history e group by e.account_id) h
        on h.account_id = a.id
    where bank.is_staff()
    group by a.currency
    order by a.currency
$$;
comment on function bank.check_sums() is 'Per currency, the sum of all entries and of all balances; both 0 in a sound ledger.';

create function bank.check_counts() returns table (accounts bigint, transfers bigint, entries bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select (select count(*) from bank.accounts), (select count(*) from bank.transfers), (select count(*) from bank.history)
    where bank.is_staff()
$$;
comment on function bank.check_counts() is 'How much the check looked at.';

create function bank.check_findings(up_to integer) returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select f.what
    from (
        select format('The entries of %s sum to %s instead of 0.', s.currency, s.entries) as what
        from bank.check_sums() s
        where s.entries <> 0
        union all
        select format('The balances of %s sum to %s instead of 0.', s.currency, s.balances)
        from bank.check_sums() s
        where s.balances <> 0
        union all
        select format('Account %s has balance %s, but its entries sum to %s and end at %s.',
                      a.id, a.balance, coalesce(h.total, 0), coalesce(h.last, 0))
        from bank.accounts a
        left join (
            select e.account_id, sum(e.amount) as total,
                (array_agg(e.balance order by e.id desc))[1] as last
            from bank.history e
            group by e.account_id
        ) h on h.account_id = a.id
        where a.balance <> coalesce(h.total, 0) or a.balance <> coalesce(h.last, 0)
        union all
        select format('Entry %s of account %s leads from %s by %s to %s.',
                      e.id, e.account_id, e.before, e.amount, e.balance)
        from (
            select h.id, h.account_id, h.amount, h.balance,
                coalesce(lag(h.balance) over (partition by h.account_id order by h.id), 0) as before
            from bank.history h
        ) e
        where e.before::numeric + e.amount <> e.balance
        union all
        select format('Transfer %s is %s, but its entries are %s.', coalesce(t.id, e.transfer_id),
                      coalesce(t.status::text, 'missing'), coalesce(e.shown, 'missing'))
        from bank.transfers t
        full join (
            select h.id / 2 as transfer_id, count(*) as count,
                string_agg(format('%s of account %s', h.amount, h.account_id), ' and ' order by h.id) as shown,
                max(h.account_id) filter (where h.id % 2 = 0) as debit_account_id,
                max(h.amount) filter (where h.id % 2 = 0) as debit,
                max(h.account_id) filter (where h.id % 2 = 1) as credit_account_id,
                max(h.amount) filter (where h.id % 2 = 1) as credit
            from bank.history h
            group by h.id / 2
        ) e on e.transfer_id = t.id
        where case
            when t.id is null then true
            when t.status <> 'posted' then e.transfer_id is not null
            else (e.count = 2 and e.debit = -t.amount and e.credit = t.amount
                  and e.debit_account_id = t.debit_account_id
                  and e.credit_account_id = t.credit_account_id) is not true
        end
        union all
        select format('Transfer %s is in %s, but account %s is in %s.', t.id, t.currency, a.id, a.currency)
        from bank.transfers t
        join bank.accounts a on a.id in (t.debit_account_id, t.credit_account_id)
        where t.status = 'posted' and a.currency <> t.currency
        union all
        select format('Entry %s is of account %s, which does not exist.', h.id, h.account_id)
        from bank.history h
        where not exists (select from bank.accounts a where a.id = h.account_id)
    ) f
    where bank.is_staff()
    limit up_to
$$;
comment on function bank.check_findings(integer) is 'What is wrong with the ledger, one sentence each; nothing in a sound one.';
