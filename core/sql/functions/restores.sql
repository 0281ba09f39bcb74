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

create function bank.open_restore() returns table (backup text, wanted text, accepted_missing bigint, reason text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select r.backup, r.wanted, r.accepted_missing, r.reason
    from bank.restores r
    where r.checked_at is null
    order by r.id desc
    limit 1
$$;
comment on function bank.open_restore() is 'The restoration that is not checked yet; no row: none.';

create function bank.lost_checkpoints() returns table (note text)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select r.lost_checkpoint from bank.restores r where r.lost_checkpoint is not null
$$;
comment on function bank.lost_checkpoints() is 'Notes whose records are missing by consent.';

create function bank.finish_restore(caller bank.caller, details json, lost text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    ended bigint;
    checked bank.restores;
begin
    -- The restore reopened sessions that had ended since, including those of users who were
    -- disabled or changed their password: every user must sign in again.
    update bank.sessions s
    set revoked_at = now()
    where s.revoked_at is null;
    get diagnostics ended = row_count;
    delete from bank.pin_authorizations;
    -- Records may be missing only by the consent of the cluster's superuser.
    update bank.restores r
    set checked_at = clock_timestamp(), lost_checkpoint = lost
    where r.checked_at is null and (lost is null or r.accepted_missing is not null)
    returning * into checked;
    if not found then
        raise exception using errcode = 'BK001', message = 'no restoration waits for this check';
    end if;
    perform bank.record_state(null, caller, 'restores', checked.id::text, null, 0, '{}', bank.state_of(checked));
    perform bank.write_audit(null::bank.actor, caller, 'restore', 'ok', null,
        (details::jsonb || jsonb_build_object('sessions_ended', ended))::json);
end
$$;
comment on function bank.finish_restore(bank.caller, json, text) is 'The log was compared with what was signed before: the bank may serve, and every user must sign in again. `lost` is the note whose records are missing by consent.';
