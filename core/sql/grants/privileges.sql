-- Who may do what. Nobody but the owner has anything that is not stated here.
-- Reading goes through row-level security, keyed on the entered session; writing through functions.

revoke all on schema bank from public;
revoke all on all tables in schema bank from public;
revoke all on all sequences in schema bank from public;
revoke all on all functions in schema bank from public;

grant usage on schema bank to bankd, bank_customer, bank_teller, bank_admin, bank_auditor;
grant usage on type
    bank.role, bank.caller, bank.actor, bank.account_kind, bank.transfer_kind, bank.transfer_status,
    bank.user_answer, bank.session_answer, bank.account_answer, bank.archive_answer
    to bankd, bank_customer, bank_teller, bank_admin, bank_auditor;

-- The daemon before it knows a session, or on behalf of many at once.
grant select on bank.migrations, bank.function_sets to bankd;
grant execute on function
    bank.us(timestamptz),
    bank.password_state(text, timestamptz),
    bank.login_record(text),
    bank.rehash_password(bank.caller, bigint, bigint, text),
    bank.session_record(bytea),
    bank.find_known(bytea, bytea),
    bank.open_session(bank.caller, bigint, bigint, bytea, bytea, bigint, bytea, bytea),
    bank.open_local_session(bank.caller, bigint, bytea, bytea, bigint),
    bank.refresh_session(bank.caller, bytea, bytea, bytea),
    bank.end_session(bank.caller),
    bank.revoke_session(bank.caller, bigint),
    bank.password_record(bytea),
    bank.pin_authorizations_for(bytea, bigint, uuid),
    bank.change_password(bank.caller, bigint, text),
    bank.draw_user_id(),
    bank.unbound_credentials(),
    bank.bind_credentials(bank.caller, bigint[], bytea[], bigint[], text[], bigint[], text[]),
    bank.draw_drawers(),
    bank.draw_account_id(),
    bank.missing_own_accounts(text),
    bank.keep_currency(text, bank.account_kind[], bigint[], bigint[], text[]),
    bank.keep_customer_cash(boolean),
    bank.probe_space(),
    bank.id_positions(),
    bank.resolve_account_no(text),
    bank.read_accounts(bigint[]),
    bank.lock_batch(bytea[], integer[], bank.transfer_kind[], text[], bigint[], bigint[], bigint[], text[], text[],
                    integer[]),
    bank.batch_authorities(bytea[], integer[], bank.transfer_kind[], text[], bigint[], bigint[], uuid[]),
    bank.batch_known(uuid[]),
    bank.batch_origins(bigint[]),
    bank.post_batch(bytea[], integer[], text[], text[], integer[], uuid[], bank.transfer_kind[], uuid[], bytea[],
                    bigint[], bigint[], bigint[], integer[], bigint[], text[], text[], bigint[],
                    bank.transfer_status[], text[], boolean[], bigint[], bigint[], bigint[], bigint[], bigint[],
                    bigint[]),
    bank.expire_holds(integer),
    bank.hold_that_pays(bigint),
    bank.record_event(bank.caller, text, text, json),
    bank.delivered(text),
    bank.set_delivered(text, bigint, bytea, boolean),
    bank.undelivered(bigint, integer),
    bank.count_undelivered(bigint),
    bank.take_sealing(),
    bank.sealed(),
    bank.unsealed(xid8, bigint, integer),
    bank.seal(bigint, integer, xid8, bigint, smallint[], bigint[], bytea[]),
    bank.read_tile(integer, bigint),
    bank.drop_pruned(integer),
    bank.sealed_leaves(bigint, integer),
    bank.oldest_unsealed(),
    bank.newest_time(),
    bank.is_transaction_clock_behind(),
    bank.record_macs(xid8, xid8),
    bank.written_by(xid8, integer),
    bank.pending_records(xid8),
    bank.alarm_records(),
    bank.record_macs_have_begun(),
    bank.unsigned_records(),
    bank.begin_record_macs(bank.caller, xid8[], bytea, integer[], bytea[]),
    bank.own_records(),
    bank.sign_records(bytea, integer, bytea),
    bank.add_checkpoint(bigint, text),
    bank.last_checkpoint(),
    bank.open_restore(),
    bank.lost_checkpoints(),
    bank.finish_restore(bank.caller, json, bigint, text, bytea),
    bank.unbound_evidence(),
    bank.bind_evidence(bank.caller, bigint[], bytea[], text[], bigint[], bytea[])
    to bankd;

-- Every role: to enter, and to be shown what the policies let through.
grant execute on function
    bank.us(timestamptz),
    bank.password_state(text, timestamptz),
    bank.own_records(),
    bank.sign_records(bytea, integer, bytea),
    bank.enter(bytea),
    bank.actor_id(bank.role),
    bank.actor_session(),
    bank.is_staff(),
    bank.account_owner(bigint),
    bank.account_owner_id(text),
    bank.account_owner_ids(text),
    bank.spending(date, bigint, bigint, bigint),
    bank.account_history(bigint, bigint, timestamptz, timestamptz, integer),
    bank.balance_at(bigint, timestamptz),
    bank.find_hold(bigint),
    bank.account_holds(bigint, bigint, integer),
    bank.find_transfer(bigint),
    bank.list_transfers(bigint, bigint, text, text, integer),
    bank.receipt_of(bigint),
    bank.kept_from(),
    bank.staff_reasons(bigint)
    to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select (id, user_name, role, is_disabled, created_at, password_expires_at)
    on bank.users to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select (id, user_id, role, created_at, expires_at, revoked_at, ip, user_agent)
    on bank.sessions to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select (id, balance, held, overdraft_limit, minimum_balance, limit_per_transfer, limit_per_day, limit_per_week,
              limit_per_month, spent_day, spent_week, spent_month, spent_on, is_debit_frozen, is_credit_frozen,
              user_id, created_at, kind, is_locked, is_closed, currency, account_no, name, has_pin)
    on bank.accounts to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select on bank.account_rows to bank_customer, bank_teller, bank_admin, bank_auditor;
-- Not the balances: they tell of the other side. bank.history shows those of the own one.
grant select (id, debit_account_id, credit_account_id, amount, origin_id, group_id, user_id, created_at, expires_at,
              value_date, kind, status, currency, reference)
    on bank.transfers to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select on bank.history to bank_customer, bank_teller, bank_admin, bank_auditor;

-- A function of a permission is executed by exactly the roles that have it: those that take a caller
-- and have the permission's name, unless the daemon executes them itself; and these.
do $$
declare
    one record;
begin
    for one in
        select p.oid::regprocedure as signature, bank.roles_with(p.proname) as roles
        from pg_catalog.pg_proc p
        where p.pronamespace = 'bank'::regnamespace and p.proargtypes[0] = 'bank.caller'::regtype
            and p.prosecdef and bank.roles_with(p.proname) is not null
            and not has_function_privilege('bankd', p.oid, 'execute')
        union all
        select f.signature::regprocedure, bank.roles_with(f.permission)
        from (values
            ('bank.pin_begin(bank.caller, bigint, boolean)', 'authorize_pin'),
            ('bank.pin_end(bank.caller, bigint, boolean, integer, timestamptz, uuid, bytea)', 'authorize_pin'),
            ('bank.begin_archive(bank.caller, timestamptz)', 'archive_audit'),
            ('bank.keep_archive(bank.caller, bigint, bigint, bytea)', 'archive_audit'),
            ('bank.prune_audit(bank.caller, bytea)', 'archive_audit'),
            ('bank.record_details(bytea, bigint)', 'view_audit'),
            ('bank.exported(bigint, integer)', 'view_audit'),
            ('bank.exported_pending()', 'view_audit'),
            ('bank.exported_state()', 'view_audit'),
            ('bank.audit_span(bigint, bigint, integer)', 'view_audit'),
            ('bank.proven_records(bigint, integer)', 'view_audit'),
            ('bank.record_reading(bank.caller, boolean, json)', 'view_audit'),
            ('bank.lock_alarms()', 'clear_alarm'),
            ('bank.pending_records(xid8)', 'clear_alarm'),
            ('bank.alarm_records()', 'clear_alarm'),
            ('bank.begin_check(bank.caller)', 'check_ledger'),
            ('bank.check_sums()', 'check_ledger'),
            ('bank.check_counts()', 'check_ledger'),
            ('bank.check_findings(integer)', 'check_ledger')
        ) f (signature, permission)
    loop
        execute format('grant execute on function %s to %s', one.signature,
                       (select string_agg('bank_' || r.role, ', ') from unnest(one.roles) r (role)));
    end loop;
end
$$;

grant select on bank.role_limits to bank_teller, bank_admin, bank_auditor;
grant select on bank.audit_logs, bank.audit_seals, bank.audit_tiles, bank.audit_checkpoints
    to bank_admin, bank_auditor;
grant select (id, user_id, value, salt, hash) on bank.audit_subjects to bank_admin, bank_auditor;
grant select on bank.audit_details to bank_admin, bank_auditor;
-- Jobs run for nobody.
grant execute on function bank.keep_job(text, timestamptz), bank.job_state(text), bank.begin_job(text),
    bank.end_job(text, timestamptz, bigint, boolean, timestamptz), bank.fail_job(text, timestamptz, integer, text),
    bank.apply_retention(integer, integer)
    to bankd;
