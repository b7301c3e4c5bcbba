"""A Linux guest for clients that need a real kernel's PPP: Debian's user-mode-linux.

The guest is an ordinary process. Its root is the host's, read-only through hostfs, so it runs the host's
pppd, chat, wvdial and msmtp and nothing is built; /etc and /run are its own. Its /dev/ttyS0 is a
pseudo-terminal of the host. It needs neither root nor KVM, but it needs ptrace, and a folder for its memory from which
code can be run.
"""

import os
import pathlib
import selectors
import shutil
import signal
import subprocess
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PACKAGES = {"user-mode-linux": "/usr/bin/linux.uml", "busybox-static": "/bin/busybox", "ppp": "/usr/sbin/pppd",
            "wvdial": "/usr/bin/wvdial", "msmtp": "/usr/bin/msmtp"}
MEMORY = "64M"
ROOM = 320 << 20  # octets free in /dev/shm, for five guests; containers often have 64 MiB
LOOK_AGAIN = 0.1  # seconds; see _read
BOOT = 30.0  # seconds until the first case; 2 on an idle machine


class GuestFailed(Exception):
    """The guest did not end normally."""


class NoGuest(GuestFailed):
    """This machine cannot boot a guest."""


def missing_packages():
    return [package for package, path in PACKAGES.items() if not os.path.exists(path)]


def _memory_folder():
    """The folder of the guest's memory, a file from which code is run: /dev/shm, if that is suitable."""
    try:
        shm = os.statvfs("/dev/shm")
        has_room = shm.f_bavail * shm.f_frsize > ROOM
        if has_room and not shm.f_flag & os.ST_NOEXEC and os.access("/dev/shm", os.W_OK):
            return "/dev/shm"
    except OSError:
        pass
    return tempfile.gettempdir()


class Case:
    """Files of one case; the guest runs `script` in the case's own folder, for at most this number of seconds."""

    def __init__(self, name, files, limit):
        self.name, self.files, self.limit = name, files, limit


class Outcome:
    """The files that a case left in its folder."""

    def __init__(self, folder):
        self.folder = folder
        began, ended = map(float, (folder / "uptimes").read_text().split())
        self.seconds = ended - began
        self.output = self.text("output")

    def text(self, name):
        path = self.folder / name
        return path.read_text(encoding="latin-1") if path.exists() else ""

    def number(self, name):
        """What `echo $? > name` wrote; None if there is no such file."""
        text = self.text(name).strip()
        return int(text) if text else None


def boot(line, cases, etc, folder):
    """Boots a guest with `line` as its /dev/ttyS0 and runs the cases: a dict of Outcomes by name.

    etc: path below /etc -> contents (executable if it begins with #!). folder: empty, and stays.
    """
    _write(folder, cases, etc)
    console = _run(line, cases, folder)
    outcomes = {}
    for case in cases:
        if (folder / case.name / "uptimes").exists():
            outcomes[case.name] = Outcome(folder / case.name)
    if "guest: case" not in console:
        raise NoGuest("user-mode-linux does not boot here: it needs ptrace, fork, and a folder that code may "
                      f"be run from ({_memory_folder()}); its console: {console[-300:]!r}")
    if len(outcomes) != len(cases):
        raise GuestFailed(f"the guest ran {len(outcomes)} of {len(cases)} cases; its console:\n"
                          f"{console[-3000:]}")
    return outcomes


def _write(folder, cases, etc):
    shutil.copyfile(PACKAGES["ppp"], folder / "pppd")  # not every user is allowed to run the installed one
    (folder / "pppd").chmod(0o755)
    for name, contents in etc.items():
        path = folder / "etc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(contents)
        path.chmod(0o700 if contents.startswith("#!") else 0o600)
    for case in cases:
        (folder / case.name).mkdir()
        for name, contents in case.files.items():
            (folder / case.name / name).write_text(contents)
    (folder / "list").write_text("".join(f"{case.limit} {case.name}\n" for case in cases))


def _run(line, cases, folder):
    """Runs the guest to its end; returns the output of its console."""
    home = folder / "home"  # for ~/.uml
    home.mkdir()
    environment = {"HOME": str(home), "TMPDIR": _memory_folder(), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
    command = [PACKAGES["user-mode-linux"], f"mem={MEMORY}", "root=/dev/root", "rootfstype=hostfs",
               "rootflags=/", "ro", f"init={HERE}/init", f"cases={folder}", "con0=null,fd:1",
               "con=null", "ssl=null", f"ssl0=tty:{line}", "quiet", "panic=1"]
    deadline = time.monotonic() + BOOT + sum(case.limit + 6 for case in cases)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=environment, start_new_session=True) as process:
        said = b""
        try:
            said = _read(process.stdout, process.pid, deadline, time.monotonic() + BOOT)
        finally:
            _end(process)
    return said.decode("latin-1")


def _read(pipe, pid, deadline, first_case):
    """The octets of the pipe until its end, the deadline, or a boot that takes too long.

    A pseudo-terminal that is hung up raises no SIGIO, and the guest checks its lines only on SIGIO; so it
    gets one at intervals.
    """
    said = b""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while b"guest: done" not in said:
            if not selector.select(LOOK_AGAIN):
                runs = b"guest: case" in said
                if time.monotonic() > (deadline if runs else first_case):
                    break
                if runs:  # before that, the signal would kill it
                    os.kill(pid, signal.SIGIO)
                continue
            octets = os.read(pipe.fileno(), 65536)
            if not octets:
                break
            said += octets
    return said


def _end(process):
    """The guest's processes are also processes of the host: all of them are in one session."""
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        pass
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
