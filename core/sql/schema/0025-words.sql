-- The audit log accepts only words and JSON objects. A tab or a line break in a word would change the
-- parsing of its record.

-- One pattern without a count, for both: each order has a record, and '^[a-z_]{1,40}$' for each costs ten
-- times as much. Their lengths are checked already, and so is that of the details.
alter table bank.audit_logs
    add constraint words check ((action || outcome) collate "C" !~ '[^a-z_]');
alter table bank.audit_details
    add constraint details_are_an_object check (json_typeof(details) = 'object');
alter table bank.job_runs
    add constraint word check (outcome collate "C" !~ '[^a-z_]');

comment on column bank.users.password_version is 'Grows with each hash that is stored: a password that was verified counts only while it is the one. A stronger hash of the same password counts as well, because SQL cannot compare the passwords.';
