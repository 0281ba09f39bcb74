-- Alarms and the decisions that clear them. An alarm is its audit record, a decision too: there is
-- no table that could say otherwise. core/audit/alarms.hpp verifies both.

create function bank.pending_records(of_xid xid8)
returns table (is_sealed boolean, leaves bytea, key_id bytea, record_count integer, mac bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select coalesce((select e.last_xid from bank.sealed() e) >= of_xid, false),
        coalesce((select string_agg(l.leaf, ''::bytea order by l.id) from bank.audit_logs l where l.xid = of_xid), ''),
        m.key_id, m.record_count, m.mac
    from (select) one
    left join bank.audit_macs m on m.xid = of_xid
$$;
comment on function bank.pending_records(xid8) is 'The leaves of a transaction''s records, and the MAC of it if there is one; is_sealed: the seals have passed it.';

create function bank.alarm_records() returns table (
    id bigint, at_us bigint, action text, outcome text, actor_id bigint, user_name text, leaf bytea, xid xid8,
    is_whole boolean, follows_others boolean, details text, alarm text, reason text, decision_mac text, of_xid text,
    digest text, is_sealed boolean, leaves bytea, key_id bytea, record_count integer, mac bytea
)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select l.id, bank.us(l."timestamp"), l.action, l.outcome, l.actor_id, u.user_name, l.leaf, l.xid,
        coalesce(
            l.transfer_id is null
            and l.leaf = bank.leaf_of(bank.event_record(bank.us(l."timestamp"), l.action, l.outcome, l.actor_id,
                                                        l.account_id, l.request_id, j.hash, l.details_hash))
            and l.details_hash = bank.salted_hash(d.salt, d.details::text),
            false),
        -- The first records of a database that is new are those of its migration.
        exists (
            select
            from (select b.action from bank.audit_logs b where b.id < l.id order by b.id limit 100) f
            where f.action not in ('change_state', 'erase_details', 'begin_state', 'begin_record_macs')),
        coalesce(d.details::text, '{}'), d.details ->> 'alarm', d.details ->> 'reason', d.details ->> 'mac',
        d.details ->> 'xid', d.details ->> 'digest', s.is_sealed, s.leaves, s.key_id, s.record_count, s.mac
    from bank.audit_logs l
    left join bank.audit_subjects j on j.id = l.subject_id
    left join bank.audit_details d on d.hash = l.details_hash
    left join bank.users u on u.id = l.actor_id
    left join lateral (
        select case when e.is_over then true else p.is_sealed end as is_sealed, p.leaves, p.key_id, p.record_count, p.mac
        from (select coalesce((select (l.xid, l.id) <= (e.last_xid, e.last_id) from bank.sealed() e), false) as is_over) e
        left join lateral bank.pending_records(l.xid) p on not e.is_over
    ) s on true
    where l.action in ('schema_alarm', 'records_alarm', 'begin_state', 'begin_record_macs', 'bind_credentials',
                       'clear_alarm')
    order by l.id
$$;
comment on function bank.alarm_records() is 'What may be an alarm or a decision on one. is_whole: the leaf and the details are those of the row; follows_others: the log has older records; leaves and MAC: of the transaction, until it is sealed.';

create function bank.lock_alarms() returns void
language sql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
    select pg_advisory_xact_lock(5, 0)
$$;
comment on function bank.lock_alarms() is 'Before a decision: of two administrators who decide at once one is the second.';

create function bank.accept_records(
    of_xid xid8, p_digest bytea, p_key_id bytea, p_count integer, p_mac bytea
) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    if exists (select from bank.sealed() e where e.last_xid >= of_xid)
        or sha256((select p.leaves from bank.pending_records(of_xid) p)) is distinct from p_digest
    then
        return false;
    end if;
    delete from bank.audit_macs m where m.xid = of_xid;
    if p_count > 0 then
        insert into bank.audit_macs (xid, key_id, record_count, mac) values (of_xid, p_key_id, p_count, p_mac);
    end if;
    return true;
end
$$;
comment on function bank.accept_records(xid8, bytea, bytea, integer, bytea) is 'Replaces the MAC of a transaction whose records have this digest; of one without records: removes it. Not for the daemon: clear_alarm() calls it.';

create function bank.clear_alarm(
    caller bank.caller, wanted bigint, reason text, p_mac bytea, accepted_xid xid8, p_digest bytea, p_key_id bytea,
    p_count integer, p_records_mac bytea
) returns text
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    actor bank.actor := bank.admit(caller, 'clear_alarm');
    outcome text;
    alarm bank.audit_logs;
    told json;
begin
    if actor.refusal is null and (char_length(reason) between 1 and 200 and length(p_mac) = 32) is not true then
        raise exception using errcode = 'BK001', message = 'a decision without its reason or MAC';
    end if;
    select * into alarm
    from bank.audit_logs l
    where l.id = wanted
        and l.action in ('schema_alarm', 'records_alarm', 'begin_state', 'begin_record_macs', 'bind_credentials');
    select d.details into told from bank.audit_details d where d.hash = alarm.details_hash;
    outcome := coalesce(actor.refusal, case when alarm.id is null then 'not_found' else 'ok' end);
    if outcome = 'ok' and accepted_xid is not null then
        -- The records of an alarm, and only after somebody else has decided.
        if (alarm.action = 'records_alarm' and told ->> 'xid' = accepted_xid::text
            and told ->> 'digest' = encode(p_digest, 'hex')
            and exists (
                select
                from bank.audit_logs l
                join bank.audit_details d on d.hash = l.details_hash
                where l.action = 'clear_alarm' and l.outcome = 'ok' and l.actor_id <> actor.user_id
                    and l.id > wanted
                    and case when d.details ->> 'alarm' ~ '^[0-9]{1,18}$' then (d.details ->> 'alarm')::bigint end
                        >= wanted)) is not true
        then
            raise exception using
                errcode = 'BK001', message = format('the records of transaction %s are not to accept', accepted_xid);
        end if;
        if not bank.accept_records(accepted_xid, p_digest, p_key_id, p_count, p_records_mac) then
            outcome := 'alarm_persists';
        end if;
    end if;
    perform bank.write_audit(actor, caller, 'clear_alarm', outcome, null, json_build_object(
        'alarm', wanted, 'reason', reason,
        'accepted_xid', case when outcome = 'ok' then accepted_xid::text::bigint end,
        'accepted_records', case when outcome = 'ok' and accepted_xid is not null then p_count end,
        'mac', case when outcome = 'ok' then encode(p_mac, 'hex') end));
    return outcome;
end
$$;
comment on function bank.clear_alarm(bank.caller, bigint, text, bytea, xid8, bytea, bytea, integer, bytea) is 'Admin only: a decision on an alarm. The daemon''s MAC makes it count. The second decision on a records alarm also accepts these records: with the daemon''s MAC of them, they are sealed.';
