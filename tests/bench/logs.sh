#!/usr/bin/env bash
# NAME
#   logs.sh - the speed of making and reading logs, compared with grep -c on the same file
# SYNOPSIS
#   tests/bench/logs.sh [--quick] [--build DIR]
# DESCRIPTION
#   Makes a log (smtpsim log generate), then reads it in turns with bench_readlog, which counts
#   its replies as smtpsim reads them, and with grep -c. Prints MB a second of CPU time, the
#   median of the rounds, and the memory of making few logs and many.
#   Needs a build with -DSMTPSIM_BENCH=ON (default DIR: build/bench).
# DIAGNOSTICS
#   0: measured. 1: the two counts differ. 2: bad usage. 3: a program is missing.

set -euo pipefail
export LC_ALL=C TIMEFORMAT='%U %S'
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

die() { # STATUS TEXT
    printf 'logs.sh: %s\n' "$2" >&2
    exit "$1"
}

count=80000 build=$root/build/bench
while (($#)); do
    case $1 in
    --quick) count=8000 ;;
    --build) build=${2:?--build needs a folder} && shift ;;
    --help | -h)
        sed -n '2,/^$/{s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    *) die 2 "$1: unknown option; --help lists them" ;;
    esac
    shift
done
smtpsim=$build/app/smtpsim readlog=$build/tests/bench/bench_readlog
for program in "$smtpsim" "$readlog"; do
    [[ -x $program ]] || die 3 "$program: not built; cmake -B ${build#"$root"/} -DSMTPSIM_BENCH=ON -DCMAKE_BUILD_TYPE=Release"
done
work=$(mktemp -d "${TMPDIR:-/tmp}/smtpsim-logs.XXXXXX")
trap 'rm -rf "$work"' EXIT

cpu() { # COMMAND...: CPU seconds; its output goes to $work/out
    local spent
    spent=$({ time "$@" >"$work/out" 2>/dev/null; } 2>&1) || return 1
    awk '{ print $1 + $2 }' <<<"$spent"
}
rate() { # SECONDS...: MB a second, the median
    printf '%s\n' "$@" | sort -n | awk -v octets="$octets" \
        '{ seconds[NR] = $1 < 0.001 ? 0.001 : $1 } END { printf "%.0f", octets / 1e6 / seconds[int((NR + 1) / 2)] }'
}
memory() { # COUNT: peak KiB of making this number of logs
    "$smtpsim" log generate --count "$1" --seed 1 --quiet --out "$work/many" &
    local pid=$! peak=0 now
    while now=$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null) && [[ -n $now ]]; do
        peak=$now
    done
    wait "$pid"
    rm -rf "$work/many"
    echo "$peak"
}

log=$work/Smtp.log
made=$(cpu "$smtpsim" log generate --count "$count" --seed 1 --quiet)
mv "$work/out" "$log"
octets=$(stat -c %s "$log")
printf '%-34s %6s MB/s   (%s logs, %s MB)\n' 'made by smtpsim log generate' "$(rate "$made")" \
    "$count" "$((octets / 1000000))"
ours=() theirs=()
for _ in 1 2 3 4 5; do
    ours+=("$(cpu "$readlog" "$log" || true)")
    counted=$(sed 's/.*entries, \([0-9]*\) replies.*/\1/' "$work/out")
    theirs+=("$(cpu grep -c '\[rx\]' "$log")")
    [[ $counted == "$(cat "$work/out")" ]] || die 1 "smtpsim counts $counted replies, grep $(cat "$work/out")"
done
printf '%-34s %6s MB/s\n' 'read and counted by smtpsim' "$(rate "${ours[@]}")" \
    'read and counted by grep -c' "$(rate "${theirs[@]}")"
printf '%-34s %6s KiB, of ten times as many %s KiB\n' "memory to make $((count / 40)) logs" \
    "$(memory $((count / 40)))" "$(memory $((count / 4)))"
