-- Accounts, the requests that were decided, and the entries they made.
--
-- A transfer and its two entries are one row: what would be two more rows and a random index costs
-- more than all the rest of posting. The entries of an account are found by following the chain
-- from its last one, and by marks on every 64th; bank.history shows them as a table.
--
-- transfers has no foreign keys: it is written by post_batch() and expire_holds() alone, which hold
-- the accounts locked; checking each again would cost more than writing it. check_ledger compares
-- them.

create type bank.account_kind as enum ('customer', 'cash', 'suspense', 'fees');
comment on type bank.account_kind is 'As bank::api::AccountKind: customer is what the bank owes a customer, the rest is its own side.';

create table bank.accounts (
    id bigint primary key check (id > 0),
    -- What posting changes stands together: an update then logs these bytes alone.
    balance bigint not null default 0,
    held bigint not null default 0 check (held >= 0),
    version bigint not null default 0,
    last_entry bigint not null default 0,
    prior_entry bigint not null default 0,
    entry_count bigint not null default 0,
    spent_day bigint not null default 0,
    spent_week bigint not null default 0,
    spent_month bigint not null default 0,
    spent_on date not null default '1970-01-01',
    kind bank.account_kind not null,
    overdraft_limit bigint check (overdraft_limit between 0 and 9007199254740991),
    minimum_balance bigint not null default 0 check (minimum_balance between 0 and 9007199254740991),
    limit_per_transfer bigint check (limit_per_transfer between 0 and 9007199254740991),
    limit_per_day bigint check (limit_per_day between 0 and 9007199254740991),
    limit_per_week bigint check (limit_per_week between 0 and 9007199254740991),
    limit_per_month bigint check (limit_per_month between 0 and 9007199254740991),
    user_id bigint references bank.users,
    created_at timestamptz not null default now(),
    failed_attempts integer not null default 0 check (failed_attempts >= 0),
    is_locked boolean not null default false,
    is_debit_frozen boolean not null default false,
    is_credit_frozen boolean not null default false,
    is_closed boolean not null default false,
    currency text not null check (length(currency) = 3),
    account_no text not null unique check (length(account_no) between 8 and 34),
    name text not null check (octet_length(name) between 1 and 140),
    pin_hash text check (octet_length(pin_hash) between 1 and 512),
    lock_reason text check (octet_length(lock_reason) <= 200),
    freeze_reason text check (octet_length(freeze_reason) <= 200),
    has_pin boolean not null generated always as (pin_hash is not null) stored,
    constraint balance_within_overdraft check (overdraft_limit is null or balance - held >= -overdraft_limit),
    constraint closed_is_empty check (not is_closed or (balance = 0 and held = 0)),
    constraint customers_have_limits check (kind <> 'customer' or overdraft_limit is not null),
    constraint customers_have_owners check (kind <> 'customer' or user_id is not null),
    constraint lock_has_reason check (is_locked = (lock_reason is not null)),
    constraint freeze_has_reason check ((is_debit_frozen or is_credit_frozen) = (freeze_reason is not null))
) with (fillfactor = 60);
-- No index holds a column that posting changes, so that balance updates stay on their page (HOT).
create index accounts_user_id on bank.accounts (user_id);
create unique index accounts_own on bank.accounts (kind, currency) where user_id is null;
create unique index accounts_drawer on bank.accounts (user_id, currency) where kind = 'cash' and user_id is not null;
create sequence bank.account_ids as bigint owned by bank.accounts.id;
comment on table bank.accounts is 'Accounts of customers and of the bank itself. The row is the only balance.';
comment on column bank.accounts.id is 'From bank.account_ids; rows are locked in this order.';
comment on column bank.accounts.balance is 'Minor units; a credit balance is positive. Equals the sum of its history.';
comment on column bank.accounts.held is 'Reserved by open holds; the sum of open_holds.';
comment on column bank.accounts.version is 'Grows with every change of what posting decides by.';
comment on column bank.accounts.last_entry is 'The newest entry, where its chain begins; 0: none.';
comment on column bank.accounts.prior_entry is 'What last_entry was before the last batch: an UPDATE returns new values alone.';
comment on column bank.accounts.entry_count is 'How many entries it has.';
comment on column bank.accounts.spent_day is 'What left it on spent_on, as its limits count it.';
comment on column bank.accounts.spent_week is 'The same in the week (from Monday) of spent_on.';
comment on column bank.accounts.spent_month is 'The same in the month of spent_on.';
comment on column bank.accounts.spent_on is 'The day (UTC) of the last amount that counted.';
comment on column bank.accounts.minimum_balance is 'What a debit must leave, beside the overdraft.';
comment on column bank.accounts.limit_per_transfer is 'Largest amount that may leave it at once; null: no limit.';
comment on column bank.accounts.limit_per_day is 'The same for all that leaves it on a day.';
comment on column bank.accounts.limit_per_week is 'The same for a week.';
comment on column bank.accounts.limit_per_month is 'The same for a month.';
comment on column bank.accounts.is_debit_frozen is 'Staff froze it: nothing leaves it.';
comment on column bank.accounts.is_credit_frozen is 'Staff froze it: nothing comes in.';
comment on column bank.accounts.freeze_reason is 'For people; null exactly if it is not frozen.';
comment on column bank.accounts.overdraft_limit is 'How far below zero the balance may go; null: without limit (the bank''s own).';
comment on column bank.accounts.user_id is 'The owner, or the teller of a cash drawer; null: the bank.';
comment on column bank.accounts.created_at is 'When it was opened.';
comment on column bank.accounts.failed_attempts is 'Wrong PINs since the last right one.';
comment on column bank.accounts.kind is 'Whose side of double entry it is; never changes.';
comment on column bank.accounts.is_locked is 'A locked account is not debited.';
comment on column bank.accounts.is_closed is 'A closed account is empty and does not move again.';
comment on column bank.accounts.currency is 'ISO 4217; never changes.';
comment on column bank.accounts.account_no is 'IBAN; never changes.';
comment on column bank.accounts.name is 'For people.';
comment on column bank.accounts.pin_hash is 'Hash record of core/crypto; null: no PIN yet.';
comment on column bank.accounts.lock_reason is 'For people; null exactly if it is not locked.';
comment on column bank.accounts.has_pin is 'For those who may not see pin_hash.';
comment on sequence bank.account_ids is 'Drawn before an account is made, because the account number is made of it.';

create table bank.pin_authorizations (
    session_id bigint not null references bank.sessions,
    account_id bigint not null references bank.accounts,
    expires_at timestamptz not null,
    idempotency_id uuid not null default '00000000-0000-0000-0000-000000000000',
    primary key (session_id, account_id, idempotency_id)
);
create index pin_authorizations_account_id on bank.pin_authorizations (account_id);
comment on table bank.pin_authorizations is 'Sessions that proved an account''s PIN and may move that account for a while.';
comment on column bank.pin_authorizations.session_id is 'Whose proof it was.';
comment on column bank.pin_authorizations.account_id is 'Whose PIN it was.';
comment on column bank.pin_authorizations.expires_at is 'When the PIN is needed again.';
comment on column bank.pin_authorizations.idempotency_id is 'The one transfer that it is for, if the PIN came with it; all zeros: any.';

create table bank.role_limits (
    role bank.role not null check (role <> 'auditor'),
    currency text not null check (length(currency) = 3),
    per_transfer bigint check (per_transfer between 0 and 9007199254740991),
    per_day bigint check (per_day between 0 and 9007199254740991),
    per_week bigint check (per_week between 0 and 9007199254740991),
    per_month bigint check (per_month between 0 and 9007199254740991),
    primary key (role, currency)
);
comment on table bank.role_limits is 'What a user of a role may take from one account, beside the account''s own limits: the smaller counts.';
comment on column bank.role_limits.role is 'Whose.';
comment on column bank.role_limits.currency is 'ISO 4217.';
comment on column bank.role_limits.per_transfer is 'Largest amount of one movement; null: no limit.';
comment on column bank.role_limits.per_day is 'All that leaves a customer''s account on a day.';
comment on column bank.role_limits.per_week is 'The same in a week.';
comment on column bank.role_limits.per_month is 'The same in a month.';

create type bank.transfer_kind as enum (
    'deposit', 'withdrawal', 'transfer', 'hold', 'capture', 'release', 'expiry', 'reversal');
comment on type bank.transfer_kind is 'As bank::api::TransferKind.';

create type bank.transfer_status as enum (
    'posted',
    'accounts_are_the_same',
    'currency_mismatch',
    'hold_expired',
    'hold_settled',
    'capture_exceeds_hold',
    'not_reversible',
    'already_reversed',
    'reversal_exceeds_original',
    'debit_account_closed',
    'credit_account_closed',
    'debit_account_locked',
    'debit_account_frozen',
    'credit_account_frozen',
    'transfer_limit_exceeded',
    'day_limit_exceeded',
    'week_limit_exceeded',
    'month_limit_exceeded',
    'insufficient_funds',
    'balance_out_of_range',
    'linked_transfer_refused'
);
comment on type bank.transfer_status is 'The codes 1..99 of core/base/codes.def, in their order, which is the order of precedence.';

create table bank.transfers (
    id bigint primary key,
    debit_account_id bigint,
    credit_account_id bigint,
    amount bigint not null check (amount between 1 and 9007199254740991),
    debit_balance bigint not null,
    credit_balance bigint not null,
    available bigint not null,
    debit_previous bigint,
    credit_previous bigint,
    origin_id bigint,
    group_id bigint,
    user_id bigint,
    session_id bigint,
    created_at timestamptz not null,
    expires_at timestamptz,
    idempotency_id uuid,
    value_date date not null default (now() at time zone 'UTC')::date,
    kind bank.transfer_kind not null,
    status bank.transfer_status not null,
    request_digest bytea check (length(request_digest) = 32),
    currency text not null check (length(currency) = 3),
    reference text not null check (octet_length(reference) <= 140),
    constraint accounts_known
        check (status = 'currency_mismatch' or (debit_account_id is not null and credit_account_id is not null)),
    constraint accounts_differ
        check (case status
            when 'accounts_are_the_same' then debit_account_id is not null and debit_account_id = credit_account_id
            -- It may be one of several that have something against them.
            when 'linked_transfer_refused' then true
            else debit_account_id is distinct from credit_account_id
        end),
    constraint moved_has_entries
        check ((debit_previous is not null and credit_previous is not null)
            = (status = 'posted' and kind in ('deposit', 'withdrawal', 'transfer', 'capture', 'reversal'))),
    constraint asked_for
        check ((kind = 'expiry') = (user_id is null and session_id is null and idempotency_id is null
            and request_digest is null)),
    constraint holds_expire check ((expires_at is not null) = (kind = 'hold' and status = 'posted')),
    constraint origin_is_named check ((origin_id is not null) = (kind in ('capture', 'release', 'expiry', 'reversal')))
);
-- Ids that are made of UUIDs of version 7 lie together here, and so does the work.
create unique index transfers_idempotency_id on bank.transfers (idempotency_id) where idempotency_id is not null;
-- A hold is settled once, a transfer is reversed once.
create unique index transfers_origin_id on bank.transfers (origin_id) where origin_id is not null and status = 'posted';
create sequence bank.transfer_ids as bigint cache 1 owned by bank.transfers.id;
comment on table bank.transfers is 'Requests to move or reserve money that were decided, refused ones too, so that a retry gets the first answer; with the two entries of those that moved. Never changed, never removed.';
comment on column bank.transfers.id is 'From bank.transfer_ids, drawn while the accounts are locked: ids grow in each account.';
comment on column bank.transfers.debit_account_id is 'Null only if the bank keeps no cash account of that currency.';
comment on column bank.transfers.credit_account_id is 'Null only if the bank keeps no cash account of that currency.';
comment on column bank.transfers.amount is 'Minor units; of a release or expiry what is free again.';
comment on column bank.transfers.debit_balance is 'Of the debit account after it; as it was, if nothing moved.';
comment on column bank.transfers.credit_balance is 'Of the credit account after it; as it was, if nothing moved.';
comment on column bank.transfers.available is 'What was available after it on the side that is answered: the credit side of deposits, captures and releases, else the debit side.';
comment on column bank.transfers.debit_previous is 'The entry before this one on the debit account, 0 if it is the first; null if nothing moved.';
comment on column bank.transfers.credit_previous is 'The same on the credit account.';
comment on column bank.transfers.origin_id is 'The hold that it captures, releases or ends, or the transfer that it reverses.';
comment on column bank.transfers.group_id is 'The first transfer of its linked group; null if it stood alone.';
comment on column bank.transfers.user_id is 'Who asked; null: the bank itself ended a hold.';
comment on column bank.transfers.session_id is 'In which session.';
comment on column bank.transfers.created_at is 'When it was posted, the accounts being locked: times grow in each account.';
comment on column bank.transfers.expires_at is 'Of a posted hold: when it ends by itself.';
comment on column bank.transfers.idempotency_id is 'Made of actor and Idempotency-Key, see core/service/transfer_shape.cpp; kept for ever.';
comment on column bank.transfers.value_date is 'The day it counts from.';
comment on column bank.transfers.kind is 'What was asked for.';
comment on column bank.transfers.status is 'What was decided.';
comment on column bank.transfers.request_digest is 'SHA-256 over everything that was asked for: tells a retry from another request.';
comment on column bank.transfers.currency is 'ISO 4217.';
comment on column bank.transfers.reference is 'For people; may be empty.';
comment on sequence bank.transfer_ids is 'Without cache: a cached range would break the order in an account.';

create table bank.open_holds (
    id bigint primary key,
    account_id bigint not null,
    amount bigint not null check (amount > 0),
    expires_at timestamptz not null
);
create index open_holds_account_id on bank.open_holds (account_id, id);
create index open_holds_expires_at on bank.open_holds (expires_at);
comment on table bank.open_holds is 'Holds that are neither captured nor released nor expired: working state, the record is in transfers.';
comment on column bank.open_holds.id is 'The transfer of kind hold.';
comment on column bank.open_holds.account_id is 'Whose money is reserved.';
comment on column bank.open_holds.amount is 'Minor units.';
comment on column bank.open_holds.expires_at is 'As in transfers.';

create table bank.history_marks (
    account_id bigint not null,
    "timestamp" timestamptz not null,
    entry_id bigint not null,
    primary key (account_id, "timestamp", entry_id)
);
comment on table bank.history_marks is 'Every 64th entry of an account: where to step into its chain to find a time. Never changed, never removed.';
comment on column bank.history_marks.account_id is 'The account.';
comment on column bank.history_marks."timestamp" is 'Of the entry.';
comment on column bank.history_marks.entry_id is 'The entry.';
