-- The baseline for bankd: one stored function for each transfer, in a transaction of its own, writing
-- the same rows as bankd. A careful team would build this first on PostgreSQL: rows are locked in id
-- order, a retry with the same key posts nothing, every transfer has its audit record.
--
--     psql -v accounts=100000

\set ON_ERROR_STOP 1

create schema baseline;

create table baseline.accounts (
    id bigint primary key,
    balance bigint not null default 0,
    overdraft_limit bigint not null check (overdraft_limit >= 0),
    user_id bigint not null,
    currency text not null check (length(currency) = 3),
    account_no text not null unique,
    name text not null,
    is_locked boolean not null default false,
    is_closed boolean not null default false,
    check (balance >= -overdraft_limit)
) with (fillfactor = 70);

-- A transfer's row contains both entries with the balances after them; the two indexes find those of
-- an account.
create table baseline.transfers (
    id bigint generated always as identity primary key,
    debit_account_id bigint not null,
    credit_account_id bigint not null,
    amount bigint not null check (amount > 0),
    debit_balance bigint not null,
    credit_balance bigint not null,
    user_id bigint not null,
    session_id bigint not null,
    created_at timestamptz not null default now(),
    idempotency_id uuid not null unique,
    request_digest bytea not null check (length(request_digest) = 32),
    value_date date not null default (now() at time zone 'UTC')::date,
    currency text not null check (length(currency) = 3),
    reference text not null check (octet_length(reference) <= 140),
    check (debit_account_id <> credit_account_id)
);
create index transfers_debit on baseline.transfers (debit_account_id, id);
create index transfers_credit on baseline.transfers (credit_account_id, id);

create table baseline.audit_logs (
    id bigint generated always as identity primary key,
    "timestamp" timestamptz not null default clock_timestamp(),
    actor_id bigint,
    account_id bigint,
    transfer_id bigint,
    actor text not null,
    action text not null,
    outcome text not null,
    ip inet,
    user_agent text not null,
    request_id uuid,
    leaf bytea not null check (length(leaf) = 32)
);
create index audit_logs_actor on baseline.audit_logs (actor_id, id);
create index audit_logs_transfer on baseline.audit_logs (transfer_id);

insert into baseline.accounts (id, overdraft_limit, user_id, currency, account_no, name)
select n, 1000000000000, n % 1000, 'EUR', 'DE' || lpad(n::text, 20, '0'), 'Account ' || n
from generate_series(1, :accounts) as n;

-- Ordered by time, as the keys that bankd recommends to its clients.
create function baseline.new_key() returns uuid
language sql volatile
as $$
    select encode(
        substring(int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3)
            || substring(uuid_send(gen_random_uuid()) from 7), 'hex')::uuid
$$;

create function baseline.transfer(
    key uuid, actor bigint, debit bigint, credit bigint, wanted bigint, wanted_currency text
) returns text
language plpgsql volatile
as $$
declare
    account record;
    debit_account baseline.accounts;
    credit_account baseline.accounts;
    made bigint;
begin
    -- Locked in id order: two transfers between the same accounts cannot deadlock.
    for account in
        select * from baseline.accounts a
        where a.id in (debit, credit)
        order by a.id
        for no key update
    loop
        if account.id = debit then debit_account := account; else credit_account := account; end if;
    end loop;
    -- After the locks, so that a retry sees the transfer that it waited for.
    if exists (select from baseline.transfers t where t.idempotency_id = key) then
        return 'replay';
    end if;
    if debit_account.id is null or credit_account.id is null then return 'account_not_found'; end if;
    if debit_account.currency <> wanted_currency or credit_account.currency <> wanted_currency then
        return 'currency_mismatch';
    end if;
    if debit_account.is_closed or credit_account.is_closed then return 'account_closed'; end if;
    if debit_account.is_locked then return 'account_locked'; end if;
    if debit_account.balance - wanted < -debit_account.overdraft_limit then
        return 'insufficient_funds';
    end if;
    update baseline.accounts a set balance = a.balance - wanted where a.id = debit;
    update baseline.accounts a set balance = a.balance + wanted where a.id = credit;
    insert into baseline.transfers
        (debit_account_id, credit_account_id, amount, debit_balance, credit_balance, user_id, session_id,
         idempotency_id, request_digest, currency, reference)
    values
        (debit, credit, wanted, debit_account.balance - wanted, credit_account.balance + wanted, actor, actor,
         key, sha256(uuid_send(key)), wanted_currency, '')
    returning id into made;
    insert into baseline.audit_logs
        (actor_id, account_id, transfer_id, actor, action, outcome, ip, user_agent, request_id, leaf)
    values
        (actor, debit, made, 'bench-teller-1', 'transfer', 'posted', '127.0.0.1', 'bankd-bench', key,
         sha256(convert_to(json_build_array(
            actor, debit, 'bench-teller-1', 'transfer', 'posted', made, debit, credit, wanted, wanted_currency,
            '127.0.0.1', 'bankd-bench', key)::text, 'UTF8')));
    return 'posted';
end
$$;
