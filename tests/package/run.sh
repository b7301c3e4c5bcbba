#!/usr/bin/env bash
# Installs a build into a new folder and uses it as another project does: with find_package, and the
# sources with add_subdirectory.
#
#   tests/package/run.sh [BUILD]     BUILD: build/release
#
# Its last line is "package: N passed, N failed, N skipped"; the exit code is 0 if nothing failed.
set -uo pipefail
exec </dev/null
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
build=${1:-build/release}
passed=0 failed=0 skipped=0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

holds() { # what command...: shows the output of the command only if it fails
    local what=$1
    shift
    if "$@" >"$work/output" 2>&1; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        tail -n 30 "$work/output" | cut -c 1-200
        echo "FAILED: $what"
        return 1
    fi
}
skip() {
    if [ -n "${CI:-}" ]; then
        failed=$((failed + 1))
        echo "FAILED: $1 (CI is set, so this may not be skipped)"
        return
    fi
    skipped=$((skipped + 1))
    echo "skipped: $1"
}
finish() {
    echo "package: $passed passed, $failed failed, $skipped skipped"
    [ "$failed" = 0 ]
    exit
}

header_is_modest() { # includes only the standard library
    local header="$work/prefix/include/smtpsim/testing.hpp"
    [ -f "$header" ] && ! grep -E '^#include ("|<.*[./])' "$header"
}
no_path_of_ours() { # the package can be moved, and this tree can be deleted
    local folder
    folder=$(dirname "$(find "$work/prefix" -name smtpsimConfig.cmake)")
    [ -f "$folder/smtpsimTargets.cmake" ] && ! grep -rnF -e "$PWD" -e "$work/prefix" "$folder"
}
program_is_alone() { # so that nothing else has to be built
    cmake --install "$build" --component program --prefix "$work/program" &&
        [ "$(cd "$work/program" && find . -not -type d)" = ./bin/smtpsim ]
}
scenario_is_a_test() { # folder
    ctest --test-dir "$1" -N -L smtpsim | tee "$work/listed" && grep -q ' scenarios/scenario$' "$work/listed"
}

holds "the build installs" cmake --install "$build" --prefix "$work/prefix" || finish
holds "component program is the program and nothing else" program_is_alone
holds "the installed program runs" "$work/prefix/bin/smtpsim" --version
holds "the header needs only the standard library" header_is_modest
holds "the package names no folder of ours" no_path_of_ours

# Moved, so that the package is found in its new folder.
mv "$work/prefix" "$work/moved"
scenario=()
if "$work/moved/bin/smtpsim" --help | grep -qE '^ +run '; then
    scenario=("-DSCENARIO=$PWD/tests/package/scenario.yaml")
else
    skip "a scenario as a test of CTest: this smtpsim has no run"
fi
if holds "another project finds the package" \
        cmake -S tests/package -B "$work/consumer" -G Ninja -DCMAKE_BUILD_TYPE=Debug \
        "-DCMAKE_PREFIX_PATH=$work/moved" "-DEXPECTED_PREFIX=$work/moved" "${scenario[@]}"; then
    gtest=$(sed -n 's/^GTest_DIR:PATH=//p' "$work/consumer/CMakeCache.txt")
    if [ -z "$gtest" ] || [ "$gtest" = GTest_DIR-NOTFOUND ]; then skip "the example for GoogleTest: it is not installed"; fi
    holds "it builds with no warning" cmake --build "$work/consumer" -j "${SMTPSIM_JOBS:-2}" &&
        holds "its tests pass" ctest --test-dir "$work/consumer" --output-on-failure --no-tests=error
    if [ ${#scenario[@]} -gt 0 ]; then
        holds "its scenario is a test" scenario_is_a_test "$work/consumer"
    fi
fi
if holds "another project adds the sources" \
        cmake -S tests/package/added -B "$work/added" -G Ninja; then
    holds "its scenario is a test as well" scenario_is_a_test "$work/added"
fi
finish
