# shellcheck shell=bash
# Creates a base backup and removes expired ones.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

create() {
    need_recipients
    test -f "$data/PG_VERSION" || fail 69 "There is no database in $data." \
        "Back up another PostgreSQL, named in [database] connection, with its own tools."
    programs='' && find_programs "$(cat "$data/PG_VERSION")"
    local id store name target started line
    id=$(identifier_of "$data")
    store=$directory/$id/base
    mkdir -p "$store" ||
        fail 1 "$store cannot be created." "Create $directory, owned by $owner."
    name=$(date -u +%Y%m%dT%H%M%SZ)
    target=$store/$name.tar.zst.age
    [ ! -e "$target" ] || fail 75 "A backup from the same second exists: $name."
    # One at a time; leftovers of a killed run are removed.
    exec 9<"$store"
    flock -n 9 || fail 75 "Another backup is in progress."
    rm -f "$store"/*.part
    # TMPDIR is the caller's, and this user may have no access to it.
    work=$(mktemp -d /var/tmp/bankd-backup.XXXXXXXX)
    # A temporary slot keeps the WAL that the backup needs; it ends with this session in any case.
    coproc slot { psql_at "$sockets" -d postgres 2>"$work/slot.error"; }
    slot_pid=$!
    printf "select pg_create_physical_replication_slot('bankd_backup_%s', true, true);\n" $$ \
        >&"${slot[1]}"
    read -r line <&"${slot[0]}" ||
        fail 69 "The database does not answer in $sockets: $(head -n 1 "$work/slot.error")"
    started=$(date -u +%FT%TZ)
    note "Creating backup $name."
    if ! "$programs/pg_basebackup" --pgdata=- --format=tar --wal-method=fetch \
        --checkpoint=fast --manifest-checksums=SHA256 --label="bankd $name" --no-password \
        --verbose --host="$sockets" --username="$owner" 2>"$work/said" |
        keep_encrypted "$target"; then
        rm -f "$target" "$target.part"
        local why
        why=$(grep -E 'error|FATAL|No space|checksum' "$work/said" | head -n 1 || true)
        [ "$(free_bytes "$store")" -gt 1000000 ] ||
            fail 75 "The backup was not made: the disk of $store is full." \
                "Free space and try again."
        fail 69 "The backup was not made: ${why:-writing $target failed}."
    fi
    local begin timeline end
    begin=$(sed -n 's/.*log start point: \([0-9A-F/]*\) on timeline.*/\1/p' "$work/said")
    timeline=$(sed -n 's/.*start point: .* on timeline \([0-9]*\).*/\1/p' "$work/said")
    end=$(sed -n 's/.*write-ahead log end point: \([0-9A-F/]*\).*/\1/p' "$work/said")
    if [ -z "$begin" ] || [ -z "$timeline" ] || [ -z "$end" ]; then
        rm -f "$target"
        fail 70 "pg_basebackup did not report which WAL the backup needs."
    fi
    {
        printf '{"name":"%s","started_at":"%s","ended_at":"%s",' \
            "$name" "$started" "$(date -u +%FT%TZ)"
        printf '"system_identifier":"%s","postgresql":"%s","timeline":%s,' \
            "$id" "$(cat "$data/PG_VERSION")" "$timeline"
        printf '"wal_begin":"%s","wal_end":"%s","size_bytes":%s,"sha256":"%s"}\n' \
            "$begin" "$end" "$(stat -c %s "$target")" "$(sha256sum <"$target" | cut -d' ' -f1)"
    } >"$work/$name.json"
    cp "$work/$name.json" "$store/$name.json.part"
    sync "$store/$name.json.part"
    mv -T "$store/$name.json.part" "$store/$name.json"
    sync "$store"
    # So that the last WAL of the backup is archived before its file is full.
    psql_at "$sockets" -d postgres -c 'select pg_switch_wal()' >/dev/null
    expire "$directory/$id"
    cat "$store/$name.json"
}

# Keeps the newest `keep` backups, and the WAL from the oldest of them on.
expire() {
    local store=$1 files file oldest begin
    [ "$keep" -gt 0 ] || return 0
    mapfile -t files < <(find "$store/base" -maxdepth 1 -name '*.json' | sort -r)
    for file in "${files[@]:$keep}"; do
        rm -f "$file"
        rm -f "${file%.json}.tar.zst.age"
    done
    mapfile -t files < <(find "$store/base" -maxdepth 1 -name '*.json' | sort)
    oldest=${files[0]}
    is_description "$oldest" || return 0
    begin=$(segment_at "$(field "$oldest" wal_begin)")
    for file in "$store"/wal/*.zst.age; do
        [[ $(basename "$file") =~ ^[0-9A-F]{24}- ]] || continue
        [ "$(segment_number "$(basename "$file")")" -ge "$begin" ] || rm -f "$file"
    done
}
