// Records as SQL writes them to the log and as it reads them later agree, and a change of either is
// detected.
#include "core/audit/merkle.hpp"
#include "tests/integration/postgres/record_fixture.hpp"

namespace bank::test {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::IsEmpty;

class Records : public RecordFixture {
protected:
    void expect_grammar() const {
        constexpr auto grammar = R"(
        with word(name, form) as (values
            ('time', '-?[0-9]+'), ('name', '[a-z_]{1,40}'), ('ref', '(-|[1-9][0-9]*)'),
            ('uuid', '(-|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})'), ('hash', '[0-9a-f]{64}'))
        , head as (select max(form) filter (where name = 'time') as t,
            max(form) filter (where name = 'name') as n, max(form) filter (where name = 'ref') as r,
            max(form) filter (where name = 'uuid') as u, max(form) filter (where name = 'hash') as h
            from word)
        select w.record
        from head
        cross join bank.audit_logs l
        join bank.audit_subjects j on j.id = l.subject_id
        cross join bank.audit_secret s
        cross join bank.written_record(l, j.hash, s.value) w
        where w.record !~ ('^' || case when l.transfer_id is null
            then array_to_string(array['event/1', t, n, n, r, r, u, h, h], E'\t')
            else array_to_string(array['transfer/1', t, n, n, r, u, h, '[1-9][0-9]*', r, r,
                '[1-9][0-9]*', '[A-Z]{3}', r, r, '[0-9]{4}-[0-9]{2}-[0-9]{2}', '(-|' || t || ')',
                '(-|' || h || ')', h], E'\t') end || '$'))";
        EXPECT_THAT(database.query(grammar), IsEmpty());
        EXPECT_THAT(database.query(R"(
        select value from bank.audit_subjects
        where value !~ E'^(-|[0-9]+)\t[^\t]+\t[^\t]+\t[^\t]*$')"),
                    IsEmpty());
    }
};

TEST_F(Records, OfEachKindHaveTheLeafOfTheirText) {
    live();
    EXPECT_THAT(misfits(), IsEmpty());
    EXPECT_THAT(
        database.query("select distinct action || ' ' || outcome from bank.audit_logs"),
        AllOf(Contains("login ok"), Contains("login login_refused"),
              Contains("refresh refresh_token_reused"), Contains("set_limits ok"),
              Contains("capture posted"), Contains("release posted"), Contains("expiry posted"),
              Contains("reversal posted"), Contains("transfer insufficient_funds"),
              Contains("transfer linked_transfer_refused"), Contains("transfer currency_mismatch"),
              Contains("authorize_pin pin_wrong"), Contains("view_audit permission_denied")));
    auto const told = [this](std::string const& what) {
        return database.query(
            fmt::format("select {} from bank.audit_logs l"
                        " join bank.audit_subjects j on j.id = l.subject_id"
                        " cross join bank.audit_secret s"
                        " cross join bank.written_record(l, j.hash, s.value) w order by l.id",
                        what));
    };
    auto const texts = told("w.record");
    auto const leaves = told("encode(l.leaf, 'hex')");
    ASSERT_EQ(std::to_string(texts.size()), database.value("select count(*) from bank.audit_logs"));
    for (std::size_t i = 0; i < texts.size(); ++i) {
        EXPECT_EQ(to_hex(audit::leaf_hash(as_bytes(texts[i]))), leaves[i]) << texts[i];
    }
    expect_grammar();
}

// public.unseen() changes each column of each row behind a record, one at a time, and reverts it;
// it returns the undetected changes. Anything that would reject a change is disabled.
constexpr auto unseen_sql = R"(
do $do$
declare
    r record;
begin
    for r in select c.conname, c.conrelid::regclass as of from pg_constraint c
        where c.contype in ('c', 'f') and c.connamespace = 'bank'::regnamespace
    loop
        execute format('alter table %s drop constraint %I', r.of, r.conname);
    end loop;
end
$do$;
drop index bank.transfers_origin_id;
alter table bank.audit_logs disable trigger all;
alter table bank.transfers disable trigger all;

create function public.another(c text, type text) returns text language sql as $$
    select format(case type
        when 'int8' then 'coalesce(%1$I, 0) + 1000003'
        when 'text' then '%1$I || ''x'''
        when 'bytea' then 'coalesce(set_byte(%1$I, 0, get_byte(%1$I, 0) # 1), sha256(''x''))'
        when 'uuid' then 'gen_random_uuid()'
        when 'timestamptz' then 'coalesce(%1$I, now()) + interval ''1 microsecond'''
        when 'date' then '%1$I + 1'
        when 'json' then '''{"other":1}'''
        -- Null for a type that is new here: the not-null constraint tells.
        else '(select e from unnest(enum_range(%1$I)) e where e <> %1$I limit 1)' end, c)
$$;

create function public.unseen() returns setof text language plpgsql as $$
declare
    l bank.audit_logs;
    place record;
    value text;
    is_seen boolean;
    changed bigint;
begin
    for l in select * from bank.audit_logs loop
        for place in
            select rows.of, rows.key, c.column_name, c.udt_name,
                    c.is_nullable = 'YES' as can_be_null
            from (values
                ('audit_logs', format('id = %s', l.id)),
                ('transfers', format('id = %s', l.transfer_id)),
                ('audit_subjects', format('id = %s', l.subject_id)),
                ('audit_details', format('hash = %L', l.details_hash))) as rows (of, key)
            join information_schema.columns c
                on c.table_schema = 'bank' and c.table_name = rows.of
            where not (rows.of = 'transfers' and l.transfer_id is null)
                and not (rows.of = 'audit_details' and l.details_hash is null)
                -- The order is the seals' to keep; an account of a transfer is there to be
                -- found by, and so is the user of a subject.
                and not (rows.of = 'audit_logs' and c.column_name in ('id', 'xid'))
                and not (rows.of = 'audit_logs' and c.column_name = 'account_id'
                         and l.transfer_id is not null)
                and not (rows.of = 'audit_subjects' and c.column_name in ('id', 'user_id'))
        loop
            foreach value in array array[public.another(place.column_name, place.udt_name)]
                || case when place.can_be_null then array['null'] else array[]::text[] end
            loop
                begin
                    is_seen := true;
                    execute format('update bank.%1$I set %2$I = %3$s'
                                       ' where %4$s and %2$I::text is distinct from (%3$s)::text',
                                       place.of, place.column_name, value, place.key);
                    get diagnostics changed = row_count;
                    if changed > 0 then
                        is_seen := exists (select from public.misfits(l.id));
                    end if;
                    raise exception using errcode = 'BK999';
                exception when sqlstate 'BK999' then
                end;
                if not is_seen then
                    return next format('%s.%s := %s of record %s: %s', place.of,
                                       place.column_name, value, l.id, l.action);
                end if;
            end loop;
        end loop;
    end loop;
end
$$)";

TEST_F(Records, ShowAChangeOfAnyColumn) {
    live();
    database.query(unseen_sql);
    EXPECT_THAT(database.query("select * from public.unseen()"), IsEmpty());
    EXPECT_THAT(misfits(), IsEmpty()) << "what was changed was taken back";
}

}  // namespace
}  // namespace bank::test
