# Shared by every script: where the checkout is, and how to speak to the person at the terminal.
# shellcheck shell=bash

ROOT=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd -P)

# One plain line about what happens now.
say() {
    printf '==> %s\n' "$*"
}

# One line that says what is wrong and what to change; ends the script.
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [[ $EUID -eq 0 ]]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "this needs root and there is no sudo: run '$*' as root, then try again"
    fi
}
