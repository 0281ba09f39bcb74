# shellcheck shell=bash
# Reads /etc/bankd/backup.conf: key = value, as bankd.conf.
#
# Sourced by ../backup: its other functions and variables are defined there or in the other parts.
# shellcheck disable=SC2034,SC2154

config=/etc/bankd/backup.conf
directory=/var/lib/bankd-backup
data=/var/lib/bankd-postgres/data
sockets=/run/bankd/postgres
keep=0
recipients=()

read_config() {
    [ -f "$config" ] || return 0
    local line key value number=0
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
        [[ $line =~ ^[[:space:]]*([a-z_]+)[[:space:]]*=[[:space:]]*(.*[^[:space:]]) ]] ||
            fail 65 "$config:$number: not key = value"
        key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
        case "$key" in
            recipient)
                [[ $value =~ ^age1[0-9a-z]{58}$ ]] ||
                    fail 65 "$config:$number: recipient is not an age public key (age1...)"
                recipients+=("$value")
                ;;
            keep)
                [[ $value =~ ^[0-9]{1,4}$ ]] || fail 65 "$config:$number: keep must be a number"
                keep=$value
                ;;
            directory | data_directory | socket_directory)
                [[ $value == /* && $value != *[\'\"\\%\ ]* ]] ||
                    fail 65 "$config:$number: $key must be an absolute path, unquoted, no blanks"
                case "$key" in
                    directory) directory=$value ;;
                    data_directory) data=$value ;;
                    *) sockets=$value ;;
                esac
                ;;
            *) fail 65 "$config:$number: unknown key $key" ;;
        esac
    done <"$config"
}

need_recipients() {
    [ "${#recipients[@]}" -gt 0 ] ||
        fail 65 "No recipient is configured: backups are encrypted to a public key." \
            "Create a key on another machine with age-keygen; put its public key into $config."
}
