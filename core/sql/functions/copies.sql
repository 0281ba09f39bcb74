-- Copies of the audit trail elsewhere, such as the journal's: how far each has come, and what it lacks.

create function bank.oldest_kept() returns bigint
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    -- Found in the records themselves. A seal of which some are gone is being pruned.
    select coalesce(
        (select s.first_no + case when (
                select count(*) from bank.audit_logs k
                where (k.xid, k.id) > (s.after_xid, s.after_id) and (k.xid, k.id) <= (s.last_xid, s.last_id)
            ) = s.record_count then 0 else s.record_count end
         from (select l.xid, l.id from bank.audit_logs l order by l.xid, l.id limit 1) o
         cross join bank.seal_ranges s
         where (s.last_xid, s.last_id) >= (o.xid, o.id)
         order by s.last_xid, s.last_id
         limit 1),
        (select e.tree_size from bank.sealed() e), 0)
$$;
comment on function bank.oldest_kept() is 'The number of the first sealed record that is still here.';

create function bank.delivered(wanted text) returns table (next_no bigint, mac bytea, oldest_no bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select d.next_no, d.mac, bank.oldest_kept()
    from (select) one
    left join bank.audit_deliveries d on d.sink = wanted
$$;
comment on function bank.delivered(text) is 'The number of the first record that a copy of the trail lacks, if the MAC is the daemon''s (null: it has none), and the first that it could get.';

create function bank.set_delivered(wanted text, reached_no bigint, p_mac bytea, is_restart boolean) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    -- A copy of another name, or one that is ahead of the records, would keep them from being
    -- archived or delivered for ever.
    if (wanted = 'journald' and reached_no between 0 and coalesce((select e.tree_size from bank.sealed() e), 0))
        is not true
    then
        raise exception using
            errcode = 'BK001',
            message = format('the copy %s cannot have reached record %s', wanted, reached_no);
    end if;
    insert into bank.audit_deliveries as d (sink, next_no, mac)
    values (wanted, reached_no, p_mac)
    on conflict (sink) do update set next_no = excluded.next_no, mac = excluded.mac
    where d.next_no < excluded.next_no or is_restart;
end
$$;
comment on function bank.set_delivered(text, bigint, bytea, boolean) is 'Moves a copy forward, back only at a restart, which repeats records, and not beyond what is sealed.';

create function bank.undelivered(from_no bigint, up_to integer)
returns table (
    number bigint, id bigint, "timestamp" timestamptz, subject text, action text, outcome text, account_id bigint,
    transfer_id bigint, details json, request_id uuid
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select n.number, l.id, l."timestamp", s.value, l.action, l.outcome,
        case when l.transfer_id is null then l.account_id
            else (select bank.named_account(t) from bank.transfers t where t.id = l.transfer_id) end, l.transfer_id,
        bank.record_details(l.details_hash, l.transfer_id), l.request_id
    from bank.numbered(from_no, up_to) n
    join bank.audit_logs l on l.id = n.id
    join bank.audit_subjects s on s.id = l.subject_id
    order by n.number
$$;
comment on function bank.undelivered(bigint, integer) is 'Sealed records from a number on, in their order.';

create function bank.count_undelivered(from_no bigint) returns bigint
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce((select e.tree_size from bank.sealed() e), 0) - from_no
        + (select count(*) from bank.audit_logs l
           left join bank.numbered_to() e on true
           where (l.xid, l.id) > (coalesce(e.xid, '0'), coalesce(e.id, 0)))
$$;
comment on function bank.count_undelivered(bigint) is 'How far a copy is behind, what is not sealed yet included.';
