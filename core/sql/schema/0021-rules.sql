-- What the configuration decides and SQL checks as well.

create table bank.rules (
    only_one boolean primary key default true check (only_one),
    customer_cash boolean not null default true
);
insert into bank.rules default values;
comment on table bank.rules is 'What the configuration decides and posting checks. Set by the daemon when it starts; read by no role.';
comment on column bank.rules.only_one is 'There is one row.';
comment on column bank.rules.customer_cash is 'Whether customers deposit and withdraw by themselves; else tellers and admins alone do.';
alter table bank.rules enable row level security;
