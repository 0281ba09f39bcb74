# shellcheck shell=bash
# Builds the clone. Needs say.sh, and `root` set to the clone.
: "${root:?}"

# build_tree PRESET LOG TARGET...: configures build/PRESET if that was not done, then builds the
# targets there. Further -D options for the first configuring stand in build_options.
build_options=()
build_tree() {
    local preset=$1 log=$2 tree=$root/build/$1
    shift 2
    if ! mkdir -p "$tree" 2>/dev/null || [ ! -w "$tree" ]; then
        fail "Cannot write to $tree: work in a clone that belongs to you."
    fi
    need_space "$tree" 1500 "building"
    if [ ! -f "$tree/build.ninja" ] || [ ${#build_options[@]} -gt 0 ]; then
        # An interrupted first configuring must not look like a finished one.
        [ -f "$tree/build.ninja" ] || rm -rf "$tree/CMakeCache.txt" "$tree/CMakeFiles"
        run_logged "Configuring" "$log" \
            cmake -S "$root" --preset "$preset" "${build_options[@]}" ||
            fail_with_log "Configuring the build failed." "$log"
    fi
    run_logged "Building" "$log" \
        env NINJA_STATUS='[%f/%t] ' ninja -C "$tree" -j "$(build_jobs)" "$@" ||
        fail_with_log "Building failed." "$log"
}

# One job a core, but no more than memory allows: a compiler here takes up to 1 GB.
build_jobs() {
    local jobs memory
    jobs=$(nproc)
    memory=$(awk '$1 == "MemAvailable:" { print int($2 / 1048576) }' /proc/meminfo)
    [ "$jobs" -le "$memory" ] || jobs=$memory
    [ "$jobs" -ge 1 ] || jobs=1
    echo "$jobs"
}
