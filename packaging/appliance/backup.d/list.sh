# shellcheck shell=bash
# Lists the backups.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

list() {
    local stores store file first=1 waiting='null' failed=''
    mapfile -t stores < <(
        find "$directory" -mindepth 1 -maxdepth 1 -type d -regex '.*/[0-9]+' 2>/dev/null | sort
    )
    [ -e "$directory" ] || fail 65 "$directory does not exist." \
        "There are no backups on this machine."
    [ -r "$directory" ] || fail 65 "$directory cannot be read." "Run it as root."
    printf '{"directory":%s,"items":[' "$(quoted "$directory")"
    for store in "${stores[@]}"; do
        for file in "$store"/base/*.json; do
            [ -e "$file" ] || continue
            is_description "$file" || continue
            [ "$first" = 1 ] || printf ','
            first=0
            describe "$store" "$file"
        done
    done
    if [ -d "$data/pg_wal/archive_status" ]; then
        waiting=$(find "$data/pg_wal/archive_status" -name '*.ready' 2>/dev/null | wc -l)
        failed=$(find "$data/pg_wal/archive_status" -name '*.ready' -mmin +5 2>/dev/null | wc -l)
    fi
    printf '],"wal_waiting":%s,"is_archiving_late":%s,"free_bytes":%s}\n' "$waiting" \
        "$([ "${failed:-0}" -gt 0 ] && echo true || echo false)" "$(free_bytes "$directory")"
}

describe() {
    local store=$1 file=$2 text size is_whole=true
    text=$(cat "$file")
    size=$(stat -c %s "${file%.json}.tar.zst.age" 2>/dev/null || echo 0)
    [ "$size" = "$(field "$file" size_bytes)" ] || is_whole=false
    find_way "$store" "$file"
    printf '%s,"is_whole":%s,"newest_timeline":%s,"last_wal":%s,"newest_point":%s}' "${text%\}}" \
        "$is_whole" "$way_timeline" "$(quoted "${way_last:0:24}")" \
        "$(quoted "${way_newest:-$(field "$file" ended_at)}")"
}

seconds() { date -u -d "$1" +%s; }

is_description() {
    local size
    size=$(stat -c %s "$1")
    [ "$size" -le 4096 ] && [[ $(basename "$1" .json) =~ ^[0-9]{8}T[0-9]{6}Z$ ]] &&
        [[ $(cat "$1") =~ ^$description$ ]]
}
moment='[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z'
position='[0-9A-F]{1,8}/[0-9A-F]{1,8}'
description="\\{\"name\":\"[0-9]{8}T[0-9]{6}Z\","
description+="\"started_at\":\"$moment\",\"ended_at\":\"$moment\","
description+="\"system_identifier\":\"[0-9]{1,20}\",\"postgresql\":\"[0-9]{1,3}\","
description+="\"timeline\":[0-9]{1,9},"
description+="\"wal_begin\":\"$position\",\"wal_end\":\"$position\","
description+="\"size_bytes\":[0-9]{1,18},\"sha256\":\"[0-9a-f]{64}\"\\}"

# Selects the named backup, or the newest that ended before the requested time.
choose() {
    local candidates file
    mapfile -t candidates < <(
        find "$directory" -mindepth 3 -maxdepth 3 -path '*/base/*.json' 2>/dev/null |
            awk -F/ '{print $NF, $0}' | sort -r | cut -d' ' -f2-
    )
    [ "${#candidates[@]}" -gt 0 ] ||
        fail 65 "There is no backup in $directory." "bankctl backup create"
    for file in "${candidates[@]}"; do
        is_description "$file" || continue
        if [ -n "${option_backup:-}" ]; then
            [ "$(basename "$file" .json)" = "$option_backup" ] || continue
        elif [ -n "${option_to:-}" ]; then
            [ "$(seconds "$(field "$file" ended_at)")" -le "$(seconds "$option_to")" ] || continue
        fi
        meta=$file
        store=$(dirname "$(dirname "$file")")
        name=$(basename "$file" .json)
        return 0
    done
    [ -z "${option_backup:-}" ] ||
        fail 65 "There is no backup $option_backup." "bankctl backup list"
    fail 65 "No backup ended before $option_to." "bankctl backup list shows the backups."
}
