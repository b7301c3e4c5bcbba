#!/usr/bin/env bash
# Whether another compiler takes the sources, without building anything:
#
#   tests/portability/syntax.sh clang++ -stdlib=libc++
#   tests/portability/syntax.sh g++ -m32
#   tests/portability/syntax.sh aarch64-linux-gnu-g++
#
# Every product file is checked with the project's warnings as errors, both of each pair of twins. Where
# headers are is taken from the compile_commands.json of a configured build, which need not be built:
# $SMTPSIM_BUILD, else build/release. SMTPSIM_SYNTAX_TESTS=1: the unit tests too. SMTPSIM_JOBS: how many at a
# time. Prints each file that fails; exits with 1 if one does, 2 where it cannot be tried.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
exec python3 - "$@" <<'PYTHON'
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys

ROOT = pathlib.Path.cwd()
PRODUCT = ("sim", "faults", "profiles", "serial", "testing")
KEPT = ("-D", "-I", "-std", "-W")  # of a compile command; -isystem has its folder in the next word


def stop(why):
    print(f"syntax.sh: {why}", file=sys.stderr)
    sys.exit(2)


def flags_of(command):
    words, out = iter(shlex.split(command)), []
    for word in words:
        if word == "-isystem":
            out += [word, next(words)]
        elif word.startswith(KEPT) and word != "-Winvalid-pch":
            out.append(word)
    return out


def commands(folder):
    """The flags for each file; one that the build leaves out gets those of a file beside it."""
    database = folder / "compile_commands.json"
    if not database.is_file():
        stop(f"no {database}: configure a build first")
    out = {}
    for entry in json.loads(database.read_text()):
        out.setdefault(pathlib.Path(entry["directory"], entry["file"]), flags_of(entry["command"]))
    beside = {path.parent: flags for path, flags in out.items()}
    for top in PRODUCT:
        for path in sorted(ROOT.joinpath(top).rglob("*.cpp")):
            if path.parent in beside:
                out.setdefault(path, beside[path.parent])
    tops = PRODUCT + (("tests",) if os.environ.get("SMTPSIM_SYNTAX_TESTS") == "1" else ())
    return {path: flags for path, flags in sorted(out.items())
            if path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[0] in tops}


def system_folders():
    """Behind all others: libraries are there for one machine only, their headers serve all."""
    out = ["/usr/include", *sorted(map(str, pathlib.Path("/usr/include").glob("*-linux-gnu")))]
    return [word for folder in out for word in ("-idirafter", folder)]


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def main(compiler, *flags):
    if shutil.which(compiler) is None:
        stop(f"no {compiler} here")
    files = commands(pathlib.Path(os.environ.get("SMTPSIM_BUILD", "build/release")).resolve())
    more = [*flags, "-fsyntax-only", "-Werror", *system_folders()]
    if "clang" in output_of(compiler, "--version"):
        more.append("-Wno-unknown-warning-option")  # of g++'s, if the build is one of g++

    def check(path):
        return subprocess.run([compiler, *files[path], *more, path], capture_output=True, text=True, check=False)

    failed = 0
    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("SMTPSIM_JOBS") or os.cpu_count())) as pool:
        for path, done in zip(files, pool.map(check, files)):
            if done.returncode != 0:
                failed += 1
                print(f"FAILED {path.relative_to(ROOT)}\n{done.stderr}", flush=True)
    print(f"{' '.join([compiler, *flags])}: {len(files)} files, {failed} failed")
    return 1 if failed or not files else 0


if len(sys.argv) < 2:
    stop("which compiler?")
sys.exit(main(*sys.argv[1:]))
PYTHON
