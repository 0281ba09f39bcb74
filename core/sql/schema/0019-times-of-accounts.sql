-- In each account times never run backwards, whatever the clock does.

alter table bank.accounts add column last_posted_at timestamptz not null default '-infinity';
-- Refused transfers count, as they do when they are posted; an expiry does not change the credit account.
update bank.accounts a
set last_posted_at = t.moment
from (
    select s.account_id, max(s.created_at) as moment
    from (
        select d.debit_account_id as account_id, d.created_at from bank.transfers d
        union all
        select c.credit_account_id, c.created_at from bank.transfers c where c.kind <> 'expiry'
    ) s
    group by s.account_id
) t
where a.id = t.account_id;
comment on column bank.accounts.last_posted_at is 'The time of the last transfer that changed it: of a hold''s expiry only if it is the debit account. The next one is not earlier, whatever the clock says.';
comment on column bank.accounts.spent_on is 'The day (UTC), by the clock, of the last amount that counted. Ahead of the clock, which was set back, it counts as today, and the next transfer, posted or not, moves it to its own day.';
comment on column bank.transfers.created_at is 'When it was posted, or when the last transfer of any account of its batch was, if the clock is behind that: in each account times never run backwards.';
comment on column bank.transfers.value_date is 'The day it counts from: that of created_at.';
