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

# build_product LOG [TARGET...]: what packages hold, or part of it, in the tree that tests/run uses.
# Tests need more packages of Debian: a tree that has them keeps them, another goes without.
build_product() {
    local log=$1
    shift
    build_options=()
    [ -f "$root/build/release/build.ninja" ] || build_options=(-DBANK_TESTS=OFF)
    build_tree release "$log" "${@:-product}"
}

# A package is made of what git knows; a build takes whatever lies in its folders.
refuse_unknown_files() {
    local unknown
    unknown=$(git -C "$root" ls-files --others --exclude-standard -- \
        core daemon plugins systemd config packaging)
    [ -z "$unknown" ] || fail "Unknown to git, so not for packages: ${unknown//$'\n'/, }."
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
