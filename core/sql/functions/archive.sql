-- Retention: complete sealed ranges of the trail are archived and then removed. The tree, the
-- ledger, and the reference to each range's archive remain.

create function bank.kept_from() returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(max(p.end_no), 0) from bank.audit_prunings p
$$;
comment on function bank.kept_from() is 'The number of the first record that was not pruned.';

create function bank.archive_age() returns interval
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select interval '90 days'
$$;
comment on function bank.archive_age() is 'How old a record must be before it may be archived.';

create function bank.proven_time(of_size bigint) returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select l."timestamp"
    from (select s.* from bank.audit_seals s where s.first_no < of_size order by s.first_no desc limit 1) s
    cross join (select a.value from bank.audit_secret a) secret
    join bank.audit_logs l on l.xid = s.last_xid and l.id = s.last_id
    join bank.audit_subjects j on j.id = l.subject_id
    cross join lateral bank.written_record(l, j.hash, secret.value) w
    join bank.audit_tiles t on t.level = 0 and t.tile_no = (of_size - 1) / 256
    where s.first_no + s.record_count = of_size
        and bank.leaf_of(w.record) = substring(t.hashes from ((of_size - 1) % 256)::integer * 32 + 1 for 32)
$$;
comment on function bank.proven_time(bigint) is 'The time of the last of so many records, if it is as the tree has it. Null: it is not, no seal ends there, or its tile is not full.';

create function bank.archivable(before timestamptz, up_to bigint) returns bigint
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    -- The times of seals and checkpoints are in no record: they prove nothing.
    latest constant timestamptz := least(before, clock_timestamp() - bank.archive_age());
    low bigint := bank.kept_from();
    high bigint := (
        select least(
            up_to,
            -- The tree still needs the records of its last, partial tile.
            coalesce((select e.tree_size / 256 * 256 from bank.sealed() e), 0),
            (select min(d.next_no) from bank.audit_deliveries d)));
    wanted bigint := high;
    candidate bigint;
    found_size bigint;
begin
    -- Times grow with the numbers: bisects. What is found is old enough in any case.
    while low < high loop
        candidate := (
            select c.tree_size
            from bank.audit_checkpoints c
            where c.tree_size > low and c.tree_size <= wanted
            order by c.tree_size desc
            limit 1);
        if candidate is null then
            low := wanted;
        elsif bank.proven_time(candidate) < latest then
            found_size := candidate;
            low := wanted;
        else
            high := candidate - 1;
        end if;
        wanted := low + (high - low + 1) / 2;
    end loop;
    return found_size;
end
$$;
comment on function bank.archivable(timestamptz, bigint) is 'Where an archive may end: with a checkpoint whose last record is older than that time and 90 days, of what every copy has got. Null: nowhere yet.';

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
