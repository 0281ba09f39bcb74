-- Texts of people are bounded in characters: in bytes, an umlaut counted twice.

alter table bank.accounts
    drop constraint accounts_name_check,
    drop constraint accounts_lock_reason_check,
    drop constraint accounts_freeze_reason_check,
    add constraint accounts_name_check check (char_length(name) between 1 and 140),
    add constraint accounts_lock_reason_check check (char_length(lock_reason) <= 200),
    add constraint accounts_freeze_reason_check check (char_length(freeze_reason) <= 200);
alter table bank.transfers
    drop constraint transfers_reference_check,
    add constraint transfers_reference_check check (char_length(reference) <= 140);
comment on column bank.accounts.freeze_reason is 'For staff; null exactly if it is not frozen.';
comment on column bank.accounts.lock_reason is 'For staff; null exactly if it is not locked.';
