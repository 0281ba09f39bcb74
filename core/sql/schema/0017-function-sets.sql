-- The record of which functions a database has.

create table bank.function_sets (
    id bigint generated always as identity primary key,
    digest bytea not null check (length(digest) = 32),
    program text not null check (program ~ '^[0-9]{1,6}\.[0-9]{1,6}\.[0-9]{1,6}$'),
    installed_at timestamptz not null default now()
);
comment on table bank.function_sets is 'The sets of functions, views, triggers, policies and grants that this database had. The last one is installed.';
comment on column bank.function_sets.id is 'In their order.';
comment on column bank.function_sets.digest is 'SHA-256 of the set''s files.';
comment on column bank.function_sets.program is 'Version of the bankd that installed it. An older bankd refuses the database.';
comment on column bank.function_sets.installed_at is 'When its transaction began.';
alter table bank.function_sets enable row level security;
comment on table bank.migrations is 'The files of core/sql/schema that made the tables.';
