# shellcheck shell=bash
# Installs the missing packages of packaging/dependencies. Needs say.sh, and `root` set to the
# clone.
: "${root:?}"

packages_of() {
    local purpose
    for purpose in "$@"; do
        awk -v purpose="$purpose" '$1 == purpose { print $2 }' "$root/packaging/dependencies"
    done
}

# The program that can replace a package, if one is listed.
program_of() {
    awk -v package="$1" '$2 == package && NF > 2 { print $3; exit }' "$root/packaging/dependencies"
}

packages_missing() {
    local wanted package program
    wanted=$(
        for package in $(packages_of "$@"); do
            program=$(program_of "$package")
            [ -n "$program" ] && command -v "$program" >/dev/null || echo "$package"
        done
    )
    # shellcheck disable=SC2086  # One word per package; dpkg-query fails if one is unknown.
    { dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' $wanted 2>/dev/null || true; } |
        awk '$1 == "ii" { print $2 }' | sort -u |
        comm -13 - <(printf '%s\n' "$wanted" | sort -u)
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n -- "$@"; fi
}

# packages_install LOG PURPOSE...: does nothing if no package is missing.
packages_install() {
    local log=$1 missing command
    shift
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        fail "This is not Debian: install packaging/dependencies by hand, then use --no-install."
    fi
    missing=$(packages_missing "$@" | tr '\n' ' ')
    missing=${missing% }
    [ -n "$missing" ] || return 0
    say "Installing from Debian: $missing"
    command="apt-get install --no-install-recommends $missing"
    packages_gain_root "$command"
    need_space /var/cache 1500 "installing the packages"
    packages_hold_main_cluster
    # The traps wait for apt: an interruption could leave packages half installed.
    packages_installing=yes
    # shellcheck disable=SC2086
    if ! packages_apt "$log" $missing; then
        packages_release_main_cluster
        packages_installing=no
        fail_with_log "The installation failed; try it by hand: sudo $command." "$log"
    fi
    packages_release_main_cluster
    packages_installing=no
}
# shellcheck disable=SC2034  # Read by the EXIT traps of the scripts.
packages_installing=no

packages_gain_root() {
    [ "$(id -u)" -ne 0 ] || return 0
    command -v sudo >/dev/null ||
        fail "Packages are missing and sudo is not installed; as root, run: $1"
    sudo -n true 2>/dev/null && return 0
    [ -t 0 ] || fail "Packages are missing and sudo asks for a password; run first: sudo $1"
    sudo -v || fail "sudo failed; as root, run: $1"
}

# The index is fetched only if it is missing or lists files that no longer exist.
packages_apt() {
    local log=$1
    shift
    local -a apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=120)
    if apt-get -qq -s install --no-install-recommends "$@" >/dev/null 2>&1; then
        run_logged "Installing packages" "$log" \
            as_root "${apt[@]}" install --no-install-recommends "$@" && return 0
    fi
    run_logged "Fetching the package index" "$log" as_root "${apt[@]}" update || return 1
    run_logged "Installing packages" "$log" \
        as_root "${apt[@]}" install --no-install-recommends "$@"
}

# On its first installation Debian's postgresql-15 creates and starts a cluster. This prevents that;
# an existing PostgreSQL is not touched.
packages_cluster_hold=''
packages_hold_main_cluster() {
    ! dpkg-query -W -f '${db:Status-Abbrev}' postgresql-15 2>/dev/null | grep -q '^ii' || return 0
    packages_cluster_hold=/etc/postgresql-common/createcluster.d/bankd-no-main-cluster.conf
    as_root mkdir -p "${packages_cluster_hold%/*}"
    printf 'create_main_cluster = false\n' | as_root tee "$packages_cluster_hold" >/dev/null
}

packages_release_main_cluster() {
    [ -z "$packages_cluster_hold" ] || as_root rm -f "$packages_cluster_hold"
    packages_cluster_hold=''
}
