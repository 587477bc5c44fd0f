# The settings of a stack: environment variables, their defaults, their checks. The README has the table.
# shellcheck shell=bash disable=SC2034 # the scripts that source this file use the variables

PORT_KEYS=(PORT DEVTOOLS_PROXY_PORT CHROMEDRIVER_PROXY_PORT METRICS_PORT INTERNAL_PORT CHROMEDRIVER_PORT)

# Settings of the daemon that concern nothing else here: it has their defaults and their checks.
DAEMON_KEYS=(
    FRAME_RATE MAX_SIZE_MB RECORDING_DISK_FLOOR_MB EXEC_LIMIT EXEC_OUTPUT_LIMIT_MB SHUTDOWN_TIMEOUT_SEC
    ALLOWED_ORIGINS ALLOWED_HOSTS ACCESS_TOKEN_FILE TLS_CERTIFICATE_FILE TLS_KEY_FILE DEVTOOLS_PROXY_ADDR LOG_LEVEL
    CONNECTION_LIMIT DEVTOOLS_CONNECTION_LIMIT WEBDRIVER_CONNECTION_LIMIT HEAD_TIMEOUT_SEC KEEP_ALIVE_SEC
    BODY_TIMEOUT_SEC UNREAD_TIMEOUT_SEC HEADER_LIMIT_KB JSON_LIMIT_MB STREAM_LIMIT RECORDING_LIMIT DISK_FLOOR_MB
    SCALE_TO_ZERO_FILE SCALE_TO_ZERO_COOLDOWN SETS_CLOCK HARDWARE_CLOCK WATCH_LIMIT WATCH_EVENT_LIMIT
    SPOOL_DIR UNPACK_ENTRY_LIMIT UNPACK_SIZE_LIMIT_GB UNPACK_RATIO_LIMIT UNPACK_DEPTH_LIMIT
    PROCESS_OUTPUT_MB PROCESS_RETENTION_SEC PROCESS_KEPT TERMINAL_HISTORY_KB KILL_GRACE_SEC LEAVE_PROCESSES
    COMMAND_MEMORY_MB COMMAND_CPU_PERCENT COMMAND_TASKS PLAYWRIGHT_ENGINE PLAYWRIGHT_NODE PLAYWRIGHT_HEAP_MB
)

# Sets every setting that the environment leaves out, and refuses bad values, naming the key.
load_settings() {
    : "${PORT:=10001}" "${DEVTOOLS_PROXY_PORT:=9222}" "${CHROMEDRIVER_PROXY_PORT:=9224}"
    : "${METRICS_PORT:=10002}" "${INTERNAL_PORT:=9223}" "${BIND_ADDRESS:=127.0.0.1}"
    # One of the ports that browsers refuse to open (Fetch standard, "bad port"): chromedriver trusts pages from loopback.
    : "${CHROMEDRIVER_PORT:=10080}"
    : "${DISPLAY_NUM:=1}" "${WIDTH:=1920}" "${HEIGHT:=1080}" "${DISPLAY_SERVER:=xorg}"
    : "${CHROMIUM_FLAGS:=}" "${BROWSER_MODE:=headful}" "${RUN_DIR:=$ROOT/.run}"
    : "${GUEST_AGENT_BINARY:=$ROOT/.build/release/guest-agent}" "${PLAYWRIGHT_DIR:=$ROOT/.playwright}"
    [[ $RUN_DIR == /* ]] || RUN_DIR=$PWD/$RUN_DIR
    [[ $PLAYWRIGHT_DIR == /* ]] || PLAYWRIGHT_DIR=$PWD/$PLAYWRIGHT_DIR
    [[ $GUEST_AGENT_BINARY == /* ]] || GUEST_AGENT_BINARY=$PWD/$GUEST_AGENT_BINARY
    # It would be in the environment of every program of the stack.
    [[ -z ${ACCESS_TOKEN:-} ]] ||
        fail "ACCESS_TOKEN is for the daemon alone: put the token into a file and set ACCESS_TOKEN_FILE to its path"
    check_ports
    check_number DISPLAY_NUM 0 65535
    check_number WIDTH 320 7680
    check_number HEIGHT 200 4320
    [[ $DISPLAY_SERVER == xorg || $DISPLAY_SERVER == xvfb ]] ||
        fail "DISPLAY_SERVER='$DISPLAY_SERVER': must be xorg or xvfb"
    [[ $BROWSER_MODE == headful || $BROWSER_MODE == headless || $BROWSER_MODE == kiosk ]] ||
        fail "BROWSER_MODE='$BROWSER_MODE': must be headful, headless or kiosk"
    [[ $BIND_ADDRESS =~ ^[0-9.]+$ || $BIND_ADDRESS =~ ^[0-9a-fA-F:]+$ ]] ||
        fail "BIND_ADDRESS='$BIND_ADDRESS': must be an IP address, such as 127.0.0.1 or 0.0.0.0"
    choose_browser_user
}

check_number() {
    local key=$1 lowest=$2 highest=$3 value=${!1}
    if [[ ! $value =~ ^(0|[1-9][0-9]{0,8})$ ]] || ((value < lowest || value > highest)); then
        fail "$key='$value': must be a whole number from $lowest to $highest"
    fi
}

check_ports() {
    local key value
    local -A seen=()
    for key in "${PORT_KEYS[@]}"; do
        check_number "$key" 1 65535
        value=${!key}
        [[ -z ${seen[$value]:-} ]] || fail "$key=$value: ${seen[$value]} has that port too; choose another"
        seen[$value]=$key
    done
}

# Chromium never runs as root: root starts it as BROWSER_USER, anybody else as themselves.
choose_browser_user() {
    local current
    if [[ $EUID -eq 0 ]]; then
        : "${BROWSER_USER:=kernel}"
        [[ $BROWSER_USER =~ ^[a-z_][a-z0-9_-]*$ && $BROWSER_USER != root ]] ||
            fail "BROWSER_USER='$BROWSER_USER': must be the name of an ordinary user"
    else
        current=$(id -un)
        : "${BROWSER_USER:=$current}"
        [[ $BROWSER_USER == "$current" ]] ||
            fail "BROWSER_USER='$BROWSER_USER': only root can start the browser as another user than $current"
    fi
}

# How this machine's own probes reach the daemon's listeners.
probe_scheme() {
    [[ -n ${TLS_CERTIFICATE_FILE:-} ]] && echo https || echo http
}

# The address at which this machine reaches the daemon's listeners, ready to stand in a URL.
probe_host() {
    case $BIND_ADDRESS in
        0.0.0.0) echo 127.0.0.1 ;;
        ::) echo '[::1]' ;;
        *:*) echo "[$BIND_ADDRESS]" ;;
        *) echo "$BIND_ADDRESS" ;;
    esac
}
