-- Jobs that run by the clock, and indexes for what the bank removes once its time is over.

create table bank.jobs (
    name text primary key check (name ~ '^[a-z][a-z_]{0,39}$'),
    due_at timestamptz check (isfinite(due_at)),
    attempts integer not null default 0 check (attempts >= 0),
    try_at timestamptz not null default '-infinity',
    done bigint not null default 0 check (done >= 0),
    succeeded_at timestamptz
);
alter table bank.jobs enable row level security;
comment on table bank.jobs is 'What is done by the clock. Rows are never removed.';
comment on column bank.jobs.name is 'As in core/jobs/jobs.def.';
comment on column bank.jobs.due_at is 'The instant of the next run; never moves back. Null: when a row that it works off is due, see job_due().';
comment on column bank.jobs.attempts is 'How often the next run has failed.';
comment on column bank.jobs.try_at is 'Not before: grows further away with each failure.';
comment on column bank.jobs.done is 'What portions of the next run have done.';
comment on column bank.jobs.succeeded_at is 'When the last run was complete; null: none was.';

create table bank.job_runs (
    number bigint generated always as identity primary key,
    id uuid not null,
    job text not null references bank.jobs,
    due_at timestamptz not null,
    began_at timestamptz not null,
    ended_at timestamptz not null default clock_timestamp(),
    outcome text not null check (octet_length(outcome) between 1 and 40),
    done bigint not null check (done >= 0)
);
create unique index job_runs_done on bank.job_runs (id) where outcome = 'ok';
create index job_runs_job on bank.job_runs (job, number);
alter table bank.job_runs enable row level security;
comment on table bank.job_runs is 'The last hundred runs of each job. Of those without an instant of their own only failures: what they work off tells the rest.';
comment on column bank.job_runs.number is 'In the order of their ends.';
comment on column bank.job_runs.id is 'See job_run_id(); of one run there is one success.';
comment on column bank.job_runs.job is 'Of which job.';
comment on column bank.job_runs.due_at is 'The instant that it was for.';
comment on column bank.job_runs.began_at is 'When its transaction began; of several portions the last one''s.';
comment on column bank.job_runs.ended_at is 'When.';
comment on column bank.job_runs.outcome is '"ok", or the word of core/base/codes.def with which it failed.';
comment on column bank.job_runs.done is 'How many rows it worked off.';

create index sessions_ended on bank.sessions (least(expires_at, revoked_at));
create index pin_authorizations_expires_at on bank.pin_authorizations (expires_at);

comment on table bank.sessions is 'The only thing that names an actor. Removed some time after its end, see apply_retention(): the audit log keeps its number.';
