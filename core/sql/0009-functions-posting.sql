-- The way of a transfer: one batch is one transaction of two round trips.
--
--     begin; lock_batch(); batch_authorities(); batch_known()        -- the engine decides outside
--     post_batch(); commit
--
-- Orders come as parallel arrays, one element per order; p_secrets are the distinct session secrets
-- and p_secret_of says whose each order is. Everything is set-based: no loop over orders.

-- No "set search_path" here: it would keep the function from being inlined, and it is called for
-- each order. Its callers have pinned theirs.
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

create function bank.lock_batch(
    p_secrets bytea[], p_secret_of integer[], p_kinds bank.transfer_kind[], p_currencies text[],
    p_debits bigint[], p_credits bigint[]
) returns table (
    id bigint, kind bank.account_kind, user_id bigint, currency text, balance bigint,
    overdraft_limit bigint, is_locked boolean, is_closed boolean
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted bigint[];
begin
    wanted := array(
        select p.id from unnest(p_debits || p_credits) as p (id) where p.id is not null
        union
        select c.id
        from (
            select distinct d.secret_of, d.currency
            from unnest(p_secret_of, p_kinds, p_currencies) as d (secret_of, kind, currency)
            where d.kind <> 'transfer'
        ) o
        left join bank.live_sessions s on s.secret_hash = sha256(p_secrets[o.secret_of])
        cross join lateral bank.cash_account(s.user_id, s.role, o.currency) c
    );
    -- Locked in id order: two batches that share accounts cannot deadlock.
    return query
        select a.id, a.kind, a.user_id, a.currency, a.balance, a.overdraft_limit, a.is_locked, a.is_closed
        from bank.accounts a
        where a.id = any (wanted)
        order by a.id
        for no key update;
end
$$;
comment on function bank.lock_batch(bytea[], integer[], bank.transfer_kind[], text[], bigint[], bigint[]) is 'Locks every account that the orders touch, cash accounts included, and returns them.';

create function bank.batch_authorities(
    p_secrets bytea[], p_secret_of integer[], p_kinds bank.transfer_kind[], p_currencies text[],
    p_debits bigint[], p_credits bigint[], p_idempotency_ids uuid[]
) returns table (
    order_no bigint, is_live boolean, user_id bigint, role bank.role, has_pin_authorization boolean, cash_account bigint
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    with actors as materialized (
        select p.secret_no, s.id, s.user_id, s.role
        from unnest(p_secrets) with ordinality as p (secret, secret_no)
        join bank.live_sessions s on s.secret_hash = sha256(p.secret)
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
                    and a.account_id = case o.kind when 'deposit' then o.credit else o.debit end
                    and a.idempotency_id in ('00000000-0000-0000-0000-000000000000', o.idempotency_id)
                    and a.expires_at > now())
            else false
        end,
        c.id
    from unnest(p_secret_of, p_kinds, p_currencies, p_debits, p_credits, p_idempotency_ids) with ordinality
        as o (secret_of, kind, currency, debit, credit, idempotency_id, order_no)
    cross join places p
    left join lateral bank.cash_account(p.user_ids[o.secret_of], p.roles[o.secret_of], o.currency) c
        on o.kind <> 'transfer'
    order by o.order_no
$$;
comment on function bank.batch_authorities(bytea[], integer[], bank.transfer_kind[], text[], bigint[], bigint[], uuid[]) is 'Who stands behind each order, and what that session has proven.';

create function bank.transfer_answer(t bank.transfers, is_credit_side boolean)
returns table (
    id bigint, kind bank.transfer_kind, status bank.transfer_status, debit_account_no text, credit_account_no text,
    amount bigint, currency text, reference text, balance bigint, available bigint, entry_id bigint, created_at timestamptz
)
language sql stable
as $$
    select t.id, t.kind, t.status, d.account_no, c.account_no, t.amount, t.currency, t.reference,
        coalesce(h.balance, t.answer_balance, 0),
        coalesce(h.balance, t.answer_balance, 0)
            + case when is_credit_side = (t.kind = 'deposit') then coalesce(t.answer_limit, 0) else 0 end,
        h.id, t.created_at
    from (select) one
    left join bank.accounts d on d.id = t.debit_account_id
    left join bank.accounts c on c.id = t.credit_account_id
    left join bank.history h
        on t.status = 'posted'
        and h.account_id = case when is_credit_side then t.credit_account_id else t.debit_account_id end
        and h.id = 2 * t.id + is_credit_side::integer
$$;
comment on function bank.transfer_answer(bank.transfers, boolean) is 'A decided request as it was answered; the limit is known of the side that asked alone.';

create function bank.batch_known(p_ids uuid[])
returns table (
    idempotency_id uuid, request_digest bytea,
    id bigint, kind bank.transfer_kind, status bank.transfer_status, debit_account_no text, credit_account_no text,
    amount bigint, currency text, reference text, balance bigint, available bigint, entry_id bigint, created_at timestamptz
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select t.idempotency_id, t.request_digest, a.*
    from bank.transfers t
    cross join lateral bank.transfer_answer(t, t.kind = 'deposit') a
    where t.idempotency_id = any (p_ids)
$$;
comment on function bank.batch_known(uuid[]) is 'Orders that were decided before. A statement of its own, after the locks: its snapshot sees whatever was committed while they were waited for.';

create function bank.disagree(order_no bigint, reason text) returns text
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = 'BK001',
        message = format('order %s of the batch: %s', order_no, reason);
end
$$;
comment on function bank.disagree(bigint, text) is 'The engine and SQL do not agree: a bug or an attack. Nothing of the batch is kept.';
