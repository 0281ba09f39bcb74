# shellcheck shell=bash
# Files that only the holder of the private key can read.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

encrypt() {
    local arguments=() recipient
    for recipient in "${recipients[@]}"; do arguments+=(--recipient "$recipient"); done
    zstd -q -3 -c | age --encrypt "${arguments[@]}"
}

# Writes standard input, encrypted, to a file; atomically.
keep_encrypted() {
    local target=$1
    # A leftover of a killed run; no other process writes this name at the same time.
    rm -f "$target.part"
    if ! encrypt >"$target.part"; then
        rm -f "$target.part"
        return 1
    fi
    sync "$target.part" && mv -T "$target.part" "$target" && sync "$(dirname "$target")"
}
