-- Accounts, the requests that were decided, and the entries they made.
--
-- transfers and history have no foreign keys: they are written by post_batch() alone, which joined
-- them to rows it holds locked; checking each again would cost more than writing it. check_ledger
-- compares them with the accounts.

create type bank.account_kind as enum ('customer', 'cash', 'suspense', 'fees');
comment on type bank.account_kind is 'As bank::api::AccountKind: customer is what the bank owes a customer, the rest is its own side.';

create table bank.accounts (
    id bigint primary key check (id > 0),
    balance bigint not null default 0,
    overdraft_limit bigint check (overdraft_limit between 0 and 9007199254740991),
    user_id bigint references bank.users,
    created_at timestamptz not null default now(),
    failed_attempts integer not null default 0 check (failed_attempts >= 0),
    kind bank.account_kind not null,
    is_locked boolean not null default false,
    is_closed boolean not null default false,
    currency text not null check (length(currency) = 3),
    account_no text not null unique check (length(account_no) between 8 and 34),
    name text not null check (octet_length(name) between 1 and 140),
    pin_hash text check (octet_length(pin_hash) between 1 and 512),
    lock_reason text check (octet_length(lock_reason) <= 200),
    has_pin boolean not null generated always as (pin_hash is not null) stored,
    constraint balance_within_overdraft check (overdraft_limit is null or balance >= -overdraft_limit),
    constraint closed_is_empty check (not is_closed or balance = 0),
    constraint customers_have_limits check (kind <> 'customer' or overdraft_limit is not null),
    constraint customers_have_owners check (kind <> 'customer' or user_id is not null),
    constraint lock_has_reason check (is_locked = (lock_reason is not null))
) with (fillfactor = 70);
-- No index holds a column that posting changes, so that balance updates stay on their page (HOT).
create index accounts_user_id on bank.accounts (user_id);
create unique index accounts_own on bank.accounts (kind, currency) where user_id is null;
create unique index accounts_drawer on bank.accounts (user_id, currency) where kind = 'cash' and user_id is not null;
create sequence bank.account_ids as bigint owned by bank.accounts.id;
comment on table bank.accounts is 'Accounts of customers and of the bank itself. The row is the only balance.';
comment on column bank.accounts.id is 'From bank.account_ids; rows are locked in this order.';
comment on column bank.accounts.balance is 'Minor units; a credit balance is positive. Equals the sum of its history.';
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

create type bank.transfer_kind as enum ('deposit', 'withdrawal', 'transfer');
comment on type bank.transfer_kind is 'As bank::api::TransferKind.';

create type bank.transfer_status as enum (
    'posted',
    'accounts_are_the_same',
    'currency_mismatch',
    'debit_account_closed',
    'credit_account_closed',
    'debit_account_locked',
    'insufficient_funds',
    'balance_out_of_range'
);
comment on type bank.transfer_status is 'The codes 1..99 of core/base/codes.def, in their order, which is the order of precedence.';

create table bank.transfers (
    id bigint primary key,
    debit_account_id bigint,
    credit_account_id bigint,
    amount bigint not null check (amount between 1 and 9007199254740991),
    user_id bigint not null,
    session_id bigint not null,
    created_at timestamptz not null default now(),
    answer_balance bigint,
    answer_limit bigint,
    idempotency_id uuid not null unique,
    value_date date not null default (now() at time zone 'UTC')::date,
    kind bank.transfer_kind not null,
    status bank.transfer_status not null,
    request_digest bytea not null check (length(request_digest) = 32),
    currency text not null check (length(currency) = 3),
    reference text not null check (octet_length(reference) <= 140),
    constraint accounts_known
        check (status = 'currency_mismatch' or (debit_account_id is not null and credit_account_id is not null)),
    constraint accounts_differ
        check ((status = 'accounts_are_the_same') = coalesce(debit_account_id = credit_account_id, false)),
    constraint answer_of_refusal_is_kept check (status <> 'posted' or answer_balance is null)
);
create sequence bank.transfer_ids as bigint cache 1 owned by bank.transfers.id;
comment on table bank.transfers is 'Requests to move money that were decided, refused ones too, so that a retry gets the first answer. Never changed, never removed.';
comment on column bank.transfers.id is 'From bank.transfer_ids, drawn while the accounts are locked: ids grow in each account.';
comment on column bank.transfers.debit_account_id is 'Null only if the bank keeps no cash account of that currency.';
comment on column bank.transfers.credit_account_id is 'Null only if the bank keeps no cash account of that currency.';
comment on column bank.transfers.amount is 'Minor units.';
comment on column bank.transfers.user_id is 'Who asked.';
comment on column bank.transfers.session_id is 'In which session.';
comment on column bank.transfers.created_at is 'When its batch began.';
comment on column bank.transfers.answer_balance is 'Of a refusal: the balance that was answered. Null if posted: history has it.';
comment on column bank.transfers.answer_limit is 'The overdraft limit behind the available balance that was answered; null: 0.';
comment on column bank.transfers.idempotency_id is 'First 128 bits of SHA-256 over actor and Idempotency-Key; kept for ever.';
comment on column bank.transfers.value_date is 'The day it counts from.';
comment on column bank.transfers.kind is 'What was asked for.';
comment on column bank.transfers.status is 'What was decided.';
comment on column bank.transfers.request_digest is 'SHA-256 over everything that was asked for: tells a retry from another request.';
comment on column bank.transfers.currency is 'ISO 4217.';
comment on column bank.transfers.reference is 'For people; may be empty.';
comment on sequence bank.transfer_ids is 'Without cache: a cached range would break the order in an account.';

create table bank.history (
    account_id bigint not null,
    id bigint not null,
    amount bigint not null check (amount <> 0),
    balance bigint not null,
    "timestamp" timestamptz not null default now(),
    type bank.transfer_kind not null,
    primary key (account_id, id)
);
comment on table bank.history is 'The ledger: two entries for each posted transfer, summing to zero. Never changed, never removed.';
comment on column bank.history.account_id is 'The account that moved.';
comment on column bank.history.id is 'Twice the transfer''s id for the debit, one more for the credit: id / 2 is the transfer.';
comment on column bank.history.amount is 'Minor units of the account''s currency; a credit is positive.';
comment on column bank.history.balance is 'Of the account after this entry.';
comment on column bank.history."timestamp" is 'As the transfer''s created_at.';
comment on column bank.history.type is 'The transfer''s kind.';
