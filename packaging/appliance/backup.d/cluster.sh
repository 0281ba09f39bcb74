# shellcheck shell=bash
# The cluster that is backed up, and the user who owns it.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

programs=''
find_programs() {
    [ -z "$programs" ] || return 0
    programs=$(find /usr/lib/postgresql -maxdepth 2 -name bin | sort -V | tail -n 1)
    local version=$1
    [ -z "$version" ] || programs=/usr/lib/postgresql/$version/bin
    [ -x "$programs/postgres" ] ||
        fail 69 "PostgreSQL ${version:-15 or newer} is not installed." \
            "Install postgresql-${version:-15}."
}
data_version() { cat "$data/PG_VERSION" 2>/dev/null || true; }

# The owner of the cluster: PostgreSQL does not run as root, and everything here is done as this
# user, so that root writes nothing to places where another user may put links.
owner=''
find_owner() {
    local place=$data
    while [ ! -e "$place" ]; do place=$(dirname "$place"); done
    owner=$(stat -c %U "$place")
    [ "$owner" != root ] ||
        fail 65 "$place belongs to root: there is no user to run PostgreSQL as."
    [ "$(id -u)" = 0 ] || [ "$(id -un)" = "$owner" ] || fail 1 "Only root and $owner may do this."
}
as_owner() { setpriv --reuid "$owner" --regid "$(id -g "$owner")" --init-groups -- "$@"; }

# Continues as the owner. Files that only root can read, above all the private key, are passed in
# memory.
drop_to_owner() {
    local arguments=(--config "$config") option value code=0
    secrets=$(as_owner mktemp -d /dev/shm/bankd-backup.XXXXXXXX)
    for option in identity checkpoints key; do
        value=option_$option
        value=${!value:-}
        case "$option $value" in
            *' ' | key\ [!@]*) ;;
            *)
                [ -r "${value#@}" ] || fail 65 "${value#@} cannot be read."
                # shellcheck disable=SC2002  # Read by root, written by the owner.
                cat "${value#@}" | as_owner tee "$secrets/$option" >/dev/null
                if [ "$option" = key ]; then value=@$secrets/key; else value=$secrets/$option; fi
                ;;
        esac
        [ -z "$value" ] || arguments+=("--$option" "$value")
    done
    for option in backup to work wal missing reason; do
        value=option_$option
        [ -z "${!value:-}" ] || arguments+=("--$option" "${!value}")
    done
    [ -z "${option_replace_existing:-}" ] || arguments+=(--replace-existing)
    as_owner "$here/backup" "$command" "${arguments[@]}" || code=$?
    exit "$code"
}

psql_at() {
    local socket_directory=$1
    shift
    "$programs/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$socket_directory" -U "$owner" "$@"
}

identifier_of() {
    "$programs/pg_controldata" -D "$1" | sed -n 's/^Database system identifier: *//p'
}
