# Where a stack keeps its state, and the lock that makes it the only one there.
# shellcheck shell=bash

# A path of a Unix socket has at most 107 bytes; the longest name put below SHARED_DIR, the one supervisord binds
# before it renames it, takes about 30.
readonly LONGEST_SHARED_DIR=75

# Creates RUN_DIR and sets SHARED_DIR, BROWSER_DIR, SUPERVISOR_SOCKET and where the browser's files are.
prepare_state() {
    mkdir -p "$RUN_DIR/log" "$RUN_DIR/recordings" 2>/dev/null || true
    [[ -w $RUN_DIR/log && -w $RUN_DIR ]] ||
        fail "RUN_DIR=$RUN_DIR cannot be written by $(id -un): remove it, or choose another with RUN_DIR=…"
    create_browser_user
    choose_shared_dir
    BROWSER_DIR=$SHARED_DIR/browser
    SUPERVISOR_SOCKET=$SHARED_DIR/supervisor.sock
    CHROMIUM_USER_DATA_DIR=$BROWSER_DIR/user-data
    EXTENSIONS_DIR=$BROWSER_DIR/extensions
    CHROMIUM_POLICY_FILE=$SHARED_DIR/chromium/policies/managed/policy.json
    CHROMIUM_FLAGS_FILE=$SHARED_DIR/chromium/flags
    rm -f "$SHARED_DIR/config/machine-flags"
    mkdir -p "$SHARED_DIR"/{config,chromium} "$BROWSER_DIR"/{home/Downloads,tmp,user-data,extensions}
    chmod 700 "$BROWSER_DIR"
    if [[ $EUID -eq 0 && $(stat -c %U "$BROWSER_DIR") != "$BROWSER_USER" ]]; then
        chown -R "$BROWSER_USER:" "$BROWSER_DIR"
    fi
    share_playwright
}

create_browser_user() {
    if ! id -u "$BROWSER_USER" >/dev/null 2>&1; then
        say "creating the user $BROWSER_USER, whom Chromium runs as"
        useradd --system --create-home --shell /bin/bash "$BROWSER_USER"
    fi
}

# SHARED_DIR holds what both the supervisor and the browser's user need: sockets, configuration, the profile. It is
# RUN_DIR, unless the browser's user cannot get there or the path is too long for a socket: then a private directory
# under /var/tmp, which RUN_DIR/shared remembers.
choose_shared_dir() {
    SHARED_DIR=$RUN_DIR
    if ((${#RUN_DIR} <= LONGEST_SHARED_DIR)) && as_browser_user test -x "$RUN_DIR"; then
        return
    fi
    if [[ ! -d $RUN_DIR/shared ]]; then
        ln -sfn "$(mktemp -d /var/tmp/guest-agent.XXXXXX)" "$RUN_DIR/shared"
    fi
    SHARED_DIR=$(readlink "$RUN_DIR/shared")
    chmod 711 "$SHARED_DIR"
    say "the browser's state is in $SHARED_DIR: $RUN_DIR is too deep or closed to $BROWSER_USER"
}

as_browser_user() {
    if [[ $EUID -eq 0 ]]; then
        setpriv --reuid "$BROWSER_USER" --regid "$(id -g "$BROWSER_USER")" --init-groups -- "$@"
    else
        "$@"
    fi
}

# Playwright code runs as the browser's user; what that user cannot read of the checkout is copied to SHARED_DIR.
share_playwright() {
    if [[ ! -d $PLAYWRIGHT_DIR ]] || as_browser_user test -r "$PLAYWRIGHT_DIR/." -a -x "$PLAYWRIGHT_DIR"; then
        return
    fi
    cp -RTu "$PLAYWRIGHT_DIR" "$SHARED_DIR/playwright"
    PLAYWRIGHT_DIR=$SHARED_DIR/playwright
}

# Holds RUN_DIR/lock on descriptor 9 until this shell ends; nothing started from here may inherit it.
lock_state() {
    exec 9>>"$RUN_DIR/lock"
    flock --nonblock 9 || refuse_second_stack
    echo $$ >"$RUN_DIR/pid"
}

# Ends the script when a stack runs in RUN_DIR.
require_no_other_stack() {
    [[ ! -e $RUN_DIR/lock ]] || flock --nonblock "$RUN_DIR/lock" true || refuse_second_stack
}

refuse_second_stack() {
    fail "one is running here (pid $(cat "$RUN_DIR/pid" 2>/dev/null), state in $RUN_DIR):" \
        "stop it, or give this one its own RUN_DIR, ports and DISPLAY_NUM"
}
