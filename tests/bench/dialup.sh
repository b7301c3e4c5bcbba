#!/usr/bin/env bash
# NAME
#   dialup.sh - the cost of the dial-up side: octets per second of each layer, and many modems at once
# SYNOPSIS
#   tests/bench/dialup.sh [--quick] [--modems N] [--build DIR]
# DESCRIPTION
#   First each layer on virtual time (bench_dialup): MB a second of CPU time. Then one smtpsim modem
#   with N Unix sockets (default 100): all are dialled at once, and each call is a mail session with
#   one message. Prints wall and CPU time and the memory that a call takes.
#   Needs a build with -DSMTPSIM_BENCH=ON (default DIR: build/bench).
# DIAGNOSTICS
#   0: measured. 1: a call failed. 2: bad usage. 3: a program is missing.

set -euo pipefail
export LC_ALL=C
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

die() { # STATUS TEXT
    printf 'dialup.sh: %s\n' "$2" >&2
    exit "$1"
}

quick=() modems=100 build=$root/build/bench
while (($#)); do
    case $1 in
    --quick) quick=(--quick) ;;
    --modems) modems=${2:?--modems needs a number} && shift ;;
    --build) build=${2:?--build needs a folder} && shift ;;
    --help | -h)
        sed -n '2,/^$/{s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    *) die 2 "$1: unknown option; --help lists them" ;;
    esac
    shift
done
[[ $modems =~ ^[1-9][0-9]{0,2}$ ]] || die 2 "--modems: a number from 1 to 999"
smtpsim=$build/app/smtpsim layers=$build/tests/bench/bench_dialup
callers=$build/tests/bench/bench_callers cputime=$build/tests/bench/bench_cputime
for program in "$smtpsim" "$layers" "$callers" "$cputime"; do
    [[ -x $program ]] || die 3 "$program: not built; cmake -B ${build#"$root"/} -DSMTPSIM_BENCH=ON -DCMAKE_BUILD_TYPE=Release"
done

printf '%-58s %8s\n' 'on virtual time' 'MB/s'
"$layers" ${quick[@]+"${quick[@]}"} || die 1 "a layer failed"

work=$(mktemp -d "${TMPDIR:-/tmp}/smtpsim-dialup.XXXXXX")
sockets=()
for ((i = 1; i <= modems; ++i)); do sockets+=(--socket "$work/$i"); done
"$smtpsim" modem "${sockets[@]}" --ready-file "$work/ready" --quiet >"$work/out" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null; rm -rf "$work"' EXIT
for _ in {1..100}; do
    if [[ -s $work/ready ]]; then break; fi
    sleep 0.05
done
[[ -s $work/ready ]] || die 1 "smtpsim did not start: $(head -c 500 "$work/out")"

memory() { awk '/^VmRSS:/ { print $2 }' "/proc/$server/status"; }
now() { printf '%s' "$EPOCHREALTIME"; }

empty=$(memory) cpu_before=$("$cputime" "$server") begin=$(now)
coproc CLIENT { exec "$callers" "$work" "$modems"; }
read -r _ <&"${CLIENT[0]}" || die 1 "a call failed"
connected=$(now) full=$(memory)
echo >&"${CLIENT[1]}"
read -r _ <&"${CLIENT[0]}" || die 1 "a session failed"
end=$(now) cpu_after=$("$cputime" "$server")
echo >&"${CLIENT[1]}"
awk -v n="$modems" -v b="$begin" -v c="$connected" -v d="$end" -v u="$cpu_before" -v v="$cpu_after" \
    -v e="$empty" -v f="$full" 'BEGIN {
    printf "\n%d modems in one process\n", n
    printf "all dialled, and greeted by the mail server    %8.3f s\n", c - b
    printf "all done: a message, QUIT, NO CARRIER          %8.3f s\n", d - c
    printf "CPU time of a call                             %8.3f ms\n", (v - u) * 1000 / n
    printf "memory before the first call                   %8.1f MiB\n", e / 1024
    printf "memory of a call                               %8.1f KiB\n", (f - e) / n
}'
