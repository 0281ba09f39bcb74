-- Devices and networks with which users have signed in: while strangers' tries are delayed, theirs
-- are not.

create table bank.known_devices (
    tag bytea primary key check (length(tag) = 32),
    user_id bigint not null references bank.users,
    kind text not null check (kind in ('device', 'source')),
    seen_at timestamptz not null default now()
);
create index known_devices_user_id on bank.known_devices (user_id, kind, seen_at);
create index known_devices_seen_at on bank.known_devices (seen_at);
alter table bank.known_devices enable row level security;
comment on table bank.known_devices is 'With what users have signed in, the last eight devices and networks of each. A row gives a place in the queue, never a login. Removed some time after the last login, see apply_retention().';
comment on column bank.known_devices.tag is 'HMAC of the user''s name with the device''s id or the network, under a key of the core: it tells neither, and a row that was not made with the key matches nothing.';
comment on column bank.known_devices.user_id is 'Whose.';
comment on column bank.known_devices.kind is '"device": a client that keeps a token of the bank; "source": a network.';
comment on column bank.known_devices.seen_at is 'The last login with it.';
