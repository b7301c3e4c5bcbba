"""Runs `smtpsim modem` for one test, and the client at its port: octets by hand, or a program at its own terminal."""

import fcntl
import itertools
import os
import pathlib
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import termios
import time
import tty

from harness import PATIENCE, Server, binary, skip_if_left_out, until


_numbers = itertools.count()


class Modem(Server):
    """`smtpsim modem` as a context manager; its pseudo-terminal is `link`.

    Other programs open the port, some as another user: all users can open the folder and the device.
    endpoints: options such as "--rfc2217"; their addresses come after the pty's in `addresses`.
    """

    def __init__(self, profile=None, *, faults=(), endpoints=(), options=("--mode", "666"), pty=True, exit_codes=(0,)):
        super().__init__(profile, faults=faults, options=[*endpoints, *options], exit_codes=exit_codes)
        self.pty = pty

    def _start(self):
        self.folder.chmod(0o755)
        self.messages_folder, self.journal_file = self.folder / "messages", self.folder / "journal.jsonl"
        name = f"modem-{os.getpid()}-{next(_numbers)}"  # programs lock a port by its name alone
        self.link, self.lock = str(self.folder / name), pathlib.Path("/var/lock/LCK.." + name)
        ready = self.folder / "ready"
        command = [binary(), "modem"]
        if self.profile is not None:
            command.append(self._yaml(self.profile, "profile.yaml") if "\n" in self.profile else self.profile)
        for number, fault in enumerate(self.faults):
            command += ["--fault", self._yaml(fault, f"fault{number}.yaml") if "\n" in fault else fault]
        if self.pty:
            command += ["--pty", self.link]
        command += ["--messages", str(self.messages_folder),
                    "--journal", str(self.journal_file), "--ready-file", str(ready), "--quiet"]
        command += map(str, self.options)
        self.command = command
        with open(self.folder / "stdout", "wb") as out, open(self.folder / "stderr", "wb") as err:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                            cwd=self.folder)
        until(lambda: ready.exists() or self.process.poll() is not None, "the ready file")
        if not ready.exists():
            skip_if_left_out(self.stderr())
            raise AssertionError(f"smtpsim ended with {self.process.returncode} before it was ready: "
                                 f"{self.stderr()}")
        self.addresses = [line.partition(":")[2] for line in ready.read_text().splitlines()]

    def _end(self):
        super()._end()
        self.lock.unlink(missing_ok=True)  # of a program that has crashed

    def open(self, local=True):
        """The pseudo-terminal, raw. local: carrier loss does not hang it up (CLOCAL)."""
        return Line(open_terminal(self.link, local))

    def connect_tcp(self, index=1):
        host, _, port = self.addresses[index].rpartition(":")
        return Line(socket.create_connection((host, int(port)), PATIENCE))

    def connect_unix(self, index=1):
        peer = socket.socket(socket.AF_UNIX)
        peer.settimeout(PATIENCE)
        peer.connect(self.addresses[index])
        return Line(peer)

    def await_events(self, kind, count=1):
        return until(lambda: len(found := self.events(kind)) >= count and found, f"{count} of {kind}")


def open_terminal(path, local):
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    tty.setraw(descriptor, termios.TCSANOW)
    settings = termios.tcgetattr(descriptor)
    settings[2] = settings[2] | termios.CLOCAL if local else settings[2] & ~termios.CLOCAL
    termios.tcsetattr(descriptor, termios.TCSANOW, settings)
    os.set_blocking(descriptor, True)  # only the open had to be non-blocking, whatever DCD is
    return os.fdopen(descriptor, "r+b", buffering=0)


class Line:
    """Octets to and from a modem, over a descriptor or a socket."""

    def __init__(self, file):
        self.file, self.buffer = file, b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def send(self, octets):
        deadline = time.monotonic() + PATIENCE
        while octets:
            if not select.select([], [self.file], [], max(0, deadline - time.monotonic()))[1]:
                raise AssertionError(f"{len(octets)} octets were not taken")
            octets = octets[os.write(self.file.fileno(), octets):]

    def command(self, text, answer=b"OK"):
        self.send(text.encode() + b"\r")
        return self.expect(b"\r\n" + answer + b"\r\n")

    def dial(self, number="5551234"):
        self.send(f"ATDT{number}\r".encode())
        return self.expect(b"CONNECT"), self.expect(b"\r\n220 "), self.expect(b"\r\n")

    def ask(self, command, code):
        self.send(command + b"\r\n")
        self.expect(b"%d " % code)
        self.expect(b"\r\n")

    def expect(self, wanted, seconds=PATIENCE):
        """The octets up to and including these."""
        deadline = time.monotonic() + seconds
        while wanted not in self.buffer:
            if not self._more(deadline - time.monotonic()):
                raise AssertionError(f"{wanted!r} did not come; what did: {self.buffer[-300:]!r}")
        before, _, self.buffer = self.buffer.partition(wanted)
        return before + wanted

    def ends(self, seconds=PATIENCE):
        """Whether the other side hangs up this port."""
        deadline = time.monotonic() + seconds
        while self._more(deadline - time.monotonic()):
            pass
        return time.monotonic() < deadline

    def _more(self, seconds):
        if not select.select([self.file], [], [], max(0, seconds))[0]:
            return False
        try:
            octets = os.read(self.file.fileno(), 65536)
        except OSError:  # EIO: the device is gone
            return False
        self.buffer += octets
        return bool(octets)


class Program:
    """A program at its own terminal: its output is read, keys are typed."""

    def __init__(self, command, folder, **environment):
        self.shown, self.looked_at = b"", 0
        self.master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        self.process = subprocess.Popen(
            list(map(str, command)), stdin=slave, stdout=slave, stderr=slave, cwd=folder, start_new_session=True,
            preexec_fn=lambda: _controlling(slave),
            env={"PATH": os.environ["PATH"], "TERM": "vt100", "LC_ALL": "C", "HOME": str(folder), **environment})
        os.close(slave)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """Ends the program with a signal first: it may have locked the port."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                self.process.send_signal(number)
                self.rest(2)
        self.process.wait()
        os.close(self.master)

    def type(self, keys):
        os.write(self.master, keys)

    def rest(self, seconds):
        """Types nothing for this time, and reads on."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if not self._more(min(left, 0.1)) and self.process.poll() is not None:
                return

    def expect(self, *wanted, seconds=PATIENCE):
        """Waits until one of these is shown after the last expected text, and returns which one."""
        pattern = re.compile(b"|".join(re.escape(each) for each in wanted))
        deadline = time.monotonic() + seconds
        while not (found := pattern.search(self.shown, self.looked_at)):
            if not self._more(deadline - time.monotonic()):
                raise AssertionError(f"{wanted} not shown: {self.text()[-1500:]}")
        self.looked_at = found.end()
        return found.group()

    def shows(self, wanted, seconds):
        """Whether the text is shown within this time; otherwise it may come later."""
        try:
            return self.expect(wanted, seconds=seconds)
        except AssertionError:
            return None

    def end(self, seconds=PATIENCE):
        """Its exit code, after all of its output has been read."""
        deadline = time.monotonic() + seconds
        while self._more(deadline - time.monotonic()):
            pass
        try:
            return self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end: {self.text()[-1500:]}") from None

    def text(self):
        return self.shown.decode("latin-1")

    def _more(self, seconds):
        if not select.select([self.master], [], [], max(0, seconds))[0]:
            return False
        try:
            octets = os.read(self.master, 65536)
        except OSError:  # EIO: the other side is closed
            return False
        self.shown += octets
        return bool(octets)


def _controlling(slave):
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


def where(name):
    """The program, or None; Debian has some in folders that are only in root's PATH."""
    return shutil.which(name, path=os.environ["PATH"] + ":/usr/sbin:/sbin")
