# shellcheck shell=bash
# Files that only the holder of the private key can read.
#
# Part of ../backup: what it does not have itself is there or beside it.
# shellcheck disable=SC2034,SC2154

encrypt() {
    local arguments=() recipient
    for recipient in "${recipients[@]}"; do arguments+=(--recipient "$recipient"); done
    zstd -q -3 -c | age --encrypt "${arguments[@]}"
}

# Writes standard input, encrypted, to a file that is there whole or not at all.
keep_encrypted() {
    local target=$1
    # What a kill left behind; nobody else writes this name at the same time.
    rm -f "$target.part"
    if ! encrypt >"$target.part"; then
        rm -f "$target.part"
        return 1
    fi
    sync "$target.part" && mv -T "$target.part" "$target" && sync "$(dirname "$target")"
}
