-- Posting: one batch is one transaction of two round trips.
--
--     begin; lock_batch(); batch_authorities(); batch_origins(); batch_known()    -- the engine decides outside
--     post_batch(); commit
--
-- or, if the engine has all data cached from previous batches, only post_batch(); or, if only
-- accounts are missing, read_accounts() and then post_batch().
--
-- In PL/pgSQL, which caches plans, and with plans for tables of any size: a plan made for a small
-- table must not scan it once it is large.
--
-- Orders come as parallel arrays, one element per order; p_secrets are the distinct session
-- secrets, and p_secret_of maps each order to one. Everything is set-based: no loop over orders.

-- No "set search_path" here: it would prevent inlining, and the function is called for each order.
-- Its callers pin the search path.
create function bank.cash_account(of_user bigint, of_role bank.role, wanted text) returns table (id bigint)
language sql stable
as $$
    select coalesce(
        (select a.id from bank.accounts a
         where a.kind = 'cash' and a.user_id = of_user and a.currency = wanted and of_role in ('teller', 'admin')),
        (select a.id from bank.accounts a
         where a.kind = 'cash' and a.user_id is null and a.currency = wanted))
$$;
comment on function bank.cash_account(bigint, bank.role, text) is 'Where an actor''s cash is: the own drawer, else the bank''s cash account.';

create function bank.may_move_cash(of_role bank.role, is_customer_cash boolean) returns boolean
language sql immutable
as $$
    select of_role <> 'customer' or is_customer_cash
$$;
comment on function bank.may_move_cash(bank.role, boolean) is 'Whether the rule of bank.rules lets the role deposit and withdraw; who may move money at all is asked besides.';

-- Volatile, so that it gets a fresh snapshot: its argument may be lock_batch(), and changes that it
-- waited for must be visible.
create function bank.read_accounts(p_ids bigint[]) returns table (
    id bigint, account_no text, kind bank.account_kind, user_id bigint, currency text, balance bigint, held bigint,
    overdraft_limit bigint, minimum_balance bigint,
    limit_per_transfer bigint, limit_per_day bigint, limit_per_week bigint, limit_per_month bigint,
    spent_today bigint, spent_this_week bigint, spent_this_month bigint,
    is_locked boolean, is_debit_frozen boolean, is_credit_frozen boolean, is_closed boolean, version bigint
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
    return query
        select a.id, a.account_no, a.kind, a.user_id, a.currency, a.balance, a.held,
            a.overdraft_limit, a.minimum_balance,
            a.limit_per_transfer, a.limit_per_day, a.limit_per_week, a.limit_per_month,
            s.today, s.this_week, s.this_month,
            a.is_locked, a.is_debit_frozen, a.is_credit_frozen, a.is_closed, a.version
        from bank.accounts a
        cross join lateral bank.spending(a.spent_on, a.spent_day, a.spent_week, a.spent_month) s
        where a.id = any (p_ids);
end
$$;
comment on function bank.read_accounts(bigint[]) is 'What the engine decides by. Not locked: what is decided by it counts only while the versions are the same.';

create function bank.know_subjects(
    p_secrets bytea[], p_secret_of integer[], p_ips text[], p_user_agents text[], p_source_of integer[]
) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into bank.audit_subjects (user_id, value, salt, hash)
    select w.user_id, w.value, w.salt, bank.salted_hash(w.salt, w.value)
    from (
        select o.user_id, o.value, bank.new_salt() as salt
        from (
            select distinct s.user_id,
                bank.subject_text(s.user_id, u.user_name, nullif(p_ips[d.source_of], '')::inet,
                                  p_user_agents[d.source_of]) as value
            from unnest(p_secret_of, p_source_of) as d (secret_of, source_of)
            left join bank.sessions s on bank.opens(p_secrets[d.secret_of], s.secret_hash, s.user_id)
            left join bank.users u on u.id = s.user_id
        ) o
        where not exists (select from bank.audit_subjects k where k.value = o.value)
        -- In a fixed order, so that two batches cannot deadlock.
        order by o.value
        offset 0
    ) w
    on conflict do nothing
$$;
comment on function bank.know_subjects(bytea[], integer[], text[], text[], integer[]) is 'Makes the subjects of orders that are new.';

create function bank.lock_batch(
    p_secrets bytea[], p_secret_of integer[], p_kinds bank.transfer_kind[], p_currencies text[],
    p_debits bigint[], p_credits bigint[], p_origins bigint[],
    p_ips text[], p_user_agents text[], p_source_of integer[]
) returns bigint[]
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
declare
    wanted bigint[];
begin
    -- Before the accounts, so that no transaction waits for a subject with accounts locked.
    perform bank.know_subjects(p_secrets, p_secret_of, p_ips, p_user_agents, p_source_of);
    wanted := array(
        select p.id from unnest(p_debits || p_credits) as p (id) where p.id is not null
        union
        select unnest(array[t.debit_account_id, t.credit_account_id])
        from bank.transfers t
        where t.id = any (array_remove(p_origins, null))
        union
        select c.id
        from (
            select distinct d.secret_of, d.currency
            from unnest(p_secret_of, p_kinds, p_currencies) as d (secret_of, kind, currency)
            where bank.uses_cash(d.kind)
        ) o
        left join bank.live_sessions s on bank.opens(p_secrets[o.secret_of], s.secret_hash, s.user_id)
        cross join lateral bank.cash_account(s.user_id, s.role, o.currency) c
    );
    -- Locked in id order: two batches that share accounts cannot deadlock.
    perform a.id from bank.accounts a where a.id = any (wanted) order by a.id for no key update;
    return wanted;
end
$$;
comment on function bank.lock_batch(bytea[], integer[], bank.transfer_kind[], text[], bigint[], bigint[], bigint[], text[], text[], integer[]) is 'Locks every account that the orders touch, cash accounts and those of origins included, and returns their ids. Makes their subjects.';

create function bank.batch_authorities(
    p_secrets bytea[], p_secret_of integer[], p_kinds bank.transfer_kind[], p_currencies text[],
    p_debits bigint[], p_credits bigint[], p_idempotency_ids uuid[]
) returns table (
    order_no bigint, is_live boolean, user_id bigint, role bank.role, has_pin_authorization boolean,
    may_move_cash boolean, cash_account bigint,
    limit_per_transfer bigint, limit_per_day bigint, limit_per_week bigint, limit_per_month bigint
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
    return query
        with actors as materialized (
            select p.secret_no, s.id, s.user_id, s.role
            from unnest(p_secrets) with ordinality as p (secret, secret_no)
            join bank.live_sessions s on bank.opens(p.secret, s.secret_hash, s.user_id)
        ), places as materialized (
            select array_agg(p.id order by p.secret_no) as ids,
                array_agg(p.user_id order by p.secret_no) as user_ids,
                array_agg(p.role order by p.secret_no) as roles
            from (
                select n.secret_no, a.id, a.user_id, a.role
                from generate_series(1, cardinality(p_secrets)) as n (secret_no)
                left join actors a on a.secret_no = n.secret_no
            ) p
        )
        select o.order_no,
            p.ids[o.secret_of] is not null,
            p.user_ids[o.secret_of],
            p.roles[o.secret_of],
            case p.roles[o.secret_of]
                when 'teller' then true
                when 'admin' then true
                when 'customer' then exists (
                    select from bank.pin_authorizations a
                    where a.session_id = p.ids[o.secret_of]
                        and a.account_id = case when bank.answers_credit_side(o.kind) then o.credit else o.debit end
                        and a.idempotency_id in ('00000000-0000-0000-0000-000000000000', o.idempotency_id)
                        and a.expires_at > now())
                else false
            end,
            bank.may_move_cash(p.roles[o.secret_of], r.customer_cash),
            c.id, l.per_transfer, l.per_day, l.per_week, l.per_month
        from unnest(p_secret_of, p_kinds, p_currencies, p_debits, p_credits, p_idempotency_ids)
            with ordinality as o (secret_of, kind, currency, debit, credit, idempotency_id, order_no)
        cross join places p
        cross join bank.rules r
        left join lateral (
            select k.id
            from bank.cash_account(p.user_ids[o.secret_of], p.roles[o.secret_of], o.currency) k
            where bank.uses_cash(o.kind)
        ) c on true
        left join bank.role_limits l on l.role = p.roles[o.secret_of] and l.currency = o.currency
        order by o.order_no;
end
$$;
comment on function bank.batch_authorities(bytea[], integer[], bank.transfer_kind[], text[], bigint[], bigint[], uuid[]) is 'Who stands behind each order, and what that session has proven.';

create function bank.batch_origins(p_origins bigint[]) returns table (
    id bigint, kind bank.transfer_kind, status bank.transfer_status, debit_account_id bigint, credit_account_id bigint,
    amount bigint, currency text, is_settled boolean, is_past boolean
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
    return query
        select t.id, t.kind, t.status, t.debit_account_id, t.credit_account_id, t.amount, t.currency,
            exists (select from bank.transfers s where s.origin_id = t.id and s.status = 'posted'),
            -- Only a posted hold expires.
            coalesce(t.expires_at <= now(), false)
        from bank.transfers t
        where t.id = any (p_origins);
end
$$;
comment on function bank.batch_origins(bigint[]) is 'The holds and transfers named by orders. Must run as a separate statement after locking: settling one requires the same locks.';

create function bank.transfer_answer(t bank.transfers, is_credit_side boolean)
returns table (
    id bigint, kind bank.transfer_kind, status bank.transfer_status, debit_account_no text, credit_account_no text,
    origin_id bigint, amount bigint, currency text, reference text, expires_at timestamptz,
    balance bigint, available bigint, balance_currency text, entry_id bigint, created_at timestamptz
)
language sql stable
as $$
    select t.id, t.kind, t.status, d.account_no, c.account_no,
        t.origin_id, t.amount, t.currency, t.reference, t.expires_at,
        case when is_credit_side then t.credit_balance else t.debit_balance end,
        case
            when is_credit_side = bank.answers_credit_side(t.kind) then t.available
            when is_credit_side then t.credit_balance
            else t.debit_balance
        end,
        coalesce(case when is_credit_side then c.currency else d.currency end, t.currency),
        case when t.debit_previous is not null then 2 * t.id + is_credit_side::integer end, t.created_at
    from (select) one
    left join bank.accounts d on d.id = t.debit_account_id
    left join bank.accounts c on c.id = t.credit_account_id
$$;
comment on function bank.transfer_answer(bank.transfers, boolean) is 'A decided request as it was answered; what is available is known of the side that asked alone.';

create function bank.batch_known(p_ids uuid[])
returns table (
    idempotency_id uuid, request_digest bytea,
    id bigint, kind bank.transfer_kind, status bank.transfer_status, debit_account_no text, credit_account_no text,
    origin_id bigint, amount bigint, currency text, reference text, expires_at timestamptz,
    balance bigint, available bigint, balance_currency text, entry_id bigint, created_at timestamptz
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan
set enable_seqscan = off
as $$
#variable_conflict use_column
begin
    return query
        select t.idempotency_id, t.request_digest, a.*
        from bank.transfers t
        cross join lateral bank.transfer_answer(t, bank.answers_credit_side(t.kind)) a
        where t.idempotency_id = any (p_ids);
end
$$;
comment on function bank.batch_known(uuid[]) is 'Orders that were decided before. Must run as a separate statement after locking: its snapshot includes everything that was committed while it waited.';

-- sum(bigint) is computed in numeric, which is several times slower; amounts cannot exceed 64 bits.
create aggregate bank.total(bigint) (sfunc = int8pl, stype = bigint, initcond = '0');
comment on aggregate bank.total(bigint) is 'The sum, within 64 bits; raises beyond.';

create function bank.disagree(order_no bigint, reason text, code text) returns bank.transfer_status
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = code,
        message = format('order %s of the batch: %s', order_no, reason);
end
$$;
comment on function bank.disagree(bigint, text, text) is 'Ends a batch of which nothing is to be kept. BK001: the engine and SQL do not agree, a bug or an attack. BK003: what the engine knew is out of date.';
