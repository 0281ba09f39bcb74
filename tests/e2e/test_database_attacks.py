#!/usr/bin/env python3
"""A database administrator with all rights attacks a running bank: how each attack ends."""

import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from support import runner
from support.attacked import OWN_PASSWORD, OWN_PIN, AttackedCase
from support.attacks import Attack
from support.people import PASSWORD, PIN, assert_sound, expect

# How an attack ends.


def verified(code, *places):
    """bankd-verify has this finding; a place is "table key field" of a row, or a part of a text."""
    return lambda case: case.assert_verified(code, places)


def halted(*objects):
    """The comparison with the schema as built names the object, and halts the bank."""
    return lambda case: case.assert_schema(objects, is_grave=True)


def reported(*objects):
    """The comparison names it, and the bank serves."""
    return lambda case: case.assert_schema(objects, is_grave=False)


def in_ledger(*words):
    """`bankctl ledger check` names it."""
    return lambda case: case.assert_in_ledger(words)


def refused(use, status, code):
    """The bank does not accept it where it would be of use."""
    return lambda case: expect(use(case), status, code)


def not_started(pattern):
    """The bank does not start."""
    return lambda case: case.assert_not_started(pattern)


def logged(pattern):
    """The log of the bank's next start names it."""
    return lambda case: case.bank.await_log(pattern, case.log_end)


def without_effect(use):
    """The bank does not go by it."""
    return use


def remains(quotation, works=None):
    """Nobody names it. The threat model says so, and what limits it."""
    return lambda case: case.assert_remains(quotation, works)


def succeeds(action, status):
    return lambda case: expect(action(case), status)


# What an attacker then tries.


def login(name, password):
    return lambda case: case.bank.client().log_in(name, password)


def refresh(which):
    """The refresh token of a session that the case opened."""
    return lambda case: case.refresh(case.tokens[which]["refresh_token"])


def prove_pin(name, account, pin):
    path = f"/v1/accounts/{account}/pin-authorization"
    return lambda case: case.people.log_in(name).post(path.format(**case.ids), {"pin": pin})


def pay_without_pin(case):
    return case.pay(case.client_of("thief"), pin=None)


def rename_foreign_account(case):
    return case.client_of("lent").put(f"/v1/accounts/{case.ids['b']}/name", {"name": "not his"})


def pay_with_planted_authorization(case):
    """PostgreSQL's log has what the core presented for another session and with a first try."""
    log = os.path.join(os.path.dirname(case.bank.database.host), "log")
    begin = os.path.getsize(log)
    expect(prove_pin("alice", "{a}", PIN)(case), 201)
    answer = pay_without_pin(case)
    with open(log, encoding="utf-8", errors="replace") as file:
        file.seek(begin)
        shown = set(re.findall(r"x([0-9a-f]{64})", file.read()))
    case.assertTrue(shown)
    for mac in shown:
        case.sql(
            "insert into bank.pin_authorizations as p (session_id, account_id, expires_at, mac)"
            f" select {case.ids['thief']}, {case.ids['a']}, max(o.expires_at), '\\x{mac}'"
            " from bank.pin_authorizations o"
            " on conflict (session_id, account_id, idempotency_id)"
            " do update set mac = excluded.mac")
        answer = pay_without_pin(case)
        if answer.status == 201:
            break
    return answer


def of_database(setting):
    return "do $$ begin execute format('alter database %I " + setting \
        + "', current_database()); end $$"


def swap(table, column, one, other, meanwhile="null"):
    """The values of a column exchanged between two rows, also where they are unique."""
    return (
        f"create temporary table swapped on commit drop as select id, {column} as kept"
        f" from bank.{table} where id in ({one}, {other});"
        f"update bank.{table} set {column} = {meanwhile} where id in ({one}, {other});"
        f"update bank.{table} t set {column} = s.kept from swapped s"
        f" where t.id in ({one}, {other}) and s.id in ({one}, {other}) and s.id <> t.id"
    )


def replaced(function, old, new):
    return (
        "do $$ declare built constant text := pg_get_functiondef('bank." + function + "'::regproc);"
        f" begin if strpos(built, $a${old}$a$) = 0 then raise 'nothing to replace'; end if;"
        f" execute replace(built, $a${old}$a$, $a${new}$a$); end $$"
    )


def of_user(gives, assignment, user, ends):
    """A user's row; `ends` may be the names of the fields that a verification names."""
    fields = [f"users {{{user}}} {end}" for end in ends if isinstance(end, str)]
    return Attack(
        gives, f"update bank.users set {assignment} where id = {{{user}}}",
        [end for end in ends if not isinstance(end, str)] + [verified("state_mismatch", *fields)],
        rows=(f"users where id = {{{user}}}",))


def of_account(gives, assignment, account, *fields):
    return Attack(
        gives, f"update bank.accounts set {assignment} where id = {{{account}}}",
        [verified("state_mismatch", *(f"accounts {{{account}}} {field}" for field in fields))],
        rows=(f"accounts where id = {{{account}}}",))


def of_row(gives, sql, rows, *ends, **more):
    return Attack(gives, sql, list(ends), rows=(rows,) if isinstance(rows, str) else rows, **more)


LOGIN_REFUSED = (401, "login_refused")
COPIED_PASSWORD = "password = (select m.password from bank.users m where m.id = {mallory})"
INDEX = "index transfers_idempotency_id on bank.transfers (idempotency_id)" \
    " where idempotency_id is not null"
SWALLOWING = (
    "create function public.swallow() returns trigger language plpgsql as"
    " 'begin return null; end';"
    "create trigger swallow before insert on bank.audit_logs for each row"
    " when (new.action = 'login') execute function public.swallow();"
    "alter table bank.audit_logs enable always trigger swallow"
)
PRUNED = (
    "insert into bank.audit_archives (digest, first_no, end_no, last_xid, last_id)"
    " select sha256('x'), 0, s.first_no + s.record_count, s.last_xid, s.last_id"
    " from bank.audit_seals s order by s.first_no limit 1;"
    "insert into bank.audit_prunings (end_no, digest, last_xid, last_id)"
    " select end_no, digest, last_xid, last_id from bank.audit_archives"
)
INVENTED = """
insert into bank.transfers
    select nextval('bank.transfer_ids'), debit_account_id, credit_account_id, amount,
        debit_balance - amount, credit_balance + amount, available - amount, 2 * id, 2 * id + 1,
        null, null, user_id, session_id, now(), null, gen_random_uuid(), value_date, kind, status,
        request_digest, currency, reference
    from bank.transfers where id = {last};
update bank.accounts a
    set balance = a.balance + case when a.id = t.debit_account_id then -t.amount else t.amount end
    from bank.transfers t
    where t.id = {last} and a.id in (t.debit_account_id, t.credit_account_id);
insert into bank.audit_logs ("timestamp", actor_id, transfer_id, subject_id, action, outcome,
                             request_id, leaf)
    select t.created_at, l.actor_id, t.id, l.subject_id, l.action, l.outcome, l.request_id, l.leaf
    from bank.audit_logs l, bank.transfers t
    where l.transfer_id = {last} and t.id = (select max(id) from bank.transfers);
update bank.audit_logs l set leaf = bank.leaf_of(w.record)
    from bank.audit_subjects s, bank.audit_secret a, bank.audit_logs k,
        lateral bank.written_record(k, s.hash, a.value) w
    where l.id = (select max(id) from bank.audit_logs) and k.id = l.id and s.id = l.subject_id
"""

# Numbered as in the report of the first attacks on the database.
LISTED = [
    of_user("1 the login of an admin with a customer's password", COPIED_PASSWORD, "root",
            [refused(login("root-admin", OWN_PASSWORD), *LOGIN_REFUSED), "password"]),
    Attack("2 a foreign account with the own PIN",
           "update bank.accounts set pin_hash = (select m.pin_hash from bank.accounts m"
           " where m.id = {m}) where id = {b}",
           [refused(prove_pin("bob", "{b}", OWN_PIN), 403, "pin_wrong"),
            verified("state_mismatch", "accounts {b} pin_hash")],
           rows=("accounts where id = {b}",)),
    of_row("3 a session of an admin with a chosen token",
           "insert into bank.sessions (user_id, role, secret_hash, refresh_hash, expires_at,"
           " user_agent) values ({root}, 'admin', sha256('x'), sha256('{chosen}'),"
           " now() + interval '1 hour', 'planted')",
           "sessions where user_agent = 'planted'",
           refused(lambda case: case.refresh(case.ids["chosen"]), 401, "session_ended")),
    of_row("4 a transfer without its PIN",
           "insert into bank.pin_authorizations (session_id, account_id, expires_at, mac)"
           " values ({thief}, {a}, now() + interval '1 hour', sha256(''))",
           "pin_authorizations where session_id = {thief}",
           refused(pay_without_pin, 403, "pin_required")),
    of_row("5 the account of another",
           swap("accounts", "user_id", "{a}", "{b}", "user_id"), "accounts where id in ({a}, {b})",
           verified("state_mismatch", "accounts {a} user_id", "accounts {b} user_id")),
    of_row("6 what is paid to another",
           swap("accounts", "account_no", "{a}", "{b}", "'DE00000000' || id"),
           "accounts where id in ({a}, {b})",
           verified("state_mismatch", "accounts {a} account_no", "accounts {b} account_no")),
    of_user("7 the role of an admin", "role = 'admin'", "mallory",
            [refused(login("mallory", OWN_PASSWORD), *LOGIN_REFUSED), "role"]),
    of_row("8 a new admin",
           "insert into bank.users (user_name, role, password, role_mac) select 'ghost', 'admin',"
           " m.password, m.role_mac from bank.users m where m.id = {mallory}",
           "users where user_name = 'ghost'",
           refused(login("ghost", OWN_PASSWORD), *LOGIN_REFUSED),
           verified("state_mismatch", "No record added users")),
    of_user("9 the name of a user", "user_name = 'somebody'", "mallory", ["user_name"]),
    of_row("9 the names of two users", swap("users", "user_name", "{alice}", "{bob}",
                                            "'moved ' || id"),
           "users where id in ({alice}, {bob})",
           verified("state_mismatch", "users {alice} user_name", "users {bob} user_name")),
    of_user("9 a user who is shut out", "is_disabled = true", "mallory", ["is_disabled"]),
    of_account("10 credit without limit", "overdraft_limit = 9007199254740991", "m",
               "overdraft_limit"),
    of_account("11 an account without limits",
               "limit_per_transfer = null, limit_per_day = null, limit_per_week = null,"
               " limit_per_month = null, minimum_balance = 0", "a",
               "limit_per_transfer", "limit_per_day", "limit_per_week", "limit_per_month",
               "minimum_balance"),
    of_row("11 a role without limits", "update bank.role_limits set per_day = null",
           "role_limits where true",
           verified("state_mismatch", "role_limits customer EUR per_day")),
    of_account("12 guesses at a PIN", "failed_attempts = 0, is_locked = false, lock_reason = null",
               "locked", "is_locked", "lock_reason"),
    of_account("12 an account that moves again", "is_closed = false", "closed", "is_closed"),
    of_account("12 a frozen account that moves",
               "is_debit_frozen = false, is_credit_frozen = false, freeze_reason = null", "frozen",
               "is_debit_frozen", "freeze_reason"),
    of_account("13 an account of the bank's side", "kind = 'cash'", "m", "kind"),
    of_account("13 the bank's cash", "kind = 'customer', user_id = {mallory}, overdraft_limit = 0",
               "fees", "kind", "user_id", "overdraft_limit"),
    of_account("13 another currency", "currency = 'USD'", "empty", "currency"),
    of_account("13 another name and age", "name = 'x', created_at = created_at - interval '1 year'",
               "empty", "name", "created_at"),
    of_row("14 an account that never was", "delete from bank.accounts where id = {empty}",
           "accounts where id = {empty}", verified("state_mismatch", "accounts {empty}")),
    of_row("14 an account with credit",
           "insert into bank.accounts (id, account_no, name, kind, currency, overdraft_limit,"
           " user_id) values (999999, 'DE0099999999', 'x', 'customer', 'EUR', 5000, {mallory})",
           "accounts where id = 999999", verified("state_mismatch", "accounts 999999")),
    of_row("15 a hold for ever",
           "update bank.open_holds set expires_at = '2099-01-01' where id = {hold}",
           "open_holds where id = {hold}",
           verified("state_mismatch", "open_holds {hold} expires_at"),
           in_ledger("Hold {hold}")),
    of_row("15 a hold that is gone", "delete from bank.open_holds where id = {hold}",
           "open_holds where id = {hold}",
           verified("state_mismatch", "open_holds {hold}"), in_ledger("Hold {hold}")),
    of_row("15 a smaller hold", "update bank.open_holds set amount = 1 where id = {hold}",
           "open_holds where id = {hold}",
           verified("state_mismatch", "open_holds {hold} amount"), in_ledger("Hold {hold}")),
    of_row("16 a declined transfer in no account's trail",
           "update bank.audit_logs set account_id = null where transfer_id = {declined}",
           "audit_logs where transfer_id = {declined}",
           verified("record_changed"),
           without_effect(lambda case: case.assert_in_trail("{a}", "{declined}"))),
    of_row("17 nobody acted",
           "update bank.audit_subjects set value = null, salt = null where user_id = {alice}",
           "audit_subjects where user_id = {alice}", verified("erasure_unrecorded")),
    Attack("17 what an erasure leaves, and erases of another",
           "set local session_replication_role = replica;"
           "alter table bank.audit_subjects drop constraint user_as_in_value;"
           "update bank.audit_subjects set user_id = {bob} where user_id = {alice}",
           [halted("constraint user_as_in_value of bank.audit_subjects")],
           undo="set local session_replication_role = replica;"
                "update bank.audit_subjects set user_id = {alice}"
                " where split_part(value, E'\\t', 1) = '{alice}';"
                "alter table bank.audit_subjects add constraint user_as_in_value"
                " check (split_part(value, E'\\t', 1) = coalesce(user_id::text, '-'))"),
    of_row("18 no details", "delete from bank.audit_details", "audit_details where true",
           verified("erasure_unrecorded"), verified("details_changed")),
    of_row("19 an archive of young records",
           "update bank.audit_seals set sealed_at = sealed_at - interval '1 year';"
           "update bank.audit_checkpoints set signed_at = signed_at - interval '1 year'",
           ("audit_seals where true", "audit_checkpoints where true"),
           without_effect(lambda case: case.assert_nothing_to_archive())),
    of_row("19 fewer checkpoints",
           "delete from bank.audit_checkpoints where tree_size <"
           " (select max(tree_size) from bank.audit_checkpoints)",
           "audit_checkpoints where true",
           without_effect(lambda case: case.assert_consistent())),
    of_row("20 a copy that skips records",
           "insert into bank.audit_deliveries as d (sink, next_no) values ('journald', 100)"
           " on conflict (sink) do update set next_no = d.next_no + 1",
           "audit_deliveries where true",
           logged('The row "journald" of bank.audit_deliveries was altered'), is_at_rest=True),
    of_row("21 a history that begins elsewhere", "delete from bank.history_marks",
           "history_marks where true", in_ledger("has no mark at its entry"),
           without_effect(lambda case: case.assert_old_history())),
    Attack("22 ids that are used up",
           "select setval('bank.transfer_ids', (select last_value + 1000000000000"
           " from bank.transfer_ids))",
           [reported("position of sequence bank.transfer_ids")],
           undo="select setval('bank.transfer_ids', (select last_value - 1000000000000"
                " from bank.transfer_ids))"),
    Attack("23 no day, week and month limits",
           replaced("spending", "then spent_day", "then 0 * spent_day"),
           [halted("function bank.spending(date,bigint,bigint,bigint)")],
           undo=replaced("spending", "then 0 * spent_day", "then spent_day")),
    # bypassrls would be one of the whole cluster, which other tests use.
    Attack("24 tables that the daemon's role may write",
           "grant insert, update, delete on bank.accounts to bankd;"
           "alter table bank.users disable row level security",
           [halted("grants on bank.accounts", "table bank.users")],
           undo="revoke insert, update, delete on bank.accounts from bankd;"
                "alter table bank.users enable row level security"),
    Attack("25 guards that are off at a start",
           "alter table bank.transfers disable trigger refuse_change;"
           "grant update on bank.accounts to bankd",
           [halted("trigger refuse_change on bank.transfers", "grants on bank.accounts")],
           undo="alter table bank.transfers enable always trigger refuse_change;"
                "revoke update on bank.accounts from bankd",
           is_at_rest=True),
    Attack("26 retries that post again",
           f"drop index bank.transfers_idempotency_id; create {INDEX}",
           [halted("index bank.transfers_idempotency_id of bank.transfers")],
           undo=f"drop index bank.transfers_idempotency_id; create unique {INDEX}"),
    Attack("28 records that are dropped as they are written", SWALLOWING,
           [halted("trigger swallow on bank.audit_logs")],
           undo="drop function public.swallow() cascade"),
    of_row("29 the start of a rolled-back bank",
           "insert into bank.restores (backup, wanted, checked_at, lost_checkpoint)"
           " select 'b', 'newest', now(), note from bank.audit_checkpoints"
           " order by tree_size desc limit 1",
           "restores where true",
           not_started(r"Row \d+ of bank\.restores"), is_at_rest=True),
]

# The last ones of the list: after 27 nothing is sealed until it is undone.
LISTED += [
    of_row("27 an invented transfer", INVENTED,
           ("accounts where id in ({a}, {b})", "audit_logs where transfer_id > {last}",
            "transfers where id > {last}"),
           lambda case: case.assert_state("halted"),
           logged("transfer posted, transaction ")),
    Attack("28 a login without a record, before the schema is compared", SWALLOWING,
           [refused(login("alice", PASSWORD), 500, "decision_refused")],
           undo="drop function public.swallow() cascade"),
]

MORE = [
    of_row("records that no export has, as if they had been archived", PRUNED,
           ("audit_prunings where true", "audit_archives where true"),
           verified("state_mismatch", "audit_prunings")),
    of_row("two open holds exchanged",
           "update bank.open_holds set id = -id where id in ({hold}, {other_hold});"
           "update bank.open_holds set id = {hold} + {other_hold} + id where id < 0",
           "open_holds where true",
           verified("state_mismatch", "open_holds {hold} account_id",
                    "open_holds {other_hold} account_id"),
           in_ledger("Hold {hold}", "Hold {other_hold}")),
    of_user("a one-time password that lasts", "password_expires_at = null", "newcomer",
            ["password_expires_at"]),
    of_user("an admin of the machine", "user_name = 'os:4711', os_uid = 4711, role = 'admin',"
            " password = null, role_mac = null", "mallory",
            [refused(login("mallory", OWN_PASSWORD), *LOGIN_REFUSED), "os_uid", "role"]),
    of_user("another salt of the texts", "text_salt = uuid_send(gen_random_uuid())", "mallory",
            ["user_name", "password"]),
    of_row("the bank's cash moved by customers",
           "update bank.rules set customer_cash = not customer_cash", "rules where true",
           verified("state_mismatch", "rules all customer_cash")),
    of_row("the session of an admin from the own one",
           "update bank.sessions set user_id = {root}, role = 'admin' where id = {own}",
           "sessions where id = {own}", refused(refresh("own"), 401, "session_ended")),
    of_row("a refresh token that is used again",
           "delete from bank.refresh_tokens where session_id = {renewed}",
           "refresh_tokens where session_id = {renewed}",
           refused(refresh("renewed"), 401, "session_ended")),
    of_row("a transfer without its PIN, by the rules of kinds",
           "update bank.transfer_kinds set needs_pin = false, needs_funds = false, counts = false",
           "transfer_kinds where true", refused(pay_without_pin, 403, "pin_required")),
    of_row("the details of two records exchanged",
           "create temporary table two on commit drop as select d.* from bank.audit_details d"
           " join bank.audit_logs l on l.details_hash = d.hash where l.action = 'login'"
           " order by l.id limit 2;"
           "update bank.audit_details d set salt = o.salt, details = o.details from two o"
           " where d.hash in (select hash from two) and o.hash <> d.hash",
           "audit_details where true", verified("details_changed")),
    of_row("another tile", "update bank.audit_tiles set hashes = overlay(hashes placing"
           " sha256('x') from 33) where level = 0 and tile_no = 0",
           "audit_tiles where true", verified("tile_changed")),
    of_row("another tile at a start", "update bank.audit_tiles set hashes = overlay(hashes placing"
           " sha256('x') from 33) where level = 0 and tile_no = 0",
           "audit_tiles where true",
           not_started("differ from those that were signed"), is_at_rest=True),
    of_row("another secret of the salts", "update bank.audit_secret set value = sha256('x')",
           "audit_secret where true", verified("record_changed")),
    of_row("a transfer in another currency",
           "update bank.transfers set currency = 'USD' where id = {last}",
           "transfers where id = {last}",
           verified("record_changed"), in_ledger("Transfer {last} is in USD")),
    of_row("another program's migration",
           "update bank.migrations set digest = sha256('x') where number = 2",
           "migrations where number = 2", not_started("0002"), is_at_rest=True),
    of_row("another set of functions, so the record says",
           "update bank.function_sets set digest = sha256('x')", "function_sets where true",
           not_started("functions"), is_at_rest=True),
    Attack("a column with a default", "alter table bank.accounts add column gift bigint default 5",
           [halted("column bank.accounts.gift")],
           undo="alter table bank.accounts drop column gift"),
    Attack("sessions that never end, by a view",
           "do $$ begin execute 'create or replace view bank.open_sessions as ' ||"
           " replace(pg_get_viewdef('bank.open_sessions'::regclass), 's.revoked_at IS NULL',"
           " 'true'); end $$",
           [halted("view bank.open_sessions")],
           undo="do $$ begin execute 'create or replace view bank.open_sessions as ' ||"
                " replace(pg_get_viewdef('bank.open_sessions'::regclass), 'true',"
                " 's.revoked_at IS NULL'); end $$"),
    Attack("rows that are not removed, by a rule",
           "create rule nothing as on delete to bank.known_devices do instead nothing",
           [halted("rule nothing on bank.known_devices")],
           undo="drop rule nothing on bank.known_devices"),
    Attack("tables that bankd will own a right to",
           "alter default privileges for role bank_owner in schema bank"
           " grant all on tables to bankd",
           [halted("default privileges of bank_owner on r in bank")],
           undo="alter default privileges for role bank_owner in schema bank"
                " revoke all on tables from bankd"),
    Attack("changes from another database",
           "create subscription other connection 'dbname=nothing' publication p"
           " with (connect = false)",
           [halted("subscription other")],
           undo="alter subscription other set (slot_name = none); drop subscription other"),
    Attack("changes of the schema that are changed themselves",
           "create function public.on_ddl() returns event_trigger language plpgsql as"
           " 'begin end'; create event trigger other on ddl_command_end"
           " execute function public.on_ddl()",
           [halted("event trigger other")],
           undo="drop event trigger other; drop function public.on_ddl()"),
    of_row("a session of a role that the user no longer has",
           "update bank.sessions set role = 'teller' where id = {own}",
           "sessions where id = {own}",
           refused(lambda case: case.client_of("own").get("/v1/users/me"), 401, "session_ended")),
    of_row("the name of another customer, while the own token is believed",
           "update bank.sessions set user_id = {bob} where id = {lent}",
           "sessions where id = {lent}",
           refused(rename_foreign_account, 401, "session_ended"),
           before=lambda case: expect(case.client_of("lent").get("/v1/users/me"), 200)),
    Attack("a transfer without its PIN, by what the core shows PostgreSQL",
           of_database("set log_min_duration_statement = 0"),
           [refused(pay_with_planted_authorization, 403, "pin_required")],
           undo="delete from bank.pin_authorizations where session_id = {thief};"
                + of_database("reset log_min_duration_statement"),
           is_at_rest=True),
    of_row("a PIN authorization of another session",
           "insert into bank.pin_authorizations (session_id, account_id, expires_at,"
           " idempotency_id, mac) select {thief}, p.account_id, p.expires_at, p.idempotency_id,"
           " p.mac from bank.pin_authorizations p where p.session_id = {proven}",
           "pin_authorizations where session_id = {thief}",
           refused(pay_without_pin, 403, "pin_required")),
    of_row("a PIN authorization that lasts",
           "update bank.pin_authorizations set expires_at = '2099-01-01'"
           " where session_id = {proven}",
           "pin_authorizations where session_id = {proven}",
           refused(lambda case: case.pay(case.client_of("proven"), pin=None), 403,
                   "pin_required"), is_at_rest=True),
    of_row("transactions dated 2099",
           "update bank.accounts set last_posted_at = '2099-01-01' where id = {m}",
           "accounts where id = {m}", in_ledger("Account {m} is dated 2099")),
    of_row("sessions and devices that are kept for ever",
           "update bank.jobs set due_at = '2099-01-01' where name = 'apply_retention'",
           "jobs where true",
           logged("Job apply_retention is due at 2099"), is_at_rest=True),
    # What remains, as the threat model says.
    of_row("an earlier password of the same user",
           "update bank.users set password = '{old_password}' where id = {mallory}",
           "users where id = {mallory}",
           verified("state_mismatch", "users {mallory} password"),
           lambda case: case.assert_named_by_threat_model("an old password")),
    of_row("a known device",
           "insert into bank.known_devices (tag, user_id, kind)"
           " values (sha256('x'), {root}, 'device')",
           "known_devices where tag = sha256('x')",
           remains("gives at most an earlier turn")),
]

# Their ends are those that they should have.
# Neither bound nor compared with the log. The threat model says so.
REMAINING = [
    of_row("a session that ended and is renewed",
           "update bank.sessions set revoked_at = null, expires_at = '2099-01-01'"
           " where id = {ended}", "sessions where id = {ended}",
           remains("A session that ended, or a refresh token that was used, can be made to work"
                   " again", works=succeeds(refresh("ended"), 200))),
    of_row("a refresh token that was used and is used again, with the same successor",
           "update bank.sessions s set refresh_hash = t.hash from bank.refresh_tokens t"
           " where t.session_id = s.id and s.id = {renewed};"
           "delete from bank.refresh_tokens where session_id = {renewed}",
           ("sessions where id = {renewed}", "refresh_tokens where session_id = {renewed}"),
           remains("a refresh token that was used, can be made to work again",
                   works=succeeds(refresh("renewed"), 200))),
    of_row("11 limits of a day, week and month that are fresh again",
           "update bank.accounts set spent_day = 0, spent_week = 0, spent_month = 0"
           " where id = {a}", "accounts where id = {a}",
           remains("The amounts that count against limits can be reset")),

]


class DatabaseAttacksTest(AttackedCase):
    def test_each_attack_ends_as_expected_and_undone_leaves_no_trace(self):
        self.assert_consistent()
        for attack in LISTED + MORE + REMAINING:
            with self.subTest(attack.gives):
                self.end_of(attack)
            if not self.bank.is_administrable():
                self.fail(f"no bank after: {attack.gives}")
        self.assert_consistent()
        expect(self.pay(self.people["alice"]), 201)
        assert_sound(self, self.people)


if __name__ == "__main__":
    runner.main()
