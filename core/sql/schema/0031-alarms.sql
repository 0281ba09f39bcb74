-- Alarms and decisions on them are records of the audit log; see functions/alarms.sql. The words are
-- those of alarm_records().

create index audit_logs_alarms on bank.audit_logs (id)
    where action in ('schema_alarm', 'records_alarm', 'begin_state', 'begin_record_macs', 'bind_credentials',
                     'clear_alarm');
