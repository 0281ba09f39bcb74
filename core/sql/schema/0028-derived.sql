-- MACs of the daemon over rows that it decides by, and that a database administrator could plant.

alter table bank.restores add column mac bytea check (length(mac) = 32);
comment on column bank.restores.mac is 'The daemon''s MAC of id and lost_checkpoint; null: no checkpoint was lost, or the daemon has not written the row.';

alter table bank.audit_deliveries add column mac bytea check (length(mac) = 32);
comment on column bank.audit_deliveries.mac is 'The daemon''s MAC of sink and next_no; null: the daemon has not written the row.';
