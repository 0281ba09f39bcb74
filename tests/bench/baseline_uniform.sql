\set debit random(1, :accounts)
\set other random(1, :accounts - 1)
\set credit :other + case when :other >= :debit then 1 else 0 end
select baseline.transfer(baseline.new_key(), 1, :debit, :credit, 1, 'EUR');
