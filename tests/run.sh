#!/usr/bin/env bash
# All tests, from a fresh clone, on Debian 12 or 13:
#
#   tests/run.sh                 all steps
#   tests/run.sh unit e2e        only these (and the build that they need)
#
# Steps: format build unit schema tidy e2e package portability syntax quickstart asan fuzz
#
# Missing packages are installed with apt, as root or with sudo; if none is missing it needs neither.
# Its last line is "N passed, N failed, N skipped"; the exit code is 0 only if nothing failed. A skip
# has a reason; with CI set, a skip that the machine could avoid is a failure.
# portability builds and tests in a Debian 13 below build/debian13, where this script runs again, and with
# clang without the optional parts; syntax checks with other compilers and processors. The quick start, and the
# builds for asan and fuzz, run at the same time as the other steps, at the lowest priority.
# SMTPSIM_TIDY_SECONDS: tidy begins no further file after this time (120), and says how many are left.
# SMTPSIM_FUZZ_SECONDS: how long each fuzz target runs (20). SMTPSIM_FUZZ_SEED: its random seed (1, so
# that one tree has one verdict; 0: a new seed each time). SMTPSIM_JOBS: compilers at a time.
set -uo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
# shellcheck source=tests/packages.sh
. tests/packages.sh

jobs=${SMTPSIM_JOBS:-$(nproc 2>/dev/null || echo 2)}
fuzz_seconds=${SMTPSIM_FUZZ_SECONDS:-20}
fuzz_seed=${SMTPSIM_FUZZ_SEED:-1}
passed=0 failed=0 skipped=0
failures=()
work=$(mktemp -d)
apart_id=""
leave() {
    if [ -n "$apart_id" ]; then kill -- "-$apart_id" 2>/dev/null; fi # all processes that these steps started
    rm -rf "$work"
}
trap leave EXIT
trap 'exit 130' INT TERM

all_steps="format build unit schema tidy e2e package portability syntax quickstart asan fuzz"
steps=${*:-$all_steps}
for step in $steps; do
    case " $all_steps " in
    *" $step "*) ;;
    *) echo "tests/run.sh: no step '$step'; the steps are: $all_steps" >&2; exit 2 ;;
    esac
done
wanted() { case " $steps " in *" $1 "*) return 0 ;; *) return 1 ;; esac; }

# ---- Counting ------------------------------------------------------------------------------------

pass() { passed=$((passed + ${1:-1})); }
fail() { # what [how many]
    failed=$((failed + ${2:-1}))
    failures+=("$1")
    echo "FAILED: $1"
}
skip() { # why
    if [ -n "${CI:-}" ]; then
        fail "$1 (CI is set, so this may not be skipped)"
    else
        skipped=$((skipped + 1))
        echo "skipped: $1"
    fi
}
skip_allowed() { # why: depends on the machine, never a failure
    skipped=$((skipped + 1))
    echo "skipped: $1"
}

step_began=0
step() {
    step_began=$SECONDS
    printf '\n== %s\n' "$1"
}
done_step() { echo "-- $((SECONDS - step_began)) s"; }

# Runs steps in another shell at the same time, with lower priority; joined() prints their output and adds
# their counts.
apart() { # step...
    apart=$work/apart
    mkdir "$apart"
    set -m # a process group of their own
    (
        set +m
        trap - EXIT INT TERM
        renice -n 19 -p "$BASHPID" >/dev/null
        work=$apart passed=0 failed=0 skipped=0 failures=()
        for step_name in "$@"; do "$step_name"; done
        printf '%s\n' "$passed $failed $skipped" ${failures[@]+"${failures[@]}"} >"$apart/counts"
    ) >"$apart/said" 2>&1 &
    apart_id=$!
    set +m
}
joined() {
    local counts ok bad out
    wait "$apart_id"
    apart_id=""
    cat "$apart/said"
    mapfile -t counts <"$apart/counts" 2>/dev/null || counts=("0 1 0" "the steps apart did not end")
    read -r ok bad out <<<"${counts[0]}"
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + out))
    failures+=("${counts[@]:1}")
}

# Adds the counts that another script printed last, as "NAME: N passed, N failed, N skipped".
add_counts() { # name what: the script has explained its skips
    local counts ok bad out
    counts=$(sed -n "s/^$1\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped.*/\1 \2 \3/p" \
        "$work/output" | tail -n 1)
    read -r ok bad out <<<"${counts:-0 1 0}"
    pass "$ok"
    skipped=$((skipped + out))
    if [ "$bad" != 0 ]; then fail "$2" "$bad"; fi
}

# Runs a command with its output in a file; shows the end of it only on failure.
quietly() { # what command...
    local what=$1 status
    shift
    "$@" >"$work/output" 2>&1
    status=$?
    if [ $status != 0 ]; then
        grep -E '(error:|CMake Error|^FAILED: )' "$work/output" | cut -c 1-200 | head -n 20
        echo "..."
        tail -n 25 "$work/output" | cut -c 1-200
        echo "$what ended with $status"
    fi
    return $status
}

# ---- Steps ---------------------------------------------------------------------------------------

packages() {
    local groups=()
    if [ "$steps" != format ]; then groups+=(build tests); fi
    if wanted e2e; then groups+=(clients); fi
    if wanted fuzz; then groups+=(fuzz); fi
    if wanted portability && [ -z "${SMTPSIM_IN_ROOT:-}" ]; then groups+=(portability); fi
    if wanted syntax; then groups+=(compilers); fi
    if wanted tidy; then groups+=(tidy); fi
    packages_need ${groups[@]+"${groups[@]}"}
    [ ${#missing_packages[@]} -gt 0 ] || return 0
    step "packages"
    # If this fails, the steps that need the packages fail and report it.
    packages_install || echo "continuing with the installed packages"
    done_step
}

# Versions format differently; the tree is formatted with 14, as .clang-format states.
format() {
    step "format"
    local name tool="" files
    for name in clang-format-14 clang-format; do
        if "$name" --version 2>/dev/null | grep -q 'version 14\.'; then
            tool=$name
            break
        fi
    done
    if [ -z "$tool" ]; then
        skip_allowed "format: no clang-format 14 here"
    else
        files=$(find cmake core smtp faults profiles sim serial audit app testing tests examples \( -name '*.cpp' -o -name '*.hpp' \) 2>/dev/null)
        if printf '%s\n' "$files" | tr '\n' '\0' |
            xargs -0 "$tool" --dry-run --Werror >"$work/output" 2>&1; then
            pass
        else
            sed -n 's/:[0-9]*: error: .*//p' "$work/output" | cut -d: -f1 | sort | uniq -c | head -n 20
            fail "format: mend it with $tool -i"
        fi
    fi
    if python3 tests/layers.py; then pass; else fail "layers: an arrow that goes up, or a target that names the wrong others"; fi
    done_step
}

# What the last commit changed; everything with tests/tidy.py --all, which takes long.
tidy() {
    build || { fail "tidy not run: no build"; return; }
    step "tidy: clang-tidy on what the last commit changed"
    SMTPSIM_TIDY_SECONDS=${SMTPSIM_TIDY_SECONDS:-120} nice tests/tidy.py 2>&1 | tee "$work/output"
    add_counts "tidy: " "tidy"
    done_step
}

werror=OFF
if [ -n "${CI:-}${SMTPSIM_IN_ROOT:-}" ]; then werror=ON; fi

configure_release() {
    quietly "configuring release" cmake --preset release -DSMTPSIM_TESTS=ON "-DSMTPSIM_WERROR=$werror" \
        -DSMTPSIM_LINUX_LEAVES=ON -DSMTPSIM_PPP=ON # an earlier run may have left them out
}

built=""
build() { # once; unit, schema, e2e and package need it
    if [ -n "$built" ]; then [ "$built" = yes ]; return; fi
    step "build: release"
    built=no
    if configure_release && quietly "building release" cmake --build --preset release -j "$jobs"; then
        built=yes
        pass
    else
        fail "release does not build"
    fi
    done_step
    [ "$built" = yes ]
}

run_ctest() { # name option...
    local report="$work/$1.xml" counts
    rm -f "$report"
    quietly "ctest $1" ctest "${@:2}" -j "$jobs" --no-tests=error --output-junit "$report"
    # The unit tests are one program for ctest; the program's last lines count its cases.
    counts=$(python3 - "$report" 2>>"$work/output" <<'PYTHON'
import re, sys, xml.etree.ElementTree as tree
passed = failed = skipped = 0
for test in tree.parse(sys.argv[1]).getroot().iter("testcase"):
    output = (test.findtext("system-out") or "")
    status = test.get("status")
    cases = re.search(r"^All tests passed \(.* in (\d+) test cases?\)", output, re.M)
    mixed = re.search(r"^test cases: +(\d+)(?: \| +(\d+) passed)?(?: \| +(\d+) failed)?", output, re.M)
    if status in ("notrun", "disabled") or test.find("skipped") is not None:
        skipped += 1
    elif status == "run" and cases:
        passed += int(cases.group(1))
    elif status == "run":
        passed += 1
    elif mixed:
        passed += int(mixed.group(2) or 0)
        failed += max(1, int(mixed.group(3) or 0))
    else:
        failed += 1
print(passed, failed, skipped)
PYTHON
    ) || counts="0 1 0"
    local ok bad out
    read -r ok bad out <<<"$counts"
    echo "$1: $ok passed, $bad failed, $out skipped"
    pass "$ok"
    if [ "$ok" = 0 ] && [ "$bad" = 0 ]; then bad=1; fi
    if [ "$bad" != 0 ]; then fail "unit tests, $1" "$bad"; fi
    while [ "$out" -gt 0 ]; do
        skip "a unit test, $1"
        out=$((out - 1))
    done
}

unit() {
    build || { fail "unit tests not run: no build"; return; }
    step "unit tests"
    run_ctest release --preset release
    done_step
}

schema() {
    build || { fail "schema not checked: no build"; return; }
    step "schema: the JSON Schema and the loader agree"
    local python
    if ! [ -f tests/profiles/schema_agreement.py ]; then
        skip "schema: tests/profiles/schema_agreement.py is not there"
    elif ! python=$(packages_python); then
        skip "schema: no Python with PyYAML and jsonschema"
    elif SMTPSIM="$PWD/build/release/app/smtpsim" "$python" tests/profiles/schema_agreement.py \
        >"$work/output" 2>&1; then
        tail -n 1 "$work/output"
        pass
    else
        tail -n 30 "$work/output"
        fail "schema and loader disagree"
    fi
    done_step
}

e2e() {
    build || { fail "end-to-end tests not run: no build"; return; }
    step "end-to-end tests"
    SMTPSIM="$PWD/build/release/app/smtpsim" tests/e2e/run.py 2>&1 | tee "$work/output"
    add_counts "e2e: " "end-to-end tests"
    done_step
}

package() {
    build || { fail "package not tested: no build"; return; }
    step "package: installed, found and used"
    SMTPSIM_JOBS=$jobs tests/package/run.sh build/release 2>&1 | tee "$work/output"
    add_counts "package: " "the package"
    done_step
}

build_asan() {
    step "build: asan"
    if quietly "configuring asan" cmake --preset asan -DSMTPSIM_TESTS=ON &&
        quietly "building asan" cmake --build --preset asan -j "$jobs"; then
        pass
    else
        fail "asan does not build"
    fi
    done_step
}

asan() {
    step "unit tests: asan"
    run_ctest asan --preset asan
    done_step
}

build_fuzz() {
    step "build: fuzz"
    local compiler targets
    if ! [ -d tests/fuzz ]; then
        skip "fuzz: tests/fuzz is not there"
        done_step
        return
    fi
    if ! compiler=$(packages_clang) || ! _clang_can_fuzz; then
        skip "fuzz: no clang with libFuzzer"
        done_step
        return
    fi
    if ! quietly "configuring fuzz" cmake --fresh -S . -B build/fuzz -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo \
            -DSMTPSIM_FUZZ=ON -DSMTPSIM_TESTS=OFF "-DCMAKE_CXX_COMPILER=$compiler"; then
        fail "fuzz does not configure"
        done_step
        return
    fi
    targets=$(cmake --build build/fuzz --target help | grep -oE '^fuzz_[A-Za-z0-9_]+' | sort -u)
    if [ -z "$targets" ]; then
        fail "no fuzz targets"
        done_step
        return
    fi
    # shellcheck disable=SC2086 # a list of words
    if ! quietly "building fuzz" cmake --build build/fuzz -j "$jobs" --target $targets; then
        fail "fuzz does not build"
        done_step
        return
    fi
    pass
    done_step
}

fuzz() { # with no other step: an input that takes long is a failure
    step "fuzz: $fuzz_seconds s each"
    local program
    for program in build/fuzz/tests/fuzz/fuzz_*; do
        if [ -f "$program" ] && [ -x "$program" ]; then run_fuzz "${program##*/}" "$program"; fi
    done
    done_step
}

run_fuzz() { # target program: new inputs stay out of the tree, except an input that fails
    local target=$1 program=$2 new="$work/new-$1" corpus="tests/fuzz/corpus/$1" input
    rm -f build/fuzz/failures/"$target"-*
    mkdir -p "$new" build/fuzz/failures
    if ! [ -d "$corpus" ]; then fail "fuzz: $corpus is not there"; return; fi
    if "$program" "-seed=$fuzz_seed" "-max_total_time=$fuzz_seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
        "-artifact_prefix=build/fuzz/failures/$target-" "$new" "$corpus" >"$work/output" 2>&1; then
        echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' "$work/output") inputs"
        pass
    else
        tail -n 40 "$work/output"
        for input in build/fuzz/failures/"$target"-*; do
            if [ -f "$input" ]; then echo "$input, in base64:"; base64 "$input"; fi
        done
        fail "fuzz: $target (the input is in build/fuzz/failures)"
    fi
}

portability() {
    if [ -n "${SMTPSIM_IN_ROOT:-}" ]; then
        skip_allowed "portability: this is the Debian 13"
    else
        debian13
        without
    fi
}

debian13() {
    step "portability: Debian 13"
    local machine=tests/portability/debian13.sh why
    why=$($machine why-not)
    if [ -z "$why" ] && ! quietly "making a Debian 13" $machine prepare; then why="no mirror has a Debian 13"; fi
    if [ -n "$why" ]; then
        skip "portability: $why"
    else
        if quietly "examples/quickstart.sh in Debian 13" $machine run examples/quickstart.sh; then
            pass
        else
            fail "quickstart in Debian 13"
        fi
        $machine run tests/run.sh build unit schema e2e package syntax 2>&1 | tee "$work/output" | sed 's/^/   /'
        add_counts "" "the tests in Debian 13"
    fi
    done_step
}

# Builds without the optional parts, first PPP, then the parts that need Linux; clang builds the rest, file by file.
without() {
    local compiler
    step "portability: clang, without PPP, then without what only Linux has"
    if ! compiler=$(packages_clang); then
        skip "no clang"
    elif quietly "configuring with clang" cmake --fresh -S . -B build/without -G Ninja -DCMAKE_BUILD_TYPE=Release \
        "-DCMAKE_CXX_COMPILER=$compiler" -DSMTPSIM_PPP=OFF -DSMTPSIM_UNITY=OFF -DSMTPSIM_TESTS=ON \
        -DSMTPSIM_WERROR=ON &&
        quietly "building with clang" cmake --build build/without -j "$jobs"; then
        pass
        run_ctest without --test-dir build/without --output-on-failure
        SMTPSIM="$PWD/build/without/app/smtpsim" SMTPSIM_LEFT_OUT=1 tests/e2e/run.py test_dialup_ports 2>&1 |
            tee "$work/output"
        add_counts "e2e: " "end-to-end tests without PPP"
        if quietly "configuring without Linux" cmake -S . -B build/without -DSMTPSIM_LINUX_LEAVES=OFF &&
            quietly "building without Linux" cmake --build build/without -j "$jobs"; then
            run_ctest without-linux --test-dir build/without --output-on-failure
        else
            fail "without what only Linux has: does not build"
        fi
    else
        fail "clang, without PPP: does not build"
    fi
    done_step
}

syntax() {
    step "syntax: other compilers, libraries and processors"
    if [ -n "$built" ] || configure_release; then
        SMTPSIM_JOBS=$jobs tests/portability/syntax.py 2>&1 | tee "$work/output"
        add_counts "syntax: " "syntax"
    else
        fail "release does not configure"
    fi
    done_step
}

quickstart() { # as in the README, and installs the program that it built
    step "quickstart"
    if quietly "examples/quickstart.sh" env -u SMTPSIM examples/quickstart.sh &&
        quietly "installing the program alone" \
            cmake --install build/quickstart --component program --prefix "$work/program" &&
        quietly "the installed program" "$work/program/bin/smtpsim" --version; then
        pass
    else
        fail "quickstart"
    fi
    done_step
}

# ---- All -----------------------------------------------------------------------------------------

packages
beside=()
if wanted quickstart; then beside+=(quickstart); fi
if wanted asan; then beside+=(build_asan); fi
if wanted fuzz; then beside+=(build_fuzz); fi
for step_name in format build unit schema; do if wanted "$step_name"; then "$step_name"; fi; done
if [ ${#beside[@]} -gt 0 ]; then apart "${beside[@]}"; fi
for step_name in tidy e2e package portability syntax; do if wanted "$step_name"; then "$step_name"; fi; done
if [ ${#beside[@]} -gt 0 ]; then joined; fi
for step_name in asan fuzz; do if wanted "$step_name"; then "$step_name"; fi; done

printf '\nall steps: %s s\n' "$SECONDS"
for what in ${failures[@]+"${failures[@]}"}; do echo "FAILED: $what"; done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
