-- Everything that decides how the schema behaves, one row per object: its kind and name, and its
-- definition. Read from PostgreSQL's catalogs as bankd, and compared with core/sql/attested.txt.
-- Comments, statistics and costs are left out, for they change no result. Bodies of functions and views
-- are SHA-256 digests; their texts are in functions/.
with bank as (
    select n.oid, n.nspowner, n.nspacl from pg_catalog.pg_namespace n where n.nspname = 'bank'
), relations as (
    select c.*, format('bank.%I', c.relname) as title
    from pg_catalog.pg_class c
    where c.relnamespace = (select oid from bank) and c.relkind not in ('i', 'I', 't')
), roles as (
    select r.*
    from pg_catalog.pg_roles r
    where r.rolname in ('bank_owner', 'bankd', 'bank_customer', 'bank_teller', 'bank_admin', 'bank_auditor')
), objects (object, definition) as (
    select 'schema bank', format('owner %s', b.nspowner::regrole)
    from bank b

    union all
    select format('%s %s',
                  case c.relkind
                      when 'r' then 'table' when 'p' then 'table' when 'v' then 'view' when 'm' then 'view'
                      when 'S' then 'sequence' when 'f' then 'foreign table' when 'c' then 'type'
                  end, c.title),
        concat_ws(', ', 'owner ' || c.relowner::regrole, 'kind ' || c.relkind::text,
            nullif('persistence ' || c.relpersistence::text, 'persistence p'),
            'access method ' || (select a.amname from pg_catalog.pg_am a where a.oid = c.relam),
            case when c.relrowsecurity then 'row level security' end,
            case when c.relforcerowsecurity then 'forced' end,
            case when c.relispartition then 'partition' end,
            nullif('replica identity ' || c.relreplident::text, 'replica identity d'),
            'options ' || case when c.relkind in ('v', 'm') then c.reloptions::text end,
            'definition ' || case when c.relkind in ('v', 'm')
                then encode(sha256(convert_to(pg_get_viewdef(c.oid), 'UTF8')), 'hex') end)
    from relations c

    union all
    select format('inheritance %s of %s', i.inhrelid::regclass, i.inhparent::regclass), 'present'
    from pg_catalog.pg_inherits i
    join pg_catalog.pg_class c on c.oid in (i.inhrelid, i.inhparent)
    where c.relnamespace = (select oid from bank)

    union all
    select format('column %s.%I', c.title, a.attname),
        concat_ws(', ',
            -- Dropped columns leave gaps in attnum, which a dump and restore close.
            row_number() over (partition by a.attrelid order by a.attnum),
            format_type(a.atttypid, a.atttypmod),
            case when a.attnotnull then 'not null' end,
            'identity ' || nullif(a.attidentity::text, ''), 'generated ' || nullif(a.attgenerated::text, ''),
            'collation ' || (select nullif(l.collname, 'default') from pg_catalog.pg_collation l
                             where l.oid = a.attcollation),
            'default ' || pg_get_expr(d.adbin, d.adrelid))
    from relations c
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where c.relkind <> 'S'

    union all
    select format('sequence settings %s', s.seqrelid::regclass),
        concat_ws(', ', s.seqtypid::regtype, 'start ' || s.seqstart, 'increment ' || s.seqincrement,
            'from ' || s.seqmin, 'to ' || s.seqmax, case when s.seqcycle then 'cycles' end,
            'of ' || (select format('%s %s', d.refobjid::regclass, d.deptype) from pg_catalog.pg_depend d
                      where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = s.seqrelid
                          and d.deptype in ('a', 'i') and d.refobjsubid > 0))
    from pg_catalog.pg_sequence s
    join relations c on c.oid = s.seqrelid

    union all
    select format('index %s of %s', i.indexrelid::regclass, i.indrelid::regclass),
        concat_ws(', ', pg_get_indexdef(i.indexrelid),
            case when not i.indisvalid then 'invalid' end, case when not i.indisready then 'not ready' end,
            case when not i.indislive then 'not live' end,
            case when i.indisunique and not i.indimmediate then 'deferred' end)
    from pg_catalog.pg_index i
    join relations c on c.oid = i.indrelid

    union all
    select format('constraint %I of %s', n.conname, coalesce(nullif(n.conrelid, 0)::regclass::text,
                                                             n.contypid::regtype::text)),
        concat_ws(', ', pg_get_constraintdef(n.oid), case when not n.convalidated then 'not validated' end,
            case when n.condeferrable then 'deferrable' end, case when n.condeferred then 'deferred' end)
    from pg_catalog.pg_constraint n
    where n.connamespace = (select oid from bank) and n.contype <> 'n'

    union all
    -- The triggers of a foreign key have numbers for names.
    select case when t.tgisinternal
            then format('trigger %s of constraint %I on %s', t.tgfoid::regproc,
                        (select n.conname from pg_catalog.pg_constraint n where n.oid = t.tgconstraint),
                        t.tgrelid::regclass)
            else format('trigger %I on %s', t.tgname, t.tgrelid::regclass)
        end,
        concat_ws(', ', 'enabled ' || t.tgenabled::text,
            case when not t.tgisinternal then pg_get_triggerdef(t.oid) end)
    from pg_catalog.pg_trigger t
    join relations c on c.oid = t.tgrelid

    union all
    select format('rule %I on %s', r.rulename, r.ev_class::regclass),
        concat_ws(', ', 'enabled ' || r.ev_enabled::text, case when c.relkind <> 'v' then pg_get_ruledef(r.oid) end)
    from pg_catalog.pg_rewrite r
    join relations c on c.oid = r.ev_class

    union all
    select format('policy %I on %s', p.polname, p.polrelid::regclass),
        concat_ws(', ', 'for ' || p.polcmd::text, case when not p.polpermissive then 'restrictive' end,
            'to ' || (select string_agg(coalesce(nullif(r.role, 0)::regrole::text, 'public'), ' '
                                        order by r.role::regrole::text collate "C")
                      from unnest(p.polroles) as r (role)),
            'using ' || pg_get_expr(p.polqual, p.polrelid), 'check ' || pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_catalog.pg_policy p
    join relations c on c.oid = p.polrelid

    union all
    select format('function %s', p.oid::regprocedure),
        concat_ws(', ', 'owner ' || p.proowner::regrole, 'kind ' || p.prokind::text,
            'arguments (' || pg_get_function_arguments(p.oid) || ')', 'returns ' || pg_get_function_result(p.oid),
            l.lanname, 'volatility ' || p.provolatile::text, 'parallel ' || p.proparallel::text,
            case when p.proisstrict then 'strict' end, case when p.proleakproof then 'leakproof' end,
            case when p.prosecdef then 'security definer' end, 'settings ' || p.proconfig::text,
            'support ' || nullif(p.prosupport, 0)::regproc::text, 'library ' || p.probin,
            'body ' || encode(sha256(convert_to(coalesce(pg_get_function_sqlbody(p.oid), p.prosrc), 'UTF8')), 'hex'),
            'aggregates by ' || concat_ws(' ', a.aggtransfn, nullif(a.aggfinalfn, 0)::regproc,
                nullif(a.aggcombinefn, 0)::regproc, nullif(a.aggmtransfn, 0)::regproc,
                a.aggtranstype::regtype, a.agginitval) )
    from pg_catalog.pg_proc p
    join pg_catalog.pg_language l on l.oid = p.prolang
    left join pg_catalog.pg_aggregate a on a.aggfnoid = p.oid
    where p.pronamespace = (select oid from bank)

    union all
    select format('type %s', t.oid::regtype),
        concat_ws(', ', 'owner ' || t.typowner::regrole, 'kind ' || t.typtype::text,
            'labels ' || (select string_agg(e.enumlabel, ' ' order by e.enumsortorder) from pg_catalog.pg_enum e
                          where e.enumtypid = t.oid),
            'base ' || nullif(t.typbasetype, 0)::regtype)
    from pg_catalog.pg_type t
    where t.typnamespace = (select oid from bank) and t.typrelid = 0 and t.typcategory <> 'A'

    union all
    select format('%s %s', k.kind, k.name), 'present'
    from (
        select 'operator', o.oid::regoperator::text from pg_catalog.pg_operator o
        where o.oprnamespace = (select oid from bank)
        union all
        select 'operator class', format('%I', o.opcname) from pg_catalog.pg_opclass o
        where o.opcnamespace = (select oid from bank)
        union all
        select 'collation', format('%I', o.collname) from pg_catalog.pg_collation o
        where o.collnamespace = (select oid from bank)
        union all
        select 'conversion', format('%I', o.conname) from pg_catalog.pg_conversion o
        where o.connamespace = (select oid from bank)
        union all
        select 'subscription', format('%I', s.subname) from pg_catalog.pg_subscription s
        where s.subdbid = (select d.oid from pg_catalog.pg_database d where d.datname = current_database())
        union all
        select 'event trigger', format('%I', e.evtname) from pg_catalog.pg_event_trigger e
        where e.evtenabled <> 'D'
        union all
        -- All statements of the bank find these before its own, and before PostgreSQL's if they fit better.
        select 'function', p.oid::regprocedure::text from pg_catalog.pg_proc p
        where p.pronamespace = 'pg_catalog'::regnamespace and p.oid >= 16384
            and not exists (select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid
                                and d.deptype = 'e')
        union all
        select 'operator', o.oid::regoperator::text from pg_catalog.pg_operator o
        where o.oprnamespace = 'pg_catalog'::regnamespace and o.oid >= 16384
            and not exists (select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_operator'::regclass and d.objid = o.oid
                                and d.deptype = 'e')
        union all
        select 'relation', format('pg_catalog.%I', c.relname) from pg_catalog.pg_class c
        where c.relnamespace = 'pg_catalog'::regnamespace and c.oid >= 16384
            and not exists (select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid
                                and d.deptype = 'e')
        union all
        select 'cast', format('%s as %s', c.castsource::regtype, c.casttarget::regtype)
        from pg_catalog.pg_cast c
        where c.oid >= 16384
            and not exists (select from pg_catalog.pg_depend d
                            where d.classid = 'pg_catalog.pg_cast'::regclass and d.objid = c.oid
                                and d.deptype = 'e')
    ) k (kind, name)

    union all
    -- The owner's own rights are left out: they are all there are, and newer versions have more.
    select format('grants on %s', g.object),
        string_agg(format('%s %s%s', case when x.grantee = 0 then 'public' else x.grantee::regrole::text end,
                          x.privilege_type, case when x.is_grantable then ' with grant option' else '' end),
                   ', ' order by x.grantee::regrole::text collate "C", x.privilege_type collate "C")
    from (
        select 'schema bank', b.nspowner, coalesce(b.nspacl, acldefault('n', b.nspowner)) from bank b
        union all
        select c.title, c.relowner,
            coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's'::"char" else 'r' end, c.relowner))
        from relations c
        where c.relkind <> 'c'
        union all
        select format('%s.%I', c.title, a.attname), c.relowner, a.attacl
        from relations c
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and not a.attisdropped and a.attacl is not null
        union all
        select format('function %s', p.oid::regprocedure), p.proowner,
            coalesce(p.proacl, acldefault('f', p.proowner))
        from pg_catalog.pg_proc p
        where p.pronamespace = (select oid from bank)
        union all
        select format('type %s', t.oid::regtype), t.typowner, coalesce(t.typacl, acldefault('T', t.typowner))
        from pg_catalog.pg_type t
        left join pg_catalog.pg_class c on c.oid = t.typrelid
        where t.typnamespace = (select oid from bank) and t.typcategory <> 'A'
            and (t.typrelid = 0 or c.relkind = 'c')
    ) g (object, owner, acl)
    cross join lateral aclexplode(g.acl) x
    where x.grantee <> g.owner
    group by g.object

    union all
    select format('default privileges of %s on %s in %s', d.defaclrole::regrole, d.defaclobjtype,
                  coalesce(nullif(d.defaclnamespace, 0)::regnamespace::text, 'every schema')),
        string_agg(format('%s %s', case when x.grantee = 0 then 'public' else x.grantee::regrole::text end,
                          x.privilege_type),
                   ', ' order by x.grantee::regrole::text collate "C", x.privilege_type collate "C")
    from pg_catalog.pg_default_acl d
    cross join lateral aclexplode(d.defaclacl) x
    where d.defaclrole in (select r.oid from roles r)
        or d.defaclnamespace = (select oid from bank)
    group by d.oid, d.defaclrole, d.defaclobjtype, d.defaclnamespace

    union all
    select format('role %I', r.rolname),
        concat_ws(', ', case when r.rolsuper then 'superuser' end, case when r.rolinherit then 'inherit' end,
            case when r.rolcreaterole then 'createrole' end, case when r.rolcreatedb then 'createdb' end,
            case when r.rolcanlogin then 'login' else 'no login' end,
            case when r.rolreplication then 'replication' end, case when r.rolbypassrls then 'bypassrls' end)
    from roles r

    union all
    select format('membership of %s in %s', m.member::regrole, m.roleid::regrole),
        case when m.admin_option then 'with admin option' else 'plain' end
    from pg_catalog.pg_auth_members m
    where m.member in (select r.oid from roles r) or m.roleid in (select r.oid from roles r)

    union all
    select format('settings of %s in %s', coalesce(nullif(s.setrole, 0)::regrole::text, 'all roles'),
                  coalesce((select format('%I', d.datname) from pg_catalog.pg_database d where d.oid = s.setdatabase),
                           'all databases')),
        s.setconfig::text
    from pg_catalog.pg_db_role_setting s
    where s.setrole in (select r.oid from roles r)

    union all
    select format('setting %s', s.name),
        -- The others differ in what a standby has received.
        case when s.name = 'synchronous_commit' and s.setting <> 'off' then 'on' else s.setting end
    from pg_catalog.pg_settings s
    where s.name in ('lo_compat_privileges', 'quote_all_identifiers', 'row_security',
                     'session_replication_role', 'standard_conforming_strings', 'synchronous_commit',
                     'transform_null_equals')

    union all
    -- Objects below 12000 have the same numbers in every cluster of one version.
    select format('built-in functions of PostgreSQL %s', current_setting('server_version_num')::integer / 10000),
        encode(sha256(convert_to((
            select string_agg(b.line, E'\n' order by b.part, b.oid)
            from (
                select 1, p.oid, concat_ws(' ', p.oid, p.proname, p.prolang, p.prokind, p.prosecdef, p.proisstrict,
                                           p.proargtypes, p.prorettype, p.proconfig, p.probin, p.prosrc)
                from pg_catalog.pg_proc p where p.oid < 12000
                union all
                select 2, o.oid, concat_ws(' ', o.oid, o.oprname, o.oprleft, o.oprright, o.oprcode::oid)
                from pg_catalog.pg_operator o where o.oid < 12000
                union all
                select 3, c.oid, concat_ws(' ', c.castsource, c.casttarget, c.castmethod, c.castcontext, c.castfunc)
                from pg_catalog.pg_cast c where c.oid < 12000
                union all
                select 4, a.aggfnoid, concat_ws(' ', a.aggfnoid::oid, a.aggtransfn::oid, a.aggfinalfn::oid, a.agginitval)
                from pg_catalog.pg_aggregate a where a.aggfnoid < 12000
            ) b (part, oid, line)), 'UTF8')), 'hex')
)
-- One line each.
select replace(o.object, E'\n', '\n'), replace(replace(o.definition, E'\n', '\n'), E'\t', '\t')
from objects o
order by o.object collate "C", o.definition collate "C"
