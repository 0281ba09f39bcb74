-- What becomes of a bank whose database was restored from a backup: it serves again once its audit
-- log was compared with the newest checkpoint that had left the database.

create table bank.restores (
    id bigint generated always as identity primary key,
    restored_at timestamptz not null default clock_timestamp(),
    backup text not null check (length(backup) between 1 and 100),
    wanted text not null check (length(wanted) between 1 and 100),
    accepted_missing bigint check (accepted_missing > 0),
    reason text check (length(reason) between 1 and 500),
    checked_at timestamptz,
    lost_checkpoint text,
    check (accepted_missing is null or reason is not null),
    check (lost_checkpoint is null or checked_at is not null)
);
comment on table bank.restores is 'Restorations of this database. One that is not checked keeps the bank from serving.';
comment on column bank.restores.id is 'In their order.';
comment on column bank.restores.restored_at is 'When the database was restored.';
comment on column bank.restores.backup is 'The name of the backup.';
comment on column bank.restores.wanted is 'The point in time that was asked for, or "newest".';
comment on column bank.restores.accepted_missing is 'So many signed records may be missing, as the administrator said; null: none, or with a reason: nobody knows how many.';
comment on column bank.restores.reason is 'Why the loss was accepted; null: it was not.';
comment on column bank.restores.checked_at is 'When the log was compared with what was signed before; null: not yet, and the bank refuses to serve.';
comment on column bank.restores.lost_checkpoint is 'The signed note whose records are missing by consent: the log is no longer compared with it. Null: none.';
alter table bank.restores enable row level security;

create function bank.mark_restored(p_backup text, p_wanted text) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into bank.restores (backup, wanted) values (p_backup, p_wanted)
$$;
comment on function bank.mark_restored(text, text) is 'For whoever restores, as the superuser of the cluster: the bank refuses to serve until it is checked.';

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
begin
    -- Sessions that were ended after the restored instant are open again, and so are those of users
    -- who were disabled since, or whose passwords were changed: everybody logs in anew.
    update bank.sessions s
    set revoked_at = now()
    where s.revoked_at is null;
    get diagnostics ended = row_count;
    delete from bank.pin_authorizations;
    update bank.restores r
    set checked_at = clock_timestamp(), lost_checkpoint = lost
    where r.checked_at is null;
    if not found then
        raise exception using errcode = 'BK001', message = 'no restoration waits for its check';
    end if;
    perform bank.write_audit(null::bank.actor, caller, 'restore', 'ok', null,
        (details::jsonb || jsonb_build_object('sessions_ended', ended))::json);
end
$$;
comment on function bank.finish_restore(bank.caller, json, text) is 'The log was compared with what was signed before: the bank may serve, and everybody logs in anew. `lost` is the note whose records are missing by consent.';

revoke all on table bank.restores from public;
revoke all on function bank.mark_restored(text, text), bank.accept_loss(bigint, text), bank.open_restore(),
    bank.lost_checkpoints(), bank.finish_restore(bank.caller, json, text)
    from public;
grant execute on function bank.open_restore(), bank.lost_checkpoints(), bank.finish_restore(bank.caller, json, text)
    to bankd;
