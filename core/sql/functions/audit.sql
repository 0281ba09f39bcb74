-- Append-only triggers, and the records of the audit trail.

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
comment on function bank.refuse_change() is 'Keeps a table append-only for every role.';

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

-- Always enabled: session_replication_role = replica does not disable them.
do $$
declare
    kept text;
    -- Single rows of a pruned range may be deleted.
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

-- The only encoder of record texts, version 1; core/audit/record.cpp has the grammar and the
-- parser. Fields are separated by tabs; "-" is an absent field. These functions run for each
-- record: stable like the functions they call, and without "set search_path", otherwise they are
-- not inlined. Their callers pin the search path.

create function bank.leaf_of(record text) returns bytea
language sql stable
as $$
    -- RFC 9162's prefix of a leaf.
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
        -- A concurrent transaction may have inserted it.
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
    if not found then
        raise exception using errcode = 'BK001', message = format('the record of %s was not stored', action);
    end if;
end
$$;
comment on function bank.write_audit(bank.actor, bank.caller, text, text, bigint, json) is 'Appends one record. Not for the daemon: the functions that act call it.';

create function bank.named_account(t bank.transfers) returns bigint
language sql stable
as $$
    -- As post_batch() writes it.
    select case when t.status <> 'posted' then
        case when bank.answers_credit_side(t.kind) then t.credit_account_id else t.debit_account_id end end
$$;
comment on function bank.named_account(bank.transfers) is 'What audit_logs.account_id of the transfer''s record must be. It is in no text.';

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
