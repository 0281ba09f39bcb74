-- The tree over the audit trail: data for the sealer, the copies, receipts and exports.
-- core/audit/sealer.hpp computes the tree from these functions.

create function bank.sealed() returns table (tree_size bigint, last_xid xid8, last_id bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select s.first_no + s.record_count, s.last_xid, s.last_id
    from bank.audit_seals s
    order by s.first_no desc
    limit 1
$$;
comment on function bank.sealed() is 'How far the tree has come; no row: it is empty.';

create function bank.unsealed(after_xid xid8, after_id bigint, up_to integer)
returns table (xid xid8, id bigint, leaf bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.xid, l.id, l.leaf
    from bank.audit_logs l
    where (l.xid, l.id) > (after_xid, after_id)
        -- Every transaction below has ended: no row can still appear between these.
        and l.xid < pg_snapshot_xmin(pg_current_snapshot())
    order by l.xid, l.id
    limit up_to
$$;
comment on function bank.unsealed(xid8, bigint, integer) is 'What the next seals will hold, in their order.';

create function bank.take_sealing() returns boolean
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    -- "bankseal" as a number.
    select pg_try_advisory_lock(7089068696234451308)
$$;
comment on function bank.take_sealing() is 'Whether the connection is now the one that seals; it remains so until it closes.';

create function bank.leaves_before(of_xid xid8, of_id bigint, up_to integer) returns bytea
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(string_agg(r.leaf, ''::bytea order by r.xid, r.id), '')
    from (
        select l.xid, l.id, l.leaf
        from bank.audit_logs l
        where (l.xid, l.id) <= (of_xid, of_id)
        order by l.xid desc, l.id desc
        limit up_to
    ) r
$$;
comment on function bank.leaves_before(xid8, bigint, integer) is 'The leaves of a record and of those before it, so many in all, in their order.';

create function bank.fills_tiles(
    from_no bigint, p_count integer, leaves bytea, p_levels smallint[], p_tile_nos bigint[], p_hashes bytea[]
) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select not exists (
        select
        from unnest(p_levels, p_tile_nos, p_hashes) as g (level, tile_no, hashes)
        full join (
            select v.level::smallint, t.tile_no
            -- A tile of level 7 is never full.
            from generate_series(0, 6) as v (level)
            cross join lateral generate_series(
                from_no >> 8 * (v.level + 1), ((from_no + p_count) >> 8 * (v.level + 1)) - 1) as t (tile_no)
        ) e on e.level = g.level and e.tile_no = g.tile_no
        where g.level is null
            or e.level is null
            or (g.level = 0
                and g.hashes is distinct from
                    substring(leaves from ((g.tile_no - (from_no >> 8)) * 8192)::integer + 1 for 8192)))
$$;
comment on function bank.fills_tiles(bigint, integer, bytea, smallint[], bigint[], bytea[]) is 'Whether these are the tiles that so many records fill, from a number on. `leaves` are theirs, from the begin of the first tile on. Hashes above level 0 are not computed.';

create function bank.seal(
    from_no bigint, p_count integer, to_xid xid8, to_id bigint,
    p_levels smallint[], p_tile_nos bigint[], p_hashes bytea[]
) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
declare
    before record;
    held record;
begin
    select coalesce(e.tree_size, 0) as size, coalesce(e.last_xid, '0') as xid, coalesce(e.last_id, 0) as id into before
    from (select) one
    left join bank.sealed() e on true;
    if (before.size = from_no and (before.xid, before.id) < (to_xid, to_id)) is not true then
        raise exception using errcode = 'BK003', message = 'another sealer was here';
    end if;
    -- Only below every running transaction is it final which records lie between.
    if (p_count between 1 and 65536 and to_xid < pg_snapshot_xmin(pg_current_snapshot())) is not true then
        raise exception using
            errcode = 'BK001',
            message = format('a seal of %s records up to transaction %s', p_count, to_xid);
    end if;
    -- So many after the last seal must be those up to the end.
    select count(*) = p_count
            and bool_and((r.xid, r.id) <= (to_xid, to_id))
            and bool_or((r.xid, r.id) = (to_xid, to_id)) as are_those,
        string_agg(r.leaf, '') as leaves
    into held
    from (
        select l.xid, l.id, l.leaf
        from bank.audit_logs l
        where (l.xid, l.id) > (before.xid, before.id)
        order by l.xid, l.id
        limit p_count
    ) r;
    if held.are_those is not true then
        raise exception using
            errcode = 'BK001',
            message = format('a seal of %s records up to (%s, %s), which are others', p_count, to_xid, to_id);
    end if;
    if (cardinality(p_levels) > 0 or from_no % 256 + p_count >= 256)
        and not bank.fills_tiles(
            from_no, p_count, bank.leaves_before(before.xid, before.id, (from_no % 256)::integer) || held.leaves,
            p_levels, p_tile_nos, p_hashes)
    then
        raise exception using
            errcode = 'BK001',
            message = format('the tiles are not those that records %s to %s fill', from_no, from_no + p_count - 1);
    end if;
    insert into bank.audit_seals (first_no, record_count, last_xid, last_id) values (from_no, p_count, to_xid, to_id);
    insert into bank.audit_tiles (level, tile_no, hashes) select * from unnest(p_levels, p_tile_nos, p_hashes);
    -- The daemon has verified them.
    delete from bank.audit_macs m where m.xid <= to_xid;
end
$$;
comment on function bank.seal(bigint, integer, xid8, bigint, smallint[], bigint[], bytea[]) is 'Numbers the records after the last seal and keeps the tiles that they filled. Compares both with the records: a wrong seal could never be taken back. Two sealers cannot both: the numbers are unique.';

create function bank.read_tile(of_level integer, wanted bigint) returns bytea
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select t.hashes from bank.audit_tiles t where t.level = of_level and t.tile_no = wanted
$$;
comment on function bank.read_tile(integer, bigint) is 'A full tile, or null.';

create view bank.seal_ranges as
    select s.first_no, s.record_count, s.sealed_at, coalesce(p.last_xid, '0') as after_xid, coalesce(p.last_id, 0) as after_id,
        s.last_xid, s.last_id
    from bank.audit_seals s
    left join lateral (
        select b.last_xid, b.last_id from bank.audit_seals b
        where b.first_no < s.first_no
        order by b.first_no desc
        limit 1
    ) p on true;
comment on view bank.seal_ranges is 'Which records each seal holds: those after (after_xid, after_id) up to (last_xid, last_id).';

create function bank.numbered(from_no bigint, up_to integer)
returns table (number bigint, xid xid8, id bigint)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select from_no + row_number() over (order by r.xid, r.id) - 1, r.xid, r.id
    from (
        select l.xid, l.id
        from (
            select s.first_no, s.after_xid, s.after_id
            from bank.seal_ranges s
            where s.first_no <= from_no
            order by s.first_no desc
            limit 1
        ) begins
        cross join bank.sealed() ends
        cross join lateral (
            select l.xid, l.id
            from bank.audit_logs l
            where (l.xid, l.id) > (begins.after_xid, begins.after_id)
                and (l.xid, l.id) <= (ends.last_xid, ends.last_id)
            order by l.xid, l.id
            offset from_no - begins.first_no
            limit up_to
        ) l
    ) r
$$;
comment on function bank.numbered(bigint, integer) is 'Sealed records from a number on. Counts from the seal that holds it.';

create function bank.number_of(of_xid xid8, of_id bigint) returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select s.first_no + (
        select count(*)
        from bank.audit_logs l
        where (l.xid, l.id) < (of_xid, of_id) and (l.xid, l.id) > (s.after_xid, s.after_id))
    from bank.seal_ranges s
    where (s.last_xid, s.last_id) >= (of_xid, of_id)
    order by s.last_xid, s.last_id
    limit 1
$$;
comment on function bank.number_of(xid8, bigint) is 'The number of a record; null: not sealed yet.';

create function bank.sealed_leaves(from_no bigint, up_to integer) returns table (leaf bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.leaf
    from bank.numbered(from_no, up_to) n
    -- One by one: the planner estimates a thousand rows instead of 255, and would scan the whole
    -- trail.
    cross join lateral (select l.leaf from bank.audit_logs l where l.id = n.id offset 0) l
    order by n.number
$$;
comment on function bank.sealed_leaves(bigint, integer) is 'Of the last tile, which is not full: the leaves that were sealed since.';

create function bank.numbered_to() returns table (xid xid8, id bigint)
language sql stable
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
    select case when s.is_pruned then s.last_xid when r.is_in then r.xid else s.after_xid end,
        case when s.is_pruned then s.last_id when r.is_in then r.id else s.after_id end
    from (
        select b.*, exists (
            select from bank.audit_prunings p where p.end_no >= b.first_no + b.record_count) as is_pruned
        from bank.seal_ranges b
        order by b.first_no desc
        limit 1
    ) s
    left join lateral (
        select l.xid, l.id, (l.xid, l.id) <= (s.last_xid, s.last_id) as is_in
        from bank.audit_logs l
        where not s.is_pruned and (l.xid, l.id) > (s.after_xid, s.after_id)
        order by l.xid, l.id
        offset s.record_count - 1
        limit 1
    ) r on true
$$;
comment on function bank.numbered_to() is 'The last record that has a number; no row: none has. The last seal numbers as many records as it counts, whatever end it names; if it counts more than there are, its records have no numbers.';

create function bank.oldest_unsealed() returns table (xid xid8, id bigint, age_ms bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
    select l.xid, l.id, greatest(0, (extract(epoch from clock_timestamp() - l."timestamp") * 1000)::bigint)
    from (select) one
    left join bank.numbered_to() e on true
    cross join lateral (
        select u.xid, u.id, u."timestamp"
        from bank.audit_logs u
        where (u.xid, u.id) > (coalesce(e.xid, '0'), coalesce(e.id, 0))
        order by u.xid, u.id
        limit 1
    ) l
$$;
comment on function bank.oldest_unsealed() is 'The first record without a number and its age by the clock, 0 if the clock was set back behind it; no row: every record has one.';

create function bank.newest_time() returns table (newest_us bigint, clock_us bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(bank.us(max(t.created_at)), 0), bank.us(clock_timestamp())
    from (select n.created_at from bank.transfers n order by n.id desc limit 64) t
$$;
comment on function bank.newest_time() is 'The latest time among the newest transfers, 0 without any, and the clock''s: the former is later once that was set back.';

create function bank.is_transaction_clock_behind() returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce((select e.last_xid from bank.sealed() e) >= pg_snapshot_xmax(pg_current_snapshot()), false)
$$;
comment on function bank.is_transaction_clock_behind() is 'Whether transactions are numbered below those of sealed records, as after a restore from a dump: what is written then would never be sealed.';

create function bank.is_checkpoint(note text, of_origin text, of_size bigint) returns boolean
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    -- The signatures themselves are verified by those who have the keys.
    select starts_with(note, of_origin || E'\n' || of_size || E'\n')
        and substring(note from char_length(of_origin || of_size) + 3)
            ~ (E'^[A-Za-z0-9+/]{43}=\n([^\n]+\n)*\n(\u2014 [^ +\n]+ [A-Za-z0-9+/]+=*\n)+$')
$$;
comment on function bank.is_checkpoint(text, text, bigint) is 'Whether a note is a signed checkpoint of this log and size: origin, size, root, extensions, and after an empty line signatures.';

create function bank.add_checkpoint(of_size bigint, p_note text) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    newest constant bigint := (select c.tree_size from bank.audit_checkpoints c order by c.tree_size desc limit 1);
    -- The first checkpoint named the log. The configuration is not known here, and need not be: the
    -- daemon does not start with another origin than that of the last checkpoint.
    origin constant text := split_part(
        coalesce((select c.note from bank.audit_checkpoints c order by c.tree_size limit 1), p_note), E'\n', 1);
begin
    if of_size = newest then
        return false;
    end if;
    if of_size < newest or not exists (
        select
        from (select s.first_no, s.record_count from bank.audit_seals s where s.first_no < of_size
              order by s.first_no desc limit 1) e
        where e.first_no + e.record_count = of_size)
    then
        raise exception using errcode = 'BK001', message = format('a checkpoint of %s records, where no seal ends', of_size);
    end if;
    if (octet_length(origin) between 1 and 255 and bank.is_checkpoint(p_note, origin, of_size)) is not true then
        raise exception using
            errcode = 'BK001',
            message = format('the note is no signed checkpoint of %s with %s records', origin, of_size);
    end if;
    insert into bank.audit_checkpoints (tree_size, note) values (of_size, p_note) on conflict do nothing;
    return found;
end
$$;
comment on function bank.add_checkpoint(bigint, text) is 'Keeps a signed note of what a seal ended with, of the origin that the first checkpoint named; false: there is one of this size.';

create function bank.last_checkpoint() returns table (tree_size bigint, note text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select c.tree_size, c.note from bank.audit_checkpoints c order by c.tree_size desc limit 1
$$;
comment on function bank.last_checkpoint() is 'The newest; no row: none yet.';

-- Rebuilds the hashed text of a record from the current rows: if a row was changed, the hash no
-- longer matches.

create function bank.written_record(l bank.audit_logs, subject bytea, secret bytea) returns table (
    record text, private_salt bytea, private text, reference_salt bytea, reference text
)
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select bank.event_record(bank.us(l."timestamp"), l.action, l.outcome, l.actor_id, l.account_id, l.request_id, subject,
                             l.details_hash), null, null, null, null
    where l.transfer_id is null
    union all
    select told.*, substring(s.salts from 17), s.private,
        case when s.reference <> '' then substring(s.salts for 16) end, nullif(s.reference, '')
    from (
        select t.*, bank.transfer_salts(secret, t.id) as salts,
            -- An altered account shows as another request: the text has no place for it.
            case when l.account_id is not distinct from bank.named_account(t) then l.request_id
                else (repeat('f', 16) || lpad(to_hex(coalesce(l.account_id, 0)), 16, '0'))::uuid end as request_id,
            bank.private_text(t.debit_balance, t.debit_previous, t.credit_balance, t.credit_previous, t.available,
                              t.session_id, t.idempotency_id, t.request_digest) as private
        from bank.transfers t
        where t.id = l.transfer_id
    ) s
    cross join lateral (
        -- A transfer's words are stored twice, here and in its own row: a change of one is
        -- detected.
        select r.record
        from (values
            (l."timestamp", l.action, l.outcome, l.actor_id),
            (s.created_at, s.kind::text, s.status::text, s.user_id)) as w (at, action, outcome, actor_id)
        cross join lateral (select bank.transfer_record(
            bank.us(w.at), w.action, w.outcome, w.actor_id, s.request_id, subject, s.id, s.debit_account_id,
            s.credit_account_id, s.amount, s.currency, s.origin_id, s.group_id, to_char(s.value_date, 'YYYY-MM-DD'),
            bank.us(s.expires_at),
            case when s.reference <> '' then bank.salted_hash(substring(s.salts for 16), s.reference) end,
            bank.salted_hash(substring(s.salts from 17), s.private)) as record) r
        order by bank.leaf_of(r.record) = l.leaf
        limit 1
    ) told
$$;
comment on function bank.written_record(bank.audit_logs, bytea, bytea) is 'The text of a record, and what its hashes are of. No row: its transfer is gone.';

create function bank.exported(from_no bigint, up_to integer)
returns table (
    seal_no bigint, record_count integer, sealed_at timestamptz, id bigint, leaf bytea, record text,
    private_salt bytea, private text, reference_salt bytea, reference text, details_salt bytea, details text
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select s.first_no, s.record_count, s.sealed_at, l.id, l.leaf, w.record, w.private_salt, w.private, w.reference_salt,
        w.reference, d.salt, d.details::text
    from (
        -- Whole seals; at least one, even if it alone exceeds the requested number.
        select c.*
        from (
            select b.*, sum(b.record_count) over (order by b.first_no) - b.record_count as before
            from bank.seal_ranges b
            where b.first_no >= from_no
            order by b.first_no
            limit up_to
        ) c
        where c.before < up_to
    ) s
    cross join (select a.value from bank.audit_secret a) secret
    left join bank.audit_logs l
        on (l.xid, l.id) > (s.after_xid, s.after_id)
        and (l.xid, l.id) <= (s.last_xid, s.last_id)
    left join bank.audit_subjects j on j.id = l.subject_id
    left join lateral bank.written_record(l, j.hash, secret.value) w on l.id is not null
    left join bank.audit_details d on d.hash = l.details_hash
    where bank.is_staff()
    order by s.first_no, l.xid, l.id
$$;
comment on function bank.exported(bigint, integer) is 'The trail as an auditor takes it along: whole seals from a number on.';

create function bank.exported_pending() returns table (
    id bigint, leaf bytea, record text,
    private_salt bytea, private text, reference_salt bytea, reference text, details_salt bytea, details text
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.id, l.leaf, w.record, w.private_salt, w.private, w.reference_salt, w.reference, d.salt, d.details::text
    from (select) one
    left join bank.sealed() e on true
    cross join (select a.value from bank.audit_secret a) secret
    join bank.audit_logs l on (l.xid, l.id) > (coalesce(e.last_xid, '0'), coalesce(e.last_id, 0))
    left join bank.audit_subjects j on j.id = l.subject_id
    left join lateral bank.written_record(l, j.hash, secret.value) w on true
    left join bank.audit_details d on d.hash = l.details_hash
    where bank.is_staff()
    order by l.xid, l.id
$$;
comment on function bank.exported_pending() is 'What is committed and not sealed yet: it counts for the balances.';

create function bank.receipt_of(wanted bigint) returns table (
    number bigint, xid xid8, id bigint, leaf bytea, record text, reference_salt bytea, reference text
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select bank.number_of(l.xid, l.id), l.xid, l.id, l.leaf, w.record, w.reference_salt, w.reference
    from bank.audit_logs l
    join bank.audit_subjects j on j.id = l.subject_id
    cross join (select a.value from bank.audit_secret a) secret
    cross join lateral bank.written_record(l, j.hash, secret.value) w
    where l.transfer_id = wanted
        and exists (select from bank.find_transfer(wanted))
$$;
comment on function bank.receipt_of(bigint) is 'The record of a transfer that the entered session may see.';

create function bank.audit_span(first_id bigint, last_id bigint, up_to integer)
returns table (record_count integer, first_no bigint, last_no bigint, end_xid xid8, end_id bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    with among as materialized (
        select l.xid, l.id
        from bank.audit_logs l
        where l.id between first_id and last_id
        order by l.id
        limit up_to
    )
    select (select count(*) from among)::integer,
        (select bank.number_of(a.xid, a.id) from among a order by a.xid, a.id limit 1),
        bank.number_of(e.xid, e.id), e.xid, e.id
    from (select) one
    left join (select a.xid, a.id from among a order by a.xid desc, a.id desc limit 1) e on true
    where bank.is_staff()
$$;
comment on function bank.audit_span(bigint, bigint, integer) is 'How many records have ids from one to another, the first and last of their numbers (null: not sealed yet), and where the last is in the order of sealing.';

create function bank.proven_records(from_no bigint, up_to integer)
returns table (
    id bigint, leaf bytea, record text, subject_salt bytea, subject text, details_salt bytea, details text
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.id, l.leaf, w.record, j.salt, j.value, d.salt, d.details::text
    from bank.numbered(from_no, up_to) n
    join bank.audit_logs l on l.id = n.id
    cross join (select a.value from bank.audit_secret a) secret
    left join bank.audit_subjects j on j.id = l.subject_id
    left join lateral bank.written_record(l, j.hash, secret.value) w on true
    left join bank.audit_details d on d.hash = l.details_hash
    where bank.is_staff()
    order by n.number
$$;
comment on function bank.proven_records(bigint, integer) is 'Sealed records from a number on, as they were hashed, to be verified against the tree.';

create function bank.erase_subject(caller bank.caller, wanted bigint) returns bank.user_answer
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'erase_subject');
    outcome text;
    erased bytea[];
    subjects bytea[];
begin
    outcome := coalesce(actor.refusal,
        case
            when not exists (select from bank.users u where u.id = wanted) then 'user_not_found'
            when exists (select from bank.users u where u.id = wanted and not u.is_disabled) then 'user_not_disabled'
            else 'ok'
        end);
    if outcome = 'ok' then
        with gone as (
            update bank.audit_details d
            set salt = null, details = null
            where d.details is not null
                and (d.hash in (
                        select l.details_hash from bank.audit_logs l
                        where l.action not in ('change_state', 'erase_details', 'clear_alarm')
                            and (l.actor_id = wanted
                                or l.account_id in (select a.id from bank.accounts a where a.user_id = wanted)))
                    or d.details ->> 'user_id' = wanted::text
                    -- Refusals without an actor, or from before the user existed, identify the user
                    -- only by name.
                    or lower(d.details ->> 'user_name') = (select lower(u.user_name) from bank.users u where u.id = wanted))
            returning d.hash
        )
        select array_agg(g.hash) into erased from gone g;
        with gone as (
            update bank.audit_subjects s
            set value = null, salt = null
            where s.user_id = wanted and s.value is not null
            returning s.hash
        )
        select array_agg(g.hash) into subjects from gone g;
        perform bank.record_erasure(actor, caller, erased || subjects);
        perform bank.exchange_salt(actor, caller, wanted);
        delete from bank.known_devices d where d.user_id = wanted;
    end if;
    perform bank.write_audit(actor, caller, 'erase_subject', outcome, null,
        json_build_object('erased_user_id', wanted, 'subjects', coalesce(cardinality(subjects), 0)));
    return bank.user_answer(outcome, wanted);
end
$$;
comment on function bank.erase_subject(bank.caller, bigint) is 'Admin only: erases what the trail tells of a disabled user beside the records, which keep their hashes, and forgets the known devices.';
