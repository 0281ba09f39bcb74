-- Creates a ledger with a history: transfers, marks and audit records as if they had been posted in the
-- previous year. Run as bank_owner, after population.sql, while nothing else accesses the database:
--
--     psql -v transfers=10000000
--
-- The only place outside the schema that depends on the tables' layout. It needs no sums and searches,
-- because the history consists of rounds. In each, every account pays and receives the same amount
-- once: transfer p of a round, with accounts counted from 0, goes from account p to account p + shift,
-- modulo their number. So all balances are zero after a round; and account i, whose credit is transfer
-- i - shift of the round, receives first if that is not negative, and pays first otherwise.

\set ON_ERROR_STOP 1
select set_config('bench.transfers', :'transfers', false) as transfers \gset

create temporary table places as
select a.id, (row_number() over (order by a.id) - 1)::bigint as place
from bank.accounts a
where a.kind = 'customer';
create unique index on places (place);
analyze places;

do $$
declare
    accounts constant bigint := (select count(*) from places);
    rounds constant bigint := ceil(current_setting('bench.transfers')::numeric / accounts);
    -- It ends before the current month: the amounts that limits count start at zero.
    begin_at constant timestamptz := now() - interval '400 days';
    between_two constant interval := interval '360 days' / (rounds * accounts)::float8;
    overdraft constant bigint := (select min(a.overdraft_limit) from bank.accounts a where a.kind = 'customer');
    teller record;
    secret constant bytea := (select s.value from bank.audit_secret s);
    subject bank.audit_subjects;
    first_id bigint := (select coalesce(max(t.id), 0) + 1 from bank.transfers t);
    shift bigint;
    shift_before bigint;
begin
    select u.id, u.user_name, s.id as session_id into teller
    from bank.users u
    join bank.sessions s on s.user_id = u.id
    where u.user_name = 'bench-teller-1';
    subject := bank.know_subject(teller.id, teller.user_name, '127.0.0.1', 'bankd-bench');

    for r in 0 .. rounds - 1 loop
        shift_before := shift;
        shift := 1 + (r * 7919) % (accounts - 1);

        insert into bank.transfers
            (id, debit_account_id, credit_account_id, amount, debit_balance, credit_balance, available,
             debit_previous, credit_previous, user_id, session_id, created_at, idempotency_id, value_date,
             kind, status, request_digest, currency, reference)
        select t.id, d.id, c.id, m.amount, m.debit_balance, m.credit_balance, m.debit_balance + overdraft,
            -- The previous entry: of this round, or the last of the previous round.
            case
                when d.place >= shift then 2 * (t.id - shift) + 1
                when r = 0 then 0
                when d.place >= shift_before then 2 * (t.id - accounts)
                else 2 * (t.id - shift_before) + 1
            end,
            case
                when c.place < shift then 2 * (first_id + c.place)
                when r = 0 then 0
                when c.place >= shift_before then 2 * (first_id - accounts + c.place)
                else 2 * (first_id + c.place - shift_before) + 1
            end,
            teller.id, teller.session_id, m.made_at,
            -- As a UUID of version 7, which starts with the time.
            encode(substring(int8send((extract(epoch from m.made_at) * 1000)::bigint) from 3)
                || substring(uuid_send(gen_random_uuid()) from 7), 'hex')::uuid,
            (m.made_at at time zone 'UTC')::date,
            'transfer', 'posted', sha256(int8send(t.id)), 'EUR', ''
        from places d
        cross join lateral (select first_id + d.place as id) t
        join places c on c.place = (d.place + shift) % accounts
        cross join lateral (
            select 1 + r % 100 as amount,
                case when d.place >= shift then 0 else -1 - r % 100 end as debit_balance,
                case when c.place < shift then 0 else 1 + r % 100 end as credit_balance,
                begin_at + between_two * (r * accounts + d.place)::float8 as made_at) m
        order by d.place;

        insert into bank.audit_logs
            ("timestamp", actor_id, transfer_id, subject_id, action, outcome, request_id, leaf)
        select t.created_at, t.user_id, t.id, subject.id, 'transfer', 'posted', t.idempotency_id,
            bank.leaf_of(bank.transfer_record(
                bank.us(t.created_at), 'transfer', 'posted', t.user_id, t.idempotency_id, subject.hash, t.id,
                t.debit_account_id, t.credit_account_id, t.amount, t.currency, null, null,
                to_char(t.value_date, 'YYYY-MM-DD'), null, null,
                bank.salted_hash(substring(bank.transfer_salts(secret, t.id) from 17), bank.private_text(
                    t.debit_balance, t.debit_previous, t.credit_balance, t.credit_previous, t.available, t.session_id,
                    t.idempotency_id, t.request_digest))))
        from bank.transfers t
        where t.id between first_id and first_id + accounts - 1
        order by t.id;

        -- Two entries per round: the 64th, 128th, ... are the last ones of every 32nd round.
        if r % 32 = 31 then
            insert into bank.history_marks (account_id, "timestamp", entry_id)
            select p.id, t.created_at, e.id
            from places p
            cross join lateral (
                select case
                    when p.place >= shift then 2 * (first_id + p.place)
                    else 2 * (first_id + p.place - shift + accounts) + 1
                end as id) e
            join bank.transfers t on t.id = e.id / 2
            order by p.id;
        end if;
        first_id := first_id + accounts;
        -- The records of a transaction are sealed as a whole.
        commit;
    end loop;

    update bank.accounts a
    set last_entry = case
            when p.place >= shift then 2 * (first_id - accounts + p.place)
            else 2 * (first_id + p.place - shift) + 1
        end,
        entry_count = 2 * rounds,
        version = a.version + 2 * rounds
    from places p
    where p.id = a.id;
    perform setval('bank.transfer_ids', first_id - 1);
end
$$;
