# Finding the Swift toolchain.
# shellcheck shell=bash

# Puts the folder of `swift` on PATH.
require_swift() {
    local folder
    command -v swift >/dev/null && return
    for folder in /opt/swift/usr/bin /usr/local/swift/usr/bin "$HOME/.local/share/swiftly/bin"; do
        if [[ -x $folder/swift ]]; then
            PATH=$folder:$PATH
            return
        fi
    done
    fail "no Swift toolchain: install Swift 6.2 or newer (swift.org/install) so that 'swift' is on PATH" \
        "or in /opt/swift/usr/bin"
}
