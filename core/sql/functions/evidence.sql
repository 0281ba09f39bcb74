-- Binding of rows that a database of an earlier version has without the daemon's MAC. Together with
-- its credentials, hence once: see has_bound_credentials().

create function bank.unbound_evidence() returns table (what text, number bigint, value text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select e.what, e.number, e.value
    from (
        select 'restore', r.id, r.lost_checkpoint
        from bank.restores r
        where r.lost_checkpoint is not null and r.mac is null
        union all
        select 'delivery', d.next_no, d.sink
        from bank.audit_deliveries d
        where d.mac is null
    ) e (what, number, value)
    where exists (select from bank.unbound_credentials())
$$;
comment on function bank.unbound_evidence() is 'Of a database of an earlier version: lost checkpoints, and how far copies have come, to bind. Nothing once a credential is bound: what is unbound then was planted.';

create function bank.bind_evidence(
    caller bank.caller, restore_ids bigint[], restore_macs bytea[], sinks text[], next_nos bigint[],
    delivery_macs bytea[]
) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    lock table bank.users in share row exclusive mode;
    if not exists (select from bank.unbound_credentials()) then
        return false;
    end if;
    update bank.restores r
    set mac = n.mac
    from unnest(restore_ids, restore_macs) as n (id, mac)
    where r.id = n.id and r.lost_checkpoint is not null and r.mac is null;
    update bank.audit_deliveries d
    set mac = n.mac
    from unnest(sinks, next_nos, delivery_macs) as n (sink, next_no, mac)
    where d.sink = n.sink and d.next_no = n.next_no and d.mac is null;
    perform bank.write_audit(null, caller, 'bind_credentials', 'ok', null,
        json_build_object('lost_checkpoints', cardinality(restore_ids), 'deliveries', cardinality(sinks)));
    return true;
end
$$;
comment on function bank.bind_evidence(bank.caller, bigint[], bytea[], text[], bigint[], bytea[]) is 'Binds what unbound_evidence() returns, before the credentials: false if one of those is bound already.';
