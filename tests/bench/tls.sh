#!/usr/bin/env bash
# NAME
#   tls.sh - the number of full TLS handshakes per core, and the memory of a session that is idle within TLS
# SYNOPSIS
#   tests/bench/tls.sh [--quick] [--build DIR]
# DESCRIPTION
#   Each handshake is one session: TLS 1.3, ECDSA P-256, no resumption, greeting and QUIT. Prints
#   handshakes a second of the server's CPU time, and kilobytes of the server's memory an idle session.
#   Needs a build with -DSMTPSIM_BENCH=ON (default DIR: build/bench).
# DIAGNOSTICS
#   0: measured. 1: a handshake failed. 2: bad usage. 3: a program is missing.

set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

die() { # STATUS TEXT
    printf 'tls.sh: %s\n' "$2" >&2
    exit "$1"
}

count=5000 idle=2000 build=$root/build/bench
while (($#)); do
    case $1 in
    --quick) count=500 idle=200 ;;
    --build) build=${2:?--build needs a folder} && shift ;;
    --help | -h)
        sed -n '2,/^$/{s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    *) die 2 "$1: unknown option; --help lists them" ;;
    esac
    shift
done
smtpsim=$build/app/smtpsim client=$build/tests/bench/bench_handshakes
cputime=$build/tests/bench/bench_cputime
for program in "$smtpsim" "$client" "$cputime"; do
    [[ -x $program ]] || die 3 "$program: not built; cmake -B ${build#"$root"/} -DSMTPSIM_BENCH=ON -DCMAKE_BUILD_TYPE=Release"
done
work=$(mktemp -d "${TMPDIR:-/tmp}/smtpsim-tls.XXXXXX")
"$smtpsim" serve --tls-listen 127.0.0.1:0 --port-file "$work/port" --quiet >"$work/out" &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in {1..100}; do [[ -s $work/port ]] && break || sleep 0.05; done

memory() { awk '/^VmRSS:/ { print $2 }' "/proc/$server/status"; }

coproc CLIENT { exec "$client" "$(<"$work/port")" "$count" "$idle"; }
before=$("$cputime" "$server")
read -r _ <&"${CLIENT[0]}" || die 1 "a handshake failed"
after=$("$cputime" "$server")
empty=$(memory)
echo >&"${CLIENT[1]}"
read -r _ <&"${CLIENT[0]}" || die 1 "a handshake failed"
full=$(memory)
echo >&"${CLIENT[1]}"
awk -v n="$count" -v a="$before" -v b="$after" -v i="$idle" -v e="$empty" -v f="$full" 'BEGIN {
    printf "full handshakes   %8.0f a second of CPU time\n", n / (b - a)
    printf "idle within TLS   %8.1f KiB a session\n", (f - e) / i
}'
