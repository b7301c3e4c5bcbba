#!/usr/bin/env bash
# NAME
#   run.sh - the cost of smtpsim compared with Postfix smtp-sink, measured in pairs
# SYNOPSIS
#   tests/bench/run.sh [--quick | --smoke] [options]
# DESCRIPTION
#   Runs the same load against smtpsim and against smtp-sink, in turns (A B A B), a fresh server
#   each time, and prints server CPU seconds per 1,000 messages, wall time and peak memory, and
#   their ratios. Then opens idle connections and prints what each costs in memory.
#   A ratio is the median of the rounds' ratios, with the least and the most beside it; below 1
#   smtpsim is the cheaper one.
#   Needs Postfix's smtp-sink and smtp-source (Debian: postfix; no mail service has to run), installed
#   or as the end-to-end tests have unpacked it.
# OPTIONS
#   --quick            fewer messages and rounds: under a minute
#   --smoke            a handful of messages, once, with no aims: does the benchmark itself work?
#   --rounds N         rounds a case (default 5; --quick 3)
#   --only GLOB        only the cases whose id matches (one-1, pipelined, idle, ...; see --list)
#   --list             print the cases and end
#   --markdown         the report as docs/performance.md shows it
#   --cpus LIST        the CPUs that servers and clients share, as taskset takes them, or "any"
#                      (default: one CPU, the last; see docs/performance.md for the reason)
#   --build DIR        where smtpsim was built (default: build/release, else the newest build)
#   --smtpsim FILE     the smtpsim to measure, if not DIR's
#   --seconds-max N    start no new round after N seconds (default 330)
# DIAGNOSTICS
#   0: measured. 1: a load failed or a reply was wrong. 2: bad usage. 3: a program is missing.
#   A missed aim is shown in the table; it is not an error.
# BUGS
#   Memory is that of the server process: the kernel's memory for a socket is not in it.

set -euo pipefail
export LC_ALL=C PATH=$PATH:/usr/sbin
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
unpacked=$root/build/clients/postfix # where the tests unpack it
if [[ -d $unpacked ]]; then
    PATH=$PATH:$unpacked/usr/sbin
    export LD_LIBRARY_PATH=$unpacked/usr/lib/postfix${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
fi

die() { # STATUS TEXT
    printf 'run.sh: %s\n' "$2" >&2
    exit "$1"
}

# id | row of the table | client | sessions | messages a connection | octets | messages: full, quick,
# smoke | aim (server CPU) | options of smtpsim | options of smtp-sink
# "smtpsim" instead of smtp-sink's options: compared with a second smtpsim without options.
# smtp-sink offers XCLIENT, AUTH and so on; that only makes its EHLO reply longer.
cases='
one-1       |1 KB, 1 session, 1 a connection     |source   |1 |1  |1024   |3000 |800  |20 |0.80||
one-50      |1 KB, 50 sessions, 1 a connection   |source   |50|1  |1024   |5000 |1500 |60 |0.80||
many-1      |1 KB, 1 session, 100 a connection   |source   |1 |100|1024   |4000 |1200 |100|0.80||
many-50     |1 KB, 50 sessions, 100 a connection |source   |50|100|1024   |10000|5000 |5000|0.80||
pipelined   |1 KB, pipelined, 1 connection       |pipeliner|1 |all|1024   |20000|6000 |100|0.60||
mib-1       |1 MiB, 1 session                    |source   |1 |1  |1048576|150  |40   |2  |0.15||
mib-50      |1 MiB, 50 sessions                  |source   |50|1  |1048576|150  |50   |50 |0.15||
messages    |--messages; many-1, smtp-sink -d    |source   |1 |100|1024   |1000 |200  |100|-   |--messages kept|-d dump/
messages-mib|--messages; mib-1, smtp-sink -d     |source   |1 |1  |1048576|60   |20   |2  |-   |--messages kept|-d dump/
journal     |--journal; many-1                   |source   |1 |100|1024   |4000 |1200 |100|-   |--journal journal.jsonl|
journal-pipe|--journal; pipelined                |pipeliner|1 |all|1024   |20000|6000 |100|-   |--journal journal.jsonl|
rules       |200 faults, none match; many-1      |source   |1 |100|1024   |4000 |1200 |100|1.10|--fault rules.yaml|smtpsim
rules-pipe  |200 faults, none match; pipelined   |pipeliner|1 |all|1024   |20000|6000 |100|-   |--fault rules.yaml|smtpsim
'

mode=full rounds='' only='*' markdown=0 cpus='' build='' smtpsim='' seconds_max=330
command_line="tests/bench/run.sh${*:+ $*}"
while (($#)); do
    case $1 in
    --quick) mode=quick ;;
    --smoke) mode=smoke ;;
    --markdown) markdown=1 ;;
    --list)
        awk -F'|' 'NF > 1 { print $1, $2 }' <<<"$cases"
        echo 'idle         idle connections'
        exit 0
        ;;
    --help | -h)
        sed -n '2,/^$/{s/^# \{0,1\}//;p}' "${BASH_SOURCE[0]}"
        exit 0
        ;;
    --rounds | --only | --cpus | --build | --smtpsim | --seconds-max)
        (($# > 1)) || die 2 "$1 needs a value"
        case $1 in
        --rounds) rounds=$2 ;;
        --only) only=$2 ;;
        --cpus) cpus=$2 ;;
        --build) build=$2 ;;
        --smtpsim) smtpsim=$2 ;;
        --seconds-max) seconds_max=$2 ;;
        esac
        shift
        ;;
    *) die 2 "$1: unknown option; --help lists them" ;;
    esac
    shift
done
case $mode in
full) : "${rounds:=5}" && idle_count=10000 ;;
quick) : "${rounds:=3}" && idle_count=2000 ;;
smoke) : "${rounds:=1}" && idle_count=100 ;;
esac
[[ $rounds =~ ^[1-9][0-9]?$ ]] || die 2 "--rounds: a number from 1 to 99"
[[ $seconds_max =~ ^[1-9][0-9]{0,3}$ ]] || die 2 "--seconds-max: a number from 1 to 9999"

# The programs to measure, and the tools.
for tool in smtp-sink smtp-source taskset timeout awk; do
    command -v "$tool" >/dev/null || die 3 "$tool: not found (Debian: postfix, util-linux, coreutils)"
done
if [[ -z $build ]]; then
    build=$root/build/release
    if [[ ! -d $build ]]; then
        for folder in "$root"/build/*/; do
            if [[ ! -d $build || $folder -nt $build ]]; then build=${folder%/}; fi
        done
    fi
fi
if [[ -z $smtpsim ]]; then
    smtpsim=$(find "${build:-/nonexistent}" -type f -name smtpsim -perm -u+x -print -quit \
        2>/dev/null) || true
fi
[[ -x $smtpsim ]] || die 3 "smtpsim: not built; cmake --preset release && cmake --build --preset release"
smtpsim=$(realpath "$smtpsim")
if [[ -z $cpus ]]; then # the last that we may use
    cpus=$(taskset -pc $$)
    cpus=${cpus##*[ ,-]}
fi
pin=(taskset -c "$cpus")
[[ $cpus == any ]] && pin=()
${pin[@]+"${pin[@]}"} true || die 2 "--cpus $cpus: taskset refuses it"

work=$(mktemp -d "${TMPDIR:-/tmp}/smtpsim-bench.XXXXXX")
server='' idle=''
clean_up() {
    for pid in $idle $server; do kill "$pid" 2>/dev/null || true; done
    for pid in $idle $server; do wait "$pid" 2>/dev/null || true; done
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM
chmod 711 "$work"
sink_user=()
if ((EUID == 0)); then sink_user=(-u nobody); fi # smtp-sink refuses to be root

helpers=$build/tests/bench
if [[ ! -x $helpers/bench_pipeliner || ! -x $helpers/bench_idle || ! -x $helpers/bench_cputime ]]; then
    helpers=$work # not built with SMTPSIM_BENCH: three files, a few seconds
    for name in pipeliner idle cputime; do
        "${CXX:-c++}" -std=c++20 -O2 "$here/$name.cpp" -o "$work/bench_$name"
    done
fi

# Servers. Each sets `server` (a process id) and `port`.
answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
alive() { kill -0 "$1" 2>/dev/null; }

# 200 faults that are evaluated at every stage of a message and never match: 120 recipients, 40 senders, 40
# patterns over the content.
write_rules() { # FILE
    local i
    {
        printf 'smtpsim: 1\nfaults:\n'
        for ((i = 1; i <= 120; ++i)); do
            echo "  - {at: rcpt, when: {recipient: \"user$i@*.elsewhere.test\"}, do: [{reply: 550 No}]}"
        done
        for ((i = 1; i <= 40; ++i)); do
            echo "  - {at: mail, when: {sender: \"*@sender$i.test\"}, do: [{reply: 550 No}]}"
            echo "  - {at: message, when: {body: \"/word$i [a-z]+ 4711/\"}, do: [{reply: 554 No}]}"
        done
    } >"$1"
}

start_ours() { # OPTIONS
    rm -rf "$work/ours" && mkdir "$work/ours" && mkdir "$work/ours/kept"
    write_rules "$work/ours/rules.yaml"
    local options=()
    read -ra options <<<"$*"
    (cd "$work/ours" && exec ${pin[@]+"${pin[@]}"} "$smtpsim" serve esmtp --listen 127.0.0.1:0 \
        --port-file port --quiet ${options[@]+"${options[@]}"} >log 2>&1) &
    server=$!
    for _ in {1..200}; do
        if [[ -s $work/ours/port ]]; then
            port=$(tr -dc 0-9 <"$work/ours/port")
            return
        fi
        alive "$server" || break
        sleep 0.02
    done
    die 1 "smtpsim did not start: $(head -c 500 "$work/ours/log")"
}

start_theirs() { # OPTIONS, or "smtpsim"
    if [[ $* == smtpsim ]]; then
        start_ours ''
        return
    fi
    rm -rf "$work/theirs" && mkdir -p "$work/theirs/dump" && chmod -R 777 "$work/theirs"
    local options=()
    read -ra options <<<"$*"
    for _ in {1..20}; do
        port=$((20000 + RANDOM % 10000)) # below the kernel's range for clients; in use: try again
        if answers "$port"; then continue; fi
        (cd "$work/theirs" && exec ${pin[@]+"${pin[@]}"} smtp-sink ${sink_user[@]+"${sink_user[@]}"} \
            -m 20000 ${options[@]+"${options[@]}"} "inet:127.0.0.1:$port" 4096 >log 2>&1) &
        server=$!
        for _ in {1..200}; do
            alive "$server" || break
            if answers "$port"; then return; fi
            sleep 0.02
        done
    done
    die 1 "smtp-sink did not start: $(head -c 500 "$work/theirs/log")"
}

stop_server() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    server=''
}

# Loads. They end with a failure when a reply is not the right one.
smtp_source() { # SESSIONS MESSAGES OCTETS [-d]
    ${pin[@]+"${pin[@]}"} timeout 60 smtp-source ${4:+"$4"} -s "$1" -m "$2" -l "$3" -C 20 -M client.test \
        -f bench@client.test -t bench@server.test "127.0.0.1:$port"
}

load() { # CLIENT SESSIONS PER_CONNECTION OCTETS MESSAGES
    case $1-$3 in
    pipeliner-*) ${pin[@]+"${pin[@]}"} timeout 60 "$helpers/bench_pipeliner" "$port" "$5" "$4" >/dev/null ;;
    source-1) smtp_source "$2" "$5" "$4" '' ;;
    source-*)
        local left
        for ((left = $5; left > 0; left -= $2 * $3)); do smtp_source "$2" $(($2 * $3)) "$4" -d; done
        ;;
    esac
}

memory() { awk -v key="$1:" '$1 == key { print $2 }' "/proc/$server/status"; } # KiB
cpu() { "$helpers/bench_cputime" "$server"; }
now() { printf '%s' "$EPOCHREALTIME"; }

measure() { # ID ROUND NAME CLIENT SESSIONS PER_CONNECTION OCTETS MESSAGES
    local warm=$((50 < $8 ? 50 : $8)) cpu_before cpu_after begin end
    [[ $6 == 1 && $7 -gt 100000 ]] && warm=2
    load "$4" 1 "${6/100/1}" "$7" "$warm"
    cpu_before=$(cpu) begin=$(now)
    load "$4" "$5" "$6" "$7" "$8" || die 1 "$1: the load on $3 failed: $(head -c 500 "$work"/*/log)"
    end=$(now) cpu_after=$(cpu)
    echo "$1 $2 $3 $8 $begin $end $cpu_before $cpu_after $(memory VmHWM)" >>"$work/results"
}

begin_all=$SECONDS
: >"$work/results"
for ((round = 1; round <= rounds; ++round)); do
    if ((SECONDS - begin_all > seconds_max)); then
        echo "run.sh: $((round - 1)) rounds in $seconds_max seconds; no more are started" >&2
        break
    fi
    # shellcheck disable=SC2034 # full, quick and smoke: one is read, by the name in $mode
    while IFS='|' read -r id _ client sessions per octets full quick smoke _ ours theirs; do
        id=${id// /} client=${client// /} sessions=${sessions// /} per=${per// /} octets=${octets// /}
        # shellcheck disable=SC2053 # --only is a glob
        [[ -n $id && $id == $only ]] || continue
        messages=${!mode}
        messages=${messages// /}
        [[ -t 2 ]] && printf '\r\e[Kround %s/%s: %s' "$round" "$rounds" "$id" >&2
        start_ours "$ours"
        measure "$id" "$round" ours "$client" "$sessions" "$per" "$octets" "$messages"
        stop_server
        start_theirs "$theirs"
        measure "$id" "$round" theirs "$client" "$sessions" "$per" "$octets" "$messages"
        stop_server
    done <<<"$cases"
done

# Idle connections: the growth of resident memory, once each: it does not vary.
measure_idle() { # NAME
    local before greeted ehlo
    before=$(memory VmRSS)
    coproc idle_client { exec timeout 60 "$helpers/bench_idle" "$port" "$idle_count"; }
    # shellcheck disable=SC2154 # coproc assigns it
    idle=$idle_client_PID
    local from=${idle_client[0]} to=${idle_client[1]}
    read -r _ <&"$from" || die 1 "idle: the connections to $1 failed"
    greeted=$(memory VmRSS)
    echo >&"$to"
    read -r _ <&"$from" || die 1 "idle: EHLO to $1 failed"
    ehlo=$(memory VmRSS)
    echo >&"$to"
    wait "$idle" || true
    idle=''
    echo "idle $1 $idle_count $before $greeted $ehlo" >>"$work/results"
}
# shellcheck disable=SC2053,SC2193
if [[ idle == $only ]]; then
    [[ -t 2 ]] && printf '\r\e[Kidle connections' >&2
    needed=$((idle_count + 100))
    if (($(ulimit -n) < needed)); then ulimit -n "$needed" 2>/dev/null || ulimit -n "$(ulimit -Hn)"; fi
    if (($(ulimit -n) < needed)); then idle_count=$(($(ulimit -n) - 100)); fi
    start_ours ''
    measure_idle ours
    stop_server
    start_theirs ''
    measure_idle theirs
    stop_server
fi
if [[ -t 2 ]]; then printf '\r\e[K' >&2; fi

cache() { sed -n "s/^$1:[A-Z]*=//p" "$build/CMakeCache.txt" 2>/dev/null || true; }
compiler=$(cache CMAKE_CXX_COMPILER)
compiler=$("${compiler:-${CXX:-c++}}" --version | head -1)
kernel=$(uname -sr)
{
    printf 'taken|%s, %s cores, %s, %s, smtpsim %s (%s), Postfix %s, %s\n' "$(date +%Y-%m-%d)" \
        "$(nproc --all)" "${kernel%%-*}" "$compiler" \
        "$("$smtpsim" --version 2>/dev/null | head -1 | tr -dc '0-9.' || true)" \
        "$(cache CMAKE_BUILD_TYPE)" "$(postconf -dh mail_version 2>/dev/null || echo of an unknown version)" \
        "$([[ $cpus == any ]] && echo 'on any CPU' || echo "all on CPU $cpus")"
    printf 'command|%s\n' "$command_line"
    printf '%s' "$cases" | sed -n 's/^\([^|]*[^ |]\) *|/case|\1|/p'
    sed 's/^/result|/' "$work/results"
} | awk -v markdown="$markdown" -v aims="$([[ $mode == smoke ]] && echo 0 || echo 1)" \
    -f "$here/report.awk"
