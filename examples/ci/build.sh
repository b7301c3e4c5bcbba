#!/usr/bin/env bash
# examples/ci/build.sh: builds smtpsim without its tests, with libraries from apt, and prints the folder of the
# binary. The recipes in this folder call it in a checkout of smtpsim.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
# shellcheck source=tests/packages.sh
. tests/packages.sh
{
    packages_need build
    packages_install
    cmake -S . -B build/ci -G Ninja -DCMAKE_BUILD_TYPE=Release -DSMTPSIM_TESTS=OFF
    cmake --build build/ci --target smtpsim
} >&2 </dev/null
echo "$PWD/build/ci/app"
