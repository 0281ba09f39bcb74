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

-- The daemon before it knows a session, or on behalf of many at once.
grant select on bank.migrations to bankd;
create policy everyone on bank.migrations for select to bankd using (true);
grant execute on function
    bank.us(timestamptz),
    bank.login_record(text),
    bank.rehash_password(bigint, text, text),
    bank.session_record(bytea),
    bank.open_session(bank.caller, bigint, bytea, bytea, bigint),
    bank.open_local_session(bank.caller, bigint, bytea, bytea, bigint),
    bank.refresh_session(bank.caller, bytea, bytea, bytea),
    bank.end_session(bank.caller),
    bank.revoke_session(bank.caller, bigint),
    bank.password_record(bytea),
    bank.change_password(bank.caller, text),
    bank.draw_drawers(),
    bank.draw_account_id(),
    bank.missing_own_accounts(text),
    bank.keep_currency(text, bank.account_kind[], bigint[], bigint[], text[]),
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
    bank.record_event(bank.caller, text, text, json),
    bank.delivered(text),
    bank.set_delivered(text, bigint),
    bank.undelivered(bigint, integer),
    bank.count_undelivered(bigint),
    bank.sealed(),
    bank.unsealed(xid8, bigint, integer),
    bank.seal(bigint, integer, xid8, bigint, smallint[], bigint[], bytea[]),
    bank.read_tile(integer, bigint),
    bank.drop_pruned(integer),
    bank.sealed_leaves(bigint, integer),
    bank.sealing_lag(),
    bank.is_transaction_clock_behind(),
    bank.add_checkpoint(bigint, text),
    bank.last_checkpoint()
    to bankd;

-- Every role: to enter, and to be shown what the policies let through.
grant execute on function
    bank.us(timestamptz),
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
    bank.receipt_of(bigint),
    bank.kept_from()
    to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select (id, user_name, role, is_disabled, created_at)
    on bank.users to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select (id, user_id, role, created_at, expires_at, revoked_at, ip, user_agent)
    on bank.sessions to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select (id, balance, held, overdraft_limit, minimum_balance, limit_per_transfer, limit_per_day, limit_per_week,
              limit_per_month, spent_day, spent_week, spent_month, spent_on, is_debit_frozen, is_credit_frozen,
              freeze_reason, user_id, created_at, kind, is_locked, is_closed, currency,
              account_no, name, lock_reason, has_pin)
    on bank.accounts to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select on bank.account_rows to bank_customer, bank_teller, bank_admin, bank_auditor;
-- Not the balances: they tell of the other side. bank.history shows those of the own one.
grant select (id, debit_account_id, credit_account_id, amount, origin_id, group_id, user_id, created_at, expires_at,
              value_date, kind, status, currency, reference)
    on bank.transfers to bank_customer, bank_teller, bank_admin, bank_auditor;
grant select on bank.history to bank_customer, bank_teller, bank_admin, bank_auditor;

-- PINs: whoever may move the account. An auditor may not.
grant execute on function
    bank.pin_begin(bank.caller, bigint, boolean),
    bank.pin_end(bank.caller, bigint, boolean, integer, bigint, uuid),
    bank.set_pin(bank.caller, bigint, text, boolean, integer)
    to bank_customer, bank_teller, bank_admin;

grant execute on function
    bank.open_account(bank.caller, bigint, text, text, text, text, bigint, text),
    bank.lock_account(bank.caller, bigint, text),
    bank.unlock_account(bank.caller, bigint, text),
    bank.close_account(bank.caller, bigint),
    bank.freeze_account(bank.caller, bigint, boolean, boolean, text)
    to bank_teller, bank_admin;

grant execute on function
    bank.set_overdraft(bank.caller, bigint, bigint),
    bank.set_limits(bank.caller, bigint, bigint, bigint, bigint, bigint, bigint),
    bank.set_role_limits(bank.caller, bank.role, text, bigint, bigint, bigint, bigint),
    bank.add_user(bank.caller, text, bank.role, text, text[], bigint[], text[]),
    bank.set_role(bank.caller, bigint, bank.role, text[], bigint[], text[]),
    bank.set_disabled(bank.caller, bigint, boolean),
    bank.erase_subject(bank.caller, bigint),
    bank.begin_archive(bank.caller, timestamptz),
    bank.keep_archive(bank.caller, bigint, bigint, bytea),
    bank.prune_audit(bank.caller, bytea)
    to bank_admin;

grant select on bank.role_limits to bank_teller, bank_admin, bank_auditor;
grant select on bank.audit_logs, bank.audit_seals, bank.audit_tiles, bank.audit_checkpoints
    to bank_admin, bank_auditor;
grant select (id, user_id, value, salt, hash) on bank.audit_subjects to bank_admin, bank_auditor;
grant select on bank.audit_details to bank_admin, bank_auditor;
grant execute on function
    bank.record_details(bytea, bigint),
    bank.exported(bigint, integer),
    bank.exported_pending(),
    bank.audit_span(bigint, bigint, integer),
    bank.proven_records(bigint, integer),
    bank.record_reading(bank.caller, boolean, json),
    bank.begin_check(bank.caller),
    bank.check_sums(),
    bank.check_counts(),
    bank.check_findings(integer)
    to bank_admin, bank_auditor;

-- Policies. actor_id(r) is null unless the entered session is live and of role r, so that SET ROLE
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
