-- The audit trail, and the triggers that keep what must never change.

-- One row per order of every batch: the checks are cheap ones.
create table bank.audit_logs (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    "timestamp" timestamptz not null default clock_timestamp(),
    actor_id bigint,
    account_id bigint,
    actor text not null,
    action text not null check (octet_length(action) between 1 and 40),
    outcome text not null check (octet_length(outcome) between 1 and 40),
    details json not null check (pg_column_size(details) <= 4200),
    ip inet,
    user_agent text not null check (octet_length(user_agent) <= 256),
    request_id uuid,
    leaf bytea check (length(leaf) = 32)
);
create index audit_logs_delivery on bank.audit_logs (xid, id);
create index audit_logs_actor on bank.audit_logs (actor_id, id) where actor_id is not null;
create index audit_logs_account on bank.audit_logs (account_id, id) where account_id is not null;
comment on table bank.audit_logs is 'Who did or tried what, written in the transaction that did it. Never changed, never removed.';
comment on column bank.audit_logs.id is 'Order of writing; has gaps.';
comment on column bank.audit_logs.xid is 'The transaction: (xid, id) below the oldest running one is final, and the order of delivery.';
comment on column bank.audit_logs."timestamp" is 'When it was written.';
comment on column bank.audit_logs.actor_id is 'The user; null: nobody yet.';
comment on column bank.audit_logs.account_id is 'The account it is about; null: none, or several.';
comment on column bank.audit_logs.actor is 'The user''s name, or "-".';
comment on column bank.audit_logs.action is 'A word of core/audit/actions.def.';
comment on column bank.audit_logs.outcome is 'A word of core/base/codes.def, or "ok".';
comment on column bank.audit_logs.details is 'A JSON object as it was written; holds no secret.';
comment on column bank.audit_logs.ip is 'Where the request came from; null on the Unix socket.';
comment on column bank.audit_logs.user_agent is 'As the client calls itself; may be empty.';
comment on column bank.audit_logs.request_id is 'Of the request; null for what the bank did itself.';
comment on column bank.audit_logs.leaf is 'Reserved for the hash of the record; null until records are hashed.';

create table bank.audit_deliveries (
    sink text primary key check (sink ~ '^[a-z_]{1,40}$'),
    xid xid8 not null,
    id bigint not null
);
comment on table bank.audit_deliveries is 'How far each copy of the trail has come.';
comment on column bank.audit_deliveries.sink is 'The copy, as "journald".';
comment on column bank.audit_deliveries.xid is 'Of the last record that is there.';
comment on column bank.audit_deliveries.id is 'Of the last record that is there.';

create function bank.refuse_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    raise exception using
        errcode = 'BK002',
        message = format('%s is append-only: %s refused', tg_table_name, tg_op);
end
$$;
comment on function bank.refuse_change() is 'Keeps a table append-only, whoever asks.';

-- Enabled always: session_replication_role = replica does not switch them off.
do $$
declare
    kept text;
begin
    foreach kept in array array['transfers', 'history', 'audit_logs'] loop
        execute format('create trigger refuse_row_change before update or delete on bank.%I'
                       ' for each row execute function bank.refuse_change()', kept);
        execute format('create trigger refuse_change before update or delete or truncate on bank.%I'
                       ' for each statement execute function bank.refuse_change()', kept);
        execute format('alter table bank.%I enable always trigger refuse_row_change', kept);
        execute format('alter table bank.%I enable always trigger refuse_change', kept);
    end loop;
end
$$;

create function bank.write_audit(
    actor bank.actor,
    caller bank.caller,
    action text,
    outcome text,
    account_id bigint,
    details json
) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into bank.audit_logs
        (actor_id, account_id, actor, action, outcome, details, ip, user_agent, request_id)
    values
        (actor.user_id, account_id, coalesce(actor.user_name, '-'), action, outcome,
         coalesce(json_strip_nulls(details), '{}'), caller.ip, coalesce(caller.user_agent, ''),
         nullif(caller.request_id, '00000000-0000-0000-0000-000000000000'))
$$;
comment on function bank.write_audit(bank.actor, bank.caller, text, text, bigint, json) is 'Appends one record. Not for the daemon: the functions that act call it.';
