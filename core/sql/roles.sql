-- Run by the cluster's superuser, connected to the bank's database, and again after each upgrade.
-- It takes no secrets: who may log in as bank_owner and bankd is for pg_hba.conf (peer, or a
-- certificate) to say.

begin;
-- One at a time in the whole cluster: roles are shared by its databases.
lock table pg_catalog.pg_authid in share row exclusive mode;

do $$
declare
    wanted record;
begin
    for wanted in
        select *
        from (values
            ('bank_owner', 'login noinherit'),
            ('bankd', 'login noinherit'),
            ('bank_customer', 'nologin noinherit'),
            ('bank_teller', 'nologin noinherit'),
            ('bank_admin', 'nologin noinherit'),
            ('bank_auditor', 'nologin noinherit')) as roles (name, attributes)
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = wanted.name) then
            execute format('create role %I', wanted.name);
        end if;
        -- Stated every time, so that a role that was given more is brought back.
        execute format('alter role %I with %s nosuperuser nocreatedb nocreaterole noreplication'
                       ' nobypassrls', wanted.name, wanted.attributes);
    end loop;
end
$$;

comment on role bank_owner is 'Owns the schema bank; migrations log in as it, the daemon never.';
comment on role bankd is 'The daemon: no DDL, no writing of tables, functions only.';
comment on role bank_customer is 'What a customer''s session may do.';
comment on role bank_teller is 'What a teller''s session may do.';
comment on role bank_admin is 'What an admin''s session may do.';
comment on role bank_auditor is 'What an auditor''s session may do.';

-- With noinherit, membership gives bankd nothing until it says SET ROLE.
grant bank_customer, bank_teller, bank_admin, bank_auditor to bankd;

do $$
declare
    unneeded record;
begin
    -- The cluster's own databases keep their defaults.
    if current_database() in ('postgres', 'template0', 'template1') then
        return;
    end if;
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect, create on database %I to bank_owner', current_database());
    execute format('grant connect on database %I to bankd', current_database());
    revoke all on schema public from public;
    -- PostgreSQL lets every role do these. Here nobody but superusers does, and the owner what the
    -- bank's own functions, the migrator and a parallel pg_dump need. Only a superuser can say so, and
    -- a dump contains it.
    for unneeded in
        select p.oid::regprocedure as signature, u.is_owners
        from pg_catalog.pg_proc p
        join (values
            -- Large objects: the one table, without a limit, that every role may write.
            ('^(lo_.*|loread|lowrite)$', false),
            -- Locks that fill the lock table of the whole cluster; the sealer has bank.take_sealing().
            ('^pg_(try_)?advisory_.*$', true),
            -- Cursors, queries and tables by their names, as XML.
            ('^(cursor|query|table|schema|database)_to_xml.*$', false),
            -- The other connections of the role, which are all of the bank.
            ('^pg_(cancel|terminate)_backend$', false),
            -- Files and write-ahead log that grow without a row.
            ('^pg_logical_emit_message$', false),
            ('^pg_export_snapshot$', true)) u (names, is_owners) on p.proname ~ u.names
        where p.pronamespace = 'pg_catalog'::regnamespace
    loop
        execute format('revoke all on function %s from public', unneeded.signature);
        if unneeded.is_owners then
            execute format('grant execute on function %s to bank_owner', unneeded.signature);
        end if;
    end loop;
    -- Programs in DO.
    revoke usage on language plpgsql from public;
    grant usage on language plpgsql to bank_owner;
end
$$;

commit;
