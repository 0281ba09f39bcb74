-- The second round trip of a batch; see 0009.
--
-- Nothing that the engine decided is taken on trust: the actor is derived from the secret again, and
-- the status of each order that will be kept is derived from the locked rows again, in the order of
-- core/base/codes.def. One difference, and nothing of the batch is kept (BK001).

create function bank.post_batch(
    p_secrets bytea[], p_secret_of integer[], p_ips text[], p_user_agents text[], p_request_ids uuid[],
    p_kinds bank.transfer_kind[], p_idempotency_ids uuid[], p_digests bytea[],
    p_debits bigint[], p_credits bigint[], p_amounts bigint[], p_currencies text[], p_references text[],
    p_codes text[], p_replays boolean[], p_debit_balances bigint[], p_credit_balances bigint[]
) returns table (
    order_no bigint, transfer_id bigint, created_at timestamptz,
    debit_balance bigint, credit_balance bigint, debit_account_no text, credit_account_no text
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    -- Per distinct secret.
    session_ids bigint[];
    user_ids bigint[];
    user_names text[];
    roles bank.role[];
    lives boolean[];
    -- One per order that is kept, ascending.
    transfer_ids bigint[];
    statuses text[] := enum_range(null::bank.transfer_status)::text[];
begin
    select array_agg(s.id order by p.secret_no), array_agg(u.id order by p.secret_no),
        array_agg(u.user_name order by p.secret_no), array_agg(s.role order by p.secret_no),
        array_agg(l.id is not null order by p.secret_no)
    into session_ids, user_ids, user_names, roles, lives
    from unnest(p_secrets) with ordinality as p (secret, secret_no)
    left join bank.sessions s on s.secret_hash = sha256(p.secret)
    left join bank.users u on u.id = s.user_id
    left join bank.live_sessions l on l.id = s.id;

    select array_agg(nextval('bank.transfer_ids'))
    into transfer_ids
    from unnest(p_codes, p_replays) as p (code, is_replay)
    where p.code = any (statuses) and not p.is_replay;

    return query
    with orders as materialized (
        select o.*,
            o.code = any (statuses) and not o.is_replay as is_kept,
            transfer_ids[sum((o.code = any (statuses) and not o.is_replay)::integer) over (order by o.n)] as id,
            case when o.code = 'posted' and not o.is_replay then o.amount else 0 end as moved,
            session_ids[o.secret_of] as session_id, user_ids[o.secret_of] as user_id, roles[o.secret_of] as role
        from unnest(p_secret_of, p_ips, p_user_agents, p_request_ids, p_kinds, p_idempotency_ids, p_digests,
                    p_debits, p_credits, p_amounts, p_currencies, p_references, p_codes, p_replays,
                    p_debit_balances, p_credit_balances) with ordinality
            as o (secret_of, ip, user_agent, request_id, kind, idempotency_id, digest,
                  debit_id, credit_id, amount, currency, reference, code, is_replay,
                  debit_expected, credit_expected, n)
    ), legs as (
        -- Both sides of each order, with what is already known to be wrong or refused about it.
        select o.*, d.account_no as debit_no, c.account_no as credit_no,
            d.overdraft_limit as debit_limit, c.overdraft_limit as credit_limit,
            case
                when not o.is_kept then null
                when lives[o.secret_of] is not true then 'the session is not live'
                when o.role = 'auditor' then 'the role moves no money'
                when o.debit_id is distinct from d.id or o.credit_id is distinct from c.id
                    then 'an account does not exist'
                when o.kind <> 'deposit' and d.kind is distinct from 'customer'
                    then 'the account to debit is not a customer''s'
                when o.kind <> 'withdrawal' and c.kind is distinct from 'customer'
                    then 'the account to credit is not a customer''s'
                when o.kind = 'deposit' and o.debit_id is distinct from cash.id
                    then 'the account to debit is not the actor''s cash account'
                when o.kind = 'withdrawal' and o.credit_id is distinct from cash.id
                    then 'the account to credit is not the actor''s cash account'
                when o.role <> 'customer' then null
                when o.user_id is distinct from case o.kind when 'deposit' then c.user_id else d.user_id end
                    then 'the account is not the customer''s'
                when not exists (
                    select from bank.pin_authorizations p
                    where p.session_id = o.session_id
                        and p.account_id = case o.kind when 'deposit' then c.id else d.id end
                        and p.idempotency_id in ('00000000-0000-0000-0000-000000000000', o.idempotency_id)
                        and p.expires_at > now())
                    then 'the session has not proven the account''s PIN'
            end as fault,
            case
                when o.debit_id = o.credit_id then 'accounts_are_the_same'
                when o.currency is distinct from d.currency or o.currency is distinct from c.currency then 'currency_mismatch'
                when d.is_closed then 'debit_account_closed'
                when c.is_closed then 'credit_account_closed'
                when d.is_locked then 'debit_account_locked'
            end as standing,
            s.is_credit, s.account_id, s.delta, s.opening
        from orders o
        left join bank.accounts d on d.id = o.debit_id
        left join bank.accounts c on c.id = o.credit_id
        left join lateral bank.cash_account(o.user_id, o.role, o.currency) cash on o.kind <> 'transfer'
        cross join lateral (values
            (false, o.debit_id, -o.moved, d.balance),
            (true, o.credit_id, o.moved, c.balance)) as s (is_credit, account_id, delta, opening)
    ), running as (
        select l.*,
            l.opening + sum(l.delta) over (
                partition by l.account_id order by l.n, l.is_credit rows unbounded preceding) as after
        from legs l
    ), paired as (
        select r.*,
            first_value(r.after) over sides as debit_after, last_value(r.after) over sides as credit_after
        from running r
        window sides as (partition by r.n order by r.is_credit
                         rows between unbounded preceding and unbounded following)
    ), judged as materialized (
        select p.*,
            case
                when not p.is_kept then null
                when p.fault is not null then p.fault
                when p.code <> coalesce(p.standing, case
                    when p.debit_after + p.moved - p.amount < -p.debit_limit then 'insufficient_funds'
                    when p.debit_after + p.moved - p.amount < -9223372036854775808
                        or p.credit_after - p.moved + p.amount > 9223372036854775807 then 'balance_out_of_range'
                    else 'posted'
                end) then 'it is not ' || p.code
                when p.debit_expected <> coalesce(p.debit_after, 0)
                    or p.credit_expected <> coalesce(p.credit_after, 0) then 'the balances differ'
            end as disagreement
        from paired p
    ), new_transfers as (
        insert into bank.transfers
            (id, debit_account_id, credit_account_id, amount, user_id, session_id, answer_balance, answer_limit,
             idempotency_id, kind, status, request_digest, currency, reference)
        select j.id, j.debit_id, j.credit_id, j.amount, j.user_id, j.session_id,
            case when j.code <> 'posted' then case j.kind when 'deposit' then j.credit_after else j.debit_after end end,
            nullif(case j.kind when 'deposit' then j.credit_limit else j.debit_limit end, 0),
            j.idempotency_id, j.kind,
            case
                when j.disagreement is null then j.code
                else bank.disagree(j.n, j.disagreement)
            end::bank.transfer_status,
            j.digest, j.currency, j.reference
        from judged j
        where j.is_kept and not j.is_credit
        order by j.n
    ), new_history as (
        insert into bank.history (account_id, id, amount, balance, type)
        select j.account_id, 2 * j.id + j.is_credit::integer, j.delta, j.after, j.kind
        from judged j
        where j.moved <> 0
        order by j.n
    ), new_balances as (
        update bank.accounts a
        set balance = last.after
        from (
            select distinct on (j.account_id) j.account_id, j.after
            from judged j
            where j.moved <> 0
            order by j.account_id, j.n desc
        ) last
        where a.id = last.account_id
    ), new_records as (
        insert into bank.audit_logs
            (actor_id, account_id, actor, action, outcome, details, ip, user_agent, request_id)
        select j.user_id,
            case j.kind when 'deposit' then j.credit_id else j.debit_id end,
            coalesce(user_names[j.secret_of], '-'), j.kind::text, j.code,
            case
                when j.is_replay then json_build_object('replay', true, 'idempotency_id', j.idempotency_id)
                when j.is_kept then json_build_object(
                    'transfer_id', j.id, 'debit_account_id', j.debit_id, 'credit_account_id', j.credit_id,
                    'amount', j.amount, 'currency', j.currency)
                else json_strip_nulls(json_build_object(
                    'debit_account_id', j.debit_id, 'credit_account_id', j.credit_id,
                    'amount', j.amount, 'currency', j.currency))
            end,
            nullif(j.ip, '')::inet, j.user_agent, j.request_id
        from judged j
        where not j.is_credit
        order by j.n
    )
    select j.n, j.id, now(), j.debit_after::bigint, j.credit_after::bigint, j.debit_no, j.credit_no
    from judged j
    where j.is_kept and not j.is_credit
    order by j.n;
end
$$;
comment on function bank.post_batch(bytea[], integer[], text[], text[], uuid[], bank.transfer_kind[], uuid[], bytea[], bigint[], bigint[], bigint[], text[], text[], text[], boolean[], bigint[], bigint[]) is 'Posts what was decided, writes one audit record per order, and returns what was kept.';
