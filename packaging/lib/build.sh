# shellcheck shell=bash
# Builds the clone. Needs say.sh, and `root` set to the clone.
: "${root:?}"

# build_tree PRESET LOG TARGET...: configures build/PRESET if necessary, then builds the targets
# there. build_options has further -D options for the first configuration.
build_options=()
build_tree() {
    local preset=$1 log=$2 tree=$root/build/$1
    shift 2
    if ! mkdir -p "$tree" 2>/dev/null || [ ! -w "$tree" ]; then
        fail "Cannot write to $tree: use a clone that you own."
    fi
    need_space "$tree" 1500 "building"
    if [ ! -f "$tree/build.ninja" ] || [ ${#build_options[@]} -gt 0 ]; then
        # An interrupted first configuration must not pass for a complete one.
        [ -f "$tree/build.ninja" ] || rm -rf "$tree/CMakeCache.txt" "$tree/CMakeFiles"
        run_logged "Configuring" "$log" \
            cmake -S "$root" --preset "$preset" "${build_options[@]}" ||
            fail_with_log "Configuring the build failed." "$log"
    fi
    run_logged "Building" "$log" \
        env NINJA_STATUS='[%f/%t] ' ninja -C "$tree" -j "$(build_jobs)" "$@" ||
        fail_with_log "Building failed." "$log"
}

# build_product LOG [TARGET...]: builds the contents of the packages, or some targets, in the tree
# that tests/run uses. Tests need further Debian packages: a new tree is configured without tests.
build_product() {
    local log=$1
    shift
    build_options=()
    [ -f "$root/build/release/build.ninja" ] || build_options=(-DBANK_TESTS=OFF)
    build_tree release "$log" "${@:-product}"
}

# A package must contain tracked files only, but a build uses every file in its folders.
refuse_unknown_files() {
    local unknown
    unknown=$(git -C "$root" ls-files --others --exclude-standard -- \
        core daemon plugins systemd config packaging)
    [ -z "$unknown" ] || fail "Untracked files must not get into packages: ${unknown//$'\n'/, }."
}

# One job per core, as far as memory allows: a compiler takes up to 1 GB here.
build_jobs() {
    local jobs memory
    jobs=$(nproc)
    memory=$(awk '$1 == "MemAvailable:" { print int($2 / 1048576) }' /proc/meminfo)
    [ "$jobs" -le "$memory" ] || jobs=$memory
    [ "$jobs" -ge 1 ] || jobs=1
    echo "$jobs"
}
