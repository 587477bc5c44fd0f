# What the supervisor and its programs are told.
# shellcheck shell=bash disable=SC2034 # the scripts that source this file use the variables

# Sets ENVIRONMENT to all that the programs get, so that no DISPLAY, proxy or token of the person at the terminal leaks
# in. STACK_DIR is the folder of the supervisor's files.
choose_environment() {
    local key user=root
    ((EUID == 0)) || user=$(id -un)
    ENVIRONMENT=(
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME="$HOME" USER="$user" LANG=C.UTF-8
        STACK_DIR="$STACK_DIR" STACK_USER="$user" GUEST_AGENT_STACK="$RUN_DIR"
    )
    for key in "${PORT_KEYS[@]}" BIND_ADDRESS DISPLAY_NUM WIDTH HEIGHT DISPLAY_SERVER CHROMIUM_FLAGS \
        BROWSER_USER BROWSER_MODE GUEST_AGENT_BINARY PLAYWRIGHT_DIR RUN_DIR SHARED_DIR BROWSER_DIR BROWSER_HOME \
        SUPERVISOR_SOCKET CHROMIUM_USER_DATA_DIR EXTENSIONS_DIR CHROMIUM_POLICY_FILE CHROMIUM_FLAGS_FILE \
        "${DAEMON_KEYS[@]}"; do
        [[ ! -v $key ]] || ENVIRONMENT+=("$key=${!key}")
    done
}
