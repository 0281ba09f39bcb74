# shellcheck shell=bash
# Verifies a backup by restoring a copy, which is then removed.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

origin_of() {
    psql_at "$1" -d bankd -c "select split_part(note, E'\n', 1) from bank.last_checkpoint()"
}

verify() {
    check_time
    choose
    find_programs "$(field "$meta" postgresql)"
    make_work
    take_identity
    recover "$work/data" "$work"
    note "Checking the ledger and the audit log."
    local origin report bankd bankd_verify code=0 log_code=0 log_report='null'
    origin=$(origin_of "$work")
    tee "$work/bankd.conf" >/dev/null <<END
[database]
connection = host=$work dbname=bankd user=bankd
owner_connection = host=$work dbname=bankd user=bank_owner
statement_timeout_ms = 600000
[audit]
origin = ${origin:-bankd}
[plugins]
load =
END
    # A backup of an earlier version is migrated, as a restored database would be.
    bankd=$(program bankd)
    bankd_verify=$(program bankd-verify)
    "$bankd" --config "$work/bankd.conf" --migrate >"$work/migrated" 2>&1 ||
        fail 65 "The schema of the copy was not migrated: $(tail -n 1 "$work/migrated")"
    report=$("$bankd" --config "$work/bankd.conf" --examine-copy "$work/export" \
        2>"$work/check.error") || code=$?
    [ "$code" -le 1 ] || fail 65 "The copy could not be checked: $(tail -n 1 "$work/check.error")"
    local keys=()
    [ -z "${option_key:-}" ] || keys=(--key "$option_key")
    if [ "${#keys[@]}" -gt 0 ]; then
        [ -z "${option_checkpoints:-}" ] || keys+=(--checkpoints "$option_checkpoints")
        log_report=$("$bankd_verify" log - --json "${keys[@]}" <"$work/export" \
            2>"$work/verify.error") || log_code=$?
        [ "$log_code" != 2 ] || fail 64 "bankd-verify: $(head -n 1 "$work/verify.error")"
    fi
    local is_sound=true
    if [ "$code" != 0 ] || [ "$log_code" != 0 ]; then is_sound=false; fi
    printf '{"backup":"%s","is_sound":%s,"replayed_to":"%s","wal_files":%s,"last_wal":"%s",' \
        "$name" "$is_sound" "${replayed_to:-$(field "$meta" ended_at)}" "$replayed_files" \
        "${way_last:0:24}"
    printf '"ledger":%s,"audit":%s}\n' "$report" "$(tr -d '\n' <<<"$log_report")"
    stop_server
    [ "$is_sound" = true ] || exit 1
}
