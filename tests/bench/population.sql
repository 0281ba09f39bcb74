-- Creates users, live sessions, accounts and PIN authorizations of a bank to be measured, in bulk:
-- through the daemon each would take a commit and a hash. Run as bank_owner, with psql:
--
--     psql -v accounts=100000 -v customers=1000 -v tellers=8 -v bank_code=99999999
--
-- and with role_key_inner, role_key_outer, pin_key_inner and pin_key_outer, the padded keys of MACs.
--
-- Prints the input of tests/bench/workload.hpp: the secret of each session, and each account's owner.

\set ON_ERROR_STOP 1
\pset tuples_only on
\pset format unaligned
set client_min_messages = warning;

begin;

create temporary table people on commit drop as
select u.user_name, u.role::bank.role as role, u.place, uuid_send(gen_random_uuid()) as random
from (
    select format('bench-teller-%s', n) as user_name, 'teller' as role, n - 1 as place from generate_series(1, :tellers) as n
    union all
    select format('bench-customer-%s', n), 'customer', n - 1 from generate_series(1, :customers) as n
) u;

insert into bank.users (user_name, role)
select p.user_name, p.role from people p;

-- HMAC-SHA-256 (RFC 2104) by the keys of access::Bindings.
update bank.users u
set role_mac = sha256(decode(:'role_key_outer', 'hex')
                      || sha256(decode(:'role_key_inner', 'hex') || convert_to(u.id || ' ' || u.role, 'UTF8')));

insert into bank.sessions (user_id, role, secret_hash, refresh_hash, expires_at, ip, user_agent)
select u.id, u.role, sha256(p.random || int8send(u.id)), sha256(uuid_send(gen_random_uuid())), now() + interval '1 day',
    '127.0.0.1', 'bankd-bench'
from people p
join bank.users u on u.user_name = p.user_name;

create temporary table places on commit drop as
select nextval('bank.account_ids') as id, n from generate_series(0, :accounts - 1) as n;

-- A large overdraft instead of deposits: balances start at zero, and their sum is zero.
insert into bank.accounts (id, account_no, kind, currency, name, user_id, overdraft_limit)
select c.id,
    'DE' || lpad((98 - mod((c.bban || '131400')::numeric, 97))::text, 2, '0') || c.bban,
    'customer', 'EUR', 'Account ' || c.id, u.id, 1000000000000
from (select p.id, p.n, :'bank_code' || lpad(p.id::text, 10, '0') as bban from places p) c
join people p on p.role = 'customer' and p.place = c.n % :customers
join bank.users u on u.user_name = p.user_name;

insert into bank.pin_authorizations (session_id, account_id, expires_at, mac)
select s.id, a.id, e.moment,
    sha256(decode(:'pin_key_outer', 'hex')
           || sha256(decode(:'pin_key_inner', 'hex') || convert_to(
               concat_ws(' ', s.id, a.id, '00000000-0000-0000-0000-000000000000', bank.us(e.moment)), 'UTF8')))
from bank.accounts a
join bank.sessions s on s.user_id = a.user_id
cross join (select now() + interval '1 day' as moment) e
where a.kind = 'customer' and s.user_agent = 'bankd-bench';

select format('user %s %s %s', u.id, u.role, encode(p.random || int8send(u.id), 'hex'))
from people p
join bank.users u on u.user_name = p.user_name
order by u.id;

select format('account %s %s', a.account_no, a.user_id)
from bank.accounts a
join places p on p.id = a.id
order by a.id;

commit;
