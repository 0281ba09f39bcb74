-- Drops the set: everything in schema bank that functions/ and grants/ make, whatever made it. Tables,
-- their constraints, indexes and sequences, and enumerations stay. Never cascades: if a table came to
-- depend on a function, the migration fails and keeps what there was.

do $$
declare
    owner constant regrole := (select n.nspowner from pg_namespace n where n.nspname = 'bank');
    step text;
begin
    -- Functions that run with their owner's rights must not become somebody else's.
    if owner <> (select r.oid from pg_roles r where r.rolname = current_user) then
        raise exception using
            errcode = '42501',
            message = format('schema bank belongs to %s: migrate as that role, not as %I', owner, current_user);
    end if;
    for step in
        select format('drop policy %I on %s', p.polname, p.polrelid::regclass)
        from pg_policy p
        join pg_class c on c.oid = p.polrelid
        where c.relnamespace = 'bank'::regnamespace
        union all
        select format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass)
        from pg_trigger t
        join pg_class c on c.oid = t.tgrelid
        where c.relnamespace = 'bank'::regnamespace and not t.tgisinternal
    loop
        execute step;
    end loop;
    -- One command for each kind: its objects may depend on one another. Functions return views' rows or
    -- views call functions, of which only the second occurs here.
    for step in
        select format('drop view %s', string_agg(c.oid::regclass::text, ', '))
        from pg_class c
        where c.relnamespace = 'bank'::regnamespace and c.relkind = 'v'
        having count(*) > 0
    loop
        execute step;
    end loop;
    for step in
        select format('drop routine %s', string_agg(p.oid::regprocedure::text, ', '))
        from pg_proc p
        where p.pronamespace = 'bank'::regnamespace
        having count(*) > 0
    loop
        execute step;
    end loop;
    for step in
        select format('drop type %s', string_agg(t.oid::regtype::text, ', '))
        from pg_type t
        join pg_class c on c.oid = t.typrelid
        where t.typnamespace = 'bank'::regnamespace and c.relkind = 'c'
        having count(*) > 0
    loop
        execute step;
    end loop;
    -- What remains that anybody but the owner may do. A table's command takes its columns' grants along.
    for step in
        select distinct format('revoke all on %s from %s cascade', g.object,
                               case g.grantee when 0 then 'public' else g.grantee::regrole::text end)
        from (
            select case c.relkind when 'S' then 'sequence ' else 'table ' end || c.oid::regclass as object, x.grantee
            from pg_class c
            cross join lateral aclexplode(c.relacl) x
            where c.relnamespace = 'bank'::regnamespace and c.relkind in ('r', 'p', 'S')
            union all
            select 'table ' || c.oid::regclass, x.grantee
            from pg_attribute a
            join pg_class c on c.oid = a.attrelid
            cross join lateral aclexplode(a.attacl) x
            where c.relnamespace = 'bank'::regnamespace and c.relkind in ('r', 'p')
            union all
            select 'type ' || t.oid::regtype, x.grantee
            from pg_type t
            cross join lateral aclexplode(t.typacl) x
            where t.typnamespace = 'bank'::regnamespace and t.typtype in ('e', 'd')
            union all
            select 'schema bank', x.grantee
            from pg_namespace n
            cross join lateral aclexplode(n.nspacl) x
            where n.nspname = 'bank'
        ) g
        where g.grantee <> owner
    loop
        execute step;
    end loop;
end
$$;
