-- Passwords that an admin set, and the version of the password that a login verified.

alter table bank.users
    add column password_version bigint not null default 0 check (password_version >= 0),
    add column password_expires_at timestamptz,
    add constraint one_time_passwords_are_passwords
        check (password_expires_at is null or password is not null);
comment on column bank.users.password_version is 'Grows with each password that is set: a password that was verified counts only while it is the one. A stronger hash of the same password is not a new one.';
comment on column bank.users.password_expires_at is 'Of a one-time password: one that an admin set, which the user must change. Null: the user chose it, or there is none.';
