#!/usr/bin/env bash
# NAME
#   debian13.sh - a fresh Debian 13, and the project built and tested in it
# SYNOPSIS
#   tests/portability/debian13.sh prepare
#   tests/portability/debian13.sh run COMMAND...
#   tests/portability/debian13.sh why-not
# DESCRIPTION
#   prepare makes the root with debootstrap, below build/debian13, unless it exists already, and
#   copies the tree into it, to /tree; builds there stay from one run to the next.
#   run executes a command in it, in /tree, as root and with the network of this machine; its
#   mounts are private and end with it. CI is passed on.
#   why-not prints the reason why a root cannot be made here, and nothing if it can.
# DIAGNOSTICS
#   The status of the command; 3: there is no root, and it cannot be made.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$PWD/build/debian13

why_not() {
    if [ "$(id -u)" != 0 ]; then
        echo "a root needs root"
    elif ! command -v debootstrap >/dev/null; then
        echo "no debootstrap here"
    elif ! unshare --mount --pid --fork true 2>/dev/null; then
        echo "no mounts allowed here"
    fi
}

prepare() {
    local why
    why=$(why_not)
    if [ -n "$why" ]; then
        echo "debian13.sh: $why" >&2
        exit 3
    fi
    if ! [ -e "$root/.made" ]; then
        rm -rf --one-file-system "$root"
        mkdir -p "$root"
        unshare --mount debootstrap --variant=minbase trixie "$root" || exit 3 # its mounts end with it
        touch "$root/.made"
    fi
    mkdir -p "$root/tree"
    find "$root/tree" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
    git ls-files -z --cached --others --exclude-standard |
        while IFS= read -r -d '' file; do if [ -e "$file" ]; then printf '%s\0' "$file"; fi; done |
        tar -c --null -T - | tar -x -C "$root/tree"
}

run() {
    # shellcheck disable=SC2016 # for the inner shell
    exec unshare --mount --pid --fork --kill-child bash -c '
        set -e
        root=$1
        shift
        mount --make-rprivate /
        mount -t proc proc "$root/proc"
        mount --rbind /dev "$root/dev"
        mount -t tmpfs tmpfs "$root/tmp"
        for file in /etc/resolv.conf /etc/hosts; do if [ -e $file ]; then cp -L $file "$root$file"; fi; done
        exec chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
            ${CI:+"CI=$CI"} ${SMTPSIM_JOBS:+"SMTPSIM_JOBS=$SMTPSIM_JOBS"} \
            ${http_proxy:+"http_proxy=$http_proxy"} ${no_proxy:+"no_proxy=$no_proxy"} \
            SMTPSIM_IN_ROOT=yes SMTPSIM_NO_KERNEL=1 sh -c "cd /tree && exec \"\$@\"" sh "$@"
    ' bash "$root" "$@"
}

case ${1:-} in
prepare) prepare ;;
why-not) why_not ;;
run)
    shift
    run "$@"
    ;;
*)
    echo "debian13.sh: prepare, run COMMAND... or why-not" >&2
    exit 2
    ;;
esac
