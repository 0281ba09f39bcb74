-- MACs of the daemon, which has the key, over the audit records of each transaction: a record
-- without one was not written by the bank, and is never sealed.

create table bank.audit_macs (
    xid xid8 primary key,
    key_id bytea not null check (length(key_id) = 4),
    record_count integer not null check (record_count > 0),
    mac bytea not null check (length(mac) = 32)
);
alter table bank.audit_macs enable row level security;
comment on table bank.audit_macs is 'One row for each transaction with audit records, until they are sealed.';
comment on column bank.audit_macs.xid is 'The transaction, as in audit_logs.';
comment on column bank.audit_macs.key_id is 'Which key of the daemon made it.';
comment on column bank.audit_macs.record_count is 'How many records the transaction wrote.';
comment on column bank.audit_macs.mac is 'HMAC of the leaves of these records, in order of id, and of the transaction.';

create table bank.audit_macs_start (
    only_one boolean primary key default true check (only_one),
    started_at timestamptz not null default clock_timestamp()
);
alter table bank.audit_macs_start enable row level security;
comment on table bank.audit_macs_start is 'Since when each record needs a MAC. No row: the daemon has not started on this schema yet; it then accepts the records that are pending, once.';
comment on column bank.audit_macs_start.only_one is 'There is one row.';
comment on column bank.audit_macs_start.started_at is 'When.';
