-- The kinds of transfers and what is true of each. The rows come with the functions.

create table bank.transfer_kinds (
    kind bank.transfer_kind primary key,
    is_requested boolean not null,
    debit text not null check (debit in ('named', 'cash', 'of_debit', 'of_credit')),
    credit text not null check (credit in ('named', 'cash', 'of_debit', 'of_credit')),
    origin text not null check (origin in ('none', 'hold', 'transfer')),
    amount text not null check (amount in ('required', 'optional', 'none')),
    moves boolean not null,
    held text not null check (held in ('none', 'places', 'settles')),
    counts boolean not null,
    needs_funds boolean not null,
    answers text not null check (answers in ('debit', 'credit')),
    is_reversible boolean not null,
    needs_pin boolean not null,
    permission text not null check (octet_length(permission) between 1 and 40)
);
comment on table bank.transfer_kinds is 'The rows of core/api/kinds.def, whose head explains them. Written with the set of functions, read by no role.';
comment on column bank.transfer_kinds.kind is 'The kind; its audit action has the same word.';
comment on column bank.transfer_kinds.is_requested is 'Whether a client may ask for it; else the bank does it by itself.';
comment on column bank.transfer_kinds.debit is 'The account to debit: named, the actor''s cash, or that side of the origin.';
comment on column bank.transfer_kinds.credit is 'The account to credit, in the same words.';
comment on column bank.transfer_kinds.origin is 'What it names: nothing, a posted hold, or a posted transfer.';
comment on column bank.transfer_kinds.amount is 'Whether the request has one.';
comment on column bank.transfer_kinds.moves is 'Whether it has entries.';
comment on column bank.transfer_kinds.held is 'What it does to the amount held on the account to debit.';
comment on column bank.transfer_kinds.counts is 'Whether it counts towards limits.';
comment on column bank.transfer_kinds.needs_funds is 'Whether the account to debit must have the amount available.';
comment on column bank.transfer_kinds.answers is 'The side whose balance is answered.';
comment on column bank.transfer_kinds.is_reversible is 'Whether a posted one can be reversed.';
comment on column bank.transfer_kinds.needs_pin is 'Whether a customer needs the account''s PIN.';
comment on column bank.transfer_kinds.permission is 'A word of core/policy/permission.def.';
alter table bank.transfer_kinds enable row level security;
