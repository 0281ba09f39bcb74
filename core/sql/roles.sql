-- Run once by the cluster's superuser, connected to the bank's database; may be repeated.
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
begin
    -- The cluster's own databases keep their defaults.
    if current_database() not in ('postgres', 'template0', 'template1') then
        execute format('revoke all on database %I from public', current_database());
        execute format('grant connect, create on database %I to bank_owner', current_database());
        execute format('grant connect on database %I to bankd', current_database());
        revoke all on schema public from public;
    end if;
end
$$;

commit;
