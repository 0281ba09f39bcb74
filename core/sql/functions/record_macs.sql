-- MACs over the audit records of each transaction. The key is the daemon's: here they are only
-- stored. core/audit/record_keys.hpp makes and verifies them.

create function bank.own_records() returns table (xid xid8, acts bigint, leaves bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.xid, count(*) filter (where l.action not in ('change_state', 'erase_details')),
        string_agg(l.leaf, ''::bytea order by l.id)
    from bank.audit_logs l
    where l.xid = pg_current_xact_id_if_assigned()
    group by l.xid
$$;
comment on function bank.own_records() is 'The leaves of the records that this transaction has written, in their order, and how many tell what was done; the others tell what changed by it. No row: none.';

create function bank.sign_records(p_key_id bytea, p_count integer, p_mac bytea) returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    insert into bank.audit_macs (xid, key_id, record_count, mac)
    values (pg_current_xact_id(), p_key_id, p_count, p_mac)
$$;
comment on function bank.sign_records(bytea, integer, bytea) is 'Keeps the MAC of this transaction''s records; its last statement.';

create function bank.record_macs(from_xid xid8, to_xid xid8)
returns table (xid xid8, key_id bytea, record_count integer, mac bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select m.xid, m.key_id, m.record_count, m.mac
    from bank.audit_macs m
    where m.xid between from_xid and to_xid
    order by m.xid
$$;
comment on function bank.record_macs(xid8, xid8) is 'The MACs of these transactions.';

create function bank.written_by(of_xid xid8, up_to integer)
returns table (id bigint, action text, outcome text, actor_id bigint, account_id bigint, transfer_id bigint)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.id, l.action, l.outcome, l.actor_id, l.account_id, l.transfer_id
    from bank.audit_logs l
    where l.xid = of_xid
    order by l.id
    limit up_to
$$;
comment on function bank.written_by(xid8, integer) is 'The first records of a transaction, for an alarm.';

create function bank.record_macs_have_begun() returns boolean
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select exists (select from bank.audit_macs_start)
$$;
comment on function bank.record_macs_have_begun() is 'Whether each record needs a MAC.';

create function bank.unsigned_records() returns table (xid xid8, leaves bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
    select l.xid, string_agg(l.leaf, ''::bytea order by l.id)
    from (
        select coalesce((select e.last_xid from bank.sealed() e), '0') as xid,
            coalesce((select e.last_id from bank.sealed() e), 0) as id
        where not exists (select from bank.audit_macs_start)
    ) ends
    cross join lateral (
        select r.xid, r.id, r.leaf from bank.audit_logs r where (r.xid, r.id) > (ends.xid, ends.id)
    ) l
    where not exists (select from bank.audit_macs m where m.xid = l.xid)
    group by l.xid
    order by l.xid
$$;
comment on function bank.unsigned_records() is 'What a database of an earlier build holds unsealed: its records have no MACs yet. Empty once MACs have begun.';

create function bank.begin_record_macs(
    caller bank.caller, p_xids xid8[], p_key_id bytea, p_counts integer[], p_macs bytea[]
) returns boolean
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    insert into bank.audit_macs_start default values on conflict do nothing;
    if not found then
        return false;
    end if;
    insert into bank.audit_macs (xid, key_id, record_count, mac)
    select s.xid, p_key_id, s.record_count, s.mac
    from unnest(p_xids, p_counts, p_macs) as s (xid, record_count, mac);
    perform bank.write_audit(null, caller, 'begin_record_macs', 'ok', null, json_build_object(
        'transactions', cardinality(p_xids), 'records', (select coalesce(sum(c), 0) from unnest(p_counts) c)));
    return true;
end
$$;
comment on function bank.begin_record_macs(bank.caller, xid8[], bytea, integer[], bytea[]) is 'Keeps the MACs of the records that were pending when MACs began, once. False: they have begun before.';
