-- Several daemons may call it concurrently: the second one to reach an account waits, and then no
-- longer finds the hold.
create function bank.expire_holds(up_to integer) returns table (ended bigint)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
declare
    secret constant bytea := (select s.value from bank.audit_secret s);
    subject bank.audit_subjects;
    due bigint[] := array(
        select h.id from bank.open_holds h where h.expires_at <= now() order by h.expires_at limit up_to);
begin
    if cardinality(due) > 0 then
        subject := bank.know_subject(null, null, null, null);
    end if;
    perform a.id
    from bank.accounts a
    where a.id in (select h.account_id from bank.open_holds h where h.id = any (due))
    order by a.id
    for no key update;

    with gone as (
        delete from bank.open_holds h where h.id = any (due) returning h.id, h.account_id, h.amount
    ), freed as (
        update bank.accounts a
        set held = a.held - g.amount, version = a.version + 1,
            last_posted_at = greatest(a.last_posted_at, clock_timestamp())
        from (select n.account_id, bank.total(n.amount) as amount from gone n group by n.account_id) g
        where a.id = g.account_id
        returning a.id, a.balance, a.balance - a.held - a.minimum_balance + coalesce(a.overdraft_limit, 0) as available,
            a.last_posted_at as moment
    ), ended as (
        insert into bank.transfers
            (id, debit_account_id, credit_account_id, amount, debit_balance, credit_balance, available,
             origin_id, created_at, value_date, kind, status, currency, reference)
        select nextval('bank.transfer_ids'), t.debit_account_id, t.credit_account_id, t.amount, f.balance, c.balance,
            f.available, t.id, f.moment, (f.moment at time zone 'UTC')::date, 'expiry', 'posted', t.currency, t.reference
        from gone g
        join bank.transfers t on t.id = g.id
        join freed f on f.id = g.account_id
        join bank.accounts c on c.id = t.credit_account_id
        order by g.id
        returning *
    )
    insert into bank.audit_logs ("timestamp", transfer_id, subject_id, action, outcome, leaf)
    select e.created_at, e.id, subject.id, 'expiry', 'posted',
        bank.leaf_of(bank.transfer_record(
            bank.us(e.created_at), 'expiry', 'posted', null, null, subject.hash, e.id, e.debit_account_id,
            e.credit_account_id, e.amount, e.currency, e.origin_id, null, to_char(e.value_date, 'YYYY-MM-DD'), null,
            case when e.reference <> '' then bank.salted_hash(substring(t.salts for 16), e.reference) end,
            bank.salted_hash(substring(t.salts from 17), bank.private_text(
                e.debit_balance, null, e.credit_balance, null, e.available, null, null, null))))
    from ended e
    cross join lateral (select bank.transfer_salts(secret, e.id) as salts offset 0) t
    order by e.id;
    get diagnostics ended = row_count;
    return next;
end
$$;
comment on function bank.expire_holds(integer) is 'Ends up to so many expired holds, and returns how many.';
