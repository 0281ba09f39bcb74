-- The audit trail, and the triggers that keep what must never change.

-- One row per order of every batch: the checks are cheap ones.
create table bank.audit_logs (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    "timestamp" timestamptz not null,
    actor_id bigint,
    account_id bigint,
    transfer_id bigint,
    subject_id bigint not null,
    action text not null check (octet_length(action) between 1 and 40),
    outcome text not null check (octet_length(outcome) between 1 and 40),
    request_id uuid,
    details_hash bytea check (length(details_hash) = 32),
    leaf bytea not null check (length(leaf) = 32),
    constraint transfers_tell_the_details check ((details_hash is null) = (transfer_id is not null))
);
create index audit_logs_order on bank.audit_logs (xid, id);
create index audit_logs_actor on bank.audit_logs (actor_id, id) where actor_id is not null;
-- Posted transfers name no account here: they are found through the accounts' chains of entries, and
-- would make this the one index that posting writes at random.
create index audit_logs_account on bank.audit_logs (account_id, id) where account_id is not null;
create index audit_logs_transfer on bank.audit_logs (transfer_id) where transfer_id is not null;
comment on table bank.audit_logs is 'Who did or tried what, written in the transaction that did it. Never changed; removed only in whole archived ranges.';
comment on column bank.audit_logs.id is 'Order of writing; has gaps.';
comment on column bank.audit_logs.xid is 'The transaction: (xid, id) below the oldest running one is final, and the order of sealing.';
comment on column bank.audit_logs."timestamp" is 'When it was written; of a transfer its created_at.';
comment on column bank.audit_logs.actor_id is 'The user; null: nobody yet.';
comment on column bank.audit_logs.account_id is 'The account it is about; null: none, or several, or those of a posted transfer.';
comment on column bank.audit_logs.subject_id is 'Who asked, from where, with what: see audit_subjects.';
comment on column bank.audit_logs.action is 'A word of core/audit/actions.def.';
comment on column bank.audit_logs.outcome is 'A word of core/base/codes.def, or "ok".';
comment on column bank.audit_logs.transfer_id is 'The transfer that was decided; null if the record is of something else.';
comment on column bank.audit_logs.details_hash is 'Names the details: see audit_details. Null of a transfer, whose row says it all.';
comment on column bank.audit_logs.request_id is 'Of the request; null for what the bank did itself.';
comment on column bank.audit_logs.leaf is 'SHA-256 of the record''s text, made when it is written: see leaf_of().';

-- What names a person is not in the record but beside it: the record has a salted hash of it. Erased
-- here, the record and all proofs still hold.
create table bank.audit_subjects (
    id bigint generated always as identity primary key,
    user_id bigint,
    value text check (octet_length(value) <= 512),
    salt bytea check (length(salt) = 16),
    hash bytea not null check (length(hash) = 32),
    constraint erased_together check ((value is null) = (salt is null))
);
create unique index audit_subjects_value on bank.audit_subjects (value) where value is not null;
create index audit_subjects_user_id on bank.audit_subjects (user_id) where user_id is not null;
comment on table bank.audit_subjects is 'Who was behind requests: each combination of user, address and client once.';
comment on column bank.audit_subjects.id is 'As in audit_logs.';
comment on column bank.audit_subjects.user_id is 'The user; null: nobody yet.';
comment on column bank.audit_subjects.value is 'See subject_text(); null: erased.';
comment on column bank.audit_subjects.salt is 'Random; null: erased, and with it what the hash was of.';
comment on column bank.audit_subjects.hash is 'Of salt and value: see salted_hash(). Stands in the records.';

create table bank.audit_details (
    hash bytea primary key check (length(hash) = 32),
    salt bytea check (length(salt) = 16),
    details json check (pg_column_size(details) <= 4200),
    constraint erased_together check ((details is null) = (salt is null))
);
comment on table bank.audit_details is 'What a record says beyond its fields, if it is not of a transfer.';
comment on column bank.audit_details.hash is 'Of salt and details: see salted_hash(). Stands in the record.';
comment on column bank.audit_details.salt is 'Random; null: erased.';
comment on column bank.audit_details.details is 'A JSON object as it was written; holds no secret. Null: erased.';

create table bank.audit_secret (
    only_one boolean primary key default true check (only_one),
    value bytea not null check (length(value) = 32)
);
insert into bank.audit_secret (value)
values (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
comment on table bank.audit_secret is 'What the salts of transfers are made of: see transfer_salts(). Read by no role.';
comment on column bank.audit_secret.only_one is 'There is one row.';
comment on column bank.audit_secret.value is 'Random.';

-- The tree over the records; see core/audit/merkle.hpp. A seal numbers what it holds in the order of
-- (xid, id): the number of a record is its place in the tree.
create table bank.audit_seals (
    first_no bigint primary key check (first_no >= 0),
    record_count integer not null check (record_count > 0),
    last_xid xid8 not null,
    last_id bigint not null,
    sealed_at timestamptz not null default clock_timestamp()
);
create unique index audit_seals_last on bank.audit_seals (last_xid, last_id);
comment on table bank.audit_seals is 'Which records got which numbers: without gaps, one sealer at a time.';
comment on column bank.audit_seals.first_no is 'Of its first record, counted from 0.';
comment on column bank.audit_seals.record_count is 'How many it holds: all between the last seal''s end and its own.';
comment on column bank.audit_seals.last_xid is 'Of its last record.';
comment on column bank.audit_seals.last_id is 'Of its last record.';
comment on column bank.audit_seals.sealed_at is 'When.';

create table bank.audit_tiles (
    level smallint not null check (level between 0 and 7),
    tile_no bigint not null check (tile_no >= 0),
    hashes bytea not null check (length(hashes) = 8192),
    primary key (level, tile_no)
);
-- Hashes do not compress.
alter table bank.audit_tiles alter column hashes set storage external;
comment on table bank.audit_tiles is 'The tree''s hashes as full tiles of 256 (C2SP tlog-tiles). What is not full yet is computed from what lies below.';
comment on column bank.audit_tiles.level is 'Of the hashes: 0 are leaves.';
comment on column bank.audit_tiles.tile_no is 'Among the tiles of its level, from 0.';
comment on column bank.audit_tiles.hashes is '256 of 32 bytes.';

create table bank.audit_checkpoints (
    tree_size bigint primary key check (tree_size > 0),
    note text not null check (octet_length(note) <= 65536),
    signed_at timestamptz not null default clock_timestamp()
);
comment on table bank.audit_checkpoints is 'Signed notes of what the tree was (C2SP tlog-checkpoint).';
comment on column bank.audit_checkpoints.tree_size is 'In records.';
comment on column bank.audit_checkpoints.note is 'With its signatures.';
comment on column bank.audit_checkpoints.signed_at is 'When.';

create table bank.audit_deliveries (
    sink text primary key check (sink ~ '^[a-z_]{1,40}$'),
    next_no bigint not null check (next_no >= 0)
);
comment on table bank.audit_deliveries is 'How far each copy of the trail has come.';
comment on column bank.audit_deliveries.sink is 'The copy, as "journald".';
comment on column bank.audit_deliveries.next_no is 'The number of the first record that is not there.';

-- Where archived records went, and which of them are no longer here.
create table bank.audit_archives (
    digest bytea primary key check (length(digest) = 32),
    first_no bigint not null check (first_no >= 0),
    end_no bigint not null check (end_no > first_no),
    last_xid xid8 not null,
    last_id bigint not null,
    written_at timestamptz not null default clock_timestamp()
);
comment on table bank.audit_archives is 'Ranges of the trail that were written to an archive.';
comment on column bank.audit_archives.digest is 'SHA-256 of the archive''s lines.';
comment on column bank.audit_archives.first_no is 'Of its first record.';
comment on column bank.audit_archives.end_no is 'Of the record after its last; a checkpoint is of this size.';
comment on column bank.audit_archives.last_xid is 'Of its last record.';
comment on column bank.audit_archives.last_id is 'Of its last record.';
comment on column bank.audit_archives.written_at is 'When.';

create table bank.audit_prunings (
    end_no bigint primary key check (end_no > 0),
    digest bytea not null references bank.audit_archives,
    last_xid xid8 not null,
    last_id bigint not null,
    pruned_at timestamptz not null default clock_timestamp()
);
comment on table bank.audit_prunings is 'Archives whose records may go from audit_logs, the oldest first.';
comment on column bank.audit_prunings.end_no is 'As in audit_archives.';
comment on column bank.audit_prunings.digest is 'The archive.';
comment on column bank.audit_prunings.last_xid is 'As in audit_archives.';
comment on column bank.audit_prunings.last_id is 'As in audit_archives.';
comment on column bank.audit_prunings.pruned_at is 'When.';

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

create function bank.refuse_unless_pruned() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from bank.audit_prunings p where (old.xid, old.id) <= (p.last_xid, p.last_id)) then
        return old;
    end if;
    raise exception using
        errcode = 'BK002',
        message = format('%s is append-only: %s refused', tg_table_name, tg_op);
end
$$;
comment on function bank.refuse_unless_pruned() is 'Lets a record go that an archive has.';

-- Enabled always: session_replication_role = replica does not switch them off.
do $$
declare
    kept text;
    -- One by one a pruned record may go.
    is_pruned boolean;
begin
    foreach kept in array array['transfers', 'history_marks', 'audit_logs', 'audit_seals', 'audit_tiles',
                                'audit_checkpoints', 'audit_archives', 'audit_prunings'] loop
        is_pruned := kept = 'audit_logs';
        execute format('create trigger refuse_row_change before update %s on bank.%I'
                       ' for each row execute function bank.refuse_change()',
                       case when is_pruned then '' else 'or delete' end, kept);
        execute format('create trigger refuse_change before update or truncate %s on bank.%I'
                       ' for each statement execute function bank.refuse_change()',
                       case when is_pruned then '' else 'or delete' end, kept);
        execute format('alter table bank.%I enable always trigger refuse_row_change', kept);
        execute format('alter table bank.%I enable always trigger refuse_change', kept);
    end loop;
end
$$;
create trigger refuse_row_deletion before delete on bank.audit_logs
    for each row execute function bank.refuse_unless_pruned();
alter table bank.audit_logs enable always trigger refuse_row_deletion;

-- The text of a record, version 1, once: core/audit/record.hpp reads it and has the grammar. Fields stand
-- between tabs, what is absent is "-". These functions are called for each record: stable like what
-- they call, and without "set search_path", else they are not inlined. Their callers have pinned theirs.

create function bank.leaf_of(record text) returns bytea
language sql stable
as $$
    -- The 0 is RFC 9162's of a leaf.
    select sha256('\x00'::bytea || convert_to(record, 'UTF8'))
$$;
comment on function bank.leaf_of(text) is 'The hash that the tree has of a record.';

create function bank.salted_hash(salt bytea, value text) returns bytea
language sql stable
as $$
    select sha256(salt || convert_to(value, 'UTF8'))
$$;
comment on function bank.salted_hash(bytea, text) is 'What a record has in place of something that may be erased, or that not everybody may see.';

create function bank.new_salt() returns bytea
language sql volatile
as $$
    select uuid_send(gen_random_uuid())
$$;
comment on function bank.new_salt() is '16 bytes, 122 bits of them random.';

create function bank.subject_text(user_id bigint, user_name text, ip inet, user_agent text) returns text
language sql stable
as $$
    select concat_ws(E'\t', coalesce(user_id::text, '-'), coalesce(user_name, '-'), coalesce(host(ip), '-'),
                     translate(coalesce(user_agent, ''), E'\t', ' '))
$$;
comment on function bank.subject_text(bigint, text, inet, text) is 'Who asked, from where, with what.';

create function bank.event_record(
    at_us bigint, action text, outcome text, actor_id bigint, account_id bigint, request_id uuid, subject bytea,
    details bytea
) returns text
language sql stable
as $$
    select concat_ws(E'\t', 'event/1', at_us, action, outcome, coalesce(actor_id::text, '-'),
                     coalesce(account_id::text, '-'), coalesce(request_id::text, '-'), encode(subject, 'hex'),
                     encode(details, 'hex'))
$$;
comment on function bank.event_record(bigint, text, text, bigint, bigint, uuid, bytea, bytea) is 'The record of what moved no money.';

create function bank.transfer_record(
    at_us bigint, action text, outcome text, actor_id bigint, request_id uuid, subject bytea,
    id bigint, debit_account_id bigint, credit_account_id bigint, amount bigint, currency text, origin_id bigint,
    group_id bigint, value_date text, expires_us bigint, reference bytea, private bytea
) returns text
language sql stable
as $$
    select concat_ws(E'\t', 'transfer/1', at_us, action, outcome, coalesce(actor_id::text, '-'),
                     coalesce(request_id::text, '-'), encode(subject, 'hex'), id, coalesce(debit_account_id::text, '-'),
                     coalesce(credit_account_id::text, '-'), amount, currency, coalesce(origin_id::text, '-'),
                     coalesce(group_id::text, '-'), value_date, coalesce(expires_us::text, '-'),
                     coalesce(encode(reference, 'hex'), '-'), encode(private, 'hex'))
$$;
comment on function bank.transfer_record(bigint, text, text, bigint, uuid, bytea, bigint, bigint, bigint, bigint, text, bigint, bigint, text, bigint, bytea, bytea) is 'The record of a transfer that was decided: what both its sides may see.';

create function bank.private_text(
    debit_balance bigint, debit_previous bigint, credit_balance bigint, credit_previous bigint, available bigint,
    session_id bigint, idempotency_id uuid, request_digest bytea
) returns text
language sql stable
as $$
    select concat_ws(E'\t', debit_balance, coalesce(debit_previous::text, '-'), credit_balance,
                     coalesce(credit_previous::text, '-'), available, coalesce(session_id::text, '-'),
                     coalesce(idempotency_id::text, '-'), coalesce(encode(request_digest, 'hex'), '-'))
$$;
comment on function bank.private_text(bigint, bigint, bigint, bigint, bigint, bigint, uuid, bytea) is 'What the record of a transfer holds as a hash alone: each side would learn the other''s balance.';

create function bank.transfer_salts(secret bytea, transfer_id bigint) returns bytea
language sql stable
as $$
    select sha256(secret || int8send(transfer_id))
$$;
comment on function bank.transfer_salts(bytea, bigint) is 'Two salts of 16 bytes, of the reference and of the private text; neither tells the other.';

create function bank.know_subject(of_user bigint, user_name text, ip inet, user_agent text) returns bank.audit_subjects
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    wanted constant text := bank.subject_text(of_user, user_name, ip, user_agent);
    new_salt constant bytea := bank.new_salt();
    subject bank.audit_subjects;
begin
    select * into subject from bank.audit_subjects s where s.value = wanted;
    if not found then
        insert into bank.audit_subjects (user_id, value, salt, hash)
        values (of_user, wanted, new_salt, bank.salted_hash(new_salt, wanted))
        on conflict do nothing;
        -- Another may have been faster.
        select * into strict subject from bank.audit_subjects s where s.value = wanted;
    end if;
    return subject;
end
$$;
comment on function bank.know_subject(bigint, text, inet, text) is 'The subject, which is made if it is new.';

create function bank.write_audit(
    actor bank.actor,
    caller bank.caller,
    action text,
    outcome text,
    account_id bigint,
    details json
) returns void
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
declare
    moment constant timestamptz := clock_timestamp();
    told constant json := coalesce(json_strip_nulls(details), '{}');
    salt constant bytea := bank.new_salt();
    told_hash constant bytea := bank.salted_hash(salt, told::text);
    request constant uuid := nullif(caller.request_id, '00000000-0000-0000-0000-000000000000');
    subject constant bank.audit_subjects :=
        bank.know_subject(actor.user_id, actor.user_name, caller.ip, caller.user_agent);
begin
    insert into bank.audit_details (hash, salt, details) values (told_hash, salt, told);
    insert into bank.audit_logs
        ("timestamp", actor_id, account_id, subject_id, action, outcome, request_id, details_hash, leaf)
    values (moment, actor.user_id, account_id, subject.id, action, outcome, request, told_hash,
            bank.leaf_of(bank.event_record((extract(epoch from moment) * 1000000)::bigint, action, outcome,
                                           actor.user_id, account_id, request, subject.hash, told_hash)));
end
$$;
comment on function bank.write_audit(bank.actor, bank.caller, text, text, bigint, json) is 'Appends one record. Not for the daemon: the functions that act call it.';

create function bank.record_details(told bytea, of_transfer bigint) returns json
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select case
        when of_transfer is null then coalesce(
            (select d.details from bank.audit_details d where d.hash = told), '{"erased":true}')
        else (
            select json_strip_nulls(json_build_object(
                'transfer_id', t.id, 'debit_account_id', t.debit_account_id, 'credit_account_id', t.credit_account_id,
                'amount', t.amount, 'currency', t.currency, 'origin_id', t.origin_id, 'group_id', t.group_id))
            from bank.transfers t
            where t.id = of_transfer)
    end
$$;
comment on function bank.record_details(bytea, bigint) is 'The details of a record, also where they are those of a transfer; sees what the reader may see.';
