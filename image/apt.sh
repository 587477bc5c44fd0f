# Where the image's packages come from. Sourced by what runs while the image is built.
# shellcheck shell=bash

# use_snapshot TIME: the archive as it was then, so that the same packages are taken whenever the image is built.
use_snapshot() {
    local archive=http://snapshot.debian.org/archive
    rm -f /etc/apt/sources.list.d/debian.sources
    cat >/etc/apt/sources.list <<END
deb [check-valid-until=no] $archive/debian/$1 bookworm main
deb [check-valid-until=no] $archive/debian/$1 bookworm-updates main
deb [check-valid-until=no] $archive/debian-security/$1 bookworm-security main
END
}

# Has apt know the sources of what it installs, in either format of its lists.
add_source_packages() {
    local list
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [[ ! -s $list ]] || sed -i 's/^deb \(.*\)/&\ndeb-src \1/' "$list"
    done
    for list in /etc/apt/sources.list.d/*.sources; do
        [[ ! -s $list ]] || sed -i 's/^Types: deb$/Types: deb deb-src/' "$list"
    done
}

remove_source_packages() {
    sed -i '/^deb-src /d' /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null || true
    sed -i 's/^Types: deb deb-src$/Types: deb/' /etc/apt/sources.list.d/*.sources 2>/dev/null || true
}
