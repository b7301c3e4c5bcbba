# Sourced, not run: which Debian or Ubuntu packages the project needs, and how to get what is missing.
# Tested for Debian 12 and 13 and Ubuntu 24.04. apt is asked only when something really is missing,
# so a machine that has everything needs neither root nor a network.
#
#   packages_need build        g++, CMake, Ninja and the libraries
#   packages_need tests        what the unit tests and the schema check need
#   packages_need clients      the mail clients that the end-to-end tests drive
#   packages_need fuzz         clang and its run-time library
#   packages_install           installs what packages_need found missing, if anything
# shellcheck shell=bash

missing_packages=()
wished_packages=() # of these: left out where apt knows none of that name

_need_command() { # command package
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing_packages+=("$2")
}

_need_package() { # package: for what has no command to look for
    dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed ||
        missing_packages+=("$1")
}

_wish_package() { # package: not every release has it, and one test without it is all that is lost
    local before=${#missing_packages[@]}
    _need_package "$1"
    if [ ${#missing_packages[@]} -gt "$before" ]; then wished_packages+=("$1"); fi
}

_boost_is_new_enough() { # 1.81: Boost.System's result and Asio as we use them
    local version
    version=$(sed -n 's/^#define BOOST_VERSION \([0-9]*\).*/\1/p' /usr/include/boost/version.hpp \
        2>/dev/null)
    [ "${version:-0}" -ge 108100 ]
}

_boost_package() { # Debian 12's plain libboost-dev is 1.74, too old; later systems have no 1.81
    if (. /etc/os-release && [ "${ID:-}:${VERSION_ID:-}" = debian:12 ]); then
        echo libboost1.81-dev
    else
        echo libboost-dev
    fi
}

# The number of the clang there is or would be (14 on Debian 12): its run-time library has it in its name.
_clang_number() {
    local compiler
    if compiler=$(packages_clang); then
        "$compiler" -dumpversion | cut -d. -f1
    else
        apt-cache depends clang 2>/dev/null | grep -oE 'clang-[0-9]+' | head -n 1 | cut -d- -f2
    fi
}

_clang_can_fuzz() {
    local compiler
    compiler=$(packages_clang) || return 1
    [ -n "$(find "$("$compiler" -print-resource-dir)" -name 'libclang_rt.fuzzer*.a' -print -quit \
        2>/dev/null)" ]
}

packages_clang() { # prints the C++ compiler for the fuzzers
    local name
    for name in clang++ clang++-14; do
        command -v "$name" && return 0
    done
    return 1
}

# A Python with PyYAML and jsonschema: the system's, since packages bring both there. Another python3
# may come first on PATH.
packages_python() {
    local name
    for name in /usr/bin/python3 python3; do
        if "$name" -c 'import yaml, jsonschema' >/dev/null 2>&1; then
            echo "$name"
            return 0
        fi
    done
    return 1
}

packages_need() {
    if ! command -v dpkg-query >/dev/null 2>&1; then
        return 0 # not Debian's family: CMake will say what it does not find
    fi
    local group package
    for group in "$@"; do
        case $group in
        build)
            _need_command g++ g++
            _need_command cmake cmake
            _need_command ninja ninja-build
            _need_command ccache ccache
            _boost_is_new_enough || missing_packages+=("$(_boost_package)")
            _need_command pkg-config pkg-config
            for package in libyaml-cpp-dev libcli11-dev libre2-dev libssl-dev libslirp-dev libglib2.0-dev; do _need_package "$package"; done
            ;;
        tests)
            _need_command python3 python3
            _need_package catch2
            _need_package libgtest-dev # an example for whoever tests with it
            _wish_package libusbredirparser-dev # a modem on USB for QEMU
            if grep -rqsi rapidcheck --include=CMakeLists.txt CMakeLists.txt tests; then
                _need_package librapidcheck-dev
            fi
            packages_python >/dev/null || missing_packages+=(python3-yaml python3-jsonschema)
            ;;
        clients)
            _need_command swaks swaks
            _need_package libnet-ssleay-perl # swaks does TLS with it and only recommends it
            _need_command curl curl
            _need_command msmtp msmtp
            _need_command openssl openssl
            _need_package node-nodemailer
            # Postfix replaces another mail server, and a machine that has one may be using it.
            if [ ! -e /usr/sbin/sendmail ]; then _need_command smtp-source postfix; fi
            # Dial-up clients, and the kernel that they need.
            for package in user-mode-linux busybox-static ppp wvdial minicom cu picocom ckermit \
                python3-serial; do
                _wish_package "$package"
            done
            # The others of examples/clients, but for what is large: Emacs, Java, GNU Mailutils.
            for package in ca-certificates libio-socket-ssl-perl libauthen-sasl-perl libnet-smtp-ssl-perl \
                git-email libmailtools-perl s-nail mutt esmtp sendemail php-cli libphp-phpmailer ruby lua5.4 lua-socket \
                python3-aiosmtplib libsasl2-modules nodejs python3-pytest; do
                _wish_package "$package"
            done
            ;;
        one-client) # enough for the quick start
            command -v curl >/dev/null 2>&1 || _need_command swaks swaks
            ;;
        fuzz)
            packages_clang >/dev/null || missing_packages+=(clang)
            _clang_can_fuzz || missing_packages+=(compiler-rt)
            ;;
        *)
            echo "packages_need: no group '$group'" >&2
            return 2
            ;;
        esac
    done
}

# Of Postfix only smtp-source is wanted. Two locks keep its daemon down: it gets no configuration, and
# while apt works, policy-rc.d forbids every service to start (as Debian's policy manual has it).
_policy=/usr/sbin/policy-rc.d

_as_root() {
    if [ "$(id -u)" = 0 ]; then env "$@"; else sudo -n env "$@"; fi
}

_forbid_services() { # a copy that an interrupted run left is the original: it stays
    if [ -e "$_policy" ] && ! [ -e "$_policy.before-smtpsim" ]; then
        _as_root mv "$_policy" "$_policy.before-smtpsim"
    fi
    printf '#!/bin/sh\nexit 101\n' | _as_root tee "$_policy" >/dev/null
    _as_root chmod 755 "$_policy"
}

_allow_services() {
    _as_root rm -f "$_policy"
    if [ -e "$_policy.before-smtpsim" ]; then _as_root mv "$_policy.before-smtpsim" "$_policy"; fi
}

_install() ( # package...: in a shell of its own, so that its trap is nobody else's
    trap _allow_services EXIT
    _forbid_services
    case " $* " in
    *" postfix "*)
        echo 'postfix postfix/main_mailer_type select No configuration' |
            _as_root debconf-set-selections || true
        ;;
    esac
    _apt_get install --no-install-recommends "$@"
)

_apt_get() {
    _as_root DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
        apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@" </dev/null
}

packages_install() {
    [ ${#missing_packages[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
        echo "Missing packages, and no right to install them: ${missing_packages[*]}" >&2
        return 3
    fi
    local log package wanted=() status=0
    log=$(mktemp)
    # Without a fresh list an old one may do: the installation decides.
    _apt_get update >"$log" 2>&1 || tail -n 5 "$log" >&2
    for package in "${missing_packages[@]}"; do
        if [ "$package" = compiler-rt ]; then package=libclang-rt-$(_clang_number)-dev; fi
        case " ${wished_packages[*]-} " in
        *" $package "*) apt-cache show "$package" >/dev/null 2>&1 || continue ;;
        esac
        wanted+=("$package")
    done
    missing_packages=() wished_packages=()
    if [ ${#wanted[@]} = 0 ]; then
        rm -f "$log"
        return 0
    fi
    echo "Installing ${wanted[*]}"
    if ! _install "${wanted[@]}" >>"$log" 2>&1; then
        status=3
        echo "apt-get failed:" >&2
        tail -n 20 "$log" >&2
    fi
    rm -f "$log"
    return "$status"
}
