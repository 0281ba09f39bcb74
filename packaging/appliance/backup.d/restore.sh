# shellcheck shell=bash
# A backup in the place of the database.
#
# Part of ../backup: what it does not have itself is there or beside it.
# shellcheck disable=SC2034,SC2154

# The server's processes work in the data directory; its pid file may outlive it.
is_in_use() {
    [ -n "$(find /proc -mindepth 2 -maxdepth 2 -name cwd -lname "$data" -print -quit 2>/dev/null)" ]
}

# The database's configuration is that of this machine, if it has one.
keep_configuration() {
    local into=$1 file
    for file in postgresql.conf postgresql.auto.conf pg_hba.conf pg_ident.conf; do
        if [ -s "$data/$file" ]; then
            cp "$data/$file" "$into/$file"
        else
            echo "backup: $file is that of the backup: look at it before you start." >&2
        fi
    done
}

is_serving() { systemctl is-active --quiet bankd.service 2>/dev/null; }

restore() {
    check_time
    ! is_in_use || fail 75 "$data is in use: its PostgreSQL runs." \
        "systemctl stop bankd bankd-migrate bankd-postgres"
    # It would serve the restored books unchecked: it checks when it starts.
    ! { [ "$data" = /var/lib/bankd-postgres/data ] && is_serving; } ||
        fail 75 "bankd runs." "systemctl stop bankd-rest bankd-admin bankd"
    local moved=''
    if [ -n "$(find "$data" -mindepth 1 -maxdepth 1 -print -quit 2>/dev/null)" ]; then
        [ "${option_replace_existing:-}" = yes ] || fail 1 "$data is not empty." \
            "--replace-existing moves it aside; nothing is deleted."
        moved=$data.before-$(date -u +%Y%m%dT%H%M%SZ)
        [ ! -e "$moved" ] || fail 1 "$moved is there."
    fi
    choose
    find_programs "$(field "$meta" postgresql)"
    local into=$data.restoring
    exec 9<"$(dirname "$data")"
    flock -n 9 || fail 75 "Another restoration is under way."
    # Of a restoration that was broken off; by its name ours alone.
    rm -rf "$into"
    mkdir -p "$into"
    make_work
    take_identity
    unfinished=$into
    recover "$into" "$work"
    local wanted=${option_to:-newest}
    psql_at "$work" -d bankd -c "select bank.mark_restored('$name', '$wanted')" >/dev/null ||
        fail 65 "The restored database cannot be marked: it is of an earlier version." \
            "Restore it with the version of bankd that made the backup."
    stop_server
    touch "$into/bankd_restored"
    mv "$work/postgresql.auto.conf" "$into/postgresql.auto.conf"
    keep_configuration "$into"
    rm -f "$into/backup_label.old" "$into/backup_manifest"
    # On the disk before it takes the place.
    sync -f "$into"
    ! is_in_use || fail 75 "$data is in use: its PostgreSQL was started meanwhile."
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
        fail 64 "--missing takes the number of records that bankd named, or unknown."
    fi
    if [ -z "$reason" ] || [ "${#reason}" -gt 500 ]; then
        fail 64 "--reason takes 1 to 500 characters: why the loss is accepted. It is audited."
    fi
    find_programs "$(cat "$data/PG_VERSION" 2>/dev/null || true)"
    # A variable of psql is quoted by psql; -c would not take one.
    answer=$(psql_at "$sockets" -d bankd -v missing="$missing" -v reason="$reason" \
        <<<"select bank.accept_loss(:missing, :'reason');") ||
        fail 69 "The database does not answer in $sockets." "systemctl start bankd-postgres"
    [ "$answer" = t ] || fail 1 "No restoration waits for its check."
    printf '{"accepted_missing":%s,"reason":%s}\n' "$missing" "$(quoted "$reason")"
}
