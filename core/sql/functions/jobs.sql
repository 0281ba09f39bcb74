-- Scheduled jobs and retention.
--
-- A run is one transaction: begin_job() locks the job's row, the work is done, end_job() records
-- it. Without a commit nothing has happened and the job is still due. The id of a run is derived
-- from job and instant, and a job's instant only moves forward, so each instant runs at most once,
-- regardless of clocks and daemons. The row lock alone marks a running job, and ends with its
-- transaction.

create function bank.refuse_earlier_job() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op = 'UPDATE' and new.name = old.name and (new.due_at is null) = (old.due_at is null)
        and (new.due_at >= old.due_at) is not false
    then
        return new;
    end if;
    raise exception using
        errcode = 'BK002',
        message = format('job %s: %s would let an instant come again', old.name, tg_op);
end
$$;
comment on function bank.refuse_earlier_job() is 'Lets the instant of a job move forward alone.';
create trigger refuse_earlier before update or delete on bank.jobs
    for each row execute function bank.refuse_earlier_job();
create trigger refuse_change before truncate on bank.jobs
    for each statement execute function bank.refuse_change();
create trigger refuse_row_change before update on bank.job_runs
    for each row execute function bank.refuse_change();
alter table bank.jobs enable always trigger refuse_earlier;
alter table bank.jobs enable always trigger refuse_change;
alter table bank.job_runs enable always trigger refuse_row_change;

create function bank.job_run_id(job text, due timestamptz) returns uuid
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    -- Version 7: the milliseconds of the instant, then 74 bits of the hash.
    select encode(
        substring(int8send(bank.us(due) / 1000) from 3)
            || set_byte(set_byte(substring(d.digest for 10), 0, get_byte(d.digest, 0) & 15 | 112),
                        2, get_byte(d.digest, 2) & 63 | 128),
        'hex')::uuid
    from (select sha256(convert_to(concat_ws(E'\t', 'bankd-job-1', job, bank.us(due)), 'UTF8')) as digest) d
$$;
comment on function bank.job_run_id(text, timestamptz) is 'The id of the run of a job for an instant.';

create function bank.job_due(job bank.jobs) returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select case job.name
        when 'expire_holds' then (select min(h.expires_at) from bank.open_holds h)
        else job.due_at
    end
$$;
comment on function bank.job_due(bank.jobs) is 'When a job is next due; null: there is nothing to do.';

create function bank.retry_distance(attempts integer) returns interval
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select interval '0.5 seconds' * least(2 ^ (least(attempts, 20) - 1), 120)
$$;
comment on function bank.retry_distance(integer) is 'How long to wait after so many failures: twice as long each time, a minute at most.';

create function bank.job_try(job bank.jobs) returns timestamptz
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    -- A time beyond the maximum delay was written before the clock was set back.
    select case when job.try_at <= now() + bank.retry_distance(20) then job.try_at else '-infinity' end
$$;
comment on function bank.job_try(bank.jobs) is 'Before when a job that failed is not tried.';

create function bank.job_timing(job text) returns text
language sql immutable
set search_path = pg_catalog, pg_temp
as $$
    select case job
        when 'expire_holds' then 'by_rows'
        when 'apply_retention' then 'periodic'
    end
$$;
comment on function bank.job_timing(text) is 'The timing of a job as in core/jobs/jobs.def, which a test compares; null: there is no such job.';

create function bank.is_instant(instant timestamptz) returns boolean
language sql stable
set search_path = pg_catalog, pg_temp
as $$
    select coalesce(
        isfinite(instant) and instant between now() - interval '400 days' and now() + interval '400 days', false)
$$;
comment on function bank.is_instant(timestamptz) is 'Whether a job may be due then: one that is due too late would never be run again.';

create function bank.keep_job(p_job text, p_due timestamptz) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    timing constant text := bank.job_timing(p_job);
begin
    if ((timing = 'by_rows' and p_due is null) or (timing <> 'by_rows' and bank.is_instant(p_due))) is not true then
        raise exception using errcode = 'BK001', message = format('job %s: kept for %s', p_job, p_due);
    end if;
    insert into bank.jobs (name, due_at) values (p_job, p_due) on conflict do nothing;
end
$$;
comment on function bank.keep_job(text, timestamptz) is 'Makes a job that is new; one that is not keeps its instant. Null: the rows that it works off say when.';

create function bank.job_state(p_job text)
returns table (is_kept boolean, present timestamptz, due_at timestamptz, wait_us bigint, attempts integer, succeeded_at timestamptz)
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select j.name is not null, now(), d.due_at,
        case when d.due_at is not null then bank.us(greatest(d.due_at, bank.job_try(j))) - bank.us(now()) end,
        coalesce(j.attempts, 0), j.succeeded_at
    from (select) one
    left join bank.jobs j on j.name = p_job
    left join lateral (select bank.job_due(j) as due_at) d on true
$$;
comment on function bank.job_state(text) is 'A job as it is now: one row, also if it is not kept yet. wait_us: until it is to be run; null: there is nothing to do.';

create function bank.begin_job(p_job text)
returns table (present timestamptz, due_at timestamptz, attempts integer)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    job bank.jobs;
begin
    -- Locked until the end of the transaction. If it is locked already, another daemon is running
    -- the job.
    select * into job from bank.jobs j where j.name = p_job for no key update skip locked;
    due_at := bank.job_due(job);
    if due_at is null or due_at > now() or bank.job_try(job) > now() then
        return;
    end if;
    present := now();
    attempts := job.attempts;
    return next;
end
$$;
comment on function bank.begin_job(text) is 'Takes a job that is due for this transaction; no row: it is not due, or another one runs it.';

create function bank.keep_run(p_job text, p_due timestamptz, p_outcome text, p_done bigint) returns void
language sql volatile
set search_path = pg_catalog, pg_temp
as $$
    insert into bank.job_runs (id, job, due_at, began_at, outcome, done)
    values (bank.job_run_id(p_job, p_due), p_job, p_due, now(), p_outcome, p_done);
    delete from bank.job_runs r
    where r.job = p_job
        and r.number <= (
            select o.number from bank.job_runs o where o.job = p_job order by o.number desc offset 100 limit 1);
$$;
comment on function bank.keep_run(text, timestamptz, text, bigint) is 'Adds to the history of a job, and drops what is too old.';

create function bank.end_job(p_job text, p_due timestamptz, p_done bigint, p_is_complete boolean, p_next timestamptz)
returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    job bank.jobs;
begin
    select * into strict job from bank.jobs j where j.name = p_job for no key update;
    -- Bounded, so that no sum of them overflows.
    if (p_due <= now() and p_done between 0 and 1000000) is not true
        or (job.due_at is not null
            and (p_due <> job.due_at
                or (p_is_complete and (p_next > job.due_at and bank.is_instant(p_next)) is not true)))
    then
        raise exception using
            errcode = 'BK001',
            message = format('job %s: the run for %s ends as %s, next %s', p_job, job.due_at, p_due, p_next);
    end if;
    if job.due_at is not null and p_is_complete then
        perform bank.keep_run(p_job, p_due, 'ok', job.done + p_done);
    end if;
    update bank.jobs j
    set attempts = 0,
        try_at = '-infinity',
        due_at = case when job.due_at is not null and p_is_complete then p_next else job.due_at end,
        done = case when job.due_at is null or p_is_complete then 0 else job.done + p_done end,
        succeeded_at = case when p_is_complete then clock_timestamp() else job.succeeded_at end
    where j.name = p_job;
end
$$;
comment on function bank.end_job(text, timestamptz, bigint, boolean, timestamptz) is 'Says that the run that this transaction began is done, or a portion of it, and when the next is due.';

create function bank.fail_job(p_job text, p_due timestamptz, p_attempts integer, p_code text) returns void
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    job bank.jobs;
begin
    if (p_code <> 'ok') is not true then
        raise exception using errcode = 'BK001', message = format('job %s: failed as %s', p_job, p_code);
    end if;
    select * into job from bank.jobs j where j.name = p_job for no key update skip locked;
    -- Another daemon has made progress, or is about to.
    if job.name is null or job.attempts <> p_attempts or job.due_at <> p_due then
        return;
    end if;
    perform bank.keep_run(p_job, p_due, p_code, 0);
    update bank.jobs j
    set attempts = job.attempts + 1, try_at = now() + bank.retry_distance(job.attempts + 1)
    where j.name = p_job;
end
$$;
comment on function bank.fail_job(text, timestamptz, integer, text) is 'Says that a run failed and was rolled back, with what code: it is tried again later.';

-- Retention of data that grows without bound and becomes obsolete. Excludes transfers, history,
-- marks, idempotency ids and the audit log.

create function bank.apply_retention(kept_days integer, up_to integer) returns table (done bigint, is_complete boolean)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    ended_before constant timestamptz := now() - make_interval(days => greatest(kept_days, 1));
    -- With a margin: a transaction that started before the expiry may still rely on it.
    expired_before constant timestamptz := now() - interval '1 hour';
    ended bigint[];
    expired bigint;
    outlived bigint;
    tokens bigint;
    sessions bigint := 0;
    unseen bigint;
begin
    if kept_days is null or (up_to between 1 and 10000) is not true then
        raise exception using
            errcode = 'BK001',
            message = format('retention of %s days, %s rows at a time', kept_days, up_to);
    end if;
    delete from bank.pin_authorizations p
    where p.ctid = any (array(
        select o.ctid from bank.pin_authorizations o where o.expires_at < expired_before limit up_to for update skip locked));
    get diagnostics expired = row_count;
    delete from bank.known_devices d
    where d.ctid = any (array(
        select o.ctid from bank.known_devices o where o.seen_at < ended_before limit up_to for update skip locked));
    get diagnostics unseen = row_count;
    -- Selected once and locked, so no new references appear. Referencing rows are deleted first; a
    -- session has up to thousands, so they are looked up per session.
    ended := array(
        select o.id from bank.sessions o
        where least(o.expires_at, o.revoked_at) < ended_before
        order by least(o.expires_at, o.revoked_at)
        limit up_to
        for update skip locked);
    delete from bank.pin_authorizations p
    where p.ctid = any (array(
        select o.ctid
        from unnest(ended) e (id)
        cross join lateral (
            select a.ctid from bank.pin_authorizations a where a.session_id = e.id limit up_to) o
        limit up_to));
    get diagnostics outlived = row_count;
    delete from bank.refresh_tokens t
    where t.hash = any (array(
        select o.hash
        from unnest(ended) e (id)
        cross join lateral (select r.hash from bank.refresh_tokens r where r.session_id = e.id limit up_to) o
        limit up_to));
    get diagnostics tokens = row_count;
    if greatest(outlived, tokens) < up_to then
        delete from bank.sessions s where s.id = any (ended);
        get diagnostics sessions = row_count;
    end if;
    done := expired + outlived + tokens + sessions + unseen;
    is_complete := greatest(expired, outlived, tokens, sessions, unseen) < up_to;
    if done > 0 then
        perform bank.write_audit(null::bank.actor, null::bank.caller, 'apply_retention', 'ok', null, json_build_object(
            'sessions', sessions, 'refresh_tokens', tokens, 'pin_authorizations', expired + outlived,
            'known_devices', unseen, 'ended_before', to_char(ended_before at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')));
    end if;
    return next;
end
$$;
comment on function bank.apply_retention(integer, integer) is 'Removes sessions that ended more than so many days ago (1 at least) with what refers to them, PIN authorizations that expired, and known devices that were last seen as long ago; some at a time.';
