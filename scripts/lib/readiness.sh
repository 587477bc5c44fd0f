# Waiting until the stack can be used, and saying which program is at fault when it cannot.
# shellcheck shell=bash

readonly READY_WITHIN=30 # seconds

# Returns when the API answers 200 and Chromium has answered a DevTools call through the proxy.
wait_until_ready() {
    local deadline=$((SECONDS + READY_WITHIN)) next_status=$((SECONDS + 2))
    until api_answers && devtools_answers; do
        [[ -z $STOPPING ]] || return 1
        kill -0 "$SUPERVISOR" 2>/dev/null || explain_failure supervisord "ended"
        if ((SECONDS >= next_status)); then
            explain_fatal_program
            next_status=$((SECONDS + 1))
        fi
        ((SECONDS < deadline)) || explain_failure "$(program_at_fault)" "gave no answer within $READY_WITHIN s"
        sleep 0.1
    done
}

api_answers() {
    [[ $(http_status "$(probe_scheme)://$(probe_host):$PORT/health") == 200 ]]
}

# Leaves what Chromium calls itself in BROWSER_VERSION.
devtools_answers() {
    BROWSER_VERSION=$(/usr/bin/python3 "$ROOT/scripts/lib/devtools_version.py" \
        "$(probe_scheme)://$(probe_host):$DEVTOOLS_PROXY_PORT" "${ACCESS_TOKEN_FILE:-}" 2>/dev/null)
}

program_states() {
    supervisorctl --serverurl "unix://$SUPERVISOR_SOCKET" status 2>/dev/null || true
}

explain_fatal_program() {
    local program
    program=$(program_states | awk '$2 == "FATAL" { print $1; exit }')
    [[ -z $program ]] || explain_failure "$program" "cannot be started"
}

# The first program, in the order they need one another, that does not do its part.
program_at_fault() {
    local program
    program=$(program_states | awk '$2 != "RUNNING" { print $1; exit }')
    if [[ -n $program ]]; then
        echo "$program"
    elif api_answers && ! port_owner "$INTERNAL_PORT" >/dev/null; then
        echo chromium
    else
        echo guest-agent
    fi
}

explain_failure() {
    local program=$1 what=$2
    printf 'error: %s %s; the end of %s:\n' "$program" "$what" "$RUN_DIR/log/$program" >&2
    tail -n 15 "$RUN_DIR/log/$program" 2>/dev/null | sed 's/^/    /' >&2
    exit 1
}
