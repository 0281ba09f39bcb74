-- The second round trip of a batch; see posting.sql.
--
-- The engine's decisions are not trusted: the actor is derived from the secret again, the balances
-- from the locked rows, and the status of each order to be stored, in the order of
-- core/base/codes.def. A single difference rejects the whole batch (BK001). So does an account
-- whose version is not the one that the engine used (BK003): a lane may therefore decide from its
-- cache, without lock_batch(), and the row remains the only balance.
--
-- One statement on purpose: its parts pass rows in memory, whereas separate functions would be
-- called for each order.

create function bank.post_batch(
    p_secrets bytea[], p_secret_of integer[], p_ips text[], p_user_agents text[], p_source_of integer[],
    p_request_ids uuid[], p_kinds bank.transfer_kind[], p_idempotency_ids uuid[], p_digests bytea[],
    p_debits bigint[], p_credits bigint[], p_origins bigint[], p_groups integer[], p_amounts bigint[],
    p_currencies text[], p_references text[], p_lifetimes bigint[],
    p_statuses bank.transfer_status[], p_codes text[], p_replays boolean[],
    p_debit_balances bigint[], p_credit_balances bigint[], p_debit_helds bigint[], p_availables bigint[],
    p_accounts bigint[], p_versions bigint[]
) returns table (
    order_no bigint, transfer_id bigint, created_at timestamptz, expires_at timestamptz, xid xid8, leaves bytea
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
    -- Expiry is by the clock.
    clock constant timestamptz := clock_timestamp();
    -- Posting times never decrease per account, even if the clock is set back or another machine's
    -- clock is behind. Reads without locks: if an account changed since, so has its version.
    moment constant timestamptz := greatest(clock,
        (select max(a.last_posted_at) from bank.accounts a where a.id = any (p_accounts)));
    -- Limits use the clock instead: with the times of other accounts a day could start early.
    today constant date := (now() at time zone 'UTC')::date;
    week constant date := date_trunc('week', today)::date;
    month constant date := date_trunc('month', today)::date;
    -- A later counting day is from before the clock was set back. The minute is for transactions
    -- that merely run late.
    latest_day constant date := ((now() + interval '1 minute') at time zone 'UTC')::date;
    largest constant bigint := 9223372036854775807;
    -- For the records: bank.us() and the day, computed once.
    moment_us constant bigint := bank.us(moment);
    value_day constant date := (moment at time zone 'UTC')::date;
    day constant text := to_char(value_day, 'YYYY-MM-DD');
    secret constant bytea := (select s.value from bank.audit_secret s);
    is_customer_cash constant boolean := (select r.customer_cash from bank.rules r);
    ids bigint[] := array(select nextval('bank.transfer_ids') from unnest(p_kinds));
begin
    return query
    with actors as materialized (
        select p.secret_no, s.id as session_id, s.user_id, u.user_name, l.role, s.role as claimed
        from unnest(p_secrets) with ordinality as p (secret, secret_no)
        left join bank.sessions s on bank.opens(p.secret, s.secret_hash, s.user_id)
        left join bank.users u on u.id = s.user_id
        -- By its key: a plan made while there were few sessions would read them all.
        left join lateral (select v.role from bank.live_sessions v where v.id = s.id offset 0) l on true
    ), subjects as materialized (
        -- Actors and sources of the orders: few, shared by many orders.
        select o.secret_of, o.source_of, s.id, s.hash
        from (select distinct * from unnest(p_secret_of, p_source_of) as d (secret_of, source_of)) o
        join actors a on a.secret_no = o.secret_of
        left join bank.audit_subjects s on s.value = bank.subject_text(
            a.user_id, a.user_name, nullif(p_ips[o.source_of], '')::inet, p_user_agents[o.source_of])
    ), origins as materialized (
        select t.id, t.kind, t.status, t.debit_account_id, t.credit_account_id, t.amount,
            coalesce(t.expires_at <= now(), false) as is_past,
            exists (select from bank.transfers s where s.origin_id = t.id and s.status = 'posted') as is_settled
        from bank.transfers t
        where t.id = any (array_remove(p_origins, null))
    ), orders as materialized (
        select o.*, ids[o.n] as id, o.status is not null and not o.is_replay as is_kept,
            ids[o.group_no] as group_id,
            case when o.status = 'posted' and not o.is_replay and bank.moves_money(o.kind)
                then o.amount else 0 end as moved,
            case when o.status = 'posted' and not o.is_replay then
                case when bank.places_hold(o.kind) then o.amount when bank.settles_hold(o.kind) then -g.amount else 0 end
                else 0 end as reserved,
            case when o.status = 'posted' and not o.is_replay and bank.counts(o.kind)
                then o.amount else 0 end as counted,
            bank.counts(o.kind) as is_counted
        from unnest(p_secret_of, p_source_of, p_request_ids, p_kinds, p_idempotency_ids, p_digests,
                    p_debits, p_credits, p_origins, p_groups, p_amounts, p_currencies, p_references, p_lifetimes,
                    p_statuses, p_codes, p_replays, p_debit_balances, p_credit_balances, p_debit_helds, p_availables)
            with ordinality
            as o (secret_of, source_of, request_id, kind, idempotency_id, digest,
                  debit_id, credit_id, origin_id, group_no, amount, currency, reference, lifetime_s,
                  status, code, is_replay, debit_expected, credit_expected, held_expected, available_expected, n)
        left join origins g on g.id = o.origin_id
    ), legs as materialized (
        select o.n, s.*
        from orders o
        cross join lateral (values
            (false, o.debit_id, -o.moved, o.reserved, o.counted, case when o.moved <> 0 then 2 * o.id end),
            (true, o.credit_id, o.moved, 0, 0, case when o.moved <> 0 then 2 * o.id + 1 end))
            as s (is_credit, account_id, delta, reserved, counted, entry_id)
        where o.is_kept
    ), facts as materialized (
        -- Each account that a stored order touches, once: its new balance and its previous state.
        -- In id order, and only if the account has not changed since the engine read it.
        update bank.accounts a
        set balance = a.balance + t.delta,
            held = a.held + t.reserved,
            version = a.version + 1,
            prior_entry = a.last_entry,
            last_entry = coalesce(t.last_entry, a.last_entry),
            entry_count = a.entry_count + t.entries,
            last_posted_at = moment,
            spent_day = case when t.counted = 0 then a.spent_day
                when a.spent_on >= today then least(a.spent_day, largest - t.counted) + t.counted else t.counted end,
            spent_week = case when t.counted = 0 then a.spent_week
                when a.spent_on >= week then least(a.spent_week, largest - t.counted) + t.counted else t.counted end,
            spent_month = case when t.counted = 0 then a.spent_month
                when a.spent_on >= month then least(a.spent_month, largest - t.counted) + t.counted else t.counted end,
            -- Moves a spending day from before a set-back clock to today: the spending counts today
            -- and not tomorrow. Every stored order on the account does so, also a declined one,
            -- because an exhausted limit lets no other pass.
            spent_on = least(case when t.counted = 0 then a.spent_on else greatest(a.spent_on, today) end, latest_day)
        from (
            select l.account_id, v.version, bank.total(l.delta) as delta, bank.total(l.reserved) as reserved,
                bank.total(l.counted) as counted, max(l.entry_id) as last_entry, count(l.entry_id) as entries
            from legs l
            join unnest(p_accounts, p_versions) as v (id, version) on v.id = l.account_id
            group by l.account_id, v.version
            order by l.account_id
        ) t
        where a.id = t.account_id and a.version = t.version
        returning a.id, a.kind, a.user_id, a.currency, a.balance - t.delta as balance, a.held - t.reserved as held,
            a.overdraft_limit, a.minimum_balance,
            a.limit_per_transfer, a.limit_per_day, a.limit_per_week, a.limit_per_month,
            a.is_locked, a.is_debit_frozen, a.is_credit_frozen, a.is_closed,
            a.prior_entry as last_entry, a.entry_count - t.entries as entry_count,
            case when a.spent_on >= today then a.spent_day - t.counted else 0 end as today,
            case when a.spent_on >= week then a.spent_week - t.counted else 0 end as this_week,
            case when a.spent_on >= month then a.spent_month - t.counted else 0 end as this_month
    ), running as materialized (
        -- Each account's legs in batch order, with running totals.
        select l.*,
            bank.total(l.delta) over legs_so_far as moved_so_far,
            bank.total(l.reserved) over legs_so_far as reserved_so_far,
            bank.total(l.counted) over legs_so_far as counted_so_far,
            max(l.entry_id) over legs_before as entry_before,
            count(l.entry_id) over legs_so_far as entries_so_far
        from legs l
        window legs_so_far as (partition by l.account_id order by l.n, l.is_credit rows unbounded preceding),
            legs_before as (partition by l.account_id order by l.n, l.is_credit
                            rows between unbounded preceding and 1 preceding)
    ), whole as materialized (
        select o.group_no, bool_and(o.status = 'posted') as is_posted, bool_or(o.status = 'posted') as is_begun
        from orders o
        where o.group_no is not null and o.is_kept
        group by o.group_no
    ), settling as materialized (
        -- Whether an earlier order in the batch settled the same origin.
        select o.n,
            bool_or(o.status = 'posted') over (
                partition by o.origin_id order by o.n rows between unbounded preceding and 1 preceding) as is_again
        from orders o
        where o.origin_id is not null and o.is_kept
    ), decided as materialized (
        -- First the faults that forbid the order altogether, then its required status.
        select o.*, a.session_id, a.user_id,
            d.balance + rd.moved_so_far as debit_after, c.balance + rc.moved_so_far as credit_after,
            d.held + rd.reserved_so_far as debit_held,
            case when bank.answers_credit_side(o.kind)
                then c.balance + rc.moved_so_far - c.held - rc.reserved_so_far + coalesce(c.overdraft_limit, 0)
                    - c.minimum_balance
                else d.balance + rd.moved_so_far - d.held - rd.reserved_so_far + coalesce(d.overdraft_limit, 0)
                    - d.minimum_balance
            end as available,
            case when o.moved <> 0 then coalesce(rd.entry_before, d.last_entry) end as debit_previous,
            case when o.moved <> 0 then coalesce(rc.entry_before, c.last_entry) end as credit_previous,
            d.id is null or c.id is null as is_stale,
            case
                when a.role is null then 'the session is not live'
                when bank.may_post(o.kind, a.role) is not true then 'the role may not post this kind'
                when bank.uses_cash(o.kind) and not bank.may_move_cash(a.role, is_customer_cash)
                    then 'the role moves no cash'
                when not bank.is_requested(o.kind) then 'the bank alone does this'
                when bank.settles_hold(o.kind) and (bank.places_hold(g.kind) is not true or g.status <> 'posted'
                        or g.debit_account_id <> d.id or g.credit_account_id <> c.id)
                    then 'the hold is not of these accounts'
                when bank.reverses(o.kind) and (g.debit_account_id is distinct from c.id or g.credit_account_id <> d.id)
                    then 'the original is not of these accounts'
                when not bank.debits_cash(o.kind) and not bank.reverses(o.kind) and d.kind <> 'customer'
                    then 'the account to debit is not a customer''s'
                when not bank.credits_cash(o.kind) and not bank.reverses(o.kind) and c.kind <> 'customer'
                    then 'the account to credit is not a customer''s'
                when bank.debits_cash(o.kind) and d.id is distinct from cash.id
                    then 'the account to debit is not the actor''s cash account'
                when bank.credits_cash(o.kind) and c.id is distinct from cash.id
                    then 'the account to credit is not the actor''s cash account'
                when a.role = 'customer' and a.user_id is distinct from
                        case when bank.answers_credit_side(o.kind) then c.user_id else d.user_id end
                    then 'the account is not the customer''s'
                when a.role = 'customer' and bank.needs_pin(o.kind) and not exists (
                        select from bank.pin_authorizations p
                        where p.session_id = a.session_id
                            and p.account_id = case when bank.answers_credit_side(o.kind) then c.id else d.id end
                            and p.idempotency_id in ('00000000-0000-0000-0000-000000000000', o.idempotency_id)
                            and p.expires_at > now())
                    then 'the session has not proven the account''s PIN'
                when w.is_begun and not w.is_posted then 'its group is posted in part'
                -- bounds::hold_lifetime_s_max.
                when bank.places_hold(o.kind) and o.status = 'posted' and (o.lifetime_s between 1 and 2678400) is not true
                    then 'no hold lasts so long'
            end as fault,
            case
                -- Not re-checked: the reason was seen with the group's preceding transfers applied.
                when not w.is_begun then o.status
                when d.id = c.id then 'accounts_are_the_same'
                when o.currency <> d.currency or o.currency <> c.currency then 'currency_mismatch'
                when bank.settles_hold(o.kind) and g.is_past and not g.is_settled then 'hold_expired'
                when bank.settles_hold(o.kind) and (g.is_settled or s.is_again) then 'hold_settled'
                when bank.settles_hold(o.kind) and o.amount > g.amount then 'capture_exceeds_hold'
                when bank.reverses(o.kind) and (g.status <> 'posted' or not bank.is_reversible(g.kind))
                    then 'not_reversible'
                when bank.reverses(o.kind) and (g.is_settled or s.is_again) then 'already_reversed'
                when bank.reverses(o.kind) and o.amount > g.amount then 'reversal_exceeds_original'
                when bank.settles_hold(o.kind) and not bank.moves_money(o.kind) then 'posted'
                when d.is_closed then 'debit_account_closed'
                when c.is_closed then 'credit_account_closed'
                when d.is_locked and not bank.settles_hold(o.kind) then 'debit_account_locked'
                when d.is_debit_frozen and not bank.settles_hold(o.kind) then 'debit_account_frozen'
                when c.is_credit_frozen then 'credit_account_frozen'
                -- least() ignores null, which is no limit; earlier spending in the batch counts.
                -- Amounts are subtracted from the limit, so nothing overflows.
                when o.is_counted and o.amount > least(d.limit_per_transfer, l.per_transfer)
                    then 'transfer_limit_exceeded'
                when o.is_counted and d.today + rd.counted_so_far - o.counted
                        > least(d.limit_per_day, case d.kind when 'customer' then l.per_day end) - o.amount
                    then 'day_limit_exceeded'
                when o.is_counted and d.this_week + rd.counted_so_far - o.counted
                        > least(d.limit_per_week, case d.kind when 'customer' then l.per_week end) - o.amount
                    then 'week_limit_exceeded'
                when o.is_counted and d.this_month + rd.counted_so_far - o.counted
                        > least(d.limit_per_month, case d.kind when 'customer' then l.per_month end) - o.amount
                    then 'month_limit_exceeded'
                when bank.needs_funds(o.kind) and o.amount - d.overdraft_limit
                        > d.balance + rd.moved_so_far + o.moved - d.held - rd.reserved_so_far + o.reserved
                            - d.minimum_balance
                    then 'insufficient_funds'
                when bank.places_hold(o.kind) and d.held + rd.reserved_so_far - o.reserved > largest - o.amount
                    then 'balance_out_of_range'
                when bank.places_hold(o.kind) then 'posted'
                when d.balance + rd.moved_so_far + o.moved < -largest - 1 + o.amount
                        or c.balance + rc.moved_so_far - o.moved > largest - o.amount - coalesce(c.overdraft_limit, 0)
                    then 'balance_out_of_range'
                else 'posted'
            end as right_status
        from orders o
        join actors a on a.secret_no = o.secret_of
        left join running rd on rd.n = o.n and not rd.is_credit
        left join running rc on rc.n = o.n and rc.is_credit
        left join facts d on d.id = o.debit_id
        left join facts c on c.id = o.credit_id
        left join origins g on g.id = o.origin_id
        left join settling s on s.n = o.n
        left join whole w on w.group_no = o.group_no
        left join bank.role_limits l on l.role = a.role and l.currency = o.currency
        left join lateral (
            select k.id from bank.cash_account(a.user_id, a.role, o.currency) k where bank.uses_cash(o.kind)
        ) cash on true
        where o.is_kept
    ), new_transfers as (
        insert into bank.transfers
            (id, debit_account_id, credit_account_id, amount, debit_balance, credit_balance, available,
             debit_previous, credit_previous, origin_id, group_id, user_id, session_id, created_at, expires_at,
             idempotency_id, value_date, kind, status, request_digest, currency, reference)
        select j.id, j.debit_id, j.credit_id, j.amount, j.debit_after, j.credit_after, j.available,
            j.debit_previous, j.credit_previous, j.origin_id, j.group_id, j.user_id, j.session_id, moment,
            case when bank.places_hold(j.kind) and j.status = 'posted' then clock + make_interval(secs => j.lifetime_s) end,
            j.idempotency_id, value_day, j.kind,
            case
                when j.is_stale then bank.disagree(j.n, 'an account is not as it was read', 'BK003')
                when j.fault is not null then bank.disagree(j.n, j.fault, 'BK001')
                when j.status <> j.right_status
                    then bank.disagree(j.n, format('it is %s, not %s', j.right_status, j.status), 'BK001')
                when j.debit_after <> j.debit_expected or j.credit_after <> j.credit_expected
                        or j.debit_held <> j.held_expected or j.available <> j.available_expected
                    then bank.disagree(j.n, 'the balances differ', 'BK001')
                else j.status
            end,
            j.digest, j.currency, j.reference
        from decided j
        order by j.n
    ), new_holds as (
        insert into bank.open_holds (id, account_id, amount, expires_at)
        select j.id, j.debit_id, j.amount, clock + make_interval(secs => j.lifetime_s)
        from decided j
        where bank.places_hold(j.kind) and j.status = 'posted'
    ), settled_holds as (
        delete from bank.open_holds h
        where h.id = any (array(
            select j.origin_id from decided j where bank.settles_hold(j.kind) and j.status = 'posted'))
    ), new_marks as (
        insert into bank.history_marks (account_id, "timestamp", entry_id)
        select r.account_id, moment, r.entry_id
        from running r
        join facts f on f.id = r.account_id
        where r.entry_id is not null and (f.entry_count + r.entries_so_far) % 64 = 0
    ), transfer_records as (
        select j.n, j.user_id, case when j.status <> 'posted' then
                case when bank.answers_credit_side(j.kind) then j.credit_id else j.debit_id end end as account_id,
            j.id as transfer_id, s.id as subject_id, j.kind::text as action, j.status::text as outcome, j.request_id,
            null::bytea as details_hash,
            bank.leaf_of(bank.transfer_record(
                moment_us, j.kind::text, j.status::text, j.user_id, j.request_id, s.hash, j.id, j.debit_id,
                j.credit_id, j.amount, j.currency, j.origin_id, j.group_id, day,
                case when bank.places_hold(j.kind) and j.status = 'posted'
                    then bank.us(clock + make_interval(secs => j.lifetime_s)) end,
                case when j.reference <> ''
                    then bank.salted_hash(substring(t.salts for 16), j.reference) end,
                bank.salted_hash(substring(t.salts from 17), bank.private_text(
                    j.debit_after, j.debit_previous, j.credit_after, j.credit_previous, j.available, j.session_id,
                    j.idempotency_id, j.digest)))) as leaf
        from decided j
        join subjects s on s.secret_of = j.secret_of and s.source_of = j.source_of
        cross join lateral (select bank.transfer_salts(secret, j.id) as salts offset 0) t
    ), told as materialized (
        -- Orders not stored as transfers: replays and early refusals.
        select o.n, o.secret_of, o.source_of, o.kind, o.request_id,
            case
                when o.is_replay and not exists (
                        select from bank.transfers t where t.idempotency_id = o.idempotency_id and t.status = o.status)
                        and ((o.idempotency_id, o.status) in (
                            select k.idempotency_id, k.status from orders k where k.is_kept)) is not true
                    then bank.disagree(o.n, 'nothing was decided so before', 'BK001')::text
                when o.status is null and (o.code not in ('ok', 'posted')) is not true
                    then bank.disagree(o.n, 'only what is stored is posted', 'BK001')::text
                else coalesce(o.status::text, o.code)
            end as outcome,
            case when bank.answers_credit_side(o.kind) then o.credit_id else o.debit_id end as account_id,
            bank.new_salt() as salt,
            case
                when o.is_replay then json_build_object('replay', true, 'idempotency_id', o.idempotency_id)
                else json_strip_nulls(json_build_object(
                    'debit_account_id', o.debit_id, 'credit_account_id', o.credit_id,
                    'amount', nullif(o.amount, 0), 'currency', nullif(o.currency, ''), 'origin_id', o.origin_id))
            end as details
        from orders o
        where not o.is_kept
    ), new_details as (
        insert into bank.audit_details (hash, salt, details)
        select bank.salted_hash(t.salt, t.details::text), t.salt, t.details
        from told t
    ), new_records as (
        insert into bank.audit_logs
            ("timestamp", actor_id, account_id, transfer_id, subject_id, action, outcome, request_id, details_hash, leaf)
        select moment, r.user_id, r.account_id, r.transfer_id,
            coalesce(r.subject_id, bank.disagree(r.n, 'who asks from where is not known yet', 'BK003')::text::bigint),
            r.action, r.outcome, r.request_id, r.details_hash, r.leaf
        from (
            select * from transfer_records
            union all
            select t.n, a.user_id, t.account_id, null, s.id, t.kind::text, t.outcome, t.request_id, d.hash,
                bank.leaf_of(bank.event_record(
                    moment_us, t.kind::text, t.outcome, a.user_id, t.account_id, t.request_id, s.hash, d.hash))
            from told t
            join actors a on a.secret_no = t.secret_of
            join subjects s on s.secret_of = t.secret_of and s.source_of = t.source_of
            cross join lateral (select bank.salted_hash(t.salt, t.details::text) as hash offset 0) d
        ) r
        order by r.n
        returning audit_logs.id, audit_logs.leaf
    )
    -- First the records as they were stored, for their MAC.
    select 0::bigint, null::bigint, null::timestamptz, null::timestamptz, pg_current_xact_id(),
        (select coalesce(string_agg(w.leaf, ''::bytea order by w.id), '') from new_records w)
    union all
    select j.n, j.id, moment,
        case when bank.places_hold(j.kind) and j.status = 'posted' then clock + make_interval(secs => j.lifetime_s) end,
        null, null
    from decided j;
    -- A trigger may have added some.
    if (select count(*) from bank.audit_logs l where l.xid = pg_current_xact_id()) <> cardinality(p_kinds) then
        raise exception using errcode = 'BK001', message = 'the batch has other audit records than its own';
    end if;
end
$$;
comment on function bank.post_batch(bytea[], integer[], text[], text[], integer[], uuid[], bank.transfer_kind[], uuid[], bytea[], bigint[], bigint[], bigint[], integer[], bigint[], text[], text[], bigint[], bank.transfer_status[], text[], boolean[], bigint[], bigint[], bigint[], bigint[], bigint[], bigint[]) is 'Posts what was decided, writes one audit record per order, and returns what was kept, and in the row of order 0 the leaves of the records.';
