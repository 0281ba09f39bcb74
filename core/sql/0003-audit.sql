-- The audit trail, and the triggers that keep what must never change.

-- One row per order of every batch: the checks are cheap ones.
create table bank.audit_logs (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    "timestamp" timestamptz not null default clock_timestamp(),
    actor_id bigint,
    account_id bigint,
    transfer_id bigint,
    actor text not null,
    action text not null check (octet_length(action) between 1 and 40),
    outcome text not null check (octet_length(outcome) between 1 and 40),
    details json check (pg_column_size(details) <= 4200),
    ip inet,
    user_agent text not null check (octet_length(user_agent) <= 256),
    request_id uuid,
    leaf bytea not null check (length(leaf) = 32),
    constraint transfers_tell_the_details check ((details is null) = (transfer_id is not null))
);
create index audit_logs_delivery on bank.audit_logs (xid, id);
create index audit_logs_actor on bank.audit_logs (actor_id, id) where actor_id is not null;
-- Of transfers only the refused: the others are found through the account's chain of entries, and
-- would make this the one index that posting writes at random.
create index audit_logs_account on bank.audit_logs (account_id, id)
    where account_id is not null and (transfer_id is null or outcome <> 'posted');
create index audit_logs_transfer on bank.audit_logs (transfer_id) where transfer_id is not null;
comment on table bank.audit_logs is 'Who did or tried what, written in the transaction that did it. Never changed, never removed.';
comment on column bank.audit_logs.id is 'Order of writing; has gaps.';
comment on column bank.audit_logs.xid is 'The transaction: (xid, id) below the oldest running one is final, and the order of delivery.';
comment on column bank.audit_logs."timestamp" is 'When it was written.';
comment on column bank.audit_logs.actor_id is 'The user; null: nobody yet.';
comment on column bank.audit_logs.account_id is 'The account it is about; null: none, or several.';
comment on column bank.audit_logs.actor is 'The user''s name, or "-".';
comment on column bank.audit_logs.action is 'A word of core/audit/actions.def.';
comment on column bank.audit_logs.outcome is 'A word of core/base/codes.def, or "ok".';
comment on column bank.audit_logs.transfer_id is 'The transfer that was decided; null if the record is of something else.';
comment on column bank.audit_logs.details is 'A JSON object as it was written; holds no secret. Null of a transfer, whose row says it all: see audit_details().';
comment on column bank.audit_logs.ip is 'Where the request came from; null on the Unix socket.';
comment on column bank.audit_logs.user_agent is 'As the client calls itself; may be empty.';
comment on column bank.audit_logs.request_id is 'Of the request; null for what the bank did itself.';
comment on column bank.audit_logs.leaf is 'SHA-256 of the record, made when it is written: see audit_leaf().';

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
    foreach kept in array array['transfers', 'history_marks', 'audit_logs'] loop
        execute format('create trigger refuse_row_change before update or delete on bank.%I'
                       ' for each row execute function bank.refuse_change()', kept);
        execute format('create trigger refuse_change before update or delete or truncate on bank.%I'
                       ' for each statement execute function bank.refuse_change()', kept);
        execute format('alter table bank.%I enable always trigger refuse_row_change', kept);
        execute format('alter table bank.%I enable always trigger refuse_change', kept);
    end loop;
end
$$;

-- Stable like what it calls, and without "set search_path": else it is not inlined, and it is called for
-- each record. Its callers have pinned theirs.
create function bank.audit_leaf(
    actor_id bigint, account_id bigint, actor text, action text, outcome text, details text, ip text,
    user_agent text, request_id uuid
) returns bytea
language sql stable
as $$
    -- A JSON array keeps its elements apart, whatever is in them. The 0 is RFC 9162's of a leaf.
    select sha256('\x00'::bytea || convert_to(json_build_array(
        actor_id, account_id, actor, action, outcome, details, ip, user_agent, request_id)::text, 'UTF8'))
$$;
comment on function bank.audit_leaf(bigint, bigint, text, text, text, text, text, text, uuid) is 'The hash of a record; of a transfer, details are its row''s words in the order of post_batch().';

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
        (actor_id, account_id, actor, action, outcome, details, ip, user_agent, request_id, leaf)
    select r.actor_id, r.account_id, r.actor, r.action, r.outcome, r.details, r.ip, r.user_agent, r.request_id,
        bank.audit_leaf(r.actor_id, r.account_id, r.actor, r.action, r.outcome, r.details::text, host(r.ip),
                        r.user_agent, r.request_id)
    from (select
        actor.user_id, account_id, coalesce(actor.user_name, '-'), action, outcome,
        coalesce(json_strip_nulls(details), '{}'), caller.ip, coalesce(caller.user_agent, ''),
        nullif(caller.request_id, '00000000-0000-0000-0000-000000000000'))
        as r (actor_id, account_id, actor, action, outcome, details, ip, user_agent, request_id)
$$;
comment on function bank.write_audit(bank.actor, bank.caller, text, text, bigint, json) is 'Appends one record. Not for the daemon: the functions that act call it.';

create function bank.audit_details(written json, of_transfer bigint) returns json
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(written, (
        select json_strip_nulls(json_build_object(
            'transfer_id', t.id, 'debit_account_id', t.debit_account_id, 'credit_account_id', t.credit_account_id,
            'amount', t.amount, 'currency', t.currency, 'origin_id', t.origin_id, 'group_id', t.group_id))
        from bank.transfers t
        where t.id = of_transfer))
$$;
comment on function bank.audit_details(json, bigint) is 'The details of a record, also where they are those of a transfer; sees what the reader may see.';
