-- Consistency checks of the ledger. Callable after begin_check().

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

create function bank.check_chains() returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    with entries as materialized (
        select e.*,
            lag(e.id, 1, 0::bigint) over account as before_id,
            lag(e.balance, 1, 0::bigint) over account as before,
            lag(e.created_at) over account as before_at,
            row_number() over account as place
        from (
            select t.debit_account_id as account_id, 2 * t.id as id, -t.amount as amount,
                t.debit_balance as balance, t.debit_previous as previous, t.created_at
            from bank.transfers t
            where t.debit_previous is not null
            union all
            select t.credit_account_id, 2 * t.id + 1, t.amount, t.credit_balance, t.credit_previous, t.created_at
            from bank.transfers t
            where t.credit_previous is not null
        ) e
        window account as (partition by e.account_id order by e.id)
    ), ends as materialized (
        select e.account_id, sum(e.amount) as total, count(*) as count, max(e.id) as last_id,
            (array_agg(e.balance order by e.id desc))[1] as last
        from entries e
        group by e.account_id
    )
    select format('Account %s has balance %s, but its entries sum to %s and end at %s.',
                  a.id, a.balance, coalesce(e.total, 0), coalesce(e.last, 0))
    from bank.accounts a
    left join ends e on e.account_id = a.id
    where a.balance <> coalesce(e.total, 0) or a.balance <> coalesce(e.last, 0)
    union all
    select format('Account %s has %s entries up to %s, but counts %s up to %s.',
                  a.id, coalesce(e.count, 0), coalesce(e.last_id, 0), a.entry_count, a.last_entry)
    from bank.accounts a
    left join ends e on e.account_id = a.id
    where a.entry_count <> coalesce(e.count, 0) or a.last_entry <> coalesce(e.last_id, 0)
    union all
    select format('Entry %s of account %s leads from %s by %s to %s.', e.id, e.account_id, e.before, e.amount, e.balance)
    from entries e
    where e.before::numeric + e.amount <> e.balance
    union all
    select format('Entry %s of account %s names %s as the one before it instead of %s.',
                  e.id, e.account_id, e.previous, e.before_id)
    from entries e
    where e.previous <> e.before_id
    union all
    select format('Entry %s of account %s is of %s, before the one that it follows.', e.id, e.account_id, e.created_at)
    from entries e
    where e.created_at < e.before_at
    union all
    select format('Entry %s is of account %s, which does not exist.', e.last_id, e.account_id)
    from ends e
    where not exists (select from bank.accounts a where a.id = e.account_id)
    union all
    -- As post_batch() sets them.
    select case when m.entry_id is null
            then format('Account %s has no mark at its entry %s of %s.', e.account_id, e.id, e.created_at)
            else format('The mark of account %s at %s is of entry %s, which is not one of every 64 with this time.',
                        m.account_id, m."timestamp", m.entry_id)
        end
    from (select e.* from entries e where e.place % 64 = 0) e
    full join bank.history_marks m
        on m.account_id = e.account_id and m.entry_id = e.id and m."timestamp" = e.created_at
    where e.id is null or m.entry_id is null
$$;
comment on function bank.check_chains() is 'What is wrong with the entries of accounts and the marks on them.';

create function bank.check_holds() returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('Account %s holds %s, but its open holds sum to %s.', a.id, a.held, coalesce(h.total, 0))
    from bank.accounts a
    left join (select o.account_id, sum(o.amount) as total from bank.open_holds o group by o.account_id) h
        on h.account_id = a.id
    where a.held <> coalesce(h.total, 0)
    union all
    select format('Hold %s is %s.', coalesce(o.id, t.id),
                  case
                      when t.id is null then 'open, but no transfer made it'
                      when o.id is null then 'neither open nor settled'
                      else 'open and settled, or not as it was placed'
                  end)
    from bank.open_holds o
    full join (
        select t.* from bank.transfers t where bank.places_hold(t.kind) and t.status = 'posted'
    ) t on t.id = o.id
    left join bank.transfers s on s.origin_id = t.id and s.status = 'posted'
    where case
        when t.id is null or (o.id is null and s.id is null) then true
        else o.id is not null
            and (s.id is not null or o.account_id <> t.debit_account_id or o.amount <> t.amount
                 or o.expires_at is distinct from t.expires_at)
    end
    union all
    select format('Transfer %s takes %s from hold %s over %s.', s.id, s.amount, t.id, t.amount)
    from bank.transfers s
    join bank.transfers t on t.id = s.origin_id
    where s.status = 'posted' and s.amount > t.amount
$$;
comment on function bank.check_holds() is 'What is wrong with holds, captures and reversals.';

create function bank.check_times() returns setof text
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select format('Account %s is dated %s, but its last transfer is of %s.',
                  a.id, a.last_posted_at, coalesce(t.last::text, 'never'))
    from bank.accounts a
    left join (
        select s.account_id, max(s.created_at) as last,
            -- An expiry dates the account that it frees alone.
            max(s.created_at) filter (where not (s.is_credit and s.kind = 'expiry')) as dated
        from (
            select t.debit_account_id, false, t.kind, t.created_at from bank.transfers t
            union all
            select t.credit_account_id, true, t.kind, t.created_at from bank.transfers t
        ) s (account_id, is_credit, kind, created_at)
        group by s.account_id
    ) t on t.account_id = a.id
    where a.last_posted_at not between coalesce(t.dated, '-infinity') and coalesce(t.last, '-infinity')
$$;
comment on function bank.check_times() is 'Accounts whose time, before which no transfer of theirs is dated, is not that of their last one.';

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
        select c.what from bank.check_chains() as c (what)
        union all
        select c.what from bank.check_holds() as c (what)
        union all
        select c.what from bank.check_times() as c (what)
        union all
        select format('Transfer %s is in %s, but account %s is in %s.', t.id, t.currency, a.id, a.currency)
        from bank.transfers t
        join bank.accounts a on a.id in (t.debit_account_id, t.credit_account_id)
        where t.status = 'posted' and a.currency <> t.currency
        union all
        select format('Transfer %s is %s, but %s entries.', t.id, t.status,
                      case when t.debit_previous is null then 'has no' else 'has' end)
        from bank.transfers t
        join bank.transfer_kinds k on k.kind = t.kind
        where (t.status = 'posted' and k.moves)
            <> (t.debit_previous is not null and t.credit_previous is not null)
        union all
        -- The unique index forbids it; one that was replaced does not.
        select format('Transfers %s have one idempotency id.', string_agg(t.id::text, ', ' order by t.id))
        from bank.transfers t
        where t.idempotency_id is not null
        group by t.idempotency_id
        having count(*) > 1
        union all
        select format('The linked group of transfer %s is posted in part.', t.group_id)
        from bank.transfers t
        where t.group_id is not null
        group by t.group_id
        having bool_or(t.status = 'posted') <> bool_and(t.status = 'posted')
    ) f
    where bank.is_staff()
    limit up_to
$$;
comment on function bank.check_findings(integer) is 'What is wrong with the ledger, one sentence each; nothing in a sound one.';

create function bank.id_positions() returns table (sequence text, next_id bigint, largest_id bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select p.sequence,
        case when p.is_called and p.last_value < 9223372036854775807 then p.last_value + 1 else p.last_value end,
        coalesce(p.largest, 0)
    from (
        select 'bank.transfer_ids', s.last_value, s.is_called, (select max(t.id) from bank.transfers t)
        from bank.transfer_ids s
        union all
        select 'bank.account_ids', s.last_value, s.is_called, (select max(a.id) from bank.accounts a)
        from bank.account_ids s
        union all
        select 'bank.users_id_seq', s.last_value, s.is_called, (select max(u.id) from bank.users u)
        from bank.users_id_seq s
        union all
        select 'bank.audit_logs_id_seq', s.last_value, s.is_called, (select max(l.id) from bank.audit_logs l)
        from bank.audit_logs_id_seq s
    ) p (sequence, last_value, is_called, largest)
$$;
comment on function bank.id_positions() is 'The next ids that sequences give, and the largest ones in their tables, from which no row is ever removed before a younger one.';

-- About four megabytes exceed work_mem and are written to a temporary file, which needs disk space
-- like a growing table but, unlike a rolled-back row, leaves nothing behind. A small row would
-- prove nothing: it may fit into an existing page. The file is in the tables' tablespace,
-- regardless of the server's temp_tablespaces.
create function bank.probe_space() returns bigint
language sql volatile security definer
set search_path = pg_catalog, pg_temp
set work_mem = '64kB'
set temp_tablespaces = ''
as $$
    select count(*) from generate_series(1, 300000)
$$;
comment on function bank.probe_space() is 'Raises 53100 (disk full) if the database''s disk has no room for some megabytes.';

create function bank.check_schema(caller bank.caller) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'check_schema');
begin
    perform bank.write_audit(actor, caller, 'check_schema', coalesce(actor.refusal, 'ok'), null, null);
    return coalesce(actor.refusal, 'ok');
end
$$;
comment on function bank.check_schema(bank.caller) is 'Records that the actor checks the schema. The daemon does it: a function could be what was altered.';
