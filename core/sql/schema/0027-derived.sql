-- MACs of the daemon over rows that it decides by, and that a database administrator could plant.

alter table bank.restores add column mac bytea check (length(mac) = 32);
comment on column bank.restores.mac is 'The daemon''s MAC of id and lost_checkpoint; null: no checkpoint was lost, or the daemon has not written the row.';
