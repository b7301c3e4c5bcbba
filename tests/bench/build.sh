#!/usr/bin/env bash
# NAME
#   build.sh - the cost of a build of smtpsim
# SYNOPSIS
#   tests/bench/build.sh [--against REV] [--jobs N] [-- CMAKE-OPTION...]
# DESCRIPTION
#   Builds the program from nothing, as release and without ccache, and prints processor and wall
#   seconds, the 15 files that cost most, what a change of one line costs, and what the headers cost
#   that many files see. With --against another revision is built in the same run, beside this tree,
#   and the ratio of processor time is printed.
#   Compare the ratios: seconds differ from machine to machine.
# OPTIONS
#   --against REV   any name that git knows
#   --jobs N        compilers at a time (default: the processors)
# DIAGNOSTICS
#   0: measured. 1: something did not build. 2: bad usage.
set -euo pipefail
export LC_ALL=C
exec 3>&2 # for errors, while standard error is read
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

against="" jobs=$(nproc) options=()
while [ $# -gt 0 ]; do
    case $1 in
    --against) against=${2:?"--against takes a revision"}; shift 2 ;;
    --jobs) jobs=${2:?"--jobs takes a number"}; shift 2 ;;
    --) shift; options=("$@"); break ;;
    *) echo "build.sh: no option $1; see the head of the file" >&2; exit 2 ;;
    esac
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/timed" <<'SCRIPT'
#!/usr/bin/env bash
# Runs a compiler and notes its user and system seconds with the file it writes.
object=""
for word in "$@"; do
    if [ "${last:-}" = -o ]; then object=$word; fi
    last=$word
done
TIMEFORMAT='%U %S'
exec 4>&2
{ time "$@" 2>&4; } 2>"$SMTPSIM_TIMES/$$"
status=$?
sed -i "s|\$| $object|" "$SMTPSIM_TIMES/$$"
exit $status
SCRIPT
chmod +x "$work/timed"

configure() { # source build option...
    local source=$1 build=$2
    shift 2
    cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DSMTPSIM_TESTS=OFF -DCCACHE= \
        "-DCMAKE_CXX_COMPILER_LAUNCHER=$work/timed" "$@" >"$work/output" 2>&1 ||
        { tail -n 20 "$work/output" >&2; exit 1; }
}

# Sets cpu, wall and the times of each file in $work/times.
build() { # build
    rm -rf "$work/each"
    mkdir "$work/each"
    TIMEFORMAT='%U %S %R'
    local user system
    { time SMTPSIM_TIMES="$work/each" CCACHE_DISABLE=1 \
        cmake --build "$1" --target smtpsim -j "$jobs" >"$work/output" 2>&1 ||
        { tail -n 20 "$work/output" >&3; exit 1; }; } 2>"$work/total"
    read -r user system wall <"$work/total"
    cpu=$(awk "BEGIN {printf \"%.1f\", $user + $system}")
    cat "$work/each"/* 2>/dev/null | awk '{printf "%6.1f  %s\n", $1 + $2, $3}' | sort -rn >"$work/times"
}

octets() { strip -o "$work/program" "$1/app/smtpsim" && wc -c <"$work/program"; }

echo "$(date -u +%F), $(nproc) cores, $(c++ --version | head -n 1), $jobs at a time"
if [ -n "$against" ]; then
    git worktree add --quiet --detach "$work/other" "$against"
    trap 'git worktree remove --force "$work/other"; rm -rf "$work"' EXIT
    configure "$work/other" "$work/before"
    build "$work/before"
    before=$cpu
    echo "$against: $cpu s of processor time, $wall s, a program of $(octets "$work/before") octets"
fi
configure "$root" "$work/build" ${options[@]+"${options[@]}"}
build "$work/build"
echo "this tree: $cpu s of processor time, $wall s, a program of $(octets "$work/build") octets"
[ -z "$against" ] || awk "BEGIN {printf \"ratio: %.2f\n\", $cpu / $before}"
cp "$work/times" "$work/clean"

printf '\nThe 15 slowest, processor seconds:\n'
head -n 15 "$work/clean" | sed "s|CMakeFiles/[^/]*/||"

printf '\nA change of one line, processor seconds until it is linked:\n'
for file in faults/engine.cpp smtp/session.cpp app/report_command.cpp; do
    [ -f "$file" ] || { echo "there is no $file" >&2; exit 1; }
    touch -c "$file" # the octets need not differ: ninja compares times
    build "$work/build"
    printf '%6.1f  %s\n' "$cpu" "$file"
done

printf '\nA header alone, processor seconds, with and without the precompiled one:\n'
flags=(-std=c++20 -O2 -pthread -DBOOST_ASIO_SEPARATE_COMPILATION -I. -fsyntax-only -x c++)
cp cmake/standard.hpp "$work/standard.hpp"
c++ -std=c++20 -O2 -pthread -x c++-header "$work/standard.hpp" -o "$work/standard.hpp.gch" 2>/dev/null
seconds() { # file option...
    TIMEFORMAT='%U %S'
    local file=$1
    shift
    { time c++ "${flags[@]}" "$@" "$file" 2>"$work/output" ||
        { cat "$work/output" >&3; exit 1; }; } 2>"$work/total"
    awk '{printf "%6.1f", $1 + $2}' "$work/total"
}
for header in '<string>' '<algorithm>' '<boost/system/result.hpp>' '<boost/json.hpp>' '<CLI/CLI.hpp>' \
    '"sim/net/asio.hpp"' '"smtp/session.hpp"' '"faults/engine.hpp"' '"profiles/load/load.hpp"' '"sim/journal/event.hpp"'; do
    echo "#include $header" >"$work/header.cpp"
    with=$(seconds "$work/header.cpp" -include "$work/standard.hpp")
    without=$(seconds "$work/header.cpp")
    printf '%s %s  %s\n' "$with" "$without" "$header"
done
