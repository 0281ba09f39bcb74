# shellcheck shell=bash
# Archives WAL, as PostgreSQL's archive_command.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

# Run by PostgreSQL in its data directory. With any code but 0 it keeps the file and tries again.
archive() {
    local path=$1 name=$2 store digest target found
    find_programs "$(cat PG_VERSION)"
    need_recipients
    # A restored database may be discarded until its log has been checked: until then its timeline
    # must not become the newest of the archive.
    if [ -e bankd_restored ]; then
        [ "$("$programs/psql" -X -q -A -t -h "$sockets" -d bankd -c \
            'select count(*) from bank.restores where checked_at is null')" = 0 ] ||
            fail 75 "WAL is not archived until the restored bank has been checked: start bankd."
        rm -f bankd_restored
    fi
    store=$directory/$("$programs/pg_controldata" -D . |
        sed -n 's/^Database system identifier: *//p')/wal
    mkdir -p "$store" || fail 1 "$store cannot be created." "Create $directory, owned by $(id -un)."
    digest=$(sha256sum <"$path" | cut -d' ' -f1)
    if [[ $name == *.history ]]; then
        target=$store/$name
        [ ! -e "$target" ] || cmp -s "$path" "$target" ||
            fail 1 "$target exists with other content: WAL of two banks must not be mixed."
        { cp "$path" "$target.part" && sync "$target.part" && mv -T "$target.part" "$target"; } ||
            full "$store" "$name"
        sync "$store"
        return 0
    fi
    found=$(find "$store" -maxdepth 1 -name "$name-*.zst.age" -printf '%f\n')
    case "$found" in
        '') ;;
        "$name-$digest.zst.age") return 0 ;;
        *) fail 1 "$store/$found exists with other content: WAL of two banks must not be mixed." ;;
    esac
    target=$store/$name-$digest.zst.age
    keep_encrypted "$target" <"$path" || full "$store" "$name"
    touch -r "$path" "$target"
}

# The bank keeps running and its WAL keeps growing: each failure reports the free space.
full() {
    rm -f "$1"/"$2"*.part
    local waiting
    waiting=$(find pg_wal/archive_status -name '*.ready' | wc -l)
    fail 75 "WAL file $2 was not archived: $1 has $(megabytes "$(free_bytes "$1")") left." \
        "$waiting WAL files wait in the database's directory, which has \
$(megabytes "$(free_bytes .)") left; the bank stops when it is full. Free space for the backups."
}
