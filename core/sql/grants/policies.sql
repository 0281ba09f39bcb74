-- Which rows the roles see. Without a policy: none.

do $$
declare
    kept record;
begin
    for kept in
        select c.relname
        from pg_catalog.pg_class c
        where c.relnamespace = 'bank'::regnamespace and c.relkind = 'r'
    loop
        execute format('alter table bank.%I enable row level security', kept.relname);
    end loop;
end
$$;

-- The daemon looks whether the schema is its own before there is a session.
create policy everyone on bank.migrations for select to bankd using (true);
create policy everyone on bank.function_sets for select to bankd using (true);

-- actor_id(r) is null unless the entered session is live and of role r, so that SET ROLE
-- without the right secret sees nothing. In sub-selects, to be asked once per query.
do $$
declare
    seen text;
    reader text;
begin
    -- All rows of these for these.
    foreach reader in array array['admin', 'auditor'] loop
        foreach seen in array array['users', 'sessions', 'accounts', 'transfers', 'role_limits', 'audit_logs',
                                    'audit_subjects', 'audit_details', 'audit_seals', 'audit_tiles',
                                    'audit_checkpoints'] loop
            execute format('create policy %I on bank.%I for select to %I using ((select bank.actor_id(%L)) is not null)',
                           reader, seen, 'bank_' || reader, reader);
        end loop;
    end loop;
    foreach seen in array array['accounts', 'transfers', 'role_limits'] loop
        execute format('create policy teller on bank.%I for select to bank_teller using ((select bank.actor_id(%L)) is not null)',
                       seen, 'teller');
    end loop;
end
$$;

create policy teller on bank.users for select to bank_teller
    using (id = (select bank.actor_id('teller')));
create policy teller on bank.sessions for select to bank_teller
    using (user_id = (select bank.actor_id('teller')));

create policy customer on bank.users for select to bank_customer
    using (id = (select bank.actor_id('customer')));
create policy customer on bank.sessions for select to bank_customer
    using (user_id = (select bank.actor_id('customer')));
create policy customer on bank.accounts for select to bank_customer
    using (user_id = (select bank.actor_id('customer')));
-- The accounts in this are themselves seen through the policy above: the customer's own.
create policy customer on bank.transfers for select to bank_customer
    using (
        user_id = (select bank.actor_id('customer'))
        or (status = 'posted'
            and (debit_account_id = any (array(select a.id from bank.accounts a))
                 or credit_account_id = any (array(select a.id from bank.accounts a)))));
