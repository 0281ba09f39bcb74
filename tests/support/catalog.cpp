#include "tests/support/catalog.hpp"

namespace bank::test {
namespace {

// The `acl` of an object of `kind` owned by `owner`, as one text; without the owner, who has all
// rights.
std::string grants(std::string const& acl, std::string const& kind, std::string const& owner) {
    return "(select string_agg(concat_ws(' ', x.grantee::regrole, x.privilege_type,"
           " x.is_grantable), ', ' order by x.grantee::regrole::text, x.privilege_type)"
           " from aclexplode(coalesce(" +
           acl + ", acldefault('" + kind + "', " + owner + "))) x where x.grantee <> " + owner +
           ")";
}

std::string const tables =
    "select concat_ws(' | ', 'relation', c.relkind, c.relname, c.relowner::regrole,"
    " c.relrowsecurity, c.relforcerowsecurity, c.relpersistence, c.reloptions,"
    " obj_description(c.oid, 'pg_class'), "
    "case c.relkind when 'v' then pg_get_viewdef(c.oid) end, " +
    grants("c.relacl", "r", "c.relowner") +
    ") from pg_class c where c.relnamespace = 'bank'::regnamespace and c.relkind <> 'i'";

std::string const columns =
    "select concat_ws(' | ', 'column', c.relname, a.attnum, a.attname,"
    " format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,"
    " a.attcollation::regcollation, a.attstorage, pg_get_expr(d.adbin, d.adrelid),"
    " col_description(c.oid, a.attnum), 'grants: ', "
    "(select string_agg(x.grantee::regrole || ' ' || x.privilege_type, ', '"
    " order by x.grantee::regrole::text, x.privilege_type) from aclexplode(a.attacl) x))"
    " from pg_attribute a join pg_class c on c.oid = a.attrelid"
    " left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
    " where c.relnamespace = 'bank'::regnamespace and c.relkind in ('r', 'v', 'c')"
    " and a.attnum > 0";

std::string const rules_of_tables =
    "select concat_ws(' | ', 'constraint', n.conrelid::regclass, n.conname, n.convalidated,"
    " pg_get_constraintdef(n.oid))"
    " from pg_constraint n where n.connamespace = 'bank'::regnamespace"
    " union all "
    "select concat_ws(' | ', 'index', pg_get_indexdef(i.indexrelid), i.indisvalid)"
    " from pg_index i join pg_class c on c.oid = i.indexrelid"
    " where c.relnamespace = 'bank'::regnamespace"
    " union all "
    "select concat_ws(' | ', 'sequence', s.seqrelid::regclass, s.seqtypid::regtype, s.seqstart,"
    " s.seqincrement, s.seqmax, s.seqmin, s.seqcache, s.seqcycle)"
    " from pg_sequence s join pg_class c on c.oid = s.seqrelid"
    " where c.relnamespace = 'bank'::regnamespace"
    " union all "
    "select concat_ws(' | ', 'trigger', t.tgenabled, pg_get_triggerdef(t.oid))"
    " from pg_trigger t join pg_class c on c.oid = t.tgrelid"
    " where c.relnamespace = 'bank'::regnamespace and not t.tgisinternal"
    " union all "
    "select concat_ws(' | ', 'policy', p.polrelid::regclass, p.polname, p.polcmd, p.polpermissive,"
    " p.polroles::regrole[], pg_get_expr(p.polqual, p.polrelid),"
    " pg_get_expr(p.polwithcheck, p.polrelid))"
    " from pg_policy p join pg_class c on c.oid = p.polrelid"
    " where c.relnamespace = 'bank'::regnamespace";

std::string const functions =
    "select concat_ws(' | ', 'function', p.oid::regprocedure, p.proowner::regrole,"
    " case when p.prokind <> 'a' then pg_get_functiondef(p.oid) end,"
    " a.aggtransfn, a.agginitval, obj_description(p.oid, 'pg_proc'), " +
    grants("p.proacl", "f", "p.proowner") +
    ") from pg_proc p left join pg_aggregate a on a.aggfnoid = p.oid"
    " where p.pronamespace = 'bank'::regnamespace";

std::string const types =
    "select concat_ws(' | ', 'type', t.typname, t.typtype, t.typowner::regrole,"
    " (select string_agg(e.enumlabel, ' ' order by e.enumsortorder) from pg_enum e"
    " where e.enumtypid = t.oid), obj_description(t.oid, 'pg_type'), " +
    grants("t.typacl", "T", "t.typowner") +
    ") from pg_type t left join pg_class c on c.oid = t.typrelid"
    " where t.typnamespace = 'bank'::regnamespace and t.typelem = 0"
    " and (t.typtype in ('e', 'd') or c.relkind = 'c')"
    " union all "
    "select concat_ws(' | ', 'schema', n.nspowner::regrole, obj_description(n.oid, 'pg_namespace'),"
    " " +
    grants("n.nspacl", "n", "n.nspowner") +
    ") from pg_namespace n where n.nspname = 'bank'"
    " union all "
    "select concat_ws(' | ', 'default', d.defaclrole::regrole, d.defaclobjtype, d.defaclacl)"
    " from pg_default_acl d";

}  // namespace

std::vector<std::string> catalog_of(TempPostgres const& database) {
    return database.query("select l.line from (" + tables + " union all " + columns +
                          " union all " + rules_of_tables + " union all " + functions +
                          " union all " + types + ") l (line) order by l.line collate \"C\"");
}

}  // namespace bank::test
