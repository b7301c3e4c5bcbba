"""Runs smtpsim for one test: a server in its own folder on ports that the system picks.

It knows the command line, the files that the server writes, and raw sockets, but no mail client.
Nothing here sleeps for a fixed time: a condition is checked again and again until a deadline.
"""

import errno
import itertools
import json
import os
import pathlib
import re
import select
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PATIENCE = 20.0  # seconds; chosen for a busy two-core machine; a passing test needs far less


def binary():
    """The smtpsim to test: $SMTPSIM, otherwise the release build."""
    if "SMTPSIM" in os.environ:
        return os.environ["SMTPSIM"]
    usual = ROOT / "build/release/app/smtpsim"
    if usual.is_file():
        return str(usual)
    for found in sorted((ROOT / "build").glob("**/smtpsim")):
        if found.is_file() and os.access(found, os.X_OK):
            return str(found)
    raise SystemExit("no smtpsim found under build/: build it first, or set SMTPSIM")


def until(condition, what, seconds=PATIENCE):
    """The first true value of condition(), which is called again and again."""
    deadline = time.monotonic() + seconds
    for pause in itertools.chain([0.002] * 10, itertools.repeat(0.01)):
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds} s in vain: {what}")
        time.sleep(pause)


def run(*arguments, timeout=PATIENCE, **options):
    """Runs smtpsim to its end; stdout and stderr are text."""
    return subprocess.run([binary(), *map(str, arguments)], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=timeout, text=True, **options)


def skip_if_left_out(said):
    """Skips the test if the program reports that its build lacks what the test is about.

    SMTPSIM_LEFT_OUT=1 marks this as intended.
    """
    if found := re.search(r"this build has no [\w -]+", said):
        meant = "allowed: " if os.environ.get("SMTPSIM_LEFT_OUT") == "1" else ""
        raise unittest.SkipTest(meant + found.group())


def skip_unless_linux():
    """Skips the test if the build has replacements for the parts that need Linux."""
    skip_if_left_out(run("modem", "esmtp", "--pty", "no/such/folder/modem").stderr)


class Message:
    """A kept message: content in octets, and the envelope."""

    def __init__(self, eml_path):
        json_path = eml_path.with_suffix(".json")
        about = json.loads(json_path.read_text())
        self.about = about
        self.id = about["id"]
        self.sender = about["sender"]
        self.recipients = about["recipients"]
        self.helo = about["helo"]
        self.content = eml_path.read_bytes()
        if about["size"] != len(self.content):
            raise AssertionError(f"{json_path.name} says {about['size']} octets, the file has "
                                 f"{len(self.content)}")


class Server:
    """`smtpsim serve` as a context manager. Leaving it stops the server and checks its exit code.

    faults, profile: YAML text, or a path. listen: TCP addresses. options: more of the command line.
    exit_codes: the allowed exit codes; a test that kills the server adds one. traffic: whether there is a
    journal and a log; tests that send megabytes have neither.
    """

    def __init__(self, profile=None, *, faults=(), listen=("127.0.0.1:0",), unix=False, options=(),
                 keep_messages=True, messages=None, traffic=True, exit_codes=(0,), preexec=None):
        self.profile, self.faults, self.listen, self.unix = profile, faults, listen, unix
        self.options, self.exit_codes, self.preexec = list(options), exit_codes, preexec
        self.keep_messages, self._messages, self.traffic = keep_messages, messages, traffic
        self.process = None

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="smtpsim-e2e-"))
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def _yaml(self, text_or_path, name):
        if isinstance(text_or_path, pathlib.Path):
            return str(text_or_path)
        path = self.folder / name
        path.write_text(text_or_path)
        return str(path)

    def _start(self):
        self.messages_folder = pathlib.Path(self._messages or self.folder / "messages")
        self.journal_file = self.folder / "journal.jsonl"
        self.log_file = self.folder / "Smtp.log"
        self.socket_path = str(self.folder / "smtp.sock")
        ready, ports = self.folder / "ready", self.folder / "ports"
        command = [binary(), "serve"]
        if self.profile is not None:
            is_yaml = isinstance(self.profile, pathlib.Path) or "\n" in self.profile
            command.append(self._yaml(self.profile, "profile.yaml") if is_yaml else self.profile)
        for address in self.listen:
            command += ["--listen", address]
        if self.unix:
            command += ["--unix", self.socket_path]
        for number, fault in enumerate(self.faults):
            command += ["--fault", self._yaml(fault, f"fault{number}.yaml")]
        if self.keep_messages:
            command += ["--messages", str(self.messages_folder)]
        if self.traffic:
            command += ["--journal", str(self.journal_file), "--log", str(self.log_file)]
        command += ["--ready-file", str(ready), "--port-file", str(ports), "--quiet"]
        command += list(map(str, self.options))
        self.command = command
        with open(self.folder / "stdout", "wb") as out, open(self.folder / "stderr", "wb") as err:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                            preexec_fn=self.preexec)
        until(lambda: ready.exists() or self.process.poll() is not None, "the ready file")
        if not ready.exists():
            raise AssertionError(f"smtpsim ended with {self.process.returncode} before it was ready: "
                                 f"{self.stderr()}")
        self.addresses = ready.read_text().splitlines()
        self.ports = [int(line) for line in ports.read_text().splitlines()]
        self.port = self.ports[0] if self.ports else None

    def __exit__(self, kind, error, trace):
        try:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            code = self.wait()
            # A test that has failed already keeps its own message.
            if kind is None and code not in self.exit_codes:
                raise AssertionError(f"smtpsim ended with {code}, not {self.exit_codes}: "
                                     f"{self.stderr()}")
        finally:
            self._end()

    def _end(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if "SMTPSIM_KEEP" in os.environ:
            print(f"\n  kept: {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def wait(self, seconds=PATIENCE):
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"smtpsim did not end within {seconds} s") from None

    def stderr(self):
        return (self.folder / "stderr").read_text(errors="replace")

    def messages(self):
        """The kept messages, in order of arrival."""
        kept = [Message(path) for path in self.messages_folder.glob("*.eml")]
        return sorted(kept, key=lambda message: (message.about["at"], message.id))

    def events(self, kind=None):
        """The journal so far; an unfinished last line is left out."""
        lines = self.journal_file.read_bytes().split(b"\n")[:-1]
        events = [json.loads(line) for line in lines]
        return [event for event in events if kind is None or event["event"] == kind]

    def resident_kilobytes(self):
        for line in open(f"/proc/{self.process.pid}/status"):
            if line.startswith("VmRSS:"):
                return int(line.split()[1])
        raise AssertionError("no VmRSS")

    def connect(self, index=0, greeting=True):
        """A raw conversation with the index-th TCP listener."""
        host, _, port = self.addresses[index].rpartition(":")
        wire = Wire(socket.create_connection((host.strip("[]"), int(port)), PATIENCE))
        if greeting:
            wire.expect(220)
        return wire

    def connect_unix(self):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(PATIENCE)
        peer.connect(self.socket_path)
        wire = Wire(peer)
        wire.expect(220)
        return wire


class Reply:
    def __init__(self, lines):
        self.lines = lines  # without CRLF, with the code
        self.code = int(lines[-1][:3])

    def __str__(self):
        return " / ".join(self.lines)


class Wire:
    """One SMTP conversation on a socket, by hand."""

    def __init__(self, peer):
        self.peer = peer
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.peer.close()

    def send(self, octets):
        self.peer.sendall(octets)

    def line(self):
        """The next line without its CRLF, as latin-1; None at the end of the stream."""
        while b"\n" not in self.buffer:
            octets = self.peer.recv(65536)
            if not octets:
                return None
            self.buffer += octets
        line, _, self.buffer = self.buffer.partition(b"\n")
        if not line.endswith(b"\r"):
            raise AssertionError(f"a reply line without CR: {line!r}")
        return line[:-1].decode("latin-1")

    def reply(self):
        lines = []
        while True:
            line = self.line()
            if line is None:
                raise AssertionError(f"the connection closed after {lines}")
            lines.append(line)
            if line[3:4] != "-":
                return Reply(lines)

    def expect(self, code):
        reply = self.reply()
        if reply.code != code:
            raise AssertionError(f"expected {code}, the server said: {reply}")
        return reply

    def ask(self, command, code=250):
        """Sends one command (text or octets) and expects this reply code."""
        if isinstance(command, str):
            command = command.encode("latin-1")
        self.send(command + b"\r\n")
        return self.expect(code)

    def envelope(self, recipients=("janed@elsewhere.com",), sender="jdoe@somewhere.com"):
        self.ask("EHLO client.test")
        self.ask(f"MAIL FROM:<{sender}>")
        for recipient in recipients:
            self.ask(f"RCPT TO:<{recipient}>")

    def message(self, content=b"Subject: test\r\n\r\ntext\r\n", code=250):
        """Sends the content after DATA; it ends with CRLF."""
        self.ask("DATA", 354)
        self.send(stuffed(content) + b".\r\n")
        return self.expect(code)

    def ending(self):
        """The end of the stream, after the remaining octets: "eof" or "reset"."""
        try:
            while self.peer.recv(65536):
                pass
            return "eof"
        except ConnectionResetError:
            return "reset"

    def send_as_much_as_possible(self, octets, limit, stall=0.5):
        """Repeats octets until `limit` of them are sent or the server read nothing for `stall` seconds."""
        self.peer.setblocking(False)
        sent = 0
        while sent < limit:
            if not select.select([], [self.peer], [], stall)[1]:
                break
            try:
                # Continues at the octet where the last repetition was cut off.
                sent += self.peer.send((octets * 2)[sent % len(octets):])
            except BlockingIOError:
                continue
            except OSError as error:
                if error.errno in (errno.EPIPE, errno.ECONNRESET):
                    break
                raise
        self.peer.settimeout(PATIENCE)
        return sent


def stuffed(content):
    """Dot-stuffing for content whose lines end with CRLF (RFC 5321 §4.5.2)."""
    content = content.replace(b"\r\n.", b"\r\n..")
    return b"." + content if content.startswith(b".") else content


class TestCase(unittest.TestCase):
    maxDiff = None

    def assertOctets(self, got, sent):
        """Like assertEqual, with a message that fits a screen."""
        if got == sent:
            return
        at = next((i for i, (a, b) in enumerate(zip(got, sent)) if a != b), min(len(got), len(sent)))
        self.fail(f"octets differ from {at} on ({len(got)} kept, {len(sent)} sent): "
                  f"kept {got[at:at + 60]!r}, sent {sent[at:at + 60]!r}")

    def only_message(self, server):
        kept = server.messages()
        self.assertEqual(len(kept), 1, "messages kept")
        return kept[0]
