# shellcheck shell=bash
# The ways through the archive. A WAL file's name has 24 hexadecimal digits: eight of timeline,
# sixteen of place.
#
# Part of ../backup: what it does not have itself is there or beside it.
# shellcheck disable=SC2034,SC2154

segment_number() { printf '%d' $((16#${1:8:8} * 256 + 16#${1:16:8})); }
# The place of a position "0/3000060": its segment's number.
segment_at() {
    local high=${1%/*} low=${1#*/}
    printf '%d' $((16#$high * 256 + 16#$low / 16777216))
}

# The timelines before one, and where each was left, as its history file says.
parents_in() {
    sed -n -E 's/^[[:space:]]*([0-9]{1,9})[[:space:]]+([0-9A-F]{1,8}\/[0-9A-F]{1,8}).*/\1 \2/p' "$1"
}

# The ways that lead on from a base backup. Sets `way_*` of the longest: the newest timeline that
# left the backup's after its end, and as far as its files are there without a gap.
find_way() {
    local store=$1 meta=$2 timeline begin end file tli parents line number name
    timeline=$(field "$meta" timeline)
    begin=$(field "$meta" wal_begin)
    end=$(field "$meta" wal_end)
    way_timeline=$timeline way_newest='' way_last='' way_gap=''
    local -A left_at=() # Timeline on the way: the segment in which it was left.
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
    # At the end of one timeline its segment continues in the next: the newer file has both.
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
        # Of the newest timeline, and beyond what is missing: it cannot be reached.
        [ "$((16#${file:0:8}))" = "$way_timeline" ] || continue
        [ "$(segment_number "$file")" -le "$segment" ] || way_gap=$name
    done
    if [ -n "$way_last" ] && [ "$((segment - 1))" -ge "$(segment_at "$end")" ]; then
        way_newest=$(date -u -r "$store/wal/$way_last" +%FT%TZ)
    fi
}
