\set debit random(1, 10)
\set other random(1, 9)
\set credit :other + case when :other >= :debit then 1 else 0 end
select baseline.transfer(baseline.new_key(), 1, :debit, :credit, 1, 'EUR');
