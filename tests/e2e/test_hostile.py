"""Hostile and broken clients: the server limits its memory, follows the protocol and serves its other clients."""

import socket
import struct
import threading
import unittest

import contents
from harness import Server, TestCase, stuffed, until

SMALL_LIMIT = """\
smtpsim: 1
profile: small
extends: esmtp
server:
  limits: {message: 1MB}
"""

MEGABYTES = 1 << 20
GROWTH_KILOBYTES_MAX = 16 << 10  # chosen: far less than each test sends


class Pouring(TestCase):
    def test_an_endless_line_is_answered_with_500_once_it_ends(self):
        with Server(traffic=False) as server:
            with server.connect() as wire:
                before = server.resident_kilobytes()
                for _ in range(48):
                    wire.send(b"A" * MEGABYTES)
                grown = server.resident_kilobytes() - before
                self.assertLess(grown, GROWTH_KILOBYTES_MAX, "kilobytes more in memory")
                wire.send(b"\r\n")
                wire.expect(500)
                wire.ask("NOOP")

    def test_an_endless_login_and_an_endless_chunk_are_never_held(self):
        profile = ("smtpsim: 1\nprofile: p\nserver:\n  extensions: [CHUNKING]\n"
                   "  auth: {}\n  limits: {message: 1MB}\n")
        with Server(profile, traffic=False) as server:
            with server.connect() as wire:
                wire.envelope()
                before = server.resident_kilobytes()
                wire.send(b"BDAT %d LAST\r\n" % (48 * MEGABYTES))
                wire.expect(552)
                for _ in range(48):
                    wire.send(b"QUIT\r\n" * (MEGABYTES // 6) + b"QUIT")
                wire.ask("RSET")
                wire.ask("AUTH PLAIN", 334)
                for _ in range(48):
                    wire.send(b"A" * MEGABYTES)
                wire.send(b"\r\n")
                wire.expect(500)
                grown = server.resident_kilobytes() - before
                self.assertLess(grown, GROWTH_KILOBYTES_MAX, "kilobytes more in memory")
                wire.ask("NOOP")

    def test_an_endless_message_is_refused_at_its_end_and_never_held(self):
        with Server(SMALL_LIMIT,
                    traffic=False) as server:
            with server.connect() as wire:
                wire.envelope()
                wire.ask("DATA", 354)
                before = server.resident_kilobytes()
                line = b"x" * 998 + b"\r\n"
                for _ in range(48):
                    wire.send(line * 1049)
                grown = server.resident_kilobytes() - before
                self.assertLess(grown, GROWTH_KILOBYTES_MAX, "kilobytes more in memory")
                wire.send(b".\r\n")
                wire.expect(552)
                wire.envelope()
                wire.message(contents.SIMPLE)
            self.assertEqual(len(server.messages()), 1)

    def test_a_message_is_held_to_the_limit_to_the_octet(self):
        limit = 1_000_000  # 1MB in a profile
        for size, code in ((limit, 250), (limit + 1, 552)):
            with self.subTest(size=size), Server(SMALL_LIMIT) as server:
                with server.connect() as wire:
                    wire.envelope()
                    line = b"x" * 98 + b"\r\n"
                    content = line * (size // 100)
                    content = b"y" * (size - len(content)) + content
                    self.assertEqual(len(content), size)
                    wire.message(content, code)
                self.assertEqual(len(server.messages()), 1 if code == 250 else 0)

    def test_ten_thousand_recipients(self):
        with Server() as server:
            with server.connect() as wire:
                wire.ask("EHLO client.test")
                wire.ask("MAIL FROM:<jdoe@somewhere.com>")
                codes = []
                for start in range(0, 10_000, 500):  # in groups: the replies must be read in time
                    wire.send(b"".join(b"RCPT TO:<r%d@elsewhere.com>\r\n" % number
                                       for number in range(start, start + 500)))
                    codes += [wire.reply().code for _ in range(500)]
                self.assertEqual(codes, [250] * 1_000 + [452] * 9_000)
                wire.message(contents.SIMPLE)
            recipients = self.only_message(server).recipients
            self.assertEqual(recipients, [f"r{number}@elsewhere.com" for number in range(1_000)])

    def test_a_client_that_never_reads_blocks_only_itself(self):
        with Server(traffic=False) as server:
            with server.connect() as deaf, server.connect() as other:
                before = server.resident_kilobytes()
                sent = deaf.send_as_much_as_possible(b"NOOP\r\n" * 4096, 256 * MEGABYTES)
                self.assertLess(sent, 256 * MEGABYTES, "the server reads on although its replies are not read")
                grown = server.resident_kilobytes() - before
                self.assertLess(grown, GROWTH_KILOBYTES_MAX, "kilobytes more in memory")
                other.envelope()
                other.message(contents.SIMPLE)
                with server.connect() as newcomer:
                    newcomer.ask("QUIT", 221)
            self.assertEqual(len(server.messages()), 1)

    def test_a_deaf_client_that_listens_again_gets_every_reply(self):
        with Server(traffic=False) as server:
            with server.connect() as wire:
                sent = wire.send_as_much_as_possible(b"NOOP\r\n" * 4096, 64 * MEGABYTES)
                commands = -(-sent // 6)
                rest = b"NOOP\r\n"[sent % 6 or 6:] + b"QUIT\r\n"
                writer = threading.Thread(target=wire.send, args=(rest,))  # waits for room
                writer.start()
                replies = b""
                while octets := wire.peer.recv(1 << 20):
                    replies += octets
                writer.join()
            lines = replies.split(b"\r\n")
            self.assertEqual(lines[-1], b"")
            self.assertEqual(lines[-2][:3], b"221")
            self.assertEqual(len(lines) - 2, commands)
            self.assertEqual({line[:4] for line in lines[:-2]}, {b"250 "})


class Nonsense(TestCase):
    def test_nul_and_8_bit_commands_are_answered_and_recorded_as_they_were(self):
        lines = [b"\0\r\n", b"NO\0OP\r\n", b"\xff\xfe\x80\r\n", b"MAIL FROM:<\xe9@somewhere.com>\r\n",
                 b"EHLO \x1b[2J\r\n", b"\r\n"]
        with Server() as server:
            with server.connect() as wire:
                wire.ask("EHLO client.test")
                for line in lines:
                    wire.send(line)
                    reply = wire.reply()
                    self.assertIn(reply.code // 100, (2, 5), f"{line!r}: {reply}")
                    for text in reply.lines:
                        self.assertTrue(all(c >= " " and c != "\x7f" for c in text),
                                        f"{line!r} came back in {text!r}")
                wire.ask("NOOP")
            until(lambda: server.events("closed"), "the session's end")
            received = [e["octets"].encode("latin-1") for e in server.events("received")]
            self.assertEqual(received[1:-1], lines)

    def test_a_bare_line_feed_before_the_dot_does_not_end_the_message(self):
        content = b"Subject: smuggled\r\n\r\nbefore\n.\nMAIL FROM:<evil@elsewhere.com>\r\n"
        for profile in ("esmtp", "post-office-1996"):
            with self.subTest(profile=profile), Server(profile) as server:
                with server.connect() as wire:
                    wire.envelope()
                    wire.ask("DATA", 354)
                    wire.send(content + b".\r\n")
                    reply = wire.reply()
                    wire.ask("NOOP")  # exactly one reply came
                if reply.code == 250:
                    self.assertOctets(self.only_message(server).content, content)
                else:
                    self.assertEqual(reply.code // 100, 5)
                    self.assertEqual(server.messages(), [])

    def test_a_client_that_resets_or_vanishes_leaves_nothing_behind(self):
        with Server() as server:
            for reset in (True, False):
                wire = server.connect()
                wire.envelope()
                wire.ask("DATA", 354)
                wire.send(b"Subject: cut\r\n\r\nhalf a li")
                if reset:
                    wire.peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                wire.close()
            until(lambda: len(server.events("closed")) == 2, "both ends")
            self.assertEqual(server.messages(), [])
            self.assertEqual({event["by"] for event in server.events("closed")},
                             {"client", "client-reset"})

    def test_too_many_errors_end_the_session(self):
        with Server() as server, server.connect() as wire:
            wire.send(b"NONSENSE\r\n" * 100)
            codes = []
            while (line := wire.line()) is not None:
                codes.append(int(line[:3]))
            self.assertEqual(codes[-1], 421, codes)
            self.assertLessEqual(len(codes), 22)

    def test_a_pipelined_conversation_in_one_segment(self):
        with Server() as server:
            with server.connect() as wire:
                wire.ask("EHLO client.test")
                wire.send(b"MAIL FROM:<jdoe@somewhere.com>\r\nRCPT TO:<janed@elsewhere.com>\r\n"
                          b"DATA\r\n")
                self.assertEqual([wire.reply().code for _ in range(3)], [250, 250, 354])
                wire.send(stuffed(contents.SIMPLE) + b".\r\nQUIT\r\n")
                self.assertEqual([wire.reply().code for _ in range(2)], [250, 221])
                self.assertEqual(wire.ending(), "eof")
            self.assertEqual(len(server.messages()), 1)

    def test_octet_by_octet(self):
        with Server() as server:
            with server.connect() as wire:
                wire.peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                wire.envelope()
                wire.ask("DATA", 354)
                for octet in stuffed(b"a\r\n.b\r\n") + b".\r\n":
                    wire.send(bytes([octet]))
                wire.expect(250)
            self.assertEqual(self.only_message(server).content, b"a\r\n.b\r\n")


if __name__ == "__main__":
    unittest.main()
