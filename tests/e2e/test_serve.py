"""The serve command: where it listens, what it writes, when it ends, and its error messages."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

import contents
from harness import PATIENCE, Server, TestCase, binary, run, until


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
        return True
    except OSError:
        return False


class Listening(TestCase):
    def test_two_ports_and_a_unix_socket_serve_side_by_side(self):
        with Server(listen=("127.0.0.1:0", "127.0.0.1:0"), unix=True) as server:
            self.assertEqual(len(server.ports), 2)
            self.assertEqual(server.addresses[:2],
                             [f"127.0.0.1:{port}" for port in server.ports])
            self.assertEqual(server.addresses[2:], [f"unix:{server.socket_path}"])
            with server.connect(0) as one, server.connect(1) as two, server.connect_unix() as three:
                for wire in (one, two, three):
                    wire.envelope()
                for wire in (three, two, one):
                    wire.message(contents.SIMPLE)
            self.assertEqual(len(server.messages()), 3)

    def test_the_unix_socket_is_gone_afterwards(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "s")
            with Server(options=["--unix", path]):
                self.assertTrue(os.path.exists(path))
            self.assertFalse(os.path.exists(path))

    @unittest.skipUnless(has_ipv6(), "allowed: this machine has no IPv6 loopback")
    def test_ipv6_loopback(self):
        with Server(listen=("[::1]:0",)) as server:
            self.assertEqual(server.addresses, [f"[::1]:{server.port}"])
            with server.connect() as wire:
                wire.envelope()
                wire.message(contents.SIMPLE)
            self.assertEqual(len(server.messages()), 1)

    def test_localhost_is_one_port_at_all_its_addresses(self):
        found = {each[4][0] for each in socket.getaddrinfo("localhost", None, type=socket.SOCK_STREAM)}
        with Server(listen=("localhost:0",), options=["--tls-listen", "localhost:0"]) as server:
            self.assertEqual(server.addresses,
                             [f"localhost:{server.ports[0]}", f"tls:localhost:{server.ports[1]}"])
            for host in found - (set() if has_ipv6() else {"::1"}):
                with self.subTest(host):
                    socket.create_connection((host, server.ports[1]), 5).close()
                    with socket.create_connection((host, server.port), 5) as peer:
                        self.assertEqual(peer.recv(4), b"220 ")

    def test_fifty_clients_at_once(self):
        for threads in ("1", "2"):
            with self.subTest(threads=threads), Server(options=["--threads", threads]) as server:
                wires = [server.connect() for _ in range(50)]
                for number, wire in enumerate(wires):
                    wire.envelope(recipients=[f"r{number}@elsewhere.com"])
                for number, wire in enumerate(wires):
                    wire.message(b"Subject: %d\r\n\r\n%s\r\n" % (number, b"%d " % number * 200))
                for wire in wires:
                    wire.ask("QUIT", 221)
                    self.assertEqual(wire.ending(), "eof")
                    wire.close()
                kept = {message.recipients[0]: message.content for message in server.messages()}
                self.assertEqual(len(kept), 50)
                for number in range(50):
                    self.assertIn(b"Subject: %d\r\n" % number, kept[f"r{number}@elsewhere.com"])

    def test_threads_keep_sessions_apart_under_load(self):
        failures = []

        def client(server, name):
            try:
                with server.connect() as wire:
                    wire.ask("EHLO client.test")
                    for number in range(20):
                        wire.ask(f"MAIL FROM:<{name}@somewhere.com>")
                        wire.ask(f"RCPT TO:<{name}-{number}@elsewhere.com>")
                        wire.message(b"%s %d\r\n" % (name.encode(), number))
                    wire.ask("QUIT", 221)
            except Exception as error:  # shown by the assertion below
                failures.append(f"{name}: {error!r}")

        with Server(options=["--threads", "2", "--sessions", "8"]) as server:
            clients = [threading.Thread(target=client, args=(server, f"c{n}")) for n in range(8)]
            for thread in clients:
                thread.start()
            for thread in clients:
                thread.join()
            self.assertEqual(failures, [])
            self.assertEqual(server.wait(), 0)
            kept = server.messages()
            self.assertEqual(len(kept), 160)
            for message in kept:
                name, _, number = message.recipients[0].split("@")[0].partition("-")
                self.assertEqual(message.content, f"{name} {number}\r\n".encode())
                self.assertEqual(message.sender, f"{name}@somewhere.com")


class Ending(TestCase):
    def test_sessions_n_ends_with_0_after_n(self):
        with Server(options=["--sessions", "2"]) as server:
            with server.connect() as first:
                first.ask("QUIT", 221)
            until(lambda: len(server.events("closed")) == 1, "the first session's end")
            self.assertIsNone(server.process.poll())
            with server.connect():
                pass  # leaving without QUIT ends a session as well
            self.assertEqual(server.wait(), 0)
            self.assertEqual([event["session"] for event in server.events("closed")], [1, 2])

    def test_a_signal_lets_an_open_transaction_finish(self):
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            with self.subTest(signal=number.name), Server(options=["--grace", "30s"]) as server, \
                    server.connect() as wire:
                wire.envelope()
                wire.ask("DATA", 354)
                server.process.send_signal(number)
                until(lambda: self.refuses(server), "no new sessions")
                self.assertIsNone(server.process.poll())
                wire.send(contents.SIMPLE + b".\r\n")
                wire.expect(250)
                wire.send(b"QUIT\r\n")
                self.assertIn(wire.reply().code, (221, 421))
                wire.close()
                self.assertEqual(server.wait(), 0)
                self.assertOctets(self.only_message(server).content, contents.SIMPLE)

    def test_a_stop_says_421_and_makes_no_one_wait(self):
        with Server(options=["--grace", "300ms"]) as server, server.connect() as idle, server.connect() as busy:
            idle.ask("HELO client", 250)
            busy.envelope()
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(idle.reply().code, 421)
            self.assertLess(time.monotonic() - began, 0.25)  # before the other's grace ends
            self.assertEqual(busy.reply().code, 421)
            self.assertEqual(server.wait(), 0)
            self.assertLess(time.monotonic() - began, 1.5)

    def test_no_escape_of_a_word_reaches_the_terminal(self):
        escape = "\x1b]0;owned\x07"
        for words in (["run", escape + ".yaml"], ["serve", escape + ".yaml"], ["serve", "--fault", escape],
                      ["log", "explain", escape], ["audit", "--client", escape], ["serve", "--listen", escape],
                      ["serve", "--clock", escape], ["serve", "--log-dialect", escape],
                      ["send", "--persona", escape], ["fault", "show", escape], ["profile", "check", escape + ".yaml"],
                      ["serve", "--messages", escape + "/x"], ["serve", "--journal", escape + "/x"],
                      ["modem", "--pty", escape + "/x"], ["report", "merge", escape], ["serve", "--unix", escape + "/x"]):
            with self.subTest(words=words):
                done = run(*words)
                self.assertNotEqual(done.returncode, 0)
                self.assertNotIn("\x1b", done.stdout + done.stderr)
                self.assertIn("owned", done.stdout + done.stderr)

    def test_a_bad_grace_is_refused(self):
        done = run("serve", "--grace", "soon")
        self.assertEqual((done.returncode, done.stderr),
                         (2, "smtpsim: --grace: write a time such as 500ms or 10s\n"))

    @staticmethod
    def refuses(server):
        try:
            with socket.create_connection(("127.0.0.1", server.port), 5) as peer:
                peer.settimeout(0.2)
                return peer.recv(1) == b""  # taken by the kernel, closed by the server
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def test_a_second_sigterm_ends_it_at_once(self):
        # With any exit code: the operator has interrupted it twice.
        with Server(exit_codes=(0, 1, 3, 130, 143, -15)) as server, server.connect() as wire:
            wire.envelope()
            server.process.send_signal(signal.SIGTERM)
            until(lambda: self.refuses(server), "no new sessions")
            self.assertIsNone(server.process.poll())
            server.process.send_signal(signal.SIGTERM)
            server.wait(2)
            self.assertIn(wire.ending(), ("eof", "reset"))

    def test_a_transcript_that_is_not_read_stops_no_one(self):
        ready = pathlib.Path(tempfile.mkdtemp(prefix="smtpsim-e2e-")) / "ports"
        self.addCleanup(shutil.rmtree, ready.parent)
        process = subprocess.Popen([binary(), "serve", "--listen", "127.0.0.1:0", "--port-file", str(ready)],
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.addCleanup(process.kill)
        until(lambda: ready.exists() or process.poll() is not None, "the port file")
        with socket.create_connection(("127.0.0.1", int(ready.read_text())), PATIENCE) as peer:
            lines = peer.makefile("rb")
            lines.readline()
            for _ in range(10_000):
                peer.sendall(b"NOOP " + b"x" * 200 + b"\r\n")
                self.assertTrue(lines.readline().startswith(b"250"))
            process.send_signal(signal.SIGTERM)
            self.assertEqual(lines.readline()[:3], b"421")
        out, err = process.communicate(timeout=PATIENCE)
        self.assertEqual((process.returncode, err), (0, b""))
        self.assertTrue(out)

    def test_a_journal_that_is_not_read_holds_its_sessions_and_no_signal(self):
        fifo = pathlib.Path(tempfile.mkdtemp(prefix="smtpsim-e2e-")) / "journal"
        self.addCleanup(shutil.rmtree, fifo.parent)
        os.mkfifo(fifo)
        reader = os.open(fifo, os.O_RDWR)
        self.addCleanup(os.close, reader)
        with Server(options=["--journal", fifo], traffic=False, exit_codes=(3,)) as server, \
                server.connect() as wire:
            wire.peer.settimeout(1)
            with self.assertRaises(TimeoutError):
                for _ in range(200):
                    wire.send((b"NOOP " + b"x" * 200 + b"\r\n") * 100)
                    for _ in range(100):
                        wire.reply()
            server.process.send_signal(signal.SIGTERM)
            self.assertEqual(server.wait(), 3)
            self.assertIn("lines could not be written", server.stderr())

    def test_a_journal_that_cannot_be_written_is_the_environments_failure(self):
        with Server(options=["--journal", "/dev/full", "--sessions", "1"], traffic=False, exit_codes=(3,)) as server:
            with server.connect() as wire:
                wire.ask("QUIT", 221)
            self.assertEqual(server.wait(), 3)
            self.assertIn("/dev/full: cannot write: No space left on device", server.stderr())

    def test_the_journal_is_complete_when_it_ends(self):
        with Server(options=["--sessions", "1"]) as server:
            with server.connect() as wire:
                wire.envelope()
                wire.message(contents.SIMPLE)
                wire.ask("QUIT", 221)
            server.wait()
            events = server.events()
            self.assertEqual([event["n"] for event in events], list(range(1, len(events) + 1)))
            self.assertEqual((events[0]["event"], events[-1]["event"]), ("opened", "closed"))
            content = "".join(e.get("octets", "") for e in events if e["event"] == "content")
            self.assertTrue(content.encode("latin-1").startswith(contents.SIMPLE))
            self.assertEqual(sum(event["event"] == "message" for event in events), 1)


class Refusing(TestCase):
    """An error is reported in one line, with the exit code of its cause."""

    def assertOneLine(self, done, code, *words):
        self.assertEqual(done.returncode, code, done.stderr)
        self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)
        for word in words:
            self.assertIn(word, done.stderr)

    def test_a_taken_port_is_3(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            address = f"127.0.0.1:{taken.getsockname()[1]}"
            self.assertOneLine(run("serve", "--listen", address), 3, address)
            name = f"localhost:{taken.getsockname()[1]}"
            self.assertOneLine(run("serve", "--listen", name), 3, f"{name}: cannot listen at {address}")

    def test_an_unknown_profile_is_2_and_names_the_nearest(self):
        self.assertOneLine(run("serve", "post-ofice-1996", "--listen", "127.0.0.1:0"), 2,
                           "post-ofice-1996", "post-office-1996")

    def test_an_unknown_word_is_2_and_names_the_nearest(self):
        for arguments, expected in (
                (["serve", "--lisen=127.0.0.1:0"],
                 'no option called "--lisen"; did you mean --listen; see smtpsim serve --help'),
                (["serve", "--lisen", "127.0.0.1:0"],
                 'no option called "--lisen"; did you mean --listen; see smtpsim serve --help'),
                (["sreve"], 'no subcommand called "sreve"; did you mean serve; see smtpsim --help'),
                (["fault", "lst"],
                 'no subcommand called "lst"; did you mean list; see smtpsim fault --help'),
                (["serve", "esmtp", "more"], "more is one word too many; see smtpsim serve --help"),
                (["--fault", "kb155455/rcpt/552", "serve"],
                 "--fault must come after serve; see smtpsim serve --help"),
                (["serve", "--log"], "--log needs a value; see smtpsim serve --help"),
                (["serve", "--seed", "1", "--seed", "2"],
                 "--seed is given more than once; see smtpsim serve --help"),
                (["fault"], "A subcommand is required; see smtpsim fault --help")):
            with self.subTest(arguments=arguments):
                done = run(*arguments)
                self.assertEqual((done.returncode, done.stderr), (2, f"smtpsim: {expected}\n"))

    def test_a_number_that_cannot_be_is_2(self):
        for arguments in (["serve", "--sessions"], ["modem", "--calls"], ["log", "generate", "--count"],
                          ["log", "explain", "-", "--session"], ["profile", "from-log", "-", "--session"]):
            with self.subTest(arguments=arguments):
                self.assertOneLine(run(*arguments, "0"), 2,
                                   "expected a number from 1 to 1000000000, not 0")
        for command in (["serve"], ["modem"], ["send"], ["run"], ["audit"], ["log", "generate"]):
            for seed in ("-1", "18446744073709551616", "x"):
                with self.subTest(command=command, seed=seed):
                    self.assertOneLine(run(*command, "--seed", seed), 2, "--seed: ", seed)

    def test_a_fault_that_can_never_fire_is_2(self):
        for arguments, expected in (
                (["--fault", "dialup/busy"], "dialup/busy: stage dial needs a modem; "
                                             "run it with smtpsim modem"),
                (["--ca-file", "ca.pem"], "--ca-file: esmtp has no TLS; take a profile such as "),
                (["--fault", "kb155455/rcpt/552", "--fault", "kb155455/rcpt/550"],
                 '"kb155455/rcpt/550": "kb155455/rcpt/552" always decides here')):
            with self.subTest(arguments=arguments):
                self.assertOneLine(run("serve", "esmtp", *arguments, "--listen", "127.0.0.1:0"), 2, expected)

    def test_a_fault_of_tls_is_2_where_no_handshake_can_come(self):
        with tempfile.TemporaryDirectory() as folder:
            fault = pathlib.Path(folder) / "f.yaml"
            fault.write_text("smtpsim: 1\nfaults:\n  - {at: tls, do: [close]}\n")
            self.assertOneLine(run("serve", "--fault", fault, "--listen", "127.0.0.1:0"), 2,
                               "f.yaml:3:5: f: stage tls needs TLS; take a profile such as submission, "
                               "or --tls-listen")
            begin = pathlib.Path(folder) / "begin.yaml"  # a client that gets 220 begins a handshake
            begin.write_text("smtpsim: 1\nfaults:\n  - {at: starttls, do: [{reply: 220 Go}]}\n")
            for others in (["--tls-listen", "127.0.0.1:0"], ["--fault", begin]):
                with self.subTest(others), Server(options=["--fault", fault, *others]):
                    pass

    def stopped(self, server):
        server.process.send_signal(signal.SIGTERM)
        server.wait()

    def test_faults_that_never_fired_are_told_with_their_place(self):
        with Server("smtpsim: 1\nprofile: mine\nextends: esmtp\n"
                    "faults:\n  - {at: vrfy, do: [reset]}\n") as server:
            self.stopped(server)
            self.assertRegex(server.stderr(), r"(?m)^\S+\.yaml:5:5: never fired: fault 1$")
        with Server("by-address", options=["--fault", "rfc5321/connect/421"]) as server:
            self.stopped(server)
            self.assertEqual(server.stderr(), "smtpsim: never fired: rfc5321/connect/421\n")

    def test_a_reader_that_has_seen_enough_is_no_failure(self):
        for arguments in ("fault list", "fault list --json", "log generate --count 300 --quiet"):
            with self.subTest(arguments=arguments):
                done = subprocess.run(["bash", "-c", f"set -o pipefail; {binary()} {arguments} | head -1"],
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
        for arguments in (["fault", "list"], ["--help"], ["serve", "--help"], ["--version"]):
            with self.subTest(arguments=arguments), open("/dev/full", "w") as full:
                done = subprocess.run([binary(), *arguments], stdout=full, stderr=subprocess.PIPE, text=True)
                self.assertEqual((done.returncode, done.stderr), (3, "smtpsim: standard output: cannot write\n"))

    def test_a_bad_address_is_2(self):
        for address in ("127.0.0.1", "127.0.0.1:70000", "127.0.0.1:x", ":25x", "::1:25", ""):
            with self.subTest(address=address):
                self.assertOneLine(run("serve", "--listen", address), 2,
                                   "write 127.0.0.1:2525, [::1]:2525, localhost:2525 or 2525")

    def test_a_bad_profile_is_2_with_every_problem_and_its_place(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "bad.yaml"
            path.write_text("smtpsim: 1\nprofile: bad\nextends: esmtp\n"
                            "server:\n  hostnam: a.test\n  limits: {idle: 5}\n"
                            "faults:\n  - at: rcptt\n    do: [{replyy: 550 No}]\n")
            done = run("serve", path, "--listen", "127.0.0.1:0")
            self.assertEqual(done.returncode, 2, done.stderr)
            for line, word in ((5, "hostname"), (6, "duration"), (8, "rcpt"), (9, "reply")):
                self.assertRegex(done.stderr, rf"bad\.yaml:{line}:\d+: .*{word}")

    def test_a_file_that_cannot_be_read_is_2_and_named_with_the_reason(self):
        for path, reason in (("/nowhere/f.yaml", "No such file or directory"), ("/tmp", "Is a directory")):
            for arguments in (["serve", "--fault", path], ["run", path], ["send", "--message", path],
                              ["log", "explain", path], ["log", "check", path],
                              ["log", "convert", path, "--to", "json"], ["log", "generate", "--mix", path],
                              ["profile", "from-log", path], ["profile", "check", path]):
                with self.subTest(arguments=arguments):
                    self.assertOneLine(run(*arguments), 2, f"{path}: cannot read: {reason}")

    def test_an_unwritable_messages_folder_is_3(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "file"
            file.write_text("in the way\n")
            paths = [file, file / "messages"]
            if os.geteuid() != 0:  # root can write everywhere
                locked = pathlib.Path(folder) / "locked"
                locked.mkdir(mode=0o555)
                paths.append(locked)
            for path in paths:
                with self.subTest(path=path.name):
                    done = run("serve", "--listen", "127.0.0.1:0", "--messages", path)
                    self.assertOneLine(done, 3, str(path))
            self.assertEqual(file.read_text(), "in the way\n")

    def test_an_unwritable_log_journal_or_ready_file_is_3(self):
        for option in ("--log", "--journal", "--ready-file", "--port-file"):
            with self.subTest(option=option):
                done = run("serve", "--listen", "127.0.0.1:0", option, "/nowhere/file")
                self.assertOneLine(done, 3, "/nowhere/file")

    def test_profile_commands(self):
        listed = run("profile", "list")
        self.assertEqual(listed.returncode, 0)
        for name in ("esmtp", "lmtp", "post-office-1996", "rfc821"):
            self.assertIn(name, listed.stdout)
            shown = run("profile", "show", name)
            self.assertEqual(shown.returncode, 0, shown.stderr)
            self.assertIn(name, shown.stdout)
        done = run("profile", "show", "nosuch")
        self.assertEqual((done.returncode, done.stderr),
                         (2, 'smtpsim: no profile called "nosuch"; smtpsim profile list shows all\n'))


if __name__ == "__main__":
    unittest.main()
