# shellcheck shell=bash
# Restores a backup in place of the database.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

# The server's processes have the data directory as working directory; a pid file may be left over.
is_in_use() {
    [ -n "$(find /proc -mindepth 2 -maxdepth 2 -name cwd -lname "$data" -print -quit 2>/dev/null)" ]
}

# Keeps this machine's configuration of the database, if it has one.
keep_configuration() {
    local into=$1 file
    for file in postgresql.conf postgresql.auto.conf pg_hba.conf pg_ident.conf; do
        if [ -s "$data/$file" ]; then
            cp "$data/$file" "$into/$file"
        else
            echo "backup: $file comes from the backup: check it before you start the database." >&2
        fi
    done
}

is_serving() { systemctl is-active --quiet bankd.service 2>/dev/null; }

restore() {
    check_time
    ! is_in_use || fail 75 "$data is in use: its PostgreSQL is running." \
        "systemctl stop bankd bankd-migrate bankd-postgres"
    # A running bankd would serve the restored ledger unchecked: it checks only at its start.
    ! { [ "$data" = /var/lib/bankd-postgres/data ] && is_serving; } ||
        fail 75 "bankd is running." "systemctl stop bankd-rest bankd-admin bankd"
    local moved=''
    if [ -n "$(find "$data" -mindepth 1 -maxdepth 1 -print -quit 2>/dev/null)" ]; then
        [ "${option_replace_existing:-}" = yes ] || fail 1 "$data is not empty." \
            "--replace-existing moves it aside; nothing is deleted."
        moved=$data.before-$(date -u +%Y%m%dT%H%M%SZ)
        [ ! -e "$moved" ] || fail 1 "$moved already exists."
    fi
    choose
    find_programs "$(field "$meta" postgresql)"
    local into=$data.restoring
    exec 9<"$(dirname "$data")"
    flock -n 9 || fail 75 "Another restore is in progress."
    # A leftover of an interrupted restore; only this program uses the name.
    rm -rf "$into"
    mkdir -p "$into"
    make_work
    take_identity
    unfinished=$into
    recover "$into" "$work"
    local wanted=${option_to:-newest}
    psql_at "$work" -d bankd -c "select bank.mark_restored('$name', '$wanted')" >/dev/null ||
        fail 65 "The restored database cannot be marked: an earlier version of bankd made it." \
            "Restore it with the version of bankd that made the backup."
    stop_server
    touch "$into/bankd_restored"
    mv "$work/postgresql.auto.conf" "$into/postgresql.auto.conf"
    keep_configuration "$into"
    rm -f "$into/backup_label.old" "$into/backup_manifest"
    # On the disk before it replaces the database.
    sync -f "$into"
    ! is_in_use || fail 75 "$data is in use: its PostgreSQL was started in the meantime."
    if [ -n "$moved" ]; then mv -T "$data" "$moved"; fi
    mv -T "$into" "$data"
    sync "$(dirname "$data")"
    unfinished=''
    printf '{"backup":"%s","wanted":"%s","replayed_to":"%s","wal_files":%s,' \
        "$name" "$wanted" "${replayed_to:-$(field "$meta" ended_at)}" "$replayed_files"
    printf '"data_directory":%s,"moved_aside":%s}\n' "$(quoted "$data")" "$(quoted "$moved")"
}

accept_loss() {
    local missing=${option_missing:-} reason=${option_reason:-} answer
    if [[ $missing == unknown ]]; then
        missing=null
    elif ! [[ $missing =~ ^[1-9][0-9]{0,17}$ ]]; then
        fail 64 "--missing must be the number of records that bankd reported, or unknown."
    fi
    if [ -z "$reason" ] || [ "${#reason}" -gt 500 ]; then
        fail 64 "--reason must have 1 to 500 characters: why the loss is accepted. It is audited."
    fi
    find_programs "$(cat "$data/PG_VERSION" 2>/dev/null || true)"
    # psql quotes its variables; -c does not support them.
    answer=$(psql_at "$sockets" -d bankd -v missing="$missing" -v reason="$reason" \
        <<<"select bank.accept_loss(:missing, :'reason');") ||
        fail 69 "The database does not answer in $sockets." "systemctl start bankd-postgres"
    [ "$answer" = t ] || fail 1 "No restored database is waiting for its check."
    printf '{"accepted_missing":%s,"reason":%s}\n' "$missing" "$(quoted "$reason")"
}
