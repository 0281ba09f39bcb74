-- What a bank of the first schema has after a while, made by its own functions. Run as the superuser
-- of the cluster, as one text; each part is a transaction.

create function pg_temp.post(
    secret bytea, key text, kind bank.transfer_kind, debit bigint, credit bigint, amount bigint, origin bigint,
    status bank.transfer_status
) returns bigint
language plpgsql volatile
as $$
declare
    d bank.accounts;
    c bank.accounts;
    moved constant bigint := case when status = 'posted' and kind not in ('hold', 'release') then amount else 0 end;
    reserved bigint := 0;
begin
    perform bank.lock_batch(array[secret], '{1}', array[kind], '{EUR}', array[debit], array[credit], array[origin],
                            '{192.0.2.1}', '{test}', '{1}');
    if status = 'posted' then
        reserved := case
            when kind = 'hold' then amount
            when kind in ('capture', 'release') then -(select t.amount from bank.transfers t where t.id = origin)
            else 0
        end;
    end if;
    select * into strict d from bank.accounts a where a.id = debit;
    select * into strict c from bank.accounts a where a.id = credit;
    return (
        select p.transfer_id
        from bank.post_batch(
            array[secret], '{1}', '{192.0.2.1}', '{test}', '{1}', array[gen_random_uuid()], array[kind],
            array[md5(key)::uuid], array[sha256(key::bytea)], array[debit], array[credit], array[origin],
            array[null]::integer[], array[amount], '{EUR}', array['For ' || key],
            array[case kind when 'hold' then 3600 end]::bigint[], array[status], array[null]::text[], '{f}',
            array[d.balance - moved], array[c.balance + moved], array[d.held + reserved],
            array[case when kind in ('deposit', 'capture', 'release')
                then c.balance + moved - c.held + coalesce(c.overdraft_limit, 0) - c.minimum_balance
                else d.balance - moved - d.held - reserved + coalesce(d.overdraft_limit, 0) - d.minimum_balance end],
            array[d.id, c.id], array[d.version, c.version]) p);
end
$$;

create function pg_temp.me(name text) returns bank.caller
language sql stable
as $$
    select (sha256(name::bytea), '192.0.2.1', 'test', gen_random_uuid())::bank.caller
$$;

-- An administrator of this machine, a teller, two customers, and the bank's own accounts.
begin;
select bank.open_local_session(pg_temp.me('chief'), 1000, sha256('chief'), sha256('refresh chief'), 86400);
select bank.keep_currency('EUR', '{cash,suspense,fees}', '{null,null,null}',
                          array(select bank.draw_account_id() from generate_series(1, 3)),
                          '{DE00OLDBANK1,DE00OLDBANK2,DE00OLDBANK3}');
select bank.add_user(pg_temp.me('chief'), 'old teller', 'teller', 'record of a password', '{EUR}',
                     array[bank.draw_account_id()], '{DE00OLDDRAWER}');
select bank.add_user(pg_temp.me('chief'), 'old customer', 'customer', 'record of a password', '{}', '{}', '{}');
select bank.add_user(pg_temp.me('chief'), 'old friend', 'customer', 'record of a password', '{}', '{}', '{}');
select bank.open_session(pg_temp.me('teller'), u.id, sha256('teller'), sha256('refresh teller'), 86400)
from bank.users u where u.user_name = 'old teller';
select bank.open_session(pg_temp.me('customer'), u.id, sha256('customer'), sha256('first refresh'), 86400)
from bank.users u where u.user_name = 'old customer';
commit;

begin;
select bank.refresh_session(pg_temp.me('customer'), sha256('first refresh'), sha256('customer'), sha256('second refresh'));
select bank.open_account(pg_temp.me('chief'), bank.draw_account_id(), 'DE00OLDCUSTOMER', 'old customer',
                         'Konto für Äpfel', 'EUR', 5000, 'record of a PIN');
select bank.open_account(pg_temp.me('teller'), bank.draw_account_id(), 'DE00OLDFRIEND', 'old friend', 'Main', 'EUR', 0, '');
select bank.open_account(pg_temp.me('teller'), bank.draw_account_id(), 'DE00OLDLOCKED', 'old friend', 'Locked', 'EUR', 0, '');
select bank.lock_account(pg_temp.me('teller'), a.id, 'lost card') from bank.accounts a where a.account_no = 'DE00OLDLOCKED';
select bank.set_limits(pg_temp.me('chief'), a.id, 900000, 1000000, null, null, 0)
from bank.accounts a where a.account_no = 'DE00OLDCUSTOMER';
select bank.set_role_limits(pg_temp.me('chief'), 'customer', 'EUR', null, 2000000, null, null);
select bank.pin_end(pg_temp.me('customer'), a.id, true, 3, 3600, '00000000-0000-0000-0000-000000000000')
from bank.accounts a where a.account_no = 'DE00OLDCUSTOMER';
commit;

begin;
do $$
declare
    -- The actor's secret, as me() gives it.
    teller constant bytea := sha256('teller');
    customer constant bytea := sha256('customer');
    drawer constant bigint := (select a.id from bank.accounts a where a.account_no = 'DE00OLDDRAWER');
    own constant bigint := (select a.id from bank.accounts a where a.account_no = 'DE00OLDCUSTOMER');
    friend constant bigint := (select a.id from bank.accounts a where a.account_no = 'DE00OLDFRIEND');
    captured bigint;
    paid bigint;
begin
    perform pg_temp.post(teller, 'deposit', 'deposit', drawer, own, 1000000, null, 'posted');
    -- Enough for a mark in the history.
    for n in 1..70 loop
        perform pg_temp.post(customer, 'transfer ' || n, 'transfer', own, friend, n, null, 'posted');
    end loop;
    perform pg_temp.post(customer, 'too much', 'transfer', own, friend, 900001, null, 'transfer_limit_exceeded');
    captured := pg_temp.post(customer, 'hold to capture', 'hold', own, friend, 300, null, 'posted');
    perform pg_temp.post(teller, 'capture', 'capture', own, friend, 200, captured, 'posted');
    perform pg_temp.post(customer, 'open hold', 'hold', own, friend, 700, null, 'posted');
    paid := pg_temp.post(teller, 'withdrawal', 'withdrawal', friend, drawer, 50, null, 'posted');
    perform pg_temp.post(teller, 'reversal', 'reversal', drawer, friend, 50, paid, 'posted');
end
$$;
commit;

-- What is still open anywhere on the server keeps records from being sealed.
do $$
begin
    while exists (select from bank.audit_logs l where l.xid >= pg_snapshot_xmin(pg_current_snapshot())) loop
        perform pg_sleep(0.01);
    end loop;
end
$$;

begin;
select bank.seal(0, count(*)::integer, (max(array[u.xid::text::bigint, u.id]))[1]::text::xid8,
                 (max(array[u.xid::text::bigint, u.id]))[2], '{}', '{}', '{}')
from bank.unsealed('0', 0, 1000) u;
select bank.add_checkpoint((select s.record_count from bank.audit_seals s), 'a signed note');
select bank.set_delivered('journald', 7);
commit;
