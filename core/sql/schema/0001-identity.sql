-- Users, their sessions, and the types that say who acts.

-- Functions are callable by nobody until 0014 says by whom.
alter default privileges revoke execute on functions from public;
alter default privileges revoke usage on types from public;

create schema bank;
comment on schema bank is 'The bank. Owned by bank_owner; bankd reads through row-level security and writes through functions.';

create table bank.migrations (
    number bigint primary key check (number > 0),
    name text not null,
    digest bytea not null check (length(digest) = 32),
    applied_at timestamptz not null default now()
);
comment on table bank.migrations is 'The files of core/sql that made this schema.';
comment on column bank.migrations.number is 'Of the file; applied in this order, each once.';
comment on column bank.migrations.name is 'Of the file, without number and suffix.';
comment on column bank.migrations.digest is 'SHA-256 of the file as it was applied.';
comment on column bank.migrations.applied_at is 'When its transaction began.';

create type bank.role as enum ('customer', 'teller', 'admin', 'auditor');
comment on type bank.role is 'As bank::api::Role. An auditor reads everything and changes nothing.';

create table bank.users (
    id bigint generated always as identity primary key,
    user_name text not null check (octet_length(user_name) between 3 and 64),
    password text check (octet_length(password) between 1 and 512),
    role bank.role not null,
    is_disabled boolean not null default false,
    created_at timestamptz not null default now(),
    os_uid bigint unique check (os_uid between 0 and 4294967295),
    constraint os_names_are_reserved
        check (case when os_uid is null then user_name not ilike 'os:%' else user_name = 'os:' || os_uid end),
    constraint os_users_are_admins_without_password
        check (os_uid is null or (role = 'admin' and password is null))
);
create unique index users_user_name on bank.users (lower(user_name));
comment on table bank.users is 'Everybody who can act.';
comment on column bank.users.id is 'Never used again.';
comment on column bank.users.user_name is 'Unique in any case; never changes.';
comment on column bank.users.password is 'Hash record of core/crypto; null: no login by password (local administrators).';
comment on column bank.users.role is 'What the user may do; a change ends the user''s sessions.';
comment on column bank.users.is_disabled is 'A disabled user has no live session and gets none.';
comment on column bank.users.created_at is 'When the user was added.';
comment on column bank.users.os_uid is 'Of a local administrator, known by the kernel''s word on the admin socket; null for all others.';

create table bank.sessions (
    id bigint generated always as identity primary key,
    user_id bigint not null references bank.users,
    role bank.role not null,
    secret_hash bytea not null unique check (length(secret_hash) = 32),
    refresh_hash bytea not null unique check (length(refresh_hash) = 32),
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    ip inet,
    user_agent text not null
);
create index sessions_user_id on bank.sessions (user_id);
comment on table bank.sessions is 'The only thing that names an actor. Kept when over: the trail refers to them.';
comment on column bank.sessions.id is 'Named in access tokens and in transfers.';
comment on column bank.sessions.user_id is 'Who acts.';
comment on column bank.sessions.role is 'The user''s role at login; a session of a former role is dead.';
comment on column bank.sessions.secret_hash is 'SHA-256 of the 128-bit secret that proves the session; replaced at each refresh.';
comment on column bank.sessions.refresh_hash is 'Digest of the one refresh token that works.';
comment on column bank.sessions.created_at is 'When the user logged in.';
comment on column bank.sessions.expires_at is 'The end, whatever is refreshed.';
comment on column bank.sessions.revoked_at is 'Ended before expires_at; null while it was not.';
comment on column bank.sessions.ip is 'Where the login came from; null on the Unix socket.';
comment on column bank.sessions.user_agent is 'As the client called itself at login; may be empty.';

create table bank.refresh_tokens (
    hash bytea primary key check (length(hash) = 32),
    session_id bigint not null references bank.sessions,
    used_at timestamptz not null default now()
);
create index refresh_tokens_session_id on bank.refresh_tokens (session_id);
comment on table bank.refresh_tokens is 'Refresh tokens that were exchanged: one that comes again was stolen, and ends its session.';
comment on column bank.refresh_tokens.hash is 'Digest of the token.';
comment on column bank.refresh_tokens.session_id is 'The session it belonged to.';
comment on column bank.refresh_tokens.used_at is 'When it was exchanged.';

create type bank.caller as (session bytea, ip inet, user_agent text, request_id uuid);
comment on type bank.caller is 'What the daemon says of a request. Only the secret in session is believed; the rest is recorded.';

create type bank.actor as (
    session_id bigint,
    user_id bigint,
    user_name text,
    role bank.role,
    refusal text
);
comment on type bank.actor is 'Who a session secret names; refusal is null if it may act.';
