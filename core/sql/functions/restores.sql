-- The check that a restored bank must pass before it serves again; see bank.restores.

create function bank.mark_restored(p_backup text, p_wanted text) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into bank.restores (backup, wanted) values (p_backup, p_wanted)
$$;
comment on function bank.mark_restored(text, text) is 'The superuser of the cluster calls it after a restore: the bank refuses to serve until the restore has been checked.';

create function bank.accept_loss(missing bigint, p_reason text) returns boolean
language plpgsql volatile
set search_path = pg_catalog, pg_temp
as $$
begin
    update bank.restores r
    set accepted_missing = missing, reason = p_reason
    where r.checked_at is null;
    return found;
end
$$;
comment on function bank.accept_loss(bigint, text) is 'For the superuser of the cluster: so many signed records may be missing (null: nobody knows how many). False: no restoration waits.';

create function bank.open_restore()
returns table (id bigint, backup text, wanted text, accepted_missing bigint, reason text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select r.id, r.backup, r.wanted, r.accepted_missing, r.reason
    from bank.restores r
    where r.checked_at is null
    order by r.id desc
    limit 1
$$;
comment on function bank.open_restore() is 'The restoration that is not checked yet; no row: none.';

create function bank.lost_checkpoints() returns table (restore_id bigint, note text, mac bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select r.id, r.lost_checkpoint, r.mac
    from bank.restores r
    where r.lost_checkpoint is not null
    order by r.id
$$;
comment on function bank.lost_checkpoints() is 'Notes whose records are missing by consent, if the MAC is the daemon''s.';

create function bank.finish_restore(caller bank.caller, details json, restore_id bigint, lost text, p_mac bytea)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    ended bigint;
    checked bank.restores;
begin
    -- Records may be missing only by the consent of the cluster's superuser.
    perform from bank.restores r
    where r.id = restore_id
        and r.checked_at is null
        and (lost is null or r.accepted_missing is not null)
        and (lost is null) = (p_mac is null)
    for update;
    if not found then
        raise exception using errcode = 'BK001', message = 'no restoration waits for this check';
    end if;
    -- The restore reopened sessions that had ended since, including those of users who were
    -- disabled or changed their password: every user must sign in again.
    update bank.sessions s
    set revoked_at = now()
    where s.revoked_at is null;
    get diagnostics ended = row_count;
    delete from bank.pin_authorizations;
    -- The check of the newest restoration covers those before it.
    for checked in
        update bank.restores r
        set checked_at = clock_timestamp(),
            lost_checkpoint = case when r.id = restore_id then lost end,
            mac = case when r.id = restore_id then p_mac end
        where r.checked_at is null
        returning *
    loop
        perform bank.record_state(null, caller, 'restores', checked.id::text, null, 0, '{}', bank.state_of(checked));
    end loop;
    perform bank.write_audit(null::bank.actor, caller, 'restore', 'ok', null,
        (details::jsonb || jsonb_build_object('sessions_ended', ended))::json);
end
$$;
comment on function bank.finish_restore(bank.caller, json, bigint, text, bytea) is 'The log was compared with what was signed before: the bank may serve, and every user must sign in again. `lost` is the note whose records are missing by consent, with the daemon''s MAC.';
