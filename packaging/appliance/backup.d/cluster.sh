# shellcheck shell=bash
# The cluster that is backed up, and the user whose it is.
#
# Part of ../backup: what it does not have itself is there or beside it.
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

# PostgreSQL does not run as root: then what touches a cluster is run as the owner of its place.
owner=''
find_owner() {
    local place=$data
    while [ ! -e "$place" ]; do place=$(dirname "$place"); done
    owner=$(stat -c %U "$place")
    [ "$owner" != root ] || fail 65 "$place belongs to root: there is no user to run PostgreSQL as."
    [ "$(id -u)" = 0 ] || [ "$(id -un)" = "$owner" ] ||
        fail 1 "Only root and $owner may do this."
}
as_owner() {
    if [ "$(id -u)" != 0 ]; then
        "$@"
    else
        setpriv --reuid "$owner" --regid "$(id -g "$owner")" --init-groups -- "$@"
    fi
}

psql_at() {
    local socket_directory=$1
    shift
    (cd / && as_owner "$programs/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$socket_directory" \
        -U "$owner" "$@")
}

identifier_of() {
    as_owner "$programs/pg_controldata" -D "$1" | sed -n 's/^Database system identifier: *//p'
}
