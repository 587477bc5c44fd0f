# Which ports and which display are taken, and by whom.
# shellcheck shell=bash

# Prints "NAME (pid N)" for the process that listens on a TCP port; fails when nobody does.
port_owner() {
    local line
    line=$(ss -Hltnp "sport = :$1" | head -n 1)
    [[ -n $line ]] || return 1
    if [[ $line =~ \(\(\"([^\"]+)\",pid=([0-9]+) ]]; then
        echo "${BASH_REMATCH[1]} (pid ${BASH_REMATCH[2]})"
    else
        echo "another user's process"
    fi
}

# Ends the script with one line when a port of the stack is taken.
require_free_ports() {
    local key owner
    for key in "${PORT_KEYS[@]}"; do
        if owner=$(port_owner "${!key}"); then
            fail "port ${!key} is taken by $owner: stop it, or choose another port with $key=…"
        fi
    done
}

# A lock file or socket of a dead X server is removed by the X server's own launcher; a live one is not ours to touch.
require_free_display() {
    local pid
    if grep -q "/tmp/.X11-unix/X$DISPLAY_NUM\$" /proc/net/unix; then
        pid=$(tr -d ' ' 2>/dev/null <"/tmp/.X$DISPLAY_NUM-lock" || true)
        fail "display :$DISPLAY_NUM is taken by another X server${pid:+ (pid $pid)}:" \
            "stop it, or choose another display with DISPLAY_NUM=…"
    fi
}
