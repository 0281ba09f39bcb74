-- Retention: complete sealed ranges of the trail are archived and then removed. The tree, the
-- ledger, and the reference to each range's archive remain.

create function bank.kept_from() returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(max(p.end_no), 0) from bank.audit_prunings p
$$;
comment on function bank.kept_from() is 'The number of the first record that was not pruned.';

create function bank.archivable(before timestamptz, up_to bigint) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.tree_size
    from bank.audit_checkpoints c
    where c.tree_size > bank.kept_from()
        and c.tree_size <= up_to
        -- Recent records cannot be removed.
        and c.signed_at < least(before, clock_timestamp() - interval '90 days')
        -- The tree still needs the records of its last, partial tile.
        and c.tree_size <= (select e.tree_size / 256 * 256 from bank.sealed() e)
        and c.tree_size <= all (select d.next_no from bank.audit_deliveries d)
    order by c.tree_size desc
    limit 1
$$;
comment on function bank.archivable(timestamptz, bigint) is 'Where an archive may end: with a checkpoint of that time, older than 90 days, of what every copy has got. Null: nowhere yet.';

create type bank.archive_answer as (status text, first_no bigint, end_no bigint);
comment on type bank.archive_answer is 'What became of an archive; the numbers of its first record and of the one after its last.';

create function bank.begin_archive(caller bank.caller, before timestamptz) returns bank.archive_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'archive_audit');
    answer bank.archive_answer;
begin
    answer.first_no := bank.kept_from();
    if actor.refusal is null then
        answer.end_no := bank.archivable(before, 9223372036854775807);
    end if;
    answer.status := coalesce(actor.refusal, case when answer.end_no is null then 'nothing_to_archive' else 'ok' end);
    perform bank.write_audit(actor, caller, 'view_audit', answer.status, null,
        json_build_object('archive_from', answer.first_no, 'archive_to', answer.end_no));
    return answer;
end
$$;
comment on function bank.begin_archive(bank.caller, timestamptz) is 'Admin only: what an archive would hold. That it is read is recorded.';

create function bank.keep_archive(caller bank.caller, from_no bigint, to_no bigint, p_digest bytea) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'archive_audit');
    last bank.audit_seals;
    outcome text := actor.refusal;
begin
    if outcome is null then
        select * into last from bank.audit_seals s where s.first_no < to_no order by s.first_no desc limit 1;
        if from_no <> bank.kept_from() or bank.archivable('infinity', to_no) is distinct from to_no
                or last.first_no + last.record_count <> to_no then
            raise exception using errcode = 'BK001', message = 'an archive of records that may not go';
        end if;
        insert into bank.audit_archives (digest, first_no, end_no, last_xid, last_id)
        values (p_digest, from_no, to_no, last.last_xid, last.last_id)
        on conflict do nothing;
    end if;
    outcome := coalesce(outcome, 'ok');
    perform bank.write_audit(actor, caller, 'archive_audit', outcome, null,
        json_build_object('archive_from', from_no, 'archive_to', to_no, 'sha256', encode(p_digest, 'hex')));
    return outcome;
end
$$;
comment on function bank.keep_archive(bank.caller, bigint, bigint, bytea) is 'Admin only: remembers an archive that was written, by the SHA-256 of its lines.';

create function bank.prune_audit(caller bank.caller, p_digest bytea) returns bank.archive_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'archive_audit');
    wanted bank.audit_archives;
    is_done boolean;
    pruning bank.audit_prunings;
    answer bank.archive_answer;
begin
    perform pg_advisory_xact_lock(4, 0);
    select * into wanted from bank.audit_archives a where a.digest = p_digest;
    is_done := wanted.end_no = bank.kept_from();
    answer := (
        coalesce(actor.refusal,
            case when is_done or wanted.first_no = bank.kept_from() then 'ok' else 'archive_not_found' end),
        wanted.first_no, wanted.end_no);
    -- A repeated call removes the rest.
    if answer.status = 'ok' and is_done then
        return answer;
    end if;
    if answer.status = 'ok' then
        insert into bank.audit_prunings (end_no, digest, last_xid, last_id)
        values (wanted.end_no, wanted.digest, wanted.last_xid, wanted.last_id)
        returning * into pruning;
        perform bank.record_state(actor, caller, 'audit_prunings', pruning.end_no::text, null, 0, '{}',
                                  bank.state_of(pruning));
    end if;
    perform bank.write_audit(actor, caller, 'prune_audit', answer.status, null,
        json_build_object('archive_from', wanted.first_no, 'archive_to', wanted.end_no, 'sha256', encode(p_digest, 'hex')));
    return answer;
end
$$;
comment on function bank.prune_audit(bank.caller, bytea) is 'Admin only: gives up the records of an archive, the oldest first. drop_pruned() removes them.';

create function bank.drop_pruned(up_to integer) returns bigint
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    with gone as (
        delete from bank.audit_logs l
        where l.id in (
            select k.id
            from bank.audit_logs k
            where (k.xid, k.id) <= (
                select p.last_xid, p.last_id from bank.audit_prunings p order by p.end_no desc limit 1)
            order by k.xid, k.id
            limit up_to)
        returning l.details_hash
    ), told as (
        delete from bank.audit_details d where d.hash in (select g.details_hash from gone g)
    )
    select count(*) from gone
$$;
comment on function bank.drop_pruned(integer) is 'Removes records that were pruned, some at a time; 0: none is left.';
