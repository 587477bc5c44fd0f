# Asking a port of this machine whether it answers.
# shellcheck shell=bash

# http_status URL [SECONDS]: prints the status of the answer, 000 when there is none within so long, 2.
http_status() {
    curl --silent --insecure --output /dev/null --write-out '%{http_code}' --noproxy '*' --max-time "${2:-2}" "$1" || true
}
