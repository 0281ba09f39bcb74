-- What a session may do is bound to its user and to its end by more than the rows that say so.

comment on column bank.sessions.secret_hash is 'SHA-256 of the secret that proves the session: 128 random bits and the user''s id; replaced at each refresh.';

-- They last for minutes; people prove their PIN again.
delete from bank.pin_authorizations;
alter table bank.pin_authorizations rename column proof_hash to mac;
alter table bank.pin_authorizations rename constraint pin_authorizations_proof_hash_check to pin_authorizations_mac_check;
comment on column bank.pin_authorizations.mac is 'The daemon''s MAC of all the rest of the row.';

-- The records hold a hash of the value: the user in it is the one who counts.
update bank.audit_subjects s
set user_id = nullif(split_part(s.value, E'\t', 1), '-')::bigint
where s.value is not null
    and split_part(s.value, E'\t', 1) <> coalesce(s.user_id::text, '-');
alter table bank.audit_subjects
    add constraint user_as_in_value check (split_part(value, E'\t', 1) = coalesce(user_id::text, '-'));
