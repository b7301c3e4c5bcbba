# Sourced, not run: the Debian or Ubuntu packages that the project needs, and how to install missing ones.
# For Debian 12 and 13; Ubuntu 24.04 should work. apt is called only if a package is missing, so a machine
# that has all packages needs neither root nor a network.
#
#   packages_need build        g++, CMake, Ninja and the libraries
#   packages_need tests        what the unit tests and the schema check need
#   packages_need clients      the mail clients that the end-to-end tests drive
#   packages_need tidy         clang-tidy 14, where the system has it
#   packages_need fuzz         clang and its run-time library
#   packages_need portability  the tools that make a Debian 13, and clang
#   packages_need compilers    the compilers that check the syntax
#   packages_install           installs the packages that packages_need found missing
# shellcheck shell=bash

missing_packages=()
wished_packages=() # of these: left out if apt does not know the name
unpacked_packages=() # of these: unpacked into $packages_unpacked, not installed
packages_unpacked=build/clients # from the root of the tree: PACKAGE/usr/bin and so on

_need_command() { # command package
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || missing_packages+=("$2")
}

_need_package() { # package: for packages without a command that can be checked
    dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed ||
        missing_packages+=("$1")
}

# For a package that would replace a part of the system, or start a service. Its files are enough, with the
# libraries that they need.
_need_unpacked() { # command package
    command -v "$1" >/dev/null 2>&1 || [ -x "/usr/sbin/$1" ] || [ -d "$packages_unpacked/$2" ] || {
        missing_packages+=("$2")
        unpacked_packages+=("$2")
    }
}

_wish_package() { # package: not every release has it, and without it only one test is skipped
    local before=${#missing_packages[@]}
    _need_package "$1"
    if [ ${#missing_packages[@]} -gt "$before" ]; then wished_packages+=("$1"); fi
}

_boost_is_new_enough() { # 1.81: for Boost.System's result and Asio
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

# The number of the installed or available clang (14 on Debian 12): the name of its run-time library has it.
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

# A Python with PyYAML and jsonschema: the system's, because its packages install both there. Another python3
# may come first in PATH.
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
        return 0 # not a Debian system: CMake reports what it does not find
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
            _need_command curl curl # for the test of the installed package
            _need_package libgtest-dev # for the example that uses it
            _wish_package libusbredirparser-dev # a modem on USB for QEMU
            if grep -rqsi rapidcheck --include=CMakeLists.txt CMakeLists.txt tests; then
                _need_package librapidcheck-dev
            fi
            packages_python >/dev/null || missing_packages+=(python3-yaml python3-jsonschema)
            ;;
        clients)
            _need_command swaks swaks
            _need_package libnet-ssleay-perl # swaks needs it for TLS, but only recommends it
            _need_command msmtp msmtp
            _need_command openssl openssl
            _need_package node-nodemailer
            # Postfix replaces another mail server, which may be in use on this machine.
            _need_unpacked smtp-source postfix
            # Dial-up clients, and the kernel that they need.
            for package in user-mode-linux busybox-static ppp wvdial minicom cu picocom ckermit \
                python3-serial; do
                _wish_package "$package"
            done
            # The other clients of examples/clients, except the large ones: Emacs, Java, GNU Mailutils.
            for package in ca-certificates libio-socket-ssl-perl libauthen-sasl-perl libnet-smtp-ssl-perl \
                git-email libmailtools-perl s-nail mutt esmtp sendemail php-cli libphp-phpmailer ruby lua5.4 lua-socket \
                python3-aiosmtplib libsasl2-modules nodejs python3-pytest; do
                _wish_package "$package"
            done
            ;;
        one-client) # enough for the quick start
            command -v curl >/dev/null 2>&1 || _need_command swaks swaks
            ;;
        portability)
            _need_command debootstrap debootstrap
            packages_clang >/dev/null || missing_packages+=(clang)
            ;;
        compilers) # those that tests/portability/syntax.py runs
            case $(cut -d. -f1 /etc/debian_version 2>/dev/null) in
            # g++-multilib itself conflicts with a cross compiler.
            12) for package in clang-14 g++-12-multilib g++-aarch64-linux-gnu; do _need_package "$package"; done ;;
            13) for package in g++-13 clang-19 libc++-19-dev libc++abi-19-dev; do _need_package "$package"; done ;;
            esac
            ;;
        tidy) # .clang-tidy names the checks of 14
            if [ "$(cut -d. -f1 /etc/debian_version 2>/dev/null)" = 12 ]; then _need_command clang-tidy-14 clang-tidy-14; fi
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

_as_root() {
    if [ "$(id -u)" = 0 ]; then env "$@"; else sudo -n env "$@"; fi
}

_apt_get() {
    _as_root DEBIAN_FRONTEND=noninteractive \
        apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confold "$@" </dev/null
}

_unpack() { # package
    local new="$packages_unpacked/$1.new" libraries
    rm -rf "$new"
    mkdir -p "$new"
    (cd "$new" && apt-get -q download "$1" && dpkg-deb -x "$1"_*.deb . && dpkg-deb -f "$1"_*.deb Depends >depends) ||
        return
    libraries=$(tr , '\n' <"$new/depends" | grep '^ *lib' | paste -sd ,)
    _apt_get satisfy --no-install-recommends "$libraries" || return
    rm -f "$new/$1"_*.deb "$new/depends"
    mv "$new" "$packages_unpacked/$1"
}

packages_install() {
    [ ${#missing_packages[@]} -gt 0 ] || return 0
    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
        echo "Missing packages, and no permission to install them: ${missing_packages[*]}" >&2
        return 3
    fi
    local log package wanted=() unpacked=("${unpacked_packages[@]}") status=0
    log=$(mktemp)
    # Without a fresh list an old one may be enough: the installation decides.
    _apt_get update >"$log" 2>&1 || tail -n 5 "$log" >&2
    for package in "${missing_packages[@]}"; do
        if [ "$package" = compiler-rt ]; then package=libclang-rt-$(_clang_number)-dev; fi
        case " ${unpacked[*]-} " in
        *" $package "*) continue ;;
        esac
        case " ${wished_packages[*]-} " in
        *" $package "*) apt-cache show "$package" >/dev/null 2>&1 || continue ;;
        esac
        wanted+=("$package")
    done
    missing_packages=() wished_packages=() unpacked_packages=()
    if [ ${#wanted[@]} -gt 0 ]; then
        echo "Installing ${wanted[*]}"
        if ! _apt_get install --no-install-recommends "${wanted[@]}" >>"$log" 2>&1; then
            status=3
            echo "apt-get failed:" >&2
            tail -n 20 "$log" >&2
        fi
    fi
    for package in "${unpacked[@]}"; do
        echo "Unpacking $package into $packages_unpacked"
        if ! _unpack "$package" >>"$log" 2>&1; then
            status=3
            echo "$package was not unpacked:" >&2
            tail -n 20 "$log" >&2
        fi
    done
    rm -f "$log"
    return "$status"
}
