# shellcheck shell=bash
# What /etc/bankd/backup.conf says: key = value, as bankd.conf.
#
# Part of ../backup: what it does not have itself is there or beside it.
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
                    fail 65 "$config:$number: recipient is not a public key of age (age1...)"
                recipients+=("$value")
                ;;
            keep)
                [[ $value =~ ^[0-9]{1,4}$ ]] || fail 65 "$config:$number: keep takes a number"
                keep=$value
                ;;
            directory | data_directory | socket_directory)
                [[ $value == /* && $value != *[\'\"\\%\ ]* ]] ||
                    fail 65 "$config:$number: $key takes an absolute path without blanks and quotes"
                case "$key" in
                    directory) directory=$value ;;
                    data_directory) data=$value ;;
                    *) sockets=$value ;;
                esac
                ;;
            *) fail 65 "$config:$number: there is no key $key" ;;
        esac
    done <"$config"
}

need_recipients() {
    [ "${#recipients[@]}" -gt 0 ] ||
        fail 65 "No recipient: nothing says to whom backups are encrypted." \
            "Make a key elsewhere with age-keygen; its public half goes into $config."
}
