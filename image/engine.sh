# Which container engine there is, and what it needs to be told on this machine.
# shellcheck shell=bash disable=SC2034 # the scripts that source this file use the variables

# Sets ENGINE, BUILD_OPTIONS and RUN_OPTIONS.
choose_engine() {
    local candidate
    if [[ -z ${ENGINE:-} ]]; then
        for candidate in docker podman; do
            if "$candidate" info >/dev/null 2>&1; then
                ENGINE=$candidate
                break
            fi
        done
    fi
    [[ -n ${ENGINE:-} ]] || fail "no container engine: install podman (with runc and buildah) or docker"
    BUILD_OPTIONS=() RUN_OPTIONS=()
    [[ $ENGINE == docker ]] || choose_podman_options
}

# Docker's format has the health check, which takes systemd's timers to run. A chroot is all the isolation that installing
# packages needs, and works inside other containers and VMs too. crun refuses control groups of the first version. The
# limits Podman asks for by itself can be above those of this shell; to the number of processes it sets one of its own.
choose_podman_options() {
    local files processes
    files=$(ulimit -Hn)
    processes=$(ulimit -Hu)
    BUILD_OPTIONS=(--format docker --isolation chroot)
    [[ -e /sys/fs/cgroup/cgroup.controllers ]] || ENGINE_OPTIONS=(--runtime runc)
    [[ -d /run/systemd/system ]] || RUN_OPTIONS+=(--no-healthcheck)
    [[ $files == unlimited ]] || RUN_OPTIONS+=(--ulimit "nofile=$files:$files")
    [[ $processes != unlimited ]] && ((processes < 32768)) || processes=32768
    RUN_OPTIONS+=(--ulimit "nproc=$processes:$processes")
}

ENGINE_OPTIONS=()

engine() {
    "$ENGINE" "${ENGINE_OPTIONS[@]}" "$@"
}

image_exists() {
    "$ENGINE" image inspect "$1" >/dev/null 2>&1
}
