# shellcheck shell=bash
# A clock for the simulated past of a bank; for scripts with `set -euo pipefail` that have sourced
# say.sh. All programs started between past_begin and past_end use it.

# libfaketime creates a semaphore and a page for the program that loads it, named after the process,
# and leaves them behind when that program executes another. A later process with the same number
# and another user then cannot start. So one process keeps a pair that all share, and removes it
# after this script has ended in any way: it ignores the signals that a terminal sends to all.
past_keeper=''

# past_begin CLOCK: the clock's file contains an offset to the true time in seconds. Returns 1
# without libfaketime.
past_begin() {
    local library pair waited=0
    library=$(find /usr/lib/*/faketime/libfaketimeMT.so.1 2>/dev/null | head -n 1)
    [ -n "$library" ] || return 1
    # shellcheck disable=SC2034  # past_end closes it.
    coproc past_pipe {
        trap '' INT TERM HUP
        rm -f -- "/dev/shm/sem.faketime_sem_$BASHPID" "/dev/shm/faketime_shm_$BASHPID"
        LD_PRELOAD=$library exec cat 9>&-
    }
    past_keeper=${past_pipe_PID:?}
    pair=("/dev/shm/sem.faketime_sem_$past_keeper" "/dev/shm/faketime_shm_$past_keeper")
    until [ -s "${pair[1]}" ]; do
        [ "$waited" -lt 100 ] || fail "libfaketime created no semaphore in /dev/shm."
        sleep 0.1
        waited=$((waited + 1))
    done
    # PostgreSQL runs as a user of its own.
    chmod 0666 "${pair[@]}" || fail "libfaketime has no semaphore of its own in /dev/shm."
    export FAKETIME_SHARED="/faketime_sem_$past_keeper /faketime_shm_$past_keeper" \
        FAKETIME_TIMESTAMP_FILE=$1 FAKETIME_NO_CACHE=1 FAKETIME_DONT_FAKE_MONOTONIC=1 \
        LD_PRELOAD=$library
}

past_end() {
    unset LD_PRELOAD FAKETIME_SHARED FAKETIME_TIMESTAMP_FILE FAKETIME_NO_CACHE \
        FAKETIME_DONT_FAKE_MONOTONIC
    [ -n "$past_keeper" ] || return 0
    # shellcheck disable=SC1083,SC2093  # A descriptor's name, not a program.
    exec {past_pipe[1]}>&- # The keeper's input ends.
    wait "$past_keeper" 2>/dev/null || true
    past_keeper=''
}
