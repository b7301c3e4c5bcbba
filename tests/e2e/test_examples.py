"""Every file under examples/ is run, by its path and with the commands in its first lines."""

import os
import subprocess
import time
import unittest

import contents
from harness import PATIENCE, ROOT, Server, TestCase, binary, run

EXAMPLES = ROOT / "examples"
FAULTS = EXAMPLES / "faults"


class Profiles(TestCase):
    def test_full_mailbox(self):
        with Server(EXAMPLES / "full-mailbox.yaml") as server, server.connect() as wire:
            wire.ask("EHLO client.test")
            wire.ask("MAIL FROM:<jdoe@somewhere.com>")
            wire.ask("RCPT TO:<janed@elsewhere.com>", 552)
            wire.ask("RCPT TO:<jane@nowhere.com>", 550)
            wire.ask("RCPT TO:<sam@elsewhere.com>")
            wire.message(contents.SIMPLE)
            self.assertEqual(self.only_message(server).recipients, ["sam@elsewhere.com"])

    def test_greylisting(self):
        with Server(EXAMPLES / "greylisting.yaml") as server:
            for code in (450, 250):
                with server.connect() as wire:
                    wire.ask("EHLO client.test")
                    wire.ask("MAIL FROM:<jdoe@somewhere.com>")
                    wire.ask("RCPT TO:<janed@elsewhere.com>", code)


class Faults(TestCase):
    def serve(self, name):
        return Server(faults=[FAULTS / name])

    def test_421_at_banner(self):
        with self.serve("421-at-banner.yaml") as server:
            with server.connect(greeting=False) as wire:
                wire.expect(421)
                self.assertEqual(wire.ending(), "eof")

    def test_slow_greeting(self):
        with self.serve("slow-greeting.yaml") as server:
            start = time.monotonic()
            with server.connect():
                self.assertGreaterEqual(time.monotonic() - start, 3)

    def test_dropped_in_content(self):
        with self.serve("dropped-in-content.yaml") as server:
            with server.connect() as wire:
                wire.envelope()
                wire.ask("DATA", 354)
                try:
                    wire.send(contents.large(64 << 10) + b".\r\n")
                except (ConnectionResetError, BrokenPipeError):
                    pass
                self.assertEqual(wire.ending(), "reset")
            self.assertEqual(server.messages(), [])

    def test_full_at_end_of_data(self):
        with self.serve("full-at-end-of-data.yaml") as server, server.connect() as wire:
            wire.envelope()
            wire.message(code=552)
            self.assertEqual(server.messages(), [])

    def test_second_recipient_refused(self):
        with self.serve("second-recipient-refused.yaml") as server, server.connect() as wire:
            wire.ask("EHLO client.test")
            wire.ask("MAIL FROM:<jdoe@somewhere.com>")
            for number, code in enumerate((250, 550, 250)):
                wire.ask(f"RCPT TO:<r{number}@elsewhere.com>", code)

    def test_gone_after_the_dot(self):
        with self.serve("gone-after-the-dot.yaml") as server, server.connect() as wire:
            wire.envelope()
            wire.ask("DATA", 354)
            wire.send(b"text\r\n.\r\n")
            self.assertIsNone(wire.line())
            self.only_message(server)

    def test_reply_in_pieces(self):
        with self.serve("reply-in-pieces.yaml") as server, server.connect() as wire:
            wire.ask("EHLO client.test")
            wire.send(b"MAIL FROM:<jdoe@somewhere.com>\r\n")
            self.assertEqual(wire.reply().lines, ["250 2.1.0 Sender OK"])
            wire.ask("RCPT TO:<janed@elsewhere.com>")


class Others(TestCase):
    def test_full_and_busy(self):
        done = run("log", "generate", "--mix", EXAMPLES / "mixes/full-and-busy.yaml", "--count", 5,
                   "--seed", 1)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.count("SMTP Log started at "), 5)

    def test_newsletter(self):
        done = run("send", "esmtp", "--fault", "kb155455/rcpt/450", "--persona",
                   EXAMPLES / "personas/newsletter.yaml")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("HELO smtp-client", done.stdout)
        self.assertIn("450 ", done.stdout)
        self.assertTrue(done.stdout.splitlines()[-1].startswith("delivered at "))


class Whole(TestCase):
    def test_every_example_has_its_test_and_is_valid(self):
        tests = dir(Profiles) + dir(Faults) + dir(Others)
        # The tests of the others are in test_example_clients.py and test_run.py.
        elsewhere = {EXAMPLES / folder for folder in ("clients", "scenarios", "dialup", "ci")}
        files = sorted(path for path in EXAMPLES.glob("**/*.yaml") if path.parent not in elsewhere)
        self.assertGreater(len(files), 0)
        for path in files:
            with self.subTest(path=path.name):
                self.assertIn("test_" + path.stem.replace("-", "_"), tests)
                inside = str(path.relative_to(ROOT))
                self.assertIn(inside, path.read_text(), "its own path, in the comment on top")
        profiles = [path for path in files if path.parent == EXAMPLES]
        done = run("profile", "check", *profiles)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_quickstart(self):
        done = subprocess.run([str(EXAMPLES / "quickstart.sh")], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=3 * PATIENCE,
                              env={**os.environ, "SMTPSIM": binary()})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for line in ("[tx] EHLO smtp-client", "[tx] MAIL FROM:<jdoe@somewhere.com>",
                     "[rx] 250 Recipient <janed@elsewhere.com> Ok",
                     "[rx] 220 smtp.host.com ESMTP server ready Thu, 1 Aug 1996 15:24:2",
                     "[rx] 250 Message received: 19960801222", "Subject: "):
            self.assertIn(line, done.stdout)
        self.assertLess(len(done.stdout.splitlines()), 70)


if __name__ == "__main__":
    unittest.main()
