# Shared by the launchers of this folder. They run as the supervisor's user and give up root only when they become the
# program, so that a checkout closed to the browser's user works too.
# shellcheck shell=bash

# The supervisor and the agent go last when memory runs out; what is launched here is an ordinary program.
[[ $(</proc/self/oom_score_adj) != -* ]] || echo 0 >/proc/self/oom_score_adj

# Becomes a program of the browser's user: with that user's home and temporary directory, and its message bus.
exec_as_browser_user() {
    export HOME=${BROWSER_HOME:-$BROWSER_DIR/home} TMPDIR=$BROWSER_DIR/tmp USER=$BROWSER_USER LOGNAME=$BROWSER_USER
    export XDG_CONFIG_HOME=$HOME/.config XDG_CACHE_HOME=$HOME/.cache XDG_RUNTIME_DIR=$BROWSER_DIR/run
    export DISPLAY=:$DISPLAY_NUM
    export DBUS_SESSION_BUS_ADDRESS=unix:path=$XDG_RUNTIME_DIR/bus
    export DBUS_SYSTEM_BUS_ADDRESS=$DBUS_SESSION_BUS_ADDRESS
    export PULSE_SERVER=unix:$XDG_RUNTIME_DIR/sound
    as_browser_user mkdir -p -m 700 "$XDG_RUNTIME_DIR"
    exec "${BECOME_BROWSER_USER[@]}" "$@"
}

as_browser_user() {
    "${BECOME_BROWSER_USER[@]}" "$@"
}

BECOME_BROWSER_USER=(env --)
if [[ $EUID -eq 0 ]]; then
    BECOME_BROWSER_USER=(
        setpriv --reuid "$BROWSER_USER" --regid "$(id -g "$BROWSER_USER")" --init-groups --inh-caps=-all --)
fi

# Copies a configuration file to where the browser's user can read it, and prints its new path.
shared_config() {
    install -m 644 "$STACK_DIR/$1" "$SHARED_DIR/config/$1"
    echo "$SHARED_DIR/config/$1"
}

# Waits until a command succeeds; after 20 s the launcher gives up and the supervisor starts it anew.
wait_for() {
    local what=$1 deadline=$((SECONDS + 20))
    shift
    until "$@" >/dev/null 2>&1; do
        if ((SECONDS >= deadline)); then
            echo "no $what within 20 s"
            exit 1
        fi
        sleep 0.05
    done
}

wait_for_display() {
    wait_for "X server on :$DISPLAY_NUM" xdpyinfo -display ":$DISPLAY_NUM"
}

# A mode line for any size: 60 Hz as far as the dummy driver's pixel clock, 11 to 300 MHz, allows. Nothing is shown on
# a real monitor, so the blanking is only as large as the server wants it.
modeline() {
    local width=$1 height=$2 total_width=$(($1 + 160)) total_height=$(($2 + 40)) clock
    clock=$((total_width * total_height * 60 / 1000))
    ((clock >= 11000)) || clock=11000
    ((clock <= 300000)) || clock=300000
    printf 'Modeline "%dx%d" %d.%03d %d %d %d %d %d %d %d %d\n' "$width" "$height" \
        $((clock / 1000)) $((clock % 1000)) \
        "$width" $((width + 48)) $((width + 80)) "$total_width" \
        "$height" $((height + 3)) $((height + 9)) "$total_height"
}
