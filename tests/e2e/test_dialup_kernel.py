#!/usr/bin/env python3
"""A real kernel's pppd, chat, wvdial and msmtp dial `smtpsim modem`, in user-mode-linux.

dialup/cases.py has the table. All its cases run together, in as many guests as there are lanes, each with its own
modem; then each case is a test. The first guest has the short cases, and so the most cases.
`./test_dialup_kernel.py NAME...` runs only these cases, and shows the output of their clients.
"""

import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

from dialup import cases, guest
from harness import PATIENCE, TestCase, binary, skip_if_left_out, until
from harness import run as smtpsim
from test_example_clients import is_known

LANES = 5  # guests; they mostly wait, so there are more than cores
FAULTS_IN_ONE_BOOT = 35  # at least; a guest must survive the faults of its lines


class Modem:
    """`smtpsim modem` on a pseudo-terminal, as a context manager."""

    def __init__(self, folder, chosen):
        self.folder, self.chosen = folder, chosen
        self.line = str(folder / "modem")

    def __enter__(self):
        profile, ready = self.folder / "profile.yaml", self.folder / "ready"
        profile.write_text(cases.profile(self.chosen))
        command = [binary(), "modem", str(profile), "--pty", self.line, "--ready-file", str(ready),
                   "--journal", str(self.folder / "journal.jsonl"),
                   "--messages", str(self.folder / "messages"), "--quiet"]
        self.output = open(self.folder / "modem.log", "wb")
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=self.output,
                                        stderr=subprocess.STDOUT)
        try:
            until(lambda: ready.exists() or self.process.poll() is not None, "the modem's ready file")
            if self.process.poll() is not None:
                skip_if_left_out(self.said())
                raise AssertionError(f"the modem ended with {self.process.returncode}: {self.said()}")
        except BaseException:
            self._end(signal.SIGKILL)
            raise
        return self

    def __exit__(self, kind, *_):
        code = self._end(signal.SIGTERM)
        if kind is None and code != 0:
            raise AssertionError(f"the modem ended with {code}: {self.said()}")

    def _end(self, number):
        self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()
        finally:
            self.output.close()

    def said(self):
        return (self.folder / "modem.log").read_text(errors="replace")

    def kept(self, case):
        """The number of kept messages of this case, which is their subject."""
        subject = re.compile(rb"^Subject: %s\r$" % case.name.encode(), re.M)
        return sum(bool(subject.search(path.read_bytes())) for path in self.folder.glob("messages/*.eml"))


def lanes_of(chosen):
    soon = [case for case in chosen if case.is_soon_over]
    rest = [case for case in chosen if not case.is_soon_over]
    return [lane for lane in [soon, *(rest[start::LANES - 1] for start in range(LANES - 1))] if lane]


def run(chosen, folder):
    """Runs the cases: by name, the differences from the table (a list), and the output of the clients."""
    lanes = lanes_of(chosen)
    with concurrent.futures.ThreadPoolExecutor(len(lanes)) as pool:
        found = {}
        for part in pool.map(lambda lane: _run_lane(lane, folder / lane[0].name), lanes):
            found.update(part)
        return found


def _run_lane(lane, folder):
    work = folder / "guest"
    work.mkdir(parents=True)
    with Modem(folder, lane) as modem:
        outcomes = guest.boot(modem.line, cases.guest_cases(lane), cases.guest_etc(lane), work)
        found = {}
        for case in lane:
            outcome = outcomes[case.name]
            found[case.name] = cases.differences(case, outcome, modem.kept(case)), outcome
        return found


class DialUp(TestCase):
    """One test per case; made below."""

    slow = True

    @classmethod
    def setUpClass(cls):
        if os.environ.get("SMTPSIM_NO_KERNEL"):
            raise unittest.SkipTest("allowed: SMTPSIM_NO_KERNEL is set")
        missing = guest.missing_packages()
        if missing:
            allowed = "" if all(map(is_known, missing)) else "allowed: "
            raise unittest.SkipTest(f"{allowed}packages are missing: {' '.join(missing)}")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="smtpsim-e2e-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        try:
            cls.found = run(cases.CASES, cls.folder)
        except guest.NoGuest as error:
            raise unittest.SkipTest(str(error)) from error

    def test_one_guest_meets_many_faults(self):
        faulty = max(sum(bool(case.faults) for case in lane) for lane in lanes_of(cases.CASES))
        self.assertGreaterEqual(faulty, FAULTS_IN_ONE_BOOT)

    def test_the_catalogue_tells_what_is_seen(self):
        entries = json.loads(smtpsim("fault", "list", "--json").stdout)
        documented = {(entry["id"], line) for entry in entries for line in entry.get("sees", ())}
        self.assertEqual({(case.entry, line) for case in cases.CASES for line in case.sees} - documented, set())

    def hold(self, case):
        differences, outcome = self.found[case.name]
        if case.uses_wvdial and differences and "Segmentation fault" in outcome.output:
            self.skipTest("allowed: wvdial crashes whenever it dials")  # 1.61-8 of Debian 13
        if differences:
            self.fail("; ".join(differences) + "\n" + outcome.output[-3000:])


for each in cases.CASES:
    setattr(DialUp, f"test_{each.name.replace('-', '_')}", lambda self, case=each: self.hold(case))


def main(names):
    chosen = [case for case in cases.CASES if not names or case.name in names]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="smtpsim-e2e-"))
    different = 0
    for name, (differences, outcome) in run(chosen, folder).items():
        if names:
            print(outcome.output, outcome.text("msmtp"))
        print(f"{name}: {outcome.seconds:.1f} s: {'; '.join(differences) or 'as in the table'}")
        different += bool(differences)
    print(f"{different} of {len(chosen)} differ; all is in {folder}")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
