#!/usr/bin/env python3
"""Runs the end-to-end tests: ./run.py [-v] [-j N] [PATTERN...], a pattern being part of a test's name.

Several tests run at once, each in a process of its own: unless -j says how many, two for each processor, since
many wait for a client's time-out. A class with setUpClass is one unit. Prints a dot a test (-v: a line with its
time), the failures, the skips with their reasons, and last the counts. A skip whose reason begins with
"allowed:" depends on the machine and is all right everywhere; any other one fails when CI is set.
SMTPSIM_NO_KERNEL=1 leaves out what boots a kernel of its own, which not every container allows. With
SMTPSIM_E2E_PIN=1, which rewrites tables, one test runs at a time. Exits with 0 or 1.
"""

import argparse
import concurrent.futures
import multiprocessing
import os
import pathlib
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
MARKS = {"ok": ".", "FAILED": "F", "skipped": "s"}


class Result(unittest.TestResult):
    """Collects what can be sent to another process: words, no tests."""

    def __init__(self):
        super().__init__()
        self.ended = []  # (seconds, word, name)

    def startTest(self, test):
        super().startTest(test)
        self.started = time.monotonic()
        self.failed_before = len(self.failures) + len(self.errors)
        self.skipped_before = len(self.skipped)

    def stopTest(self, test):
        super().stopTest(test)
        word = "ok"
        if len(self.failures) + len(self.errors) > self.failed_before:
            word = "FAILED"
        elif len(self.skipped) > self.skipped_before:
            word = "skipped"
        self.ended.append((time.monotonic() - self.started, word, test.id()))


def all_tests(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from all_tests(item)
        else:
            yield item


def units(tests):
    """Lists of tests that have to run in one process, the slow ones first."""
    out = {}
    for test in tests:
        shared = type(test).setUpClass.__func__ is not unittest.TestCase.setUpClass.__func__
        out.setdefault(type(test) if shared else test.id(), []).append(test)
    return sorted(out.values(), key=lambda unit: not getattr(unit[0], "slow", False))


def run_unit(tests):
    result = Result()
    unittest.TestSuite(tests).run(result)
    bad = [(getattr(test, "test_case", test).id(), test.id(), trace)
           for test, trace in result.failures + result.errors]
    skipped = [(reason, test.id()) for test, reason in result.skipped]
    return result.ended, bad, skipped


def show(ended, verbose):
    for spent, word, name in ended:
        if verbose:
            print(f"  {spent:6.2f} s  {word:7}  {name}", flush=True)
        else:
            print(MARKS[word], end="", flush=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("-v", action="store_true", dest="verbose")
    parser.add_argument("-j", type=int, dest="jobs", default=2 * (os.cpu_count() or 1))
    parser.add_argument("patterns", nargs="*")
    options = parser.parse_args()
    jobs = 1 if os.environ.get("SMTPSIM_E2E_PIN") == "1" else max(1, options.jobs)
    sys.path.insert(0, str(HERE))
    found = unittest.TestLoader().discover(str(HERE))
    chosen = [test for test in all_tests(found)
              if not options.patterns or any(p in test.id() for p in options.patterns)]
    started = time.monotonic()
    ended, traces, reasons = [], {}, {}
    context = multiprocessing.get_context("fork")
    with concurrent.futures.ProcessPoolExecutor(jobs, mp_context=context) as pool:
        for done in concurrent.futures.as_completed([pool.submit(run_unit, unit) for unit in units(chosen)]):
            of_unit, bad, skipped = done.result()
            show(of_unit, options.verbose)
            ended += of_unit
            for case, name, trace in bad:  # a test with several failed parts is one failed test
                traces.setdefault(case, []).append((name, trace))
            for reason, name in skipped:
                reasons.setdefault(reason, []).append(name)
    if not options.verbose:
        print()
    for parts in traces.values():
        for name, trace in parts:
            print(f"\nFAILED {name}\n{trace.rstrip()}")
    unexpected = 0
    for reason, names in reasons.items():
        print(f"skipped {len(names)}: {reason} ({names[0]}{', ...' if len(names) > 1 else ''})")
        if not reason.startswith("allowed:"):
            unexpected += len(names)
    passed = sum(word == "ok" for _, word, _ in ended)
    skipped, failed = sum(map(len, reasons.values())), len(traces)
    if os.environ.get("CI") and unexpected:
        print("CI is set: a skip that this machine could have done without is a failure")
        failed, skipped = failed + unexpected, skipped - unexpected
    slowest = ", ".join(f"{name.rpartition('.')[2]} {spent:.1f} s"
                        for spent, _, name in sorted(ended, reverse=True)[:5])
    print(f"slowest: {slowest}")
    print(f"e2e: {passed} passed, {failed} failed, {skipped} skipped in {time.monotonic() - started:.0f} s")
    return 1 if failed or passed == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
