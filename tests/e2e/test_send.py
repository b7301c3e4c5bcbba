"""smtpsim send: the reference client against profiles on virtual time, and over real sockets."""

import json
import pathlib
import socket
import tempfile

from harness import Server, TestCase, run

FAILS_TWICE = """smtpsim: 1
faults:
  - {at: rcpt, when: {times: 2}, do: [{reply: '450 4.2.1 Later'}]}
"""


class Sending(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smtpsim-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return path

    def send(self, *arguments, code=0):
        done = run("send", *arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done

    def outcomes(self, *arguments, code=0):
        return [json.loads(line) for line in self.send(*arguments, "--json", code=code).stdout.splitlines()]


class Profiles(Sending):
    def test_a_delivery_is_shown_and_told(self):
        done = self.send("post-office-1996", "--persona", "imn-1.0")
        self.assertIn("MAIL FROM:<jdoe@somewhere.com>", done.stdout)
        self.assertTrue(done.stdout.splitlines()[-1].startswith("delivered at message: 250 "))

    def test_a_failure_is_told_and_is_the_exit_code(self):
        done = self.send("esmtp", "--fault", "kb155455/message/552", "--quiet", code=1)
        self.assertRegex(done.stdout, r"\Afailed at message: 552 ")

    def test_outcomes_as_json(self):
        self.assertEqual(self.outcomes("esmtp", "--count", 2, "--to", "a@b.example", "--to", "c@d.example"),
                         [{"outcome": "delivered", "stage": "message", "attempts": 1, "accepted": 2}] * 2)

    def test_one_seed_and_clock_give_one_log_and_one_journal(self):
        octets = []
        for number in (1, 2):
            log, journal = self.folder / f"{number}.log", self.folder / f"{number}.jsonl"
            self.send("post-office-1996", "--persona", "imn-1.0", "--seed", 155455, "--clock",
                      "1996-08-01T22:22:27Z", "--log", log, "--journal", journal, "--quiet")
            octets.append((log.read_bytes(), journal.read_bytes()))
        self.assertEqual(octets[0], octets[1])
        lines = octets[0][0].decode().split("\r\n")
        self.assertEqual(len(lines), 26)  # the last one is empty
        self.assertEqual(lines[0], "Microsoft(r) Plus! for Windows(r) 95 4.70.1155")
        self.assertEqual(lines[19:21], ["SMTP: 22:22:27 [tx] ", "."])
        events = [json.loads(line)["event"] for line in octets[0][1].splitlines()]
        self.assertEqual(events[0], "connecting")
        self.assertEqual(events[-1], "closed")

    def test_the_log_is_of_the_personas_product(self):
        done = self.send("esmtp", "--persona", "outlook-express-6", "--fault", "tcp/reset-at-data",
                         "--log", "-", code=1)
        self.assertTrue(done.stdout.startswith("Outlook Express 6.00.2800.1106\n"))
        self.assertIn('[db] ERROR: "The server has terminated the connection.", hr=2148322319',
                      done.stdout)

    def test_a_patient_client_tries_again(self):
        fault = self.file("fails-twice.yaml", FAILS_TWICE)
        self.assertEqual(self.outcomes("esmtp", "--fault", fault, "--persona", "patient")[0]["attempts"], 3)
        self.assertEqual(self.outcomes("esmtp", "--fault", fault, "--persona", "rfc5321", code=1),
                         [{"outcome": "deferred", "stage": "rcpt", "attempts": 1, "accepted": 0}])

    def test_a_careless_client_reports_what_is_not_true(self):
        reported = self.outcomes("esmtp", "--fault", "kb155455/message/552", "--persona", "careless")
        self.assertEqual(reported[0]["outcome"], "delivered")

    def test_an_lmtp_profile_is_spoken_to_in_lmtp(self):
        self.assertIn("LHLO smtp-client", self.send("lmtp").stdout)


class Personas(Sending):
    def test_they_are_listed(self):
        listed = [line.split()[0] for line in self.send("--list").stdout.splitlines()]
        for name in ("imn-1.0", "outlook-express-5", "rfc5321", "ignores-421", "resends", "headless-data"):
            self.assertIn(name, listed)

    def test_ones_own_is_a_file(self):
        persona = self.file("mine.yaml", "smtpsim: 1\npersona: mine\nsummary: Mine\nhello: helo\n"
                                         "mistakes: [no-quit]\n")
        shown = self.send("esmtp", "--persona", persona).stdout
        self.assertIn("HELO smtp-client", shown)
        self.assertNotIn("QUIT", shown)

    def test_mistakes_in_it_have_their_place(self):
        persona = self.file("mine.yaml", "smtpsim: 1\npersona: mine\nsummary: Mine\nhallo: helo\n")
        done = self.send("esmtp", "--persona", persona, code=2)
        self.assertRegex(done.stderr, r"mine\.yaml:4:1: .*; did you mean hello\n\Z")
        done = self.send("esmtp", "--persona", "imn-1.1", code=2)
        self.assertIn("did you mean imn-1.0", done.stderr)

    def test_a_fault_that_no_client_here_meets_is_refused(self):
        for fault, reported in (("dialup/busy", "dialup/busy: stage dial needs a modem; run it with smtpsim modem"),
                            ("tls/expired-certificate", "stage tls needs TLS; no persona of send has it; "
                                                        "run it with smtpsim serve")):
            with self.subTest(fault):
                self.assertIn(reported, self.send("submission", "--fault", fault, code=2).stderr)

    def test_a_fault_that_never_fired_is_told(self):
        fault = self.file("odd.yaml", "smtpsim: 1\nfaults:\n  - {name: unasked, at: vrfy, do: [reset]}\n")
        self.assertEqual(self.send("esmtp", "--fault", fault, "--quiet").stderr,
                         f"{fault}:3:5: never fired: unasked\n")
        self.assertRegex(self.send("by-address").stderr,
                         r"\Asmtpsim: never fired: \d+ faults of the built-in profile\n\Z")
        self.assertEqual(self.send("by-address", "--quiet").stderr, "")
        done = self.send("esmtp", "--fault", "kb155455/rcpt/552", "--quiet", code=1)
        self.assertEqual(done.stderr, "")

    def test_a_message_of_many_megabytes_is_sent_whole(self):
        octets = 6_000_000
        message = self.file("large", "Subject: large\n\n" + ("x" * 999 + "\n") * (octets // 1000))
        done = self.send("esmtp", "--message", message)
        self.assertIn("(6,", done.stdout)

    def test_nothing_is_overwritten_for_a_command_line_that_is_wrong(self):
        log = self.file("Smtp.log", "what was there\n")
        self.send("esmtp", "--fault", "kb155455/nope/1", "--log", log, code=2)
        self.assertEqual(log.read_text(), "what was there\n")


class Sockets(Sending):
    MESSAGE = "Subject: dots\n\n.\n..two\nlast line"

    def test_a_server_keeps_what_was_sent(self):
        for persona in ("rfc5321", "imn-1.0", "outlook-express-6"):
            with self.subTest(persona), Server() as server:
                self.send(f"127.0.0.1:{server.port}", "--persona", persona, "--to", "janed@elsewhere.com",
                          "--message", self.file("message", self.MESSAGE))
                message = self.only_message(server)
                self.assertEqual(message.content, self.MESSAGE.replace("\n", "\r\n").encode() + b"\r\n")
                self.assertEqual(message.recipients, ["janed@elsewhere.com"])

    def test_both_ends_and_the_log_agree(self):
        log, journal = self.folder / "Smtp.log", self.folder / "own.jsonl"
        with Server("post-office-1996", options=["--sessions", "1"]) as server:
            self.send(f"127.0.0.1:{server.port}", "--persona", "imn-1.0", "--count", 3, "--log", log,
                      "--journal", journal)
            server.wait()
            for exchanged in (server.journal_file, journal):
                done = run("log", "check", log, "--journal", exchanged)
                self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def test_lmtp_is_spoken_where_it_is_asked_for(self):
        with Server("lmtp") as server:
            self.send(f"127.0.0.1:{server.port}", "--lmtp")
            self.only_message(server)

    def test_a_name_stands_for_all_its_addresses(self):
        """One of them refuses, if localhost is also ::1."""
        with Server() as server:
            self.send(f"localhost:{server.port}")
            self.only_message(server)
        with Server(listen=("localhost:0",)) as server:
            self.send(server.addresses[0].upper())
            self.only_message(server)

    def test_nobody_listens(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            target = f"127.0.0.1:{taken.getsockname()[1]}"
            log = self.folder / "Smtp.log"
            reported = self.send(target.replace("127.0.0.1", "localhost"), code=1).stdout.splitlines()[-1]
            self.assertRegex(reported, r"\Adeferred at connect: refused at (::1, )?127\.0\.0\.1\Z")
            reported = self.outcomes(target, "--log", log, "--persona", "outlook-express-6", code=1)
        self.assertEqual((reported[0]["outcome"], reported[0]["stage"]), ("deferred", "connect"))
        self.assertIn("hr=2148322318", log.read_text())  # 0x800CCC0E
        self.assertNotIn("[rx]", log.read_text())

    def test_another_machine_is_not_sent_to_unless_asked(self):
        done = self.send("192.0.2.1:25", code=2)
        self.assertIn("192.0.2.1:25 is another machine; --remote allows that", done.stderr)

    def test_options_that_would_mean_nothing_are_refused(self):
        self.send("127.0.0.1:25", "--seed", 1, code=2)
        self.send("esmtp", "--lmtp", code=2)
        self.send("127.0.0.1:99999", code=2)
        self.send("esmtp", "--to", "a b", code=2)
