#!/usr/bin/env python3
"""Checks whether other compilers accept the sources, without a build.

    tests/portability/syntax.py [-v] [--each] [COMPILER [FLAG...]]

Without a compiler: all of the list below that suit this system. The product's files are compiled a folder at a
time, twins and libraries alone; --each: every file alone, which shows an include that it lacks. With a compiler
that has all its libraries here, the tests too. The project's warnings are errors. Where headers are is taken from the compile_commands.json of a configured build:
$SMTPSIM_BUILD, else build/release. SMTPSIM_JOBS: how many at a time.

Prints what does not compile; its last line is "syntax: N passed, N failed, N skipped", a compiler counting one.
A skip fails where CI is set. Exits with 0, or 1 where something failed.
"""

import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("SMTPSIM_BUILD") or ROOT / "build/release")
PRODUCT = ("core", "smtp", "faults", "profiles", "sim", "serial", "audit", "app", "testing")
ALONE = ("_absent.cpp", "asio.cpp", "boost_json.cpp")  # twins clash, and libraries have macros of their own

# The release of Debian, the compiler, and whether the tests can be compiled too.
COMPILERS = (
    ("12", ["clang++-14"], False),  # builds and runs the tests elsewhere
    ("12", ["g++", "-m32"], False),
    ("12", ["aarch64-linux-gnu-g++"], False),
    ("13", ["g++-13"], True),
    ("13", ["clang++-19"], True),
    ("13", ["clang++-19", "-stdlib=libc++"], False),  # 14 has no algorithms for ranges
)


def debian():
    text = pathlib.Path("/etc/debian_version")
    return text.read_text().split(".")[0].strip() if text.is_file() else ""


def flags():
    """The include folders and definitions for any file of the project."""
    database = BUILD / "compile_commands.json"
    if not database.is_file():
        sys.exit(f"syntax.py: no {database}: configure a build first")
    out = {}
    for entry in json.loads(database.read_text()):
        words = iter(shlex.split(entry["command"]))
        for word in words:
            if word == "-isystem":
                out[word, next(words)] = None
            elif word.startswith(("-D", "-I", "-std=")) or word.startswith("-W") and word != "-Winvalid-pch":
                out[(word,)] = None
    return [word for words in out for word in words]


def system_folders():
    """After all others: libraries exist for one machine only, but their headers serve all machines."""
    native = subprocess.run(["g++", "-print-multiarch"], capture_output=True, text=True, check=False).stdout.strip()
    folders = ["/usr/include"] + ([f"/usr/include/{native}"] if native else [])
    return [word for folder in folders for word in ("-idirafter", folder)]


def product_units(work, each):
    """Pairs of a name and a file to compile."""
    for folder in sorted({path.parent for top in PRODUCT for path in (ROOT / top).rglob("*.cpp")}):
        files = sorted(folder.glob("*.cpp"))
        alone = [path for path in files if each or path.name.endswith(ALONE)]
        together = [path for path in files if path not in alone]
        if len(together) > 1:
            unit = work / (str(folder.relative_to(ROOT)).replace("/", "_") + ".cpp")
            unit.write_text("".join(f'#include "{path}"\n' for path in together))
            yield str(folder.relative_to(ROOT)), unit
        else:
            alone += together
        for path in alone:
            yield str(path.relative_to(ROOT)), path


def check(compiler, with_tests, each, verbose):
    common = [*compiler, *flags(), "-fsyntax-only", "-Werror", f"-I{ROOT}", *system_folders()]
    if "clang" in compiler[0]:
        common.append("-Wno-unknown-warning-option")
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        units = [(name, [*common, path]) for name, path in product_units(work, each)]
        if with_tests:
            header = work / "tests.hpp"
            header.write_text('#include "tests/catch.hpp"\n#include "cmake/standard.hpp"\n')
            subprocess.run([*[word for word in common if word != "-fsyntax-only"], "-x", "c++-header", header, "-o",
                            work / ("tests.hpp.pch" if "clang" in compiler[0] else "tests.hpp.gch")], check=True)
            for path in sorted((ROOT / "tests").rglob("*.cpp")):
                if path.name in ("main.cpp", "source.cpp") or "package" in path.parts:
                    continue  # Catch2's own, and what needs the package
                units.append((str(path.relative_to(ROOT)), [*common, "-include", header, path]))

        def compile_one(unit):
            began = time.monotonic()
            done = subprocess.run(unit[1], capture_output=True, text=True, check=False)
            return done, time.monotonic() - began

        failed = 0
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("SMTPSIM_JOBS") or os.cpu_count())) as pool:
            for (name, _), (done, seconds) in zip(units, pool.map(compile_one, units)):
                if verbose:
                    print(f"{seconds:6.1f} s  {name}", flush=True)
                if done.returncode != 0:
                    failed += 1
                    print(f"FAILED {name}\n{done.stderr[:4000]}", flush=True)
    print(f"{' '.join(compiler)}: {len(units)} units, {failed} failed", flush=True)
    return failed == 0 and units


def main(arguments):
    verbose = arguments[:1] == ["-v"]
    arguments = arguments[verbose:]
    each = arguments[:1] == ["--each"]
    arguments = arguments[each:]
    ci = bool(os.environ.get("CI"))
    chosen = [(None, arguments, False)] if arguments else [row for row in COMPILERS if row[0] == debian()]
    passed = failed = skipped = 0
    for _, compiler, with_tests in chosen:
        if shutil.which(compiler[0]) is None:
            print(f"skipped: no {compiler[0]} here" + (" (CI is set, so this may not be)" if ci else ""))
            failed, skipped = failed + ci, skipped + (not ci)
        elif check(compiler, with_tests, each, verbose):
            passed += 1
        else:
            failed += 1
    if not chosen:
        print("skipped: the compilers are those of Debian 12 and 13")
        skipped += 1
    print(f"syntax: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
