# shellcheck shell=bash
# A clock for a bank that lives through its past; for scripts with `set -euo pipefail` that sourced
# say.sh. All programs that begin between past_begin and past_end run on it.

# libfaketime makes a semaphore and a page for the program it is loaded into, named after the
# process, and leaves them behind when that program executes another; whoever later gets the number
# as another user cannot start. So one process keeps a pair that all share, and takes it away when
# this script has ended in whatever way: it heeds no signal that a terminal sends to all.
past_keeper=''

# past_begin CLOCK: the clock's file, an offset to the true time in seconds; 1 without libfaketime.
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
        [ "$waited" -lt 100 ] || fail "libfaketime made no semaphore in /dev/shm."
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
    # shellcheck disable=SC1083,SC2093  # The name of a descriptor, and no program.
    exec {past_pipe[1]}>&- # The keeper's input ends.
    wait "$past_keeper" 2>/dev/null || true
    past_keeper=''
}
