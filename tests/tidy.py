#!/usr/bin/env python3
"""clang-tidy on the project's sources, as .clang-tidy says.

    tests/tidy.py              the sources that the last commit changed (a header stands for its source)
    tests/tidy.py --all        every source; takes some twenty minutes on two processors
    tests/tidy.py FILE...      these

It needs a configured build/release (or $SMTPSIM_BUILD) for the headers' folders. SMTPSIM_TIDY_SECONDS: after so
long no further file is begun, and the last line says how many are left (unless set: no limit).
Its last line is "tidy: N passed, N failed, N skipped".
"""

import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/portability"))
import syntax  # noqa: E402 (the flags of a build, without its compiler's own)

TOOL = shutil.which("clang-tidy-14")


def changed():
    """Sources that the last commit changed; None where there is no commit before it."""
    done = subprocess.run(["git", "diff", "--name-only", "--diff-filter=d", "HEAD~1", "HEAD"], cwd=ROOT,
                          capture_output=True, text=True, check=False)
    return done.stdout.split() if done.returncode == 0 else None


def sources(names):
    """The product's .cpp files among `names`, and those of the headers among them."""
    out = set()
    for name in names:
        path = pathlib.Path(name)
        if path.suffix in (".cpp", ".hpp") and path.parts[0] in syntax.PRODUCT:
            source = path.with_suffix(".cpp")
            if (ROOT / source).is_file():
                out.add(str(source))
    return sorted(out)


def check(source, flags):
    done = subprocess.run([TOOL, "--quiet", source, "--", *flags, "-Wno-everything"], cwd=ROOT, capture_output=True,
                          text=True, check=False)
    return source, done.returncode, done.stdout


def main():
    words = sys.argv[1:]
    if TOOL is None:
        print("tidy: 0 passed, 0 failed, 1 skipped: no clang-tidy 14 here")
        return 0
    if words == ["--all"]:
        names = [str(path.relative_to(ROOT)) for top in syntax.PRODUCT for path in (ROOT / top).rglob("*.cpp")]
    else:
        names = words or changed()
    if names is None:
        print("tidy: 0 passed, 0 failed, 1 skipped: no commit before this one to compare with")
        return 0
    wanted = sources(names)
    flags = syntax.flags() + ["-std=c++20", f"-I{ROOT}"]
    until = time.monotonic() + float(os.environ.get("SMTPSIM_TIDY_SECONDS") or 1e9)
    passed = failed = left = 0

    def run(source):
        return check(source, flags) if time.monotonic() < until else (source, None, "")

    with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("SMTPSIM_JOBS") or os.cpu_count() or 1)) as pool:
        for source, code, text in pool.map(run, wanted):
            if code is None:
                left += 1
            elif code == 0:
                passed += 1
            else:
                failed += 1
                print(f"{source}:\n{text}", flush=True)
    note = f": {left} files left for tests/tidy.py --all, the time was up" if left else ""
    print(f"tidy: {passed} passed, {failed} failed, {1 if left else 0} skipped{note}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
