# shellcheck shell=bash
# Messages to the user: steps, progress and errors. Colours only on a terminal, non-ASCII signs only
# in a UTF-8 locale.

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ] && [ "${TERM:-dumb}" != dumb ]; then
    say_green=$'\e[32m' say_red=$'\e[31m' say_dim=$'\e[2m' say_bold=$'\e[1m' say_plain=$'\e[0m'
else
    say_green='' say_red='' say_dim='' say_bold='' say_plain=''
fi
if [ "$(locale charmap 2>/dev/null)" = UTF-8 ]; then
    say_yes='✓' say_no='✗'
else
    say_yes='ok' say_no='!!'
fi

say() { printf '%s\n' "$*"; }
say_title() { printf '%s%s%s\n' "$say_bold" "$*" "$say_plain"; }
say_done() { printf '%s%s%s %s\n' "$say_green" "$say_yes" "$say_plain" "$*"; }
say_note() { printf '%s%s%s\n' "$say_dim" "$*" "$say_plain"; }

# fail SENTENCE: ends with exit code 1. The script's EXIT trap stops running processes.
fail() {
    printf '%s%s%s %s\n' "$say_red" "$say_no" "$say_plain" "$*" >&2
    exit 1
}

# fail_with_log SENTENCE LOG: the same, after the end of the command's output. A full disk causes
# many different messages, so it is reported here, for all commands.
fail_with_log() {
    local sentence=$1 log=$2
    if grep -qs 'No space left on device' "$log"; then
        fail "The disk is full: no space is left for $log."
    fi
    tail -n 40 "$log" >&2 2>/dev/null || true
    fail "$sentence The complete log is in $log."
}

# run_logged LABEL LOG COMMAND...: runs the command with its output in LOG and shows its progress.
# Returns the command's status. While it runs, run_logged_pid is its process group.
run_logged_pid=''
run_logged() {
    local label=$1 log=$2 started=$SECONDS status=0 told=0 now at
    shift 2
    set -m  # A process group of its own, so that it can be stopped as a whole.
    "$@" >"$log" 2>&1 </dev/null &
    run_logged_pid=$!
    set +m
    while kill -0 "$run_logged_pid" 2>/dev/null; do
        now=$((SECONDS - started))
        at=$(run_logged_position "$log")
        if [ -t 1 ]; then
            printf '\r\e[K%s %s%s%s s%s' "$label" "$say_dim" "${at:+$at }" "$now" "$say_plain"
        elif [ $((now - told)) -ge 20 ]; then
            told=$now
            say "$label: ${at:+$at }$now s"
        fi
        sleep 0.25
    done
    wait "$run_logged_pid" || status=$?
    run_logged_pid=''
    [ ! -t 1 ] || printf '\r\e[K'
    [ "$status" -ne 0 ] || say_done "$label ($((SECONDS - started)) s)"
    return "$status"
}

# The last "[12/345]" of ninja or "12/345" of ctest in the log.
run_logged_position() {
    tail -c 2000 "$1" 2>/dev/null | grep -oE '^(\[[0-9]+/[0-9]+\]| *[0-9]+/[0-9]+ Test)' |
        tail -n 1 | tr -d '[] Test' || true
}

# stop_group PID [SECONDS]: ends a process group started under `set -m`, and waits.
stop_group() {
    local pid=$1 patience=${2:-10} waited=0
    kill -TERM -- "-$pid" 2>/dev/null || return 0
    while kill -0 -- "-$pid" 2>/dev/null; do
        if [ "$waited" -ge $((patience * 10)) ]; then
            kill -KILL -- "-$pid" 2>/dev/null || true
            break
        fi
        sleep 0.1
        waited=$((waited + 1))
    done
}

# need_space DIRECTORY MEGABYTES PURPOSE: fails before the disk would become full.
need_space() {
    local free
    free=$(df -Pm -- "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
    if [ -n "$free" ] && [ "$free" -lt "$2" ]; then
        fail "The disk is too full: $3 needs $2 MB in $1, and $free MB are free."
    fi
}
