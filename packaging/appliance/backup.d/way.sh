# shellcheck shell=bash
# The paths through the archive. A WAL file's name has 24 hexadecimal digits: eight of the timeline,
# sixteen of the position.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

segment_number() { printf '%d' $((16#${1:8:8} * 256 + 16#${1:16:8})); }
# The number of the segment that contains a position such as "0/3000060".
segment_at() {
    local high=${1%/*} low=${1#*/}
    printf '%d' $((16#$high * 256 + 16#$low / 16777216))
}

# The parent timelines in a history file, and the position at which each was left.
parents_in() {
    sed -n -E 's/^[[:space:]]*([0-9]{1,9})[[:space:]]+([0-9A-F]{1,8}\/[0-9A-F]{1,8}).*/\1 \2/p' "$1"
}

# Finds the longest path from a base backup and sets `way_*`: to the newest timeline that left the
# backup's after its end, as far as its files exist without a gap.
find_way() {
    local store=$1 meta=$2 timeline begin end file tli parents line number name
    timeline=$(field "$meta" timeline)
    begin=$(field "$meta" wal_begin)
    end=$(field "$meta" wal_end)
    way_timeline=$timeline way_newest='' way_last='' way_gap=''
    local -A left_at=() # By timeline on the path: the segment in which it was left.
    for file in "$store"/wal/*.history; do
        name=$(basename "$file" .history)
        [[ $name =~ ^[0-9A-F]{8}$ ]] || continue
        tli=$((16#$name))
        parents=$(parents_in "$file")
        while read -r number line; do
            [ "$number" = "$timeline" ] || continue
            [ "$(segment_at "$line")" -ge "$(segment_at "$end")" ] || continue
            [ "$tli" -le "$way_timeline" ] || way_timeline=$tli
        done <<<"$parents"
    done
    if [ "$way_timeline" != "$timeline" ]; then
        while read -r number line; do
            left_at[$number]=$(segment_at "$line")
        done < <(parents_in "$store/wal/$(printf '%08X' "$way_timeline").history")
    fi
    local -A files=()
    while read -r name; do
        [[ ! $name =~ ^[0-9A-F]{24}-[0-9a-f]{64}\.zst\.age$ ]] || files[${name:0:24}]=$name
    done < <(
        find "$store/wal" -maxdepth 1 -name '*.zst.age' -printf '%f\n' 2>/dev/null
    )
    local segment tlis
    # The last segment of a timeline continues in the next one, whose file contains both.
    mapfile -t tlis < <(printf '%s\n' "$timeline" "${!left_at[@]}" "$way_timeline" | sort -n -u)
    segment=$(segment_at "$begin")
    while :; do
        name=''
        for tli in "${tlis[@]}"; do
            [ "$tli" -ge "$timeline" ] || continue
            [ -n "${left_at[$tli]:-}" ] && [ "$segment" -ge "${left_at[$tli]}" ] && continue
            name=$(printf '%08X%08X%08X' "$tli" $((segment / 256)) $((segment % 256)))
            break
        done
        [ -n "${files[$name]:-}" ] || break
        way_last=${files[$name]}
        segment=$((segment + 1))
    done
    way_gap=''
    for file in "${!files[@]}"; do
        # A file of the newest timeline after the gap: it cannot be replayed.
        [ "$((16#${file:0:8}))" = "$way_timeline" ] || continue
        [ "$(segment_number "$file")" -le "$segment" ] || way_gap=$name
    done
    if [ -n "$way_last" ] && [ "$((segment - 1))" -ge "$(segment_at "$end")" ]; then
        way_newest=$(date -u -r "$store/wal/$way_last" +%FT%TZ)
    fi
}
