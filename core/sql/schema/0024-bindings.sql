-- What rows say of credentials is bound to their owner by MACs of the daemon, which has the key.

alter table bank.users add column role_mac bytea check (length(role_mac) = 32);
comment on column bank.users.role_mac is 'The daemon''s MAC of id and role; null for local administrators, and in rows of earlier versions until the daemon binds them.';

-- They last for minutes; people prove their PIN again.
delete from bank.pin_authorizations;
alter table bank.pin_authorizations add column proof_hash bytea not null check (length(proof_hash) = 32);
comment on column bank.pin_authorizations.proof_hash is 'SHA-256 of the proof that the daemon presents with each order: its MAC of session and account.';

comment on column bank.sessions.refresh_hash is 'The daemon''s MAC of the one refresh token that works.';
comment on column bank.refresh_tokens.hash is 'The daemon''s MAC of the token.';
