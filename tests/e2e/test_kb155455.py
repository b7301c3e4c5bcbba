"""The conversation in KB155455, over TCP, at its original time."""

import re
import unittest

from harness import Server, TestCase

# The id's last parts are a count in letters and a number of the run: the server's own.
DIALOGUE = r"""
S: 220 smtp\.host\.com ESMTP server ready Thu, 1 Aug 1996 15:24:2\d -0700
C: EHLO smtp-client
S: 250-smtp\.host\.com
S: 250-HELP
S: 250-EXPN
S: 250-XREMOTEQUEUE
S: 250 PIPELINING
C: RSET
S: 250 Ok resetting state
C: MAIL FROM:<jdoe@somewhere.com>
S: 250 Sender <jdoe@somewhere\.com> Ok
C: RCPT TO:<janed@elsewhere.com>
S: 250 Recipient <janed@elsewhere\.com> Ok
C: DATA
S: 354 Ok Send data ending with <CRLF>\.<CRLF>
C: Subject: KB155455
C:
C: .
S: 250 Message received: 1996080122242\d{4}\.[A-Z]{3}\d+@smtp-client
C: QUIT
S: 221 smtp\.host\.com ESMTP server closing connection
""".strip().splitlines()

# The same in the log, where the message is an empty line and a dot.
LOG = r"""
Connecting to 'smtp\.host\.com'\.
srv_addr = 127\.0\.0\.1
""".strip().splitlines()


class Article(TestCase):
    def talk(self, wire):
        for line in DIALOGUE:
            if line.startswith("S: "):
                self.assertRegex(wire.line(), f"^{line[3:]}$")
            else:
                wire.send(line[3:].encode() + b"\r\n")

    def test_the_printed_conversation_is_held_to_the_letter(self):
        with Server("post-office-1996",
                    options=["--clock", "1996-08-01T22:24:22Z", "--sessions", "1"]) as server:
            with server.connect(greeting=False) as wire:
                self.talk(wire)
                self.assertIsNone(wire.line(), "the server closes after 221")
            server.wait()
            message = self.only_message(server)
            self.assertEqual(message.content, b"Subject: KB155455\r\n\r\n")
            self.assertEqual(message.sender, "jdoe@somewhere.com")
            self.assertEqual(message.recipients, ["janed@elsewhere.com"])

    def test_the_log_shows_it_as_the_article_does(self):
        with Server("post-office-1996",
                    options=["--clock", "1996-08-01T22:24:22Z", "--sessions", "1"]) as server:
            with server.connect(greeting=False) as wire:
                self.talk(wire)
                wire.line()
            server.wait()
            log = server.log_file.read_bytes().decode("latin-1").split("\r\n")
        expected = [f"[db] {line}" for line in LOG]
        for line in DIALOGUE:
            if line in ("C: Subject: KB155455", "C:"):
                continue
            if line == "C: .":
                expected += [r"[tx] ?", r"\."]
            elif line.startswith("C: "):
                expected.append("[tx] " + re.escape(line[3:]))
            else:
                expected.append("[rx] " + line[3:])
        expected.append(r"[db] Connection to 'smtp\.host\.com' closed\.")
        self.assertRegex(log[1], r"^SMTP Log started at ")
        entries = [line for line in log[2:] if line]
        self.assertEqual(len(entries), len(expected), "\n".join(entries))
        for entry, pattern in zip(entries, expected):
            if pattern != r"\.":
                self.assertRegex(entry, r"^SMTP: \d\d:\d\d:\d\d \[")
                entry = entry[len("SMTP: 17:22:28 "):]
            self.assertRegex(entry, "^" + re.sub(r"^\[(..)\]", r"\\[\1\\]", pattern) + "$")

    def test_the_older_forms_of_an_address_are_taken(self):
        with Server("post-office-1996") as server, server.connect() as wire:
            wire.ask("HELO smtp-client")
            for mail in ("MAIL FROM: jdoe@somewhere.com", "MAIL FROM: jdoe"):
                wire.ask(mail)
                wire.ask("RSET")
            wire.ask("MAIL FROM: jdoe@somewhere.com")
            wire.ask("RCPT TO: janed@elsewhere.com")
            wire.ask("RCPT TO: janed")
            wire.ask("RCPT TO:<@HOST1.DOM:USER@HOST2.DOM>")

    def test_a_server_of_rfc_821_refuses_ehlo_and_takes_helo(self):
        with Server("rfc821") as server, server.connect() as wire:
            wire.send(b"EHLO smtp-client\r\n")
            self.assertIn(wire.reply().code, (500, 502, 504))
            wire.ask("HELO smtp-client")
            wire.ask("MAIL FROM:<jdoe@somewhere.com>")
            wire.ask("RCPT TO:<janed@elsewhere.com>")
            wire.message()

    def test_lmtp_answers_once_for_each_recipient(self):
        with Server("lmtp") as server, server.connect() as wire:
            wire.ask("LHLO smtp-client")
            wire.ask("MAIL FROM:<jdoe@somewhere.com>")
            wire.ask("RCPT TO:<a@elsewhere.com>")
            wire.ask("RCPT TO:<b@elsewhere.com>")
            wire.message()
            wire.expect(250)
            wire.ask("QUIT", 221)


if __name__ == "__main__":
    unittest.main()
