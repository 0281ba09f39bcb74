-- Each row that decides what users and accounts may do counts its changes: the audit log has one
-- record of each, and the row follows from them. See functions/state.sql.

alter table bank.users
    add column change_no bigint not null default 0 check (change_no >= 0),
    -- PostgreSQL evaluates it for each existing row.
    add column text_salt bytea not null default uuid_send(gen_random_uuid()) check (length(text_salt) = 16);
comment on column bank.users.change_no is 'How often the row has changed: one record of the audit log for each change.';
comment on column bank.users.text_salt is 'Random: the audit log has the user''s texts, and those of the user''s accounts, as hashes with this salt. A new one makes the old hashes meaningless.';

alter table bank.accounts add column change_no integer not null default 0 check (change_no >= 0);
comment on column bank.accounts.change_no is 'As in users; posting does not count.';

alter table bank.role_limits add column change_no integer not null default 0 check (change_no >= 0);
comment on column bank.role_limits.change_no is 'As in users.';

alter table bank.rules add column change_no integer not null default 0 check (change_no >= 0);
comment on column bank.rules.change_no is 'As in users.';

create table bank.state_begin (
    only_one boolean primary key default true check (only_one),
    last_user bigint not null default 0,
    last_account bigint not null default 0,
    recorded bigint not null default 0,
    ended_at timestamptz
);
alter table bank.state_begin enable row level security;
comment on table bank.state_begin is 'How far the state was recorded that is older than its records; see begin_state().';
comment on column bank.state_begin.only_one is 'There is one row.';
comment on column bank.state_begin.last_user is 'The last user that was recorded.';
comment on column bank.state_begin.last_account is 'The last account that was recorded.';
comment on column bank.state_begin.recorded is 'How many rows were.';
comment on column bank.state_begin.ended_at is 'When all were; null: not yet.';
