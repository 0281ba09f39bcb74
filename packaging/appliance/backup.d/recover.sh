# shellcheck shell=bash
# Recovers a backup and the archived WAL in a private server.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

check_time() {
    [ -z "${option_to:-}" ] && return 0
    local day='[0-9]{4}-[0-9]{2}-[0-9]{2}' time='[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?'
    if ! [[ $option_to =~ ^${day}T${time}Z$ ]] ||
        ! date -u -d "$option_to" >/dev/null 2>&1; then
        fail 64 "--to must be a time in UTC, like 2026-01-31T12:00:00Z."
    fi
}

# Copies the private key into memory only, where the owner of the cluster can read it.
take_identity() {
    [ -n "${option_identity:-}" ] ||
        fail 64 "--identity FILE is missing: the private key of the backups."
    [ -r "$option_identity" ] || fail 65 "$option_identity cannot be read."
    secrets=$(mktemp -d /dev/shm/bankd-backup.XXXXXXXX)
    if head -n 1 "$option_identity" | grep -q '^age-encryption.org\|BEGIN AGE ENCRYPTED'; then
        # Protected by a passphrase, for which age prompts on the terminal.
        age --decrypt "$option_identity" >"$secrets/identity" ||
            fail 65 "$option_identity could not be decrypted."
    else
        cat "$option_identity" >"$secrets/identity"
    fi
    grep -q '^AGE-SECRET-KEY-1' "$secrets/identity" ||
        fail 65 "$option_identity is not an age private key (AGE-SECRET-KEY-1...)."
}

# Unpacks the base backup into $1, verifies it against its manifest and replays WAL up to the
# requested point, in a private server. The server keeps running, with its socket in $2.
recover() {
    local into=$1 socket_directory=$2 file size
    file=$store/base/$name.tar.zst.age
    [ -f "$file" ] || fail 65 "$file is missing: the backup is incomplete."
    size=$(stat -c %s "$file")
    [ "$size" = "$(field "$meta" size_bytes)" ] ||
        fail 65 "Backup $name is damaged: it has $size bytes, not $(field "$meta" size_bytes)." \
            "Use another backup: bankctl backup list."
    note "Decrypting backup $name."
    mkdir -p "$into"
    chmod 0700 "$into"
    local checked=0
    age --decrypt --identity "$secrets/identity" "$file" 2>"$work/age.error" |
        zstd -q -d -c 2>"$work/zstd.error" |
        tar -x -C "$into" 2>"$work/tar.error" || checked=1
    if [ "$checked" != 0 ]; then
        if grep -q 'no identity matched' "$work/age.error"; then
            fail 65 "This private key does not decrypt backup $name." \
                "It is encrypted to another recipient."
        fi
        ! grep -q 'No space' "$work/tar.error" || fail 75 "The disk of $into is full."
        fail 65 "Backup $name is damaged: $(cat "$work"/{age,zstd,tar}.error | head -n 1)" \
            "Use another backup: bankctl backup list."
    fi
    note "Verifying it against its manifest."
    "$programs/pg_verifybackup" -q "$into" 2>"$work/manifest.error" ||
        fail 65 "Backup $name is damaged: $(head -n 1 "$work/manifest.error")" \
            "Use another backup: bankctl backup list."
    find_way "$store" "$meta"
    if [ -n "$way_gap" ] && [ -z "${option_to:-}" ]; then
        fail 65 "WAL file $way_gap is missing: later WAL files exist but cannot be replayed." \
            "Restore an earlier state: --to ${way_newest:-$(field "$meta" ended_at)} or before."
    fi
    replay "$into" "$socket_directory"
}

replay() {
    local into=$1 socket_directory=$2 target='' log=$work/server.log
    local fetch="$here/backup fetch \"$store\" \"$secrets/identity\" \"$work/fetch\""
    # As an offset: PostgreSQL reads this before it knows abbreviations of time zones.
    local moment=${option_to:-}
    moment=${moment%Z}+00
    [ -z "${option_to:-}" ] ||
        target="recovery_target_time = '${moment/T/ }'
recovery_target_inclusive = on
recovery_target_action = 'promote'"
    touch "$into/recovery.signal"
    # The backup's own configuration is not used: it could name programs and libraries.
    mv "$into/postgresql.auto.conf" "$work/postgresql.auto.conf"
    printf 'local all all trust\n' | tee "$work/hba.conf" >/dev/null
    tee "$work/recovery.conf" >/dev/null <<END
unix_socket_permissions = 0700
hba_file = '$work/hba.conf'
data_directory = '$into'
jit = off
archive_mode = on
hot_standby = off
restore_command = '$fetch "${option_wal:-}" "%f" "%p"'
recovery_target_timeline = '$way_timeline'
log_min_messages = info
$target
END
    mkdir -p "$work/fetch"
    note "Replaying WAL."
    # Recovery has no useful time limit.
    server=$into
    "$programs/pg_ctl" start -D "$into" -l "$log" -w -t 86400 -s \
        -o "-c config_file=$work/recovery.conf -c listen_addresses= -c archive_command= \
-c unix_socket_directories=$socket_directory" >/dev/null 2>&1 || recovery_failed "$log"
    # pg_ctl also returns while the server still recovers; line 8 of its pid file has the state.
    until sed -n 8p "$into/postmaster.pid" 2>/dev/null | grep -q ready; do
        "$programs/pg_ctl" status -D "$into" >/dev/null 2>&1 ||
            recovery_failed "$log"
        sleep 0.2
    done
    replayed_to=$(sed -n 's/.*last completed transaction was at log time //p' "$log" | tail -n 1)
    if [ -n "$replayed_to" ]; then replayed_to=$(date -u -d "$replayed_to" +%FT%T.%6NZ); fi
    replayed_files=$(find "$work/fetch" -name '*.done' | wc -l)
}

recovery_failed() {
    local log=$1
    if [ -e "$work/fetch/failed" ]; then
        fail 65 "$(head -n 1 "$work/fetch/failed")" \
            "Earlier states can be restored: --to with an earlier time, or another backup."
    fi
    if grep -q 'recovery ended before configured recovery target was reached' "$log"; then
        fail 65 "The archive ends before $option_to, at ${way_newest:-the end of the backup}." \
            "bankctl backup list shows the newest point of each backup."
    fi
    ! grep -q 'No space left' "$log" || fail 75 "The disk is full."
    grep -E 'FATAL|PANIC|ERROR|LOG:  (invalid|unrecognized|syntax)' "$log" | tail -n 5 >&2 || true
    fail 69 "The database was not recovered."
}

# Run by the recovering server for each WAL file it needs. Code 1: there is none.
fetch() {
    local store=$1 identity=$2 marks=$3 more=$4 name=$5 path=$6 found digest
    if [[ $name == *.history ]]; then
        [ -f "$store/wal/$name" ] || exit 1
        cp "$store/wal/$name" "$path"
        return 0
    fi
    [[ $name =~ ^[0-9A-F]{24}$ ]] || exit 1
    found=$(find "$store/wal" -maxdepth 1 -name "$name-*.zst.age" -print -quit)
    if [ -z "$found" ]; then
        # WAL not yet archived; PostgreSQL verifies the checksum of each record.
        [ -n "$more" ] && [ -f "$more/$name" ] || exit 1
        cp "$more/$name" "$path"
        : >"$marks/$name.done"
        return 0
    fi
    digest=$(basename "$found" .zst.age)
    if ! age --decrypt --identity "$identity" "$found" 2>/dev/null |
        zstd -q -d -c >"$path" 2>/dev/null ||
        [ "$(sha256sum <"$path" | cut -d' ' -f1)" != "${digest#*-}" ]; then
        rm -f "$path"
        printf 'WAL file %s is damaged.\n' "$name" >"$marks/failed"
        # A code above 125 aborts the recovery; others mean the end of the archive.
        exit 126
    fi
    : >"$marks/$name.done"
}

make_work() {
    work=$(mktemp -d "${option_work:-/var/tmp}/bankd-backup.XXXXXXXX")
    # A Unix socket's path has at most 107 bytes.
    [ "${#work}" -le 80 ] || fail 64 "--work: the directory's name is too long."
}

stop_server() {
    # Without an archive command nothing is archived or tried: a failing command would be repeated
    # each second.
    "$programs/pg_ctl" stop -D "$server" -m fast -w -t 600 -s >/dev/null 2>&1 ||
        fail 69 "The recovered database did not stop: $(tail -n 1 "$work/server.log")"
    server=''
}
