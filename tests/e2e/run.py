#!/usr/bin/env python3
"""Runs the end-to-end tests: ./run.py [-v] [PATTERN...], a pattern being part of a test's name.

Prints a dot a test (-v: a line with its time), the failures, the skips with their reasons, and last
the counts. A skip whose reason begins with "allowed:" depends on the machine and is all right
everywhere; any other one fails when CI is set. SMTPSIM_NO_KERNEL=1 leaves out what boots a kernel of its
own, which not every container allows. Exits with 0 or 1.
"""

import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent


class Result(unittest.TestResult):
    def __init__(self, verbose):
        super().__init__()
        self.verbose, self.passed, self.times = verbose, 0, []

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()
        self.failed_before = len(self.failures) + len(self.errors)
        self.skipped_before = len(self.skipped)

    def stopTest(self, test):
        super().stopTest(test)
        spent = time.monotonic() - self.started
        self.times.append((spent, test.id()))
        if len(self.failures) + len(self.errors) > self.failed_before:
            mark, word = "F", "FAILED"
        elif len(self.skipped) > self.skipped_before:
            mark, word = "s", "skipped"
        else:
            self.passed += 1
            mark, word = ".", "ok"
        if self.verbose:
            print(f"  {spent:6.2f} s  {word:7}  {test.id()}", flush=True)
        else:
            print(mark, end="", flush=True)


def all_tests(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from all_tests(item)
        else:
            yield item


def main(arguments):
    verbose = "-v" in arguments
    patterns = [argument for argument in arguments if argument != "-v"]
    sys.path.insert(0, str(HERE))
    found = unittest.TestLoader().discover(str(HERE))
    chosen = unittest.TestSuite(test for test in all_tests(found)
                                if not patterns or any(p in test.id() for p in patterns))
    result = Result(verbose)
    started = time.monotonic()
    chosen.run(result)
    if not verbose:
        print()
    bad = {}  # a test with several failed parts is one failed test
    for test, trace in result.failures + result.errors:
        case = getattr(test, "test_case", test)
        bad.setdefault(case.id(), []).append((test.id(), trace))
    for traces in bad.values():
        for name, trace in traces:
            print(f"\nFAILED {name}\n{trace.rstrip()}")
    reasons = {}
    for test, reason in result.skipped:
        reasons.setdefault(reason, []).append(test.id())
    unexpected = 0
    for reason, names in reasons.items():
        print(f"skipped {len(names)}: {reason} ({names[0]}{', ...' if len(names) > 1 else ''})")
        if not reason.startswith("allowed:"):
            unexpected += len(names)
    skipped, failed = len(result.skipped), len(bad)
    if os.environ.get("CI") and unexpected:
        print("CI is set: a skip that this machine could have done without is a failure")
        failed, skipped = failed + unexpected, skipped - unexpected
    slowest = ", ".join(f"{name.rpartition('.')[2]} {spent:.1f} s"
                        for spent, name in sorted(result.times, reverse=True)[:3])
    print(f"slowest: {slowest}")
    print(f"e2e: {result.passed} passed, {failed} failed, {skipped} skipped "
          f"in {time.monotonic() - started:.0f} s")
    return 1 if failed or result.passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
