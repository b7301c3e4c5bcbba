"""smtpsim log, and profile from-log: explains a log, checks it, and generates logs."""

import html.parser
import json
import pathlib
import random
import re
import subprocess
import tempfile

from harness import ROOT, Server, TestCase, binary, run

VOID = {"meta", "br"}


class Page(html.parser.HTMLParser):
    """Checks whether a page's tags are balanced, and collects its links."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.links, self.bad, self.scripts = [], [], [], [], 0
        self.feed(text)
        self.close()
        self.wrong += self.open

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.links += [value for key, value in attributes.items() if key in ("src", "href")]
        self.scripts += tag == "script"
        if "bad" in attributes.get("class", "").split():
            self.bad.append(attributes["class"])
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


class Logs(TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smtpsim-e2e-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, octets):
        path = self.folder / name
        path.write_bytes(octets if isinstance(octets, bytes) else octets.encode())
        return path

    def ok(self, *arguments, code=0):
        done = run(*arguments)
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done.stdout

    def sent(self, *arguments, name="Smtp.log", code=0, persona="imn-1.0"):
        """The log of one send, and its Journal."""
        log, journal = self.folder / name, self.folder / f"{name}.jsonl"
        for earlier in (log, journal):
            earlier.unlink(missing_ok=True)
        self.ok("send", *arguments, "--persona", persona, "--seed", 1, "--clock", "1996-08-01T22:22:27Z",
                "--quiet", "--log", log, "--journal", journal, code=code)
        return log, journal


class Explain(Logs):
    def test_a_refusal(self):
        log, _ = self.sent("post-office-1996", "--fault", "kb155455/message/552", code=1)
        text = self.ok("log", "explain", log)
        self.assertRegex(text, r"\ASession 1: failed\. smtp\.host\.com refused: 552 ")
        failing = [line for line in text.splitlines() if line.startswith(" >> ")]
        self.assertEqual(len(failing), 1)
        self.assertRegex(failing[0], r"\[rx\] 552 .*KB155455")
        self.assertIn("Looks like: kb155455/message/552", text)
        explained = json.loads(self.ok("log", "explain", "--json", log))
        self.assertEqual(len(explained), 1)
        self.assertEqual((explained[0]["outcome"], explained[0]["ending"]), ("failed", "quit"))
        lines = log.read_text().splitlines()
        self.assertIn("[rx] 552", lines[explained[0]["failing_line"] - 1])
        self.assertEqual(explained[0]["causes"][0]["area"], "server")

    def test_a_page_stands_alone_and_holds_a_hostile_server_off(self):
        log = self.file("hostile.log", "[rx] 220 h\n[tx] HELO me\n[rx] 550 <script src='http://a.example'>"
                                       "alert(1)</script>\x1b[2J\n[tx] QUIT\n")
        text = self.ok("log", "explain", "--html", log)
        page = Page(text)
        self.assertEqual((page.wrong, page.links, page.scripts), ([], [], 0))
        self.assertEqual(page.bad, ["step rx bad"])
        self.assertNotIn("\x1b", text)

    def test_one_session_of_several_files(self):
        first, _ = self.sent("esmtp", "--count", 2)
        second, _ = self.sent("esmtp", "--fault", "kb155455/rcpt/550", name="second.log", code=1)
        both = self.file("both.log", first.read_bytes() + second.read_bytes())
        self.assertEqual(len(json.loads(self.ok("log", "explain", "--json", both))), 2)
        explained = json.loads(self.ok("log", "explain", "--json", "--session", 2, both))
        self.assertEqual([session["outcome"] for session in explained], ["failed"])
        self.ok("log", "explain", "--session", 3, both, code=2)
        self.assertEqual(self.ok("log", "explain", first, second).count("Session 1: "), 2)

    def test_standard_input(self):
        log, _ = self.sent("esmtp")
        done = subprocess.run([binary(), "log", "explain", "-"], input=log.read_bytes(), capture_output=True)
        self.assertTrue(done.stdout.startswith(b"Session 1: delivered."))

    def test_a_code_page(self):
        log = self.file("cp.log", b"[rx] 220 caf\xe9\n[tx] QUIT\n")
        self.assertIn("220 café", self.ok("log", "explain", log))
        self.assertIn("220 cafй", self.ok("log", "explain", "--encoding", "windows-1251", log))
        self.ok("log", "explain", "--encoding", "windows-9", log, code=2)
        self.assertIn("cp.log:1: is not UTF-8", run("log", "explain", log).stderr)
        self.assertEqual(run("log", "explain", "--quiet", log).stderr, "")

    def test_what_is_no_log_is_said_to_be_none(self):
        syslog = "Nov 24 12:00:00 host postfix/smtp[1]: connect to mail.example\n" * 3
        for name, octets in (("empty", b""), ("syslog", syslog.encode()),
                             ("garbage", random.Random(1).randbytes(100_000))):
            for command in ("explain", "check"):
                with self.subTest(name, command=command):
                    done = run("log", command, self.file(name, octets))
                    self.assertEqual(done.returncode, 2)
                    self.assertTrue(done.stderr.endswith(f"{name}: no log of an SMTP session\n"))

    def test_a_line_of_a_gigabyte_takes_no_memory(self):
        script = ("import sys\nsys.stdout.write('[rx] 220 ')\n"
                  "for _ in range(1000): sys.stdout.write('x' * 1000000)\nsys.stdout.write('\\n[tx] QUIT\\n')")
        with subprocess.Popen(["python3", "-c", script], stdout=subprocess.PIPE) as maker:
            limited = f"ulimit -v 200000; exec '{binary()}' log convert --to csv -"
            done = subprocess.run(["sh", "-c", limited], stdin=maker.stdout, capture_output=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"-:1: is longer than 64 KiB", done.stderr)
        self.assertTrue(done.stdout.endswith(b"\n2,,tx,QUIT\n"))


class Transcripts(Logs):
    """What real clients print, read as a log."""

    CLIENTS = {
        "swaks": ["--server", "127.0.0.1", "--port", "{port}", "--from", "a@b.example", "--to", "c@d.example"],
        "curl": ["-sv", "smtp://127.0.0.1:{port}/me", "--mail-from", "a@b.example", "--mail-rcpt",
                 "c@d.example", "-T", "-"],
    }

    def printed(self, client, server):
        arguments = [argument.format(port=server.port) for argument in self.CLIENTS[client]]
        done = subprocess.run([client, *arguments], input=b"Subject: x\r\n\r\nQUIT\r\n",
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
        return self.file(f"{client}.txt", done.stdout)

    def test_the_failure_is_found_in_what_clients_print(self):
        for client in self.CLIENTS:
            with self.subTest(client), Server(options=["--fault", "kb155455/message/552"]) as server:
                log = self.printed(client, server)
                explained = json.loads(self.ok("log", "explain", "--json", log))
                self.assertEqual([session["outcome"] for session in explained], ["failed"])
                self.assertIn("kb155455/message/552", explained[0]["entries"])
                failing = log.read_text().splitlines()[explained[0]["failing_line"] - 1]
                self.assertRegex(failing, r"^<(\*\*)? 552 ")

    def test_a_delivery_is_one(self):
        for client in self.CLIENTS:
            with self.subTest(client), Server() as server:
                log = self.printed(client, server)
                explained = json.loads(self.ok("log", "explain", "--json", log))
                self.assertEqual([session["outcome"] for session in explained], ["delivered"])
                converted = self.ok("log", "convert", log, "--to", "imn-1.0", "--bare")
                # curl 8 reports between them that everything is sent.
                self.assertRegex(converted, r"\n\[tx\] \n\.\n(\[db\] .*\n)?\[rx\] 250 ")
                self.assertNotIn("Subject", converted)


class Check(Logs):
    def checked(self, octets, journal):
        done = run("log", "check", self.file("altered.log", octets), "--journal", journal, "--json")
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        return [(found["line"], found["difference"]) for found in json.loads(done.stdout)]

    def test_each_difference_has_its_name_and_line(self):
        log, journal = self.sent("post-office-1996")
        self.ok("log", "check", log, "--journal", journal)
        octets = log.read_bytes()
        lines = octets.splitlines(keepends=True)
        self.assertTrue(lines[17].endswith(b"[tx] DATA\r\n"))
        for what, altered, expected in (
                ("lost", b"".join(lines[:17] + lines[18:]), (17, "missing")),
                ("added", b"".join(lines[:17] + [b"SMTP: 22:22:27 [tx] NOOP\r\n"] + lines[17:]),
                 (18, "invented")),
                ("changed", octets.replace(b"[rx] 354 Ok", b"[rx] 354 No"), (19, "altered")),
                ("turned", octets.replace(b"[tx] DATA", b"[rx] DATA"), (18, "wrong-direction")),
                ("late", octets.replace(lines[17], b"SMTP: 23:22:27 [tx] DATA\r\n"), (18, "time-off")),
                ("body", octets.replace(lines[19], b"SMTP: 22:22:27 [tx] This is a message of the "
                                        b"reference client.\r\n" + lines[19]), (20, "body-leaked")),
                ("login", octets.replace(lines[11], b"SMTP: 22:22:27 [tx] AUTH PLAIN AGEAYg==\r\n"
                                         + lines[11]), (12, "password-leaked")),
                ("open", b"".join(lines[:-1]), (24, "session-not-closed"))):
            with self.subTest(what):
                self.assertIn(expected, self.checked(altered, journal))

    def test_text_names_file_line_and_difference(self):
        log, journal = self.sent("post-office-1996")
        altered = self.file("altered.log", log.read_bytes().replace(b"[rx] 354 Ok", b"[rx] 354 No"))
        self.assertEqual(self.ok("log", "check", altered, "--journal", journal, code=1),
                         f"{altered}:19: altered: 354 No Send data ending with <CRLF>.<CRLF> <> "
                         "354 Ok Send data ending with <CRLF>.<CRLF>\n")

    def test_another_sessions_journal(self):
        log, _ = self.sent("post-office-1996")
        other = self.file("other.jsonl", '{"n":1,"session":1,"t":0,"event":"sent","stage":"x","octets":"y"}\n')
        done = run("log", "check", log, "--journal", other)
        self.assertEqual(done.returncode, 2)
        self.assertIn("the Journal is of another session", done.stderr)
        self.ok("log", "check", log, "--journal", self.file("broken.jsonl", "{"), code=2)

    def test_the_format_alone(self):
        log, _ = self.sent("post-office-1996")
        self.assertEqual(self.ok("log", "check", log), f"{log}: 23 lines: ok\n")
        cut = self.file("cut.log", log.read_bytes()[:-30])
        self.assertRegex(self.ok("log", "check", cut, code=1), r"cut\.log:25: odd-line: has no end")


class Convert(Logs):
    def test_there_and_back(self):
        log, _ = self.sent("post-office-1996")
        for notation in ("json", "csv"):
            with self.subTest(notation):
                there = self.file(notation, self.ok("log", "convert", log, "--to", notation))
                self.assertEqual(subprocess.run([binary(), "log", "convert", there, "--to", "imn-1.0"],
                                                capture_output=True).stdout, log.read_bytes())
        rows = [json.loads(line) for line in (self.folder / "json").read_text().splitlines()]
        self.assertEqual(rows[17], {"line": 18, "time": "22:22:27", "kind": "tx", "text": "DATA"})

    def test_transcripts_dialects_and_the_articles_print(self):
        log, _ = self.sent("post-office-1996")
        self.assertIn("\n -> DATA\n<-  354 Ok", self.ok("log", "convert", log, "--to", "swaks"))
        self.assertIn("\n> DATA\n< 354 Ok", self.ok("log", "convert", log, "--to", "curl"))
        self.assertIn("'smtp.host.com' on port 25.", self.ok("log", "convert", log, "--to", "oe-6"))
        self.assertIn("\n[tx] \n.\n", self.ok("log", "convert", log, "--to", "imn-1.0", "--bare"))

    def test_what_curl_writes_to_a_file(self):
        message = self.file("message", "Subject: hi\r\n\r\nHello\r\n")
        with Server() as server, open(self.folder / "curl.txt", "wb") as transcript:
            subprocess.run(["curl", "-v", f"smtp://127.0.0.1:{server.port}/client", "--mail-from", "a@a.test",
                            "--mail-rcpt", "b@b.test", "-T", message], stderr=transcript, check=True,
                           timeout=60)
        self.assertIn(b"\r  0 ", (self.folder / "curl.txt").read_bytes())  # the progress meter
        done = run("log", "convert", self.folder / "curl.txt", "--to", "oe-6")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertRegex(done.stdout, r"\ASMTP: \[db\] +Trying ")

    def test_a_notation_that_is_none(self):
        log, _ = self.sent("esmtp")
        done = run("log", "convert", log, "--to", "swacks")
        self.assertEqual(done.returncode, 2)
        self.assertIn("did you mean swaks", done.stderr)


class Generate(Logs):
    def made(self, folder, *arguments):
        self.ok("log", "generate", "--seed", 7, "--out", self.folder / folder, *arguments)
        return {path.name: path.read_bytes() for path in (self.folder / folder).rglob("*.log")}

    def test_the_same_seed_gives_the_same_logs_in_parts_or_whole(self):
        whole = self.made("whole", "--count", 12)
        self.assertEqual(len(whole), 12)
        parts = [self.made(f"part{i}", "--count", 12, "--shard", f"{i}/3") for i in (1, 2, 3)]
        self.assertEqual([len(part) for part in parts], [4, 4, 4])
        self.assertEqual(parts[0] | parts[1] | parts[2], whole)
        stream = self.ok("log", "generate", "--seed", 7, "--count", 12)
        self.assertEqual(stream.encode(), b"".join(whole[name] for name in sorted(whole))
                         .replace(b"\r\n", b"\n"))

    def test_labels_tell_of_the_logs(self):
        labels = self.folder / "labels.jsonl"
        logs = self.made("logs", "--count", 20, "--fault", "kb155455/rcpt/*", "--labels", labels)
        rows = [json.loads(line) for line in labels.read_text().splitlines()]
        self.assertEqual([row["file"] for row in rows], sorted(logs))
        for row in rows:
            self.assertTrue(row["failure"].startswith("kb155455/rcpt/"), row)
            lines = logs[row["file"]].split(b"\r\n")
            for line in row["lines"]:
                self.assertRegex(lines[line - 1], rb"\[rx\] [45]\d\d")
            self.assertEqual(bool(row["lines"]), row["failure"] != "kb155455/rcpt/250", row)

    def test_every_log_is_as_its_format_has_it(self):
        self.made("logs", "--count", 50, "--fault", "kb155455/*")
        for log in (self.folder / "logs").glob("*.log"):
            self.ok("log", "check", log)

    def test_a_quiz_keeps_its_answers_apart(self):
        logs = self.made("quiz", "--count", 5, "--quiz", "--fault", "kb155455/mail/*")
        answers = (self.folder / "quiz/answers.jsonl").read_text().splitlines()
        self.assertEqual((len(logs), len(answers)), (5, 5))
        self.assertEqual(sorted(path.name for path in (self.folder / "quiz").iterdir()),
                         ["answers.jsonl", "logs"])
        self.assertNotIn(b"kb155455", b"".join(logs.values()))

    def test_a_mix_of_ones_own(self):
        mix = self.file("mix.yaml", "smtpsim: 1\nmix: mine\nfailures: {'kb155455/data/*': 1}\n"
                                    "personas: {outlook-express-6: 1}\nmessages: 1..1\n")
        logs = self.made("mixed", "--count", 5, "--mix", mix)
        self.assertTrue(all(log.startswith(b"Outlook Express 6.") for log in logs.values()))
        self.ok("log", "generate", "--mix", ROOT / "examples/mixes/full-and-busy.yaml", "--count", 3)

    def test_a_folder_that_is_not_empty_is_refused_unless_forced(self):
        self.made("logs", "--count", 2)
        self.file("logs/notes.txt", "mine")
        for more in ([], ["--quiz"], ["--shard", "1/2"]):
            done = run("log", "generate", "--count", 3, "--out", self.folder / "logs", *more)
            self.assertEqual((done.returncode, done.stdout), (2, ""))
            self.assertEqual(done.stderr, f"smtpsim: {self.folder}/logs: is not empty; name another folder, or --force\n")
        self.assertEqual(len(list((self.folder / "logs").iterdir())), 3)
        self.assertEqual(len(self.made("logs", "--count", 3, "--force")), 3)

    def test_mistakes_are_told(self):
        mix = self.file("mix.yaml", "smtpsim: 1\nmix: mine\npersonas: {imn-1.1: 1}\n")
        done = run("log", "generate", "--mix", mix)
        self.assertEqual(done.returncode, 2)
        self.assertRegex(done.stderr, r"mix\.yaml:3:12: no persona called .*did you mean imn-1\.0\n\Z")
        for wrong in (["--shard", "3/2"], ["--fault", "kb155455/nope/*"], ["--quiz"], ["--count", "0"]):
            self.ok("log", "generate", *wrong, code=2)


class FromLog(Logs):
    @staticmethod
    def timeless(log):
        return re.sub(rb"(?m)^SMTP: \d\d:\d\d:\d\d ", b"", log.read_bytes())

    def test_a_logs_failure_happens_again(self):
        for failure in ("kb155455/message/552", "tcp/close-at-data", "wild/reply-dot-354"):
            with self.subTest(failure):
                log, _ = self.sent("post-office-1996", "--fault", failure, code=1)
                profile = self.file("theirs.yaml", self.ok("profile", "from-log", log))
                self.ok("profile", "check", profile)
                again, _ = self.sent(profile, name="again.log", code=1)
                self.assertEqual(self.timeless(again), self.timeless(log))

    def test_one_session_of_a_log(self):
        first, _ = self.sent("esmtp")
        second, _ = self.sent("esmtp", "--fault", "kb155455/rcpt/550", name="second.log", code=1)
        both = self.file("both.log", first.read_bytes() + second.read_bytes())
        self.assertNotIn("550", self.ok("profile", "from-log", both, "--session", 1))
        self.assertIn("550", self.ok("profile", "from-log", both, "--session", 2))
        self.ok("profile", "from-log", both, "--session", 3, code=2)
