"""Faults as a client's socket sees them: FIN or RST, waits, octets, replies and kept messages."""

import time
import unittest

import contents
from harness import Server, TestCase, until


def fault(at, do, when="", name="under test"):
    lines = ["smtpsim: 1", "faults:", f"  - name: {name}", f"    at: {at}"]
    if when:
        lines.append(f"    when: {when}")
    lines.append(f"    do: {do}")
    return "\n".join(lines) + "\n"


class Endings(TestCase):
    STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "content", "message")

    def reach(self, wire, stage):
        """Sends commands up to the stage; the caller reads the reply of the stage."""
        steps = [("connect", None, 220), ("ehlo", b"EHLO a.test\r\n", 250),
                 ("mail", b"MAIL FROM:<a@a.test>\r\n", 250), ("rcpt", b"RCPT TO:<b@b.test>\r\n", 250),
                 ("data", b"DATA\r\n", 354), ("content", b"text\r\n", None),
                 ("message", b".\r\n", 250), ("quit", b"QUIT\r\n", 221)]
        for name, octets, code in steps:
            if octets:
                wire.send(octets)
            if name == stage:
                return
            if code:
                wire.expect(code)

    def check(self, effect, ending):
        for stage in self.STAGES:
            when = "{bytes: 1}" if stage == "content" else ""
            with self.subTest(stage=stage), \
                    Server(faults=[fault(stage, f"[{effect}]", when)]) as server:
                try:
                    with server.connect(greeting=False) as wire:
                        self.reach(wire, stage)
                        ended = wire.ending()
                except ConnectionResetError:  # so early that connecting fails
                    ended = "reset"
                self.assertEqual(ended, ending)
                self.assertEqual(len(until(lambda: server.events("fault"), "the fault")), 1)
                # A message that is not refused is kept, even if the client never gets the reply.
                self.assertEqual(len(server.messages()), 1 if stage == "message" else 0)

    def test_close_is_a_clean_end_of_the_stream_at_every_stage(self):
        self.check("close", "eof")

    def test_reset_is_a_connection_reset_at_every_stage(self):
        self.check("reset", "reset")

    def test_at_quit_the_message_before_it_stays(self):
        for effect, ending in (("close", "eof"), ("reset", "reset")):
            with self.subTest(effect=effect), \
                    Server(faults=[fault("quit", f"[{effect}]")]) as server:
                with server.connect(greeting=False) as wire:
                    self.reach(wire, "quit")
                    self.assertEqual(wire.ending(), ending)
                self.only_message(server)

    def test_shutdown_says_421_and_closes(self):
        for stage in ("connect", "mail", "message"):
            with self.subTest(stage=stage), Server(faults=[fault(stage, "[shutdown]")]) as server:
                with server.connect(greeting=False) as wire:
                    self.reach(wire, stage)
                    wire.expect(421)
                    self.assertEqual(wire.ending(), "eof")
                self.assertEqual(server.messages(), [])

    def test_a_reply_before_a_close_arrives_whole(self):
        with Server(faults=[fault("mail", "[{reply: 451 Later}, close]")]) as server:
            with server.connect() as wire:
                wire.ask("EHLO a.test")
                # More commands than replies: closing with unread octets must not destroy the reply.
                wire.send(b"MAIL FROM:<a@a.test>\r\n" + b"RCPT TO:<b@b.test>\r\n" * 1000)
                self.assertEqual(wire.reply().lines, ["451 Later"])
                self.assertEqual(wire.ending(), "eof")

    def test_a_cut_after_n_octets_of_content(self):
        with Server(faults=[fault("content", "[reset]", "{bytes: 4096}")]) as server:
            with server.connect() as wire:
                wire.envelope()
                wire.ask("DATA", 354)
                wire.send(b"x" * 998 + b"\r\n")
                wire.send(b"y" * 998 + b"\r\n")
                self.assertEqual(server.events("fault"), [])
                try:
                    wire.send((b"z" * 998 + b"\r\n") * 3)
                except ConnectionResetError:
                    pass
                self.assertEqual(wire.ending(), "reset")
            until(lambda: server.events("closed"), "the end")
            self.assertEqual(server.events("closed")[0]["by"], "server-reset")
            self.assertEqual(server.messages(), [])


class Words(TestCase):
    def test_delay_waits_at_least_that_long_and_others_do_not_wait(self):
        with Server(faults=[fault("connect", "[{delay: 600ms}]", "{times: 1}")]) as server:
            start = time.monotonic()
            with server.connect(greeting=False) as slow:
                with server.connect() as other:
                    other.ask("QUIT", 221)
                self.assertLess(time.monotonic() - start, 0.5)
                slow.expect(220)
                waited = time.monotonic() - start
            self.assertGreaterEqual(waited, 0.6)
            self.assertLess(waited, 3)

    def test_raw_sends_any_octets(self):
        do = r"""[{raw: '250-half\r\n|250 \xff\0rest\r\n'}]"""
        with Server(faults=[fault("noop", do)]) as server, server.connect() as wire:
            wire.send(b"NOOP\r\n")
            self.assertEqual(wire.line(), "250-half")
            self.assertEqual(wire.line(), "250 \xff\0rest")
            wire.ask("RSET")

    def test_nth_and_times(self):
        with Server(faults=[fault("rcpt", "[{reply: 450 4.2.0 Later}]", "{nth: 2, times: 1}")]) as server:
            for codes in ([250, 450, 250], [250, 250, 250]):
                with server.connect() as wire:
                    wire.ask("EHLO a.test")
                    wire.ask("MAIL FROM:<a@a.test>")
                    for number, code in enumerate(codes):
                        wire.ask(f"RCPT TO:<r{number}@b.test>", code)

    def test_sender_and_recipient_patterns(self):
        when = '{sender: "*@spam.test", recipient: "jane?@*"}'
        with Server(faults=[fault("rcpt", "[{reply: 550 5.7.1 Go away}]", when)]) as server:
            for sender, recipient, code in (("x@spam.test", "janed@elsewhere.com", 550),
                                            ("x@spam.test", "jdoe@elsewhere.com", 250),
                                            ("x@ham.test", "janed@elsewhere.com", 250)):
                with self.subTest(sender=sender, recipient=recipient), server.connect() as wire:
                    wire.ask("EHLO a.test")
                    wire.ask(f"MAIL FROM:<{sender}>")
                    wire.ask(f"RCPT TO:<{recipient}>", code)

    def test_two_fault_files_are_asked_in_order(self):
        faults = [fault("mail", "[{reply: 451 First}]", "{times: 1}"),
                  fault("mail", "[{reply: 452 Second}]", "{times: 1}")]
        with Server(faults=faults) as server, server.connect() as wire:
            wire.ask("EHLO a.test")
            wire.ask("MAIL FROM:<a@a.test>", 451)
            wire.ask("MAIL FROM:<a@a.test>", 452)
            wire.ask("MAIL FROM:<a@a.test>", 250)

    def test_a_failed_message_can_be_sent_again(self):
        with Server(faults=[fault("message", "[{reply: 452 Later}]", "{times: 1}")]) as server:
            with server.connect() as wire:
                wire.envelope()
                wire.message(contents.SIMPLE, code=452)
                wire.envelope()
                wire.message(contents.SIMPLE)
            self.only_message(server)


if __name__ == "__main__":
    unittest.main()
