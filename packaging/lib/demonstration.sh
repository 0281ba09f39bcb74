# shellcheck shell=bash disable=SC2154  # The script sets build.
# The demonstration bank's daemon: its configuration, start and stop. Needs say.sh, and `root`,
# `state` (its directory), `build` (the built tree) and `port` set.
: "${root:?}"
: "${state:?}" "${port:?}"

demonstration_configuration() {
    cat <<END
# Written by packaging/quickstart at each start; for the demonstration only.
[bank]
country = DE
bank_code = 99999999
currencies = EUR,USD

[database]
connection = host=$state/cluster/run dbname=bankd user=bankd
owner_connection = host=$state/cluster/run dbname=bankd user=bank_owner

[keys]
directory = $state/keys

[log]
target = stderr

[admin-access]
uids = $(id -u)

[plugins]
directory = $build/plugins

[rest]
address = 127.0.0.1
port = $port
$([ ! -d "$build/web" ] || echo "web_directory = $build/web")
$([ ! -d "$build/docs" ] || echo "docs_directory = $build/docs")

[admin]
socket = $state/admin.sock
socket_mode = 0600
END
}

# demonstration_bankd LABEL ARGUMENT...: a short run of bankd; a failure shows its output.
demonstration_bankd() {
    local label=$1
    shift
    "$build/bin/bankd" --config "$state/bankd.conf" "$@" >"$state/bankd.log" 2>&1 ||
        fail_with_log "$label failed." "$state/bankd.log"
}

# The daemon ends with this script, however that ends; Ctrl-C reaches only the script.
demonstration_pid=''
demonstration_start() {
    setsid -- setpriv --pdeathsig TERM -- "$build/bin/bankd" --config "$state/bankd.conf" \
        >"$state/bankd.log" 2>&1 </dev/null 9>&- &
    demonstration_pid=$!
    local waited=0
    until demonstration_is_ready; do
        kill -0 "$demonstration_pid" 2>/dev/null || demonstration_explain_end
        [ "$waited" -lt 300 ] || fail_with_log "bankd was not ready after 30 s." "$state/bankd.log"
        sleep 0.1
        waited=$((waited + 1))
    done
}

demonstration_is_ready() {
    "$build/bin/bankctl" --socket "$state/admin.sock" status >/dev/null 2>&1
}

demonstration_explain_end() {
    local status=0
    wait "$demonstration_pid" || status=$?
    demonstration_pid=''
    if [ "$status" -eq 69 ] && port_is_busy "$port"; then
        fail "Port $port is in use; choose another with --port."
    fi
    fail_with_log "bankd ended with exit code $status." "$state/bankd.log"
}

demonstration_stop() {
    [ -n "$demonstration_pid" ] || return 0
    local waited=0
    kill -TERM "$demonstration_pid" 2>/dev/null || true
    while kill -0 "$demonstration_pid" 2>/dev/null; do
        if [ "$waited" -ge 150 ]; then kill -KILL "$demonstration_pid" 2>/dev/null || true; fi
        sleep 0.1
        waited=$((waited + 1))
    done
    demonstration_pid=''
}

port_is_busy() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
